"""Rotas and the paging chain, as deskbell.toml describes them."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from store.rules.durations import Duration
from store.rules.policy_part import GroupId, Label, Part, PersonRef, Slug, person
from store.rules.policy_time import WEEKDAYS, DayHours, TimeZone, Week

_HANDOVER: Final = re.compile(r"(?:([a-z]+)\s+)?([01]\d|2[0-3]):([0-5]\d)")
_DAY: Final[TypeAdapter[object]] = TypeAdapter(DayHours)


class Handover(NamedTuple):
    """When a shift changes hands: the weekday from which turns are counted (Monday is 0; None: from
    the day `start`), and the minute since midnight.
    """

    weekday: int | None
    minute: int


def _handover(text: object) -> Handover:
    if isinstance(text, Handover):
        return text
    found = _HANDOVER.fullmatch(text.strip().lower()) if isinstance(text, str) else None
    if found is None or (found[1] and found[1] not in WEEKDAYS):
        raise ValueError('write a weekday and a time, such as "Monday 09:00".')
    weekday = WEEKDAYS.index(found[1]) if found[1] else None
    return Handover(weekday, int(found[2]) * 60 + int(found[3]))


def _whole_days(length: timedelta) -> timedelta:
    if length < timedelta(days=1) or length % timedelta(days=1):
        raise ValueError('a shift lasts whole days or weeks; write "1 day" or "2 weeks".')
    return length


def _every_day(hours: object) -> object:
    """A list of shifts means the same ones on every weekday; what is wrong is said of the list."""
    if not isinstance(hours, list | tuple):
        return hours
    try:
        return dict.fromkeys(WEEKDAYS, _DAY.validate_python(hours))
    except ValidationError as error:
        raise ValueError(str(error.errors()[0]["ctx"]["error"])) from None


def _some_hours(week: Week | None) -> Week | None:
    if week is not None and not any(week.days):
        raise ValueError('nobody would ever be on call; write hours such as ["08:00-20:00"].')
    return week


class Turns(Part):
    """People taking turns. The first person's first shift is the one that covers `start`."""

    people: Annotated[tuple[PersonRef, ...], Field(min_length=1)]
    handover: Annotated[Handover, BeforeValidator(_handover)] = Handover(0, 9 * 60)
    start: date
    length: Annotated[Duration, AfterValidator(_whole_days)] = timedelta(weeks=1)
    hours: Annotated[Week | None, BeforeValidator(_every_day), AfterValidator(_some_hours)] = None
    """On call in these hours only; None is around the clock."""


class Rota(Turns):
    """Who is on call, in turn. Layers lie on top: whoever is on in the topmost one is on call."""

    key: Slug
    name: Label | None = None
    timezone: TimeZone
    user_group: GroupId | None = None
    """A Slack user group that has whoever is on call as its members, and nobody else. Several rotas
    may feed one.
    """

    layers: tuple[Turns, ...] = ()
    """What a layer leaves out (start, hand-over, length) is as in the rota itself."""

    @model_validator(mode="before")
    @classmethod
    def _layers_inherit(cls, tables: object) -> object:
        if not isinstance(tables, Mapping) or not isinstance(tables.get("layers"), list | tuple):
            return tables
        own = {name: tables[name] for name in ("handover", "start", "length") if name in tables}
        layers = [
            {**own, **layer} if isinstance(layer, Mapping) else layer for layer in tables["layers"]
        ]
        return {**tables, "layers": layers}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.key

    @property
    def is_restricted(self) -> bool:
        """Whether it leaves hours to others."""
        return all(turns.hours for turns in (self, *self.layers))

    @property
    def everybody(self) -> tuple[str, ...]:
        """Whoever takes turns in it or in one of its layers, each once, as written."""
        every = (ref for turns in (self, *self.layers) for ref in turns.people)
        return tuple(dict.fromkeys(every))


class Level(Part):
    """One rung of the chain: who is called when nobody below has answered.

    Written as "rota:primary", "person:U012AB3CD", "lead" (of the ticket's team), "lead:banking",
    "team", "team:banking", "everyone" or "admins"; or as a table with that under `call`, and what
    is special about this level.
    """

    kind: Literal["rota", "person", "lead", "team", "everyone", "admins"]
    ref: str | None = None
    ack_minutes: int | None = Field(default=None, ge=1, le=1440)
    """How long this level has to acknowledge; None: as long as every level."""

    repeat: int | None = Field(default=None, ge=1, le=10)
    """How often this level is called before the next; None: as often as every level."""

    all_must_ack: bool = False
    """Everybody called here has to acknowledge, not just the first."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, written: object) -> object:
        if isinstance(written, Mapping) and "kind" not in written:
            return {
                **_level(written.get("call")),
                **{k: v for k, v in written.items() if k != "call"},
            }
        return _level(written) if isinstance(written, str) else written

    def __str__(self) -> str:
        """Whom it calls, as written in deskbell.toml."""
        return self.kind if self.ref is None else f"{self.kind}:{self.ref}"


def _level(written: object) -> dict[str, str | None]:
    kind, _, ref = (part.strip() for part in str(written or "").partition(":"))
    if kind not in ("rota", "person", "lead", "team", "everyone", "admins"):
        raise ValueError(f"this names nobody; {_LEVELS}")
    if (kind in ("rota", "person") and not ref) or (kind in ("admins", "everyone") and ref):
        raise ValueError(f"this is incomplete; {_LEVELS}")
    return {"kind": kind, "ref": (person(ref) if kind == "person" else ref) or None}


_LEVELS: Final = (
    'write "rota:<its key>", "person:<member id>", "lead", "team", "everyone" or "admins" '
    '(lead and team may name one: "lead:<team key>").'
)


class OnCall(Part):
    """How a page climbs."""

    chain: tuple[Level, ...] = ()
    ack_minutes: int = Field(default=5, ge=1, le=1440)
    """How long a level has to acknowledge before the next call."""

    repeat: int = Field(default=1, ge=1, le=10)
    """How many times each level is called before the next."""

    ack_expires: Duration | None = timedelta(hours=1)
    """A page that was acknowledged rings again when nobody touched its ticket for so long."""

    cover: str | None = None
    """The calendar in whose hours somebody of the chain's rotas must be on call. None: around the
    clock when all of several rotas are restricted to hours, nothing otherwise.
    """

    @field_validator("ack_expires", mode="before")
    @classmethod
    def _never(cls, text: object) -> object:
        return None if text == "never" else text

    @field_validator("ack_expires")
    @classmethod
    def _some_time(cls, length: timedelta | None) -> timedelta | None:
        if length is not None and length < timedelta(minutes=1):
            raise ValueError('write at least "1 min", or "never".')
        return length
