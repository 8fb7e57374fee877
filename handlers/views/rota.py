"""`/oncall`: who is on call, until when, who comes next, and a picture of the next two weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)

from handlers.routes import Action
from handlers.views.words import Mention, Moment, Words, cut, md, phrase, plain, said
from store.rules.policy import Rota
from store.rules.rota import Stretch
from store.rules.wall_clock import first_instant
from store.shifts import Standing

DAYS: Final = 14
_NAME: Final = 9
"""Name, two weeks and the blanks between them fit a phone's 30 characters of fixed width."""

_NO_ROTA: Final = "There is no rota. An admin adds one in deskbell.toml."
_TAKE: Final = (Action.TAKE, "Take this shift")
_OF_ONES_OWN: Final = ((Action.COVER, "Cover for me"), _TAKE, (Action.SWAP, "Swap"))


@dataclass(frozen=True)
class Plan:
    """A rota as it stands, and who is on in the two weeks from today's midnight there."""

    now: Standing
    stretches: Sequence[Stretch]
    is_readers: bool = False
    """The reader has a shift in it, now or soon."""


def on_call(
    plans: Sequence[Plan],
    names: Mapping[str, str],
    *,
    at: datetime,
    may_change: bool,
    may_drill: bool,
) -> list[Block]:
    """Rota by rota. Buttons are for those who take part, as far as they have something to give;
    `names` are people's, by user id.
    """
    if not plans:
        return [SectionBlock(text=plain(_NO_ROTA))]
    blocks: list[Block] = []
    for plan in plans[:12]:  # a message holds 50 blocks
        blocks += [_now(plan.now), _picture(plan, names, at), _legend(plan.now.rota)]
        if may_change:
            blocks.append(_buttons(plan))
    if may_drill:
        blocks.append(ContextBlock(elements=[md("`/oncall drill` calls the chain, as a test.")]))
    return blocks


def text(plans: Sequence[Plan]) -> str:
    """The same in a few words."""
    told = [
        f"{plan.now.rota.label}: {f'<@{plan.now.person}>' if plan.now.person else 'nobody'}"
        for plan in plans
    ]
    return "On call: " + ("; ".join(told) or "there is no rota.")


def picture(plan: Plan, names: Mapping[str, str], *, at: datetime) -> str:
    """A row per person, a column per day: the whole day, a part of it, or not at all."""
    rota = plan.now.rota
    today = at.astimezone(rota.zone).date()
    days = [today + timedelta(days=n) for n in range(DAYS)]
    rows = [_dates(days), _row("", days, ["MTWTFSS"[day.weekday()] for day in days])]
    ahead = [stretch for stretch in plan.stretches if stretch.end > at]
    for person in dict.fromkeys(stretch.person for stretch in ahead):
        marks = [_mark(plan, person, day, at) for day in days]
        if set(marks) != {"·"}:
            name = names.get(person, person) if person else "nobody"
            rows.append(_row(name.split(" ")[0], days, marks))
    return "\n".join(rows)


def _dates(days: Sequence[date]) -> str:
    """Today's number and every Monday's, each above its day."""
    line = ""
    for number, day in enumerate(days):
        column = _NAME + 1 + number + sum(d.weekday() == 0 for d in days[1 : number + 1])
        if number == 0 or day.weekday() == 0:
            crowded = bool(line) and column - len(line) < 1
            line = f"{' ' * column if crowded else line:<{column}}{day.day}"
    return line


def _row(name: str, days: Sequence[date], marks: Sequence[str]) -> str:
    """Weeks stand apart: a blank before each Monday."""
    cells = [
        f" {mark}" if day.weekday() == 0 and number else mark
        for number, (day, mark) in enumerate(zip(days, marks, strict=True))
    ]
    return f"{cut(name, _NAME):<{_NAME}} {''.join(cells)}"


def _mark(plan: Plan, person: str | None, day: date, at: datetime) -> str:
    """What is over of today counts no more."""
    zone = plan.now.rota.zone
    start, end = first_instant(zone, day, 0), first_instant(zone, day + timedelta(days=1), 0)
    start = max(start, at)
    on = sum(
        (
            max(min(stretch.end, end) - max(stretch.start, start), timedelta(0))
            for stretch in plan.stretches
            if stretch.person == person
        ),
        timedelta(0),
    )
    if not on:
        return "·"
    return "█" if on == end - start else "▄"


def _now(now: Standing) -> Block:
    who = Mention(now.person) if now.person else Words("nobody", bold=True)
    told = phrase("*{name}*: {who}", name=now.rota.label, who=who)
    if now.until is not None:
        told += phrase(" until {until}", until=Moment(now.until))
    if now.following is not None and now.following_at is not None:
        later = now.until is not None and now.following_at > now.until
        told += phrase(", then {following}", following=Mention(now.following))
        told += phrase(" from {start}", start=Moment(now.following_at)) if later else []
    return said([*told, Words(".")])


def _picture(plan: Plan, names: Mapping[str, str], at: datetime) -> Block:
    drawn = RichTextElementParts.Text(text=picture(plan, names, at=at))
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=[drawn])])


def _legend(rota: Rota) -> Block:
    told = f"Two weeks from today in {rota.timezone}: █ all day, ▄ a part of it"
    return ContextBlock(elements=[plain(told)])


def _buttons(plan: Plan) -> Block:
    return ActionsBlock(
        elements=[
            ButtonElement(action_id=action, text=plain(label), value=plan.now.rota.key)
            for action, label in (_OF_ONES_OWN if plan.is_readers else (_TAKE,))
        ]
    )
