"""How the desk is, over HTTP: for supervisors, load balancers, dashboards, and whoever is on duty.

`/livez`    the loops turn (restart the process when they do not; the database is not asked)
`/readyz`   the desk can write and Slack can reach it (send it no traffic when not)
`/healthz`  the last checkup found nothing (look into it when not; restarting will not help)
`/metrics`  numbers for Prometheus

Nothing here tells anything about tickets or people.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, NamedTuple, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from bot.http_server import length_of
from bot.listeners import LARGEST_BODY

PATHS: Final = frozenset({"/livez", "/readyz", "/healthz", "/metrics"})


class Answer(NamedTuple):
    """Whether all is well, and what was looked at."""

    well: bool
    told: Mapping[str, Any]


class Asked(Protocol):
    """Whoever knows how the desk is."""

    @property
    def numbers(self) -> Collector:
        """For the metrics."""

    def live(self) -> Answer:
        """The loops turn."""

    def ready(self) -> Answer:
        """The desk can write, and Slack can reach it."""

    def healthy(self) -> Answer:
        """The last checkup found nothing."""


class NotYet:
    """A process whose desk is not open, and why: alive, and not ready."""

    def __init__(self, told: Mapping[str, Any], *, well: bool) -> None:
        self._told = told
        self._well = well
        self.numbers: Collector = CollectorRegistry()

    def live(self) -> Answer:
        """Nothing is wrong with the process."""
        return Answer(well=True, told=self._told)

    def ready(self) -> Answer:
        """Not before the desk is open."""
        return Answer(well=False, told=self._told)

    def healthy(self) -> Answer:
        """Whether that is how it should be."""
        return Answer(self._well, self._told)


def standing_by() -> NotYet:
    """Another process runs the desk; this one takes over when that ends."""
    return NotYet({"standby": True}, well=True)


def waiting_for_slack(why: str) -> NotYet:
    """The desk cannot open before Slack answers."""
    return NotYet({"slack": False, "why": why}, well=False)


class Health:
    """The pages as a WSGI application."""

    def __init__(self, desk: Callable[[], Asked]) -> None:
        self._desk = desk

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a GET of one of `PATHS`. What Slack posts before the desk is open is not for it
        yet: a proxy asks another replica, and Slack sends events again.
        """
        desk = self._desk()
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            _hear_out(environ)
            is_early = isinstance(desk, NotYet)
            too_early, never = HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.METHOD_NOT_ALLOWED
            return _answer(start, too_early if is_early else never, b"")
        match environ["PATH_INFO"]:
            case "/livez":
                return _page(start, desk.live())
            case "/readyz":
                return _page(start, desk.ready())
            case "/healthz":
                return _page(start, desk.healthy())
            case "/metrics":
                text = generate_latest(REGISTRY) + generate_latest(desk.numbers)
                return _answer(start, HTTPStatus.OK, text, CONTENT_TYPE_PLAIN_0_0_4)
            case _:
                return _answer(start, HTTPStatus.NOT_FOUND, b"")


def _hear_out(environ: WSGIEnvironment) -> None:
    """Whoever is hung up on while still talking never reads the answer."""
    with suppress(TimeoutError):
        environ["wsgi.input"].read(min(length_of(environ) or 0, LARGEST_BODY))


def _page(start: StartResponse, answer: Answer) -> list[bytes]:
    status = HTTPStatus.OK if answer.well else HTTPStatus.SERVICE_UNAVAILABLE
    body = json.dumps({"well": answer.well, **answer.told}).encode() + b"\n"
    return _answer(start, status, body, "application/json")


def _answer(
    start: StartResponse, status: HTTPStatus, body: bytes, kind: str = "text/plain"
) -> list[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    start(f"{status.value} {status.phrase}", headers)
    return [body]
