"""What people hear about being on call: hand-overs, changes of shifts, gaps, reports of drills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from handlers.routes import Action
from handlers.views import facts
from handlers.views.words import Mention, Moment, Piece, Sign, Words, phrase, plain, said
from store.audit import DESK
from store.handover import ALL_ROTAS, Gap, OpenPage
from store.models import ChangeState, Page, PageState, Ring, RingAnswer, ShiftChange
from store.rules.policy import Policy
from store.shift_changes import waited_for

_ALL_QUIET: Final = "No page and no urgent ticket is open"
_START: Final = ". A quiet start."
_END: Final = ": nothing is left for you to pass on."

SHOWN: Final = 15
"""Tickets or gaps listed in one message."""


@dataclass(frozen=True)
class Told:
    """A message: its first line is the notification."""

    heading: list[Piece]
    blocks: list[Block]


def hand_over(
    name: str,
    *,
    before: str | None,
    now: str,
    until: datetime | None,
    reader: str,
    open_pages: Sequence[OpenPage],
    policy: Policy,
) -> Told:
    """To both people, each addressed in their own way, with what is still open."""
    if reader == now:
        heading = phrase("You are on call now: *{name}*", name=name)
        heading += phrase(", until {until}", until=Moment(until)) if until else []
        heading += phrase(". Before you: {who}.", who=Mention(before)) if before else [Words(".")]
    else:
        heading = phrase(
            "You are no longer on call: *{name}*. {who} has taken over.",
            name=name,
            who=Mention(now),
        )
    rows: list[Block] = [said(_row(each, policy)) for each in open_pages[:SHOWN]]
    if rows:
        rows = [said([Words("Still open:", bold=True)]), *rows, *_more(open_pages)]
    else:
        rows = [said([Words(_ALL_QUIET + (_START if reader == now else _END))])]
    return Told(heading, [said([Sign("pager"), Words(" "), *heading]), *rows])


def change(asked: ShiftChange, name: str, *, reader: str, asking: bool, news: bool) -> Told:
    """A question with its buttons for whoever has not agreed yet, and for whoever asked a way back;
    otherwise how it stands. Once it is answered, the question only says so: the `news` follow it.
    """
    if asked.state != ChangeState.ASKED and not news:
        answered = _answered(asked, name, reader=reader)
        return Told(answered, [said(answered)])
    heading = _heading(asked, name, reader=reader, asking=asking)
    buttons: list[ButtonElement] = []
    if asked.state == ChangeState.ASKED and reader in waited_for(asked):
        agree = _button(Action.AGREE, "Agree", asked.id, "primary")
        buttons = [agree, _button(Action.DISAGREE, "No", asked.id)]
    elif asked.state == ChangeState.ASKED and reader == asked.asked_by:
        buttons = [_button(Action.DISAGREE, "Withdraw", asked.id)]
    blocks: list[Block] = [said(heading), *(said(line) for line in _deal(asked))]
    return Told(heading, [*blocks, ActionsBlock(elements=buttons)] if buttons else blocks)


def gaps(found: Sequence[Gap], policy: Policy) -> Told:
    """To leads and admins, while there is still time to do something."""
    heading = [Sign("warning"), *phrase(" *Nobody will be on call* at these times:")]
    rows = [said(_gap(gap, policy)) for gap in found[:SHOWN]]
    fix = "Type /oncall and take a shift, or ask somebody to; or mend the rota in deskbell.toml."
    return Told(heading, [said(heading), *rows, *_more(found), said([Words(fix)])])


def drill(page: Page, rings: Sequence[Ring], policy: Policy) -> Told:
    """Who was called when, who answered, and how fast."""
    heard = page.state == PageState.ACKNOWLEDGED and page.acknowledged_by
    if heard and page.acknowledged_at is not None:
        took = _lasting(page.acknowledged_at - page.started_at)
        heading = phrase("Drill over: *{who}* answered after {took}.",
                         who=Mention(str(page.acknowledged_by)), took=took)  # fmt: skip
    else:
        heading = phrase("Drill over: *nobody answered*. A real page would begin anew.")
    rows = [said(_called(ring, policy)) for ring in rings]
    return Told(heading, [said([Sign("test_tube"), Words(" "), *heading]), *rows[:SHOWN]])


def _called(ring: Ring, policy: Policy) -> list[Piece]:
    level = facts.level_name(policy, ring.level)
    if ring.person == DESK:
        return phrase("{level}: nobody to call", level=level)
    told = phrase("{level}: {who}", level=level, who=Mention(ring.person))
    if ring.delivered_at is None:
        told += [Words(", not delivered")]
    if ring.answer is None or ring.answered_at is None:
        return [*told, Words(", no answer")]
    word = "acknowledged" if ring.answer == RingAnswer.ACKNOWLEDGED else "could not take it"
    return [*told, Words(f", {word} after {_lasting(ring.answered_at - ring.at)}")]


def _lasting(length: object) -> str:
    """As a stopwatch shows it: "1 min 20 s"."""
    seconds = int(getattr(length, "total_seconds", lambda: 0)())
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _heading(asked: ShiftChange, name: str, *, reader: str, asking: bool) -> list[Piece]:
    by = Mention(asked.asked_by)
    settler = Mention(asked.settled_by or asked.asked_by)
    if asked.state == ChangeState.ASKED and reader == asked.asked_by:
        told = phrase("You asked for a change of shifts in *{name}*. It counts when ", name=name)
        for place, who in enumerate(waited_for(asked)):
            told += [*([Words(" and ")] if place else []), Mention(who)]
        return [*told, Words(" agree:" if len(waited_for(asked)) > 1 else " agrees:")]
    if asking and asked.state == ChangeState.ASKED:
        return phrase("{by} asks for a change of shifts in *{name}*:", by=by, name=name)
    if asked.state == ChangeState.ASKED:
        return phrase("A change of shifts in *{name}* waits for an answer:", name=name)
    if asked.state == ChangeState.DECLINED and asked.settled_by == asked.asked_by:
        return phrase("{who} took back this change in *{name}*:", who=settler, name=name)
    if asked.state == ChangeState.DECLINED:
        return phrase("{who} said no to this change in *{name}*:", who=settler, name=name)
    if asked.settled_by not in {asked.giver, asked.taker}:
        return phrase("{who} changed shifts in *{name}*:", who=settler, name=name)
    return phrase("Agreed, a change of shifts in *{name}*:", name=name)


def _answered(asked: ShiftChange, name: str, *, reader: str) -> list[Piece]:
    by = Words("You") if reader == asked.asked_by else Mention(asked.asked_by)
    told = phrase("{by} asked for a change of shifts in *{name}*, and ", by=by, name=name)
    if asked.state == ChangeState.AGREED:
        return [*told, Words("it was agreed.")]
    if asked.settled_by == asked.asked_by:
        return [*told, Words("took it back.")]
    return [*told, *phrase("{who} said no.", who=Mention(asked.settled_by or asked.asked_by))]


def _deal(asked: ShiftChange) -> list[list[Piece]]:
    """Who takes what from whom."""
    span = {"start": Moment(asked.start_at), "end": Moment(asked.end_at)}
    if asked.giver is None:
        taker = Mention(asked.taker)
        return [
            phrase("{taker} is on call, {start} to {end}, when nobody was", taker=taker, **span)
        ]
    people = {"taker": Mention(asked.taker), "giver": Mention(asked.giver)}
    told = [phrase("{taker} is on call instead of {giver}, {start} to {end}", **people, **span)]
    if asked.back_start_at is not None and asked.back_end_at is not None:
        back = {"start": Moment(asked.back_start_at), "end": Moment(asked.back_end_at)}
        told.append(
            phrase("{giver} is on call instead of {taker}, {start} to {end}", **people, **back)
        )
    return told


def _button(action: Action, label: str, change_id: int, style: str | None = None) -> ButtonElement:
    return ButtonElement(action_id=action, text=plain(label), value=str(change_id), style=style)


def _gap(gap: Gap, policy: Policy) -> list[Piece]:
    rota = policy.rotas.get(gap.rota)
    name = rota.label if rota else ("every rota" if gap.rota == ALL_ROTAS else gap.rota)
    return phrase(
        "• *{name}*: {start} to {end}", name=name, start=Moment(gap.start), end=Moment(gap.end)
    )


def _row(found: OpenPage, policy: Policy) -> list[Piece]:
    ticket, page = found.ticket, found.page
    told = phrase(
        "• *{number}* {summary} ({severity}), with {who}",
        number=ticket.number,
        summary=facts.summary(ticket),
        severity=facts.severity_name(policy, ticket.severity),
        who=Mention(ticket.assignee) if ticket.assignee else Words("nobody yet"),
    )
    if page is None:
        return told
    if page.acknowledged_by is None:
        return [*told, *phrase("; its page *still rings*")]
    return [
        *told,
        *phrase("; its page was acknowledged by {who}", who=Mention(page.acknowledged_by)),
    ]


def _more(found: Sequence[object]) -> list[Block]:
    left = len(found) - SHOWN
    return [said([Words(f"… and {left} more.")])] if left > 0 else []
