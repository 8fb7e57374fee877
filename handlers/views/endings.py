"""What a requester is asked when it is over: how it went, whether it holds, and whether it is."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, SectionBlock

from handlers.routes import Action
from handlers.views.bulletin import Bulletin
from handlers.views.buttons import button
from handlers.views.words import Mention, Moment, Piece, Words, md, moment, phrase, plain
from store.models import Rating, Ticket
from store.rules.lifecycle import Status
from store.rules.policy import goes_on_anew

CAME_BACK: Final = "It came back"
STARS: Final = range(1, 6)
RATING: Final = "rating"
"""The block id of the row of stars begins with this."""


def closed(bulletin: Bulletin) -> list[Piece]:
    """That it is closed, and whether its solution follows."""
    told = bulletin.tell("Your {ticket} is closed. Thank you for your patience.")
    return [*told, Words(" This solved it:")] if bulletin.solution else told


def after_closing(bulletin: Bulletin) -> list[Block]:
    """How it went, and the way back; nothing of it once the ticket is open again."""
    ticket = bulletin.ticket
    if ticket.status != Status.CLOSED or ticket.closed_at is None:
        return []
    until = moment(ticket.closed_at + bulletin.policy.quiet.reopen_window, bulletin.zone)
    back = f"Should it come back, tell us here: until {until} we open this ticket again."
    return [
        *([] if bulletin.rated else [_how_was_it(ticket), stars(ticket)]),
        _small(back),
        ActionsBlock(elements=[button(Action.NOT_FIXED, ticket, label=CAME_BACK)]),
    ]


def stars(ticket: Ticket) -> ActionsBlock:
    """One tap, 1 to 5."""
    return ActionsBlock(
        block_id=f"{RATING}-{ticket.id}",
        elements=[
            ButtonElement(
                action_id=f"{Action.RATE}:{number}",
                text=plain(f"{number} \u2605"),
                value=f"{ticket.id}:{ticket.version}",
            )
            for number in STARS
        ],
    )


def rated(number: int, ticket_id: int, version: int) -> list[Block]:
    """What stands in their place then: thanks, and room for a word."""
    why = ButtonElement(
        action_id=Action.COMMENT, text=plain("Say why"), value=f"{ticket_id}:{version}"
    )
    thanks = f":star: You rated it *{number} of {STARS[-1]}*. Thank you!"
    return [_small(thanks), ActionsBlock(block_id=f"{RATING}-{ticket_id}", elements=[why])]


def verdict(rating: Rating) -> list[Piece]:
    """Who gave how many, and why, for those who may know."""
    number = Words(f"{rating.stars} of {STARS[-1]}", bold=True)
    why = [Words(f": {rating.comment}")] if rating.comment else []
    return [Mention(rating.person), Words(": "), number, *why]


def follow_up(bulletin: Bulletin) -> list[Piece]:
    """Some days after closing."""
    told = bulletin.tell("We closed your {ticket}")
    if bulletin.ticket.closed_at is not None:
        told += phrase(" ({when})", when=Moment(bulletin.ticket.closed_at))
    return [*told, Words(". "), Words("Is everything still good?", bold=True)]


def does_it_hold(bulletin: Bulletin) -> list[Block]:
    """The two answers to "Is everything still good?"."""
    ticket = bulletin.ticket
    good = button(Action.STILL_GOOD, ticket, label="Yes, still good", style="primary")
    back = button(Action.NOT_FIXED, ticket, label=CAME_BACK)
    return [ActionsBlock(elements=[good, back])]


def reopen_question(bulletin: Bulletin) -> list[Piece]:
    """After a message that says more than thanks."""
    if _goes_on_anew(bulletin):
        return bulletin.tell(
            "The agents see your message. Your {ticket} was closed some time ago: *shall we open "
            "a new ticket* that goes on from it?"
        )
    state = "resolved" if bulletin.ticket.status == Status.RESOLVED else "closed"
    return bulletin.tell(
        f"The agents see your message. Your {{ticket}} is {state}: *shall we open it again?*"
    )


def reopen_or_not(bulletin: Bulletin) -> list[Block]:
    """The two answers."""
    label = "Open a new ticket" if _goes_on_anew(bulletin) else "Reopen"
    yes = button(Action.REOPEN_OWN, bulletin.ticket, label=label, style="primary")
    no = button(Action.ONLY_REMARK, bulletin.ticket, label="It's only a remark")
    return [ActionsBlock(elements=[yes, no])]


def _goes_on_anew(bulletin: Bulletin) -> bool:
    ticket = bulletin.ticket
    return goes_on_anew(bulletin.policy, ticket.topic, ticket.closed_at, bulletin.at)


def answered(text: str) -> Sequence[Block]:
    """What stands in place of two answers once one was given; `text` is ours."""
    return [_small(text)]


def _how_was_it(ticket: Ticket) -> SectionBlock:
    asked = f"*How did it go with ticket {ticket.number}?* 1 is poor, 5 is great."
    return SectionBlock(text=md(asked))


def _small(text: str) -> ContextBlock:
    return ContextBlock(elements=[md(text)])
