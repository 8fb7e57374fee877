"""Changing shifts from /oncall: cover for me, take this shift, swap; and agreeing to it."""

from collections.abc import Callable
from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.names import name_of
from handlers.payload import Body
from handlers.views.rota_forms import CoverForm, Offer, SwapForm, TakeForm
from store import access, inbox, lookups, shift_changes
from store.database import DeskSession, Store
from store.models import ShiftChange
from store.rules import rota as rotas
from store.rules.errors import InvalidFields, Refused
from store.rules.policy import Rota
from store.rules.rota import Stretch
from store.rules.sentences import on_call as say
from store.shift_changes import Span
from store.shifts import member, overrides

OFFERED = 100
"""Options in one of Slack's menus."""


def ask_for_cover(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody pressed "Cover for me"."""
    _open(body, client, store, lambda session: CoverForm.draw(_own(session, body, now)))
    ack()


def ask_to_take(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody pressed "Take this shift"."""
    _open(body, client, store, lambda session: TakeForm.draw(_others(session, body, now)))
    ack()


def ask_to_swap(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody pressed "Swap"."""

    def draw(session: DeskSession) -> View:
        return SwapForm.draw(_own(session, body, now), _others(session, body, now, taken=True))

    _open(body, client, store, draw)
    ack()


def cover(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody chose who covers for them."""
    form, user = CoverForm.read(body["view"]), payload.user(body)
    with store.transaction() as session:
        if inbox.first_time(session, payload.submission_key(body), at=now):
            shift_changes.ask(
                session, rota=form.rota, giver=user, taker=form.person, span=form.span,
                force=form.force, by=user, at=now,
            )  # fmt: skip
    ack()


def take(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody chose a shift to take (an admin: perhaps for somebody else)."""
    form, user = TakeForm.read(body["view"]), payload.user(body)
    taker = form.taker or user
    with store.transaction() as session:
        if inbox.first_time(session, payload.submission_key(body), at=now):
            owner = _owner(session, form.rota, form.span, now)
            if owner == taker:
                raise InvalidFields({"shift": say.has_it_already(taker)})
            shift_changes.ask(
                session, rota=form.rota, giver=owner, taker=taker, span=form.span,
                force=form.force, by=user, at=now,
            )  # fmt: skip
    ack()


def swap(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody chose which shifts to swap."""
    form, user = SwapForm.read(body["view"]), payload.user(body)
    with store.transaction() as session:
        if inbox.first_time(session, payload.submission_key(body), at=now):
            partner = _owner(session, form.rota, form.theirs, now)
            if partner is None:
                raise Refused(say.NOBODY_TO_SWAP)
            if partner == user:
                raise InvalidFields({"theirs": say.YOURS_ALREADY})
            shift_changes.ask(
                session, rota=form.rota, giver=user, taker=partner, span=form.mine,
                back=form.theirs, force=form.force, by=user, at=now,
            )  # fmt: skip
    ack()


def agree(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody pressed "Agree"."""
    _answer(body, store, now, shift_changes.agree)
    ack()


def disagree(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody pressed "No"."""
    _answer(body, store, now, shift_changes.disagree)
    ack()


def _answer(body: Body, store: Store, now: datetime, answer: Callable[..., ShiftChange]) -> None:
    with store.transaction() as session:
        if inbox.first_time(session, payload.click_key(body), at=now):
            answer(session, int(payload.value(body)), by=payload.user(body), at=now)


def _open(body: Body, client: WebClient, store: Store, draw: Callable[[DeskSession], View]) -> None:
    with store.snapshot() as session:
        view = draw(session)
    modals.show(client, body, view)


def _own(session: DeskSession, body: Body, at: datetime) -> Offer:
    """The person's own shifts; Refused when there is none."""
    rota, user = _rota(session, body), payload.user(body)
    found = [s for s in shift_changes.upcoming(session, rota, at=at) if s.person == user]
    if not found:
        raise Refused(say.no_own_shift(rota.label))
    return _offer(session, rota, found, user)


def _others(session: DeskSession, body: Body, at: datetime, *, taken: bool = False) -> Offer:
    """Everybody else's shifts; unless `taken`, also time when nobody is on."""
    rota, user = _rota(session, body), payload.user(body)
    found = [
        shift
        for shift in shift_changes.upcoming(session, rota, at=at)
        if shift.person != user and (shift.person is not None or not taken)
    ]
    if not found:
        raise Refused(say.no_other_shift(rota.label))
    return _offer(session, rota, found, user)


def _offer(session: DeskSession, rota: Rota, found: list[Stretch], user: str) -> Offer:
    reader = lookups.person(session, user)
    people = {shift.person for shift in found if shift.person is not None}
    return Offer(
        rota,
        found[:OFFERED],
        {person: name_of(session, person) for person in people},
        reader.timezone if reader else rota.timezone,
        access.is_admin(session, user),
    )


def _rota(session: DeskSession, body: Body) -> Rota:
    rota = session.policy.rotas.get(payload.value(body))
    if rota is None:
        raise Refused(say.no_rota(payload.value(body)))
    return rota


def _owner(session: DeskSession, key: str, span: Span, at: datetime) -> str | None:
    """Who is on when the span begins, or now if it has begun."""
    rota = session.policy.rotas.get(key)
    if rota is None:
        return None
    agreed = overrides(session, at=at).get(key, [])
    return member(session, rotas.who_is_on(rota, max(span.start, at), agreed))
