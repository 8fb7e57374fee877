"""How a page climbs the chain: whom the next call is for."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from store.rules import rota as rotas
from store.rules.policy import Level, OnCall, Policy, Rota, Team
from store.rules.rota import Override

Overrides = Mapping[str, Sequence[Override]]
"""Those of each rota, by its key."""


def calls(on_call: OnCall) -> list[Level]:
    """Every call of one round, first to last: each level as often as it is repeated."""
    return [level for level in on_call.chain for _ in range(level.repeat or on_call.repeat)]


def patience(on_call: OnCall, level: Level | None) -> timedelta:
    """How long a call has to be answered before the next."""
    return timedelta(minutes=(level and level.ack_minutes) or on_call.ack_minutes)


def people(
    policy: Policy,
    level: Level,
    *,
    team: str,
    at: datetime,
    overrides: Overrides | None = None,
) -> tuple[str, ...]:
    """Return whom a level means for a ticket of `team`, as written in the policy; maybe nobody.

    References may be member ids, e-mail addresses or, for a team, user groups.
    """
    match level.kind:
        case "rota":
            key = level.ref or ""
            on = rotas.who_is_on(policy.rotas[key], at, (overrides or {}).get(key, ()))
            return () if on is None else (on,)
        case "person":
            return () if level.ref is None else (level.ref,)
        case "lead":
            lead = policy.team(level.ref or team).lead
            return () if lead is None else (lead,)
        case "team":
            return policy.team(level.ref or team).agents
        case "everyone":
            return tuple(ref for each in policy.teams.values() for ref in _all_of(each))
        case "admins":
            return policy.admins


def chain_rotas(policy: Policy) -> list[Rota]:
    """The rotas that pages go through; every rota when the chain names none."""
    named = {level.ref for level in policy.on_call.chain if level.kind == "rota"}
    return [rota for key, rota in policy.rotas.items() if not named or key in named]


def cover_wanted(policy: Policy) -> str | None:
    """The calendar in whose hours somebody must be on call; empty: around the clock, None: never.

    Several rotas that are all restricted to hours are meant to cover the day between them.
    """
    if policy.on_call.cover is not None:
        return policy.on_call.cover
    restricted = [rota.is_restricted for rota in chain_rotas(policy)]
    return "" if len(restricted) > 1 and all(restricted) else None


def _all_of(team: Team) -> tuple[str, ...]:
    return (*team.agents, *((team.lead,) if team.lead else ()))
