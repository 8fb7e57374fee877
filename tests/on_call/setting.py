"""What the stories about being on call have in common."""

import tomllib
from typing import Any

from sqlalchemy import select

from bot.desk import Desk
from bot.settings import Settings
from sandbox.people import Person
from sandbox.seen import SeenMessage
from store.audit import Event
from store.database import Store
from store.models import AuditEvent
from store.rules.policy import Policy
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest

CHAIN = 'chain = ["rota:primary", "lead", "admins"]'
OUTAGE = {
    "Topic": "Business critical outage",
    "What_does_not_work,_and_for_whom?": "Everything, for everybody",
}


def policy(*changes: tuple[str, str]) -> Policy:
    """The demo's policy with some of its lines changed."""
    text = DEMO_POLICY
    for written, instead in changes:
        assert written in text
        text = text.replace(written, instead, 1)
    tomllib.loads(text)
    return load_policy(text)


def second_desk(desk: DeskInTest, store: Store | None = None, **more: Any) -> Desk:
    """Another process of the same desk, as far as one process can tell; `more` are its settings."""
    settings = Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": desk.sandbox.bot_token,
            "SLACK_APP_TOKEN": desk.sandbox.app_token,
            "SLACK_API_URL": desk.sandbox.api_url,
            **more,
        }
    )
    return Desk(settings, store or desk.store, desk.clock.now)


def outage(desk: DeskInTest, summary: str = "Core banking stands still") -> int:
    """A Sev-A ticket; the desk pages. Return its number."""
    return desk.opens(desk.karen, summary, **OUTAGE)


def pages(person: Person, number: int) -> list[SeenMessage]:
    """The calls that the person got about the ticket, oldest first."""
    return [m for m in person.dm if f"ticket #{number}" in m.notification and "Sev-A" in m.text]


def events(desk: DeskInTest, number: int, *kinds: Event) -> list[tuple[str, dict[str, Any]]]:
    """The ticket's events of these kinds: the actor, and what changed to what."""
    with desk.store.snapshot() as session:
        found = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.ticket_id == number, AuditEvent.kind.in_(kinds))
            .order_by(AuditEvent.seq)
        ).all()
    return [(e.actor, {key: to for key, (_, to) in e.changes.items()}) for e in found]
