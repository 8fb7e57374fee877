"""One message as a colleague sees it: face, name, time, content, reactions, replies."""

import html
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from nicegui import ui

from sandbox.page import doing, emoji
from sandbox.page.blocks import draw_blocks
from sandbox.page.editing import edit_dialog
from sandbox.page.faces import face
from sandbox.page.markup import icon, markup
from sandbox.page.mrkdwn import mrkdwn, plain
from sandbox.page.surface import Surface
from sandbox.page.viewer import Viewer
from sandbox.page.visit import Visit
from sandbox.records import Message, User

QUICK_REACTIONS = ("eyes", "white_check_mark", "+1", "tada", "pray", "fire")


@dataclass(frozen=True)
class Standing:
    """How a message stands in its list.

    One that `follows` another by the same person leaves out face and name; `has_news` means that
    there are replies which the person acting has not seen.
    """

    follows: bool = False
    in_thread: bool = False
    has_news: bool = False


def said_at(message: Message, viewer: Viewer) -> datetime:
    """When it was said, on the viewer's clock."""
    return datetime.fromtimestamp(float(message.ts), viewer.zone)


def message_signature(visit: Visit, message: Message, stands: Standing) -> Hashable:
    """Everything that the drawing of `message` depends on."""
    replies = visit.workspace.replies(message.channel, message.ts)
    last = replies[-1].ts if replies else ""
    is_open = visit.thread_ts == message.ts
    return repr(message), len(replies), last, visit.user_id, visit.now.date(), stands, is_open


def draw_message(visit: Visit, message: Message, stands: Standing) -> None:
    """Draw it where it stands in its list."""
    viewer = visit.viewer()
    states = {
        "ephemeral": message.is_ephemeral,
        "follows": stands.follows,
        "in-thread-panel": not stands.in_thread and visit.thread_ts == message.ts,
    }
    with ui.element("article").classes("message " + " ".join(s for s, on in states.items() if on)):
        _margin(visit, message, viewer, follows=stands.follows)
        with ui.element("div").classes("message-main"):
            if not stands.follows:
                markup(_byline(visit, message, viewer), "byline")
            _content(visit, message, viewer)
            _reactions(visit, message, viewer)
            if not stands.in_thread:
                _reply_bar(visit, message, has_news=stands.has_news)
        if not message.is_ephemeral and message.subtype != "tombstone":
            _hover_bar(visit, message, in_thread=stands.in_thread)


def _margin(visit: Visit, message: Message, viewer: Viewer, *, follows: bool) -> None:
    if follows:
        markup(viewer.date(message.ts, "{time}").split(" ")[0], "margin time")
    else:
        markup(face(visit.workspace.users.get(message.user)), "margin")


def _byline(visit: Visit, message: Message, viewer: Viewer) -> str:
    author = visit.workspace.users.get(message.user)
    badge = '<span class="badge">APP</span>' if message.bot_id else ""
    full = viewer.date(message.ts, "{date_long} at {time_secs}")
    return (
        f"<b>{html.escape(_author_name(author))}</b>{badge}"
        f'<time title="{full}">{viewer.date(message.ts, "{time}")}</time>'
    )


def _author_name(author: User | None) -> str:
    return author.real_name if author else "Slack"


def _content(visit: Visit, message: Message, viewer: Viewer) -> None:
    if message.is_ephemeral:
        markup(
            f"{icon('visibility')} Only visible to you",
            "only-you",
        )
    if message.broadcast:
        markup("replied to a thread and also sent it here", "also-sent")
    if message.blocks and message.bot_id:
        draw_blocks(message.blocks, message_surface(visit, message, viewer))
    elif message.text:
        # What people type carries rich text without styles; the text still has all of it.
        edited = '<span class="edited"> (edited)</span>' if message.edited_ts else ""
        markup(mrkdwn(message.text, viewer) + edited, "text")
    for file_id in message.files:
        markup(_file(visit, file_id), "file")


def message_surface(visit: Visit, message: Message, viewer: Viewer) -> Surface:
    """What the message's own buttons and menus are wired to."""
    return Surface(
        viewer=viewer,
        people=doing.pickable_people(visit),
        channels=doing.pickable_channels(visit),
        act=partial(doing.act_in_message, visit, message),
    )


def _file(visit: Visit, file_id: str) -> str:
    file = visit.workspace.files.get(file_id)
    name = file.name if file else "a file that is gone"
    return f"{icon('description')}<span>{plain(name)}</span>"


def _reactions(visit: Visit, message: Message, viewer: Viewer) -> None:
    if not message.reactions:
        return
    with ui.element("div").classes("reactions"):
        for name, people in message.reactions.items():
            mine = " mine" if visit.user_id in people else ""
            who = ", ".join(viewer.name_of(one) for one in people)
            pill = ui.element("button").classes("reaction" + mine)
            pill.props["title"] = who
            with pill.on("click", partial(doing.react, visit, message, name)):
                markup(f"{emoji.reaction(name)} <span>{len(people)}</span>", tag="span")


def _reply_bar(visit: Visit, message: Message, *, has_news: bool) -> None:
    replies = visit.workspace.replies(message.channel, message.ts)
    if not replies:
        return
    authors = dict.fromkeys(reply.user for reply in replies)
    faces = "".join(face(visit.workspace.users.get(one)) for one in list(authors)[:4])
    count = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
    last = visit.viewer().date(replies[-1].ts, "Last reply {date_short_pretty} at {time}")
    with ui.element("button").classes("reply-bar") as bar:
        news = '<em class="new">New</em>' if has_news else ""
        markup(f"{faces}<b>{count}</b>{news}<span>{last}</span>", tag="span")
    bar.on("click", lambda: visit.open_thread(message.ts))


def _hover_bar(visit: Visit, message: Message, *, in_thread: bool) -> None:
    """What appears when the pointer is over a message."""
    with ui.element("div").classes("hover-bar"):
        for name in QUICK_REACTIONS[:3]:
            with _tool(f":{name}:").on("click", partial(doing.react, visit, message, name)):
                markup(emoji.reaction(name), tag="span")
        if not in_thread:
            root = message.root_ts or message.ts
            with _tool("Reply in thread").on("click", lambda: visit.open_thread(root)):
                ui.icon("chat_bubble_outline")
        shortcuts = doing.shortcuts(visit, "message")
        own = message.user == visit.user_id
        if shortcuts or own:
            with _tool("More"):
                ui.icon("more_vert")
                with ui.menu().props("auto-close"):
                    for name in shortcuts:
                        use = partial(doing.use_message_shortcut, visit, message, name)
                        ui.menu_item(name, on_click=use)
                    if own:
                        ui.menu_item("Edit", on_click=partial(edit_dialog, visit, message))
                        ui.menu_item("Delete", on_click=partial(doing.delete, visit, message))


def _tool(title: str) -> ui.element:
    button = ui.element("button").classes("tool")
    button.props["title"] = button.props["aria-label"] = title
    return button
