"""docs/messages.md shows everything that the desk says; `make messages` writes it anew."""

import re
from typing import Final

from handlers.routes import Form
from store.kinds import Duty, Kind, News, Tell
from tests.catalogue.captions import CAPTIONS, NO_PICTURE
from tests.catalogue.paper import written
from tests.test_house import ROOT

PAPER: Final = (ROOT / "docs" / "messages.md").read_text("utf-8")
PICTURES: Final = ROOT / "docs" / "messages"
LARGEST: Final = 3_200_000
"""Bytes of all pictures together: whoever clones the project gets them, too."""

KNOWN: Final = {
    *(f"news:{each}" for each in News), *(f"tell:{each}" for each in Tell),
    *(f"duty:{each}" for each in Duty), *(f"kind:{each}" for each in Kind),
    *(f"form:{each}" for each in Form), "home",
}  # fmt: skip


def test_every_kind_of_message_and_every_form_has_a_caption_and_nothing_else_has() -> None:
    assert {*CAPTIONS, *NO_PICTURE} == KNOWN
    assert not set(CAPTIONS) & set(NO_PICTURE)


def test_every_kind_of_message_and_every_form_is_in_the_docs_with_its_picture() -> None:
    shown = dict(re.findall(r"!\[([\w:]+)\]\(messages/([\w-]+\.png)\)", PAPER))
    assert [key for key in CAPTIONS if key not in shown] == []
    assert [key for key in NO_PICTURE if f"`{key}`" not in PAPER] == []
    there = {path.name for path in PICTURES.iterdir()}
    assert there == set(shown.values())


def test_the_captions_in_the_docs_are_those_of_today() -> None:
    without = re.sub(r"!\[.*\n", "", PAPER)
    lines = [line for line in written({}).splitlines() if line.startswith("**")]
    assert [line for line in lines if line not in without] == []


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) <= LARGEST
