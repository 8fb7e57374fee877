"""Whose eyes a text is rendered for: names, time zone and the clock they see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.dates import render_date


@dataclass(frozen=True)
class Viewer:
    """One person looking at one moment.

    `names` maps the ids of users, channels and user groups to what is shown for them (without
    `@` or `#`); `now` is the sandbox's time, which decides what "today" means in `zone`.
    """

    user_id: str
    zone: ZoneInfo
    now: datetime
    names: Mapping[str, str]

    def name_of(self, slack_id: str) -> str:
        """The shown name, or the bare id for something this workspace doesn't have."""
        return self.names.get(slack_id, slack_id)

    def date(self, seconds: float | str, pattern: str, *, rich_text: bool = False) -> str:
        """An instant in Slack's date tokens, such as `{date_short_pretty} at {time}`."""
        whole = int(float(seconds))
        return render_date(whole, pattern, self.zone.key, self.now, rich_text=rich_text)
