"""The other families of methods: conversations, members, user groups, reactions; tokens, scopes."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox
from tests.sandbox.setting import client_of, error_of, manifest_with, new_sandbox

HELP_DESK = "C0HELPDESK2"
KAREN = "U0KAREN0001"


def test_a_token_must_be_there_and_be_right(sandbox: Sandbox) -> None:
    def test_with(token: str) -> str:
        return error_of(client_of(sandbox, token).auth_test)

    assert error_of(WebClient(base_url=sandbox.api_url).auth_test) == "not_authed"
    assert test_with("xoxb-wrong") == "invalid_auth"
    assert test_with(sandbox.app_token) == "not_allowed_token_type"
    sandbox.admin.revoke_token()
    assert test_with(sandbox.bot_token) == "token_revoked"
    sandbox.admin.restore_token()
    assert client_of(sandbox).auth_test()["user_id"] == "U0DESKBELL1"


def test_every_reply_names_the_granted_scopes(sandbox: Sandbox, client: WebClient) -> None:
    headers = client.auth_test().headers

    assert set(headers["x-oauth-scopes"].split(",")) == sandbox.app.scopes


def test_an_unknown_method_is_named_as_such(client: WebClient) -> None:
    assert error_of(client.api_call, "chat.shout") == "unknown_method"


SCOPED: dict[str, tuple[str, dict[str, Any]]] = {
    "chat:write": ("chat.postMessage", {"channel": HELP_DESK, "text": "x"}),
    "im:write": ("conversations.open", {"users": KAREN}),
    "channels:history": ("conversations.history", {"channel": HELP_DESK}),
    "groups:history": ("conversations.history", {"channel": "C0TEAMIT003"}),
    "channels:read": ("conversations.info", {"channel": HELP_DESK}),
    "groups:read": ("conversations.info", {"channel": "C0TEAMIT003"}),
    "users:read": ("users.info", {"user": KAREN}),
    "users:read.email": ("users.lookupByEmail", {"email": "karen@example.com"}),
    "usergroups:read": ("usergroups.list", {}),
}


@pytest.mark.parametrize("scope", SCOPED)
def test_a_call_without_its_scope_says_what_is_missing(
    sandbox: Sandbox, client: WebClient, scope: str
) -> None:
    method, arguments = SCOPED[scope]
    assert client.api_call(method, params=arguments)["ok"]
    assert scope in sandbox.scopes_needed
    assert method in sandbox.methods_called

    sandbox.admin.remove_scope(scope)

    with pytest.raises(SlackApiError, match="missing_scope") as refused:
        client.api_call(method, params=arguments)
    assert refused.value.response["needed"] == scope


def test_json_is_not_read_where_slack_reads_none(client: WebClient) -> None:
    call = {"json": {"user": KAREN}}

    assert error_of(client.api_call, "users.info", **call) == "invalid_arguments"


def test_a_direct_message_opens_only_with_active_people(client: WebClient) -> None:
    assert client.conversations_open(users=KAREN)["channel"] == {"id": "D0KAREN0001"}
    assert error_of(client.conversations_open, users="U0DANA00011") == "user_disabled"
    assert error_of(client.conversations_open, users="U0NOBODY999") == "user_not_found"
    assert error_of(client.conversations_open, users="U0DESKBELL1") == "cannot_dm_bot"
    assert error_of(client.api_call, "conversations.open") == "invalid_arguments"
    assert error_of(client.conversations_open, users=f"{KAREN},U0KEN000002") == "missing_scope"


def test_a_private_channel_without_the_bot_does_not_exist(client: WebClient) -> None:
    assert error_of(client.conversations_info, channel="C0SECRET007") == "channel_not_found"
    assert error_of(client.conversations_members, channel="C0SECRET007") == "channel_not_found"
    listed = client.conversations_list(types="public_channel,private_channel")["channels"]
    names = {channel["name"] for channel in listed}
    assert "secret" not in names
    assert {"help-desk", "team-it", "archived-projects"} <= names


def test_archived_channels_can_be_left_out(client: WebClient) -> None:
    listed = client.conversations_list(exclude_archived=True)["channels"]

    assert "archived-projects" not in {channel["name"] for channel in listed}
    assert error_of(client.conversations_list, types="dm") == "invalid_types"


def test_info_tells_whether_the_bot_is_in(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.admin.kick_bot("#help-desk")

    assert client.conversations_info(channel=HELP_DESK)["channel"]["is_member"] is False
    assert error_of(client.conversations_history, channel=HELP_DESK) == "not_in_channel"
    mine = client.users_conversations()["channels"]
    assert "help-desk" not in {channel["name"] for channel in mine}


def test_joining_needs_a_scope_and_a_public_channel() -> None:
    with new_sandbox(manifest_with(scopes=["channels:join"])) as sandbox:
        client = client_of(sandbox)
        sandbox.admin.kick_bot("#help-desk")

        assert client.conversations_join(channel=HELP_DESK)["channel"]["is_member"]
        assert error_of(client.conversations_join, channel="C0ARCHIVED6") == "is_archived"


def test_history_comes_in_pages_newest_first_without_replies(client: WebClient) -> None:
    texts = [f"message {number}" for number in range(4)]
    posted = [client.chat_postMessage(channel=HELP_DESK, text=text)["ts"] for text in texts]
    client.chat_postMessage(channel=HELP_DESK, text="reply", thread_ts=posted[0])

    first = client.conversations_history(channel=HELP_DESK, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=HELP_DESK, limit=2, cursor=cursor)

    assert [message["text"] for message in first["messages"]] == texts[:1:-1]
    assert [message["text"] for message in second["messages"]] == texts[1::-1]
    assert second["response_metadata"]["next_cursor"] == ""
    assert second["messages"][1]["reply_count"] == 1
    wrong = {"channel": HELP_DESK, "cursor": "nonsense"}
    assert error_of(client.conversations_history, **wrong) == "invalid_cursor"


def test_history_can_be_limited_to_a_period(client: WebClient) -> None:
    posted = [client.chat_postMessage(channel=HELP_DESK, text=str(n))["ts"] for n in range(4)]

    newer = client.conversations_history(channel=HELP_DESK, oldest=posted[1])["messages"]
    same = client.conversations_history(
        channel=HELP_DESK, oldest=posted[1], latest=posted[2], inclusive=True
    )["messages"]

    assert [message["text"] for message in newer] == ["3", "2"]
    assert [message["text"] for message in same] == ["2", "1"]
    bad = {"channel": HELP_DESK, "oldest": "yesterday"}
    assert error_of(client.conversations_history, **bad) == "invalid_ts_oldest"


def test_metadata_is_given_only_on_request(client: WebClient) -> None:
    metadata = {"event_type": "ticket", "event_payload": {"key": "1"}}
    root = client.chat_postMessage(channel=HELP_DESK, text="x", metadata=metadata)["ts"]

    plain = client.conversations_replies(channel=HELP_DESK, ts=root)["messages"][0]
    full = client.conversations_replies(channel=HELP_DESK, ts=root, include_all_metadata=True)

    assert "metadata" not in plain
    assert full["messages"][0]["metadata"] == metadata
    lost = {"channel": HELP_DESK, "ts": "1.000001"}
    assert error_of(client.conversations_replies, **lost) == "thread_not_found"


def test_members_are_listed_in_pages_with_deactivated_people_and_bots(client: WebClient) -> None:
    members: list[dict[str, Any]] = []
    for page in client.users_list(limit=4):
        members += page["members"]

    flags = {member["name"]: (member["deleted"], member["is_bot"]) for member in members}
    assert flags["dana"] == (True, False)
    assert flags["deskbell"] == (False, True)
    assert len(members) == 12


def test_a_profile_has_an_email_only_with_the_scope(sandbox: Sandbox, client: WebClient) -> None:
    shown = client.users_info(user=KAREN)["user"]
    assert shown["profile"]["email"] == "karen@example.com"
    assert shown["tz_offset"] == 7200

    sandbox.admin.remove_scope("users:read.email")

    assert "email" not in client.users_info(user=KAREN)["user"]["profile"]
    assert error_of(client.users_info, user="U0NOBODY999") == "user_not_found"


def test_people_are_found_by_email_while_they_are_active(client: WebClient) -> None:
    found = client.users_lookupByEmail(email="John@example.com")["user"]["id"]

    assert found == "U0JOHN00004"
    assert error_of(client.users_lookupByEmail, email="dana@example.com") == "users_not_found"


def test_user_groups_can_be_read_and_with_the_scope_changed() -> None:
    with new_sandbox(manifest_with(scopes=["usergroups:write"])) as sandbox:
        client = client_of(sandbox)
        group = client.usergroups_list(include_users=True)["usergroups"][0]
        assert group["users"] == ["U0JOHN00004", "U0JANE00005"]

        client.usergroups_users_update(usergroup=group["id"], users=[KAREN])

        assert client.usergroups_users_list(usergroup=group["id"])["users"] == [KAREN]
        change = client.usergroups_users_update
        assert error_of(change, usergroup="S1", users=[KAREN]) == "no_such_subteam"
        assert error_of(change, usergroup=group["id"], users=["U0DANA00011"]) == "invalid_users"
        assert error_of(change, usergroup=group["id"], users=[]) == "no_users_provided"
        only_group = {"usergroup": group["id"]}
        update = "usergroups.users.update"
        assert error_of(client.api_call, update, json=only_group) == "missing_argument"
        sandbox.workspace.groups[group["id"]].disabled = True
        assert error_of(change, usergroup=group["id"], users=[KAREN]) == "no_such_subteam"


def test_reactions_are_given_once_and_taken_back_once() -> None:
    with new_sandbox(manifest_with(scopes=["reactions:write"])) as sandbox:
        client = client_of(sandbox)
        message = sandbox.person("John").says("hello", "#help-desk")
        item = {"channel": HELP_DESK, "timestamp": message.ts}

        client.reactions_add(**item, name="eyes")

        assert message.reactions == {"eyes": ["Deskbell"]}
        assert error_of(client.reactions_add, **item, name="eyes") == "already_reacted"
        assert error_of(client.reactions_add, **item, name=":eyes:") == "invalid_name"
        lost = {**item, "timestamp": "1.000001"}
        assert error_of(client.reactions_add, **lost, name="eyes") == "message_not_found"
        client.reactions_remove(**item, name="eyes")
        assert error_of(client.reactions_remove, **item, name="eyes") == "no_reaction"


def test_an_uploaded_file_can_be_looked_up() -> None:
    with new_sandbox() as sandbox:
        message = sandbox.person("Karen").uploads("vpn error.png")
        file_id = message.message.files[0]

        shown = client_of(sandbox).files_info(file=file_id)["file"]

        assert (shown["name"], shown["mimetype"]) == ("vpn error.png", "image/png")
        assert error_of(client_of(sandbox).files_info, file="F1") == "file_not_found"
