"""The desk's policy: everything that deskbell.toml says, checked and unchangeable.

Import the parts from here; which file defines them is a detail.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, TypeVar

from pydantic import Field, model_validator

from store.rules import public_holidays
from store.rules.errors import Refused
from store.rules.policy_desk import (
    BeforeSending,
    CannedReply,
    FileRules,
    Intake,
    Question,
    Team,
    Topic,
)
from store.rules.policy_ending import Ending
from store.rules.policy_on_call import Handover, Level, OnCall, Rota, Turns
from store.rules.policy_part import (
    ChannelId,
    Label,
    Part,
    PeopleRef,
    PersonRef,
    is_email,
    is_user_group,
)
from store.rules.policy_talking import Talking
from store.rules.policy_time import (
    Calendar,
    LadderStep,
    Quiet,
    Severity,
    Shift,
    SlaRules,
    SpecialDay,
    TimeZone,
    Week,
)
from store.rules.sentences import everybody as say
from store.rules.wall_clock import rules_of

__all__ = [
    "BeforeSending",
    "Calendar",
    "CannedReply",
    "Ending",
    "FileRules",
    "Handover",
    "Intake",
    "LadderStep",
    "Level",
    "OnCall",
    "Policy",
    "Question",
    "Quiet",
    "Rota",
    "Severity",
    "Shift",
    "SlaRules",
    "SpecialDay",
    "Talking",
    "Team",
    "Topic",
    "Turns",
    "Week",
    "calendar_for",
    "is_email",
    "is_user_group",
]

KEYED: Final = ("teams", "topics", "severities", "calendars", "rotas", "canned")
"""Tables of tables: the name of each inner one is its key."""

TESTED: Final = "Tested: it works again"

_OF_CLOCKS: Final = {"first_response", "next_response", "resolution", "calendar"}

_Part = TypeVar("_Part", bound=Part)


class Policy(Part):
    """One desk. Tables keep the order of the file, which is the order people see.

    What Slack's menus hold limits them: 100 options, or 10 radio buttons for severities.
    """

    name: Label
    timezone: TimeZone
    queue_channel: ChannelId
    on_call_channel: ChannelId
    admin_channel: ChannelId | None = None
    admins: tuple[PersonRef, ...] = ()
    vips: tuple[PeopleRef, ...] = ()
    """Marked for agents wherever they ask, or are affected; never for requesters."""
    vip_severity: str | None = None
    """No ticket for one of them starts lower than this."""
    agents_named: bool = True
    """Whether requesters and watchers read who works for them, or only which team."""

    calendar: str
    default_topic: str
    default_severity: str
    teams: dict[str, Team] = Field(min_length=1, max_length=100)
    topics: dict[str, Topic] = Field(min_length=1, max_length=100)
    severities: dict[str, Severity] = Field(min_length=1, max_length=10)
    calendars: dict[str, Calendar] = Field(min_length=1)
    rotas: dict[str, Rota] = Field(default_factory=dict)
    canned: dict[str, CannedReply] = Field(default_factory=dict, max_length=100)
    intake: Intake = Intake()
    on_call: OnCall = OnCall()
    before_sending: BeforeSending = BeforeSending()
    quiet: Quiet = Quiet()
    ending: Ending = Ending()
    sla: SlaRules = SlaRules()
    files: FileRules = FileRules()
    talking: Talking = Talking()

    @model_validator(mode="before")
    @classmethod
    def _tables_know_their_key(cls, tables: Any) -> Any:
        """Hand each named table its name, and each severity its rank in the file."""
        if not isinstance(tables, Mapping):
            return tables
        return {name: keyed(name, part) for name, part in tables.items()}

    @cached_property
    def clocks(self) -> str:
        """A fingerprint of all that deadlines depend on: where it differs, they are recounted. So
        an update that brings other holidays, or other rules for a zone in use, is like an edit.
        """
        rules = self.model_dump_json(
            include={
                "calendar": True,
                "calendars": True,
                "sla": True,
                "teams": {key: {"calendar"} for key in self.teams},
                "severities": dict.fromkeys(self.severities, _OF_CLOCKS),
            }
        )
        found = sha256(f"{public_holidays.VERSION} {rules}".encode())
        for zone in sorted({each.timezone for each in self.calendars.values()}):
            found.update(rules_of(zone))
        return found.hexdigest()[:16]

    def team(self, key: str) -> Team:
        """Return the team, or raise Refused."""
        return _named(self.teams, key, "team")

    def topic(self, key: str) -> Topic:
        """Return the topic, or raise Refused."""
        return _named(self.topics, key, "topic")

    def other_topics(self, key: str) -> list[Topic]:
        """What a ticket may be about instead: as open as it is now. A private one stays what it is,
        for what was said in it is its team's.
        """
        own = self.topics.get(key)
        if own is None or own.private:
            return []
        return [each for each in self.topics.values() if not each.private and each.key != key]

    def severity(self, key: str) -> Severity:
        """Return the severity, or raise Refused."""
        return _named(self.severities, key, "severity")

    def checklist(self, topic: str) -> tuple[str, ...]:
        """Steps for its agents, a test of the solution last where the topic wants one."""
        known = self.topics.get(topic)
        if known is None:
            return ()
        return (*known.checklist, TESTED) if known.tested else known.checklist

    def causes(self, topic: str) -> tuple[str, ...]:
        """The kinds of cause that a resolution may name; a topic's own come last."""
        own = self.topics[topic].causes if topic in self.topics else ()
        return (*self.ending.causes, *own)

    def higher_teams(self, team: str) -> list[Team]:
        """Teams to escalate to, nearest tier first."""
        tier = self.team(team).tier
        return sorted((t for t in self.teams.values() if t.tier > tier), key=lambda t: t.tier)

    def offered_severities(self) -> list[Severity]:
        """Those a requester may choose at intake, by their `urgency`."""
        return [severity for severity in self.severities.values() if severity.urgency]

    def asks_urgency(self, topic: str) -> bool:
        """Whether it matters what a requester chooses: some topics are worse than every choice."""
        offered = self.offered_severities()
        return len({self.severity_at_intake(topic, each.key).key for each in offered}) > 1

    def severity_at_intake(self, topic: str, chosen: str | None, *, vip: bool = False) -> Severity:
        """The requester's choice or else the default, unless the topic is worse than that, or
        what a VIP gets at least.
        """
        severity = self.severity(chosen or self.topic(topic).severity or self.default_severity)
        least = (self.topic(topic).severity, self.vip_severity if vip else None)
        floors = [self.severity(key) for key in least if key]
        return min(severity, *floors, key=lambda s: s.rank) if floors else severity

    @cached_property
    def people(self) -> frozenset[str]:
        """Every reference to people in the file: user ids, e-mail addresses and user groups."""
        of_teams = (ref for team in self.teams.values() for ref in (*team.agents, team.lead))
        of_rotas = (ref for rota in self.rotas.values() for ref in rota.everybody)
        of_chain = (level.ref for level in self.on_call.chain if level.kind == "person")
        of_topics = (topic.assign_to for topic in self.topics.values())
        others = (*self.admins, *self.vips, *self.intake.blocked)
        return frozenset(filter(None, (*of_topics, *of_teams, *of_rotas, *of_chain, *others)))


