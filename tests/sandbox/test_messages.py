"""chat.*: where the bot may write, what it may write, and what an update does."""

from typing import Any

import pytest
from slack_sdk import WebClient

from sandbox import Sandbox
from tests.sandbox.kit import actions, section
from tests.sandbox.setting import client_of, error_of, manifest_with, new_sandbox

HELP_DESK = "C0HELPDESK2"
KAREN = "U0KAREN0001"


def post(client: WebClient, text: str = "Ticket #1", **more: Any) -> str:
    """Post into #help-desk; gives the ts."""
    return str(client.chat_postMessage(channel=HELP_DESK, text=text, **more)["ts"])


REFUSED_POSTS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown channel": ({"channel": "C0NOWHERE01", "text": "x"}, "channel_not_found"),
    "private channel without the bot": (
        {"channel": "C0SECRET007", "text": "x"},
        "channel_not_found",
    ),
    "archived channel": ({"channel": "C0ARCHIVED6", "text": "x"}, "is_archived"),
    "unknown person": ({"channel": "U0NOBODY999", "text": "x"}, "channel_not_found"),
    "deactivated person": ({"channel": "U0DANA00011", "text": "x"}, "channel_not_found"),
    "itself": ({"channel": "U0DESKBELL1", "text": "x"}, "channel_not_found"),
    "nothing to say": ({"channel": HELP_DESK}, "no_text"),
    "no channel": ({"text": "x"}, "invalid_arguments"),
    "text as number": ({"channel": HELP_DESK, "text": 5}, "invalid_arguments"),
    "unknown thread": (
        {"channel": HELP_DESK, "text": "x", "thread_ts": "1.000001"},
        "thread_not_found",
    ),
    "markdown beside text": (
        {"channel": HELP_DESK, "text": "x", "markdown_text": "y"},
        "markdown_text_conflict",
    ),
    "long markdown": ({"channel": HELP_DESK, "markdown_text": "x" * 12001}, "msg_too_long"),
    "metadata without payload": (
        {"channel": HELP_DESK, "text": "x", "metadata": {"event_type": "a"}},
        "invalid_metadata_format",
    ),
    "huge metadata": (
        {
            "channel": HELP_DESK,
            "text": "x",
            "metadata": {"event_type": "a", "event_payload": {"k": "x" * 9000}},
        },
        "metadata_too_large",
    ),
    "another name": ({"channel": HELP_DESK, "text": "x", "username": "Bob"}, "missing_scope"),
}


@pytest.mark.parametrize("name", REFUSED_POSTS)
def test_a_post_that_slack_would_refuse_is_refused(client: WebClient, name: str) -> None:
    arguments, error = REFUSED_POSTS[name]

    assert error_of(client.api_call, "chat.postMessage", json=arguments) == error


def test_a_public_channel_without_the_bot_is_not_in_channel(
    sandbox: Sandbox, client: WebClient
) -> None:
    sandbox.admin.kick_bot("#help-desk")

    assert error_of(post, client) == "not_in_channel"


def test_the_messages_tab_must_be_on_to_write_to_people() -> None:
    with new_sandbox(manifest_with(app_home={"messages_tab_enabled": False})) as sandbox:
        client = client_of(sandbox)

        assert error_of(client.chat_postMessage, channel=KAREN, text="x") == "messages_tab_disabled"


def test_a_user_id_as_channel_lands_in_the_direct_message(
    sandbox: Sandbox, client: WebClient
) -> None:
    reply = client.chat_postMessage(channel=KAREN, text="Hello <@U0KAREN0001>")

    assert reply["channel"] == "D0KAREN0001"
    assert [message.text for message in sandbox.person("Karen").dm] == ["Hello @Karen Example"]
    assert (
        error_of(client.chat_update, channel=KAREN, ts=reply["ts"], text="y") == "channel_not_found"
    )


def test_a_reply_cannot_be_the_parent_of_a_thread(client: WebClient) -> None:
    reply = post(client, thread_ts=post(client))

    assert error_of(post, client, thread_ts=reply) == "cannot_reply_to_message"


def test_a_reply_may_also_be_shown_in_the_channel(sandbox: Sandbox, client: WebClient) -> None:
    parent = post(client)
    post(client, "quiet", thread_ts=parent)
    post(client, "loud", thread_ts=parent, reply_broadcast=True)

    john = sandbox.person("John")
    assert [message.text for message in john.sees("#help-desk")] == ["Ticket #1", "loud"]
    assert [m.text for m in john.find("#help-desk", "Ticket #1").thread] == ["quiet", "loud"]


def test_an_update_with_text_alone_takes_the_blocks_away(
    sandbox: Sandbox, client: WebClient
) -> None:
    ts = post(client, blocks=[section("old"), actions()])

    client.chat_update(channel=HELP_DESK, ts=ts, text="new", parse="none")

    message = sandbox.person("John").sees("#help-desk")[0]
    assert (message.text, message.buttons) == ("new", [])
    assert message.message.edited_by == "U0DESKBELL1"


def test_an_update_with_blocks_leaves_no_mark_of_editing(
    sandbox: Sandbox, client: WebClient
) -> None:
    ts = post(client)

    client.chat_update(channel=HELP_DESK, ts=ts, text="new", blocks=[section("new")], parse="none")

    assert sandbox.person("John").sees("#help-desk")[0].message.edited_ts == ""


