"""Who works a ticket and how bad it is: Claim, Reassign, Escalate, Change severity, Release."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body, Submission
from handlers.views.triage_forms import EscalateForm, ReassignForm, SeverityForm
from store import inbox, triage
from store.database import DeskSession, Store
from store.rules.lifecycle import Step


def claim(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent pressed "Claim"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            triage.claim(session, click.ticket, by=click.user, at=now, version=click.version)
    modals.refresh_ticket(client, body, store, click, at=now)
    ack()


def release(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent chose "Release"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            triage.release(session, click.ticket, by=click.user, at=now, version=click.version)
    modals.refresh_ticket(client, body, store, click, at=now)
    ack()


def ask_to_reassign(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "Reassign"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.HAND_TO_TEAM)
        form = ReassignForm.draw(ticket, session.policy)
        view = modals.caught_up(session, ticket, click, form)
    modals.show(client, body, view)
    ack()


def reassign(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent chose who goes on, and left a note."""
    sent, form = payload.submission(body), ReassignForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            _hand_over(session, sent, form, at=now)
    ack(response_action="clear")


def _hand_over(session: DeskSession, sent: Submission, form: ReassignForm, *, at: datetime) -> None:
    ticket, by, version = sent.ticket, sent.user, sent.version
    if form.agent:
        triage.assign(session, ticket, to=form.agent, note=form.note, by=by, at=at, version=version)
    elif form.team:
        triage.hand_to_team(
            session, ticket, team=form.team, note=form.note, by=by, at=at, version=version
        )


def ask_to_escalate(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent pressed "Escalate"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.ESCALATE)
        form = EscalateForm.draw(ticket, session.policy)
        view = modals.caught_up(session, ticket, click, form)
    modals.show(client, body, view)
    ack()


def escalate(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent raised the severity, passed the ticket to a higher tier, or both."""
    sent, form = payload.submission(body), EscalateForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            triage.escalate(
                session, sent.ticket, severity=form.severity, team=form.team, reason=form.reason,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")


def ask_to_change_severity(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Change severity"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.CHANGE_SEVERITY)
        form = SeverityForm.draw(ticket, session.policy)
        view = modals.caught_up(session, ticket, click, form)
    modals.show(client, body, view)
    ack()


def change_severity(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent chose another severity, and said why."""
    sent, form = payload.submission(body), SeverityForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            triage.change_severity(
                session, sent.ticket, severity=form.severity, reason=form.reason,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")
