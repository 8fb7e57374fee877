"""What the desk says lives in two places: refusals in store/rules/sentences, the rest in views."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from store.rules import sentences
from tests.test_house import ROOT, name, python_files

PLACES: Final = ("handlers/views/", "store/rules/sentences/")
TO_OPERATORS: Final = {
    "bot/__main__.py", "bot/check.py", "bot/database_commands.py", "bot/demo.py",
    "bot/metrics.py", "bot/outbox_commands.py", "bot/settings.py",
    "store/copying.py", "store/migrate.py", "store/tending.py",
    "store/rules/canned.py", "store/rules/durations.py", "store/rules/public_holidays.py",
}  # fmt: skip
"""What these say is read in a terminal, about a command or a wrong deskbell.toml; so is what the
policy's own files say.
"""
REFUSALS: Final = {"Refused", "NotAllowed", "InvalidFields", "DeskError"}
SENTENCE: Final = re.compile(r"\w\S* +\S+ +\S.*[.!?](\s|$)", re.DOTALL)
"""Some words with a full stop behind them."""


def literals(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Every string but docstrings; a gap stands for what an f-string puts in."""
    passed = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for node in (each for each in ast.walk(tree) if id(each) not in passed):
        if isinstance(node, ast.JoinedStr):
            passed |= {id(inner) for inner in ast.walk(node)} - {id(node)}
            parts = (part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
            yield node, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


def refused_in_passing(tree: ast.AST) -> Iterator[ast.Call]:
    """Refusals whose words are written where they are raised."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            words = [text for given in node.args for _, text in literals(given)]
            if node.func.id in REFUSALS and any(re.search(r"\w \w", text) for text in words):
                yield node


def is_to_operators(path: str) -> bool:
    return path in TO_OPERATORS or path.startswith(("store/rules/policy", "store/migrations/"))


def test_no_sentence_is_written_outside_the_two_places() -> None:
    strays = [
        f"{name(path)}:{node.lineno} {text!r}"
        for path in python_files()
        if name(path).startswith(("bot/", "handlers/", "store/"))
        if not name(path).startswith(PLACES) and not is_to_operators(name(path))
        for node, text in literals(ast.parse(path.read_text("utf-8")))
        if SENTENCE.search(text)
    ]
    assert strays == []


def test_no_refusal_brings_its_own_words() -> None:
    strays = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        if name(path).startswith(("bot/", "handlers/", "store/"))
        for node in refused_in_passing(ast.parse(path.read_text("utf-8")))
    ]
    assert strays == []


def test_the_watch_finds_a_sentence_and_leaves_a_pattern_alone() -> None:
    told = "def f(n):\n  'A doc of words.'\n  raise Refused(f'Ticket #{n} is closed. Reopen it.')"
    tree = ast.parse(told + "\nre.compile('closed(?:x)? (a b c)')")
    assert [text for _, text in literals(tree) if SENTENCE.search(text)] == [
        "Ticket #x is closed. Reopen it."
    ]
    assert len(list(refused_in_passing(tree))) == 1


MODULES: Final = [
    importlib.import_module(f"{sentences.__name__}.{found.name}")
    for found in pkgutil.iter_modules([str(Path(sentences.__file__ or "").parent)])
]
SAMPLES: Final[dict[str, list[Any]]] = {
    "int": [42], "str": ["U0ADA000009"], "bool": [True, False], "Iterable[str]": [["one", "two"]],
    "str | None": [None, "U0ADA000009"], "int | str": [42],
}  # fmt: skip


def said(module: ModuleType) -> Iterator[tuple[str, str, bool]]:
    """Name and words of each sentence of the module, and whether it is about a ticket."""
    for key, value in vars(module).items():
        if key.isupper() and isinstance(value, str):
            yield key, value, False
        elif inspect.isfunction(value) and value.__module__ == module.__name__:
            yield from ((key, words, "ticket" in vars_of(value)) for words in variants(value))


def vars_of(function: Callable[..., str]) -> dict[str, Any]:
    return inspect.get_annotations(function)


def variants(function: Callable[..., str]) -> Iterator[str]:
    """The sentence with each sample in turn in each place."""
    kinds = {
        key: inspect.formatannotation(kind)
        for key, kind in vars_of(function).items() if key != "return"
    }  # fmt: skip
    first = {key: find(kind)[0] for key, kind in kinds.items()}
    for key, kind in kinds.items():
        for sample in find(kind):
            yield function(**{**first, key: sample})


def find(kind: str) -> list[Any]:
    return SAMPLES[kind.removeprefix("collections.abc.")]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_refusal_is_a_short_whole_sentence_with_the_number_of_its_ticket(
    module: ModuleType,
) -> None:
    for key, words, is_of_ticket in said(module):
        assert len(words) <= 260, key
        assert words[0].isupper() or words[0] in "<#", key
        if key != "DRILL":
            assert words.endswith((".", "!", "`")), key
        assert "  " not in words, key
        assert "#U0" not in words, key
        if is_of_ticket:
            assert "#42" in words, key


def test_no_refusal_is_written_twice() -> None:
    told: dict[str, str] = {}
    for module in MODULES:
        for key, value in vars(module).items():
            if key.isupper() and isinstance(value, str):
                assert told.setdefault(value, key) == key, (key, told[value])
    assert (ROOT / "store" / "rules" / "sentences" / "__init__.py").exists()
