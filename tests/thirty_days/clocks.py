"""Follows one ticket through its audit events, and says who has to hear what about its clocks."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from tests.thirty_days.minutes import Table, after, length, part
from tests.thirty_days.owed import Owed, Rules
from tests.thirty_days.words import Happened, Said, Word

PAUSED: Final = {"waiting", "on_hold"}
OVER: Final = {"resolved", "closed"}
ANSWERS: Final = ("first_response", "next_response")
STEPS: Final = ((0.5, "next lead"), (1, "admins"))
"""The ladder above its first step, which belongs to the deadline itself."""

REMINDERS: Final = (0.5, 0.8)
AT_RISK: Final = 0.8


class TicketAuditor:
    """One ticket. `hears` follows an event, `passes` lets time go on until a minute."""

    def __init__(self, opened: Happened, rules: Rules) -> None:
        self.rules = rules
        self.id = opened.ticket
        self.readers = list(dict.fromkeys(filter(None, map(opened.to, ("requester", "affected")))))
        self.severity, self.team = opened.to("severity"), opened.to("team")
        self.assignee: str | None = None
        self.status = "new"
        self.pauses: list[tuple[int, int | None]] = []
        self.over_since = 0
        self.owed = [self._begin(kind, opened.at) for kind in ("first_response", "resolution")]
        self.stated: list[tuple[int, dict[str, int]]] = []
        """Every deadline that may be named to somebody, from which minute on."""
        self._recount(opened.at)

    def hears(self, event: Happened) -> Iterator[Said]:
        """What people have to hear at once."""
        before = {id(owed): owed.known for owed in self.owed}
        severity, team = self.severity, self.team
        for name in ("severity", "team", "assignee"):
            if name in event.changes:
                setattr(self, name, event.to(name))
        self._stands_still(event)
        if event.changes.get("status", [""])[0] in PAUSED:
            self._count(event.at, soonest=event.at, resumed=True)  # with its old aims first
        yield from self._is_met(event)
        self._aims(event.at, severity, team)
        if event.kind == "promised_later":
            resolution = next(owed for owed in self.owed if owed.kind == "resolution")
            resolution.promised = (event.to("until"), event.at)
        if event.kind == "reopened":
            self._promise_all()
        if event.kind in {"answered", "reopened"} and event.actor in self.readers:
            self._owes_answer(event.at)
        self._recount(event.at, by_itself=event.actor == "desk")
        yield from self._moved(before, event.at, event.actor)

    def follows(self, rules: Rules, at: int) -> Iterator[Said]:
        """deskbell.toml was edited: open tickets follow."""
        self.rules = rules
        if self.status == "closed":
            return
        before = {id(owed): owed.known for owed in self.owed}
        self._promise_all()
        self._recount(at)
        for _, word in self._moved(before, at, "desk"):
            if word.what == "moved" and word.to == self.assignee:
                kind, _, due = word.about.replace("->", "@").split("@")
                yield Said(at, word._replace(what="edited", about=f"{kind}@{due}"))
            else:
                yield Said(at, word)

    def passes(self, until: int) -> Iterator[Said]:
        """Minute by minute, where anything is to be said, up to and including the last."""
        while self.status not in PAUSED | OVER:
            moments = [at for owed in self.owed if owed.is_open for at in owed.ahead.values()]
            now = min(moments, default=until + 1)
            if now > until:
                return
            for owed in [one for one in self.owed if one.is_open]:
                yield from self._at(owed, now)

    def _at(self, owed: Owed, now: int) -> Iterator[Said]:
        for what in [what for what, at in owed.ahead.items() if at <= now]:
            if owed.ahead.pop(what, None) is None:
                continue  # the deadline took it along
            owed.heard[what] = now
            if what == "breach":
                yield from self._breaks(owed, now)
            elif what in {tell for _, tell in STEPS}:
                yield from self._tells(now, "climb", self._on_step(what), owed.name)
            elif what == "risk":
                yield from self._tells(now, "risk", self.readers)
            elif self.assignee:
                yield from self._tells(now, "reminder", [self.assignee], owed.name)
            else:
                yield from self._tells(now, "notice", ["queue"], owed.name)

    def _breaks(self, owed: Owed, now: int) -> Iterator[Said]:
        owed.missed = owed.due
        yield from self._tells(now, "missed", ["audit"], owed.name)
        yield from self._tells(now, "notice", [f"team {self.team}"], owed.name)
        yield from self._tells(now, "breach", [self.assignee], owed.name)
        yield from self._tells(now, "climb", self._on_step("lead"), owed.name)
        if owed.kind == "resolution":
            yield from self._tells(now, "late", self.readers)
        self._plan(owed, now, soonest=now)

    def _tells(
        self, at: int, what: str, people: Sequence[str | None], about: str = ""
    ) -> Iterator[Said]:
        return (Said(at, Word(what, who, self.id, about)) for who in people if who)

    def _on_step(self, step: str) -> list[str]:
        """Never the assignee; the admins stand in for a step with nobody on it."""
        teams: Table = self.rules.file["teams"]
        admins = [one for one in self.rules.file["desk"]["admins"] if one != self.assignee]
        higher = sorted(
            (each for each in teams.values() if each["tier"] > teams[self.team]["tier"]),
            key=lambda each: each["tier"],
        )
        leads: dict[str, list[Any]] = {
            "lead": [teams[self.team].get("lead")],
            "next lead": [each.get("lead") for each in higher[:1]],
            "admins": [],
        }
        return [one for one in leads[step] if one not in {None, self.assignee}] or admins

    def _begin(self, kind: str, at: int) -> Owed:
        owed = Owed(kind, at)
        self._promise(owed)
        return owed

    def _promise(self, owed: Owed) -> None:
        """What the severity promises now; nothing, and it is owed no more."""
        written = self.rules.file["severities"][self.severity].get(owed.kind)
        owed.is_gone = owed.is_gone or written is None
        if written is not None:
            owed.length = length(written)
            owed.calendar = self.rules.calendar(self.severity, self.team)

    def _promise_all(self) -> None:
        for owed in self.owed:
            if owed.is_open:
                self._promise(owed)

    def _stands_still(self, event: Happened) -> None:
        if "status" not in event.changes:
            return
        was, self.status = event.changes["status"]
        if was in PAUSED:
            self.pauses[-1] = (self.pauses[-1][0], event.at)
        if self.status in PAUSED:
            self.pauses.append((event.at, None))
        if self.status in OVER and was not in OVER:
            self.over_since = event.at
        if was in OVER and self.status not in OVER:
            self.pauses.append((self.over_since, event.at))

    def _is_met(self, event: Happened) -> Iterator[Said]:
        """Only what an agent writes to the requester is an answer. Late is late, also when nobody
        had to hear of it because the clock stood still.
        """
        ends = self.status in OVER and "status" in event.changes
        ends = ends and event.changes["status"][0] not in OVER
        wrote = event.kind in {"replied", "asked"} or (
            event.kind == "resolved" and event.to("entry") is not None
        )
        for owed in self.owed:
            over = ends or (wrote and owed.kind in ANSWERS)
            late = owed.due is not None and owed.due < event.at and not owed.is_late
            if owed.is_open and over and late:
                owed.missed = owed.due
                yield from self._tells(event.at, "missed", ["audit"], owed.name)
            if owed.kind == "resolution":
                owed.is_met = self.status in OVER
            elif wrote:
                owed.is_met = True

    def _aims(self, at: int, severity: str, team: str) -> None:
        """A worse severity begins anew, a milder one counts on; no promise by hand outlives it."""
        if (severity, team) == (self.severity, self.team):
            return
        self._promise_all()
        for owed in [one for one in self.owed if one.is_open]:
            if severity != self.severity:
                owed.promised = None
                if self.rules.rank(self.severity) < self.rules.rank(severity):
                    owed.started, owed.missed = at, None

    def _owes_answer(self, at: int) -> None:
        answers = [owed for owed in self.owed if owed.kind in ANSWERS]
        promised = "next_response" in self.rules.file["severities"][self.severity]
        if self.status not in OVER and promised and not any(owed.is_open for owed in answers):
            self.owed.append(self._begin("next_response", at))

    def _moved(self, before: dict[int, int | None], at: int, actor: str) -> Iterator[Said]:
        """Old and new to the trail and the assignee, the new one to the requester."""
        for owed in self._running():
            was = before.get(id(owed))
            if was is None or owed.due is None or was == owed.due:
                continue
            yield from self._tells(at, "moved", ["audit"], f"{owed.kind}@{was}->{owed.due}")
            if owed.due > at:
                yield from self._tells(at, "promise", self.readers, owed.name)
            if self.assignee != actor:
                about = f"{owed.kind}@{was}->{owed.due}"
                yield from self._tells(at, "moved", [self.assignee], about)

    def _running(self) -> list[Owed]:
        return [owed for owed in self.owed if owed.is_open and self.status not in OVER]

    def _recount(self, at: int, *, by_itself: bool = False) -> None:
        """The deadlines as they are now, and what is still to be said of them. People act after
        the desk has looked for what is due in that minute.
        """
        self._count(at, soonest=at if by_itself else at + 1)
        named = {owed.kind: owed.due for owed in self._running() if owed.due is not None}
        self.stated.append((at, named))

    def _count(self, at: int, *, soonest: int, resumed: bool = False) -> None:
        for owed in self._running():
            owed.due = self._due(owed)
            owed.known = owed.known if owed.due is None else owed.due
            self._plan(owed, at, soonest=soonest, resumed=resumed)

    def _due(self, owed: Owed) -> int | None:
        by_policy = self._after(owed, owed.started, owed.length)
        if owed.promised is None or by_policy is None:
            return by_policy
        moment, on = owed.promised
        open_minutes = self.rules.calendars[owed.calendar].open
        for begin, end in sorted(self.pauses, key=lambda pause: pause[0]):
            begins = max(begin, on)
            if begins >= moment or (end is not None and end <= begins):
                continue
            if end is None:
                return None
            later = after(open_minutes, moment, open_minutes[begins:end].count(1))
            assert later is not None
            moment = later
        return max(moment, by_policy)

    def _after(self, owed: Owed, start: int, minutes: int) -> int | None:
        running = self.rules.calendars[owed.calendar].running(self.pauses)
        return after(running, start, minutes)

    def _plan(self, owed: Owed, at: int, *, soonest: int, resumed: bool = False) -> None:
        """Before the deadline the reminders and itself, after it the ladder; each once. What a
        change puts into the past is not said any more, but for what a pause had silenced.
        """
        silenced = None if resumed else owed.silenced
        owed.ahead, owed.silenced = {}, set()
        if owed.due is None or self.status in PAUSED:
            return
        moments = dict(self._above(owed) if owed.is_late else self._before(owed, at, silenced))
        owed.ahead = {what: max(moment, soonest) for what, moment in moments.items()}
        owed.silenced = {what for what, moment in moments.items() if moment < at}

    def _above(self, owed: Owed) -> Iterator[tuple[str, int]]:
        assert owed.due is not None
        for over, tell in STEPS:
            moment = self._after(owed, owed.due, part(owed.length, over))
            if moment is not None and owed.heard.get(tell, -1) < owed.started:
                yield tell, moment

    def _before(self, owed: Owed, at: int, silenced: set[str] | None) -> Iterator[tuple[str, int]]:
        """`silenced`: what may still be said late; None: all of it."""
        assert owed.due is not None
        yield "breach", owed.due
        start, whole = owed.started, owed.length
        if owed.promised:
            start = owed.promised[1]
            running = self.rules.calendars[owed.calendar].running(self.pauses)
            whole = running[start : owed.due].count(1)
        parts = [(f"@{each}", each) for each in REMINDERS]
        for what, each in [*parts, *([("risk", AT_RISK)] if owed.kind == "resolution" else [])]:
            moment = self._after(owed, start, part(whole, each))
            if moment is None or not whole or owed.heard.get(what, -1) >= start:
                continue
            in_time = moment >= at or silenced is None or what in silenced
            if in_time and max(at, moment) < owed.due:
                yield what, moment
