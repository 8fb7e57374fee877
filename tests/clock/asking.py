"""Questions that the tests of the clock ask the database and the screens."""

from datetime import datetime

from sqlalchemy import select

from sandbox.people import Person
from sandbox.seen import SeenMessage
from store import audit
from store.audit import Event
from store.models import AuditEvent, Target
from tests.desk import DeskInTest, enter, modal_of


def targets(desk: DeskInTest, number: int, kind: str = "resolution") -> list[Target]:
    """The ticket's targets of a kind, oldest first."""
    with desk.store.snapshot() as session:
        found = select(Target).where(Target.ticket_id == number, Target.kind == kind)
        return list(session.scalars(found.order_by(Target.cycle)))


def target(desk: DeskInTest, number: int, kind: str = "resolution") -> Target:
    """The newest of them."""
    return targets(desk, number, kind)[-1]


def events(desk: DeskInTest, number: int, kind: Event) -> list[AuditEvent]:
    """What happened to the ticket, of one kind."""
    with desk.store.snapshot() as session:
        return [event for event in audit.history(session, number) if event.kind == kind]


def about(event: AuditEvent, field: str) -> str:
    """What the event says of a field."""
    return str(event.changes[field][1])


def moves(desk: DeskInTest, number: int) -> list[tuple[str, datetime, datetime, str]]:
    """Every move of a deadline: of which target, from when, to when, and why."""
    return [
        (
            about(event, "target"),
            datetime.fromisoformat(about(event, "was")),
            datetime.fromisoformat(about(event, "now")),
            about(event, "because"),
        )
        for event in events(desk, number, Event.DEADLINE_MOVED)
    ]


def root(person: Person, number: int) -> SeenMessage:
    """The message under which a requester hears of the ticket."""
    return next(m for m in person.dm if f"#{number}" in m.text)


def heard(person: Person, number: int) -> list[str]:
    """What the requester was told in the ticket's thread, oldest first, without what they wrote."""
    return [m.text for m in root(person, number).thread if m.author != person.user.real_name]


def alarms(person: Person) -> list[SeenMessage]:
    """Direct messages about clocks."""
    words = ("is due", "is overdue since", "deadlines")
    return [m for m in person.dm if any(word in m.text for word in words)]


def claims(desk: DeskInTest, person: Person, number: int) -> None:
    """Press Claim on the card."""
    desk.card(person, number).click("Claim")
    desk.settle()


def does(desk: DeskInTest, person: Person, number: int, action: str, /, **fields: str) -> None:
    """Choose something from the card's menu, and fill the form that opens, if any."""
    card = desk.card(person, number)
    if action in card.buttons:
        card.click(action)
    else:
        card.choose("More…", action)
    if fields:
        modal = modal_of(person)
        for label, value in fields.items():
            enter(modal, label, value)
        outcome = modal.submit()
        assert not outcome.errors, outcome.errors
    desk.settle()
