"""Calls that were cut off and are done all the same: later, when nobody expects it any more."""

import asyncio
import time
from datetime import datetime, timedelta

from sandbox.slack import Slack
from sandbox.web_api.dispatch import Request, answer, begin, finish


class LateCalls:
    """Does each call once its time has come on the sandbox's clock, whether that runs or skips."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._waiting: list[tuple[datetime, Request]] = []
        slack.clock.on_skip(self._do_what_is_due)

    def put_off(self, request: Request, seconds: float) -> None:
        """Do it after these seconds of sandbox time; called on the server's event loop."""
        with self._slack.workspace.lock:
            due = self._slack.clock.now() + timedelta(seconds=seconds)
            self._waiting.append((due, request))
        asyncio.get_running_loop().call_later(seconds, self._do_what_is_due)

    def _do_what_is_due(self) -> None:
        with self._slack.workspace.lock:
            now = self._slack.clock.now()
            due = [request for at, request in self._waiting if at <= now]
            self._waiting = [(at, request) for at, request in self._waiting if at > now]
        for request in due:
            started = time.monotonic()
            entry = begin(self._slack, request)
            finish(self._slack, entry, answer(self._slack, request), started, "done late")
