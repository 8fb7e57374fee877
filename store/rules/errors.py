"""Every refusal, each with the sentence that the person reads (`store.rules.sentences`).

DeskError
├── TicketNotFound       there is no such ticket, or not for this person
├── NotAllowed           the person's role does not cover it
├── StepNotAllowed       the ticket's status does not allow it
├── AlreadyClaimed       somebody else was faster
├── StaleCard            the card was drawn before the latest change
├── MessageTaken         the message was made a ticket before
├── Refused              a plain sentence for everything else that a person can mend
└── InvalidFields        what is wrong, field by field, for the form it came from

A sentence says what happened and what to do; people appear as Slack mentions.
"""

from collections.abc import Mapping, Sequence

from store.rules.sentences import everybody as say


class DeskError(Exception):
    """A refusal that the person may read as it is (mrkdwn, already safe)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TicketNotFound(DeskError):
    """Said also when the ticket exists but this person may not know."""

    def __init__(self, number: int | str) -> None:
        super().__init__(say.no_ticket(number))


class NotAllowed(DeskError):
    """The person lacks the role that this needs."""


class StepNotAllowed(DeskError):
    """The lifecycle has no such step from here."""

    def __init__(self, ticket_id: int, step: str, status: str) -> None:
        super().__init__(say.step_not_allowed(ticket_id, step, status))


class AlreadyClaimed(DeskError):
    """Two agents wanted it; one has it."""

    def __init__(self, ticket_id: int, assignee: str) -> None:
        super().__init__(say.has_it(ticket_id, assignee))
        self.assignee = assignee


class StaleCard(DeskError):
    """The button belongs to an older state. `events` are the audit events since, oldest first;
    whoever shows the sentence puts them into words.
    """

    def __init__(self, ticket_id: int, events: Sequence[object]) -> None:
        super().__init__(say.changed_since(ticket_id))
        self.events = events


class MessageTaken(DeskError):
    """One message makes one ticket."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(say.message_taken(ticket_id))
        self.ticket_id = ticket_id


class Refused(DeskError):
    """Any other refusal with a fix in its sentence."""


class InvalidFields(DeskError):
    """`fields` maps a form's field name to the sentence shown under that field."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class TooEarly(Exception):
    """Nobody can tell yet what it is about; it has to come again."""
