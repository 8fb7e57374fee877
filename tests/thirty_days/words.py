"""What the auditor expects and what the reader finds, in the same few words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tests.thirty_days.minutes import MINUTE


class Word(NamedTuple):
    """One thing that somebody has to hear: `to` is a person or a channel, `about` the target with
    its deadline, or the rota.
    """

    what: str
    to: str
    ticket: int
    about: str


class Said(NamedTuple):
    """The same with the minute of the story in which it is said."""

    at: int
    word: Word


class Happened(NamedTuple):
    """An audit event as it lies in the table."""

    ticket: int
    kind: str
    actor: str
    at: int
    changes: Mapping[str, list[Any]]

    def to(self, name: str) -> Any:
        """What something became; None when the event does not say."""
        return self.changes.get(name, [None, None])[1]


def minute(start: datetime, at: datetime) -> int:
    """The minute of the story, counted from 0, in which this instant lies."""
    return (at - start) // MINUTE
