"""From the text of deskbell.toml to a Policy, or to every problem in it at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from store.rules import policy_checks, policy_references
from store.rules.policy import KEYED, Policy
from store.rules.policy_mistakes import Finding, Path, mistakes, salvage

_PLACE: Final = re.compile(r"^(?P<what>.*) \(at (?P<where>.*)\)$", re.DOTALL)
_LONGEST_VALUE: Final = 60
_MISSING: Final = object()
_TABLES: Final = (
    *KEYED, "before_sending", "ending", "files", "intake", "on_call", "quiet", "sla", "talking",
)  # fmt: skip
DESK: Final = tuple(name for name in Policy.model_fields if name not in _TABLES)
"""What stands in the table [desk]."""


class Problem(NamedTuple):
    """One thing to mend. `value` is shown as it would be written; None when it is missing."""

    key: str
    value: str | None
    fix: str

    def __str__(self) -> str:
        """One sentence for a person."""
        if self.value is None:
            return f"{self.key} is missing: {self.fix}"
        return f"{self.key} = {self.value}: {self.fix}"


class PolicyErrors(ValueError):
    """The file cannot be used; `problems` says everything that is wrong with it."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{name} has {count}:", *(f"- {each}" for each in problems)]))
        self.name = name
        self.problems = tuple(problems)


def load_policy(text: str, name: str = "deskbell.toml") -> Policy:
    """Read a policy; `name` is the file's, for the message. Raises PolicyErrors."""
    tables = _parse(text, name)
    flat = _flat(tables)
    policy, wrong = _validate(flat)
    mistaken = {str(each.path[0]) for each in wrong}
    of_policy = [
        *wrong,
        *policy_references.unknown(flat),
        *policy_checks.contradictions(policy, mistaken),
    ]
    findings = [*_misplaced(tables), *(_in_file(each) for each in of_policy)]
    if findings:
        raise PolicyErrors(name, _problems(findings, tables))
    return policy


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyErrors(name, [_unreadable(text, str(error))]) from None


def _unreadable(text: str, message: str) -> Problem:
    """Name the line and show it; what the end of the file spoils is shown by its last line."""
    found = _PLACE.match(message)
    what, where = found.group("what", "where") if found else (message, "end of document")
    number = re.search(r"line (\d+)", where)
    line = text.split("\n")[int(number[1]) - 1] if number else text.strip().split("\n")[-1]
    place = where if number else "last line"
    return Problem(place, _cut(line.strip()), f"the file cannot be read as TOML here: {what}.")


def _flat(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Lift [desk] to the top, where Policy has its fields."""
    desk = tables.get("desk", {})
    rest = {key: value for key, value in tables.items() if key != "desk" and key not in DESK}
    return {**rest, **(desk if isinstance(desk, dict) else {})}


def _misplaced(tables: Mapping[str, Any]) -> Iterator[Finding]:
    """Settings outside [desk], and keys that the tables have anyway."""
    for key in DESK:
        if key in tables:
            yield Finding((key,), "this belongs below the line [desk]; move it there.")
    if not isinstance(tables.get("desk", {}), dict):
        yield Finding(("desk",), "make it a table: a line [desk] with its settings below.")
    for table in KEYED:
        parts = tables.get(table)
        for key, part in parts.items() if isinstance(parts, dict) else ():
            if isinstance(part, dict) and "key" in part:
                fix = f'its key is already "{key}", from the line [{table}.{key}]; remove this.'
                yield Finding((table, key, "key"), fix)


def _validate(flat: dict[str, Any]) -> tuple[Policy, list[Finding]]:
    try:
        return Policy.model_validate(flat), []
    except ValidationError as error:
        return salvage(flat), mistakes(error)


def _problems(findings: Sequence[Finding], tables: Mapping[str, Any]) -> list[Problem]:
    """Find each value in the file again; the same complaint is made once."""
    told = [
        Problem(_dotted(each.path), _shown(_lookup(tables, each.path)), each.fix)
        for each in findings
    ]
    return list(dict.fromkeys(told))


def _in_file(finding: Finding) -> Finding:
    """Policy's own fields stand below [desk]."""
    path = finding.path
    return Finding(("desk", *path), finding.fix) if path[0] in DESK else finding


def _dotted(path: Path) -> str:
    """Write a place in the file: teams.it.agents[2] is the second agent."""
    named = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return named.removeprefix(".")


def _lookup(tables: Any, path: Path) -> Any:
    for step in path:
        try:
            tables = tables[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return tables


def _shown(value: Any) -> str | None:
    """Write a value as in TOML, shortened."""
    if value is _MISSING:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{_cut(value)}"'
    if isinstance(value, list):
        return _cut(f"[{', '.join(_shown(each) or '' for each in value)}]")
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
