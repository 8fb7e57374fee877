"""People: they type, click, read, and are told; nothing here needs an id."""

from sandbox.acting import Hands
from sandbox.formats import message_json
from sandbox.outcome import Outcome
from sandbox.reacting import NAME, announce_reaction
from sandbox.records import Channel, Message
from sandbox.seen import SeenHome, SeenMessage, open_tab
from sandbox.seen_modal import SeenModal
from sandbox.sharing import share, upload
from sandbox.slack import Slack
from sandbox.typed_text import as_message_text, as_rich_text, pieces


class Person:
    """Somebody of the company in front of Slack.

    Every action blocks until the app acked, or Slack's three seconds are over. Whatever is not
    visible cannot be used: an AssertionError says what was visible instead.
    """

    def __init__(self, slack: Slack, name: str) -> None:
        user = slack.workspace.find_user(name)
        if user is None:
            names = [u.first_name for u in slack.workspace.users.values()]
            raise AssertionError(f"nobody is called {name!r}; there are {names}")
        self.slack = slack
        self.user = user
        self.hands = Hands(slack, user)

    def __repr__(self) -> str:
        """The full name."""
        return f"<{self.user.real_name}>"

    # Doing

    def types(self, text: str, channel: str = "") -> Outcome:
        """Type into a channel, or into the direct message with the app: a command or a message."""
        if not text.startswith("/"):
            self.says(text, channel)
            return Outcome(acked=True)
        command, _, rest = text.partition(" ")
        return self.hands.command(self._writable(channel), command, rest.strip())

    def says(
        self,
        text: str,
        channel: str = "",
        thread: SeenMessage | None = None,
        *,
        broadcast: bool = False,
    ) -> SeenMessage:
        """Post a message; with `thread` as a reply, with `broadcast` to the channel as well."""
        subtype = "thread_broadcast" if broadcast else ""
        return self._post(text, channel, thread, subtype=subtype)

    def uploads(
        self,
        name: str,
        channel: str = "",
        thread: SeenMessage | None = None,
        text: str = "",
        *,
        size: int = 1024,
        content: bytes | None = None,
    ) -> SeenMessage:
        """Post a file, with or without words."""
        workspace = self.slack.workspace
        with workspace.lock:
            file = upload(workspace, self.user.id, name, size=size, content=content)
        return self._post(text, channel, thread, subtype="file_share", files=[file.id])

    def edits(self, message: SeenMessage, text: str) -> None:
        """Change an own message."""
        workspace = self.slack.workspace
        with workspace.lock:
            stored = self._own(message)
            before = message_json(workspace, stored)
            typed = pieces(workspace, text)
            stored.text = as_message_text(typed)
            stored.blocks = as_rich_text(typed, workspace.next_id("b"))
            stored.edited_ts, stored.edited_by = workspace.new_ts(), self.user.id
            workspace.touch()
            heard = self.slack.events.edited(stored, before)
        self.hands.heard(heard)

    def deletes(self, message: SeenMessage) -> None:
        """Delete an own message; a workspace admin may delete everybody's."""
        workspace = self.slack.workspace
        with workspace.lock:
            stored = message.message if self.user.is_admin else self._own(message)
            before = message_json(workspace, stored)
            workspace.remove(stored)
            heard = self.slack.events.deleted(stored, before)
        self.hands.heard(heard)

    def reacts(self, message: SeenMessage, emoji: str) -> None:
        """Add a reaction, or take it back, to a message that this person sees."""
        self._must_be_active()
        workspace = self.slack.workspace
        if message.is_ephemeral or not NAME.fullmatch(emoji):
            raise AssertionError(f"nobody can put {emoji!r} on {message!r}")
        channel = workspace.channels[message.message.channel]
        if not workspace.may_see(self.user, channel) or channel.archived:
            raise AssertionError(f"{self.user.real_name} cannot react in #{channel.name}")
        with workspace.lock:
            who = message.message.reactions.setdefault(emoji, [])
            takes_back = self.user.id in who
            (who.remove if takes_back else who.append)(self.user.id)
            if not who:
                del message.message.reactions[emoji]
            event = "reaction_removed" if takes_back else "reaction_added"
            heard = announce_reaction(self.slack, event, self.user.id, message.message, emoji)
        self.hands.heard(heard)

    def uses_shortcut(self, name: str) -> Outcome:
        """Pick a global shortcut from the lightning menu."""
        self._must_be_active()
        return self.hands.shortcut(name)

    def uses_message_shortcut(self, name: str, message: SeenMessage) -> Outcome:
        """Pick a shortcut from a message's own menu; ephemeral messages have none."""
        self._must_be_active()
        if message.is_ephemeral:
            raise AssertionError("an ephemeral message has no shortcuts")
        return self.hands.shortcut(name, message.message)

    def opens_messages(self) -> bool:
        """Open the app's Messages tab; True when the app heard of it."""
        return open_tab(self.hands, "messages")

    def opens(self, channel: str) -> None:
        """Look at a channel, so that nothing in it is unread."""
        with self.slack.workspace.lock:
            self.slack.workspace.mark_read(self.user.id, self._channel(channel).id)

    # Seeing

    def sees(self, channel: str) -> list[SeenMessage]:
        """The top-level messages of a channel that this person may see, oldest first."""
        workspace = self.slack.workspace
        with workspace.lock:
            found = workspace.visible_to(self.user.id, self._channel(channel).id)
        return [SeenMessage(self.hands, message) for message in found]

    @property
    def dm(self) -> list[SeenMessage]:
        """The top-level messages of the direct message with the app, oldest first."""
        return self.sees("")

    def find(self, channel: str, text: str, within: float = 0.0) -> SeenMessage:
        """The newest visible message with these words; waits up to `within` real seconds."""
        found: list[SeenMessage] = []

        def look() -> bool:
            found[:] = [m for m in self.sees(channel) if text in m.text or text in m.notification]
            return bool(found)

        if not self.slack.workspace.wait_for(look, within):
            there = [message.text for message in self.sees(channel)]
            raise AssertionError(f"{self.user.real_name} sees no {text!r} in {channel!r}: {there}")
        return found[-1]

    @property
    def modal(self) -> SeenModal | None:
        """The modal on top, if one is open."""
        view = self.slack.workspace.modal_of(self.user.id)
        return SeenModal(self.hands, view) if view else None

    @property
    def home(self) -> SeenHome:
        """The app's Home tab; opening it is a separate act."""
        return SeenHome(self.hands)

    @property
    def notices(self) -> list[str]:
        """What Slack itself told this person, oldest first."""
        return [notice.text for notice in self.slack.workspace.notices.get(self.user.id, [])]

    # Inside

    def _post(
        self,
        text: str,
        channel: str,
        thread: SeenMessage | None,
        *,
        subtype: str = "",
        files: list[str] | None = None,
    ) -> SeenMessage:
        workspace = self.slack.workspace
        with workspace.lock:
            place = self._writable(channel, thread)
            typed = pieces(workspace, text)
            message = Message(
                channel=place.id,
                ts=workspace.new_ts(),
                user=self.user.id,
                text=as_message_text(typed),
                blocks=as_rich_text(typed, workspace.next_id("b")),
                root_ts=(thread.message.root_ts or thread.ts) if thread else "",
                broadcast=subtype == "thread_broadcast",
                subtype=subtype,
                files=files or [],
                client_msg_id=workspace.next_id("00000000-0000-4000-8000-"),
            )
            workspace.add(message)
            for file_id in message.files:
                share(workspace.files[file_id], place.id)
            mention = self.slack.events.mentioned(message)
            heard = self.slack.events.posted(message)
        was_heard = self.hands.heard(heard)
        self.hands.heard(mention)
        return SeenMessage(self.hands, message, was_heard=was_heard)

    def _channel(self, name: str) -> Channel:
        workspace = self.slack.workspace
        channel = workspace.find_channel(name) if name else workspace.dm_of(self.user.id)
        if channel is None:
            raise AssertionError(f"there is no channel {name!r}")
        if not workspace.may_see(self.user, channel):
            raise AssertionError(f"{self.user.real_name} cannot see {name!r}")
        return channel

    def _writable(self, name: str, thread: SeenMessage | None = None) -> Channel:
        self._must_be_active()
        workspace = self.slack.workspace
        channel = workspace.channels[thread.message.channel] if thread else self._channel(name)
        if self.user.id not in channel.members:
            raise AssertionError(f"{self.user.real_name} is not in #{channel.name}")
        if channel.archived:
            raise AssertionError(f"#{channel.name} is archived")
        return channel

    def _own(self, message: SeenMessage) -> Message:
        if message.message.user != self.user.id:
            raise AssertionError(f"this is no message of {self.user.real_name}: {message!r}")
        return message.message

    def _must_be_active(self) -> None:
        if self.user.deleted:
            raise AssertionError(f"{self.user.real_name} is deactivated and cannot do anything")
