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
    """One thing that went wrong, in words."""

    sin: Sin
    told: str


SENT: Final = "sent"
DROPPED: Final = "dropped"
FREE: Final = "new"
"""Nobody has a ticket of this status …"""

OVER: Final = ("resolved", "closed")
"""… and whether somebody has one of these says nothing."""

FACTS: Final = ("status", "assignee", "severity", "team")


def check(history: list[Line], found: Found) -> list[Finding]:
    """Everything that is wrong; an empty list is what everybody hopes for."""
    return [
        *_answers_and_effects(history, found),
        *_claims(history, found),
        *_order_of_each_process(history, found),
        *_events(found),
        *_promises(found),
        *_lanes(found),
    ]


def _answers_and_effects(history: list[Line], found: Found) -> Iterator[Finding]:
    """Whoever was told yes has exactly one effect, whoever was told no none, others one at most."""
    effects = Counter(event.word for event in found.events if event.word)
    for line in _answers(history):
        if not line.word:
            continue
        count = effects.pop(line.word, 0)
        told = f"{line.process}: {line.operation} {line.word!r} was answered {line.outcome}"
        if count > 1:
            yield Finding(Sin.DOUBLED, f"{told} and happened {count} times")
        if count == 0 and line.outcome is Outcome.OK:
            yield Finding(Sin.LOST, f"{told} and never happened")
        if count and line.outcome is Outcome.FAILED:
            yield Finding(Sin.PHANTOM, f"{told} and happened nevertheless")
    for word in effects:
        yield Finding(Sin.PHANTOM, f"{word!r} happened, and nobody did it")


def _claims(history: list[Line], found: Found) -> Iterator[Finding]:
    """A claim that was answered yes is in the history of the ticket, under that name."""
    claimed = Counter((e.ticket, e.actor) for e in found.events if e.kind == "claimed")
    for line in _answers(history):
        if line.operation == "claim" and line.outcome is Outcome.OK:
            assert line.ticket is not None
            if not claimed[line.ticket, line.actor]:
                yield Finding(Sin.LOST, f"{line.process}: the claim of #{line.ticket}")


def _order_of_each_process(history: list[Line], found: Found) -> Iterator[Finding]:
    """What somebody did after having been answered stands after what the answer was about."""
    places = {event.word: event for event in found.events if event.word}
    last: dict[tuple[str, int], Done] = {}
    for line in _answers(history):
        event = places.get(line.word)
        if event is None or line.outcome is not Outcome.OK:
            continue
        before = last.get((line.process, event.ticket))
        if before is not None and before.seq >= event.seq:
            yield Finding(
                Sin.OUT_OF_ORDER,
                f"{line.process}: {line.word!r} is #{event.ticket}/{event.seq}, "
                f"{before.word!r} before it is {before.seq}",
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
            )
        for fact in FACTS:
            was, to = event.changes.get(fact) or (None, None)
            if fact in event.changes and state.get(fact, was) != was:
                yield Finding(
                    Sin.CONTRADICTION,
                    f"#{ticket}/{event.seq}: {fact} was {state[fact]}, the event says {was}",
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
        told = f"outbox {promise.id} ({promise.state})"
        if promise.state not in {SENT, DROPPED}:
            yield Finding(Sin.LOST, f"{told} never came to an end")
        if promise.state == SENT and not promise.repeatable and count == 0:
            yield Finding(Sin.LOST, f"{told} is not in Slack")
        if count > 1:
            yield Finding(Sin.DOUBLED, f"{told} is in Slack {count} times")
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


def _answers(history: list[Line]) -> list[Line]:
    """One line per action: its answer, or its beginning where the writer was cut off."""
    last = {line.number: line for line in history}
    return sorted(last.values(), key=lambda line: line.at)
