"""views.*: triggers, the stack of modals, and what happens to what was typed."""

import time
from typing import Any

from slack_sdk import WebClient

from sandbox import Sandbox
from tests.sandbox.kit import actions, field, home, modal, plain, section, select, text_input
from tests.sandbox.setting import (
    client_of,
    error_of,
    manifest_with,
    new_sandbox,
    shown_form,
)

KAREN = "U0KAREN0001"


def test_a_trigger_opens_one_modal_and_no_more(sandbox: Sandbox, client: WebClient) -> None:
    trigger = sandbox.triggers.issue(KAREN)

    client.views_open(trigger_id=trigger, view=modal())

    again = error_of(client.views_open, trigger_id=trigger, view=modal())
    assert again == "exchanged_trigger_id"
    assert error_of(client.views_open, trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_a_trigger_dies_after_its_seconds() -> None:
    with new_sandbox(seconds_to_answer=0.01) as sandbox:
        trigger = sandbox.triggers.issue(KAREN)
        time.sleep(0.02)

        late = error_of(client_of(sandbox).views_open, trigger_id=trigger, view=modal())
        assert late == "expired_trigger_id"


def test_skipping_time_ahead_does_not_spoil_a_click_on_its_way(
    sandbox: Sandbox, client: WebClient
) -> None:
    trigger = sandbox.triggers.issue(KAREN)
    sandbox.clock.set(sandbox.clock.now().replace(year=2030))

    assert client.views_open(trigger_id=trigger, view=modal())["ok"]


def test_only_modals_can_be_opened_and_only_home_tabs_published(
    sandbox: Sandbox, client: WebClient
) -> None:
    trigger = sandbox.triggers.issue(KAREN)

    assert error_of(client.views_open, trigger_id=trigger, view=home()) == "invalid_arguments"
    assert error_of(client.views_publish, user_id=KAREN, view=modal()) == "invalid_arguments"


def test_a_huge_view_is_too_large(sandbox: Sandbox, client: WebClient) -> None:
    blocks = [section("x" * 2900) for _ in range(99)]

    too_large = error_of(client.views_publish, user_id=KAREN, view=home(*blocks))
    assert too_large == "view_too_large"


def test_three_modals_are_the_most(sandbox: Sandbox, client: WebClient) -> None:
    form = shown_form(sandbox, modal())

    def push() -> object:
        trigger = sandbox.triggers.issue(KAREN, form.view.id)
        return client.views_push(trigger_id=trigger, view=modal(title=plain("Next")))

    push()
    push()
    assert error_of(push) == "push_limit_reached"
    top = sandbox.person("Karen").modal
    assert top
    assert top.view.previous_id
    assert top.view.root_id == form.view.id
    top.cancel()
    assert not top.is_open
    assert form.is_open


def test_only_an_interaction_inside_a_modal_may_push(sandbox: Sandbox, client: WebClient) -> None:
    shown_form(sandbox, modal())
    outside = sandbox.triggers.issue(KAREN)

    assert error_of(client.views_push, trigger_id=outside, view=modal()) == "invalid_trigger_id"


def test_an_external_id_is_unique(sandbox: Sandbox, client: WebClient) -> None:
    shown_form(sandbox, modal(external_id="one"))
    trigger = sandbox.triggers.issue("U0KEN000002")

    twice = error_of(client.views_open, trigger_id=trigger, view=modal(external_id="one"))

    assert twice == "duplicate_external_id"


def test_an_update_keeps_what_was_typed_where_the_ids_stay(
    sandbox: Sandbox, client: WebClient
) -> None:
    form = shown_form(sandbox, modal(field("Summary"), field("Topic", select())))
    form.fill("Summary", "VPN")
    form.choose("Topic", "Two")
    shorter = select(options=[{"text": plain("One"), "value": "1"}])
    new_id = {**field("Summary", text_input(initial_value="fresh")), "block_id": "other"}

    client.views_update(
        view_id=form.view.id,
        view=modal(field("Summary"), new_id, field("Topic", shorter)),
    )

    values = form.view.values
    assert values["summary"]["value"]["value"] == "VPN"
    assert values["other"]["value"]["value"] == "fresh"
    assert form.value("Topic") == ""


def test_an_update_of_a_stale_or_closed_view_is_refused(
    sandbox: Sandbox, client: WebClient
) -> None:
    form = shown_form(sandbox, modal(external_id="one"))
    old: dict[str, Any] = {"view_id": form.view.id, "hash": form.view.hash}
    client.views_update(external_id="one", view=modal(field("Other")))

    assert error_of(client.views_update, **old, view=modal()) == "hash_conflict"
    form.cancel()
    assert error_of(client.views_update, view_id=form.view.id, view=modal()) == "not_found"
    both = {"view_id": "V1", "external_id": "one"}
    ambiguous = error_of(client.api_call, "views.update", json={**both, "view": modal()})
    assert ambiguous == "invalid_arguments"


def test_a_home_tab_is_published_per_person_and_guarded_by_its_hash(
    sandbox: Sandbox, client: WebClient
) -> None:
    first = client.views_publish(user_id=KAREN, view=home(section("Welcome"), actions()))
    client.views_publish(user_id=KAREN, view=home(section("Hello"), actions()))

    assert sandbox.person("Karen").home.text == "Hello\nClaim"
    assert sandbox.person("Ken").home.text == ""
    stale = {"user_id": KAREN, "view": home(), "hash": first["view"]["hash"]}
    assert error_of(client.views_publish, **stale) == "hash_conflict"
    assert error_of(client.views_publish, user_id="U0X", view=home()) == "invalid_arguments"


def test_without_a_home_tab_nothing_can_be_published() -> None:
    with new_sandbox(manifest_with(app_home={"home_tab_enabled": False})) as sandbox:
        client = client_of(sandbox)

        assert error_of(client.views_publish, user_id=KAREN, view=home()) == "not_enabled"
