"""Forms for who works a ticket and how bad it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views.form import Json, menu, person_input, ticket_form, typed, words_input
from store.models import Ticket
from store.rules.errors import InvalidFields, Refused
from store.rules.policy import Policy, Severity, Team
from store.rules.sentences import working as say


@dataclass(frozen=True)
class ReassignForm:
    """To an agent or to a team, with word on where things stand."""

    agent: str | None
    team: str | None
    note: str

    @staticmethod
    def draw(ticket: Ticket, policy: Policy) -> View:
        """Every team may be chosen; the store knows who is an agent."""
        teams = [(team.key, team.name) for team in policy.teams.values()]
        blocks: list[Block] = [
            person_input("to", "Agent", optional=True),
            menu(
                "team", "Or a team", teams, optional=True,
                hint="Nobody has it then until one of the team claims it.",
            ),
            words_input(
                "note", "Hand-off note", long=True, optional=_may_be_silent(policy),
                hint="What you found, what you tried, what comes next. For agents only.",
            ),
        ]  # fmt: skip
        return ticket_form(Form.REASSIGN, ticket, "Reassign", blocks, submit="Reassign")

    @classmethod
    def read(cls, view: Json) -> Self:
        """InvalidFields unless exactly one of agent and team was chosen."""
        agent, team, note = typed(view, "to"), typed(view, "team"), typed(view, "note") or ""
        wrong = {}
        if bool(agent) == bool(team):
            wrong["to"] = say.CHOOSE_AGENT_OR_TEAM
        if wrong:
            raise InvalidFields(wrong)
        return cls(agent, team, note)


@dataclass(frozen=True)
class EscalateForm:
    """Severity up, to a higher tier, or both; always with a reason."""

    severity: str | None
    team: str | None
    reason: str

    @staticmethod
    def draw(ticket: Ticket, policy: Policy) -> View:
        """Offers only what is higher. Refused when nothing is."""
        worse, higher = _worse(ticket, policy), _higher(ticket, policy)
        if not worse and not higher:
            raise Refused(say.nothing_higher(ticket.id))
        blocks: list[Block] = []
        if worse:
            blocks.append(menu("severity", "Severity", offered(worse), optional=bool(higher)))
        if higher:
            teams = [(team.key, team.name) for team in higher]
            blocks.append(menu("team", "Team", teams, optional=bool(worse)))
        blocks.append(
            words_input(
                "reason", "Reason", long=True, optional=_may_be_silent(policy),
                hint="Whoever takes over reads it first. The requester never sees it.",
            )
        )  # fmt: skip
        return ticket_form(Form.ESCALATE, ticket, "Escalate", blocks, submit="Escalate")

    @classmethod
    def read(cls, view: Json) -> Self:
        """InvalidFields when nothing was raised; the error goes to a field that is there."""
        severity, team = typed(view, "severity"), typed(view, "team")
        if severity is None and team is None:
            raise InvalidFields({"severity": say.RAISE_SOMETHING})
        return cls(severity, team, typed(view, "reason") or "")


@dataclass(frozen=True)
class SeverityForm:
    """Another severity, up or down."""

    severity: str
    reason: str

    @staticmethod
    def draw(ticket: Ticket, policy: Policy) -> View:
        """All severities; the present one is chosen already."""
        blocks: list[Block] = [
            menu(
                "severity", "Severity", offered(list(policy.severities.values())),
                initial=ticket.severity,
                hint="The promises to the requester change with it, and they are told.",
            ),
            words_input("reason", "Reason", long=True, hint="The requester never sees it."),
        ]  # fmt: skip
        return ticket_form(Form.CHANGE_SEVERITY, ticket, "Change severity", blocks, submit="Change")

    @classmethod
    def read(cls, view: Json) -> Self:
        """InvalidFields without a reason."""
        reason = typed(view, "reason") or ""
        if not reason.strip():
            raise InvalidFields({"reason": say.WHY_SEVERITY})
        return cls(typed(view, "severity") or "", reason)


def _may_be_silent(policy: Policy) -> bool:
    return policy.talking.handoff_note == "optional"


def offered(offered: Sequence[Severity]) -> list[tuple[str, str, str | None]]:
    """What a menu of severities offers."""
    return [(severity.key, severity.name, severity.label) for severity in offered]


def _worse(ticket: Ticket, policy: Policy) -> list[Severity]:
    now = policy.severity(ticket.severity).rank
    return [severity for severity in policy.severities.values() if severity.rank < now]


def _higher(ticket: Ticket, policy: Policy) -> list[Team]:
    return policy.higher_teams(ticket.team)
