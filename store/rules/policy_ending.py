"""How a ticket ends, as deskbell.toml describes it."""

from typing import Literal

from pydantic import Field

from store.rules.policy_part import Label, Part

CAUSES: int = 100
"""What a Slack menu holds."""


class Ending(Part):
    """What agents say when they resolve, whether closing waits for the requester's word, and who
    sees how people rate it.
    """

    causes: tuple[Label, ...] = Field(default=(), max_length=CAUSES)
    """Kinds of cause that every topic offers, before its own."""

    required: tuple[Literal["cause_kind", "cause", "fix", "fixed_by"], ...] = ("cause", "fix")
    """What must be said when resolving."""

    confirm_before_close: bool = False
    """Agents close nothing by themselves: the requester says that it is fixed, or stays silent."""

    ratings_seen_by: Literal["agents", "leads", "nobody"] = "agents"
