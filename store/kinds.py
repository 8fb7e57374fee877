"""What can be said, to whom, how urgently, and by which method of Slack: the words of the outbox.

`store.outbox` promises these, `store.sending` has them sent, the handlers draw them.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final


class Kind(StrEnum):
    """What is to be drawn."""

    CARD = "card"
    REDRAW = "redraw"
    LINE = "line"
    ENTRY = "entry"
    ENTRY_REDRAW = "entry_redraw"
    HANDOFF = "handoff"
    HANDOFF_REDRAW = "handoff_redraw"
    HELP = "help"
    HELP_REDRAW = "help_redraw"
    NEWS = "news"
    TELL = "tell"
    PAGE = "page"
    PAGE_REDRAW = "page_redraw"
    QUEUE_NOTICE = "queue_notice"
    CLOCK = "clock"
    DIGEST = "digest"
    ADMIN = "admin"
    HOME = "home"
    STRAY = "stray"
    DUTY = "duty"
    DUTY_REDRAW = "duty_redraw"
    USER_GROUP = "user_group"
    FILE_COPY = "file_copy"
    FILES = "files"
    FETCH = "fetch"
    WHISPER = "whisper"
    OPENED_HERE = "opened_here"
    TRANSCRIPT = "transcript"
    ANNOUNCE = "announce"
    STORM = "storm"


class News(StrEnum):
    """What a requester hears."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    REACHED = "reached"
    ASSIGNED = "assigned"
    PASSED_ON = "passed_on"
    ESCALATED = "escalated"
    NEW_PROMISE = "new_promise"
    REPLY = "reply"
    ASKED = "asked"
    ON_HOLD = "on_hold"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    QUIET_WARNING = "quiet_warning"
    CLOSED = "closed"
    REOPENED = "reopened"
    DELAYED = "delayed"
    PROMISE_MOVED = "promise_moved"
    AT_RISK = "at_risk"
    NUDGE = "nudge"
    JOINED = "joined"
    LEFT = "left"
    STANDING = "standing"
    LINKED = "linked"
    UNLINKED = "unlinked"
    INCIDENT_UPDATE = "incident_update"
    MERGED = "merged"
    UNMERGED = "unmerged"
    WAITING_WARNING = "waiting_warning"
    CLOSED_UNANSWERED = "closed_unanswered"
    FILES_REFUSED = "files_refused"
    REOPEN_QUESTION = "reopen_question"
    FOLLOW_UP = "follow_up"


class Tell(StrEnum):
    """What an agent hears in a direct message."""

    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    HANDED_BACK = "handed_back"
    HELPED = "helped"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    DEADLINE = "deadline"
    ESCALATED = "escalated"
    RESUMED = "resumed"
    WATCHING = "watching"
    WATCHED = "watched"
    STILL_HELD = "still_held"
    UPDATE_DUE = "update_due"
    CLOSED_UNANSWERED = "closed_unanswered"
    RATED = "rated"
    MENTIONED = "mentioned"


class Duty(StrEnum):
    """What people hear about being on call."""

    HAND_OVER = "hand_over"
    CHANGE = "change"
    GAPS = "gaps"
    DRILL = "drill"


class Audience(StrEnum):
    """For whose eyes. Drawing for REQUESTER cannot reach notes or remarks."""

    REQUESTER = "requester"
    AGENTS = "agents"
    ON_CALL = "on_call"
    LEAD = "lead"
    ADMIN = "admin"
    PERSON = "person"


class Priority(IntEnum):
    """Smaller goes first: page before reply before notice before redraw. What one edit of the
    policy brings about for thousands waits for everything else.
    """

    PAGE = 0
    REPLY = 1
    NOTICE = 3
    REMINDER = 5
    REDRAW = 7
    LATER = 9


METHODS: Final[Mapping[Kind, str]] = {
    Kind.REDRAW: "chat.update",
    Kind.ENTRY_REDRAW: "chat.update",
    Kind.PAGE_REDRAW: "chat.update",
    Kind.DUTY_REDRAW: "chat.update",
    Kind.HANDOFF_REDRAW: "chat.update",
    Kind.HELP_REDRAW: "chat.update",
    Kind.HOME: "views.publish",
    Kind.USER_GROUP: "usergroups.users.update",
    Kind.FILE_COPY: "files.completeUploadExternal",
    Kind.FETCH: "conversations.replies",
    Kind.WHISPER: "chat.postEphemeral",
}
"""What does no harm if it is done twice, by a method with a pace of its own. The rest is posts."""

REDRAWS: Final = frozenset(kind for kind, method in METHODS.items() if method == "chat.update")
"""What changes a message in place."""

SHOWN_IN_PLACE: Final = REDRAWS | {Kind.HOME}
"""Of these only the latest counts: it shows how things are."""

CARD_ROLE = "card"

ROOT_ROLE = "root"

ANNOUNCED_ROLE = "announced"

HANDOFF_ROLE = "handoff:"
"""With the event's number behind it."""

ROOTS: Final = frozenset({News.RECEIVED, News.JOINED})
"""With these a person's thread about a ticket begins, unless it has begun already."""

BUNDLED: Final = frozenset(
    {
        News.CLAIMED, News.ASSIGNED, News.PASSED_ON, News.ESCALATED, News.NEW_PROMISE,
        News.ON_HOLD, News.RESUMED, News.DELAYED, News.PROMISE_MOVED, News.AT_RISK,
    }
)  # fmt: skip
"""Notices: several within a short time become one (`store.noise`)."""

FOR_OWNERS: Final = frozenset(
    {
        News.RECEIVED, News.NUDGE, News.WAITING_WARNING, News.QUIET_WARNING, News.FOLLOW_UP,
        News.REOPEN_QUESTION,
    }
)  # fmt: skip
"""Of these watchers hear nothing: they ask for something that only the requester's side can do."""


def handoff_role(event: int) -> str:
    """The role of a message that hands a ticket on, and asks for an answer."""
    return f"{HANDOFF_ROLE}{event}"


def change_role(change: int) -> str:
    """The role of a message that asks somebody to agree to a change of shifts."""
    return f"change:{change}"
