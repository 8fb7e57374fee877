"""What an admin of the workspace can do to an app, to channels and to people."""

from typing import Any

from sandbox.company import BOT_USER_ID, TEAM_ID
from sandbox.formats import user_json
from sandbox.outcome import wait
from sandbox.records import Channel, ChannelKind, Json, User
from sandbox.slack import Slack


class Administration:
    """The admin console. The app hears of it where it is subscribed; calls wait for its ack."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    # The app

    def revoke_token(self) -> None:
        """From now on every call answers token_revoked."""
        self._slack.app.revoked_since = self._slack.clock.now()

    def restore_token(self) -> None:
        """The tokens work again."""
        self._slack.app.revoked_since = None

    def remove_scope(self, scope: str) -> None:
        """As if the app had been installed without this scope."""
        app = self._slack.app
        if scope in app.scopes:
            app.scopes.remove(scope)
            app.scopes_lost[scope] = self._slack.clock.now()

    def grant_scope(self, scope: str) -> None:
        """As if the app had been installed anew with one more scope."""
        self._slack.app.scopes.add(scope)
        self._slack.app.scopes_lost.pop(scope, None)

    # Channels

    def create_channel(self, name: str, *members: str, private: bool = False) -> Channel:
        """A new channel with these people in it."""
        workspace = self._slack.workspace
        kind: ChannelKind = "group" if private else "channel"
        with workspace.lock:
            ids = [self._user(member).id for member in members]
            channel = Channel(workspace.next_id("C0"), name.removeprefix("#"), kind, ids)
            channel.created = int(workspace.clock.now().timestamp())
            workspace.channels[channel.id] = channel
            workspace.touch()
        return channel

    def archive(self, name: str) -> None:
        """Nobody can post there any more."""
        self._archive(name, archived=True)

    def unarchive(self, name: str) -> None:
        """The channel is alive again."""
        self._archive(name, archived=False)

    def add_to_channel(self, name: str, person: str) -> None:
        """Put somebody, or the bot by its name, into a channel."""
        channel, user = self._channel(name), self._user(person)
        if user.id not in channel.members:
            channel.members.append(user.id)
            self._moved("member_joined_channel", channel, user.id)

    def remove_from_channel(self, name: str, person: str) -> None:
        """Take somebody, or the bot by its name, out of a channel."""
        channel, user = self._channel(name), self._user(person)
        if user.id in channel.members:
            channel.members.remove(user.id)
            self._moved("member_left_channel", channel, user.id)

    def kick_bot(self, name: str) -> None:
        """The bot is no member any more."""
        self._channel(name).bot_left = self._slack.clock.now().timestamp()
        self.remove_from_channel(name, BOT_USER_ID)

    def invite_bot(self, name: str) -> None:
        """The bot is a member again."""
        self._channel(name).bot_left = None
        self.add_to_channel(name, BOT_USER_ID)

    # People

    def deactivate(self, person: str) -> None:
        """The account is closed; the person stays visible in history."""
        self.change_profile(person, deleted=True)

    def reactivate(self, person: str) -> None:
        """The account is open again."""
        self.change_profile(person, deleted=False)

    def change_profile(self, person: str, **changes: Any) -> None:
        """Change fields of a user's record, such as title, tz or real_name."""
        user = self._user(person)
        for name, value in changes.items():
            if not hasattr(user, name):
                raise AttributeError(f"a user has no {name}")
            setattr(user, name, value)
        self._announce("user_change", user)

    def hire(self, user: User, *channels: str) -> None:
        """Somebody new joins the workspace and these channels."""
        self._slack.workspace.users[user.id] = user
        for name in channels:
            self._channel(name).members.append(user.id)
        self._announce("team_join", user)

    def change_group(self, handle: str, *members: str) -> None:
        """Replace the members of a user group."""
        group = self._slack.workspace.find_group(handle)
        if group is None:
            raise AssertionError(f"there is no group {handle!r}")
        before, group.users = group.users, [self._user(member).id for member in members]
        event = {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": TEAM_ID,
            "added_users": [user for user in group.users if user not in before],
            "removed_users": [user for user in before if user not in group.users],
        }
        self._emit("subteam_members_changed", event)

    # Inside

    def _announce(self, type_: str, user: User) -> None:
        now = int(self._slack.clock.now().timestamp())
        user.updated = now
        shown = user_json(self._slack.workspace, user)
        self._emit(type_, {"type": type_, "user": shown, "cache_ts": now})

    def _moved(self, type_: str, channel: Channel, user_id: str) -> None:
        if not self._slack.workspace.bot_is_in(channel) and user_id != BOT_USER_ID:
            self._slack.workspace.touch()
            return
        letter = "G" if channel.kind == "group" else "C"
        event: Json = {"type": type_, "user": user_id, "channel": channel.id, "team": TEAM_ID}
        self._emit(type_, event | {"channel_type": letter})

    def _archive(self, name: str, *, archived: bool) -> None:
        channel = self._channel(name)
        channel.archived = archived
        channel.archived_at = self._slack.clock.now().timestamp() if archived else None
        prefix = "group" if channel.kind == "group" else "channel"
        type_ = f"{prefix}_{'' if archived else 'un'}archive"
        self._emit(type_, {"type": type_, "channel": channel.id, "user": channel.creator})

    def _emit(self, type_: str, event: Json) -> None:
        self._slack.workspace.touch()
        wait(self._slack.events.emit(type_, event), self._slack.delivery.ack_seconds)

    def _channel(self, name: str) -> Channel:
        channel = self._slack.workspace.find_channel(name)
        if channel is None:
            raise AssertionError(f"there is no channel {name!r}")
        return channel

    def _user(self, name: str) -> User:
        user = self._slack.workspace.find_user(name)
        if user is None:
            raise AssertionError(f"nobody is called {name!r}")
        return user
