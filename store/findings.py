"""What was wrong, what was done and by whom: what has to be known before a ticket is resolved."""

from typing import Final, NamedTuple

from store import change, checklist
from store.database import DeskSession
from store.models import Ticket
from store.rules.errors import InvalidFields
from store.rules.lifecycle import Status, Step, after
from store.rules.policy import Policy
from store.rules.sentences import ending as say


class Findings(NamedTuple):
    """For agents only. `cause_kind` is one of the topic's, `fixed_by` a user id."""

    cause: str
    fix: str
    cause_kind: str | None = None
    fixed_by: str | None = None


def explain(
    session: DeskSession, ticket_id: int, found: Findings, *, by: str, version: int | None
) -> Ticket:
    """The locked ticket, ready to be resolved by this agent: what was found is noted on it, and no
    step of its checklist is left. InvalidFields, by the policy: `cause`, `fix`, `cause_kind`,
    `fixed_by`; `waive`, while a step is neither ticked nor waived.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    after(ticket.id, Status(ticket.status), Step.RESOLVE)
    _check(session.policy, ticket, found)
    checklist.require_done(session, ticket)
    note(ticket, found)
    return ticket


def note(ticket: Ticket, found: Findings) -> None:
    """It stays there when the ticket is not resolved after all, for the next who tries."""
    ticket.cause, ticket.fix = found.cause.strip() or None, found.fix.strip() or None
    ticket.cause_kind, ticket.fixed_by = found.cause_kind, found.fixed_by


def _check(policy: Policy, ticket: Ticket, found: Findings) -> None:
    """InvalidFields where something is missing that the policy requires, or is not on its list."""
    told = found._asdict()
    wrong: dict[str, str] = {
        field: _MISSING[field]
        for field in policy.ending.required
        if not (told[field] or "").strip()
    }
    if found.cause_kind is not None and found.cause_kind not in policy.causes(ticket.topic):
        wrong["cause_kind"] = say.CAUSES_CHANGED
    if wrong:
        raise InvalidFields(wrong)


_MISSING: Final = {
    "cause": say.WHAT_WAS_WRONG,
    "fix": say.WHAT_WAS_DONE,
    "cause_kind": say.CHOOSE_CAUSE,
    "fixed_by": say.CHOOSE_WHO,
}