def calendar_for(policy: Policy, severity: str, team: str) -> Calendar:
    """The severity's own calendar wins over the team's, then the desk's."""
    own = policy.severity(severity).calendar or policy.team(team).calendar
    return policy.calendars[own or policy.calendar]


def goes_on_anew(policy: Policy, topic: str, closed_at: datetime | None, at: datetime) -> bool:
    """Whether a ticket has been closed for so long that a new one goes on from it. Never without
    its topic, which may have been private: where it is hidden, it stays hidden.
    """
    if closed_at is None or topic not in policy.topics:
        return False
    return at - closed_at > policy.quiet.reopen_window


def keyed(table: str, parts: Any) -> Any:
    """Give each part of a table its key, and each severity its rank by its place in the file."""
    if table not in KEYED or not isinstance(parts, Mapping):
        return parts
    return {
        key: _with_rank(table, place, {**part, "key": key}) if isinstance(part, Mapping) else part
        for place, (key, part) in enumerate(parts.items())
    }


def _with_rank(table: str, place: int, part: dict[str, Any]) -> dict[str, Any]:
    return {"rank": place, **part} if table == "severities" else part


def _named(parts: Mapping[str, _Part], key: str, kind: str) -> _Part:
    try:
        return parts[key]
    except KeyError:
        raise Refused(say.gone_from_settings(kind, key, parts)) from None
