"""What an admin hears: a thing that only they can mend, with the way to mend it.

Slack's words for it come from its reference pages of the methods that the desk calls; whatever is
not named here is told all the same.
"""

from typing import Final

from slack_sdk.models.blocks import Block, SectionBlock

from handlers.views import resending, user_group
from handlers.views.words import escape, md, person
from store.user_groups import GROUP_REFUSED

_FIXES: Final = {
    # Where a message should have gone
    "channel_not_found": (
        "I cannot find {place}. If it is private, invite me there; if it is gone, set another "
        "channel in deskbell.toml and restart."
    ),
    "not_in_channel": "I am not in {place}. Please type `/invite @deskbell` there.",
    "is_archived": (
        "{place} is archived. Unarchive it, or set another channel in deskbell.toml and restart."
    ),
    "restricted_action": (
        "I may not post in {place}. Let me: *Channel settings → Posting permissions*."
    ),
    "restricted_action_thread_only_channel": (
        "{place} takes only replies in threads. Change its posting permissions, or set another "
        "channel in deskbell.toml and restart."
    ),
    "restricted_action_non_threadable_channel": (
        "{place} takes no replies in threads, which tickets need. Change its posting permissions, "
        "or set another channel in deskbell.toml and restart."
    ),
    "channel_is_limited_access": "I may not read {place}. Please type `/invite @deskbell` there.",
    "method_not_supported_for_channel_type": (
        "{place} is not a kind of conversation I can work in. Set another channel in deskbell.toml "
        "and restart."
    ),
    # Whom it should have reached
    "user_disabled": "{place} has a deactivated account. Give their tickets to somebody else.",
    "user_not_found": "Slack does not know {place}. Check the people named in deskbell.toml.",
    "user_not_visible": (
        "{place} is a guest or from another company, and I cannot see them. Name somebody else in "
        "deskbell.toml, or give their tickets to somebody else."
    ),
    "cannot_dm_bot": "{place} is an app, not a person. Name somebody else in deskbell.toml.",
    "messages_tab_disabled": (
        "People cannot get messages from me: switch on the Messages tab under App Home."
    ),
    "not_enabled": "People cannot see my Home: switch on the Home tab under App Home.",
    "no_such_subteam": (
        "deskbell.toml names {place}, and Slack knows no such user group. Name another one, or the "
        "people themselves, and restart."
    ),
    "plan_upgrade_required": (
        "deskbell.toml names the user group {place}, which needs a paid plan of Slack's. Name the "
        "people themselves and restart."
    ),
    "cant_delete_message": (
        "Slack had made a message of mine in {place} twice and does not let me delete the second "
        "one ({problem}). Please delete it by hand."
    ),
    # What the app as a whole may do
    "missing_scope": (
        "Slack says I lack a permission. Compare the app's scopes with manifest.yml and reinstall "
        "it. What needs that permission waits."
    ),
    "no_permission": (
        "Somebody who manages this workspace has restricted me in {place}. Ask them to allow the "
        "app under *Manage apps*."
    ),
    "ekm_access_denied": (
        "Your organisation has suspended posting in {place} (enterprise keys). Ask its admins."
    ),
    "message_limit_exceeded": (
        "This workspace has used up what its free plan of Slack's allows. Messages wait until it "
        "takes them again, or until you upgrade."
    ),
    # What only the desk itself can have done wrong
    "cannot_draw": (
        "A message to {place} could not be drawn: a mistake of mine. The log has the traceback; "
        "please report it."
    ),
    "kills_workers": (
        "The process died five times while sending one message to {place}, so I no longer try. "
        "The log may say why."
    ),
    # What has nothing to do with one message
    "nobody_on_call": (
        "A page rang and nobody is on call. Check `[on_call]` and the rotas in deskbell.toml."
    ),
    "beyond_slack_failed": (
        "A page could not go out beyond Slack either. Check `PAGE_SMTP_URL` and "
        "`PAGE_WEBHOOK_URL`; the log has the reason."
    ),
    "heartbeat_failed": (
        "My heartbeat does not get through, so whoever watches it may think that I am down. Check "
        "`HEARTBEAT_URL`."
    ),
    "left_a_rota": (
        "{place} has a deactivated account, but takes turns in `[rotas.{rota}]`. Take them out in "
        "deskbell.toml and restart. Until then nobody is on call in their shifts, unless somebody "
        "takes one: type `/oncall`."
    ),
    **user_group.FIXES,
}

