"""What somebody who comes to a ticket later reads first: what was asked, and said since."""

from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock

from handlers.views.bulletin import Bulletin
from handlers.views.files import listed
from handlers.views.words import Mention, Moment, Words, cut, md, quoted, said
from store.models import Answer, Reply

LATEST: Final = 5
"""Of what was said; `/ticket` with the number shows all of it."""

REQUEST: Final = 900
SPOKEN: Final = 300
"""Characters of each."""


def so_far(bulletin: Bulletin) -> list[Block]:
    """The request, the latest words of both sides, and the files: for the requester's side alone,
    as the type of a bulletin sees to.
    """
    ticket, count = bulletin.ticket, len(bulletin.so_far)
    blocks: list[Block] = []
    if ticket.details:
        blocks += [said([Words("What was asked", bold=True)], cut(ticket.details, REQUEST))]
    if count:
        title = f"Said so far, the last {LATEST} of {count}" if count > LATEST else "Said so far"
        blocks.append(said([Words(title, bold=True)]))
    for words in bulletin.so_far[-LATEST:]:
        blocks += _spoken(bulletin, words)
    blocks += listed(bulletin.came_with, bulletin.policy)
    shows = f"`/ticket {ticket.id}` shows it all, whenever you like."
    return [*blocks, ContextBlock(elements=[md(shows)])]


def _spoken(bulletin: Bulletin, words: Reply | Answer) -> list[Block]:
    is_reply = isinstance(words, Reply)
    author = bulletin.agent(words.author) if is_reply else Mention(words.author)
    return [
        said([author, Words(", "), Moment(words.at), Words(":")]),
        *quoted(cut(words.text, SPOKEN)),
    ]
