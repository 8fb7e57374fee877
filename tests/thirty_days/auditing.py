"""The auditor: from the audit trail and the file to everything that should have been said."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import select

from store.database import Store
from store.models import AuditEvent, ShiftChange
from tests.thirty_days.clocks import TicketAuditor
from tests.thirty_days.minutes import DAY, Calendar, Table
from tests.thirty_days.owed import Rules
from tests.thirty_days.pages import Agreed, PageAuditor, Rotas
from tests.thirty_days.reading import Stated
from tests.thirty_days.words import Happened, Said, Word, minute

BEHIND: Final = 30
"""Days behind the story in which deadlines may still lie."""

OF_DESK: Final = {"resumed", "closed_quiet"}
"""What the desk does by itself and the auditor takes as given; it comes before its other words."""

FOLLOWS: Final = "deadline_moved"
"""Comes of another event, and changes nothing by itself."""

LATELY: Final = 3
"""Minutes that may lie between what is said and the change that it speaks of."""

RINGS_EACH_TIME: Final = "page"
"""Whoever passes a page on may be called again at once by the level above. Nothing else is said
twice in a minute.
"""


class Edit(NamedTuple):
    """From that minute on the desk obeys another deskbell.toml."""

    at: int
    rules: Rules


class Auditor:
    """Reads the trail once, and works out what had to be said until the story's end."""

    def __init__(self, store: Store, start: datetime, *, minutes: int) -> None:
        self.start, self.end = start, minutes
        self.days = minutes // DAY + BEHIND
        self.trail = list(self._trail(store))
        self.by_ticket: defaultdict[int, list[Happened]] = defaultdict(list)
        for event in self.trail:
            self.by_ticket[event.ticket].append(event)
        self.agreed = list(self._agreed(store))
        self.expected: list[Said] = []
        self.file: Table = {}
        self.stated: dict[int, list[tuple[int, dict[str, int]]]] = {}

    def works(self, files: Sequence[tuple[int, str]]) -> None:
        """`files`: each deskbell.toml with the minute from which on it was obeyed."""
        rules = [(at, self._rules(file)) for at, file in files]
        self.file = rules[0][1].file
        rotas = Rotas(self.file, self.agreed, self.start)
        self.expected += rotas.changes_hands(self.end, looks=60)
        for events in self.by_ticket.values():
            words = list(self._of_ticket(events, rules, rotas))
            self.expected += {said for said in words if said.word.what != RINGS_EACH_TIME}
            self.expected += (said for said in words if said.word.what == RINGS_EACH_TIME)

    def audited(self) -> Iterator[Said]:
        """What the trail itself says of deadlines: those missed, and those moved."""
        moves: dict[tuple[int, int, str], tuple[int, int]] = {}
        for event in self.trail:
            if event.kind == "target_missed":
                about = f"{event.to('target')}@{self._minute(event.to('due'))}"
                yield Said(event.at, Word("missed", "audit", event.ticket, about))
            elif event.kind == "deadline_moved":
                key = (event.ticket, event.at, event.to("target"))
                was, now = (self._minute(event.to(name)) for name in ("was", "now"))
                moves[key] = (moves.get(key, (was, was))[0], now)
        for (ticket, at, kind), (was, now) in moves.items():
            if was != now:
                yield Said(at, Word("moved", "audit", ticket, f"{kind}@{was}->{now}"))

    def untrue(self, stated: Sequence[Stated]) -> Iterator[Stated]:
        """Deadlines that a requester was told of and that nobody had promised."""
        for each in stated:
            known = in_force(self.stated[each.ticket], each.at)
            if each.due not in {dues.get(each.kind) for dues in known}:
                yield each

    def pages(self, ticket: int, at: int) -> bool:
        """Whether the ticket is of a severity that pages, before anybody acts in that minute."""
        events = [
            each for each in self.trail if each.ticket == ticket and "severity" in each.changes
        ]
        known = [each.to("severity") for each in events if each.at < at] or [
            events[0].to("severity")
        ]
        return bool(self.file["severities"][known[-1]].get("pages", False))

    def _of_ticket(
        self, events: Sequence[Happened], rules: Sequence[tuple[int, Rules]], rotas: Rotas
    ) -> Iterator[Said]:
        opened = events[0]
        now = [each for at, each in rules if at <= opened.at][-1]
        clocks, pages = TicketAuditor(opened, now), PageAuditor(opened, now.file, rotas)
        yield from pages.hears(opened)
        story: list[Happened | Edit] = [*events[1:]]
        story += [Edit(*each) for each in rules if each[0] > opened.at]
        for each in sorted(story, key=_order):
            by_itself = isinstance(each, Happened) and each.actor == "desk"
            if isinstance(each, Happened) and (
                each.kind == FOLLOWS or (by_itself and each.kind not in OF_DESK)
            ):
                continue
            until = each.at - 1 if by_itself else each.at
            yield from clocks.passes(until)
            yield from pages.passes(until)
            if isinstance(each, Happened):
                yield from clocks.hears(each)
                yield from pages.hears(each)
            else:
                yield from clocks.follows(each.rules, each.at)
        yield from clocks.passes(self.end - 1)
        yield from pages.passes(self.end - 1)
        self.stated[clocks.id] = clocks.stated

    def _rules(self, file: str) -> Rules:
        read = tomllib.loads(file)
        return Rules(
            read,
            {
                key: Calendar(table, self.start, self.days)
                for key, table in read["calendars"].items()
            },
        )

    def _trail(self, store: Store) -> Iterator[Happened]:
        """Every event, in its order."""
        with store.snapshot() as session:
            for row in session.scalars(select(AuditEvent).order_by(AuditEvent.id)):
                changes = dict(row.changes)
                if row.kind == "promised_later":
                    changes["until"] = [None, self._minute(row.changes["until"][1])]
                yield Happened(row.ticket_id, row.kind, row.actor, self._at(row.at), changes)

    def _agreed(self, store: Store) -> Iterator[Agreed]:
        """Every change of shifts that was agreed, with both halves of a swap."""
        with store.snapshot() as session:
            for row in session.scalars(select(ShiftChange).where(ShiftChange.state == "agreed")):
                spans = [(row.start_at, row.end_at, row.taker)]
                if row.giver and row.back_start_at and row.back_end_at:
                    spans.append((row.back_start_at, row.back_end_at, row.giver))
                assert row.settled_at is not None
                for begin, end, person in spans:
                    times = map(self._at, (begin, end, row.settled_at))
                    yield Agreed(row.rota, person, *times)

    def _minute(self, written: str) -> int:
        return self._at(datetime.fromisoformat(written))

    def _at(self, at: datetime) -> int:
        return minute(self.start, at)


def in_force(known: Sequence[tuple[int, dict[str, int]]], at: int) -> list[dict[str, int]]:
    """What held at some time in the last minutes: a message says what was true when it was due,
    also when the ticket is closed in that minute.
    """
    before = [dues for since, dues in known if since < at - LATELY][-1:]
    return before + [dues for since, dues in known if at - LATELY <= since <= at]


def _order(each: Happened | Edit) -> tuple[int, int]:
    """At one minute the desk's own doings come first, then people's, in the trail's order."""
    if isinstance(each, Edit):
        return each.at, 2
    return each.at, 0 if each.actor == "desk" else 1
