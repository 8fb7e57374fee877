"""What a requester types, until the agents see it: a real `deskbell run`, channels at rest."""

import time
from collections.abc import Iterator
from typing import Final

from sandbox import Sandbox
from sandbox.people import Person
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, at_most
from tests.bench.processes import RUN, connected
from tests.desk import enter, modal_of

REST_SECONDS: Final = 1.2
"""Between two messages, so that no channel waits for its pace."""

PATIENCE_SECONDS: Final = 20


def rows(databases: Databases, *, messages: int) -> Iterator[Row]:
    """From the moment at which Slack has the message to the one at which the thread shows it."""
    database = databases.empty("typing")
    store_on(database).close()
    with connected(RUN, database, databases.folder) as process:
        slack = process.slack
        karen = slack.person("Karen")
        _open(slack, karen)
        root = karen.find("", "#1")
        seconds = []
        for number in range(messages):
            time.sleep(REST_SECONDS)
            words = f"It is still so, said {number} times"
            started = time.perf_counter()
            karen.says(words, thread=root)
            _wait_until_said(slack, words)
            seconds.append(time.perf_counter() - started)
    seconds.sort()
    p95 = seconds[round(0.95 * (messages - 1))]
    what = f"typed by the requester, until the team's thread shows it (p95 of {messages})"
    yield at_most(what, p95, None, 1.5, "s")


def _open(slack: Sandbox, karen: Person) -> None:
    assert karen.types("/ticket Printer is silent").acked
    form = modal_of(karen)
    enter(form, "Details", "Since this morning")
    assert form.submit().ok
    _wait_until_said(slack, "#1 ")
    assert slack.workspace.wait_for(lambda: bool(karen.dm), PATIENCE_SECONDS)


def _wait_until_said(slack: Sandbox, words: str) -> None:
    """Where the team of this ticket reads."""
    there = slack.workspace.wait_for(
        lambda: any(words in each.text for each in slack.workspace.all_in("C0TEAMIT003")),
        PATIENCE_SECONDS,
    )
    assert there, f"nobody sees {words!r}"
