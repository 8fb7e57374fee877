"""The sample company that plays in the local Slack: everyone here is made up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.records import Channel, ChannelKind, User, UserGroup

BOT_USER_ID = "U0DESKBELL1"
BOT_ID = "B0DESKBELL1"
APP_ID = "A0DESKBELL1"
TEAM_ID = "T0SANDBOX01"


@dataclass
class Company:
    """Who works where: the workspace starts as a copy of this."""

    name: str
    domain: str
    people: list[User] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    groups: list[UserGroup] = field(default_factory=list)

    def person(self, name: str) -> User:
        """Look somebody up by first name, full name or id; KeyError names who there is."""
        for user in self.people:
            if name in (user.first_name, user.real_name, user.id):
                return user
        raise KeyError(f"nobody is called {name}; there are {[u.first_name for u in self.people]}")

    def channel(self, name: str) -> Channel:
        """Look a channel up by its name, with or without the #."""
        for channel in self.channels:
            if channel.name == name.removeprefix("#"):
                return channel
        raise KeyError(f"no channel {name}; there are {[c.name for c in self.channels]}")


def sample_company() -> Company:
    """A small firm with requesters, two support teams, someone on call and the odd cases."""
    people = _people()
    return Company(
        name="Sample Company",
        domain="sample-company",
        people=people,
        channels=_channels([user.id for user in people if not user.deleted and not user.is_guest]),
        groups=[
            UserGroup("S0ITAGENTS1", "it-agents", "IT support", ["U0JOHN00004", "U0JANE00005"]),
            UserGroup("S0BANKING02", "banking", "Online Banking", ["U0JERRY0007"]),
        ],
    )


def _people() -> list[User]:
    return [
        _employee("U0KAREN0001", "Karen Example", "Accountant", "Europe/Berlin"),
        _employee("U0KEN000002", "Ken Sample", "Sales representative", "America/New_York"),
        _employee("U0CHRIS0003", "Chris Figment", "Chief financial officer", "Europe/London"),
        _employee("U0JOHN00004", "John Placeholder", "IT support agent", "Europe/Berlin"),
        _employee("U0JANE00005", "Jane Specimen", "IT support agent", "Europe/Berlin"),
        _employee("U0LENA00006", "Lena Template", "IT support lead", "Europe/Berlin"),
        _employee(
            "U0JERRY0007", "Jerry Mockup", "Systems engineer, online banking", "Asia/Kolkata"
        ),
        _employee("U0OMAR00008", "Omar Standin", "Engineer on call", "America/New_York"),
        _employee("U0ADA000009", "Ada Nobody", "Workspace admin", "Europe/Berlin", is_admin=True),
        _employee("U0GUS000010", "Gus Visitor", "Contractor", "Europe/Berlin", is_restricted=True),
        _employee("U0DANA00011", "Dana Formerly", "Left last year", "Europe/Berlin", deleted=True),
    ]


def _employee(
    user_id: str,
    name: str,
    title: str,
    tz: str,
    *,
    is_admin: bool = False,
    is_restricted: bool = False,
    deleted: bool = False,
) -> User:
    handle = name.split(" ", 1)[0].lower()
    return User(
        id=user_id,
        handle=handle,
        real_name=name,
        email=f"{handle}@example.com",
        title=title,
        tz=tz,
        is_admin=is_admin,
        is_restricted=is_restricted,
        deleted=deleted,
    )


def _channels(everyone: list[str]) -> list[Channel]:
    support = ["U0JOHN00004", "U0JANE00005", "U0LENA00006"]
    banking = ["U0JERRY0007", "U0LENA00006"]
    on_call = ["U0OMAR00008", "U0LENA00006", "U0JERRY0007", "U0JOHN00004", "U0JANE00005"]
    return [
        _channel("C0GENERAL01", "general", [*everyone, "U0GUS000010", BOT_USER_ID]),
        _channel("C0HELPDESK2", "help-desk", [*support, *banking[:1], BOT_USER_ID]),
        _channel("C0TEAMIT003", "team-it", [*support, BOT_USER_ID], kind="group"),
        _channel("C0BANKING04", "team-banking", [*banking, BOT_USER_ID], kind="group"),
        _channel("C0ONCALL005", "on-call", [*on_call, BOT_USER_ID]),
        _channel("C0ARCHIVED6", "archived-projects", [*everyone], archived=True),
        _channel("C0SECRET007", "secret", ["U0CHRIS0003", "U0ADA000009"], kind="group"),
    ]


def _channel(
    channel_id: str,
    name: str,
    members: Sequence[str],
    *,
    kind: ChannelKind = "channel",
    archived: bool = False,
) -> Channel:
    return Channel(channel_id, name, kind, list(members), archived=archived, creator="U0ADA000009")
