"""Emoji that the desk writes are seen in the demo also by browsers that have no font for them."""

import re
from pathlib import Path

import handlers
from sandbox.page.emoji import ICONS, character

CODE = re.compile(r":([a-z0-9_]+):")
SIGN = re.compile(r"\bSign\((.*)")
NAME = re.compile(r'"([a-z0-9_]+)"')


def test_each_has_an_icon_to_stand_in_for_it() -> None:
    written = "\n".join(
        file.read_text("utf-8") for file in Path(handlers.__file__).parent.rglob("*.py")
    )
    names = {*CODE.findall(written), *NAME.findall("\n".join(SIGN.findall(written)))}
    emoji = {name: char.rstrip("\ufe0f") for name in names if (char := character(name))}
    assert len(emoji) > 20
    assert {name for name, char in emoji.items() if char not in ICONS} == set()
