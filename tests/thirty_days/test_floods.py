"""The auditor knows when many deadlines have to come in one message, and which."""

import pytest

from tests.thirty_days.digests import drowned, floods
from tests.thirty_days.reading import Digest
from tests.thirty_days.words import Said, Word

TOLD = [Said(60, Word("notice", "queue", number, f"resolution@{number}")) for number in range(1, 8)]
PAGING, *TOGETHER = (said.word.ticket for said in TOLD)


def _pages(ticket: int, _at: int) -> bool:
    return ticket == PAGING


def test_six_come_together_and_five_do_not_and_what_pages_comes_alone() -> None:
    assert floods(TOLD, _pages) == {(60, "queue"): set(TOLD[1:])}
    assert floods(TOLD[:-1], _pages) == {}


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        ([Digest(61, "queue", 6, tuple(TOGETHER))], 0),
        ([], 1),
        ([Digest(64, "queue", 6, tuple(TOGETHER))], 2),
        ([Digest(60, "team it", 6, tuple(TOGETHER))], 2),
        ([Digest(60, "queue", 7, tuple(TOGETHER))], 1),
        ([Digest(60, "queue", 6, (PAGING, *TOGETHER[1:]))], 1),
        ([Digest(60, "queue", 6, tuple(TOGETHER[1:]))], 1),
        ([Digest(60, "queue", 6, tuple(TOGETHER))] * 2, 1),
    ],
)
def test_a_message_in_place_of_many_is_about_all_of_them(found: list[Digest], wrong: int) -> None:
    assert len(list(drowned(floods(TOLD, _pages), found))) == wrong
