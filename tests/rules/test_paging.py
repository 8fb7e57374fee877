"""How a page climbs, and whom each level means."""

from store.rules import paging
from store.rules.paging import calls, patience
from store.rules.policy import Level, Policy
from store.rules.rota import Override
from tests.rules.calendars import utc
from tests.rules.policies import policy

AT = utc("2026-01-06 12:00")


def who(desk: Policy, written: str, team: str = "it") -> tuple[str, ...]:
    """Whom a level as written in deskbell.toml calls."""
    return paging.people(desk, Level.model_validate(written), team=team, at=AT)


def test_every_kind_of_level_names_its_people() -> None:
    desk = policy()
    assert who(desk, "rota:primary") == ("U0OMAR",)
    assert who(desk, "person:U0KIM") == ("U0KIM",)
    assert who(desk, "lead") == ("U0LENA",)
    assert who(desk, "team") == ("U0JOHN", "U0JANE")
    assert who(desk, "team:banking") == ("S0BANK",)
    assert who(desk, "lead:it", team="banking") == ("U0LENA",)
    assert who(desk, "admins") == ("U0ADA",)
    assert who(desk, "everyone") == ("U0JOHN", "U0JANE", "U0LENA", "S0BANK")


def test_a_team_without_a_lead_has_nobody_to_call_there() -> None:
    assert who(policy(), "lead", team="banking") == ()


def test_a_rota_that_has_not_begun_has_nobody_to_call() -> None:
    level = Level(kind="rota", ref="primary")
    early = utc("2025-12-31 12:00")
    assert paging.people(policy(), level, team="it", at=early) == ()


def test_an_override_is_called_instead() -> None:
    cover = Override(utc("2026-01-06 00:00"), utc("2026-01-07 00:00"), "U0ADA")
    level = Level(kind="rota", ref="primary")
    on = paging.people(policy(), level, team="it", at=AT, overrides={"primary": [cover]})
    assert on == ("U0ADA",)


def test_each_level_is_called_as_often_as_it_is_repeated() -> None:
    on_call = policy(on_call={"chain": ["rota:primary", "admins"], "repeat": 2}).on_call
    assert [str(level) for level in calls(on_call)] == [
        "rota:primary",
        "rota:primary",
        "admins",
        "admins",
    ]


def test_a_level_may_have_a_patience_and_a_number_of_calls_of_its_own() -> None:
    chain = [{"call": "rota:primary", "ack_minutes": 2, "repeat": 3}, "admins"]
    on_call = policy(on_call={"chain": chain, "ack_minutes": 10}).on_call
    made = calls(on_call)
    assert [str(level) for level in made] == ["rota:primary"] * 3 + ["admins"]
    assert [patience(on_call, level).total_seconds() / 60 for level in made] == [2, 2, 2, 10]


def test_several_restricted_rotas_are_meant_to_cover_the_day() -> None:
    east = {"timezone": "UTC", "people": ["U0A"], "start": "2026-01-05", "hours": ["08:00-20:00"]}
    chain = {"chain": ["rota:primary", "rota:east", "admins"]}
    assert paging.cover_wanted(policy()) is None
    assert paging.cover_wanted(policy(rotas={"east": east}, on_call=chain)) is None
    assert paging.cover_wanted(policy(rotas={"east": east, "primary": east}, on_call=chain)) == ""
    assert paging.cover_wanted(policy(on_call={"cover": "office"})) == "office"
