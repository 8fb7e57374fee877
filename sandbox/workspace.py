"""The state of the local Slack: who exists, what was said, who may see it.

All access happens under `workspace.lock`; `revision` grows with every change, so a page or a test
can wait for news without comparing anything.
"""

import copy
from collections.abc import Callable, Iterator
from threading import Condition, RLock

from sandbox.clock import SandboxClock
from sandbox.company import BOT_USER_ID, Company
from sandbox.records import Channel, File, Message, Notice, User, UserGroup, View
from sandbox.wire import Wire


class Workspace:
    """One Slack workspace with one installed app."""

    def __init__(self, company: Company, clock: SandboxClock, *, bot_name: str) -> None:
        company = copy.deepcopy(company)
        self.clock = clock
        self.lock = RLock()
        self.changed = Condition(self.lock)
        self.revision = 0
        self.name = company.name
        self.domain = company.domain
        self.users = {user.id: user for user in company.people}
        self.users[BOT_USER_ID] = User(BOT_USER_ID, bot_name, bot_name.capitalize(), is_bot=True)
        self.channels = {channel.id: channel for channel in company.channels}
        self.groups = {group.id: group for group in company.groups}
        self.messages: dict[str, dict[str, Message]] = {}
        self._threads: dict[tuple[str, str], list[Message]] = {}
        self.files: dict[str, File] = {}
        self.contents: dict[str, bytes] = {}
        """What files hold, where that is known."""
        self.uploads: dict[str, bool] = {}
        """Files of the app on their way here, and whether all their bytes have arrived."""
        self.files_home = "https://files.slack.com"
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.notices: dict[str, list[Notice]] = {}
        self.last_read: dict[str, dict[str, str]] = {}
        self.counter = 0
        self.last_ts_us = 0
        self.wire = Wire()
        self.violations: list[str] = []

    # Change and waiting

    def touch(self) -> None:
        """Say that something changed, right after the change."""
        with self.changed:
            self.revision += 1
            self.changed.notify_all()

    def wait_for(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Block until `ready()` holds or `seconds` of real time passed; tells which."""
        with self.changed:
            return self.changed.wait_for(ready, seconds)

    def next_id(self, prefix: str) -> str:
        """A new id in Slack's look: `prefix` and nine characters, never repeated."""
        self.counter += 1
        return f"{prefix}{self.counter:09d}"

    def new_ts(self) -> str:
        """A message id: the clock's seconds and microseconds, always above all earlier ones."""
        now_us = int(self.clock.now().timestamp() * 1_000_000)
        self.last_ts_us = max(now_us, self.last_ts_us + 100)
        return f"{self.last_ts_us // 1_000_000}.{self.last_ts_us % 1_000_000:06d}"

    def violate(self, sentence: str) -> None:
        """Record something that Slack would take but that a careful app never sends."""
        self.violations.append(sentence)
        self.touch()

    # Look-ups

    def find_user(self, name: str) -> User | None:
        """By id, first name, full name or handle."""
        if name in self.users:
            return self.users[name]
        for user in self.users.values():
            if name in (user.first_name, user.real_name, user.handle, user.email):
                return user
        return None

    def find_channel(self, name: str) -> Channel | None:
        """By id or by name, with or without the #."""
        if name in self.channels:
            return self.channels[name]
        plain = name.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == plain and not c.is_im), None)

    def find_group(self, name: str) -> UserGroup | None:
        """By id, handle or name."""
        if name in self.groups:
            return self.groups[name]
        return next((g for g in self.groups.values() if name in (g.handle, g.name)), None)

    def dm_of(self, user_id: str) -> Channel:
        """The direct message between this person and the app; made at the first use."""
        channel_id = f"D{user_id[1:]}"
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(
                channel_id, "directmessage", "im", [user_id, BOT_USER_ID], partner=user_id
            )
            self.touch()
        return self.channels[channel_id]

    def bot_is_in(self, channel: Channel) -> bool:
        """True when the bot is a member."""
        return BOT_USER_ID in channel.members

    def message(self, channel_id: str, ts: str) -> Message | None:
        """One message by its identity: channel and ts together."""
        return self.messages.get(channel_id, {}).get(ts)

    def all_in(self, channel_id: str) -> list[Message]:
        """Everything ever said in a channel and not deleted, oldest first."""
        return list(self.messages.get(channel_id, {}).values())

    def replies(self, channel_id: str, root_ts: str) -> list[Message]:
        """The public replies in a thread, without its parent, oldest first."""
        return list(self._threads.get((channel_id, root_ts), ()))

    def content(self, file: File) -> bytes:
        """What a file holds; zeros where only its size is known."""
        return self.contents.get(file.id, bytes(file.size))

    # Changes

    def add(self, message: Message) -> Message:
        """Keep a message; its author has read it."""
        self.messages.setdefault(message.channel, {})[message.ts] = message
        self._index(message)
        if message.user in self.users and not message.is_ephemeral:
            self.last_read.setdefault(message.user, {})[message.channel] = message.ts
        self.touch()
        return message

    def remove(self, message: Message) -> None:
        """Delete a message; a parent with replies leaves a tombstone, as in Slack."""
        if self.replies(message.channel, message.ts):
            message.subtype = "tombstone"
            message.text, message.user = "This message was deleted.", "USLACKBOT"
            message.blocks, message.files, message.bot_id = [], [], ""
        else:
            self.messages[message.channel].pop(message.ts, None)
            thread = self._threads.get((message.channel, message.root_ts), [])
            if message in thread:
                thread.remove(message)
        self.touch()

    def replace_messages(self, messages: dict[str, dict[str, Message]]) -> None:
        """Forget all messages and go on with these, by channel and ts."""
        self.messages = messages
        self._threads = {}
        for there in messages.values():
            for message in there.values():
                self._index(message)

    def _index(self, message: Message) -> None:
        if message.root_ts and not message.is_ephemeral:
            self._threads.setdefault((message.channel, message.root_ts), []).append(message)

    def notify(self, user_id: str, text: str) -> None:
        """Show one of Slack's own lines to one person."""
        self.notices.setdefault(user_id, []).append(Notice(self.new_ts(), text))
        self.touch()

    def mark_read(self, user_id: str, channel_id: str) -> None:
        """The person has this channel open: everything so far counts as read."""
        newest = max(self.messages.get(channel_id, {}), default="")
        marks = self.last_read.setdefault(user_id, {})
        if newest > marks.get(channel_id, ""):
            marks[channel_id] = newest
            self.touch()

    # What a person may see

    def may_see(self, user: User, channel: Channel) -> bool:
        """Members see their channels; full members may also look into public ones."""
        if user.id in channel.members:
            return True
        return channel.kind == "channel" and not user.is_guest

    def channels_of(self, user_id: str) -> list[Channel]:
        """The person's sidebar: channels joined and not archived, then the app's messages."""
        joined = [
            channel
            for channel in self.channels.values()
            if user_id in channel.members and not channel.archived and not channel.is_im
        ]
        return [*joined, self.dm_of(user_id)]

    def visible_to(self, user_id: str, channel_id: str) -> list[Message]:
        """Top-level messages that this person sees in a channel, oldest first.

        Includes replies that were also sent to the channel, and the person's own ephemerals.
        """
        return [message for message in self._seen(user_id, channel_id) if message.is_top_level]

    def thread_visible_to(self, user_id: str, channel_id: str, root_ts: str) -> list[Message]:
        """The replies of a thread that this person sees, without the parent, oldest first."""
        return [m for m in self._seen(user_id, channel_id) if m.root_ts == root_ts]

    def _seen(self, user_id: str, channel_id: str) -> Iterator[Message]:
        user, channel = self.users[user_id], self.channels[channel_id]
        if not self.may_see(user, channel):
            return
        for message in self.all_in(channel_id):
            if not message.only_for or message.only_for == user_id:
                yield message

    def is_unread(self, user_id: str, message: Message) -> bool:
        """True when somebody else wrote it after the person last looked."""
        read_until = self.last_read.get(user_id, {}).get(message.channel, "")
        return message.user != user_id and message.ts > read_until

    def unread(self, user_id: str, channel_id: str) -> int:
        """How many top-level messages of others are waiting for this person in a channel."""
        return sum(self.is_unread(user_id, m) for m in self.visible_to(user_id, channel_id))

    def modal_of(self, user_id: str) -> View | None:
        """The modal on top of this person's stack."""
        stack = self.modals.get(user_id)
        return stack[-1] if stack else None

    def find_view(self, view_id: str, external_id: str = "") -> View | None:
        """An open modal or a published Home tab, by either of its ids."""
        stacks = [view for stack in self.modals.values() for view in stack]
        for view in [*stacks, *self.homes.values()]:
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        return None
