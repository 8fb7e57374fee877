"""Who is on call, and answering a page."""

from datetime import datetime

from slack_bolt import Ack

from handlers import payload
from handlers.payload import Body
from handlers.views import answers
from store import inbox, on_call
from store.database import Store


def who(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody typed /oncall, perhaps with a rota's name."""
    wanted = str(body.get("text") or "").strip().lower()
    rotas = store.policy.rotas
    with store.snapshot() as session:
        following = on_call.on_call_next(session, now)
        shifts = [
            (rotas[key].name or key, person, until, following[key])
            for key, person, until in on_call.on_call_now(session, now)
            if wanted in f"{key} {rotas[key].name or ''}".lower()
        ]
    ack(text=answers.on_call_text(shifts), blocks=answers.on_call(shifts))


def acknowledge(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody answered a page."""
    with store.transaction() as session:
        if inbox.first_time(session, payload.click_key(body), at=now):
            page, user = int(payload.value(body)), payload.user(body)
            on_call.acknowledge(session, page, by=user, at=now)
    ack()
