"""What the app hears about, and in which words."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.records import User
from tests.sandbox.kit import home
from tests.sandbox.setting import bolt_app, client_of, connected, manifest_with, new_sandbox

ALL = manifest_with(
    scopes=["usergroups:write"],
    events=[
        "channel_archive",
        "group_archive",
        "member_joined_channel",
        "member_left_channel",
        "reaction_removed",
        "subteam_members_changed",
    ],
)
Body = dict[str, Any]


class Ears:
    """An app that hears everything."""

    def __init__(self) -> None:
        self.events: list[Body] = []

    @property
    def last(self) -> Body:
        """The newest event."""
        return self.events[-1]

    def hear(self, event: Body) -> None:
        """A Bolt listener."""
        self.events.append(event)


@pytest.fixture
def world() -> Iterator[tuple[Sandbox, Ears]]:
    """A sandbox with every event switched on, and the app that hears them."""
    with new_sandbox(ALL) as sandbox:
        ears, app = Ears(), bolt_app(sandbox)
        for kind in {name.partition(".")[0] for name in sandbox.app.manifest.bot_events}:
            app.event(kind)(ears.hear)
        with connected(sandbox, app):
            yield sandbox, ears


def test_a_message_comes_escaped_with_its_channel_type(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world

    sandbox.person("John").says("a & b @Jane in #general https://example.com/x", "#help-desk")

    event = ears.last
    assert event["type"] == "message"
    assert event["text"] == (
        "a &amp; b <@U0JANE00005> in <#C0GENERAL01|general> <https://example.com/x>"
    )
    assert (event["channel"], event["channel_type"]) == ("C0HELPDESK2", "channel")
    assert event["ts"] == event["event_ts"]
    elements = event["blocks"][0]["elements"][0]["elements"]
    assert elements[0] == {"type": "text", "text": "a & b "}
    assert elements[1] == {"type": "user", "user_id": "U0JANE00005"}


def test_direct_messages_and_private_channels_have_kinds_of_their_own(
    world: tuple[Sandbox, Ears],
) -> None:
    sandbox, ears = world

    sandbox.person("Karen").says("hello")
    sandbox.person("John").says("hello", "#team-it")

    assert [event["channel_type"] for event in ears.events] == ["im", "group"]


def test_a_reply_names_its_parent_and_a_broadcast_carries_it(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world
    john = sandbox.person("John")
    parent = john.says("parent", "#help-desk")

    john.says("reply", thread=parent)
    assert ears.last["thread_ts"] == parent.ts
    assert ears.last["parent_user_id"] == "U0JOHN00004"
    john.says("loud", thread=parent, broadcast=True)
    assert ears.last["subtype"] == "thread_broadcast"
    assert ears.last["root"]["text"] == "parent"


def test_edits_and_deletions_come_as_hidden_messages(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world
    john = sandbox.person("John")
    message = john.says("helo", "#help-desk")

    john.edits(message, "hello")
    edit = ears.last
    assert edit["subtype"] == "message_changed"
    assert (edit["previous_message"]["text"], edit["message"]["text"]) == ("helo", "hello")
    assert edit["message"]["edited"]["user"] == "U0JOHN00004"
    john.deletes(message)
    assert ears.last["subtype"] == "message_deleted"
    assert ears.last["deleted_ts"] == message.ts


def test_a_deleted_parent_comes_as_a_tombstone(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world
    john = sandbox.person("John")
    parent = john.says("parent", "#help-desk")
    john.says("reply", thread=parent)

    john.deletes(parent)

    assert ears.last["subtype"] == "message_changed"
    assert ears.last["message"]["subtype"] == "tombstone"


def test_a_screenshot_without_words_has_an_empty_text(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world

    sandbox.person("Karen").uploads("shot.png")

    assert (ears.last["subtype"], ears.last["text"]) == ("file_share", "")
    assert ears.last["files"][0]["name"] == "shot.png"


def test_a_mention_comes_twice_as_mention_and_as_message(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world

    sandbox.person("John").says("@deskbell please", "#help-desk")
    sandbox.wait_until_quiet()

    assert sorted(event["type"] for event in ears.events) == ["app_mention", "message"]
    assert len({event["ts"] for event in ears.events}) == 1


def test_the_home_tab_brings_along_what_was_published(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world
    karen = sandbox.person("Karen")

    assert karen.home.open()
    assert "view" not in ears.last
    client_of(sandbox).views_publish(user_id="U0KAREN0001", view=home())
    karen.home.open()
    assert ears.last["view"]["blocks"][0]["text"]["text"] == "Welcome"
    karen.opens_messages()
    assert ears.last["tab"] == "messages"


def test_reactions_come_and_go(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world
    message = sandbox.person("John").says("hello", "#help-desk")
    jane = sandbox.person("Jane")

    jane.reacts(message, "eyes")
    jane.reacts(message, "eyes")
    sandbox.wait_until_quiet()

    kinds = [event["type"] for event in ears.events if event["type"] != "message"]
    assert sorted(kinds) == ["reaction_added", "reaction_removed"]
    assert ears.last["item"] == {"type": "message", "channel": "C0HELPDESK2", "ts": message.ts}
    assert message.reactions == {}


def test_the_admins_doings_are_told(world: tuple[Sandbox, Ears]) -> None:
    sandbox, ears = world

    sandbox.admin.deactivate("Ken")
    assert (ears.last["type"], ears.last["user"]["deleted"]) == ("user_change", True)
    assert "tz" not in ears.last["user"]
    sandbox.admin.reactivate("Ken")
    sandbox.admin.hire(User("U0NEW000012", "nora", "Nora Novice", "nora@example.com"), "#general")
    assert (ears.last["type"], ears.last["user"]["name"]) == ("team_join", "nora")
    sandbox.admin.add_to_channel("#help-desk", "Karen")
    assert (ears.last["type"], ears.last["channel_type"]) == ("member_joined_channel", "C")
    sandbox.admin.remove_from_channel("#help-desk", "Karen")
    assert ears.last["type"] == "member_left_channel"
    sandbox.admin.change_group("it-agents", "John", "Karen")
    assert ears.last["added_users"] == ["U0KAREN0001"]
    sandbox.admin.archive("#team-it")
    assert ears.last["type"] == "group_archive"
    sandbox.admin.unarchive("#team-it")
    room = sandbox.admin.create_channel("#war-room", "John", "Omar", private=True)
    assert sandbox.person("Omar").sees("#war-room") == []
    assert room.kind == "group"


def test_the_bots_own_messages_come_back_to_it_and_bolt_drops_them(
    world: tuple[Sandbox, Ears],
) -> None:
    sandbox, ears = world

    client_of(sandbox).chat_postMessage(channel="C0HELPDESK2", text="mine")
    sandbox.wait_until_quiet()

    sent = sandbox.wire.of("message")
    assert [(entry.outcome, entry.payload["event"]["bot_id"]) for entry in sent] == [
        ("acked", "B0DESKBELL1")
    ]
    assert ears.events == []


def test_ephemeral_messages_are_no_events(world: tuple[Sandbox, Ears]) -> None:
    sandbox, _ = world

    show = client_of(sandbox).chat_postEphemeral
    show(channel="C0HELPDESK2", user="U0JOHN00004", text="psst")
    sandbox.wait_until_quiet()

    assert sandbox.wire.of("message") == []


def test_what_the_manifest_does_not_subscribe_to_is_not_told() -> None:
    with new_sandbox() as sandbox:
        message = sandbox.person("John").says("hello", "#help-desk")
        for _ in range(2):
            sandbox.person("Jane").reacts(message, "eyes")

        assert {entry.kind for entry in sandbox.wire.entries} == {"message", "reaction_added"}
