"""What is written down when a ticket is resolved, who may confirm it, and who may close it."""

from sqlalchemy import URL

from store.checklist import items
from store.models import Ticket
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.ending.acts import RESOLVED, newest
from tests.stories.acts import answers, heard, presses, sends, thread_of, whispered

STRICT = DEMO_POLICY.replace(
    "[ending]\n",
    '[ending]\nrequired = ["cause_kind", "fix"]\nconfirm_before_close = true\n',
)
WHY_NOT = "Why the rest of the checklist need not be done"
RESTARTED = {"Have_you_tried_restarting?": "Yes"}


def test_kind_of_cause_and_who_fixed_it_are_on_record(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Printer is silent", Topic="Printer", **RESTARTED)
    fields = {"Kind_of_cause": "Paper or toner", "Who_fixed_it?": "Jerry", **RESOLVED}
    presses(desk, john, number, "Resolve")
    form = modal_of(john)
    form.tick("Done", ["Is there paper, is there toner?"])
    assert set(sends(john, **fields)) == {WHY_NOT}
    assert sends(john, **{WHY_NOT.replace(" ", "_"): "It hummed."}) == {}
    desk.settle()
    thread = thread_of(desk, john, number)
    assert "resolved it; fixed by Jerry" in thread
    assert "Kind of cause: Paper or toner" in thread
    presses(desk, john, number, "Open ticket")
    shown = modal_of(john).text
    assert "Paper or toner" in shown
    assert "Fixed by @Jerry" in shown
    with desk.store.snapshot() as session:
        ticket = session.get_one(Ticket, number)
        marks = [(i.mark.by, i.mark.waived_because) for i in items(session, ticket) if i.mark]
    assert marks == [(john.user.id, "It hummed."), (john.user.id, None)]
    assert "toner" not in heard(karen)
    assert "hummed" not in heard(karen)
    assert "Jerry" not in heard(karen)


def test_a_confirmation_given_elsewhere_is_recorded_with_who_and_how(desk: DeskInTest) -> None:
    karen, john, jane, lena = desk.karen, desk.john, desk.jane, desk.lena
    number = desk.opens(karen, "No sound")
    escalated = {"Severity": "Sev-B", "Team": "Online Banking", "Reason": "Beyond me."}
    answers(desk, john, number, "Escalate", **escalated)
    answers(desk, jane, number, "Resolve", **RESOLVED)
    told = john.dm[-1]
    assert f"Resolved: ticket #{number}" in told.text
    assert "Record a confirmation" in told.buttons
    told.click("Record a confirmation")
    fields = {"Who_says_that_it_is_fixed?": "Karen", "How_do_you_know?": "By phone"}
    assert sends(john, **fields) == {}
    desk.settle()
    assert "recorded that Karen" in thread_of(desk, lena, number, "#team-banking")
    assert "confirmed by phone that it is fixed" in heard(jane)
    assert "is closed" in newest(karen, number).text
    assert "Closed" in desk.card(jane, number).text


def test_where_the_policy_says_so_agents_close_nothing_before_it_is_confirmed(
    database: URL,
) -> None:
    with running_desk(database, policy=load_policy(STRICT)) as desk:
        john, lena = desk.john, desk.lena
        number = desk.opens(desk.karen, "No sound")
        presses(desk, john, number, "Resolve")
        errors = sends(john, **{"What_was_wrong?": "Mute"})
        assert set(errors) == {"Kind of cause", "What was done?"}
        fields = {"Kind_of_cause": "Handling", "What_was_done?": "Unmuted it."}
        assert sends(john, **fields) == {}
        desk.settle()
        presses(desk, john, number, "Close")
        assert "closes when its requester says" in whispered(john, "#help-desk")
        answers(desk, lena, number, "Close", **{"Why_can_it_be_closed?": "Seen it work"})
        assert "Closed" in desk.card(john, number).text

        second = resolved_by_handling(desk)
        desk.pass_time(days=5)
        assert "Closed" in desk.card(john, second).text, "silence closes"
        assert desk.sandbox.violations == []


def resolved_by_handling(desk: DeskInTest) -> int:
    """Another one, with what this policy requires."""
    number = desk.opens(desk.karen, "No light")
    fields = {"Kind_of_cause": "Handling", "What_was_done?": "Plugged it in."}
    answers(desk, desk.john, number, "Resolve", **fields)
    return number
