"""Looking tickets up: /ticket help, list, find and a number; Open ticket; History."""

import re
from datetime import datetime
from typing import Final

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import browsing, modals, payload
from handlers.payload import Body
from handlers.views import answers, told
from handlers.views.history import history
from store import access, attention, audit, files, following, lookups, searching
from store.database import Store
from store.rules.lifecycle import Step

_NUMBER: Final = re.compile(r"#?(\d{1,12})")

SHOWN: Final = 10
"""Tickets per list in a private answer; two blocks each, and a message holds 50."""


def looked_up(
    ack: Ack, body: Body, client: WebClient, store: Store, *, text: str, at: datetime
) -> bool:
    """Answer what somebody typed behind /ticket, if it asks for a list or a ticket."""
    word, _, rest = text.partition(" ")
    if text.lower() == "help":
        tell_help(ack)
    elif text.lower() == "list":
        tell_list(ack, body, store, at)
    elif text.lower() == "find":
        ack(text=told.FIND_WHAT)
    elif word.lower() == "find":
        tell_found(ack, body, store, rest.strip(), at)
    elif number := _NUMBER.fullmatch(text):
        show_ticket(ack, body, client, store, number=int(number[1]), at=at)
    else:
        return browsing.listed(ack, body, client, store, text=text, at=at)
    return True


def tell_help(ack: Ack) -> None:
    """Somebody typed /ticket help."""
    ack(
        text=answers.help_text(answers.HELP),
        blocks=answers.help_blocks(answers.HELP, answers.HELP_TIP),
    )


def tell_list(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody typed /ticket list."""
    user = payload.user(body)
    with store.snapshot() as session:
        own = lookups.open_of(session, user)
        mine = lookups.mine(session, user, limit=SHOWN + 1)
        is_agent = access.is_agent(session, user)
        needed = attention.needed(session, user, at=now) if is_agent else []
    work = mine if mine or is_agent else None
    blocks = answers.open_tickets(own, work, store.policy, limit=SHOWN, at=now)
    if is_agent:
        blocks = [answers.needing(needed), *blocks]
    ack(text=answers.count_text(own, work), blocks=blocks)


def tell_found(ack: Ack, body: Body, store: Store, words: str, now: datetime) -> None:
    """Somebody typed /ticket find and some words."""
    with store.snapshot() as session:
        user = payload.user(body)
        found = searching.find(session, words, viewer=user, limit=SHOWN + 1)
        to_agent = access.is_agent(session, user)
    blocks = answers.found(words, found, store.policy, limit=SHOWN, at=now, to_agent=to_agent)
    ack(text=answers.found_text(found, limit=SHOWN), blocks=blocks)


def show_ticket(
    ack: Ack, body: Body, client: WebClient, store: Store, *, number: int, at: datetime
) -> None:
    """Somebody typed /ticket and a number."""
    with store.snapshot() as session:
        view = modals.ticket_view(session, number, viewer=payload.user(body), at=at)
    modals.show(client, body, view)
    ack()


def open_ticket(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody pressed "Open" or "Open ticket"."""
    show_ticket(ack, body, client, store, number=payload.click(body).ticket, at=now)


def show_history(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "History"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.NOTE)
        events, entries = audit.history(session, ticket.id), lookups.entries(session, ticket.id)
        before = following.versions(session, ticket.id)
        view = history(
            ticket,
            events,
            entries,
            session.policy,
            before,
            came_with=files.of_ticket(session, ticket.id),
        )
    modals.show(client, body, view)
    ack()
