"""Reading what Slack sends."""

from typing import Any

import pytest

from handlers import payload

NAMES = {"U1": "Ann Example"}


def readable(text: str) -> str:
    """As people saw it, in a workspace where only Ann is known."""
    return payload.readable(text, lambda user: NAMES.get(user, user))


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("ask <@U1> or <@U2> or <@U3|bob>", "ask @Ann Example or @U2 or @bob"),
        ("see <https://x.example|the page>", "see the page (https://x.example)"),
        ("see <https://x.example>", "see https://x.example"),
        ("in <#C1|general>", "in #general"),
        ("<!here> now", "@here now"),
        ("<!subteam^S1|@it>", "@it"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_text_is_kept_as_people_saw_it(sent: str, seen: str) -> None:
    assert readable(sent) == seen


def event(**changed: Any) -> dict[str, Any]:
    """A message event."""
    message = {
        "type": "message", "user": "U1", "channel": "D1", "ts": "2.0", "text": "hello",
        "channel_type": "im",
    }  # fmt: skip
    return {"type": "event_callback", "event": {**message, **changed}}


@pytest.mark.parametrize(
    "changed",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"bot_id": "B1"},
        {"user": None},
    ],
)
def test_what_no_person_wrote_is_no_message(changed: dict[str, Any]) -> None:
    assert payload.message(event(**changed)) is None


def test_files_are_read_even_without_words_and_where_slack_leaves_things_out() -> None:
    sent = [{"id": "F1", "name": "screen.png", "size": 9, "filetype": "png"}, {"id": "F2"}]
    shared = payload.message(event(subtype="file_share", text="", files=sent))
    assert shared is not None
    assert shared.text(str) == ""
    assert [(file.id, file.name, file.size, file.type) for file in shared.files] == [
        ("F1", "screen.png", 9, "png"),
        ("F2", "unnamed", 0, ""),
    ]


def test_the_first_message_of_a_thread_is_not_in_it() -> None:
    root, answer = payload.message(event(thread_ts="2.0")), payload.message(event(thread_ts="1.0"))
    assert root is not None
    assert answer is not None
    assert (root.thread, answer.thread) == (None, "1.0")


def test_the_same_posting_has_one_key_in_all_its_events() -> None:
    first, again = payload.message(event()), payload.message(event(text="hello", event_ts="9"))
    assert first is not None
    assert again is not None
    assert first.key == again.key


def test_a_button_and_an_option_name_their_ticket_alike() -> None:
    button = {"action_id": "claim", "action_ts": "5.0", "value": "42:7"}
    option = {
        "action_id": "more",
        "action_ts": "5.0",
        "selected_option": {"value": "reply:42:7"},
    }
    for action in (button, option):
        click = payload.click({"user": {"id": "U1"}, "actions": [action]})
        assert (click.user, click.ticket, click.version) == ("U1", 42, 7)
        assert click.key == f"click:U1:5.0:{action['action_id']}"
