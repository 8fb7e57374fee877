"""The local Slack as a server in a thread of its own."""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox.administration import Administration
from sandbox.clock import SandboxClock
from sandbox.company import Company
from sandbox.delivery import RETRY_AFTER
from sandbox.front_door import FrontDoor
from sandbox.http_delivery import HttpDelivery
from sandbox.manifest import Manifest, read_manifest
from sandbox.outages import Outage
from sandbox.people import Person
from sandbox.slack import Slack
from sandbox.snapshot import SAVE_EVERY, load, save
from sandbox.wire import Wire

SNAPSHOT = "workspace.json"
"""Name of the file inside the data folder."""

STOP_SECONDS = 5.0
"""How long `stop` waits for the server's thread."""


class Sandbox(Slack):
    """A strict Slack on a port of this machine, for one app and one company.

    Give the app `api_url`, `bot_token` and `app_token` (or `signing_secret`), and let people act
    through `person`. Everything is thread-safe. Given a folder as `data`, the workspace is kept
    there, and a later start goes on with it.
    """

    def __init__(
        self,
        manifest: Manifest | Mapping[str, Any] | Path,
        company: Company,
        clock: SandboxClock,
        data: Path | None = None,
        *,
        rate_limits: bool = True,
        seconds_to_answer: float = 3.0,
        retry_after: tuple[float, ...] = RETRY_AFTER,
        seed: int = 0,
    ) -> None:
        read = manifest if isinstance(manifest, Manifest) else read_manifest(manifest)
        super().__init__(
            read,
            company,
            clock,
            rate_limits=rate_limits,
            seconds_to_answer=seconds_to_answer,
            retry_after=retry_after,
            seed=seed,
        )
        self.http = HttpDelivery(self.app)
        self.admin = Administration(self)
        self.outages: list[Outage] = []
        """What was lent to be taken from the app, for the page's switches."""
        self._data = data / SNAPSHOT if data else None
        if self._data:
            load(self.workspace, self._data)
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    # What the app needs to know

    @property
    def api_url(self) -> str:
        """Base of the Web API, with a slash at the end."""
        return f"http://{self.host}/api/"

    @property
    def bot_token(self) -> str:
        """The bot's token."""
        return self.app.bot_token

    @property
    def app_token(self) -> str:
        """The token for Socket Mode."""
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        """The secret behind the signatures of HTTP delivery."""
        return self.app.signing_secret

    # What tests and the page look at

    def person(self, name: str) -> Person:
        """Somebody by first name, full name or id, ready to act."""
        return Person(self, name)

    @property
    def wire(self) -> Wire:
        """Everything that crossed the wire."""
        return self.workspace.wire

    @property
    def violations(self) -> list[str]:
        """What Slack would take from the app, but people would suffer from."""
        return self.workspace.violations

    @property
    def methods_called(self) -> set[str]:
        """Web API methods that the app called."""
        return self.app.methods_called

    @property
    def scopes_needed(self) -> set[str]:
        """Scopes without which something that happened would not have happened."""
        return self.app.scopes_needed

    def wait_until_connected(self, seconds: float = 5.0) -> None:
        """Block until the app holds a Socket Mode connection; TimeoutError otherwise."""
        if not self.workspace.wait_for(lambda: self.socket_mode.connections > 0, seconds):
            raise TimeoutError(f"the app did not connect within {seconds} s")

    def wait_until_quiet(self, seconds: float = 5.0) -> None:
        """Block until nothing is on its way to the app; TimeoutError otherwise."""
        if not self.workspace.wait_for(lambda: self.delivery.is_quiet, seconds):
            raise TimeoutError(f"something was still on its way to the app after {seconds} s")

    # Start and stop

    def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; port 0 takes a free one. Returns once the port is open."""
        ready = Event()
        failed: list[BaseException] = []
        self._thread = Thread(
            target=self._serve, args=(port, ready, failed), name="sandbox", daemon=True
        )
        self._thread.start()
        ready.wait()
        if failed:
            raise failed[0]
        return self

    def stop(self) -> None:
        """Close all connections and end the thread; a second call does nothing."""
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None or self._stopping is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        thread.join(STOP_SECONDS)

    def __enter__(self) -> Self:
        """Start on a free port."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def _serve(self, port: int, ready: Event, failed: list[BaseException]) -> None:
        try:
            asyncio.run(self._run(port, ready))
        except OSError as error:
            failed.append(error)
            ready.set()

    async def _run(self, port: int, ready: Event) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        runner = web.AppRunner(FrontDoor(self).application(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            self.host = f"127.0.0.1:{runner.addresses[0][1]}"
            self.workspace.files_home = f"http://{self.host}"
            uses_sockets = self.app.manifest.settings.socket_mode_enabled
            self.delivery.open(self._loop, self.socket_mode if uses_sockets else self.http)
            ready.set()
            await self._save_until_stopped(self._stopping)
        finally:
            await self.delivery.close()
            await self.socket_mode.close()
            await self.http.close()
            await runner.cleanup()

    async def _save_until_stopped(self, stopping: asyncio.Event) -> None:
        saved = -1
        while not stopping.is_set():
            if self._data and self.workspace.revision != saved:
                saved = self.workspace.revision
                save(self.workspace, self._data)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), SAVE_EVERY if self._data else None)
        if self._data:
            save(self.workspace, self._data)
