"""Judges a whole message or view: the limits of every block, then the rules between blocks."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.block_kit.blocks import MESSAGE_BLOCKS, VIEWS
from sandbox.block_kit.shapes import OneOfTypes, Report
from sandbox.records import Json

MARKDOWN_TOTAL = 12000
"""Characters in all markdown blocks of one message together."""


def check_message(blocks: object) -> list[str]:
    """What Slack would refuse in the `blocks` of a message; empty when all is well."""
    report = Report("message")
    MESSAGE_BLOCKS.check(blocks, "/blocks", report)
    if isinstance(blocks, list):
        known = [block if isinstance(block, dict) else {} for block in blocks]
        _check_together(known, "/blocks", report)
        _check_message_totals(known, report)
    return report.problems


def check_view(view: object) -> list[str]:
    """What Slack would refuse in a modal or Home tab; empty when all is well."""
    kind = view.get("type") if isinstance(view, dict) else None
    report = Report(kind if isinstance(kind, str) else "modal")
    OneOfTypes(VIEWS).check(view, "/view", report)
    if not isinstance(view, dict) or not isinstance(view.get("blocks"), list):
        return report.problems
    blocks = [block if isinstance(block, dict) else {} for block in view["blocks"]]
    _check_together(blocks, "/view/blocks", report)
    if kind == "modal" and not view.get("submit") and _has_input(blocks):
        report.add("/view", "missing required field: submit, because there is an input block")
    return report.problems


def elements_of(block: Json) -> list[Json]:
    """The elements of a block that may carry an action_id, in reading order."""
    found: list[object] = []
    if block.get("type") == "actions":
        found = _listed(block.get("elements"))
    elif block.get("type") == "section":
        found = [block.get("accessory")]
    elif block.get("type") == "input":
        found = [block.get("element")]
    return [element for element in found if isinstance(element, dict)]


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _has_input(blocks: list[Json]) -> bool:
    return any(block.get("type") == "input" for block in blocks)


def _check_together(blocks: list[Json], at: str, report: Report) -> None:
    for place, block_id in _repeated(
        (f"{at}/{n}", b.get("block_id")) for n, b in enumerate(blocks)
    ):
        report.add(f"{place}/block_id", f"block_id already in use: {block_id}")
    focused = 0
    for number, block in enumerate(blocks):
        place = f"{at}/{number}"
        _check_block(block, place, report)
        focused += sum(element.get("focus_on_load") is True for element in elements_of(block))
    if focused > 1:
        report.add(at, "only one element may have focus_on_load")


def _check_block(block: Json, place: str, report: Report) -> None:
    elements = elements_of(block)
    for _, action_id in _repeated((place, e.get("action_id")) for e in elements):
        report.add(place, f"action_id already in use in this block: {action_id}")
    for element in elements:
        _check_initial(element, place, report)
        if element.get("response_url_enabled") and (
            block.get("type") != "input" or report.surface != "modal"
        ):
            report.add(place, "response_url_enabled works only in an input block of a modal")
        if element.get("type") == "file_input" and block.get("dispatch_action"):
            report.add(place, "dispatch_action cannot be used with file_input")


def _repeated(ids: Iterator[tuple[str, object]]) -> list[tuple[str, str]]:
    seen: Counter[str] = Counter()
    twice = []
    for place, name in ids:
        if isinstance(name, str):
            seen[name] += 1
            if seen[name] > 1:
                twice.append((place, name))
    return twice


def options_of(element: Json) -> list[Json]:
    """All options of a menu, those in groups included."""
    options = _listed(element.get("options"))
    for group in _listed(element.get("option_groups")):
        if isinstance(group, dict):
            options += _listed(group.get("options"))
    return [option for option in options if isinstance(option, dict)]


def _check_initial(element: Json, place: str, report: Report) -> None:
    """An initial choice must be one of the options, to the letter."""
    if str(element.get("type", "")).endswith("external_select"):
        return
    chosen = _listed(element.get("initial_options"))
    if element.get("initial_option"):
        chosen.append(element["initial_option"])
    known = [_essence(option) for option in options_of(element)]
    for option in chosen:
        if not isinstance(option, dict) or _essence(option) not in known:
            report.add(place, "initial option must be exactly one of the options")


def _essence(option: Json) -> tuple[object, object]:
    text = option.get("text")
    return (text.get("text") if isinstance(text, dict) else text, option.get("value"))


def _check_message_totals(blocks: list[Json], report: Report) -> None:
    kinds = Counter(str(block.get("type")) for block in blocks)
    if kinds["table"] > 1:
        report.add("/blocks", "only_one_table_allowed")
    markdown = sum(len(str(b.get("text", ""))) for b in blocks if b.get("type") == "markdown")
    if markdown > MARKDOWN_TOTAL:
        report.add("/blocks", f"markdown text must be less than {MARKDOWN_TOTAL + 1} characters")
