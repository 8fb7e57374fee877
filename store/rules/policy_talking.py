"""How agents and requesters talk, as deskbell.toml describes it: the table [talking]."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from store.rules.durations import Duration
from store.rules.policy_part import Part

_LONGEST_UNDO = timedelta(minutes=5)


def _undo(length: timedelta) -> timedelta:
    if length > _LONGEST_UNDO:
        raise ValueError('the requester would wait for so long; use "5 min" at most.')
    return length


def _prefix(text: str) -> str:
    if text.isalnum():
        raise ValueError(
            "a note may begin like that by chance, and would be sent; begin with a sign, such as "
            '">>".'
        )
    return text


class Talking(Part):
    """Replies and hand-offs. A `send_prefix` is off unless it is given."""

    undo: Annotated[Duration, AfterValidator(_undo)] = timedelta(seconds=10)
    """For so long a reply can be taken back before it goes out; 0 sends at once."""

    send_prefix: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=20),
            AfterValidator(_prefix),
        ]
        | None
    ) = None
    """What an agent writes in the team's thread with this in front is a reply to the requester."""

    handoff_note: Literal["required", "optional"] = "required"
    """Whether whoever hands a ticket over or escalates it has to say where it stands."""
