"""Handing a ticket on: the summary that goes with it, Accept and Hand back."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block

from handlers import modals, payload
from handlers.drawn import Drawing, drawing
from handlers.names import name_of
from handlers.payload import Body
from handlers.views import facts, handoff
from handlers.views.handoff import HandBackForm, Summary
from handlers.views.words import said, spoken
from store import audit, checklist, handing, helping, inbox, lookups, targets
from store.database import DeskSession, Store
from store.handoffs import HANDOVERS
from store.models import AuditEvent, HelpRequest, Note, OutboxMessage, Reply, Ticket
from store.rules.lifecycle import Status, Step


def draw(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    """For the team that gets a ticket: in the thread of its card, seen in the channel too."""
    ticket = session.get_one(Ticket, message.ticket_id)
    event = session.get_one(AuditEvent, message.about["event"])
    told = handoff.heading(ticket, session.policy)
    blocks = summary(session, ticket, event, at=at)
    return drawing(spoken(told), [*_headed(session, ticket), *blocks], broadcast=True)


def summary(
    session: DeskSession, ticket: Ticket, event: AuditEvent, *, at: datetime
) -> list[Block]:
    """What whoever has it next should know, and how they answer; nothing for another event."""
    if event.kind not in HANDOVERS:
        return []
    entries = lookups.entries(session, ticket.id)
    steps = checklist.items(session, ticket)
    owed = targets.of(session, ticket.id)
    about = Summary(
        ticket=ticket,
        tried=[step.text for step in steps if step.mark is not None],
        notes=[each for each in entries if isinstance(each, Note)][-handoff.SHOWN :],
        asked=_asked(session, ticket, [each for each in entries if isinstance(each, Reply)]),
        timeline=_timeline(session, ticket),
        due=facts.due(ticket, owed, at=at, zone=session.policy.timezone),
    )
    blocks = handoff.summary(about, session.policy)
    return [*blocks, handoff.answer(ticket, event, is_open=handing.is_open(session, event))]


def accept(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody pressed "Accept" on a ticket that was handed to them or to their team."""
    event = int(payload.value(body).split(":")[0])
    with store.transaction() as session:
        if inbox.first_time(session, payload.click_key(body), at=now):
            handing.accept(session, event, by=payload.user(body), at=now)
    ack()


def ask_to_hand_back(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody pressed "Hand back"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.HAND_TO_TEAM)
        view = HandBackForm.draw(ticket, int(payload.value(body).split(":")[0]))
    modals.show(client, body, view)
    ack()


def hand_back(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody said why they cannot take it."""
    sent, form = payload.submission(body), HandBackForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            handing.hand_back(session, form.event, reason=form.reason, by=sent.user, at=now)
    ack(response_action="clear")


def _headed(session: DeskSession, ticket: Ticket) -> list[Block]:
    return [said(handoff.heading(ticket, session.policy))]


def _asked(session: DeskSession, ticket: Ticket, replies: list[Reply]) -> list[str]:
    """What the requester, other teams and people still owe an answer to."""
    waits = ticket.status == Status.WAITING and replies
    theirs = [f"The requester: {replies[-1].text}"] if waits else []
    others = [each for each in helping.of(session, ticket.id) if each.answered_at is None]
    return [*theirs, *(f"{_whom(session, each)}: {each.question}" for each in others)]


def _whom(session: DeskSession, asked: HelpRequest) -> str:
    if asked.team is not None:
        return facts.team_name(session.policy, asked.team)
    return name_of(session, asked.person or "")


def _timeline(session: DeskSession, ticket: Ticket) -> list[AuditEvent]:
    """The first event and the last turns that a card shows."""
    told = [
        event
        for event in audit.history(session, ticket.id)
        if event.kind not in audit.UNSEEN_ON_CARDS
    ]
    return [*told[:1], *told[1:][-handoff.SHOWN :]]
