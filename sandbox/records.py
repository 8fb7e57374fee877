"""What the local Slack remembers: people, channels, messages, views, files.

Every record is plain data that survives `dataclasses.asdict` and JSON, because the whole workspace
is saved that way.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]

ChannelKind = Literal["channel", "group", "im"]
"""Slack's words for a public channel, a private channel and a direct message."""


@dataclass
class User:
    """A member of the workspace, or the bot."""

    id: str
    handle: str
    real_name: str
    email: str = ""
    title: str = ""
    tz: str = "Etc/UTC"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    updated: int = 0

    @property
    def first_name(self) -> str:
        """What colleagues call this person; the tests look people up by it."""
        return self.real_name.split(" ", 1)[0]

    @property
    def is_guest(self) -> bool:
        """Guests see only the channels they were put into."""
        return self.is_restricted or self.is_ultra_restricted


@dataclass
class Channel:
    """A conversation; for a direct message with the app, `partner` is the person.

    `archived_at` and `bot_left` are when an admin closed it or put the bot out (Unix seconds);
    None for what was so from the beginning.
    """

    id: str
    name: str
    kind: ChannelKind = "channel"
    members: list[str] = field(default_factory=list)
    archived: bool = False
    topic: str = ""
    creator: str = ""
    created: int = 0
    partner: str = ""
    archived_at: float | None = None
    bot_left: float | None = None

    @property
    def is_im(self) -> bool:
        """True for the direct message between a person and the app."""
        return self.kind == "im"


@dataclass
class UserGroup:
    """A group that can be mentioned, such as @it-agents."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    description: str = ""
    updated: int = 0
    disabled: bool = False


@dataclass
class File:
    """An uploaded file; the bytes are not saved with the rest."""

    id: str
    name: str
    user: str
    created: int
    size: int = 0
    mimetype: str = "application/octet-stream"
    channels: list[str] = field(default_factory=list)
    """Where it was shared."""
    title: str = ""
    given_to_app: bool = False
    """It was uploaded into a form of the app."""


@dataclass
class Message:
    """A message as Slack stores it: `text` is entity-escaped, `blocks` carry all their ids.

    `only_for` holds the reader of an ephemeral message; `root_ts` is the parent of a reply.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    bot_id: str = ""
    subtype: str = ""
    root_ts: str = ""
    broadcast: bool = False
    only_for: str = ""
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    edited_ts: str = ""
    edited_by: str = ""
    client_msg_id: str = ""

    @property
    def is_ephemeral(self) -> bool:
        """Shown to one person only, and gone after a reload in the real Slack."""
        return bool(self.only_for)

    @property
    def is_top_level(self) -> bool:
        """Shown in the channel itself: no reply, or a reply that was also sent to the channel."""
        return not self.root_ts or self.broadcast


@dataclass
class View:
    """A modal or a Home tab as it was published, plus what the person typed so far.

    `values` is what Slack calls state: block id, then action id, then the element's state.
    `errors` holds a sentence per block id; `problem` is Slack's own line at the top.
    """

    id: str
    type: Literal["modal", "home"]
    user: str
    blocks: list[Json]
    hash: str = ""
    title: Json | None = None
    submit: Json | None = None
    close: Json | None = None
    private_metadata: str = ""
    callback_id: str = ""
    external_id: str = ""
    clear_on_close: bool = False
    notify_on_close: bool = False
    root_id: str = ""
    previous_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass
class Notice:
    """A line that Slack itself shows to one person, such as a failed command."""

    at: str
    text: str
