"""How a page climbs, and whom each level means."""

from store.rules import paging
from store.rules.paging import calls
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
