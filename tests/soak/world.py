"""A company large enough to keep three replicas busy: many teams, each with its own channel.

Slack takes about one message a second in a channel, so it is the number of channels that decides
how much can be said. Every topic is private, which keeps its cards out of the common queue.
"""

from dataclasses import dataclass
from typing import Final

from sandbox import Company, sample_company
from sandbox.company import BOT_USER_ID
from sandbox.records import Channel, User
from tests.desk import DEMO_POLICY


@dataclass(frozen=True)
class Crew:
    """Two agents and a requester who have to do with each other alone."""

    number: int

    @property
    def topic(self) -> str:
        return f"Topic {self.number}"

    @property
    def channel(self) -> str:
        return f"C0SOAK{self.number:05d}"

    @property
    def agents(self) -> tuple[str, str]:
        return f"U0FIRST{self.number:04d}", f"U0SECND{self.number:04d}"

    @property
    def requester(self) -> str:
        return f"U0ASKER{self.number:04d}"


TEAM: Final = """
[teams.crew{number}]
name = "Crew {number}"
tier = 1
channel = "{channel}"
agents = ["{first}", "{second}"]

[topics.crew{number}]
name = "{topic}"
team = "crew{number}"
severity = "{severity}"
private = true
"""

SEVERITIES: Final = """
[severities.quick]
name = "Quick"
label = "Everything is due in no time"
first_response = "1 min"
next_response = "2 min"
resolution = "4 min"
calendar = "around_the_clock"

[severities.loud]
name = "Loud"
label = "Somebody is called"
first_response = "1 min"
resolution = "4 min"
calendar = "around_the_clock"
pages = true
"""
"""Short enough for reminders, breaches and pages that climb within a soak."""

LOUD_ONE_IN: Final = 8


def policy(crews: list[Crew]) -> str:
    """The demo's, with a team and a topic for every crew."""
    demo = DEMO_POLICY.replace("ack_minutes = 5", "ack_minutes = 1")
    return (
        demo
        + SEVERITIES
        + "".join(
            TEAM.format(
                number=crew.number,
                severity="quick" if crew.number % LOUD_ONE_IN else "loud",
                channel=crew.channel,
                topic=crew.topic,
                first=crew.agents[0],
                second=crew.agents[1],
            )
            for crew in crews
        )
    )


def company(crews: list[Crew]) -> Company:
    """The sample company and the crews."""
    firm = sample_company()
    for crew in crews:
        for user in (*crew.agents, crew.requester):
            firm.people.append(User(id=user, handle=user.lower(), real_name=f"{user} Example"))
        members = [*crew.agents, BOT_USER_ID]
        firm.channels.append(
            Channel(crew.channel, f"crew-{crew.number}", "group", members, creator="U0ADA000009")
        )
    return firm
