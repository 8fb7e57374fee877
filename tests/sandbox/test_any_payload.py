"""Whatever an app sends, Slack answers: a broken payload never breaks the sandbox itself."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.block_kit.check import check_message, check_view
from sandbox.block_kit.fill import complete
from sandbox.views_state import initial_values, kept_values

KEYS = [
    "block_id",
    "action_id",
    "text",
    "elements",
    "element",
    "accessory",
    "options",
    "option_groups",
    "label",
    "rows",
    "initial_option",
    "initial_options",
    "confirm",
    "fields",
]
TYPES = [
    "actions",
    "section",
    "input",
    "context",
    "rich_text",
    "table",
    "static_select",
    "checkboxes",
]


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)


def some_object(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Something that pretends to be a block or an element."""
    fields = st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    return st.builds(lambda fields, kind: {**fields, "type": kind}, fields, st.sampled_from(TYPES))


anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | some_object(inner), max_leaves=12
)
messages = st.lists(some_object(anything), max_size=3)
views = st.builds(
    lambda kind, blocks: {"type": kind, "blocks": blocks, "title": "x"},
    st.sampled_from(["modal", "home"]),
    messages,
)


@settings(max_examples=150, deadline=None)
@given(messages | anything)
def test_any_message_is_judged(blocks: Any) -> None:
    problems = check_message(blocks)

    assert all(problem.endswith("]") and "[json-pointer:/" in problem for problem in problems)
    if not problems:
        assert len(complete(blocks, lambda prefix: prefix)) == len(blocks)


@settings(max_examples=150, deadline=None)
@given(views | anything)
def test_any_view_is_judged(view: Any) -> None:
    problems = check_view(view)

    assert all("[json-pointer:/view" in problem for problem in problems)
    if not problems:
        numbers = iter(range(1000))
        blocks = complete(view["blocks"], lambda prefix: f"{prefix}{next(numbers)}")
        assert kept_values(initial_values(blocks), blocks) == initial_values(blocks)
