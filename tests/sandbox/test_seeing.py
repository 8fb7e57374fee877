"""What a person can see and read, and what is hidden from them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from sandbox import Sandbox
from tests.sandbox.kit import (
    Json,
    actions,
    button,
    home,
    modal,
    mrkdwn,
    option,
    plain,
    rich,
    section,
    select,
)
from tests.sandbox.setting import bolt_app, connected, shown_form


def _remember(heard: list[dict[str, Any]]) -> Callable[..., None]:
    """A listener that acks and keeps the payload."""

    def listener(ack: Ack, body: dict[str, Any]) -> None:
        heard.append(body)
        ack()

    return listener


READ: dict[str, tuple[str, str]] = {
    "people": ("Hi <@U0JOHN00004>", "Hi @John Placeholder"),
    "somebody unknown": ("<@U0X>", "@U0X"),
    "channels": ("<#C0GENERAL01>", "#general"),
    "channels that are hidden": ("<#C0SECRET007|secret>", "#secret"),
    "hidden without a label": ("<#C0SECRET007>", "#private channel"),
    "groups": ("<!subteam^S0ITAGENTS1>", "@it-agents"),
    "links": (
        "<https://example.com|here> <https://example.com/a?b=1&amp;c>",
        "here https://example.com/a?b=1&c",
    ),
    "everyone": ("<!here>", "@here"),
    "entities": ("a &amp; b &lt;c&gt;", "a & b <c>"),
    "formatting": (
        "*bold* _it_ ~out~ `code` snake_case 2*3*4",
        "bold it out code snake_case 2*3*4",
    ),
    "a date": ("<!date^1790000000^{date_num} {time}|later>", "2026-09-21 4:13 PM"),
    "a near date": (
        "<!date^1790000000^{date_short_pretty} at {time_secs}|later>",
        "today at 4:13:20 PM",
    ),
    "a long date": ("<!date^1790000000^{date_long}|later>", "Monday, September 21st, 2026"),
    "a date of rich text alone": (
        "<!date^1790000000^{day_divider_pretty}|later>",
        "{day_divider_pretty}",
    ),
    "how long ago": ("<!date^1790000000^{ago}|later>", "in 5 hours"),
    "a broken date": ("<!date^soon^{time}|later>", "later"),
}


@pytest.mark.parametrize("name", READ)
def test_markup_is_read_as_it_appears_to_the_reader(
    sandbox: Sandbox, client: WebClient, name: str
) -> None:
    written, read = READ[name]
    client.chat_postMessage(channel="U0KAREN0001", text="note", blocks=[section(written)])

    assert sandbox.person("Karen").dm[0].text == read


def test_a_date_is_read_in_the_readers_own_zone(sandbox: Sandbox, client: WebClient) -> None:
    client.chat_postMessage(channel="C0GENERAL01", text="<!date^1790000000^{time}|later>")

    seen = {n: sandbox.person(n).sees("#general")[0].text for n in ("Karen", "Ken", "Jerry")}
    assert seen == {"Karen": "4:13 PM", "Ken": "10:13 AM", "Jerry": "7:43 PM"}


def test_every_kind_of_block_can_be_read(sandbox: Sandbox, client: WebClient) -> None:
    blocks: list[Json] = [
        {"type": "header", "text": plain("<b> *header*")},
        {"type": "section", "fields": [mrkdwn("*A*"), plain("*B*")]},
        {"type": "context", "elements": [mrkdwn("context"), _image("picture")]},
        {"type": "divider"},
        _image("wide picture"),
        rich(
            line({"type": "text", "text": "rich "}, JOHN, {"type": "emoji", "name": "wave"}),
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [line({"type": "text", "text": "item"})],
            },
        ),
        {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
        {"type": "markdown", "text": "# mark"},
        actions(button("Claim"), select(), {"type": "overflow", "options": [option("Close")]}),
    ]
    client.chat_postMessage(channel="U0KAREN0001", text="all of it", blocks=blocks)

    message = sandbox.person("Karen").dm[0]

    assert message.text.splitlines() == [
        "<b> *header*",
        "A",
        "*B*",
        "context",
        "picture",
        "wide picture",
        "rich @John Placeholder:wave:",
        "item",
        "cell",
        "# mark",
        "Claim",
        "Pick one",
        "…",
    ]
    assert message.notification == "all of it"
    assert message.buttons == ["Claim"]
    assert message.menus == ["Pick one", "…"]
    assert message.options("…") == ["Close"]


JOHN: Json = {"type": "user", "user_id": "U0JOHN00004"}


def line(*elements: Json) -> Json:
    """A line of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def _image(words: str) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": words}


