"""Draws what people hear about being on call, from what is known when it is sent."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from handlers.views import rota_news
from handlers.views.rota_news import Told
from store import calling, handover, shifts
from store.database import DeskSession
from store.handover import Gap
from store.kinds import Duty, Kind
from store.models import OutboxMessage, Page, ShiftChange
from store.rules import rota as rotas


def draw(session: DeskSession, message: OutboxMessage, *, at: datetime) -> Told | None:
    """None when it is no longer worth saying."""
    return _DRAWN[Duty(message.about["duty"])](session, message, at)


def _hand_over(session: DeskSession, message: OutboxMessage, at: datetime) -> Told | None:
    about, policy = message.about, session.policy
    rota = policy.rotas.get(about["rota"])
    if rota is None:
        return None
    agreed = shifts.overrides(session, at=at).get(rota.key, [])
    change = rotas.change_after(rota, at, agreed)
    return rota_news.hand_over(
        rota.label,
        before=about["before"],
        now=about["now"],
        until=change[0] if change else None,
        reader=message.channel,
        open_pages=handover.open_pages(session, reader=message.channel),
        policy=policy,
    )


def _change(session: DeskSession, message: OutboxMessage, at: datetime) -> Told:
    asked = session.get_one(ShiftChange, message.about["change"])
    rota = session.policy.rotas.get(asked.rota)
    return rota_news.change(
        asked,
        rota.label if rota else asked.rota,
        reader=message.channel,
        asking=message.kind == Kind.DUTY and not message.about.get("news"),
        news=bool(message.about.get("news")),
    )


def _gaps(session: DeskSession, message: OutboxMessage, at: datetime) -> Told | None:
    """Without what has begun meanwhile."""
    found = [
        Gap(rota, datetime.fromisoformat(start), datetime.fromisoformat(end))
        for rota, start, end in message.about["gaps"]
    ]
    ahead = [gap for gap in found if gap.end > at]
    return rota_news.gaps(ahead, session.policy) if ahead else None


def _drill(session: DeskSession, message: OutboxMessage, at: datetime) -> Told:
    page = session.get_one(Page, message.about["page"])
    return rota_news.drill(page, calling.rings(session, page.id), session.policy)


_DRAWN: Final[dict[Duty, Callable[[DeskSession, OutboxMessage, datetime], Told | None]]] = {
    Duty.HAND_OVER: _hand_over,
    Duty.CHANGE: _change,
    Duty.GAPS: _gaps,
    Duty.DRILL: _drill,
}
