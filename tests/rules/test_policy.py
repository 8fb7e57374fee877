"""Questions that the rest of the desk asks of its policy."""

import pytest
from pydantic import ValidationError

from store.rules.errors import Refused
from store.rules.policy import calendar_for, is_email, is_user_group
from tests.rules.policies import policy


def test_a_policy_cannot_change_once_it_is_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        policy().name = "Other"


def test_tables_keep_the_order_of_the_file_and_severities_rank_by_it() -> None:
    assert [(each.key, each.rank) for each in policy().severities.values()] == [
        ("sev_a", 0),
        ("sev_b", 1),
        ("sev_c", 2),
    ]


def test_an_unknown_key_is_refused_in_a_sentence_that_names_the_known_ones() -> None:
    with pytest.raises(Refused) as refusal:
        policy().team("finance")
    assert refusal.value.sentence == (
        "There is no team `finance` any more. Nothing was changed; choose one of `it`, `banking`."
    )
    with pytest.raises(Refused):
        policy().topic("x")
    with pytest.raises(Refused):
        policy().severity("x")


def test_escalation_goes_to_higher_tiers_nearest_first() -> None:
    desk = policy(teams={"core": {"name": "Core", "channel": "C0CORE", "tier": 3}})
    assert [team.key for team in desk.higher_teams("it")] == ["banking", "core"]
    assert desk.higher_teams("core") == []


def test_a_ticket_may_be_about_whatever_is_as_open_as_it_is_now() -> None:
    secret = {"name": "Payroll", "team": "it", "private": True}
    desk = policy(topics={"payroll": secret, "printer": {"name": "Printer", "team": "it"}})
    assert [each.key for each in desk.other_topics("general")] == ["outage", "printer"]
    assert desk.other_topics("payroll") == desk.other_topics("gone") == []


def test_only_severities_with_an_urgency_are_offered() -> None:
    assert [each.key for each in policy().offered_severities()] == ["sev_a", "sev_c"]


@pytest.mark.parametrize(
    ("topic", "chosen", "severity"),
    [
        ("general", None, "sev_c"),
        ("general", "sev_a", "sev_a"),
        ("outage", None, "sev_a"),
        ("outage", "sev_c", "sev_a"),
    ],
)
def test_intake_takes_the_choice_unless_the_topic_is_worse(
    topic: str, chosen: str | None, severity: str
) -> None:
    assert policy().severity_at_intake(topic, chosen).key == severity


def test_a_vip_starts_no_lower_than_the_policy_says() -> None:
    known = policy(vips=["U0CFO"], vip_severity="sev_b")
    for chosen, severity in ((None, "sev_b"), ("sev_c", "sev_b"), ("sev_a", "sev_a")):
        assert known.severity_at_intake("general", chosen, vip=True).key == severity
    assert known.severity_at_intake("general", None).key == "sev_c"
    assert policy().severity_at_intake("general", None, vip=True).key == "sev_c"


def test_the_severitys_calendar_wins_over_the_teams_and_that_over_the_desks() -> None:
    desk = policy(teams={"it": {"name": "IT", "channel": "C0IT", "calendar": "nights"}})
    assert calendar_for(desk, "sev_a", "it").key == "around_the_clock"
    assert calendar_for(desk, "sev_c", "it").key == "nights"
    assert calendar_for(desk, "sev_c", "banking").key == "office"


def test_references_to_people_tell_their_kind() -> None:
    refs = ("U012AB3CD", "S012AB3CD", "a@example.com")
    assert [(is_user_group(ref), is_email(ref)) for ref in refs] == [
        (False, False),
        (True, False),
        (False, True),
    ]
