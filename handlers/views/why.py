"""Why a deadline is what it is: the policy, every interval with its reason, and how they add up."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    SectionBlock,
)
from slack_sdk.models.views import View

from handlers.views import facts
from handlers.views.form import modal
from handlers.views.timeline import timeline
from handlers.views.words import Moment, Piece, Words, phrase, plain, said, sentence
from store.clockwork import is_owed
from store.explaining import WAITS, Explanation
from store.models import TargetKind, Ticket
from store.rules.durations import spell
from store.rules.open_days import AROUND_THE_CLOCK, Stretch, clock_change
from store.rules.policy import Policy

MOST: Final = 30
"""Intervals told one by one; of more, the first and the last."""

_MINUTE: Final = timedelta(minutes=1)

OPEN_SHOWN: Final = 4
"""Targets explained in full; a ticket owes three things at most at one time."""


def why(ticket: Ticket, explained: Sequence[Explanation], policy: Policy) -> View:
    """What is owed in full, and what is over in a line each."""
    blocks: list[Block] = [SectionBlock(text=plain(facts.title(ticket)))]
    owed = [each for each in explained if is_owed(ticket, each.target)]
    for each in owed[:OPEN_SHOWN]:
        blocks += [DividerBlock(), *_in_full(each, policy)]
    over = [said(_over(each)) for each in explained if not is_owed(ticket, each.target)]
    if over:
        blocks += [DividerBlock(), *over[-OPEN_SHOWN * 5 :]]
    return modal("Why this deadline?", blocks, close="Back")


def _in_full(told: Explanation, policy: Policy) -> list[Block]:
    zone = _zone(told, policy)
    picture = timeline(told.stretches, zone, WAITS.values())
    blocks: list[Block] = [said(_heading(told)), said(_rule(told, policy))]
    if picture:
        drawn = RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=picture)])
        items = [sentence(line) for line in _shortened(list(_intervals(told, zone)))]
        listed = RichTextListElement(style="bullet", elements=items)
        blocks += [RichTextBlock(elements=[drawn]), RichTextBlock(elements=[listed])]
    return [*blocks, said(_sum(told)), *(said(line) for line in _by_hand(told))]


def _heading(told: Explanation) -> list[Piece]:
    """What is due, and when."""
    label = _label(told)
    if told.target.due_at is None:
        return phrase(f"*{label}: the clock stands still*")
    state = "was due" if told.target.missed_at == told.target.due_at else "is due"
    return phrase(f"*{label}* {state} {{when}}", when=Moment(told.target.due_at))


def _rule(told: Explanation, policy: Policy) -> list[Piece]:
    """The promise behind it."""
    target, calendar = told.target, told.calendar
    return phrase(
        f"*{{severity}}* promises it within {{length}} of *{{calendar}}* ({_zone(told, policy)}). "
        "The clock began {start}.",
        severity=facts.severity_name(policy, target.severity),
        length=spell(target.length),
        calendar=calendar.name or calendar.key,
        start=Moment(target.started_at),
    )


def _zone(told: Explanation, policy: Policy) -> ZoneInfo:
    """Whose clock the intervals are told on: that of the calendar, or of the desk where all hours
    count alike.
    """
    return ZoneInfo(policy.timezone) if told.calendar.always else told.calendar.zone


def _intervals(told: Explanation, zone: ZoneInfo) -> Iterator[list[Piece]]:
    """Each interval that people would see pass; what counted with its length."""
    counted, last = iter(_minutes(told)), told.stretches[-1]
    for stretch in told.stretches:
        span, why = _span(stretch, zone), _reason(stretch, zone)
        length = next(counted) if stretch.counted else stretch.end - stretch.start
        if length < _MINUTE and stretch is not last:
            continue
        if stretch.counted:
            yield phrase(f"{span}: *{{length}} counted*{why}", length=spell(length))
        elif told.by_policy is None and stretch is last:
            yield [Words(f"since {_when(stretch.start.astimezone(zone))}: {stretch.reason}")]
        else:
            yield [Words(f"{span}: {stretch.reason}")]


def _reason(stretch: Stretch, zone: ZoneInfo) -> str:
    """Why it counted, unless that goes without saying."""
    if stretch.reason == "working hours":
        return ""
    if stretch.reason != AROUND_THE_CLOCK:
        return f" ({stretch.reason})"
    before, after = (at.astimezone(zone).utcoffset() for at in stretch[:2])
    assert before is not None  # the zone is one
    assert after is not None
    return f" ({stretch.reason}){clock_change(before - after)}"


def _minutes(told: Explanation) -> list[timedelta]:
    """What counted, in whole minutes that add up to the whole: people do not read seconds."""
    lengths, total, shown = [], timedelta(0), 0
    for stretch in told.stretches:
        if stretch.counted:
            total += stretch.end - stretch.start
            minutes = round(total / timedelta(minutes=1))
            lengths.append(timedelta(minutes=minutes - shown))
            shown = minutes
    return lengths


def _span(stretch: Stretch, zone: ZoneInfo) -> str:
    start, end = stretch.start.astimezone(zone), stretch.end.astimezone(zone)
    if start.date() == end.date():
        return f"{_when(start)}-{end:%H:%M}"
    return f"{_when(start)} - {_when(end)}"


def _when(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %H:%M}"


def _sum(told: Explanation) -> list[Piece]:
    """How it adds up."""
    parts = [part for part in _minutes(told) if part]
    used = sum(parts, timedelta(0))
    terms = " + ".join(spell(part) for part in parts) if 1 < len(parts) <= MOST // 3 else "together"
    added = f"{terms} = {spell(used)}" if len(parts) > 1 else spell(used)
    if told.by_policy is None:
        left = spell(told.target.length - used)
        return phrase(
            "Counted so far: *{used}*. *{left}* remain when the clock goes on.",
            used=added,
            left=left,
        )
    return phrase(
        "*{added}*, so by the policy it is due {when}.", added=added, when=Moment(told.by_policy)
    )


def _by_hand(told: Explanation) -> Iterator[list[Piece]]:
    """A later time that an agent promised."""
    target = told.target
    if target.promised_at is not None and target.due_at is not None:
        yield phrase(
            "By hand a later time was promised: {promised}. So it is due {when}.",
            promised=Moment(target.promised_at),
            when=Moment(target.due_at),
        )


def _over(told: Explanation) -> list[Piece]:
    """How a target ended."""
    target, label = told.target, _label(told)
    due = Moment(target.due_at) if target.due_at else Words("no time yet")
    if target.withdrawn_at is not None:
        return phrase(
            f"*{label}*: no longer owed since {{when}}, when the promise behind it ended.",
            when=Moment(target.withdrawn_at),
        )
    if target.met_at is None:
        missed = "never given, and it was due" if target.missed_at else "not given; it was due"
        return phrase(f"*{label}*: {missed} {{due}}.", due=due)
    if target.missed_at and target.due_at and target.met_at <= target.due_at:
        return phrase(
            f"*{label}*: met {{met}}, in time for the last promise, {{due}}; an earlier one was "
            "*missed* {missed}.",
            met=Moment(target.met_at),
            due=due,
            missed=Moment(target.missed_at),
        )
    late = "*late*" if target.missed_at else "in time"
    return phrase(
        f"*{label}*: met {late} {{met}}; it was due {{due}}.", met=Moment(target.met_at), due=due
    )


def _label(told: Explanation) -> str:
    label = TargetKind(told.target.kind).label
    return f"{label[:1].upper()}{label[1:]}"


def _shortened(lines: list[list[Piece]]) -> list[list[Piece]]:
    if len(lines) <= MOST:
        return lines
    half = MOST // 2
    return [*lines[:half], [Words(f"… {len(lines) - MOST} more …")], *lines[-half:]]
