"""What is owed on a ticket, and the rules by which it is."""

from dataclasses import dataclass, field

from tests.thirty_days.minutes import Calendar, Table


@dataclass(frozen=True)
class Rules:
    """deskbell.toml as it stood for a while, with its calendars."""

    file: Table
    calendars: dict[str, Calendar]

    def rank(self, severity: str) -> int:
        """0 is the worst."""
        return list(self.file["severities"]).index(severity)

    def calendar(self, severity: str, team: str) -> str:
        """The severity's own wins over the team's."""
        own = self.file["severities"][severity].get("calendar")
        return str(own or self.file["teams"][team].get("calendar", self.file["desk"]["calendar"]))


@dataclass
class Owed:
    """Something that was promised; times are minutes of the story."""

    kind: str
    started: int
    length: int = 0
    calendar: str = ""
    promised: tuple[int, int] | None = None
    """Until when, and when that was said."""
    due: int | None = None
    known: int | None = None
    """The deadline that people know: stays while the clock stands still."""
    missed: int | None = None
    is_met: bool = False
    is_gone: bool = False
    heard: dict[str, int] = field(default_factory=dict)
    ahead: dict[str, int] = field(default_factory=dict)
    """What is still to be said, and when."""
    silenced: set[str] = field(default_factory=set)
    """What should have been said while the clock stood still."""

    @property
    def is_open(self) -> bool:
        return not self.is_met and not self.is_gone

    @property
    def is_late(self) -> bool:
        return self.missed is not None and self.due is not None and self.due <= self.missed

    @property
    def name(self) -> str:
        """The target and its deadline."""
        return f"{self.kind}@{self.due}"
