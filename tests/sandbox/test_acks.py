"""What an app answers to a form, a command or a shortcut, and what then stands on the screen."""

from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from sandbox import Sandbox
from tests.sandbox.kit import Json, modal, plain, section
from tests.sandbox.setting import bolt_app, connected, new_sandbox, shown_form

Body = dict[str, Any]


ACKS: dict[str, tuple[Json, list[str], str]] = {
    "clear": ({"response_action": "clear"}, [], ""),
    "update": ({"response_action": "update", "view": modal(title=plain("Done"))}, ["Done"], ""),
    "push": (
        {"response_action": "push", "view": modal(title=plain("Sure?"))},
        ["New ticket", "Sure?"],
        "",
    ),
    "errors for an unknown field": (
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        ["New ticket"],
        "errors for what is no input block",
    ),
    "a wrong view": (
        {"response_action": "update", "view": modal(title=plain("x" * 25))},
        ["New ticket"],
        "invalid_arguments",
    ),
    "a wrong word": ({"response_action": "close"}, ["New ticket"], "unknown response_action"),
}


@pytest.mark.parametrize("name", ACKS)
def test_the_ack_of_a_form_is_followed_or_found_wrong(sandbox: Sandbox, name: str) -> None:
    answer, titles, violation = ACKS[name]
    app = bolt_app(sandbox)
    app.view("form")(lambda ack: ack(**answer))
    with connected(sandbox, app):
        form = shown_form(sandbox, modal())
        form.fill("Summary", "VPN")
        outcome = form.submit()

    stack = sandbox.workspace.modals["U0KAREN0001"]
    assert [view.title["text"] for view in stack if view.title] == titles
    assert outcome.ok is not bool(violation)
    assert [violation in sentence for sentence in sandbox.violations] == [True] * bool(violation)


def test_an_answer_to_a_command_is_judged_too() -> None:
    with new_sandbox() as sandbox:
        app = bolt_app(sandbox)
        app.command("/ticket")(lambda ack: ack(text="x", blocks=[section("x" * 3001)]))
        with connected(sandbox, app):
            outcome = sandbox.person("Karen").types("/ticket")

        assert outcome.notice == "/ticket failed with the error 'invalid_blocks'"
        assert "invalid_blocks" in sandbox.violations[0]


def test_shortcuts_work_from_their_menus(sandbox: Sandbox) -> None:
    app = bolt_app(sandbox)
    heard: list[Body] = []

    def take(ack: Ack, body: Body, client: WebClient) -> None:
        heard.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=modal())
        ack()

    app.shortcut("new_ticket")(take)
    app.shortcut("make_ticket")(take)
    with connected(sandbox, app):
        john = sandbox.person("John")
        message = sandbox.person("Chris").says("VPN & co", "#secret")

        assert john.uses_shortcut("New ticket").ok
        assert john.modal
        assert sandbox.person("Chris").uses_message_shortcut("Open a ticket", message).ok
        with pytest.raises(AssertionError, match="no global shortcut 'Make coffee'"):
            john.uses_shortcut("Make coffee")

    assert "channel" not in heard[0]
    assert heard[1]["message"]["text"] == "VPN &amp; co"
    assert heard[1]["channel"] == {"id": "C0SECRET007", "name": "privategroup"}
