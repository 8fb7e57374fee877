"""Reading what Slack sends: who, which ticket, and the key by which a second copy is known."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from handlers.views.form import Subject
from handlers.views.words import unescape
from store.files import SlackFile
from store.origins import Origin

Body = Mapping[str, Any]

_READ_SUBTYPES: Final = {None, "file_share", "thread_broadcast"}
"""Messages that somebody wrote. Edits, joins and the like have other subtypes."""

_LINK: Final = re.compile(r"<([@#!]?)([^|>]+)(?:\|([^>]*))?>")


@dataclass(frozen=True)
class Click:
    """A button pressed or an option chosen, with the ticket and version it was drawn for."""

    user: str
    ticket: int
    version: int
    key: str
    action: str


@dataclass(frozen=True)
class Submission:
    """A form about a ticket that was sent."""

    user: str
    ticket: int
    version: int
    key: str


@dataclass(frozen=True)
class Changed:
    """A message that its author edited or deleted. `now` is None when it was deleted; `at` is
    when, by Slack's clock.
    """

    channel: str
    ts: str
    now: "Message | None"
    at: datetime


@dataclass(frozen=True)
class Message:
    """Something written where we can read it; `user` is empty for what an app wrote."""

    user: str
    channel: str
    ts: str
    thread: str | None
    raw: str
    files: tuple[SlackFile, ...]
    in_private: bool

    @property
    def origin(self) -> Origin:
        """As the message that a ticket is made from."""
        return Origin(self.channel, self.ts, self.thread, self.user or None)

    def without(self, user: str) -> "Message":
        """The same, without the mention of this user at its beginning or end, or in between."""
        return replace(self, raw=re.sub(rf"\s*<@{user}(\|[^>]*)?>[:,]?\s*", " ", self.raw).strip())

    @property
    def key(self) -> str:
        """One posting can arrive as several events; place and time are the same in all."""
        return f"message:{self.channel}:{self.ts}"

    def text(self, name_of: Callable[[str], str]) -> str:
        """As it was read by people: names for mentions."""
        return readable(self.raw, name_of)


def click(body: Body) -> Click:
    """Values end in "<first number>:<second number>", in buttons and in options alike."""
    action = body["actions"][0]
    ticket, version = value(body).split(":")[-2:]
    return Click(user(body), int(ticket), int(version), click_key(body), action["action_id"])


def value(body: Body) -> str:
    """What the pressed button or the chosen option stands for."""
    action = body["actions"][0]
    return str(action.get("value") or action["selected_option"]["value"])


def click_key(body: Body) -> str:
    """One press of one person; Slack has no id of its own for it."""
    action = body["actions"][0]
    return f"click:{user(body)}:{action['action_ts']}:{action['action_id']}"


def submission(body: Body) -> Submission:
    """Who sent which form about which ticket, as they had seen it."""
    about = Subject.read(body["view"])
    return Submission(user(body), about.ticket, about.version, submission_key(body))


def submission_key(body: Body) -> str:
    """One form; its hash changes with every update of it."""
    return f"view:{body['view']['id']}:{body['view'].get('hash', '')}"


def user(body: Body) -> str:
    """Who did it."""
    if "user" in body:
        return str(body["user"]["id"])
    return str(body.get("user_id") or body["event"]["user"])


def whose(body: Body) -> tuple[str, str] | None:
    """Who did it, and the id of the workspace that they are of, where Slack tells both: in a
    channel that is shared with another organisation that need not be ours.
    """
    event, acting = body.get("event"), body.get("user")
    if event:
        who, team = event.get("user"), event.get("user_team") or event.get("team")
    elif isinstance(acting, dict):
        who, team = acting.get("id"), acting.get("team_id")
    else:
        return None
    return (who, team) if isinstance(who, str) and isinstance(team, str) else None


def message(body: Body) -> Message | None:
    """None for what no person wrote: bots, edits, deletions, joins."""
    return _written(body["event"])


def changed(body: Body) -> Changed | None:
    """None for what is no change by an author: links that Slack unfurled, our own redraws."""
    event = body["event"]
    kind, before = event.get("subtype"), event.get("previous_message") or {}
    after = event.get("message") or {}
    if kind == "message_deleted" or after.get("subtype") == "tombstone":
        return Changed(event["channel"], str(before["ts"]), None, _instant(event["ts"]))
    if kind is None and event.get("edited"):
        after = event  # read from the history, long after
    if "edited" not in after:
        return None
    place = {"channel": event["channel"], "channel_type": event.get("channel_type")}
    now = _written({**after, **place})
    edited_at = _instant(after["edited"]["ts"])
    return Changed(event["channel"], after["ts"], now, edited_at) if now else None


def _instant(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def _written(event: Body) -> Message | None:
    if event.get("subtype") not in _READ_SUBTYPES or event.get("bot_id") or not event.get("user"):
        return None
    return as_message(event, event["channel"])


def pointed_at(body: Body) -> Message:
    """The message on which somebody used a shortcut, whoever wrote it."""
    return as_message(body["message"], body["channel"]["id"])


def as_message(written: Mapping[str, Any], channel: str) -> Message:
    """A message as events, shortcuts and histories show it."""
    thread = written.get("thread_ts")
    return Message(
        user="" if written.get("bot_id") else written.get("user") or "",
        channel=channel,
        ts=written["ts"],
        thread=thread if thread != written["ts"] else None,
        raw=written.get("text") or "",
        files=tuple(map(slack_file, written.get("files") or ())),
        in_private=written.get("channel_type") == "im",
    )


def slack_files(files: Iterable[Mapping[str, Any]]) -> list[SlackFile]:
    """What came with a form."""
    return [slack_file(file) for file in files]


def slack_file(file: Mapping[str, Any]) -> SlackFile:
    """A file as messages and forms carry it; of what lies outside Slack the link is all there is.

    Slack leaves almost everything out of a file that was deleted meanwhile.
    """
    is_external = bool(file.get("is_external"))
    link = file.get("url_private") if is_external else file.get("permalink")
    return SlackFile(
        id=str(file["id"]),
        name=str(file.get("name") or file.get("title") or "unnamed"),
        size=int(file.get("size") or 0),
        type=str(file.get("filetype") or ""),
        permalink=str(link or ""),
        is_external=is_external,
    )


def readable(text: str, name_of: Callable[[str], str]) -> str:
    """Slack's text as people saw it: `<@U1>` becomes a name, `<url|label>` both."""

    def shown(found: re.Match[str]) -> str:
        kind, target, label = found[1], found[2], found[3]
        if kind == "@":
            return f"@{label or name_of(target)}"
        if kind:
            mark = "#" if kind == "#" else "@"
            return mark + (label or target.partition("^")[0]).removeprefix(mark)
        return f"{label} ({target})" if label and label != target else target

    return unescape(_LINK.sub(shown, text))
