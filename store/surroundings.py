"""What a change of a ticket concerns besides the ticket itself: its cards, the messages that handed
it on, and who takes part. Every change asks for all of it, so it is one question.
"""

from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import CompoundSelect, bindparam, literal_column, select

from store.circle import Joined
from store.database import DeskSession
from store.kinds import HANDOFF_ROLE, Kind
from store.models import OutboxMessage, Participant, Posting, Role, Ticket, table_of
from store.outbox import Card

_CARD: Final = "card"
_HANDOFF: Final = "handoff"
_JOINED: Final = "joined"


class HandedOn(NamedTuple):
    """Where a message that handed the ticket on is in Slack, and its role (`outbox`)."""

    channel: str
    role: str


class Surroundings(NamedTuple):
    """As they are in the database, in the order in which they came to be."""

    cards: list[Card]
    handed_on: list[HandedOn]
    joined: list[Joined]


def of(session: DeskSession, ticket: Ticket) -> Surroundings:
    """Of a locked ticket, so that nobody changes them meanwhile."""
    session.flush()  # who joined or left in this transaction
    rows = sorted(session.execute(_around(), {"ticket": ticket.id}))
    return Surroundings(
        cards=[Card(ticket.id, where, how) for what, _, where, how in rows if what == _CARD],
        handed_on=[HandedOn(where, how) for what, _, where, how in rows if what == _HANDOFF],
        joined=[Joined(who, Role(how)) for what, _, who, how in rows if what == _JOINED],
    )


@cache
def _around() -> CompoundSelect[str, int, str, str]:
    """What it is, its number, where or who, and in which state or role."""
    message, posting, person = map(table_of, (OutboxMessage, Posting, Participant))
    return (
        select(literal_column(f"'{_CARD}'"), message.c.id, message.c.channel, message.c.state)
        .where(message.c.ticket_id == bindparam("ticket"), message.c.kind == Kind.CARD.value)
        .union_all(
            select(
                literal_column(f"'{_HANDOFF}'"), posting.c.id, posting.c.channel, posting.c.role
            ).where(
                posting.c.ticket_id == bindparam("ticket"), posting.c.role.startswith(HANDOFF_ROLE)
            ),
            select(
                literal_column(f"'{_JOINED}'"), person.c.id, person.c.person, person.c.role
            ).where(person.c.ticket_id == bindparam("ticket"), person.c.left_at.is_(None)),
        )
    )
