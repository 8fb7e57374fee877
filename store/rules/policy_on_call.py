"""Rotas and the paging chain, as deskbell.toml describes them."""

import re
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from store.rules.durations import Duration
from store.rules.policy_part import Label, Part, PersonRef, Slug, person
from store.rules.policy_time import WEEKDAYS, TimeZone

_HANDOVER: Final = re.compile(r"([a-z]+)\s+([01]\d|2[0-3]):([0-5]\d)")


class Handover(NamedTuple):
    """The weekday (Monday is 0) and the minute since midnight at which a shift changes hands."""

    weekday: int
    minute: int


def _handover(text: object) -> Handover:
    if isinstance(text, Handover):
        return text
    found = _HANDOVER.fullmatch(text.strip().lower()) if isinstance(text, str) else None
    if found is None or found[1] not in WEEKDAYS:
        raise ValueError('write a weekday and a time, such as "Monday 09:00".')
    return Handover(WEEKDAYS.index(found[1]), int(found[2]) * 60 + int(found[3]))


def _whole_weeks(length: timedelta) -> timedelta:
    if length < timedelta(weeks=1) or length % timedelta(weeks=1):
        raise ValueError('a shift lasts whole weeks; write "1 week" or "2 weeks".')
    return length


class Rota(Part):
    """Who is on call, in turn. The first person's first shift is the one that covers `start`."""

    key: Slug
    name: Label | None = None
    timezone: TimeZone
    people: Annotated[tuple[PersonRef, ...], Field(min_length=1)]
    handover: Annotated[Handover, BeforeValidator(_handover)] = Handover(0, 9 * 60)
    start: date
    length: Annotated[Duration, AfterValidator(_whole_weeks)] = timedelta(weeks=1)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)


class Level(Part):
    """One rung of the chain: who is called when nobody below has answered.

    Written as "rota:primary", "person:U012AB3CD", "lead" (of the ticket's team), "lead:banking",
    "team", "team:banking" or "admins".
    """

    kind: Literal["rota", "person", "lead", "team", "admins"]
    ref: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        kind, _, ref = (part.strip() for part in written.partition(":"))
        if kind not in ("rota", "person", "lead", "team", "admins"):
            raise ValueError(f"this names nobody; {_LEVELS}")
        if (kind in ("rota", "person") and not ref) or (kind == "admins" and ref):
            raise ValueError(f"this is incomplete; {_LEVELS}")
        return {"kind": kind, "ref": (person(ref) if kind == "person" else ref) or None}

    def __str__(self) -> str:
        """As written in deskbell.toml."""
        return self.kind if self.ref is None else f"{self.kind}:{self.ref}"


_LEVELS: Final = (
    'write "rota:<its key>", "person:<member id>", "lead", "team" or "admins" '
    '(lead and team may name one: "lead:<team key>").'
)


class OnCall(Part):
    """How a page climbs."""

    chain: tuple[Level, ...] = ()
    ack_minutes: int = Field(default=5, ge=1, le=1440)
    """How long a level has to acknowledge before the next call."""

    repeat: int = Field(default=1, ge=1, le=10)
    """How many times each level is called before the next."""
