"""The manifest: the desk's own is fine, and every mistake is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.manifest import ManifestError, read_manifest
from sandbox.scopes import EVENT_SCOPES
from sandbox.web_api.dispatch import FAMILIES
from sandbox.web_api.method import METHODS
from tests.sandbox.setting import MANIFEST, manifest_with


def test_the_desks_manifest_is_one_that_slack_takes() -> None:
    manifest = read_manifest(MANIFEST)

    assert manifest.settings.socket_mode_enabled
    assert [command.command for command in manifest.features.slash_commands] == [
        "/ticket",
        "/oncall",
    ]
    assert all(EVENT_SCOPES[event] is not None for event in manifest.bot_events)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The desk's manifest with one value changed; None takes the key away."""
    manifest: Any = manifest_with()
    *folders, name = path.split(".")
    part = manifest
    for folder in folders:
        part = part[int(folder) if folder.isdigit() else folder]
    if value is None:
        del part[name]
    else:
        part[name] = value
    return dict(manifest)


MISTAKES: dict[str, tuple[str, Any, str]] = {
    "unknown key": ("colour", "red", "colour: Extra inputs"),
    "unknown inner key": ("features.bot_user.icon", "x", "features.bot_user.icon: Extra inputs"),
    "no name": ("display_information.name", None, "display_information.name: Field required"),
    "long name": ("display_information.name", "x" * 36, "at most 35 characters"),
    "long description": ("display_information.description", "x" * 141, "at most 140 characters"),
    "no colour": ("display_information.background_color", "blue", "background_color"),
    "bot name with spaces": ("features.bot_user.display_name", "Desk Bell", "display_name"),
    "shortcut name": ("features.shortcuts.0.name", "x" * 25, "at most 24 characters"),
    "shortcut type": ("features.shortcuts.0.type", "local", "'global' or 'message'"),
    "command without slash": ("features.slash_commands.0.command", "ticket", "command"),
    "long command": ("features.slash_commands.0.command", "/" + "x" * 32, "command"),
    "long hint": ("features.slash_commands.0.usage_hint", "x" * 1001, "at most 1000 characters"),
    "word for a flag": ("features.app_home.home_tab_enabled", "yes", "valid boolean"),
    "layout 1": ("_metadata.major_version", 1, "Input should be 2"),
    "too many commands": (
        "features.slash_commands",
        [{"command": f"/c{n}", "description": "x"} for n in range(51)],
        "at most 50 items",
    ),
    "too many events": (
        "settings.event_subscriptions.bot_events",
        [f"e{n}" for n in range(101)],
        "at most 100 items",
    ),
    "commands without scope": ("oauth_config.scopes.bot", ["chat:write"], "need commands"),
    "twice the same scope": (
        "oauth_config.scopes.bot",
        ["commands", "commands"],
        "commands is there twice",
    ),
    "shortcuts without interactivity": (
        "settings.interactivity.is_enabled",
        False,
        "shortcuts need interactivity",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refused_by_name(name: str) -> None:
    path, value, sentence = MISTAKES[name]

    with pytest.raises(ManifestError) as refused:
        read_manifest(changed(path, value))

    assert any(sentence in problem for problem in refused.value.problems)


def test_all_mistakes_are_told_at_once() -> None:
    manifest = changed("colour", "red")
    manifest["features"]["bot_user"]["display_name"] = "Desk Bell"

    with pytest.raises(ManifestError) as refused:
        read_manifest(manifest)

    assert len(refused.value.problems) == 2


def test_json_works_as_well_as_yaml(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest_with()), "utf-8")

    assert read_manifest(path) == read_manifest(MANIFEST)


def test_every_method_a_help_desk_may_want_is_there() -> None:
    families = {name.rpartition(".")[0] for name in METHODS}

    assert len(FAMILIES) == 6
    assert len(METHODS) == 31
    assert {"chat", "conversations", "users", "usergroups", "views", "reactions"} <= families
