"""Every refusal, each with the sentence that the person reads.

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


class DeskError(Exception):
    """A refusal that the person may read as it is (mrkdwn, already safe)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TicketNotFound(DeskError):
    """Said also when the ticket exists but this person may not know."""

    def __init__(self, number: int | str) -> None:
        super().__init__(
            f"There is no ticket #{number} that you can see. "
            "`/ticket list` shows yours; `/ticket find words` searches."
        )


class NotAllowed(DeskError):
    """The person lacks the role that this needs."""


class StepNotAllowed(DeskError):
    """The lifecycle has no such step from here."""

    def __init__(self, step: str, status: str) -> None:
        super().__init__(
            f"You can't {step} this ticket: it is *{status}* now. Nothing was changed."
        )


class AlreadyClaimed(DeskError):
    """Two agents wanted it; one has it."""

    def __init__(self, ticket_id: int, assignee: str) -> None:
        super().__init__(
            f"<@{assignee}> already has ticket #{ticket_id}. Nothing was changed; "
            "use *Reassign* if it should move to you."
        )
        self.assignee = assignee


class StaleCard(DeskError):
    """The button belongs to an older state. `events` are the audit events since, oldest first;
    whoever shows the sentence puts them into words.
    """

    def __init__(self, ticket_id: int, events: Sequence[object]) -> None:
        super().__init__(
            f"Ticket #{ticket_id} changed after this was drawn, so nothing was done. "
            "Look at the fresh card and press again if you still want to."
        )
        self.events = events


class MessageTaken(DeskError):
    """One message makes one ticket."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(
            f"This message is ticket *#{ticket_id}* already, so no second one was opened."
        )
        self.ticket_id = ticket_id


class Refused(DeskError):
    """Any other refusal with a fix in its sentence."""


class InvalidFields(DeskError):
    """`fields` maps a form's field name to the sentence shown under that field."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)
