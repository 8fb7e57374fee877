"""What the policy promises VIPs, when somebody of them comes to a ticket that others opened."""

from datetime import datetime

from store import access, triage
from store.audit import DESK
from store.database import DeskSession
from store.models import Ticket
from store.rules.lifecycle import OPEN


def join(session: DeskSession, ticket: Ticket, person: str, *, at: datetime) -> None:
    """The person is affected by the locked ticket, too. With a VIP it is no milder from now than
    one for them would have been; why is for agents alone.
    """
    least = session.policy.vip_severity
    if least is None or ticket.status not in OPEN or not access.is_vip(session, person):
        return
    wanted = session.policy.severity(least)
    if wanted.rank < session.policy.severity(ticket.severity).rank:
        triage.become(session, ticket, wanted.key, "A VIP is affected, too", by=DESK, at=at)
