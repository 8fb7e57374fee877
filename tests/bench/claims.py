"""From the click on Claim to its ack, and how many of them a second."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from copy import deepcopy
from itertools import count
from typing import Any, Final

from slack_sdk import WebClient
from sqlalchemy import select, text

from handlers.drawing import draw
from handlers.routes import Action
from sandbox import Sandbox
from sandbox.delivery import Ack
from sandbox.payloads import Used, message_actions
from store import inbox, triage
from store.database import Store
from store.kinds import Kind
from store.models import OutboxMessage, Ticket
from tests.bench.bare import Driver, RowsAgain, WritesAgain, recorded
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, Subject, against_floor, alternately, at_least, timed, within
from tests.bench.population import AGENT, NOW, QUEUE
from tests.bench.processes import DESK, NOTHING, connected

IN_FLIGHT: Final = 50
VERSION: Final = 3
"""Of every ticket as it was filled in."""


class Clicks:
    """Somebody who presses Claim on card after card."""

    def __init__(self, slack: Sandbox, store: Store) -> None:
        self._slack = slack
        self._new = new_tickets(store)
        self._payload = _claim_payload(self._slack, store, next(self._new))
        self._times = count(1)

    def __call__(self, _turn: int) -> float:
        """Press once; seconds from the envelope to its ack."""
        entry = self.press().result(10)
        assert entry.ok, entry
        took = self._slack.wire.of("block_actions")[-1].took_ms
        assert took is not None
        return took / 1000

    def many(self, presses: int) -> float:
        """That many, `IN_FLIGHT` at a time. Return how many a second were answered."""
        free, all_ok = threading.Semaphore(IN_FLIGHT), []

        def answered(future: Any) -> None:
            all_ok.append(future.result().ok)
            free.release()

        def all_of_them(_turn: int) -> None:
            for _ in range(presses):
                free.acquire()
                self.press().add_done_callback(answered)
            for _ in range(IN_FLIGHT):
                free.acquire()

        seconds = timed(all_of_them)(0)
        assert all_ok == [True] * presses
        return presses / seconds

    def press(self) -> "Future[Ack]":
        """Press, and do not wait."""
        payload = deepcopy(self._payload)
        number = next(self._times)
        payload["actions"][0] |= {
            "value": f"{next(self._new)}:{VERSION}",
            "action_ts": f"{number}.000000",
        }
        return self._slack.delivery.send("interactive", "block_actions", "Claim", payload)


def rows(databases: Databases, *, turns: int) -> Iterator[Row]:
    """One click at a time: the way of every other click is the same."""
    small, large = store_on(databases.small), store_on(databases.large)
    with ExitStack() as stack:
        nothing, few, many = (
            Clicks(stack.enter_context(connected(how, store.url, databases.folder)).slack, store)
            for how, store in ((NOTHING, small), (DESK, small), (DESK, large))
        )
        bare, core = _floors(databases, stack, "floor")
        empty, by_driver, by_core, claim, of_many = alternately(
            turns, nothing, bare, core, few, many
        )
    yield against_floor(
        f"claim ({databases.engine}), envelope to ack; floor: empty listener + bare driver",
        claim, empty + by_driver, at_most=4,
    )  # fmt: skip
    yield against_floor(
        "the same; floor: empty listener + Core",
        claim, empty + by_core, at_most=2,
    )  # fmt: skip
    yield within("the same as a time; floor: empty listener", claim, empty, p99=0.010)
    yield against_floor(
        f"claim at {databases}; floor: claim in an empty database",
        of_many, claim, at_most=1.3,
    )  # fmt: skip


def rate_rows(databases: Databases, *, presses: int) -> Iterator[Row]:
    """Many clicks at once. The floor is what one process could do at most whose listeners do
    nothing and whose rows go through Core, one after the other: Python runs one thread at a time.
    """
    store = store_on(databases.filled("rate", presses * 4, still_open=presses * 4))
    with ExitStack() as stack:
        nothing, desk = (
            Clicks(stack.enter_context(connected(how, store.url, databases.folder)).slack, store)
            for how in (NOTHING, DESK)
        )
        _, core = _floors(databases, stack, "floor_of_rate")
        (written,) = alternately(presses // 3, core)
        floor = 1 / (1 / nothing.many(presses) + written.p50)
        measured = desk.many(presses)
    yield at_least(
        f"claims a second ({databases.engine}), {IN_FLIGHT} in flight; floor: empty listener, Core",
        measured, floor, 500, "/s",
    )  # fmt: skip


def new_tickets(store: Store) -> Iterator[int]:
    """Tickets to claim, the newest first."""
    with store.snapshot() as session:
        found = session.scalars(
            select(Ticket.id).where(Ticket.status == "new").order_by(Ticket.id.desc())
        ).all()
    return iter(found)


def _floors(databases: Databases, stack: ExitStack, name: str) -> tuple[Subject, Subject]:
    """What one claim writes, by the bare driver and through Core, in a database of that name, whose
    tickets nobody has claimed yet.
    """
    store = store_on(databases.filled(name, 10_000, still_open=10_000))
    new = new_tickets(store)
    model = next(new)
    with recorded(store.engine) as statements, store.transaction() as session:
        inbox.first_time(session, "click:model", at=NOW)
        triage.claim(session, model, by=AGENT, at=NOW, version=VERSION)
    with store.engine.connect() as connection:
        again = RowsAgain(connection, model)
    writes, driver = WritesAgain(statements, model), stack.enter_context(closing(Driver(store)))

    def through_core(_turn: int) -> None:
        with store.engine.begin() as connection:
            again(connection, next(new))

    return timed(lambda _turn: driver.write(writes.of(next(new)))), timed(through_core)


def _claim_payload(slack: Sandbox, store: Store, ticket: int) -> dict[str, Any]:
    """As Slack sends it for a real card, which has to be in the channel for that."""
    with store.snapshot() as session:
        card = session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.ticket_id == ticket,
                text("outbox_message.kind = 'card'"),
                OutboxMessage.channel == QUEUE,
            )
        ).one()
        assert card.kind == Kind.CARD
        drawing = draw(session, card, at=NOW)
    assert drawing is not None
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    client.chat_postMessage(channel=QUEUE, text=drawing.text, blocks=drawing.blocks)
    agent = slack.person(AGENT)
    message = agent.sees("#help-desk")[-1].message
    block, button = next(
        (block, element)
        for block in message.blocks
        for element in block.get("elements", [])
        if element.get("action_id") == Action.CLAIM
    )
    return message_actions(slack, agent.user, message, Used(block, button))
