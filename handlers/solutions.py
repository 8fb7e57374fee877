"""Solutions, as agents see, write, edit and retire them."""

import logging
from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.payload import Body
from handlers.views.solution_forms import LISTED, SolutionForm, listed
from store import access, inbox, solutions
from store.database import DeskSession, Store

_log = logging.getLogger(__name__)


def is_asked_for(word: str, body: Body, store: Store) -> bool:
    """Whether somebody means the list; others may well have trouble with solutions."""
    if word.lower() != "solutions":
        return False
    with store.snapshot() as session:
        return access.is_agent(session, payload.user(body))


def show_list(ack: Ack, body: Body, client: WebClient, store: Store, words: str = "") -> None:
    """An agent typed /ticket solutions, or pressed the button on Home."""
    with store.snapshot() as session:
        view = _list(session, payload.user(body), words)
    modals.show(client, body, view)
    ack()


def start_list(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "Solutions" on Home."""
    show_list(ack, body, client, store)


def ask_for_new(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "New solution"."""
    modals.show(client, body, SolutionForm.new(store.policy.default_topic).draw(store.policy))
    ack()


def ask_to_edit(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "Edit"."""
    with store.snapshot() as session:
        found = solutions.for_agent(session, int(payload.value(body)), by=payload.user(body))
        view = SolutionForm.of(found).draw(session.policy)
    modals.show(client, body, view)
    ack()


def save(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent sent the form."""
    form, user = SolutionForm.read(body["view"]), payload.user(body)
    with store.transaction() as session:
        if inbox.first_time(session, payload.submission_key(body), at=now):
            _save(session, form, by=user, at=now)
    below = body["view"].get("previous_view_id")
    if below is None or form.ticket is not None:
        ack(response_action="clear")
        return
    _refresh_list(client, store, below, user)
    ack()


def _save(session: DeskSession, form: SolutionForm, *, by: str, at: datetime) -> None:
    said = {"title": form.title, "answer": form.answer, "topic": form.topic}
    if form.solution is None:
        solutions.save(session, **said, ticket_id=form.ticket, by=by, at=at)
    else:
        solutions.edit(session, form.solution, **said, retired=form.retired, by=by, at=at)


def _list(session: DeskSession, user: str, words: str) -> View:
    found = solutions.all_of(session, viewer=user, words=words, limit=LISTED + 1)
    return listed(found, session.policy, words=words)


def _refresh_list(client: WebClient, store: Store, view_id: str, user: str) -> None:
    """It is saved by now, so a list that was closed, or a Slack that is slow, matters to nobody."""
    with store.snapshot() as session:
        view = _list(session, user, "")
    try:
        client.views_update(view_id=view_id, view=view)
    except (SlackApiError, OSError) as error:
        _log.info("list not refreshed error=%s", type(error).__name__)
