"""How a ticket ends: Resolve, "Is it fixed?", Close. How it comes back: `reopening`."""

from datetime import datetime
from typing import Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.payload import Body, Submission
from handlers.questions import put_away
from handlers.views import questions, told
from handlers.views.form_several import FILES
from handlers.views.resolution_forms import CloseForm, ConfirmForm, ResolveForm
from handlers.views.solution_forms import SolutionForm
from store import checklist, conversation, files, inbox, lookups, resolution, solutions
from store.database import DeskSession, Store
from store.rules.lifecycle import Step

FITTING: Final = 3
"""Solutions to start from; more would push the form out of sight."""


def ask_to_resolve(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "Resolve"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.RESOLVE)
        fitting = solutions.about(session, ticket.summary, viewer=click.user, limit=FITTING)
        steps = checklist.still_open(session, ticket)
        form = ResolveForm.draw(ticket, session.policy, fitting, steps)
        view = modals.caught_up(session, ticket, click, form)
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
    given = payload.slack_files(form.files)
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            files.require_accepted(session, given, field=FILES)
            _keep_findings(session, body, sent, at=now)
            checklist.finish(
                session, sent.ticket, ticked=form.steps, because=form.waive, by=sent.user, at=now
            )
            resolution.resolve(
                session, sent.ticket, cause=form.cause, fix=form.fix, reply=form.reply,
                cause_kind=form.cause_kind, fixed_by=form.fixed_by, given=given,
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
        came_with = payload.slack_files(given)
        conversation.note(session, sent.ticket, text=told, by=sent.user, at=at, given=came_with)


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
    put_away(context, body, told.fixed(click.ticket))
    ack()


def ask_for_confirmation(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Record a confirmation"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.CONFIRM)
        view = modals.caught_up(session, ticket, click, ConfirmForm.draw(ticket))
    modals.show(client, body, view)
    ack()


def record_confirmation(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent said who confirmed elsewhere, and how they know."""
    sent, form = payload.submission(body), ConfirmForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            resolution.record_confirmation(
                session, sent.ticket, person=form.person, how=form.how,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")


def ask_to_close(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Close"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.CLOSE)
        resolution.require_close(session, ticket, click.user)
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
