"""A topic's checklist: ticked by agents, waived with a reason, and nothing for requesters."""

from sqlalchemy import URL

from store import audit, checklist
from store.audit import Event
from store.models import Ticket
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.stories.acts import heard, presses

ONLINE = "Is the printer switched on and online?"
PAPER = "Is there paper, is there toner?"
TESTED = "Tested: it works again"
POLICY = load_policy(DEMO_POLICY.replace(f'"{PAPER}"]', f'"{PAPER}"]\ntested = true'))


def test_steps_are_ticked_taken_back_and_waived_and_history_knows_who(database: URL) -> None:
    with running_desk(database, policy=POLICY) as desk:
        fields = {"Topic": "Printer", "Have_you_tried_restarting?": "Yes"}
        number = desk.opens(desk.karen, "No print", **fields)
        assert "Checklist 0 of 3" in desk.card(desk.john, number).text

        _ticks(desk, number, ONLINE)
        assert "Checklist 1 of 3" in desk.card(desk.john, number).text
        _ticks(desk, number, ONLINE, PAPER)
        assert _left(desk, number) == [ONLINE, TESTED]

        presses(desk, desk.john, number, "Checklist")
        form = modal_of(desk.john)
        assert f"{PAPER}: done by @John" in form.text
        form.choose("This one need not be done", ONLINE)
        assert "Say why" in form.submit().errors["Why not?"]
        form.fill("Why not?", "It prints for others")
        assert form.submit().ok
        _ticks(desk, number, TESTED)
        assert _left(desk, number) == []
        assert "Checklist 3 of 3" in desk.card(desk.john, number).text

        with desk.store.snapshot() as session:
            told = [(e.kind, e.actor, e.remark) for e in audit.history(session, number)]
        john = desk.john.user.id
        assert (Event.WAIVED, john, "It prints for others") in told
        assert [kind for kind, _, _ in told].count(Event.CHECKED) == 3
        assert (Event.UNCHECKED, john, None) in told
        assert not any(words in heard(desk.karen) for words in (PAPER, "hecklist", "others"))

        plain = desk.opens(desk.karen, "No sound")
        assert "Checklist" not in desk.card(desk.john, plain).options("More…")
        assert desk.sandbox.violations == []


def _ticks(desk: DeskInTest, number: int, *steps: str) -> None:
    """Tick (or clear) these boxes and save."""
    presses(desk, desk.john, number, "Checklist")
    form = modal_of(desk.john)
    form.tick("Done", steps)
    assert form.submit().ok
    desk.settle()


def _left(desk: DeskInTest, number: int) -> list[str]:
    with desk.store.snapshot() as session:
        ticket = session.get_one(Ticket, number)
        return checklist.open_items(session, ticket)
