"""The left column: workspace, who is acting, channels, the app."""

from collections.abc import Hashable
from typing import Final

from nicegui import ui

from sandbox.company import BOT_USER_ID
from sandbox.page.faces import face
from sandbox.page.markup import icon, markup
from sandbox.page.mrkdwn import plain
from sandbox.page.parts import Part
from sandbox.page.visit import HOME, Visit
from sandbox.records import Channel, User

_MAX_SHOWN_UNREAD: Final = 99


def sidebar(visit: Visit) -> list[Part]:
    """Draw the column; returns its parts."""
    with ui.element("nav").classes("sidebar").props('aria-label="Channels and people"'):
        head = ui.element("div").classes("workspace")
        body = ui.element("div").classes("places")
    return [
        Part(head, lambda: (visit.workspace.name, visit.user_id), lambda: _head(visit)),
        Part(body, lambda: _shown(visit), lambda: _places(visit)),
    ]


def actors(visit: Visit) -> list[User]:
    """Everybody one can act as: people, not bots, who can still sign in."""
    users = visit.workspace.users.values()
    return [user for user in users if not user.is_bot and not user.deleted]


def _head(visit: Visit) -> None:
    markup(plain(visit.workspace.name), "workspace-name")
    with ui.element("button").classes("actor").props('aria-label="Act as somebody else"'):
        markup(
            f'{face(visit.me)}<span class="actor-name"><small>Acting as</small>'
            f"{plain(visit.me.real_name)}<em>{plain(visit.me.title)}</em></span>"
        )
        ui.icon("unfold_more")
        with ui.menu().props("auto-close fit").classes("actors"):
            for user in actors(visit):
                _actor_choice(visit, user)


def _actor_choice(visit: Visit, user: User) -> None:
    mine = " active" if user.id == visit.user_id else ""
    with ui.menu_item(on_click=lambda: visit.act_as(user.id)).classes("actor-choice" + mine):
        guest = " · guest" if user.is_guest else ""
        markup(
            f'{face(user)}<span class="actor-name">{plain(user.real_name)}'
            f"<em>{plain(user.title)}{guest}</em></span>"
        )


def _shown(visit: Visit) -> Hashable:
    space = visit.workspace
    counts = tuple(
        (channel.id, channel.name, visit.waiting(channel))
        for channel in space.channels_of(visit.user_id)
    )
    return counts, visit.user_id, visit.place


def _places(visit: Visit) -> None:
    places = visit.workspace.channels_of(visit.user_id)
    markup("Channels", "heading")
    for channel in (one for one in places if not one.is_im):
        _channel(visit, channel)
    browsable = [c for c in visit.workspace.channels.values() if _is_browsable(visit, c, places)]
    if browsable:
        markup("Not joined", "heading")
        for channel in browsable:
            _channel(visit, channel, quiet=True)
    markup("Apps", "heading")
    app = visit.workspace.users[BOT_USER_ID]
    for channel in (one for one in places if one.is_im):
        unread = visit.waiting(channel)
        _row(visit, channel.id, sign=face(app), name=app.real_name, unread=unread)
    house = icon("home")
    _row(visit, HOME, sign=house, name=f"{app.real_name} Home", unread=0)


def _is_browsable(visit: Visit, channel: Channel, joined: list[Channel]) -> bool:
    return (
        not channel.is_im and channel not in joined and visit.workspace.may_see(visit.me, channel)
    )


def _channel(visit: Visit, channel: Channel, *, quiet: bool = False) -> None:
    sign = icon("lock") if channel.kind == "group" else "<b>#</b>"
    if channel.archived:
        sign = icon("inventory_2")
    unread = 0 if quiet else visit.waiting(channel)
    classes = "quiet" if quiet else ""
    _row(visit, channel.id, sign=sign, name=channel.name, unread=unread, classes=classes)


def _row(visit: Visit, place: str, *, sign: str, name: str, unread: int, classes: str = "") -> None:
    """One place to go; bold with a count while something waits there."""
    state = f"{'active' if place == visit.place else ''} {'unread' if unread else ''}"
    count = f'<span class="count">{min(unread, _MAX_SHOWN_UNREAD)}</span>' if unread else ""
    button = ui.element("button").classes(f"place {state} {classes}")
    with button.on("click", lambda: visit.go(place)):
        markup(f'<span class="sign">{sign}</span><span>{plain(name)}</span>{count}')
