"""Pages and drills, shifts and who takes them, being away."""

from collections.abc import Iterable
from typing import Final

PAGE_UNKNOWN: Final = (
    "This page is not known any more. Nothing was changed; `/oncall` shows who is on call."
)
NO_CHAIN: Final = "There is no chain to call. An admin adds one in deskbell.toml, [on_call]."
DRILL: Final = "DRILL: a test of the paging chain"
DRILL_DETAILS: Final = "This is an exercise. Nothing is broken. Please answer as if it were real."
DRILL_FOR_LEADS: Final = "Only leads and admins can start a drill. Ask one of them."
DRILL_RINGS: Final = "A drill is ringing already. Wait for its report."
DRILL_OVER: Final = "Nothing rings any more: the drill is over. Its report says how it went."

QUESTION_UNKNOWN: Final = (
    "This question is not known any more. Nothing was changed; `/oncall` shows who is on call."
)
FORCE_FOR_ADMINS: Final = "Only admins can change shifts without asking. Ask one of them."
SHIFTS_OF_TWO: Final = (
    "Only the two people concerned and admins can change these shifts. Ask one of them."
)
SAME_PERSON: Final = "That is the same person. Choose somebody else."
COULD_NOT_WORK: Final = (
    "They are no agent and in no rota, so they could not work the tickets. Choose somebody else."
)
TIME_IS_OVER: Final = "That time is over. Choose one that lies ahead."
ENDS_BEFORE: Final = "It ends before it begins. Choose a later end."
WITHIN_SHIFT: Final = "Choose a time within that shift."
LATER_WITHIN_SHIFT: Final = "Choose a later time within that shift."
YOURS_ALREADY: Final = "That shift is yours already. Choose another."
NOBODY_TO_SWAP: Final = "Nobody is on call then, so there is nobody to swap with. Take it."

AWAY_FOR_AGENTS: Final = (
    "Only agents can be away: tickets are assigned to nobody else. `/ticket help` shows the rest."
)
DAY_BEGUN: Final = "That day is over or has begun. Name a later one, or none."
WHICH_DAY: Final = (
    "I did not understand the day. Type `/ticket away`, `/ticket away until friday`, or "
    "`/ticket away until 2026-12-24`."
)


def everybody_must(ticket: int, missing: str) -> str:
    return (
        f"The page for ticket #{ticket} wants an answer from everybody it called: {missing} "
        "still have to acknowledge. Nothing was changed."
    )


def not_called(ticket: int) -> str:
    return (
        f"The page for ticket #{ticket} did not call you, so there is nothing to turn down. "
        "If you can help, press *Acknowledge*."
    )


def acknowledged_by(ticket: int, person: str) -> str:
    return f"<@{person}> has ticket #{ticket} already. Nothing was changed."


def gone_on(ticket: int, whom: str) -> str:
    return (
        f"The page for ticket #{ticket} has gone on already: it called {whom}. Nothing was "
        "changed; press again if the next one is needed, too."
    )


def nobody_above(ticket: int) -> str:
    return (
        f"There is nobody above the last level that was called for ticket #{ticket}. Nothing was "
        "changed; call somebody directly if it cannot wait."
    )


def may_not_answer(ticket: int) -> str:
    return (
        f"Only agents and people on call can answer the page for ticket #{ticket}. "
        "`/oncall` shows who they are."
    )


def rings_no_more(ticket: int, status: str) -> str:
    return f"Nothing rings any more: ticket #{ticket} is {status}. `/ticket {ticket}` shows it."


def agreed_already(person: str) -> str:
    return f"<@{person}> agreed to this change already. `/oncall` shows who is on call."


def declined_already(person: str) -> str:
    return f"<@{person}> said no to this change already. `/oncall` shows who is on call."


def taken_back(person: str) -> str:
    return f"<@{person}> took this change back already. `/oncall` shows who is on call."


def has_it_already(person: str) -> str:
    return f"<@{person}> has that shift already. Choose another."


def no_rota(key: str) -> str:
    return f"There is no rota `{key}` any more. Type `/oncall` to see the rotas."


def no_rota_called(wanted: str, known: Iterable[str]) -> str:
    there_are = f"No rota is called “{wanted}”. There are: {', '.join(known)}."
    return f"{there_are} `/oncall help` shows what you can type."


def not_theirs(owner: str | None) -> str:
    """None: nobody was on call then."""
    whose = f"<@{owner}> is not on call" if owner else "Somebody is on call"
    return f"{whose} for all of that time (any more). Look at /oncall and choose again."


def no_own_shift(rota: str) -> str:
    return f"You have no shift in {rota} in the next eight weeks. `/oncall` shows whose they are."


def no_other_shift(rota: str) -> str:
    return (
        f"Nobody else has a shift in {rota} in the next eight weeks. An admin adds people to it "
        "in deskbell.toml, [rotas]."
    )
