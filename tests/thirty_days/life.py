"""What people do in thirty days, by chance: tickets, pages, changes of shifts, an edited file.

Whatever they do happens in a whole minute, after the desk has looked for what is due in it.
"""

import random
from contextlib import suppress
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Final

from sqlalchemy import select

from bot import jobs
from store import (
    alarms,
    calling,
    intake,
    on_call,
    policy_edits,
    ringing,
    shift_changes,
)
from store.database import DeskSession
from store.models import Page, PageState, ShiftChange, Ticket
from store.rules.errors import DeskError
from store.rules.policy_file import load_policy
from store.shift_changes import Span
from tests.desk import DeskInTest
from tests.postgres import clear_away
from tests.thirty_days.doings import AGENTS, next_doing
from tests.thirty_days.minutes import MINUTE
from tests.thirty_days.settings import EDITED

REQUESTERS: Final = ("U0KAREN0001", "U0KEN000002", "U0CHRIS0003", "U0GUS000010")
ADA: Final = "U0ADA000009"
TOPICS: Final = ("general", "software", "hardware", "printer", "outage")
HOUR: Final = timedelta(hours=1)
SHIFTS_AT: Final = 17
"""The minute of the hour in which people speak about shifts; nothing else happens in it."""


class Life:
    """The story, told from minute to minute."""

    def __init__(self, desk: DeskInTest, start: datetime, *, days: int, seed: int) -> None:
        self.desk, self.start = desk, start
        self.chance = random.Random(seed)  # noqa: S311 - no secret, a story
        self.over = start + timedelta(days=days)
        self.todo: list[tuple[datetime, int, str, int]] = []
        self.looked = start
        self.edited_at: datetime | None = None
        self._phone_at: datetime | None = None
        self._count = 0

    def goes_on(self, tickets: int) -> None:
        """Let it happen, to its end."""
        span = (self.over - self.start) // MINUTE
        for _ in range(tickets):
            self._later(self.start + self.chance.randrange(1, span * 4 // 5) * MINUTE, "opens", 0)
        for hour in range(1, span // 60):
            self._later(self.start + hour * HOUR, "looks", 0)
            if self.chance.random() < 0.06:
                self._later(self.start + hour * HOUR + SHIFTS_AT * MINUTE, "shifts", 0)
        edited = self.chance.randrange(span * 2 // 5, span // 2)
        self._later(self.start + edited * MINUTE, "edit", 0)
        self._looks(0, self.start)
        while self.todo:
            at, _, what, number = heappop(self.todo)
            self.time_passes(at)
            self._happens(what, number, at)
            self._deliver(at)
        self.time_passes(self.over - MINUTE)

    def time_passes(self, until: datetime) -> None:
        """The desk looks in every minute in which it has something to look at, none later."""
        while (at := self._next_look()) is not None and at <= until:
            self._tick(max(at, self.looked + MINUTE))
        self._tick(until)

    def _next_look(self) -> datetime | None:
        with self.desk.store.snapshot() as session:
            due = alarms.next_due(session)
        if due is None:
            return None
        return self.start - (self.start - due) // MINUTE * MINUTE

    def _tick(self, at: datetime) -> None:
        self.looked = at
        if ringing.ring_due(self.desk.store, at=at):
            self._deliver(at)

    def _deliver(self, at: datetime) -> None:
        """Send what waits. The clock is never behind the story; a channel's pace may put it ahead,
        by a few seconds.
        """
        self.desk.clock.skip(max(at - self.desk.clock.now(), timedelta(0)))
        self.desk.settle()

    def _later(self, at: datetime, what: str, number: int) -> None:
        if what != "shifts" and (at - self.start) // MINUTE % 60 == SHIFTS_AT:
            at += MINUTE
        if at < self.over:
            self._count += 1
            heappush(self.todo, (at, self._count, what, number))

    def _happens(self, what: str, number: int, at: datetime) -> None:
        {
            "opens": self._opens,
            "acts": self._acts,
            "looks": self._looks,
            "phone": self._phone,
            "shifts": self._shifts,
            "edit": self._edit,
        }[what](number, at)
        if self._phone_at is None and self._ringing():
            self._phone_at = at + self.chance.choice([1, 2, 5, 9]) * MINUTE
            self._later(self._phone_at, "phone", 0)

    def _opens(self, _: int, at: datetime) -> None:
        chance = self.chance
        topic = chance.choices(TOPICS, [8, 8, 8, 8, 1])[0]
        with self.desk.store.transaction() as session:
            requester = chance.choice(REQUESTERS)
            ticket = intake.open_ticket(
                session, requester=requester, topic=topic, summary="It is broken", details="d",
                severity=chance.choice([None, None, "sev_b"]), by=requester, at=at,
                affected=chance.choice(REQUESTERS) if chance.random() < 0.1 else None,
            )  # fmt: skip
            number = ticket.id
        self._again(number, at)

    def _again(self, number: int, at: datetime) -> None:
        minutes = self.chance.choice([11, 40, 90, 170, 400, 600, 1300, 2600])
        self._later(at + minutes * MINUTE, "acts", number)

    def _acts(self, number: int, at: datetime) -> None:
        with suppress(DeskError), self.desk.store.transaction() as session:
            ticket = session.get_one(Ticket, number)
            doing = next_doing(ticket, self.chance)
            if doing is None:
                return
            doing(session, ticket, self.chance, at)
        self._again(number, at)

    def _looks(self, _: int, at: datetime) -> None:
        """The desk looks who is on call now; at midnight the database is cleared."""
        jobs.mind_rotas(self.desk.store, at=at)
        if at.hour == 0 and not self.desk.store.is_sqlite:
            clear_away(self.desk.store.url)

    def _ringing(self) -> list[int]:
        with self.desk.store.snapshot() as session:
            found = select(Page.id).where(Page.state == PageState.RINGING).order_by(Page.id)
            return list(session.scalars(found))

    def _phone(self, _: int, at: datetime) -> None:
        """Somebody answers a page that rings, one way or the other; or nobody does."""
        self._phone_at = None
        pages = self._ringing()
        if not pages:
            return
        page = self.chance.choice(pages)
        answer = self.chance.choices(
            [on_call.acknowledge, on_call.decline, on_call.call_next, None], [6, 3, 2, 3]
        )[0]
        if answer is not None:
            with suppress(DeskError), self.desk.store.transaction() as session:
                called = [ring.person for ring in calling.rings(session, page)]
                answer(session, page, by=self.chance.choice(called[-4:]), at=at)

    def _shifts(self, _: int, at: datetime) -> None:
        """Somebody asks for a change, agrees to one, says no, or an admin decides."""
        with suppress(DeskError), self.desk.store.transaction() as session:
            asked = session.scalars(select(ShiftChange).where(ShiftChange.state == "asked")).all()
            if asked and self.chance.random() < 0.6:
                change = self.chance.choice(asked)
                answer = self.chance.choice([shift_changes.agree] * 3 + [shift_changes.disagree])
                answer(session, change.id, by=self.chance.choice([change.taker, ADA]), at=at)
                return
            self._asks_for_change(session, at)

    def _asks_for_change(self, session: DeskSession, at: datetime) -> None:
        chance = self.chance
        rota = chance.choice(list(session.policy.rotas.values()))
        ahead = shift_changes.upcoming(session, rota, at=at)[:8]
        mine = chance.choice(ahead)
        others = [each for each in ahead if each.person not in {None, mine.person}]
        back = chance.choice(others) if others and mine.person and chance.random() < 0.4 else None
        taker = back.person if back else chance.choice([*AGENTS, "U0OMAR00008"])
        force = chance.random() < 0.4
        shift_changes.ask(
            session, rota=rota.key, giver=mine.person, taker=str(taker),
            span=Span(mine.start, mine.end), back=Span(back.start, back.end) if back else None,
            force=force, by=ADA if force else mine.person or str(taker), at=at,
        )  # fmt: skip

    def _edit(self, _: int, at: datetime) -> None:
        """Somebody edits deskbell.toml and starts the desk again."""
        self.edited_at = at
        self.desk.restart(load_policy(EDITED))
        policy_edits.follow(self.desk.store, at=at)
        self._deliver(at)
        while policy_edits.tell_requesters(self.desk.store, at=at):
            self._deliver(at)
