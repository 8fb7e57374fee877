"""What a person notices after having done something."""

from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field

from sandbox.delivery import Ack

GRACE = 10.0
"""Seconds beyond Slack's patience: a delayed envelope still has its time."""


@dataclass(frozen=True)
class Outcome:
    """`text` is what the app answered on the spot, `notice` what Slack itself had to say.

    `errors` are sentences at fields, by label; then the app may not even have been asked.
    """

    acked: bool
    text: str = ""
    notice: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True when the app took it and nobody complained."""
        return self.acked and not self.notice and not self.errors


def wait(delivery: "Future[Ack] | None", seconds: float) -> Ack:
    """Block until the app acked or Slack gave up; nothing sent counts as taken."""
    if delivery is None:
        return Ack("acked")
    try:
        return delivery.result(seconds + GRACE)
    except CancelledError:
        # The server stopped while this was on its way.
        return Ack("no connection")