_SAME_FIX: Final = {
    "restricted_action_read_only_channel": "restricted_action",
    "posting_to_channel_denied": "restricted_action",
    "access_denied": "no_permission",
    "app_access_restricted": "no_permission",
    "users_not_found": "user_not_found",
    "compliance_exports_prevent_deletion": "cant_delete_message",
}

_OUR_MISTAKES: Final = frozenset(
    {
        "as_user_not_supported", "deprecated_endpoint", "duplicate_external_id",
        "invalid_arg_name", "invalid_arguments", "invalid_array_arg", "invalid_attachments",
        "invalid_blocks", "invalid_blocks_format", "invalid_charset", "invalid_cursor",
        "invalid_form_data", "invalid_metadata_format", "invalid_metadata_schema",
        "invalid_post_type", "invalid_ts_latest", "invalid_ts_oldest", "is_bot", "limit_required",
        "markdown_text_conflict", "metadata_must_be_sent_from_app", "metadata_too_large",
        "method_deprecated", "missing_argument", "missing_post_type", "msg_blocks_too_long",
        "msg_too_long", "no_text", "too_many_attachments", "unknown_method", "view_too_large",
    }
)  # fmt: skip

_MISTAKE: Final = (
    "Slack will not take what I sent to {place} ({problem}): a mistake of mine. The log has "
    "Slack's reasons. Please look for a newer Deskbell, and report it."
)
_OTHERWISE: Final = (
    "Slack refused something in {place} ({problem}). Look that word up in Slack's reference of "
    "errors; `deskbell check` may know more."
)
_ROOT: Final = "It was to go under a message that was refused ({problem}): retry that one."

_SEND: Final = (
    "Then press *Send them again*, for all that was refused there for this reason. (In a terminal: "
    "`deskbell outbox retry {message}` for this one; `deskbell outbox` lists everything.)"
)


def problem(
    code: str,
    *,
    channel: str | None,
    ticket: int | None,
    message: int | None = None,
    rota: str | None = None,
) -> list[Block]:
    """One problem and its fix; `code` is Slack's error or one of the desk's own."""
    told = sentence(code, channel=channel, ticket=ticket, message=message, rota=rota)
    blocks: list[Block] = [SectionBlock(text=md(f":warning: {told}"))]
    if channel and _may_go_again(code, message):
        blocks.append(resending.offer(code, channel))
    return blocks


def sentence(
    code: str,
    *,
    channel: str | None,
    ticket: int | None,
    message: int | None = None,
    rota: str | None = None,
) -> str:
    """The same as one line of safe mrkdwn; `message` may be sent again once that is done."""
    told = [_fix(code, channel, _place(channel), rota)]
    if ticket is not None:
        told.append(f"(Ticket #{ticket}.)")
    if _may_go_again(code, message):
        told.append(_SEND.format(message=message))
    return " ".join(told)


def _may_go_again(code: str, message: int | None) -> bool:
    """A user group is tried anew every hour."""
    return message is not None and not code.startswith(GROUP_REFUSED)


def remedy(code: str, channel: str) -> str:
    """The fix in plain words, for a terminal."""
    return _fix(code, channel, channel).replace("*", "").replace("`", "")


def _fix(code: str, channel: str | None, place: str, rota: str | None = None) -> str:
    root, _, cause = code.partition("root refused: ")
    if cause and not root:
        return _ROOT.format(problem=escape(cause))
    if code == "channel_not_found" and channel and channel[0] in "UW":
        code = "user_disabled"  # what a message to somebody who left meets
    otherwise = _MISTAKE if code in _OUR_MISTAKES else _OTHERWISE
    if code.startswith(GROUP_REFUSED):
        otherwise = user_group.OTHERWISE
    fix = _FIXES.get(_SAME_FIX.get(code, code), otherwise)
    return fix.format(place=place, problem=escape(code.removeprefix(GROUP_REFUSED)), rota=rota)


def _place(channel: str | None) -> str:
    if not channel:
        return "that place"
    if channel[0] == "S":
        return f"`{channel}`"  # a mention would call everybody in it
    return person(channel) if channel[0] in "UW" else f"<#{channel}> (`{channel}`)"
