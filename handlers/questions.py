"""A question in a message, once it is answered: the buttons make room for the answer."""

import logging
from collections.abc import Sequence
from itertools import takewhile

from slack_bolt import BoltContext
from slack_sdk.models.blocks import Block

from handlers.payload import Body
from handlers.views.endings import answered

_log = logging.getLogger(__name__)


def put_away(context: BoltContext, body: Body, answer: str) -> None:
    """The message keeps its words; `answer`, ours, stands where the buttons were."""
    put_below(context, body, answered(answer))


def put_below(context: BoltContext, body: Body, blocks: Sequence[Block]) -> None:
    """The message keeps its words; these stand where its buttons were, and what came below them."""
    if "message" in body:
        kept = takewhile(lambda block: block["type"] != "actions", body["message"]["blocks"])
        _show(context, body, [*kept, *blocks])


def put_in_place(context: BoltContext, body: Body, blocks: Sequence[Block]) -> None:
    """Only the row that was pressed makes room; the rest of the message stays."""
    if "message" not in body:
        return
    pressed = body["actions"][0]["block_id"]
    shown: list[Block | Body] = []
    for block in body["message"]["blocks"]:
        shown += blocks if block.get("block_id") == pressed else [block]
    _show(context, body, shown)


def _show(context: BoltContext, body: Body, blocks: Sequence[Block | Body]) -> None:
    """What was answered is saved by now: buttons that stay, because Slack is slow, would change
    nothing.
    """
    if context.respond is None:
        return
    drawn = [block if isinstance(block, Block) else dict(block) for block in blocks]
    try:
        context.respond(text=body["message"]["text"], blocks=drawn, replace_original=True)
    except OSError as error:
        _log.info("question not put away error=%s", type(error).__name__)
