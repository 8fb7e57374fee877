"""A person in front of a form: every kind of field, and what the app receives of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App

from sandbox import Sandbox, SeenModal
from tests.sandbox.kit import Json, actions, button, field, modal, option, plain, select
from tests.sandbox.setting import bolt_app, connected, shown_form

Body = dict[str, Any]
TWO = [option("One", "1"), option("Two", "2")]

EVERYTHING = modal(
    field("Summary"),
    field("Details", {"type": "rich_text_input", "action_id": "value"}),
    field("Email", {"type": "email_text_input", "action_id": "value"}),
    field("Link", {"type": "url_text_input", "action_id": "value"}),
    field("Seats", {"type": "number_input", "action_id": "value", "is_decimal_allowed": False}),
    field("Topic", {**select(), "action_id": "value"}),
    field("Owner", {"type": "users_select", "action_id": "value"}),
    field("Watchers", {"type": "multi_users_select", "action_id": "value"}),
    field("Where", {"type": "conversations_select", "action_id": "value"}),
    field("Impact", {"type": "radio_buttons", "action_id": "value", "options": TWO}),
    field("Flags", {"type": "checkboxes", "action_id": "value", "options": TWO}),
    field("Since", {"type": "datepicker", "action_id": "value"}),
    field("Call at", {"type": "timepicker", "action_id": "value", "timezone": "Europe/Berlin"}),
    field("Due", {"type": "datetimepicker", "action_id": "value"}),
    field("Tags", {"type": "multi_static_select", "action_id": "value", "options": TWO}),
)


@pytest.fixture
def received() -> list[Body]:
    """Payloads that reached the app."""
    return []


@pytest.fixture
def desk(sandbox: Sandbox, received: list[Body]) -> Iterator[Sandbox]:
    """An app that takes every form and remembers it."""
    app: App = bolt_app(sandbox)

    def take(ack: Ack, body: Body) -> None:
        received.append(body)
        ack()

    app.view("form")(take)
    app.view_closed("form")(take)
    app.action("pick")(take)
    app.options("asset")(lambda ack: ack(options=[option("Laptop 7", "l7")]))
    with connected(sandbox, app):
        yield sandbox


def fill_everything(form: SeenModal) -> None:
    """A person who answers every question."""
    form.fill("Summary", "VPN & <co>")
    form.fill("Details", "It always fails")
    form.fill("Email", "karen@example.com")
    form.fill("Link", "https://status.example.com")
    form.fill("Seats", "12")
    form.choose("Topic", "Two")
    form.pick_person("Owner", "John")
    form.pick_person("Watchers", "Jane")
    form.pick_person("Watchers", "Lena")
    form.pick_channel("Where", "#general")
    form.choose("Impact", "One")
    form.tick("Flags", ["One", "Two"])
    form.tick("Flags", "One")
    form.fill("Since", "2026-09-20")
    form.fill("Call at", "14:30")
    form.fill("Due", 1790086400)
    form.choose("Tags", "One")
    form.choose("Tags", "Two")


def test_the_app_receives_every_field_in_slacks_shape(desk: Sandbox, received: list[Body]) -> None:
    form = shown_form(desk, EVERYTHING)
    fill_everything(form)

    assert form.submit().ok

    state = {
        block_id: fields["value"]
        for block_id, fields in received[0]["view"]["state"]["values"].items()
    }
    chosen = {"text": {**plain("Two"), "emoji": True}, "value": "2"}
    assert state["summary"] == {"type": "plain_text_input", "value": "VPN & <co>"}
    rich = state["details"]["rich_text_value"]["elements"][0]["elements"]
    assert rich == [{"type": "text", "text": "It always fails"}]
    assert state["seats"] == {"type": "number_input", "value": "12"}
    assert state["topic"] == {"type": "static_select", "selected_option": chosen}
    assert state["owner"] == {"type": "users_select", "selected_user": "U0JOHN00004"}
    assert state["watchers"]["selected_users"] == ["U0JANE00005", "U0LENA00006"]
    assert state["where"]["selected_conversation"] == "C0GENERAL01"
    assert state["flags"] == {"type": "checkboxes", "selected_options": [chosen]}
    assert state["since"] == {"type": "datepicker", "selected_date": "2026-09-20"}
    assert state["call_at"]["timezone"] == "Europe/Berlin"
    assert state["due"] == {"type": "datetimepicker", "selected_date_time": 1790086400}
    assert [tag["value"] for tag in state["tags"]["selected_options"]] == ["1", "2"]


def test_a_person_reads_back_what_was_entered(sandbox: Sandbox) -> None:
    form = shown_form(sandbox, EVERYTHING)
    fill_everything(form)

    assert form.value("Owner") == "John Placeholder"
    assert form.value("Watchers") == "Jane Specimen, Lena Template"
    assert form.value("Where") == "#general"
    assert form.value("Flags") == "Two"
    assert form.value("Details") == "It always fails"
    assert form.options("Impact") == ["One", "Two"]
    form.pick_person("Owner", "")
    assert form.value("Owner") == ""


def test_fields_left_empty_are_null_or_an_empty_list(desk: Sandbox, received: list[Body]) -> None:
    optional = [{**block, "optional": True} for block in EVERYTHING["blocks"]]

    assert shown_form(desk, {**EVERYTHING, "blocks": optional}).submit().ok

    values = received[0]["view"]["state"]["values"]
    assert values["summary"]["value"] == {"type": "plain_text_input", "value": None}
    assert values["topic"]["value"] == {"type": "static_select", "selected_option": None}
    assert values["flags"]["value"] == {"type": "checkboxes", "selected_options": []}


REFUSED_BY_THE_CLIENT: dict[str, tuple[Json, str, str]] = {
    "too long": (
        {"type": "plain_text_input", "max_length": 5},
        "too long",
        "Please shorten this to 5 characters or fewer.",
    ),
    "longer than any field": (
        {"type": "plain_text_input"},
        "x" * 3001,
        "Please shorten this to 3000 characters or fewer.",
    ),
    "too short": (
        {"type": "plain_text_input", "min_length": 5},
        "tiny",
        "Please write at least 5 characters.",
    ),
    "no address": ({"type": "email_text_input"}, "karen", "Please enter a valid email address."),
    "no link": ({"type": "url_text_input"}, "example", "Please enter a valid URL."),
    "no number": (
        {"type": "number_input", "is_decimal_allowed": True},
        "many",
        "Please enter a number.",
    ),
    "half a seat": (
        {"type": "number_input", "is_decimal_allowed": False},
        "1.5",
        "Please enter a whole number.",
    ),
    "too few": (
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "2"},
        "1",
        "Please enter 2 or more.",
    ),
    "too many": (
        {"type": "number_input", "is_decimal_allowed": False, "max_value": "2"},
        "3",
        "Please enter 2 or less.",
    ),
    "nothing": ({"type": "plain_text_input"}, "", "Please complete this required field."),
}


@pytest.mark.parametrize("name", REFUSED_BY_THE_CLIENT)
def test_slacks_client_refuses_before_the_app_is_asked(sandbox: Sandbox, name: str) -> None:
    element, typed, sentence = REFUSED_BY_THE_CLIENT[name]
    form = shown_form(sandbox, modal(field("It", {**element, "action_id": "value"})))
    form.fill("It", typed)

    outcome = form.submit()

    assert outcome.errors == form.errors == {"It": sentence}
    assert sandbox.wire.of("view_submission") == []


def test_a_dispatching_field_tells_the_app_at_once(desk: Sandbox, received: list[Body]) -> None:
    form = shown_form(desk, modal(field("Topic", select(), dispatch_action=True)))

    form.choose("Topic", "Two")

    action = received[0]["actions"][0]
    assert (action["action_id"], action["selected_option"]["value"]) == ("pick", "2")
    state = received[0]["view"]["state"]["values"]["topic"]["pick"]
    assert state["selected_option"]["value"] == "2"


def test_a_quiet_field_tells_the_app_nothing(desk: Sandbox, received: list[Body]) -> None:
    form = shown_form(desk, modal(field("Topic", select())))

    form.choose("Topic", "Two")

    assert received == []


def test_typing_dispatches_at_enter_or_at_every_character(
    desk: Sandbox, received: list[Body]
) -> None:
    config = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    typed: Json = {"type": "plain_text_input", "action_id": "pick"}
    eager = field("Eager", {**typed, **config}, dispatch_action=True)
    form = shown_form(desk, modal(field("Lazy", typed, dispatch_action=True), eager))

    form.fill("Lazy", "abc")
    assert received == []
    form.press_enter("Lazy")
    form.fill("Eager", "x")
    assert [body["actions"][0]["value"] for body in received] == ["abc", "x"]


def test_an_external_menu_asks_the_app_for_its_options(desk: Sandbox, received: list[Body]) -> None:
    menu = {"type": "external_select", "action_id": "asset"}
    form = shown_form(desk, modal(field("Asset", menu)))

    form.choose("Asset", "Laptop 7")
    form.submit()

    chosen = received[0]["view"]["state"]["values"]["asset"]["asset"]["selected_option"]
    assert chosen["value"] == "l7"
    other = shown_form(desk, modal(field("Asset", menu)))
    with pytest.raises(AssertionError, match="does not offer 'Laptop 8'"):
        other.choose("Asset", "Laptop 8")


def test_closing_is_told_when_the_form_asked_for_it(desk: Sandbox, received: list[Body]) -> None:
    shown_form(desk, modal()).cancel()
    assert received == []

    shown_form(desk, modal(notify_on_close=True)).cancel()
    shown_form(desk, modal(notify_on_close=True)).close_everything()

    assert [body["is_cleared"] for body in received] == [False, True]
    assert all("trigger_id" not in body for body in received)


def test_a_closed_form_cannot_be_used(sandbox: Sandbox) -> None:
    form = shown_form(sandbox, modal())
    form.cancel()

    with pytest.raises(AssertionError, match="the modal 'New ticket' is closed"):
        form.submit()


def test_labels_that_are_not_there_are_answered_with_what_is(sandbox: Sandbox) -> None:
    form = shown_form(sandbox, modal(field("Summary"), actions(button("Help", "help"))))

    with pytest.raises(AssertionError, match=r"no field to type in is called 'Sumary'.*Summary"):
        form.fill("Sumary", "x")
    with pytest.raises(AssertionError, match=r"no button is called 'Hlep'; visible: \['Help'\]"):
        form.press("Hlep")