def test_people_see_their_channels_and_public_ones_and_no_more(sandbox: Sandbox) -> None:
    sandbox.person("John").says("public", "#help-desk")
    sandbox.person("John").says("internal", "#team-it")
    sandbox.person("Chris").says("hush", "#secret")

    assert [message.text for message in sandbox.person("Karen").sees("#help-desk")] == ["public"]
    for name, channel in [("Karen", "#team-it"), ("John", "#secret"), ("Gus", "#help-desk")]:
        with pytest.raises(AssertionError, match=f"cannot see '{channel}'"):
            sandbox.person(name).sees(channel)


def test_people_write_only_where_they_are_and_while_they_are(sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="Karen Example is not in #help-desk"):
        sandbox.person("Karen").says("hello", "#help-desk")
    with pytest.raises(AssertionError, match="#archived-projects is archived"):
        sandbox.person("Karen").says("hello", "#archived-projects")
    with pytest.raises(AssertionError, match="Dana Formerly is deactivated"):
        sandbox.person("Dana").types("/ticket")
    with pytest.raises(AssertionError, match="nobody is called 'Zoe'"):
        sandbox.person("Zoe")
    with pytest.raises(AssertionError, match="no message of Karen Example"):
        sandbox.person("Karen").edits(sandbox.person("John").says("mine", "#general"), "ours")


def test_unread_is_what_others_wrote_since_the_last_look(
    sandbox: Sandbox, client: WebClient
) -> None:
    karen = sandbox.person("Karen")
    client.chat_postMessage(channel="U0KAREN0001", text="one")
    client.chat_postMessage(channel="U0KAREN0001", text="two")
    workspace = sandbox.workspace

    assert [message.unread for message in karen.dm] == [True, True]
    assert workspace.unread("U0KAREN0001", "D0KAREN0001") == 2
    karen.opens("")
    assert workspace.unread("U0KAREN0001", "D0KAREN0001") == 0
    client.chat_postMessage(channel="U0KAREN0001", text="three")
    karen.says("answer")
    assert workspace.unread("U0KAREN0001", "D0KAREN0001") == 0


def test_the_sidebar_shows_joined_channels_and_the_app(sandbox: Sandbox) -> None:
    def sidebar(name: str) -> list[str]:
        user = sandbox.person(name).user
        return [channel.name for channel in sandbox.workspace.channels_of(user.id)]

    assert sidebar("Karen") == ["general", "directmessage"]
    assert sidebar("Gus") == ["general", "directmessage"]
    assert sidebar("John") == ["general", "help-desk", "team-it", "on-call", "directmessage"]


def test_one_of_several_equal_buttons_is_picked_by_the_words_above_it(
    sandbox: Sandbox, client: WebClient
) -> None:
    heard: list[dict[str, Any]] = []
    app = bolt_app(sandbox)
    app.action("open")(_remember(heard))
    blocks = [
        section("#12 Printer", accessory=button("Open", "open", value="12")),
        section("#1 VPN"),
        actions(button("Open", "open", value="1")),
        section("#3 Mouse", accessory=button("Open", "open", value="3")),
    ]
    client.views_publish(user_id="U0KAREN0001", view=home(*blocks))
    with connected(sandbox, app):
        tab = sandbox.person("Karen").home
        for number in ("#12", "#1", "#3"):
            assert tab.click("Open", near=number).ok
        with pytest.raises(AssertionError, match="3 are called 'Open'"):
            tab.click("Open")
        with pytest.raises(AssertionError, match="no button is called 'Open' near '#2'"):
            tab.click("Open", near="#2")

    assert [body["actions"][0]["value"] for body in heard] == ["12", "1", "3"]


