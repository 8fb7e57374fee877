"""Long lists in a modal, page by page: what needs attention, and what was closed."""

import re
from datetime import datetime, timedelta
from typing import Final

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.payload import Body
from handlers.views import answers, attention
from handlers.views.listing import A_PAGE
from store import access, lookups
from store.attention import needed
from store.database import DeskSession, Store

_CLOSED: Final = re.compile(r"closed(?:\s+(\d{1,4}))?(?:\s+days?)?", re.IGNORECASE)
_ATTENTION: Final = re.compile(r"(?:list\s+)?attention", re.IGNORECASE)


def listed(
    ack: Ack, body: Body, client: WebClient, store: Store, *, text: str, at: datetime
) -> bool:
    """Show the list that somebody asked for behind /ticket, if they did."""
    with store.snapshot() as session:
        user = payload.user(body)
        if days := _CLOSED.fullmatch(text):
            view = _closed(session, user, int(days[1] or 7), 0, at=at)
        elif _ATTENTION.fullmatch(text) and access.is_agent(session, user):
            view = _attention(session, user, 0, at=at)
        else:
            return False
    modals.show(client, body, view)
    ack()
    return True


def show_attention(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent pressed "All that needs attention" on Home."""
    with store.snapshot() as session:
        view = _attention(session, payload.user(body), 0, at=now)
    modals.show(client, body, view)
    ack()


def turn_page(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody pressed "Back" or "Next": the page as things are now."""
    which, *about, first = payload.value(body).split(":")
    with store.snapshot() as session:
        user = payload.user(body)
        if which == attention.TURNS:
            view = _attention(session, user, int(first), at=now)
        else:
            view = _closed(session, user, int(about[0]), int(first), at=now)
    modals.refresh(client, body, view)
    ack()


def _attention(session: DeskSession, user: str, first: int, *, at: datetime) -> View:
    return attention.page(needed(session, user, at=at), session.policy, first=first, at=at)


def _closed(session: DeskSession, user: str, days: int, first: int, *, at: datetime) -> View:
    since = at - timedelta(days=days)
    found = lookups.closed_since(session, user, since=since, first=first, limit=A_PAGE + 1)
    to_agent = access.is_agent(session, user)
    return answers.closed(found, session.policy, days=days, first=first, at=at, to_agent=to_agent)