def test_metadata_stays_until_it_is_replaced_or_cleared(
    sandbox: Sandbox, client: WebClient
) -> None:
    metadata = {"event_type": "ticket", "event_payload": {"key": "1"}}
    ts = post(client, metadata=metadata)
    message = sandbox.person("John").sees("#help-desk")[0].message

    client.chat_update(channel=HELP_DESK, ts=ts, text="new", parse="none")
    assert message.metadata == metadata
    client.chat_update(channel=HELP_DESK, ts=ts, text="new", parse="none", metadata={})
    assert message.metadata is None


def test_updates_that_slack_would_refuse_are_refused(sandbox: Sandbox, client: WebClient) -> None:
    ts = post(client)
    foreign = sandbox.person("John").says("mine", "#help-desk").ts

    def update(**more: Any) -> object:
        arguments = {"channel": HELP_DESK, "ts": ts, "text": "x", "parse": "none"}
        return client.api_call("chat.update", json={**arguments, **more})

    assert error_of(update, ts="1.000001") == "message_not_found"
    assert error_of(update, ts=foreign) == "cant_update_message"
    assert error_of(update, text="x" * 4001) == "msg_too_long"
    assert error_of(update, text="") == "no_text"
    sandbox.admin.archive("#help-desk")
    assert error_of(update) == "is_archived"


def test_the_bot_deletes_only_its_own_messages(sandbox: Sandbox, client: WebClient) -> None:
    own, foreign = post(client), sandbox.person("John").says("mine", "#help-desk").ts

    client.chat_delete(channel=HELP_DESK, ts=own)

    assert error_of(client.chat_delete, channel=HELP_DESK, ts=own) == "message_not_found"
    assert error_of(client.chat_delete, channel=HELP_DESK, ts=foreign) == "cant_delete_message"
    assert [message.text for message in sandbox.person("John").sees("#help-desk")] == ["mine"]


def test_a_deleted_parent_with_replies_leaves_a_tombstone(
    sandbox: Sandbox, client: WebClient
) -> None:
    parent = post(client)
    post(client, thread_ts=parent)

    client.chat_delete(channel=HELP_DESK, ts=parent)

    seen = sandbox.person("John").sees("#help-desk")
    assert [message.text for message in seen] == ["This message was deleted."]
    update = {"channel": HELP_DESK, "ts": parent, "text": "x"}
    assert error_of(client.chat_update, **update) == "message_not_found"


def test_an_ephemeral_message_is_for_one_member_and_cannot_be_touched(
    sandbox: Sandbox, client: WebClient
) -> None:
    show = client.chat_postEphemeral
    ts = show(channel=HELP_DESK, user="U0JOHN00004", text="psst")["message_ts"]

    assert [message.text for message in sandbox.person("John").sees("#help-desk")] == ["psst"]
    assert sandbox.person("Jane").sees("#help-desk") == []
    assert error_of(client.chat_update, channel=HELP_DESK, ts=ts, text="x") == "message_not_found"
    stranger = {"channel": HELP_DESK, "user": KAREN}
    assert error_of(show, **stranger, text="x") == "user_not_in_channel"
    assert error_of(show, **{**stranger, "user": "U0JOHN00004"}, text="x" * 4001) == "msg_too_long"


def test_a_permalink_of_a_reply_names_its_thread(client: WebClient) -> None:
    parent = post(client)
    reply = post(client, thread_ts=parent)

    link = client.chat_getPermalink(channel=HELP_DESK, message_ts=reply)["permalink"]

    assert link.endswith(f"?thread_ts={parent}&cid={HELP_DESK}")
    lost = {"channel": HELP_DESK, "message_ts": "1.000001"}
    assert error_of(client.chat_getPermalink, **lost) == "message_not_found"


def test_stray_characters_are_stored_escaped_and_read_plainly(
    sandbox: Sandbox, client: WebClient
) -> None:
    post(client, "a & b < c &amp; <https://example.com|d>")

    message = sandbox.person("John").sees("#help-desk")[0]
    assert message.message.text == "a &amp; b &lt; c &amp; <https://example.com|d>"
    assert message.text == "a & b < c & d"


CARELESS: dict[str, tuple[dict[str, Any], str]] = {
    "channel ping": ({"text": "<!channel> help"}, "would notify a whole channel"),
    "here ping in a block": (
        {"text": "x", "blocks": [section("<!here>")]},
        "would notify a whole channel",
    ),
    "parsed words": (
        {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "@here"}}]},
        "would notify a whole channel",
    ),
    "broadcast element": (
        {
            "text": "x",
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "broadcast", "range": "channel"}],
                        }
                    ],
                }
            ],
        },
        "broadcast element",
    ),
    "no notification": ({"blocks": [section()]}, "blocks without text"),
    "cut text": ({"text": "x" * 40001}, "Slack cuts at 40000"),
    "unknown argument": ({"text": "x", "thread": "1"}, "knows no argument 'thread'"),
}


@pytest.mark.parametrize("name", CARELESS)
def test_what_slack_takes_but_people_suffer_from_is_recorded(
    sandbox: Sandbox, client: WebClient, name: str
) -> None:
    arguments, violation = CARELESS[name]

    client.api_call("chat.postMessage", json={"channel": HELP_DESK, **arguments})

    assert len(sandbox.violations) == 1
    assert violation in sandbox.violations[0]


def test_an_update_parses_names_unless_told_not_to(sandbox: Sandbox, client: WebClient) -> None:
    ts = post(client, "@here is text in a new message")
    assert sandbox.violations == []

    client.chat_update(channel=HELP_DESK, ts=ts, text="@here", parse="none")
    assert sandbox.violations == []
    client.chat_update(channel=HELP_DESK, ts=ts, text="@here")
    assert sandbox.violations == ["chat.update: the text would notify a whole channel: '@here'"]