def test_looking_for_a_message_says_what_is_there_instead(
    sandbox: Sandbox, client: WebClient
) -> None:
    client.chat_postMessage(channel="C0GENERAL01", text="something else")

    with pytest.raises(AssertionError, match=r"sees no 'Ticket' in '#general'.*something else"):
        sandbox.person("Karen").find("#general", "Ticket", within=0.01)


def test_a_choice_in_a_message_reaches_the_app(sandbox: Sandbox, client: WebClient) -> None:
    heard: list[dict[str, Any]] = []
    app = bolt_app(sandbox)
    for name in ("pick", "who"):
        app.action(name)(_remember(heard))
    people = {"type": "users_select", "action_id": "who", "placeholder": plain("Assign")}
    row = actions(select(), people, block_id="row")
    client.chat_postMessage(channel="C0HELPDESK2", text="card", blocks=[row])
    with connected(sandbox, app):
        card = sandbox.person("John").sees("#help-desk")[0]
        assert card.choose("Pick one", "Two").ok
        assert card.pick_person("Assign", "Jane").ok

    assert heard[0]["actions"][0]["selected_option"]["value"] == "2"
    assert heard[0]["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "2"
    assert heard[0]["state"]["values"]["row"]["who"] == {
        "type": "users_select",
        "selected_user": None,
    }
    assert heard[1]["actions"][0]["selected_user"] == "U0JANE00005"


def test_a_button_on_an_ephemeral_message_brings_no_message_along(
    sandbox: Sandbox, client: WebClient
) -> None:
    heard: list[dict[str, Any]] = []
    app = bolt_app(sandbox)
    app.action("claim")(_remember(heard))
    arguments: dict[str, Any] = {"channel": "C0HELPDESK2", "user": "U0JOHN00004", "text": "x"}
    client.chat_postEphemeral(**arguments, blocks=[actions()])
    with connected(sandbox, app):
        assert sandbox.person("John").sees("#help-desk")[0].click("Claim").ok

    assert "message" not in heard[0]
    assert heard[0]["container"]["is_ephemeral"] is True


def test_time_can_pass_between_messages(sandbox: Sandbox, client: WebClient) -> None:
    first = client.chat_postMessage(channel="C0GENERAL01", text="a")["ts"]
    sandbox.clock.skip(timedelta(hours=1))
    second = client.chat_postMessage(channel="C0GENERAL01", text="b")["ts"]

    assert 3599 < float(second) - float(first) < 3601


def test_a_button_is_gone_with_its_message_and_with_its_channel(
    sandbox: Sandbox, client: WebClient
) -> None:
    ts = client.chat_postMessage(channel="C0TEAMIT003", text="card", blocks=[actions()])["ts"]
    john = sandbox.person("John")
    card = john.sees("#team-it")[0]

    sandbox.admin.remove_from_channel("#team-it", "John")
    with pytest.raises(AssertionError, match="John Placeholder does not see #team-it any more"):
        card.click("Claim")
    sandbox.admin.add_to_channel("#team-it", "John")
    client.chat_delete(channel="C0TEAMIT003", ts=ts)
    with pytest.raises(AssertionError, match="the message is gone"):
        card.click("Claim")


def test_a_deactivated_person_cannot_send_a_form_that_was_still_open(sandbox: Sandbox) -> None:
    form = shown_form(sandbox, modal())
    form.fill("Summary", "VPN")
    sandbox.admin.deactivate("Karen")

    with pytest.raises(AssertionError, match="Karen Example is deactivated"):
        form.submit()
