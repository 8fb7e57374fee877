"""The house stands as it was drawn: files a person can read, papers that tell the truth."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from bot.settings import Settings
from store.rules.policy import Policy
from store.rules.policy_file import load_policy

ROOT = Path(__file__).parents[1]
FOLDERS = ("bot", "handlers", "store", "sandbox", "tests")
LINES = 320
"""About 300, and a little room for whoever adds a line today."""
TABLES = {"store/migrations/versions/0001_first.py"}
"""Longer by its nature: one table after the other."""
FUNCTION = 40


def python_files() -> list[Path]:
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


def project_files() -> list[Path]:
    """Every file under version control that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git from the path, as developers have it
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = [name for name in listed.stdout.split("\0") if name]
    return [ROOT / name for name in names if not name.endswith(".png")]


def readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_a_file_is_read_in_one_sitting() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    too_long = {path: length for path, length in lengths.items() if length > LINES}
    assert set(too_long) <= TABLES, too_long


def test_a_function_fits_on_the_screen_without_its_table_of_arguments() -> None:
    long = [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in python_files()
        if "migrations" not in path.parts and path.parts[len(ROOT.parts)] != "tests"
        for function in functions(path)
        if function.end_lineno is not None
        and function.end_lineno - function.body[0].lineno + 1 > FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name(path) for path in python_files()
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_bytes()))
    ]  # fmt: skip
    assert silent == []


def test_no_path_of_a_machine_and_no_registry_host_is_in_the_tree() -> None:
    forbidden = re.compile(
        r"/(home|Users)/\w+/|/work/|/root/|index[-_]url\s*=?\s*http|artifactory",
        re.IGNORECASE,
    )
    found = [
        f"{name(path)}: {hit[0]}"
        for path in project_files()
        if path.is_file() and path != Path(__file__)
        if (hit := forbidden.search(path.read_text("utf-8")))
    ]
    assert found == []


def test_the_readme_explains_every_variable_and_no_other() -> None:
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", readme(), re.MULTILINE))
    known = {str(field.alias or key).upper() for key, field in Settings.model_fields.items()}
    assert told == known


def test_whatever_the_readme_points_at_is_there() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", readme())
    paths = re.findall(r"`((?:bot|handlers|store|sandbox|tests|docs)/[\w./]+)`", readme())
    assert "docs/demo.png" in links
    missing = [path for path in [*links, *paths] if not (ROOT / path).exists()]
    assert missing == []


def test_the_map_of_the_house_names_what_is_in_it() -> None:
    house = readme().partition("## The house")[2].partition("```")[2].partition("```")[0]
    assert [line.split("/")[0] for line in house.strip().splitlines()] == list(FOLDERS)
    for line in house.strip().splitlines():
        folder = ROOT / line.split("/")[0]
        named = re.findall(r"\b\w+\.py\b", line)
        assert [file for file in named if not (folder / file).exists()] == []


def test_every_command_of_the_makefile_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert explained == set(phony[1].split())
    assert {"demo", "run", "test", "lint", "bench"} <= explained


def test_every_scope_of_the_manifest_says_what_it_is_for() -> None:
    text = (ROOT / "manifest.yml").read_text("utf-8")
    scopes = yaml.safe_load(text)["oauth_config"]["scopes"]["bot"]
    assert scopes == sorted(scopes)
    assert all(re.search(rf"^\s+- {re.escape(scope)}\b", text, re.MULTILINE) for scope in scopes)


def test_every_key_of_the_sample_policy_is_read_also_those_in_comments() -> None:
    """The loader refuses a key that nobody reads; so the sample with every comment that is a
    setting switched on must still load.
    """
    text = (ROOT / "deskbell.toml").read_text("utf-8")
    assert isinstance(load_policy(text), Policy)
    keys = set(re.findall(r"^#? ?([a-z_]+) = ", text, re.MULTILINE))
    known = {field for part in parts(Policy) for field in part.model_fields}
    aliases = {str(f.alias) for part in parts(Policy) for f in part.model_fields.values()}
    free = set(tomllib.loads(text)["calendars"]["office"]["hours"])
    assert keys - known - aliases - free == set()


def parts(model: type[BaseModel], seen: set[Any] | None = None) -> set[type[BaseModel]]:
    """The model and every model that it is made of."""
    seen = set() if seen is None else seen
    if model not in seen:
        seen.add(model)
        for field in model.model_fields.values():
            for found in _models_in(field.annotation):
                parts(found, seen)
    return seen


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)
