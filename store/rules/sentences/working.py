"""Agents at work: assigning, handing on, severity, helpers, the checklist, a later promise."""

from typing import Final

CHOOSE_AGENT_OR_TEAM: Final = "Choose an agent or a team, one of the two."
CHOOSE_PERSON_OR_TEAM: Final = "Choose a person or a team, one of the two."
HAS_IT_ALREADY: Final = "That person has it already. Choose somebody else."
NO_AGENT: Final = "That person is not an agent who may work this ticket. Choose an agent."
HANDOFF_NOTE: Final = "Say where it stands: whoever takes over reads it first."
WHY_BACK: Final = "Say why: whoever gets it back reads it first."
WHY_ESCALATED: Final = "Say why: whoever takes over reads it first."
WHY_SEVERITY: Final = "Say why it changes."
MILDER: Final = "That is milder than now. To lower it, use Change severity."
LOWER_TIER: Final = "That team is of a lower tier. To hand it there, use Reassign."
RAISE_SOMETHING: Final = "Choose a higher severity, another team, or both."

WITH_THEM_ALREADY: Final = "They have the ticket: write in its thread instead."
PRIVATE_TO_TEAM: Final = "This ticket is private to its team. Ask one of the team, as a person."
ASK_REQUESTER: Final = "It is their ticket: use Reply, or Waiting on requester."
MAY_NOT_SEE: Final = "This ticket is private, and that person may not see it. Ask somebody else."

WHY_WAIVED: Final = "Say why it need not be done."
TICK_OR_WAIVE: Final = "Tick what was done, or say why the rest need not be."

CHOOSE_MOMENT: Final = "Choose the day and the time that you promise."
MOMENT_PASSED: Final = "That moment has passed. Choose a later one."
NOT_LATER: Final = "That is no later than what is promised already. Choose a later moment."
WHY_LATER: Final = "Say why it takes longer: whoever takes over wants to know."


def with_team_already(team: str) -> str:
    return f"It is with {team} already. Choose another team, or an agent."


def that_severe_already(severity: str) -> str:
    return f"It is {severity} already. Choose another."


def no_other_topic(ticket: int) -> str:
    return (
        f"Ticket #{ticket} keeps its topic: it is private, or there is no other that is not. "
        "*Split off…* makes a ticket of its own of a part."
    )


def topic_wants(topic: str) -> str:
    return f"The topic {topic} is at least that severe."


def not_that_topic(ticket: int) -> str:
    return f"Ticket #{ticket} cannot have that topic. Choose another."


def nothing_higher(ticket: int) -> str:
    return (
        f"Ticket #{ticket} has the highest severity and tier already. "
        "*Reassign* hands it to somebody else."
    )


def hand_over_settled(ticket: int) -> str:
    return (
        f"That hand-over of ticket #{ticket} is settled: the ticket has moved on since. "
        "Its card shows who has it."
    )


def handed_to(ticket: int, assignee: str) -> str:
    return (
        f"Ticket #{ticket} was handed to <@{assignee}>, who can answer that. "
        "*Reassign* on its card moves it."
    )


def not_asked(ticket: int) -> str:
    return (
        f"Only those who were asked about ticket #{ticket} can answer that. "
        "`/ticket` gets you help of your own."
    )


def no_checklist(ticket: int) -> str:
    return (
        f"The topic of ticket #{ticket} has no checklist. "
        "An admin adds one in deskbell.toml, under the topic."
    )
