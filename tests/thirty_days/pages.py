"""Follows the pages of one ticket: whom each call has to ring, and when the next one follows.

And every rota from minute to minute: who is on, and who has to hear that it changed hands.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from tests.thirty_days.minutes import MINUTE, Table, length, turn_of
from tests.thirty_days.words import Happened, Said, Word

PAUSED: Final = {"waiting", "on_hold"}
OVER: Final = {"resolved", "closed"}
OF_PAGES: Final = "page"
"""Events of pages begin like this: answering one is not working on the ticket."""


class Agreed(NamedTuple):
    """Somebody takes over from `begin` to `end`, agreed at `said`; minutes of the story."""

    rota: str
    person: str
    begin: int
    end: int
    said: int


class Rotas:
    """Who is on call, by the file and by what was agreed."""

    def __init__(self, file: Table, agreed: Sequence[Agreed], start: datetime) -> None:
        self.file, self.agreed, self.start = file, agreed, start

    def on(self, rota: str, at: int, *, known: int) -> str | None:
        """Who is on at that minute, as far as it was agreed before the minute `known`."""
        covers = [
            each
            for each in self.agreed
            if each.rota == rota and each.said < known and each.begin <= at < each.end
        ]
        if covers:
            return max(covers, key=lambda each: each.said).person
        return turn_of(self.file["rotas"][rota], self.start + at * MINUTE)

    def changes_hands(self, minutes: int, looks: int) -> Iterator[Said]:
        """Look every so many minutes: whoever came on since the last look, after somebody else."""
        for rota, table in self.file["rotas"].items():
            told: str | None = self._last(rota, 0)
            for look in range(looks, minutes, looks):
                now = self.on(rota, look, known=look)
                if now is None or now == told:
                    continue
                begun = look
                while self.on(rota, begun - 1, known=look) == now:
                    begun -= 1
                before = self._last(rota, begun - 1, known=look)
                told = now
                for who, what in ((before, "off"), (now, "on")):
                    if who:
                        yield Said(look, Word(what, who, 0, table["name"]))

    def _last(self, rota: str, at: int, known: int = 0) -> str | None:
        while (person := self.on(rota, at, known=known)) is None:
            at -= 1
        return person


@dataclass
class Ringing:
    """A page: the calls so far, each with whom it rang, and what follows by itself at `next`."""

    turn: int = -1
    level: str = ""
    waits: set[str] | None = None
    """Who of the last call has not turned it down; None when it rang nobody."""
    rang: dict[str, int] = field(default_factory=dict)
    """In which turn somebody was called last …"""
    declined: dict[str, int] = field(default_factory=dict)
    """… and which of these calls they turned down."""
    owner: str | None = None
    owned: int = 0
    next: int | None = None


class PageAuditor:
    """The pages of one ticket, one after the other."""

    def __init__(self, opened: Happened, file: Table, rotas: Rotas) -> None:
        self.file, self.rotas = file, rotas
        self.id = opened.ticket
        self.readers = {opened.to("requester"), opened.to("affected")}
        self.severity, self.team, self.status = opened.to("severity"), opened.to("team"), "new"
        self.page: Ringing | None = None
        self.touched = opened.at
        levels = file["on_call"]["chain"]
        self.chain = [level for level in levels for _ in range(file["on_call"]["repeat"])]

    def hears(self, event: Happened) -> Iterator[Said]:
        """What the event makes ring at once."""
        for name in ("severity", "team", "status"):
            if name in event.changes:
                setattr(self, name, event.to(name))
        if event.actor not in {"desk", *self.readers} and not event.kind.startswith(OF_PAGES):
            self.touched = event.at
        pages = self.file["severities"][self.severity].get("pages", False)
        if self.status in OVER or not pages:
            self.page = None
        elif self.page is None and event.kind in {
            "opened", "reopened", "escalated", "severity_changed",
        }:  # fmt: skip
            self.page = Ringing()
            yield Said(event.at, Word("page", "on-call", self.id, ""))
            yield from self._call(self.page, 0, event.at)
        elif self.page is not None and event.actor != "desk":
            yield from self._answers(self.page, event)

    def passes(self, until: int) -> Iterator[Said]:
        """What rings because nobody answered, or nobody went on."""
        while self.page is not None and self.page.next is not None and self.page.next <= until:
            page, at = self.page, self.page.next
            if page.owner is None:
                yield from self._call(page, page.turn + 1, at)
            else:
                yield from self._expires(page, at)

    def _answers(self, page: Ringing, event: Happened) -> Iterator[Said]:
        doing: dict[str, Callable[[Ringing, Happened], Iterator[Said]]] = {
            "page_acknowledged": self._is_taken,
            "page_declined": self._is_declined,
            "page_climbed": self._is_passed_on,
        }
        if event.kind in doing:
            yield from doing[event.kind](page, event)

    def _is_taken(self, page: Ringing, event: Happened) -> Iterator[Said]:
        page.owner, page.owned = event.actor, event.at
        page.next = event.at + length(self.file["on_call"]["ack_expires"])
        return iter(())

    def _is_declined(self, page: Ringing, event: Happened) -> Iterator[Said]:
        page.declined[event.actor] = page.rang[event.actor]
        had_it, page.owner = page.owner == event.actor, None
        if page.waits is not None:
            page.waits.discard(event.actor)
        if had_it or page.waits == set():
            yield from self._next_in_round(page, page.turn + 1, event.at)

    def _is_passed_on(self, page: Ringing, event: Happened) -> Iterator[Said]:
        turn, page.owner = page.turn + 1, None
        while turn % len(self.chain) and self.chain[turn % len(self.chain)] == page.level:
            turn += 1
        yield from self._next_in_round(page, turn, event.at)

    def _next_in_round(self, page: Ringing, turn: int, at: int) -> Iterator[Said]:
        found = self._find(page, turn, at)
        if found and self._round(found[0]) == self._round(turn - 1):
            yield from self._call(page, turn, at)
        else:
            page.next = at + self.file["on_call"]["ack_minutes"]

    def _expires(self, page: Ringing, at: int) -> Iterator[Said]:
        limit = length(self.file["on_call"]["ack_expires"])
        touched = at if self.status in PAUSED else max(self.touched, page.owned)
        if touched + limit > at:
            page.next = touched + limit
            return
        page.owner = None
        yield from self._call(page, (self._round(page.turn) + 1) * len(self.chain), at)

    def _call(self, page: Ringing, turn: int, at: int) -> Iterator[Said]:
        found = self._find(page, turn, at)
        page.turn, people = found or (turn, [])
        page.level = self.chain[page.turn % len(self.chain)] if people else ""
        page.waits = set(people) or None
        page.rang.update(dict.fromkeys(people, page.turn))
        page.next = at + self.file["on_call"]["ack_minutes"]
        for who in people:
            yield Said(at, Word("page", who, self.id, ""))

    def _find(self, page: Ringing, turn: int, at: int) -> tuple[int, list[str]] | None:
        """The first call from there on with somebody who has not turned it down in its round."""
        for candidate in range(turn, turn + len(self.chain)):
            begun = candidate - candidate % len(self.chain)
            people = [
                who
                for who in self._people(self.chain[candidate % len(self.chain)], at)
                if page.declined.get(who, -1) < begun
            ]
            if people:
                return candidate, people
        return None

    def _people(self, level: str, at: int) -> list[str]:
        kind, _, name = level.partition(":")
        teams: Table = self.file["teams"]
        named: dict[str, Callable[[], list[Any]]] = {
            "rota": lambda: [self.rotas.on(name, at, known=at)],
            "lead": lambda: [teams[name or self.team].get("lead")],
            "team": lambda: list(teams[name or self.team]["agents"]),
            "admins": lambda: list(self.file["desk"]["admins"]),
        }
        return [who for who in dict.fromkeys(named[kind]()) if who]

    def _round(self, turn: int) -> int:
        return turn // len(self.chain)
