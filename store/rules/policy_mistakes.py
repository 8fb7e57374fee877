"""Pydantic's findings in deskbell.toml, in words that name the fix."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from store.rules.policy import (
    KEYED,
    Calendar,
    CannedReply,
    OnCall,
    Policy,
    Question,
    Quiet,
    Rota,
    Severity,
    SlaRules,
    SpecialDay,
    Team,
    Topic,
    Week,
)

Path = tuple[str | int, ...]


class Finding(NamedTuple):
    """Something to mend: where in the file, and how."""

    path: Path
    fix: str


_PARTS: Final[Mapping[str, tuple[type[BaseModel], ...]]] = {
    "teams": (Team,),
    "topics": (Topic, Question),
    "severities": (Severity,),
    "calendars": (Calendar, SpecialDay, Week),
    "rotas": (Rota,),
    "canned": (CannedReply,),
    "on_call": (OnCall,),
    "quiet": (Quiet,),
    "sla": (SlaRules,),
}
"""Which models a table is made of, outermost first."""

_EXAMPLES: Final = {
    "name": '"IT Help Desk"',
    "timezone": '"Europe/London"',
    "queue_channel": '"C012AB3CD"',
    "on_call_channel": '"C012AB3CD"',
    "channel": '"C012AB3CD"',
    "calendar": '"office"',
    "default_topic": '"general"',
    "default_severity": '"sev_c"',
    "team": '"it"',
    "first_response": '"1 h"',
    "resolution": '"4 h"',
    "people": '["U012AB3CD", "U034EF5GH"]',
    "start": "2026-01-05",
    "date": "2026-12-24",
    "key": '"restarted"',
    "label": '"Have you tried restarting?"',
    "text": '"Thank you, we are looking into it."',
}

_FIXES: Final = {
    "string_type": 'write a text in "quotes".',
    "string_too_short": "it must not be empty.",
    "string_too_long": "keep it within {max_length} characters.",
    "string_pattern_mismatch": (
        "use lower-case letters, digits, _ and - for a key, a letter first, 40 at most."
    ),
    "bool_type": "write true or false, without quotes.",
    "bool_parsing": "write true or false, without quotes.",
    "int_type": "write a whole number, without quotes.",
    "int_parsing": "write a whole number, without quotes.",
    "int_from_float": "write a whole number.",
    "float_type": "write a number, without quotes.",
    "float_parsing": "write a number, without quotes.",
    "greater_than_equal": "use {ge} or more.",
    "greater_than": "use more than {gt}.",
    "less_than_equal": "use {le} or less.",
    "less_than": "use less than {lt}: 0.8 means 80 %.",
    "literal_error": "use one of {expected}.",
    "tuple_type": 'write a list, such as ["…", "…"].',
    "too_short": "give at least {min_length}.",
    "too_long": "give at most {max_length}.",
    "dict_type": "make it a table, with its settings below a line in [brackets].",
    "model_type": "make it a table, with its settings below a line in [brackets].",
    "date_type": "write a date such as 2026-12-24.",
    "date_parsing": "write a date such as 2026-12-24.",
    "date_from_datetime_parsing": "write a date such as 2026-12-24.",
    "date_from_datetime_inexact": "write a date such as 2026-12-24, without a time.",
}


def mistakes(error: ValidationError) -> list[Finding]:
    """Say each of pydantic's findings with its fix."""
    return [Finding(_path(each), _fix(each)) for each in error.errors(include_url=False)]


def salvage(flat: Mapping[str, Any]) -> Policy:
    """Keep what is sound of a broken policy, so that its contradictions are told as well."""
    given = Policy.model_fields
    defaults = {name: field.get_default(call_default_factory=True) for name, field in given.items()}
    sound = {name: _sound(name, flat[name]) for name in given if name in flat}
    return Policy.model_construct(None, **defaults | sound)


def _sound(name: str, value: Any) -> Any:
    """Return the field as far as it is valid: of a table, the inner ones that are."""
    if name not in KEYED:
        return _valid(Policy.model_fields[name].rebuild_annotation(), value)
    return {}


def _valid(annotation: Any, value: Any) -> Any:
    try:
        return TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return None


def _path(error: ErrorDetails) -> Path:
    """A wrong name of a table is reported at the table, not at the key that it was given."""
    path = tuple(error["loc"])
    return path[:2] if len(path) == 3 and path[0] in KEYED and path[2] == "key" else path


def _fix(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"add {_example(error['loc'])}."
    if kind == "extra_forbidden":
        return _unknown_key(tuple(error["loc"]))
    if kind == "value_error":
        return str(context["error"])
    return _FIXES[kind].format(**context) if kind in _FIXES else f"{error['msg']}."


def _example(path: Path) -> str:
    key = str(path[-1])
    if key in KEYED:
        return f"at least one table [{key}.…]"
    return f"{key} = {_EXAMPLES.get(key, '…')}"
