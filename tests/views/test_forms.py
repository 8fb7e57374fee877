"""Every form: drawn within Slack's limits, and read back as it was filled in."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from slack_sdk.models.views import View

from handlers.views.conversation_forms import AddForm, AskForm, HoldForm, NoteForm
from handlers.views.form import Subject, warning, with_notice
from handlers.views.reply_form import ReplyForm
from handlers.views.resolution_forms import (
    CloseForm,
    CommentForm,
    ConfirmForm,
    ReopenForm,
    ResolveForm,
)
from handlers.views.triage_forms import EscalateForm, ReassignForm, SeverityForm
from store.models import Ticket
from store.rules.errors import InvalidFields, Refused
from store.rules.lifecycle import Status
from tests.views.sample import JANE, NASTY, POLICY, filled, opened, texts, ticket

FORMS: dict[str, Callable[[Ticket], View]] = {
    "reassign": lambda t: ReassignForm.draw(t, POLICY),
    "escalate": lambda t: EscalateForm.draw(t, POLICY),
    "change severity": lambda t: SeverityForm.draw(t, POLICY),
    "reply": lambda t: ReplyForm.draw(t, POLICY),
    "note": NoteForm.draw,
    "add": AddForm.draw,
    "ask": AskForm.draw,
    "hold": HoldForm.draw,
    "resolve": lambda t: ResolveForm.draw(t, POLICY),
    "close": CloseForm.draw,
    "confirm": ConfirmForm.draw,
    "comment": lambda t: CommentForm.draw(t, 4),
    "reopen": lambda t: ReopenForm.draw(t, by_requester=False),
    "not yet": lambda t: ReopenForm.draw(t, by_requester=True),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_keeps_slacks_limits_and_knows_its_ticket(name: str) -> None:
    shown = opened(FORMS[name](ticket(Status.IN_PROGRESS, summary=NASTY[:150])))
    assert Subject.read(shown) == Subject(42, 7)
    assert "#42" in texts(shown["blocks"][0])


@pytest.mark.parametrize("name", FORMS)
def test_a_notice_on_a_form_keeps_its_fields_and_can_be_replaced(name: str) -> None:
    shown = filled(opened(FORMS[name](ticket(Status.IN_PROGRESS))))
    once = opened(with_notice(shown, [warning("It changed.")], version=8))
    twice = opened(with_notice({**once, "hash": "h2"}, [warning("It changed again.")], version=9))
    assert twice["blocks"][1:] == shown["blocks"]
    assert "again" in texts(twice["blocks"][0])
    assert Subject.read(twice) == Subject(42, 9)


def test_reassign_wants_an_agent_or_a_team_and_a_note() -> None:
    form = opened(ReassignForm.draw(ticket(), POLICY))
    to_jane = ReassignForm.read(filled(form, to=JANE, note="paper jam"))
    assert (to_jane.agent, to_jane.team, to_jane.note) == (JANE, None, "paper jam")
    with pytest.raises(InvalidFields) as neither:
        ReassignForm.read(filled(form))
    assert set(neither.value.fields) == {"to"}
    with pytest.raises(InvalidFields) as both:
        ReassignForm.read(filled(form, to=JANE, team="banking", note="x"))
    assert set(both.value.fields) == {"to"}


def test_escalate_offers_only_what_is_higher() -> None:
    form = opened(EscalateForm.draw(ticket(severity="sev_b"), POLICY))
    severity, team = form["blocks"][1], form["blocks"][2]
    assert [o["value"] for o in severity["element"]["options"]] == ["sev_a"]
    assert [o["value"] for o in team["element"]["options"]] == ["banking"]
    with pytest.raises(InvalidFields):
        EscalateForm.read(filled(form, reason="because"))


def test_escalate_from_the_top_is_refused_before_anything_is_typed() -> None:
    with pytest.raises(Refused, match="highest"):
        EscalateForm.draw(ticket(severity="sev_a", team="banking"), POLICY)


def test_change_severity_begins_with_the_present_one_and_wants_a_reason() -> None:
    form = opened(SeverityForm.draw(ticket(severity="sev_b"), POLICY))
    read = SeverityForm.read(filled(form, reason="whole floor"))
    assert (read.severity, read.reason) == ("sev_b", "whole floor")
    with pytest.raises(InvalidFields):
        SeverityForm.read(filled(form, severity="sev_a", reason="  "))


def test_a_canned_reply_is_added_below_what_was_typed() -> None:
    form = opened(ReplyForm.draw(ticket(), POLICY))
    picked = filled(form, text="Hello Karen,", canned="restart")
    redrawn = opened(ReplyForm.start_from(picked, ticket(), POLICY, "Please restart it."))
    assert ReplyForm.read(filled(redrawn)).text == "Hello Karen,\n\nPlease restart it."


def test_on_hold_until_a_day_means_its_morning_at_the_desk() -> None:
    form = opened(HoldForm.draw(ticket(Status.IN_PROGRESS)))
    read = HoldForm.read(filled(form, reason="a part", until="2026-11-20"), POLICY)
    assert read.until == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # 9:00 in Berlin
    assert HoldForm.read(filled(form, reason="a part"), POLICY).until is None


def test_resolve_reads_what_was_wrong_what_was_done_and_the_reply() -> None:
    form = opened(ResolveForm.draw(ticket(Status.IN_PROGRESS), POLICY))
    read = ResolveForm.read(filled(form, cause="foil", fix="took it out"))
    assert (read.cause, read.fix, read.reply) == ("foil", "took it out", None)


def test_resolving_again_starts_from_the_earlier_resolution() -> None:
    again = ticket(Status.IN_PROGRESS, cause="foil", fix="took it out")
    read = ResolveForm.read(filled(opened(ResolveForm.draw(again, POLICY))))
    assert (read.cause, read.fix) == ("foil", "took it out")
