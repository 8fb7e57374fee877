"""A major incident, for everybody in its channel: its public title, and what agents reply."""

from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock

from handlers.views.words import Piece, Sign, Words, isolated, md, phrase, quoted, said, spoken
from store.models import Incident, Reply

_TOLD: Final = {
    "declared": ("rotating_light", " *{title}*: we know, and we are working on it."),
    "update": ("speech_balloon", " News of *{title}*:"),
    "resolved": ("white_check_mark", " *{title}*: this is resolved."),
    "withdrawn": ("leftwards_arrow_with_hook", " *{title}*: taken back, it was no major incident."),
}

_NEXT: Final = {
    "declared": "Do you have this too? `/ticket` tells us, and you hear when it is over.",
    "resolved": "Does it still happen to you? `/ticket` tells us.",
}


def announcement(what: str, incident: Incident, words: Reply | None) -> list[Block]:
    """`what` is one of declared, update, resolved and withdrawn."""
    blocks: list[Block] = [said(_told(what, incident))]
    if words is not None:
        blocks += quoted(words.text)
    if what in _NEXT:
        blocks.append(ContextBlock(elements=[md(_NEXT[what])]))
    return blocks


def notification(what: str, incident: Incident) -> str:
    """The same in a line."""
    return spoken(_told(what, incident))


def _told(what: str, incident: Incident) -> list[Piece]:
    sign, told = _TOLD[what]
    return [Sign(sign), *phrase(told, title=Words(isolated(incident.title), bold=True))]
