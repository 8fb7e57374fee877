"""What the lives need of a desk, whether it lives in this process or in one that can be killed."""

from typing import Protocol

from sandbox import Sandbox
from sandbox.delivery import Ack, Envelope
from store.database import Store


class Line(Protocol):
    """The way of Slack's envelopes to the desk."""

    carried: list[Envelope]
    keeps: bool
    """Whether what comes stays on its way; it is in `carried`, to be handed over later."""

    def hand_over(self, envelope: Envelope) -> Ack:
        """Deliver it, perhaps not for the first time."""


class Running(Protocol):
    """One desk after the other, on one database and one Slack."""

    slack: Sandbox

    @property
    def line(self) -> Line:
        """The way to whichever desk is there now."""

    @property
    def store(self) -> Store:
        """Its database."""

    def tick(self) -> None:
        """Ring what is due now."""

    def work(self) -> None:
        """Ring and say whatever waits, however long that takes on the clock."""

    def kill(self) -> None:
        """Between two steps; another takes over."""

    def die_while_sending(self, place: int) -> None:
        """In the middle of `work`, at this place where it can tell places apart; another takes
        over.
        """
