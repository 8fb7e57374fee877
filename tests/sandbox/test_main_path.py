"""From a slash command to a clicked button, with a real Bolt app on the built-in client."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from sandbox import Person, Sandbox
from sandbox.seen_modal import SeenModal
from tests.sandbox.kit import actions, button, field, modal, section, select
from tests.sandbox.setting import bolt_app, client_of, connected, new_sandbox

Body = dict[str, Any]


def ticket_app(sandbox: Sandbox) -> App:
    """A help desk in forty lines: a form, a card, a button that changes the card."""
    app = bolt_app(sandbox)

    @app.command("/ticket")
    def ask(ack: Ack, body: Body, client: WebClient) -> None:
        if body["text"] == "help":
            ack("Type /ticket and what is wrong.")
            return
        form = modal(field("Summary", None), field("Topic", select(), dispatch_action=True))
        client.views_open(trigger_id=body["trigger_id"], view=form)
        ack()

    @app.action("pick")
    def picked(ack: Ack, body: Body, client: WebClient) -> None:
        form = modal(
            field("Summary"), field("Topic", select(), dispatch_action=True), field("Asset")
        )
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=form)
        ack()

    @app.view("form")
    def sent(ack: Ack, body: Body, client: WebClient) -> None:
        summary = body["view"]["state"]["values"]["summary"]["value"]["value"]
        if summary == "bad":
            ack(response_action="errors", errors={"summary": "Say more."})
            return
        card = [section(f"*Ticket #1* {summary}"), actions(button("Claim"), button("More", "more"))]
        client.chat_postMessage(channel="C0HELPDESK2", text="Ticket #1", blocks=card)
        ack()

    @app.action("claim")
    def claim(ack: Ack, body: Body, client: WebClient) -> None:
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        text = f"Claimed by <@{body['user']['id']}>"
        client.chat_update(**where, text=text, blocks=[section(text)], parse="none")
        client.chat_postMessage(channel=where["channel"], thread_ts=where["ts"], text=text)
        ack()

    return app


@pytest.fixture
def desk(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The tiny help desk, connected."""
    with connected(sandbox, ticket_app(sandbox)):
        yield sandbox


def form_of(person: Person) -> SeenModal:
    """The form in front of somebody."""
    assert person.modal
    return person.modal


def test_a_command_opens_a_form_whose_answer_becomes_a_card_that_an_agent_claims(
    desk: Sandbox,
) -> None:
    karen, john = desk.person("Karen"), desk.person("John")

    assert karen.types("/ticket", "#general").ok
    form = form_of(karen)
    form.fill("Summary", "Printer on fire")
    form.choose("Topic", "Two")
    assert form.labels == ["Summary", "Topic", "Asset"]
    assert form.value("Summary") == "Printer on fire"
    assert form.value("Topic") == "Two"
    form.fill("Asset", "HP 42")
    assert form.submit().ok
    assert karen.modal is None

    card = john.find("#help-desk", "Ticket #1")
    assert card.buttons == ["Claim", "More"]
    assert card.text == "Ticket #1 Printer on fire\nClaim\nMore"
    assert card.click("Claim").ok
    assert card.text == "Claimed by @John Placeholder"
    assert [reply.text for reply in card.thread] == ["Claimed by @John Placeholder"]
    assert desk.violations == []


def test_an_answer_in_the_ack_is_shown_to_the_person_alone(desk: Sandbox) -> None:
    karen, ken = desk.person("Karen"), desk.person("Ken")

    outcome = karen.types("/ticket help", "#general")

    assert outcome.text == "Type /ticket and what is wrong."
    assert [message.is_ephemeral for message in karen.sees("#general")] == [True]
    assert ken.sees("#general") == []


def test_errors_in_the_ack_stand_at_the_field_and_keep_the_form_open(desk: Sandbox) -> None:
    karen = desk.person("Karen")
    karen.types("/ticket")
    form = form_of(karen)
    form.fill("Summary", "bad")
    form.choose("Topic", "One")
    form.fill("Asset", "x")

    outcome = form.submit()

    assert outcome.errors == {"Summary": "Say more."}
    assert not outcome.ok
    assert form.errors == {"Summary": "Say more."}
    assert form.is_open


def test_slack_itself_refuses_a_form_with_an_empty_required_field(desk: Sandbox) -> None:
    karen = desk.person("Karen")
    karen.types("/ticket")

    outcome = form_of(karen).submit()

    assert outcome.errors == {
        "Summary": "Please complete this required field.",
        "Topic": "Please complete this required field.",
    }
    assert desk.wire.of("view_submission") == []


def test_a_command_that_the_manifest_does_not_declare_never_reaches_the_app(desk: Sandbox) -> None:
    karen = desk.person("Karen")

    outcome = karen.types("/nonsense", "#general")

    assert outcome.notice == "/nonsense is not a valid command."
    assert karen.notices == ["/nonsense is not a valid command."]
    assert desk.wire.of("slash_command") == []


def test_a_button_that_nobody_listens_to_shows_a_warning(sandbox: Sandbox) -> None:
    sandbox.delivery.ack_seconds = 0.2
    client = client_of(sandbox)
    client.chat_postMessage(channel="C0HELPDESK2", text="x", blocks=[actions(button("Lost"))])
    with connected(sandbox, bolt_app(sandbox)):
        outcome = sandbox.person("John").find("#help-desk", "Lost").click("Lost")

    assert outcome.notice == '"Lost" did not respond. Something went wrong; try again.'


def test_without_a_connection_a_command_fails_at_once(sandbox: Sandbox) -> None:
    outcome = sandbox.person("Karen").types("/ticket")

    assert outcome.notice == "/ticket failed because the app did not respond."


def test_an_old_screen_still_sends_the_old_button(desk: Sandbox) -> None:
    karen, john, jane = desk.person("Karen"), desk.person("John"), desk.person("Jane")
    karen.types("/ticket")
    form = form_of(karen)
    form.fill("Summary", "Printer")
    form.choose("Topic", "One")
    form.fill("Asset", "x")
    form.submit()
    card = jane.find("#help-desk", "Ticket #1")
    old_screen = card.stale_copy()
    john.find("#help-desk", "Ticket #1").click("Claim")

    assert old_screen.buttons == ["Claim", "More"]
    assert old_screen.click("Claim").ok
    with pytest.raises(AssertionError, match="no button is called 'Claim'"):
        card.click("Claim")


def test_clicks_are_quick(sandbox: Sandbox) -> None:
    app = bolt_app(sandbox)
    app.action("claim")(lambda ack: ack())
    client_of(sandbox).chat_postMessage(channel="C0HELPDESK2", text="x", blocks=[actions()])
    card = sandbox.person("John").find("#help-desk", "x")

    with connected(sandbox, app):
        card.click("Claim")

        assert best_of(lambda: card.click("Claim")) < 0.05


def test_a_sandbox_is_up_and_gone_in_no_time() -> None:
    def up_and_down() -> None:
        with new_sandbox():
            pass

    assert best_of(up_and_down) < 0.05


def best_of(work: Callable[[], object]) -> float:
    """Seconds that the quickest of five runs takes."""
    took = []
    for _ in range(5):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return min(took)
