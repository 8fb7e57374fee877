"""Who is on call, answering a page, and drills."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from slack_bolt import Ack

from handlers import payload
from handlers.names import name_of
from handlers.payload import Body
from handlers.views import answers, told
from handlers.views import rota as views
from handlers.views.rota import Plan
from handlers.views.words import cut
from store import access, drill, inbox, on_call, shift_changes, shifts
from store.database import DeskSession, Store
from store.models import Page
from store.rules.errors import Refused
from store.rules.sentences import on_call as say
from store.rules.wall_clock import first_instant
from store.shifts import Standing


def command(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody typed /oncall: perhaps with a rota's name, "drill" or "help"."""
    wanted, user = str(body.get("text") or "").strip().lower(), payload.user(body)
    if wanted in _ALONE:
        _ALONE[wanted](ack, body, store, now)
        return
    with store.snapshot() as session:
        plans = [
            _plan(session, standing, now, reader=user)
            for standing in shifts.on_call_now(session, at=now)
            if wanted in f"{standing.rota.key} {standing.rota.label}".lower()
        ]
        people = {stretch.person for plan in plans for stretch in plan.stretches}
        names = {person: name_of(session, person) for person in people if person}
        takes_part = access.is_agent(session, user) or shift_changes.is_in_a_rota(session, user)
        may_drill = drill.may_start(session, user)
        known = [rota.label for rota in session.policy.rotas.values()]
    if known and not plans:
        raise Refused(say.no_rota_called(cut(wanted, 60), known))
    blocks = views.on_call(plans, names, at=now, may_change=takes_part, may_drill=may_drill)
    ack(text=views.text(plans), blocks=blocks)


def acknowledge(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody answered a page."""
    _answer(body, store, now, on_call.acknowledge)
    ack()


def decline(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody pressed "Can't take it"."""
    _answer(body, store, now, on_call.decline)
    ack()


def call_next(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody pressed "Escalate" on a page."""
    _, turn = _pressed(body)
    _answer(body, store, now, partial(on_call.call_next, seen=turn))
    ack()


def _answer(body: Body, store: Store, now: datetime, answer: Callable[..., Page]) -> None:
    page, _ = _pressed(body)
    with store.transaction() as session:
        if inbox.first_time(session, payload.click_key(body), at=now):
            answer(session, page, by=payload.user(body), at=now)


def _pressed(body: Body) -> tuple[int, int]:
    """The page, and the last turn that the message showed."""
    page, turn = payload.value(body).split(":")
    return int(page), int(turn)


def _drill(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    with store.transaction() as session:
        key = f"command:{body.get('trigger_id')}"
        if inbox.first_time(session, key, at=now):
            drill.start(session, by=payload.user(body), at=now)
    ack(text=told.DRILL_BEGINS)


def _tell_help(ack: Ack, _body: Body, _store: Store, _now: datetime) -> None:
    ack(
        text=answers.help_text(answers.ON_CALL_HELP),
        blocks=answers.help_blocks(answers.ON_CALL_HELP, answers.ON_CALL_TIP),
    )


_ALONE: Final[dict[str, Callable[[Ack, Body, Store, datetime], None]]] = {
    "drill": _drill,
    "help": _tell_help,
}


def _plan(session: DeskSession, standing: Standing, at: datetime, *, reader: str) -> Plan:
    """The picture's days, from this midnight in the rota's zone."""
    rota = standing.rota
    today = at.astimezone(rota.zone).date()
    start, end = (
        first_instant(rota.zone, today + timedelta(days=days), 0) for days in (0, views.DAYS)
    )
    return Plan(
        standing,
        shifts.plan(session, rota, start, end, at=at),
        is_readers=any(
            shift.person == reader for shift in shift_changes.upcoming(session, rota, at=at)
        ),
    )
