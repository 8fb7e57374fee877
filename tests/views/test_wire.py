"""What is sent is what the SDK would send (`sample` compares all that other tests draw)."""

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import DividerBlock, RichTextBlock, RichTextSectionElement

from handlers.views.size import BLOCKS, MOST, OLDER, newest
from handlers.views.wire import Sheet, as_sent
from handlers.views.words import plain


def test_what_slack_would_refuse_is_refused_before_it_is_sent() -> None:
    too_long = DividerBlock(block_id="x" * 256)
    with pytest.raises(SlackObjectFormationError, match="block_id"):
        as_sent(too_long)
    with pytest.raises(SlackObjectFormationError, match="block_id"):
        Sheet(type="modal", title=plain("Ticket"), blocks=[too_long]).to_dict()


def test_what_is_empty_is_left_out_but_where_slack_wants_it() -> None:
    empty = RichTextBlock(elements=[RichTextSectionElement(elements=[])])
    assert as_sent(empty)["elements"] == [{"type": "rich_text_section", "elements": []}]
    assert as_sent(DividerBlock(block_id="")) == {"type": "divider"} == DividerBlock().to_dict()


def test_what_does_not_fit_is_not_even_drawn() -> None:
    drawn: list[int] = []

    def draw(number: int) -> list[DividerBlock]:
        drawn.append(number)
        return [DividerBlock(block_id=str(number))]

    for many in (MOST, 1000):
        drawn.clear()
        shown = [block.to_dict() for block in newest(range(many), draw)]
        assert drawn == list(range(many))[: -MOST - 1 : -1]
        assert shown[0]["elements"][0]["text"] == OLDER
        assert [block["block_id"] for block in shown[1:]] == [
            str(number) for number in range(many - BLOCKS, many)
        ]
