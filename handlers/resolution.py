"""How a ticket ends: Resolve, "Is it fixed?", Close. How it comes back: `reopening`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload, undoing
from handlers.payload import Body, Submission
from handlers.questions import put_away
from handlers.views import questions, told
from handlers.views.form import warning, with_notice
from handlers.views.form_several import FILES
from handlers.views.resolution_forms import CloseForm, ConfirmForm, ResolveForm, resolved
from handlers.views.solution_forms import SolutionForm
from store import checklist, conversation, files, inbox, lookups, replying, resolution, solutions
from store.database import DeskSession, Store
from store.files import SlackFile
from store.models import Ticket
from store.rules.errors import InvalidFields
from store.rules.lifecycle import Step

FITTING: Final = 3
"""Solutions to start from; more would push the form out of sight."""


def ask_to_resolve(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "Resolve"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.RESOLVE)
        view = modals.caught_up(session, ticket, click, form(session, ticket, by=click.user))
    modals.show(client, body, view)
    ack()


def form(session: DeskSession, ticket: Ticket, *, by: str, reply: str = "") -> View:
    """The form to resolve with: what helped in cases like it, what is left of the checklist, and
    what the topic wants to know by then. `reply` was begun elsewhere.
    """
    fitting = solutions.about(session, ticket.summary, viewer=by, limit=FITTING)
    steps = checklist.still_open(session, ticket)
    drawn = ResolveForm.draw(ticket, session.policy, fitting, steps, reply=reply)
    return questions.added(drawn, session.policy, ticket.topic)


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


def resolve_with_solution(
    ack: Ack, body: Body, client: WebClient, store: Store, now: datetime
) -> None:
    """An agent pressed "Resolve with this": resolved with the solution's words, unless the form
    wants to know more; then it says what, with the words filled in.
    """
    number, sent = int(payload.value(body).split(":")[0]), payload.submission(body)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, sent.ticket, viewer=sent.user)
        solution = solutions.for_agent(session, number, by=sent.user)
        cause, fix = solutions.found_by(session, solution, viewer=sent.user)
    form = ResolveForm.read(body["view"])
    form = form.helped_by(solution, cause=cause, fix=fix, by=sent.user)
    try:
        questions.require_answers(body["view"], store.policy, ticket.topic)
        view = _resolve_as(form, sent, body, store, at=now)
    except InvalidFields as missing:
        begun = form.filled_into(body["view"]).to_dict()
        view = with_notice(begun, [warning(f"Almost. {missing.sentence}")])
    undoing.show_if_possible(client, body, view or resolved(sent.ticket))
    ack()


def resolve(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent said what was wrong and what was done."""
    sent, form = payload.submission(body), ResolveForm.read(body["view"])
    view = _resolve_as(form, sent, body, store, at=now)
    if form.keep:
        ack(response_action="update", view=_to_keep(store, sent, form))
    else:
        undoing.answer(ack, view)


def _resolve_as(
    form: ResolveForm, sent: Submission, body: Body, store: Store, *, at: datetime
) -> View | None:
    """In one transaction. Return what shows that it can be undone, for as long as it can."""
    given = payload.slack_files(form.files)
    with store.transaction() as session:
        if not inbox.first_time(session, sent.key, at=at):
            return None
        files.require_accepted(session, given, field=FILES)
        _keep_findings(session, body, sent, at=at)
        checklist.finish(
            session, sent.ticket, ticked=form.steps, because=form.waive, by=sent.user, at=at
        )
        return _end(session, form, sent, given, at=at)


def _end(
    session: DeskSession,
    form: ResolveForm,
    sent: Submission,
    given: Sequence[SlackFile],
    *,
    at: datetime,
) -> View | None:
    """With a word to the requester it can be undone for a moment."""
    found = form.findings
    if not (form.reply or "").strip() and not given:
        resolution.resolve(
            session, sent.ticket, **found._asdict(), by=sent.user, at=at, version=sent.version
        )
        return None
    said = replying.resolve(
        session, sent.ticket, text=form.reply or "", found=found, given=given,
        by=sent.user, at=at, version=sent.version,
    )  # fmt: skip
    return undoing.on_its_way(session, said, at=at)


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
