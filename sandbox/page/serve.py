"""Serves the page until Ctrl-C: what `deskbell demo` runs in the main thread."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from types import FrameType

from nicegui import ui

from sandbox.page.shell import Shell
from sandbox.page.sidebar import actors
from sandbox.page.threads import ThreadsRead
from sandbox.page.topbar import TimeTravel
from sandbox.page.visit import HOME, Visit
from sandbox.server import Sandbox


def serve(
    sandbox: Sandbox,
    *,
    host: str,
    port: int,
    next_alarm: Callable[[], datetime | None] | None = None,
    on_skip: Callable[[], None] | None = None,
) -> None:
    """Block until SIGINT or SIGTERM; `http://host:port/?as=karen` opens the page as Karen."""
    travel, threads = TimeTravel(next_alarm, on_skip), ThreadsRead()
    with _signals_only_end_the_server():
        ui.run(
            partial(_open, sandbox, travel, threads),
            host=host,
            port=port,
            title=f"{sandbox.workspace.name} · local Slack",
            favicon="🔔",
            show=False,
            reload=False,
            tailwind=False,
            show_welcome_message=False,
            timeout_graceful_shutdown=2,
        )


def _open(sandbox: Sandbox, travel: TimeTravel, threads: ThreadsRead) -> None:
    """Build one tab from its address: `as` is a handle, `in` a channel name, `dm` or `home`."""
    asked = ui.context.client.request.query_params
    with sandbox.workspace.lock:
        visit = Visit(sandbox, threads, "")
        everyone = actors(visit)
        known = [user for user in everyone if user.handle == asked.get("as")]
        visit.user_id = (known or everyone)[0].id
        channel = sandbox.workspace.find_channel(asked.get("in", ""))
        dm = sandbox.workspace.dm_of(visit.user_id)
        can_see = channel is not None and sandbox.workspace.may_see(visit.me, channel)
        visit.place = channel.id if channel and can_see else dm.id
        if asked.get("in") == HOME:
            visit.place = HOME
        Shell(visit, travel)
        ui.page_title(visit.title)
    visit.arrive()


@contextmanager
def _signals_only_end_the_server() -> Iterator[None]:
    """The web server stops at these signals and then raises them again for its caller.

    Here the caller wants to go on and close the rest in order, so the second time they do nothing.
    """

    def ignore(number: int, frame: FrameType | None) -> None:
        pass

    before = {number: signal.signal(number, ignore) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
