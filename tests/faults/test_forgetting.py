"""What was said is forgotten after two weeks; what the desk asks for later is not."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import URL, insert, select, update

from bot import jobs
from store import change, conversation, intake, outbox, receipts, replying, triage
from store.database import DeskSession, Store
from store.inbox import FORGOTTEN_AT_ONCE
from store.kinds import Kind
from store.models import Delivery, OutboxMessage, Reply
from tests.views.sample import JANE, JOHN, KAREN, NOW, POLICY

LATER = NOW + timedelta(days=15)


def test_what_was_said_is_forgotten_after_two_weeks_but_for_what_is_asked_for_later(
    database: URL,
) -> None:
    store = Store(database, POLICY)
    with store.transaction() as session:
        number = a_life(session)
    with store.transaction() as session:
        session.execute(update(OutboxMessage).values(state=Delivery.SENT, last_tried_at=NOW))
        copies = FORGOTTEN_AT_ONCE * 2
        session.execute(insert(OutboxMessage), [a_home(n) for n in range(copies)])
        unsettled: dict[str, dict[str, object]] = {
            "waits": {"state": Delivery.READY},
            "behind": {"lane": "waits"},
            "refused": {"state": Delivery.REFUSED},
            "copied": {"recheck_at": NOW},
            "young": {"created_at": LATER - timedelta(days=13)},
            "late": {"last_tried_at": LATER - timedelta(days=13)},
        }
        for lane, how in unsettled.items():
            session.execute(
                insert(OutboxMessage).values(a_home(0) | {"lane": lane} | how | {"key": lane})
            )
    before = kinds(store)
    known = asked_for(store, number)
    assert len(known) == 4
    jobs.tidy(store, at=NOW + timedelta(days=14))
    assert kinds(store) == before
    jobs.tidy(store, at=LATER)
    left = kinds(store)
    assert left.pop(Kind.HOME) == len(unsettled)
    assert left == {Kind.CARD: 2, Kind.ENTRY: 2, Kind.NEWS: 2}, left
    assert {Kind.LINE, Kind.TELL} < before.keys()
    assert before[Kind.NEWS] > left[Kind.NEWS]
    assert asked_for(store, number) == known
    store.close()


def a_life(session: DeskSession) -> int:
    """Of a ticket that is claimed, handed to Jane and answered."""
    number = intake.open_ticket(
        session, requester=KAREN, topic="hardware", summary="Printer on fire",
        details="It burns.", by=KAREN, at=NOW,
    ).id  # fmt: skip
    triage.claim(session, number, by=JOHN, at=NOW)
    triage.assign(session, number, to=JANE, note="Yours.", by=JOHN, at=NOW)
    said = replying.reply(session, number, text="Pull the plug.", by=JANE, at=NOW)
    replying.send(session, change.locked(session, number), said, at=NOW)
    conversation.answer(session, number, text="I did.", by=KAREN, at=NOW)
    return number


def a_home(number: int) -> dict[str, Any]:
    """A message that went out, of a conversation of its own."""
    return {
        "key": f"{number}", "kind": Kind.HOME, "audience": "person", "channel": KAREN,
        "gate": "views.publish", "lane": f"{number}", "about": {}, "priority": 7,
        "state": Delivery.SENT, "not_before": NOW, "created_at": NOW, "last_tried_at": NOW,
    }  # fmt: skip


def kinds(store: Store) -> Counter[str]:
    with store.snapshot() as session:
        return Counter(session.scalars(select(OutboxMessage.kind)))


def asked_for(store: Store, number: int) -> list[object]:
    """Whom the reply reached, and which messages follow when the ticket and its words change."""
    with store.transaction() as session:
        ticket = change.locked(session, number)
        said = session.scalars(select(Reply)).one()
        outbox.redraw(session, ticket, at=LATER)
        receipts.redraw(session, said, at=LATER)
        promised = [(row["kind"], row["channel"]) for row in session.promises]
        reached = receipts.of(session, said)
        session.promises.clear()
    return [*promised, *reached]
