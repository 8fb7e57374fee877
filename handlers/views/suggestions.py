"""What a form shows below the summary while it is written: perhaps nobody needs to send it."""

from slack_sdk.models.blocks import Block, ButtonElement, ContextBlock, SectionBlock

from handlers.routes import Action
from handlers.views.words import isolated, plain
from store.suggestions import Known, Suggestions


def suggested(found: Suggestions) -> list[Block]:
    """Nothing, or a line and what was found."""
    if not found.tickets:
        return []
    intro = ContextBlock(elements=[plain("Is it one of these? Then you need not send a new one.")])
    return [intro, *map(_ticket, found.tickets)]


def _ticket(known: Known) -> SectionBlock:
    whose = "yours" if known.is_own else "asked by a colleague"
    told = f"#{known.ticket} · {isolated(known.summary)}\n{known.status.label}, {whose}"
    return SectionBlock(text=plain(told), accessory=_button(known))


def _button(known: Known) -> ButtonElement | None:
    value = f"{known.ticket}:{known.version}"
    if known.is_own:
        return ButtonElement(action_id=Action.OPEN, text=plain("Open"), value=value)
    return None
