"""How a page climbs the chain: whom the next call is for."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from store.rules import rota as rotas
from store.rules.policy import Level, OnCall, Policy
from store.rules.rota import Override


def calls(on_call: OnCall) -> list[Level]:
    """Every call of one round, first to last: each level as often as it is repeated."""
    return [level for level in on_call.chain for _ in range(on_call.repeat)]


def people(
    policy: Policy,
    level: Level,
    *,
    team: str,
    at: datetime,
    overrides: Mapping[str, Sequence[Override]] | None = None,
) -> tuple[str, ...]:
    """Return whom a level means for a ticket of `team`, as written in the policy; maybe nobody.

    References may be member ids, e-mail addresses or, for a team, user groups. `overrides` are
    those of each rota by its key.
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
        case "admins":
            return policy.admins
