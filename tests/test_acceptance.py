"""What people do with a help desk at work, and the stories that show it: tests/acceptance.txt."""

import ast
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ROWS: Final = 119


def rows() -> dict[int, str]:
    """The stories of each row, or why there is none."""
    lines = (HERE / "acceptance.txt").read_text("utf-8").splitlines()
    split = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return {int(number): stories for number, _, stories in split}


def is_there(story: str) -> bool:
    """Whether the file exists, and the test in it, if one is named."""
    file, _, name = story.partition("::")
    if not (HERE / file).is_file():
        return False
    tree = ast.parse((HERE / file).read_text("utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return name in tests if name else any(test.startswith("test_") for test in tests)


def test_every_row_of_the_list_has_stories_that_exist_or_says_why_not() -> None:
    listed = rows()
    assert sorted(listed) == list(range(1, ROWS + 1))
    shown = {row: told.split() for row, told in listed.items() if not told.startswith("open: ")}
    missing = {row: [s for s in told if not is_there(s)] for row, told in shown.items()}
    assert {row: gone for row, gone in missing.items() if gone} == {}
    assert len(shown) > ROWS * 0.9
