"""Names in deskbell.toml that lead nowhere: checked in the file as written, valid or not."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from store.rules.policy_mistakes import Finding, Path

_FROM_DESK: Final = {
    "calendar": "calendars",
    "default_topic": "topics",
    "default_severity": "severities",
    "vip_severity": "severities",
}
_FROM_PARTS: Final = (
    ("teams", "calendar", "calendars"),
    ("topics", "team", "teams"),
    ("topics", "severity", "severities"),
    ("severities", "calendar", "calendars"),
)
_FROM_LEVELS: Final = {"rota": "rotas", "lead": "teams", "team": "teams"}


def unknown(flat: Mapping[str, Any]) -> Iterator[Finding]:
    """Find every reference to a table that the file does not have."""
    for path, name, table in _references(flat):
        names = [str(each) for each in _table(flat, table)]
        if isinstance(name, str) and name not in names:
            known = f"use one of {', '.join(names)}" if names else f"add a table [{table}.{name}]"
            yield Finding(path, f'there is no "{name}" among the {table}; {known}.')


def _references(flat: Mapping[str, Any]) -> Iterator[tuple[Path, object, str]]:
    """Every place that names a table, with the name and the kind of table."""
    for field, target in _FROM_DESK.items():
        yield (field,), flat.get(field), target
    for table, field, target in _FROM_PARTS:
        for key, part in _table(flat, table).items():
            if isinstance(part, dict):
                yield (table, key, field), part.get(field), target
    on_call = _table(flat, "on_call")
    yield ("on_call", "cover"), on_call.get("cover"), "calendars"
    yield from _in_levels(on_call.get("chain"))


def _in_levels(chain: object) -> Iterator[tuple[Path, object, str]]:
    for place, level in enumerate(chain if isinstance(chain, list) else []):
        written = level.get("call") if isinstance(level, Mapping) else level
        kind, _, ref = str(written).partition(":")
        if ref.strip() and kind.strip() in _FROM_LEVELS:
            yield ("on_call", "chain", place), ref.strip(), _FROM_LEVELS[kind.strip()]


def _table(flat: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = flat.get(name)
    return table if isinstance(table, dict) else {}
