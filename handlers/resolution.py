"""How a ticket ends and comes back: Resolve, "Is it fixed?", Close, Reopen."""

import logging
from datetime import datetime
from itertools import takewhile
from typing import Final

from slack_bolt import Ack, BoltContext, Respond
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.payload import Body, Submission
from handlers.views import questions
from handlers.views.requester import confirmed
from handlers.views.resolution_forms import CloseForm, ReopenForm, ResolveForm
from handlers.views.solution_forms import SolutionForm
from store import conversation, inbox, lookups, resolution, solutions
from store.database import DeskSession, Store
from store.rules.errors import Refused
from store.rules.lifecycle import OPEN, Step

FITTING: Final = 3
"""Solutions to start from; more would push the form out of sight."""

_log = logging.getLogger(__name__)


def ask_to_resolve(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "Resolve"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.RESOLVE)
        fitting = solutions.about(session, ticket.summary, viewer=click.user, limit=FITTING)
        view = modals.caught_up(session, ticket, click, ResolveForm.draw(ticket, fitting))
        view = questions.added(view, session.policy, ticket.topic)
    modals.show(client, body, view)
    ack()


def start_from_solution(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "Start from this" in the form: the solution's words are filled in."""
    number, user = int(payload.value(body).split(":")[0]), payload.user(body)
    with store.snapshot() as session:
        solution = solutions.for_agent(session, number, by=user)
        cause, fix = solutions.found_by(session, solution, viewer=user)
    modals.refresh(
        client, body, ResolveForm.started_from(body["view"], solution, cause=cause, fix=fix)
    )
    ack()


def resolve(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent said what was wrong and what was done."""
    sent, form = payload.submission(body), ResolveForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            _keep_findings(session, body, sent, at=now)
            resolution.resolve(
                session, sent.ticket, cause=form.cause, fix=form.fix, reply=form.reply,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    if form.keep:
        ack(response_action="update", view=_to_keep(store, sent, form))
    else:
        ack(response_action="clear")


def _keep_findings(session: DeskSession, body: Body, sent: Submission, *, at: datetime) -> None:
    """What the topic wanted to know by now becomes a note: internal, and found again."""
    ticket = lookups.ticket_for(session, sent.ticket, viewer=sent.user)
    told, given = questions.findings(body["view"], session.policy, ticket.topic)
    if told:
        files = [payload.slack_file(file) for file in given]
        conversation.note(session, sent.ticket, text=told, by=sent.user, at=at, given=files)


def _to_keep(store: Store, sent: Submission, form: ResolveForm) -> View:
    """The form for a solution; of what was written only what the requester reads is in it."""
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, sent.ticket, viewer=sent.user)
        return SolutionForm.new(
            ticket.topic, title=ticket.summary, answer=form.reply or "", ticket=ticket.id
        ).draw(session.policy)


def confirm(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """The requester pressed "Yes, it's fixed"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            resolution.confirm(session, click.ticket, by=click.user, at=now)
    modals.refresh_ticket(context.client, body, store, click, at=now)
    if context.respond is not None and "message" in body:
        _put_away_question(context.respond, body["message"])
    ack()


def ask_what_is_wrong(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """The requester pressed "Not yet" or "It came back"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, click.ticket, viewer=click.user)
        if ticket.status in OPEN:
            raise Refused(
                f"Ticket {ticket.number} is open already. To add something, answer in its thread."
            )
        view = ReopenForm.draw(ticket, by_requester=True)
    modals.show(client, body, view)
    ack()


def ask_to_reopen(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Reopen"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.REOPEN)
        form = ReopenForm.draw(ticket, by_requester=False)
        view = modals.caught_up(session, ticket, click, form)
    modals.show(client, body, view)
    ack()


def reopen(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody said why it is not over."""
    sent, form = payload.submission(body), ReopenForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            resolution.reopen(
                session, sent.ticket, reason=form.reason,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")


def ask_to_close(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Close"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.CLOSE)
        view = modals.caught_up(session, ticket, click, CloseForm.draw(ticket))
    modals.show(client, body, view)
    ack()


def close(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent said why it can be closed without waiting for the requester."""
    sent, form = payload.submission(body), CloseForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            resolution.close(
                session, sent.ticket, reason=form.reason,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")


def _put_away_question(respond: Respond, asked: Body) -> None:
    """The message keeps its words, and its buttons make room for the answer. That is saved by now:
    buttons that stay, because Slack is slow, would change nothing.
    """
    kept = list(takewhile(lambda block: block["type"] != "actions", asked["blocks"]))
    try:
        respond(text=asked["text"], blocks=[*kept, *confirmed()], replace_original=True)
    except OSError as error:
        _log.info("question not put away error=%s", type(error).__name__)
