"""What an admin hears: a thing that only they can mend, with the way to mend it."""

from typing import Final

from slack_sdk.models.blocks import Block, SectionBlock

from handlers.views.words import escape, md, person

_FIXES: Final = {
    "channel_not_found": (
        "I cannot find {place}. If it is private, invite me there; if it is gone, set another "
        "channel in deskbell.toml and restart."
    ),
    "not_in_channel": "I am not in {place}. Please type `/invite @deskbell` there.",
    "is_archived": (
        "{place} is archived. Unarchive it, or set another channel in deskbell.toml and restart."
    ),
    "missing_scope": (
        "Slack says I lack a permission. Compare the app's scopes with manifest.yml and reinstall."
    ),
    "messages_tab_disabled": (
        "People cannot get messages from me: switch on the Messages tab under App Home."
    ),
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
    "user_disabled": "{place} has a deactivated account. Give their tickets to somebody else.",
    "user_not_found": "Slack does not know {place}. Check the people named in deskbell.toml.",
}

_OTHERWISE: Final = "Slack refused a message to {place} ({problem}). `deskbell check` may know why."


def problem(code: str, *, channel: str | None, ticket: int | None) -> list[Block]:
    """One problem and its fix; `code` is Slack's error or one of the desk's own."""
    return [SectionBlock(text=md(f":warning: {sentence(code, channel=channel, ticket=ticket)}"))]


def sentence(code: str, *, channel: str | None, ticket: int | None) -> str:
    """The same as one line of safe mrkdwn."""
    if code == "channel_not_found" and channel and channel[0] in "UW":
        code = "user_disabled"  # what a message to somebody who left meets
    told = _FIXES.get(code, _OTHERWISE).format(place=_place(channel), problem=escape(code))
    return f"{told} (Ticket #{ticket}.)" if ticket is not None else told


def _place(channel: str | None) -> str:
    if not channel:
        return "that place"
    if channel[0] == "S":
        return f"<!subteam^{channel}>"
    return person(channel) if channel[0] in "UW" else f"<#{channel}> (`{channel}`)"
