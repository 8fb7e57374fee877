"""Messages and the Home tab as one person sees them."""

import copy

from sandbox.acting import Hands
from sandbox.looking import Surface
from sandbox.records import Json, Message, View
from sandbox.sharing import linked_files, may_open


class SeenMessage(Surface):
    """A message on somebody's screen; it changes when the app changes it."""

    def __init__(
        self, hands: Hands, message: Message, *, is_stale: bool = False, was_heard: bool = True
    ) -> None:
        super().__init__(hands)
        self.message = message
        self._is_stale = is_stale
        self.was_heard = was_heard
        """For what somebody just wrote: whether the app took Slack's first word of it."""

    def __repr__(self) -> str:
        """Readable in a failing test."""
        return f"<{self.author} in {self.channel}: {self.text!r}>"

    def __eq__(self, other: object) -> bool:
        """The same message, whoever looks at it."""
        return isinstance(other, SeenMessage) and self._identity == other._identity

    def __hash__(self) -> int:
        """Follows `__eq__`."""
        return hash(self._identity)

    def _where(self) -> Message:
        stored = self._hands.slack.workspace.message(self.message.channel, self.message.ts)
        if stored is not self.message and not self._is_stale:
            raise AssertionError(f"the message is gone: {self!r}")
        return self.message

    def _blocks(self) -> list[Json]:
        return self.message.blocks

    @property
    def _identity(self) -> tuple[str, str]:
        return self.message.channel, self.message.ts

    @property
    def text(self) -> str:
        """Everything readable, line by line; where there are no blocks, the plain text."""
        names = [self._hands.slack.workspace.files[f].name for f in self.message.files]
        shown = super().text or self._hands.reader.mrkdwn(self.message.text)
        return "\n".join(line for line in (shown, *names) if line)

    def opens(self, name: str) -> bytes | None:
        """Click on a file of this message: what is inside, or None where Slack says that this
        person may not open it.
        """
        workspace = self._hands.slack.workspace
        with workspace.lock:
            files = list(linked_files(workspace, self._where()))
            found = next((file for file in files if file.name == name), None)
            if found is None:
                raise AssertionError(f"{self!r} links no {name!r}, only {[f.name for f in files]}")
            allowed = may_open(workspace, self._hands.user, found)
            return workspace.content(found) if allowed else None

    @property
    def notification(self) -> str:
        """What a phone or a screen reader says: the text beside the blocks."""
        return self._hands.reader.mrkdwn(self.message.text)

    @property
    def author(self) -> str:
        """Who wrote it, by full name."""
        user = self._hands.slack.workspace.users.get(self.message.user)
        return user.real_name if user else self.message.user

    @property
    def ts(self) -> str:
        """Slack's id of the message within its channel."""
        return self.message.ts

    @property
    def channel(self) -> str:
        """Name of the channel with #, or "direct message"."""
        channel = self._hands.slack.workspace.channels[self.message.channel]
        return "direct message" if channel.is_im else f"#{channel.name}"

    @property
    def is_ephemeral(self) -> bool:
        """Only this person sees it."""
        return self.message.is_ephemeral

    @property
    def unread(self) -> bool:
        """Not looked at yet by this person."""
        return self._hands.slack.workspace.is_unread(self._hands.user.id, self.message)

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Who reacted with what, by full name."""
        users = self._hands.slack.workspace.users
        return {
            name: [users[user].real_name for user in who]
            for name, who in self.message.reactions.items()
        }

    @property
    def thread(self) -> list["SeenMessage"]:
        """The replies that this person sees, oldest first."""
        workspace = self._hands.slack.workspace
        with workspace.lock:
            found = workspace.thread_visible_to(
                self._hands.user.id, self.message.channel, self.message.ts
            )
        return [SeenMessage(self._hands, message) for message in found]

    def stale_copy(self) -> "SeenMessage":
        """The message as it is now, on a screen that does not hear of later changes."""
        with self._hands.slack.workspace.lock:
            return SeenMessage(self._hands, copy.deepcopy(self.message), is_stale=True)


class SeenHome(Surface):
    """The app's Home tab of one person; empty before the app published anything."""

    def _where(self) -> View:
        user_id = self._hands.user.id
        home = self._hands.slack.workspace.homes.get(user_id)
        return home or View("", "home", user_id, [])

    def open(self) -> bool:
        """Look at the tab, which tells the app; True when the app heard."""
        return open_tab(self._hands, "home")


def open_tab(hands: Hands, tab: str) -> bool:
    """Open the app's "home" or "messages" tab; the event carries what was published last."""
    workspace = hands.slack.workspace
    with workspace.lock:
        dm = workspace.dm_of(hands.user.id)
        if tab == "messages":
            workspace.mark_read(hands.user.id, dm.id)
        event = hands.slack.events.opened_app(hands.user.id, dm.id, tab)
    return hands.heard(event)
