"""Pydantic's findings in deskbell.toml, in words that name the fix."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from store.rules.policy import (
    KEYED,
    BeforeSending,
    Calendar,
    CannedReply,
    Ending,
    FileRules,
    Intake,
    Level,
    OnCall,
    Policy,
    Question,
    Quiet,
    Rota,
    Severity,
    SlaRules,
    SpecialDay,
    Talking,
    Team,
    Topic,
    Week,
    keyed,
)

Path = tuple[str | int, ...]


class Finding(NamedTuple):
    """Something to mend: where in the file, and how."""

    path: Path
    fix: str


_PARTS: Final[Mapping[str, type[BaseModel]]] = {
    "teams": Team,
    "topics": Topic,
    "severities": Severity,
    "calendars": Calendar,
    "rotas": Rota,
    "canned": CannedReply,
    "intake": Intake,
    "on_call": OnCall,
    "before_sending": BeforeSending,
    "quiet": Quiet,
    "ending": Ending,
    "sla": SlaRules,
    "files": FileRules,
    "talking": Talking,
}
"""What a table holds; in KEYED ones, what each table within it holds."""

_INNER: Final[Mapping[str | int, type[BaseModel]]] = {
    "questions": Question,
    "days": SpecialDay,
    "hours": Week,
}

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
    """Keep the sound parts of a broken policy, so that what contradicts itself is told as well."""
    desk = {name: flat.get(name, "") for name in Policy.model_fields if name not in _PARTS}
    tables = {table: _sound_parts(table, flat.get(table)) for table in KEYED}
    rest = {
        name: _sound(_PARTS[name], flat.get(name, {})) or _PARTS[name]()
        for name in _PARTS
        if name not in KEYED
    }
    return Policy.model_construct(None, **desk, **tables, **rest)


def _sound_parts(table: str, parts: object) -> dict[str, BaseModel]:
    if not isinstance(parts, dict):
        return {}
    read = {key: _sound(_PARTS[table], part) for key, part in keyed(table, parts).items()}
    return {key: part for key, part in read.items() if part is not None}


def _sound(kind: type[BaseModel], table: object) -> BaseModel | None:
    try:
        return kind.model_validate(table)
    except ValidationError:
        return None


def _path(error: ErrorDetails) -> Path:
    """A wrong name of a table is reported at the table, not at the key that it was given."""
    match error["loc"]:
        case (table, name, "key") if table in KEYED:
            return (table, name)
        case path:
            return path


def _fix(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"add {_example(error['loc'])}."
    if kind == "extra_forbidden":
        return _unknown_key(error["loc"])
    if kind == "value_error":
        return str(context["error"])
    said = _FIXES[kind].format(**context) if kind in _FIXES else f"{error['msg']}."
    return said.replace("'", '"')  # as TOML quotes


def _example(path: Path) -> str:
    key = str(path[-1])
    if key in KEYED:
        return f"at least one table [{key}.…]"
    return f"{key} = {_EXAMPLES.get(key, '…')}"


def _unknown_key(path: Path) -> str:
    """Suggest the key that was probably meant."""
    if path[0] == "calendars" and path[-1] in Week.model_fields:
        return f"this belongs below the line [calendars.{path[1]}.hours]; move it there."
    known = _known_keys(path)
    near = get_close_matches(str(path[-1]), known, n=1, cutoff=0.7)
    if near:
        return f'there is no such setting here; did you mean "{near[0]}"? Rename or remove it.'
    return f"there is no such setting here; remove it, or use one of {', '.join(known)}."


def _known_keys(path: Path) -> list[str]:
    """Follow the path from table to model: [[topics.x.questions]] are Questions."""
    if len(path) == 1:
        return ["desk", *_PARTS]
    if path[:2] == ("on_call", "chain"):
        return ["call", *(name for name in Level.model_fields if name not in ("kind", "ref"))]
    outer = _PARTS[str(path[0])]
    kind = next((_INNER[step] for step in path[2:-1] if step in _INNER), outer)
    return [name for name in kind.model_fields if name != "key" or kind is Question]
