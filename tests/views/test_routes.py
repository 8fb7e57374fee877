"""Everything that can be pressed, typed or sent leads somewhere, and Slack knows of it."""

import re
from pathlib import Path
from typing import Any

import yaml

import handlers
from handlers.routes import Action, Command, Form, Shortcut
from handlers.views.buttons import IN_MENU, LABELS

MANIFEST: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "manifest.yml").read_text("utf-8")
)


class Listening:
    """Notes what a listener is registered for, as Bolt's App would be told."""

    def __init__(self) -> None:
        self.heard: dict[str, list[str]] = {}

    def __getattr__(self, kind: str) -> Any:
        def register(what: Any, *_: Any) -> Any:
            pattern = what.pattern if isinstance(what, re.Pattern) else str(what)
            names = pattern.removeprefix("^(?:").removesuffix(")$").split("|")
            self.heard.setdefault(kind, []).extend(names)
            return lambda listener: listener

        return register


def heard() -> dict[str, list[str]]:
    """What the desk listens to, by kind."""
    listening: Any = Listening()
    handlers.register(listening)
    found: dict[str, list[str]] = listening.heard
    return found


def test_every_action_has_a_listener() -> None:
    actions = heard()["action"]
    numbered = {Action.STRAY_PLACE, Action.RATE, Action.TURN_PAGE}
    assert set(Action) - numbered - {Action.SEND_CANNED} <= set(actions)
    assert {f"^{action}:" for action in numbered} <= set(actions)


def test_every_option_of_the_menu_has_a_listener() -> None:
    assert set(IN_MENU) == set(handlers.MENU)
    assert heard()["action"].count(Action.MORE) == len(IN_MENU) + len({Action.SEND_CANNED})


def test_every_button_about_a_ticket_has_a_listener() -> None:
    assert set(LABELS) <= {*handlers.BUTTONS, *handlers.MENU}


def test_every_form_has_a_listener() -> None:
    assert set(heard()["view"]) == set(Form)


def test_the_manifest_declares_exactly_the_commands_shortcuts_and_events_heard() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]
    commands = {command["command"] for command in features["slash_commands"]}
    shortcuts = {shortcut["callback_id"] for shortcut in features["shortcuts"]}
    events = {e.partition(".")[0] for e in settings["event_subscriptions"]["bot_events"]}
    assert commands == set(Command) == set(heard()["command"])
    assert shortcuts == set(Shortcut) == set(heard()["shortcut"])
    assert events == set(heard()["event"])
