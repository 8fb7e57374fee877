"""Forms for changing shifts: cover for me, take this shift, swap.

A shift travels as "<start>:<end>" in Unix seconds. Admins may also decide for others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views.form import Json, menu, metadata, modal, moment_input, person_input, typed
from handlers.views.words import cut, plain
from store.rules.errors import InvalidFields
from store.rules.policy import Rota
from store.rules.rota import Stretch
from store.rules.sentences import on_call as say
from store.shift_changes import Span

_HOW: Final = (("ask", "When both have agreed"), ("force", "At once, without asking"))
_NAME: Final = 30
"""With the span after it, this fits an option's 75 characters."""

_PART: Final = "Leave it empty for the whole shift."


@dataclass(frozen=True)
class Offer:
    """What a form may offer to whom: shifts with their person's name, in the reader's zone."""

    rota: Rota
    shifts: Sequence[Stretch]
    names: dict[str, str]
    zone: str
    is_admin: bool


@dataclass(frozen=True)
class CoverForm:
    """Somebody else takes one of my shifts, or a part of it."""

    rota: str
    span: Span
    person: str
    force: bool

    @staticmethod
    def draw(offer: Offer) -> View:
        """`offer.shifts` are the reader's own."""
        blocks: list[Block] = [
            menu("shift", "Your shift", _options(offer, named=False), initial=_first(offer)),
            person_input("person", "Who covers for you?"),
            *_part_of_it(),
            *_how(offer),
        ]
        return _form(Form.COVER, offer, "Cover for me", blocks)

    @classmethod
    def read(cls, view: Json) -> Self:
        """InvalidFields when the part chosen is none."""
        person = typed(view, "person") or ""
        return cls(_rota(view), _part(view), person, _is_forced(view))


@dataclass(frozen=True)
class TakeForm:
    """I take somebody's shift, or time when nobody is on; an admin may choose another taker."""

    rota: str
    span: Span
    taker: str | None
    force: bool

    @staticmethod
    def draw(offer: Offer) -> View:
        """`offer.shifts` are the others', and those of nobody."""
        taker = person_input(
            "person", "Who takes it?", optional=True, hint="Leave it empty to take it yourself."
        )
        blocks: list[Block] = [
            menu("shift", "Shift", _options(offer, named=True), initial=_first(offer)),
            *([taker] if offer.is_admin else []),
            *_part_of_it(),
            *_how(offer),
        ]
        return _form(Form.TAKE, offer, "Take a shift", blocks)

    @classmethod
    def read(cls, view: Json) -> Self:
        """InvalidFields when the part chosen is none."""
        return cls(_rota(view), _part(view), typed(view, "person"), _is_forced(view))


@dataclass(frozen=True)
class SwapForm:
    """One of my shifts for one of somebody else's."""

    rota: str
    mine: Span
    theirs: Span
    force: bool

    @staticmethod
    def draw(own: Offer, others: Offer) -> View:
        """What I give, and what I get for it."""
        blocks: list[Block] = [
            menu("shift", "You give", _options(own, named=False), initial=_first(own)),
            menu("theirs", "You get", _options(others, named=True), initial=_first(others)),
            *_how(own),
        ]
        return _form(Form.SWAP, own, "Swap shifts", blocks)

    @classmethod
    def read(cls, view: Json) -> Self:
        """Both spans as they were offered."""
        mine, theirs = (_span(typed(view, field) or "") for field in ("shift", "theirs"))
        return cls(_rota(view), mine, theirs, _is_forced(view))


def _form(form: Form, offer: Offer, title: str, blocks: list[Block]) -> View:
    named = SectionBlock(text=plain(f"{offer.rota.label} · times in {offer.zone}"))
    kept = {"rota": offer.rota.key}
    return modal(title, [named, *blocks], form=form, submit="Ask", kept=kept)


def _options(offer: Offer, *, named: bool) -> list[tuple[str, str]]:
    """A span each; `named`: after whose it is."""
    return [
        (
            f"{int(shift.start.timestamp())}:{int(shift.end.timestamp())}",
            (f"{cut(offer.names.get(shift.person or '', 'nobody'), _NAME)}: " if named else "")
            + f"{_written(shift.start, offer.zone)} – {_written(shift.end, offer.zone)}",  # noqa: RUF001 - a span
        )
        for shift in offer.shifts
    ]


def _first(offer: Offer) -> str:
    """The next one, which is meant most often."""
    return _options(offer, named=False)[0][0]


def _written(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _part_of_it() -> list[Block]:
    return [
        moment_input("from", "Only from", optional=True, hint=_PART),
        moment_input("until", "Only until", optional=True, hint=_PART),
    ]


def _how(offer: Offer) -> list[Block]:
    """Asking is the rule; only admins are offered more."""
    return [menu("how", "When does it count?", _HOW, initial="ask")] if offer.is_admin else []


def _is_forced(view: Json) -> bool:
    return typed(view, "how") == "force"


def _rota(view: Json) -> str:
    return str(metadata(view)["rota"])


def _part(view: Json) -> Span:
    """The shift, or what was chosen of it."""
    whole = _span(typed(view, "shift") or "")
    begins, ends = (typed(view, field) for field in ("from", "until"))
    start = _moment(begins) if begins else whole.start
    end = _moment(ends) if ends else whole.end
    if not whole.start <= start < whole.end:
        raise InvalidFields({"from": say.WITHIN_SHIFT})
    if not start < end <= whole.end:
        raise InvalidFields({"until": say.LATER_WITHIN_SHIFT})
    return Span(start, end)


def _span(value: str) -> Span:
    start, end = value.split(":")
    return Span(_moment(start), _moment(end))


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), tz=UTC)
