"""The index for searching follows whatever becomes of a ticket."""

from store import conversation
from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, resolves, sends


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


def test_a_conversation_longer_than_any_index_goes_on_and_its_beginning_is_found(
    desk: DeskInTest,
) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Nothing works", Details="Not even the astrolabe.")
    for note in range(16):  # more than a megabyte of words
        words = " ".join(f"n{note}w{word}" for word in range(5000))
        with desk.store.transaction() as session:
            conversation.note(session, number, text=words, by=john.user.id, at=desk.clock.now())
    for words in ("nothing", "astrolabe", "n0w0", "n2w4999"):
        assert f"#{number} ·" in john.types(f"/ticket find {words}").text, words
    assert f"#{number} ·" in karen.types("/ticket find astrolabe").text
    assert f"#{number} ·" not in karen.types("/ticket find n0w0").text


def test_a_reply_is_found_once_it_is_out_and_never_if_it_was_undone(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Nothing works")
    desk.card(john, number).click("Reply")
    assert sends(john, Reply="Have you tried the sextant?") == {}
    assert f"#{number} ·" not in john.types("/ticket find sextant").text
    desk.settle()
    assert f"#{number} ·" in karen.types("/ticket find sextant").text
    desk.card(john, number).click("Reply")
    assert sends(john, Reply="Or the theodolite?") == {}
    modal_of(john).press("Undo")
    desk.settle()
    assert f"#{number} ·" not in john.types("/ticket find theodolite").text


def test_looking_for_nothing_asks_for_words_and_opens_no_form(desk: DeskInTest) -> None:
    assert "Type /ticket find and some words" in desk.karen.types("/ticket find").text
    assert desk.karen.modal is None
