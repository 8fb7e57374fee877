"""Message lists: the open channel, and the thread beside it."""

from collections.abc import Sequence
from functools import partial

from nicegui import ui

from sandbox.page.composer import Composer
from sandbox.page.home import draw_home, home_shown
from sandbox.page.markup import icon, markup
from sandbox.page.message import Standing, draw_message, message_signature, said_at
from sandbox.page.mrkdwn import plain
from sandbox.page.parts import Entry, EntryList, Part
from sandbox.page.visit import Visit
from sandbox.records import Channel, Message

SHOWN = 80  # older messages are left out: every one of them is a set of live page elements
_SAME_BREATH = 300.0  # seconds


class Conversation:
    """The main pane: the heading, the messages or the Home tab, and the composer."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        with ui.element("main").classes("main"):
            head = ui.element("header").classes("pane-head")
            with ui.element("div").classes("scroller") as self._scroller:
                self._list_box = ui.element("div").classes("messages")
            self._home_box = ui.element("div").classes("home")
            self._composer = Composer(visit, in_thread=False)
        self._list = EntryList(self._list_box)
        self._parts = [
            Part(head, self._head_shown, self._head),
            Part(self._home_box, lambda: home_shown(visit), lambda: draw_home(visit)),
        ]

    def refresh(self) -> None:
        """Show what is new, where the person is now."""
        visit, channel = self._visit, self._visit.channel
        self._scroller.visible = channel is not None
        self._home_box.visible = channel is None
        for part in self._parts:
            part.refresh()
        self._composer.refresh()
        if channel is None:
            return
        visit.workspace.mark_read(visit.user_id, channel.id)
        messages = visit.workspace.visible_to(visit.user_id, channel.id)
        beginning = [_beginning(visit)] if len(messages) <= SHOWN else []
        self._list.refresh([*beginning, *_channel_entries(visit, messages[-SHOWN:])])

    def _head_shown(self) -> tuple[object, ...]:
        channel = self._visit.channel
        return (
            self._visit.user_id,
            channel and (channel.name, len(channel.members)),
            channel is None,
        )

    def _head(self) -> None:
        visit, channel = self._visit, self._visit.channel
        with ui.element("button").classes("menu-button").on("click", visit.toggle_drawer) as menu:
            ui.icon("menu")
        menu.props["aria-label"] = "Channels"
        markup(_title(visit, channel), "pane-title")


def _title(visit: Visit, channel: Channel | None) -> str:
    app = visit.app
    if channel is None:
        return f"<b>{plain(app.real_name)}</b><span>Home</span>"
    if channel.is_im:
        return (
            f"<b>{plain(app.real_name)}</b><span>Messages with the app, for your eyes only</span>"
        )
    members = len(channel.members)
    sign = icon("lock") if channel.kind == "group" else "# "
    archived = " · archived" if channel.archived else ""
    return f"<b>{sign}{plain(channel.name)}</b><span>{members} members{archived}</span>"


class Thread:
    """The right-hand pane with one message and its replies."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        with ui.element("aside").classes("thread") as self._pane:
            with ui.element("header").classes("pane-head"):
                self._back()
                self._title = markup("", "pane-title")
            with ui.element("div").classes("scroller"):
                self._list = EntryList(ui.element("div").classes("messages"))
            self._composer = Composer(visit, in_thread=True)

    def refresh(self) -> None:
        """Follow the thread that is open, or stay out of sight."""
        visit, root = self._visit, self._visit.thread_root
        self._pane.visible = root is not None
        if root is None:
            return
        self._title.set_content(f"<b>Thread</b><span>{_place_of(visit)}</span>")
        replies = visit.workspace.thread_visible_to(visit.user_id, root.channel, root.ts)
        if replies:
            visit.threads.mark_read(visit.user_id, root, replies[-1].ts)
        self._list.refresh(_thread_entries(visit, root, replies[-SHOWN:]))
        self._composer.refresh()

    def _back(self) -> None:
        with ui.element("button").classes("tool close") as button:
            ui.icon("close")
        button.props["aria-label"] = "Close thread"
        button.on("click", lambda: self._visit.open_thread(""))


def _place_of(visit: Visit) -> str:
    channel = visit.channel
    if channel is None or channel.is_im:
        return plain(visit.app.real_name)
    return f"#{plain(channel.name)}"


def _channel_entries(visit: Visit, messages: Sequence[Message]) -> list[Entry]:
    """Messages of a channel as list entries, with a divider wherever a new day begins."""
    viewer = visit.viewer()
    channel = visit.channel
    news = visit.threads.unread(visit.workspace, visit.user_id, channel) if channel else set()
    listed: list[Entry] = []
    before: Message | None = None
    for message in messages:
        day = said_at(message, viewer).date()
        if before is None or said_at(before, viewer).date() != day:
            heading = viewer.date(message.ts, "{date_long_pretty}")
            heading = heading[0].upper() + heading[1:]
            listed.append(Entry(("day", day), heading, partial(_divider, heading)))
            before = None
        follows = before is not None and _follows(before, message)
        stands = Standing(follows=follows, has_news=message.ts in news)
        listed.append(_entry(visit, message, stands))
        before = message
    return listed


def _thread_entries(visit: Visit, root: Message, replies: Sequence[Message]) -> list[Entry]:
    """The parent, a line that counts, and the replies."""
    count = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
    listed = [_entry(visit, root, Standing(in_thread=True))]
    if replies:
        listed.append(Entry("count", count, partial(_divider, count)))
    for before, reply in zip([None, *replies], replies, strict=False):
        follows = before is not None and _follows(before, reply)
        listed.append(_entry(visit, reply, Standing(follows=follows, in_thread=True)))
    return listed


def _entry(visit: Visit, message: Message, stands: Standing) -> Entry:
    return Entry(
        (message.channel, message.ts, visit.user_id),
        message_signature(visit, message, stands),
        partial(draw_message, visit, message, stands),
    )


def _follows(before: Message, message: Message) -> bool:
    """Same author within a few minutes: shown as one run, as Slack does."""
    apart = float(message.ts) - float(before.ts)
    same = before.user == message.user and not before.is_ephemeral
    # Cards of the app start afresh: run together, one could not tell where the next begins.
    joins = not message.is_ephemeral and not (message.bot_id and message.blocks)
    return same and joins and apart < _SAME_BREATH


def _beginning(visit: Visit) -> Entry:
    """What stands above the very first message."""
    channel = visit.channel
    if channel is None or channel.is_im:
        app = plain(visit.app.real_name)
        words = (
            f"<b>{app}</b>Here {app} talks to you alone. Write to it below, or type <code>/</code>."
        )
    else:
        words = f"<b># {plain(channel.name)}</b>This is the very beginning of the channel."
    return Entry("beginning", words, partial(_intro, words))


def _divider(label: str) -> None:
    markup(f"<span>{plain(label)}</span>", "day")


def _intro(words: str) -> None:
    markup(words, "beginning text")
