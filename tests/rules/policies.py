"""A small policy for the tests, and a way to change it."""

from copy import deepcopy
from typing import Any, Final

from store.rules.policy import Policy

_OFFICE: Final = {
    day: ["08:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
}
_POLICY: Final[dict[str, Any]] = {
    "name": "Help",
    "timezone": "UTC",
    "queue_channel": "C0QUEUE",
    "on_call_channel": "C0ONCALL",
    "admins": ["U0ADA"],
    "calendar": "office",
    "default_topic": "general",
    "default_severity": "sev_c",
    "teams": {
        "it": {"name": "IT", "channel": "C0IT", "lead": "U0LENA", "agents": ["U0JOHN", "U0JANE"]},
        "banking": {"name": "Banking", "channel": "C0BANK", "tier": 2, "agents": ["S0BANK"]},
    },
    "topics": {
        "general": {"name": "General", "team": "it"},
        "outage": {"name": "Outage", "team": "it", "severity": "sev_a"},
    },
    "severities": {
        "sev_a": {
            "name": "Sev-A",
            "first_response": "15 min",
            "resolution": "1 h",
            "calendar": "around_the_clock",
            "pages": True,
            "urgency": "Many of us can't work",
        },
        "sev_b": {"name": "Sev-B", "first_response": "1 h", "resolution": "4 h"},
        "sev_c": {
            "name": "Sev-C",
            "first_response": "4 h",
            "resolution": "18 h",
            "urgency": "I can work",
        },
    },
    "calendars": {
        "office": {"hours": _OFFICE},
        "nights": {"hours": {"monday": ["20:00-24:00"]}},
        "around_the_clock": {"always": True},
    },
    "rotas": {
        "primary": {"timezone": "UTC", "people": ["U0OMAR", "U0JERRY"], "start": "2026-01-05"}
    },
    "on_call": {"chain": ["rota:primary", "lead", "admins"]},
}


def policy(**changes: Any) -> Policy:
    """The policy with some of its settings changed; tables gain what is given, or change in it."""
    tables = deepcopy(_POLICY)
    for name, change in changes.items():
        if isinstance(change, dict):
            tables[name] = {**tables.get(name, {}), **change}
        else:
            tables[name] = change
    return Policy.model_validate(tables)
