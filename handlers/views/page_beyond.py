"""A page that Slack did not take, as plain text for a mail or another service."""

from store.models import Ticket


def subject(ticket: Ticket, *, private: bool) -> str:
    """In the list of mails, and first in what is posted."""
    drill = "" if ticket.source != "drill" else "(drill) "
    return f"PAGE {drill}· ticket {ticket.number}{_summary(ticket, private=private)}"


def words(ticket: Ticket, name: str, *, private: bool) -> str:
    """`name`: whoever is called."""
    details = "" if private else f"{ticket.details[:600]}\n\n"
    return (
        f"{name}, you are being called for ticket {ticket.number}"
        f"{_summary(ticket, private=private)}\n\n{details}"
        "Slack did not take this page, so it comes this way. Please acknowledge it in Slack as "
        "soon as you can; until then the next ones are called.\n"
    )


def _summary(ticket: Ticket, *, private: bool) -> str:
    """Nothing of a private ticket leaves Slack but its number."""
    return "" if private else f": {' '.join(ticket.summary.split())}"
