"""How the desk is, over HTTP: for supervisors, load balancers, dashboards, and whoever is on duty.

`/livez`    the loops turn (restart the process when they do not; the database is not asked)
`/readyz`   the desk can write and Slack can reach it (send it no traffic when not)
`/healthz`  the last checkup found nothing (look into it when not; restarting will not help)
`/metrics`  numbers for Prometheus

Nothing here tells anything about tickets or people.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

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


class Health:
    """The pages as a WSGI application. A process whose desk is not open yet stands by."""

    def __init__(self, desk: Callable[[], Asked | None]) -> None:
        self._desk = desk

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a GET of one of `PATHS`."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return _answer(start, HTTPStatus.METHOD_NOT_ALLOWED, b"")
        desk = self._desk()
        match environ["PATH_INFO"]:
            case "/livez":
                return _page(start, desk.live() if desk else _standby(well=True))
            case "/readyz":
                return _page(start, desk.ready() if desk else _standby(well=False))
            case "/healthz":
                return _page(start, desk.healthy() if desk else _standby(well=True))
            case "/metrics":
                text = generate_latest(REGISTRY) + (generate_latest(desk.numbers) if desk else b"")
                return _answer(start, HTTPStatus.OK, text, CONTENT_TYPE_PLAIN_0_0_4)
            case _:
                return _answer(start, HTTPStatus.NOT_FOUND, b"")


def _standby(*, well: bool) -> Answer:
    return Answer(well, {"standby": True})


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
