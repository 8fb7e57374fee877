"""The index for searching follows whatever becomes of a ticket."""

from tests.desk import DeskInTest
from tests.stories.acts import answers, resolves


def test_words_are_found_by_their_stems_beginnings_and_without_accents(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "Crème brûlée torch keeps restarting", Details="see a/b.c:d")
    for words in ("restarted", "restart", "creme", "BRÛLÉE", "torc", "b.c", "d a/b", "(torch*)"):
        assert f"#{number} ·" in desk.karen.types(f"/ticket find {words}").text, words
    for words in ("orch", "restarting oven", "a:x", "NOT oven"):
        assert f"#{number} ·" not in desk.karen.types(f"/ticket find {words}").text, words


def test_answers_to_the_topics_questions_and_the_resolution_are_found(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    program = {"Topic": "Software", "Which_program?": "Planetarium"}
    restarted = {"Have_you_tried_restarting?": "Yes"}
    number = desk.opens(karen, "Nothing works", **program, **restarted)
    assert f"#{number} ·" in karen.types("/ticket find planetarium").text
    answers(desk, john, number, "Reply", Reply="Have you tried the observatory?")
    resolves(desk, john, number)
    assert f"#{number} ·" in karen.types("/ticket find observatory").text
    theirs = john.types("/ticket find loose plugged").text
    assert f"#{number} ·" in theirs
    assert f"#{number} ·" not in karen.types("/ticket find loose plugged").text
