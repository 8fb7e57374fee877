"""Judges whether what people were told, what was saved and what Slack shows are one story.

It knows nothing of how the desk works, only what the desk promises.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from tests.soak.history import Done, Found, Line, Outcome


class Sin(StrEnum):
    """What must never happen."""

    LOST = "lost"
    DOUBLED = "doubled"
    PHANTOM = "phantom"
    OUT_OF_ORDER = "out of order"
    DOUBLE_WINNER = "double winner"
    GAP = "gap"
    CONTRADICTION = "contradiction"


class Finding(NamedTuple):
    """One thing that went wrong, in words, and when that was answered, saved or promised
    (seconds), if it is known.
    """

    sin: Sin
    told: str
    at: float | None = None


SENT: Final = "sent"
DROPPED: Final = "dropped"
FREE: Final = "new"
"""Nobody has a ticket of this status …"""

OVER: Final = ("resolved", "closed")
"""… and whether somebody has one of these says nothing."""

MOVES: Final = {"Claim": "claimed", "Release": "released"}
"""What is pressed and carries no words, and the event that it leaves."""

TAKES: Final = ("Reply", "Resolve")
"""Whoever does this to a ticket that nobody has has claimed it."""

SLACKS: Final = ("say", "answer")
"""Messages: once Slack has them, the desk must have them in the end, whatever happened."""

HELD: Final = ("Reply",)
"""Goes out a little later, when it can no longer be undone."""

FACTS: Final = ("status", "assignee", "severity", "team")


def check(history: list[Line], found: Found) -> list[Finding]:
    """Everything that is wrong; an empty list is what everybody hopes for."""
    return [
        *_answers_and_effects(history, found),
        *(_moves(history, found) if history else ()),
        *_order_of_each_process(history, found),
        *_events(found),
        *_promises(found),
        *_lanes(found),
        *_alarms(found),
    ]


def _answers_and_effects(history: list[Line], found: Found) -> Iterator[Finding]:
    """Whoever was told yes has exactly one effect, whoever was told no none, others one at most."""
    effects = Counter(event.word for event in found.events if event.word)
    for line in _answers(history):
        if not line.word:
            continue
        count = effects.pop(line.word, 0)
        about = f" on #{line.ticket}" if line.ticket else ""
        told = f"{line.process}: {line.operation} {line.word!r}{about} was answered {line.outcome}"
        if count > 1:
            yield Finding(Sin.DOUBLED, f"{told} and happened {count} times", line.at)
        sure = line.outcome is Outcome.OK or line.operation in SLACKS
        if count == 0 and sure and line.word not in found.strays:
            yield Finding(Sin.LOST, f"{told} and never happened", line.at)
        if count and line.outcome is Outcome.FAILED:
            yield Finding(Sin.PHANTOM, f"{told} and happened nevertheless", line.at)
    for word in effects:
        yield Finding(Sin.PHANTOM, f"{word!r} happened, and nobody did it")


def _moves(history: list[Line], found: Found) -> Iterator[Finding]:
    """Every press that was answered yes is in the history of the ticket under that name, and
    nothing is there that was answered no.
    """
    done = Counter((e.ticket, e.kind, e.actor) for e in found.events if e.kind in MOVES.values())
    sure, perhaps = Counter[tuple[int, str, str]](), Counter[tuple[int, str, str]]()
    for line in _answers(history):
        if line.operation in MOVES:
            assert line.ticket is not None
            key = (line.ticket, MOVES[line.operation], line.actor)
            sure[key] += line.outcome is Outcome.OK
            perhaps[key] += line.outcome is not Outcome.FAILED
        elif line.operation in TAKES and line.ticket is not None:
            perhaps[line.ticket, MOVES["Claim"], line.actor] += 1
    for key in done.keys() | sure.keys():
        ticket, kind, actor = key
        told = f"#{ticket} {kind} by {actor}: {done[key]} times"
        if done[key] < sure[key]:
            yield Finding(Sin.LOST, f"{told}, but it was answered yes {sure[key]} times")
        if done[key] > perhaps[key]:
            yield Finding(Sin.PHANTOM, f"{told}, but at most {perhaps[key]} were not answered no")


def _order_of_each_process(history: list[Line], found: Found) -> Iterator[Finding]:
    """What somebody did after having been answered stands after what the answer was about."""
    places = {event.word: event for event in found.events if event.word}
    last: dict[tuple[str, int], Done] = {}
    for line in _answers(history):
        event = places.get(line.word)
        if event is None or line.outcome is not Outcome.OK or line.operation in HELD:
            continue
        before = last.get((line.process, event.ticket))
        if before is not None and before.seq >= event.seq:
            yield Finding(
                Sin.OUT_OF_ORDER,
                f"{line.process}: {line.word!r} is #{event.ticket}/{event.seq}, "
                f"{before.word!r} before it is {before.seq}",
                line.at,
            )
        last[line.process, event.ticket] = event


def _events(found: Found) -> Iterator[Finding]:
    """Per ticket 1, 2, 3 …; each change begins where the last one ended; one winner at a time."""
    by_ticket: dict[int, list[Done]] = defaultdict(list)
    for event in sorted(found.events, key=lambda event: (event.ticket, event.seq)):
        by_ticket[event.ticket].append(event)
    for ticket, events in by_ticket.items():
        numbers = [event.seq for event in events]
        if numbers != list(range(1, len(events) + 1)):
            yield Finding(Sin.GAP, f"#{ticket} has the events {numbers}")
        yield from _replayed(ticket, events, found.tickets.get(ticket, {}))


def _replayed(ticket: int, events: list[Done], now: dict[str, object]) -> Iterator[Finding]:
    state: dict[str, object] = {}
    for event in events:
        if event.kind == "claimed" and state.get("assignee"):
            yield Finding(
                Sin.DOUBLE_WINNER,
                f"#{ticket}/{event.seq}: {event.actor} claimed what {state['assignee']} has",
                event.at,
            )
        for fact in FACTS:
            was, to = event.changes.get(fact) or (None, None)
            if fact in event.changes and state.get(fact, was) != was:
                yield Finding(
                    Sin.CONTRADICTION,
                    f"#{ticket}/{event.seq}: {fact} was {state[fact]}, the event says {was}",
                    event.at,
                )
            state |= {fact: to} if fact in event.changes else {}
    for fact, value in state.items():
        if fact in now and now[fact] != value:
            yield Finding(Sin.CONTRADICTION, f"#{ticket}: {fact} is {now[fact]}, not {value}")
    if now and now["status"] not in OVER and (now["status"] == FREE) != (now["assignee"] is None):
        yield Finding(Sin.CONTRADICTION, f"#{ticket} is {now['status']}: {now['assignee']} has it")


def _promises(found: Found) -> Iterator[Finding]:
    """Every promise was kept, or dropped for good reason; no key is in Slack twice."""
    posted = Counter(post.key for post in found.posts)
    for promise in found.promises:
        count = 0 if promise.repeatable else posted.pop(promise.key, 0)
        told = f"outbox {promise.id} ({promise.kind}, {promise.state}, lane {promise.lane})"
        if promise.state not in {SENT, DROPPED}:
            yield Finding(Sin.LOST, f"{told} never came to an end", promise.at)
        if promise.state == SENT and not promise.repeatable and count == 0:
            yield Finding(Sin.LOST, f"{told} is not in Slack", promise.at)
        if count > 1:
            yield Finding(Sin.DOUBLED, f"{told} is in Slack {count} times", promise.at)
    for key in posted:
        yield Finding(Sin.PHANTOM, f"{key} is in Slack, and nobody promised it")


def _lanes(found: Found) -> Iterator[Finding]:
    """What belongs to one conversation stands there in the order of the promises."""
    times = {post.key: post.ts for post in found.posts}
    lanes: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for promise in sorted(found.promises, key=lambda promise: promise.id):
        if promise.key in times:
            lanes[promise.lane].append((promise.id, times[promise.key]))
    for lane, posts in lanes.items():
        for (earlier, first), (later, second) in pairwise(posts):
            if first > second:
                yield Finding(Sin.OUT_OF_ORDER, f"lane {lane}: {later} stands before {earlier}")


def _alarms(found: Found) -> Iterator[Finding]:
    """Everything rang once when its moment had come."""
    rang = Counter((alarm.ticket, alarm.what) for alarm in found.alarms if alarm.rang)
    for (ticket, what), count in rang.items():
        if count > 1:
            yield Finding(Sin.DOUBLED, f"#{ticket}: {what} rang {count} times")
    for alarm in found.alarms:
        if alarm.is_due and not alarm.rang:
            yield Finding(Sin.LOST, f"#{alarm.ticket}: {alarm.what} never rang")


def _answers(history: list[Line]) -> list[Line]:
    """One line per action: its answer, or its beginning where the writer was cut off."""
    last = {line.number: line for line in history}
    return sorted(last.values(), key=lambda line: line.at)
