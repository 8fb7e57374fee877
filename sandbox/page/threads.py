"""Which replies people have seen: Slack tells them apart from what is unread in the channel."""

from sandbox.records import Channel, Message
from sandbox.workspace import Workspace


class ThreadsRead:
    """Shared by all tabs, gone with the process: after a restart old threads look new again."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str, str], str] = {}

    def unread(self, workspace: Workspace, user_id: str, channel: Channel) -> set[str]:
        """Parents of threads with unseen replies, among those that concern this person.

        In a channel these are threads that they wrote in or were mentioned in; in the direct
        message with the app, all.
        """
        concerned: set[str] = set()
        newest: dict[str, str] = {}
        for message in workspace.all_in(channel.id):
            root = message.root_ts or message.ts
            if channel.is_im or user_id == message.user or f"<@{user_id}>" in message.text:
                concerned.add(root)
            if message.root_ts and message.user != user_id and not message.is_ephemeral:
                newest[root] = message.ts
        seen = {root: self._until.get((user_id, channel.id, root), "") for root in newest}
        return {root for root in concerned & newest.keys() if newest[root] > seen[root]}

    def mark_read(self, user_id: str, root: Message, newest_ts: str) -> None:
        """The person has the thread open and sees everything up to `newest_ts`."""
        self._until[user_id, root.channel, root.ts] = newest_ts
