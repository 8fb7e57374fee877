"""One browser tab: who is acting, where they are, and what is open beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import background_tasks, run, ui

from sandbox.company import BOT_USER_ID
from sandbox.page.threads import ThreadsRead
from sandbox.page.viewer import Viewer
from sandbox.people import Person
from sandbox.records import Channel, Message, User
from sandbox.seen import open_tab
from sandbox.server import Sandbox
from sandbox.workspace import Workspace

HOME = "home"
"""The place of the app's Home tab; every other place is a channel id."""


@dataclass
class Visit:
    """State of one tab; only `threads` is shared, so tabs can act as different people."""

    sandbox: Sandbox
    threads: ThreadsRead
    user_id: str
    place: str = ""
    thread_ts: str = ""
    panel: str = ""
    drawer_open: bool = False
    redraw: Callable[[], None] = field(default=lambda: None)

    @property
    def workspace(self) -> Workspace:
        """What is said and shown in the sandbox; hold its lock while reading several things."""
        return self.sandbox.workspace

    @property
    def me(self) -> User:
        """The person acting."""
        return self.workspace.users[self.user_id]

    @property
    def person(self) -> Person:
        """The hands and eyes of the person acting."""
        return self.sandbox.person(self.user_id)

    @property
    def app(self) -> User:
        """The app's bot user."""
        return self.workspace.users[BOT_USER_ID]

    @property
    def now(self) -> datetime:
        """The sandbox's time, on the clock of the person acting."""
        return self.sandbox.clock.now().astimezone(ZoneInfo(self.me.tz))

    @property
    def channel(self) -> Channel | None:
        """Where the person is, unless that is the Home tab."""
        return self.workspace.channels.get(self.place)

    @property
    def thread_root(self) -> Message | None:
        """The parent of the open thread, if one is open here and still exists."""
        return self.workspace.message(self.place, self.thread_ts)

    def viewer(self) -> Viewer:
        """Through whose eyes everything in this tab is rendered."""
        space = self.workspace
        names = {user.id: user.real_name for user in space.users.values()}
        names |= {channel.id: channel.name for channel in space.channels.values()}
        names |= {group.id: group.handle for group in space.groups.values()}
        return Viewer(self.user_id, ZoneInfo(self.me.tz), self.sandbox.clock.now(), names)

    def waiting(self, channel: Channel) -> int:
        """How much is unread in a channel: messages, and threads with new replies."""
        messages = self.workspace.unread(self.user_id, channel.id)
        return messages + len(self.threads.unread(self.workspace, self.user_id, channel))

    def go(self, place: str) -> None:
        """Open a channel, the DM or the Home tab."""
        self.place, self.thread_ts, self.drawer_open = place, "", False
        self.arrive()
        self._changed()

    def open_thread(self, ts: str) -> None:
        """Show the thread under the message `ts` of this channel; "" closes it."""
        self.thread_ts = ts
        self._changed()

    def act_as(self, user_id: str) -> None:
        """Become somebody else, in the same place if they can see it."""
        self.user_id, self.thread_ts, self.drawer_open = user_id, "", False
        channel = self.channel
        if channel and (channel.is_im or not self.workspace.may_see(self.me, channel)):
            self.place = self.workspace.dm_of(user_id).id
        self.arrive()
        self._changed()

    def toggle_panel(self, name: str) -> None:
        """Open one of the side panels, or close it."""
        self.panel = "" if self.panel == name else name
        self._changed()

    def toggle_drawer(self) -> None:
        """Show or hide the sidebar on narrow screens."""
        self.drawer_open = not self.drawer_open
        self._changed()

    def leave_side(self) -> None:
        """Close what lies over or beside the conversation, the last first, if anything does."""
        if self.drawer_open:
            self.toggle_drawer()
        elif self.panel:
            self.toggle_panel(self.panel)
        elif self.thread_ts:
            self.open_thread("")

    @property
    def title(self) -> str:
        """What the browser writes on the tab, so that several people's tabs can be told apart."""
        return f"{self.me.first_name} · {self.workspace.name}"

    def arrive(self) -> None:
        """Tell the app that somebody looks at its Home tab or its messages, as Slack does."""
        channel = self.channel
        if channel is None or channel.is_im:
            tab = "messages" if channel else "home"
            background_tasks.create(run.io_bound(open_tab, self.person.hands, tab))

    def _changed(self) -> None:
        ui.page_title(self.title)
        ui.navigate.history.replace(f"?as={self.me.handle}&in={self._place_name()}")
        self.redraw()

    def _place_name(self) -> str:
        channel = self.channel
        if channel is None:
            return HOME
        return "dm" if channel.is_im else channel.name
