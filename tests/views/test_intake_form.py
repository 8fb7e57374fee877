"""The form behind /ticket: nothing that was typed is lost."""

import pytest

from handlers.views.intake_door import Door
from handlers.views.intake_form import SUMMARY, Draft, IntakeForm
from store.origins import Origin, Source
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY
from tests.views.sample import CHRIS, JANE, JOHN, KAREN, NASTY, POLICY, filled, opened, texts

EVERY_KIND = load_policy(
    DEMO_POLICY.replace(
        "[topics.printer]",
        """
[topics.every]
name = "Every kind"
team = "it"
questions = [
  { key = "line", label = "A line?" },
  { key = "lines", label = "Lines?", kind = "long_text", hint = "As many as you like" },
  { key = "one", label = "Which?", kind = "choice", options = ["Red", "Green"] },
  { key = "sure", label = "Sure?", kind = "yes_no", required = true },
  { key = "day", label = "When?", kind = "date" },
  { key = "count", label = "How many?", kind = "number" },
  { key = "who", label = "Who?", kind = "person" },
  { key = "some", label = "Some?", kind = "several", options = ["Up", "Down"] },
  { key = "shot", label = "Picture?", kind = "file" },
]

[topics.printer]""",
    )
)


@pytest.mark.parametrize("topic", EVERY_KIND.topics)
def test_the_form_of_every_topic_keeps_slacks_limits(topic: str) -> None:
    opened(IntakeForm.draw(EVERY_KIND, Draft.from_words(NASTY), topic=topic))


def test_words_behind_the_command_become_the_summary() -> None:
    view = filled(opened(IntakeForm.draw(POLICY, Draft.from_words("  the printer \n eats  "))))
    read = IntakeForm.read(view, POLICY)
    assert (read.summary, read.details) == ("the printer eats", "")


@pytest.mark.parametrize("length", [160, 3000, 3500, 10_000, 12_000])
def test_long_words_are_complete_in_the_details(length: int) -> None:
    words = ("all work and no play " * 600)[:length]
    view = filled(opened(IntakeForm.draw(POLICY, Draft.from_words(words))))
    read = IntakeForm.read(view, POLICY)
    assert len(read.summary) <= SUMMARY
    assert read.summary.endswith("…")
    assert read.details == words


MESSAGE = Origin("C0GENERAL01", "1.5", None, KAREN)


def test_a_message_comes_with_its_origin_and_whoever_wrote_it_asks_or_is_affected() -> None:
    door = Door(source=Source.MESSAGE, origin=MESSAGE, writer=KAREN)
    view = opened(IntakeForm.draw(POLICY, Draft.from_message("It eats paper", door)))
    read = IntakeForm.read(filled(view), POLICY)
    assert (read.summary, read.details) == ("It eats paper", "It eats paper")
    assert (read.door.origin, read.door.source) == (MESSAGE, "message")
    assert (read.door.requester, read.affected) == (None, KAREN)
    passed_on = IntakeForm.read(filled(view, writer="they_ask"), POLICY)
    assert (passed_on.door.requester, passed_on.affected) == (KAREN, None)
    for_chris = IntakeForm.read(filled(view, writer="they_ask", affected=CHRIS), POLICY)
    assert (for_chris.door.requester, for_chris.affected) == (KAREN, CHRIS)


def test_an_agent_says_who_asked_by_which_way_and_who_gets_it() -> None:
    view = opened(IntakeForm.draw(POLICY, Draft(door=Door(agent=JOHN))))
    chosen = {"requester": KAREN, "source": "phone", "assignee": JANE}
    redrawn = opened(IntakeForm.redraw(filled(view, **chosen, topic="printer"), POLICY))
    door = IntakeForm.read(filled(redrawn), POLICY).door
    assert (door.requester, door.source, door.assignee) == (KAREN, "phone", JANE)
    assert IntakeForm.read(filled(view), POLICY).door.requester == JOHN


def test_picking_a_topic_shows_its_questions_and_keeps_what_was_typed() -> None:
    words = "x" * 4000
    first = opened(IntakeForm.draw(POLICY, Draft.from_words(words)))
    typed = {
        "topic": "printer",
        "summary": "Paper",
        "urgency": "sev_b",
        "contact": "by phone",
        "affected": CHRIS,
    }
    redrawn = opened(IntakeForm.redraw(filled(first, **typed), POLICY))
    assert _fields(redrawn) - _fields(first) == {"printer.restarted"}
    assert _fields(first) <= _fields(redrawn)
    read = IntakeForm.read(filled(redrawn, **{"printer.restarted": "No"}), POLICY)
    assert (read.topic, read.summary, read.details) == ("printer", "Paper", words)
    assert (read.severity, read.contact, read.affected) == ("sev_b", "by phone", CHRIS)
    assert read.answers == {"Have you tried restarting?": "No"}


def test_a_topic_that_is_worse_than_every_choice_asks_for_none_and_says_so() -> None:
    assert [topic for topic in POLICY.topics if not POLICY.asks_urgency(topic)] == ["outage"]
    first = opened(IntakeForm.draw(POLICY, Draft.from_words("Down")))
    picked = filled(first, topic="outage", urgency="sev_b")
    outage = opened(IntakeForm.redraw(picked, POLICY))
    assert _fields(first) - _fields(outage) == {"urgency"}
    assert "Many of us can't work, or the business stands still" in texts(outage)
    sent = filled(outage, **{"outage.affected": "Everything"})
    assert IntakeForm.is_complete(sent, POLICY)
    assert IntakeForm.read(sent, POLICY).severity is None
    in_haste = filled(outage, topic="general", **{"outage.affected": "Everything"})
    assert not IntakeForm.is_complete(in_haste, POLICY)  # the choice is still to be shown
    again = filled(opened(IntakeForm.redraw(in_haste, POLICY)))
    assert IntakeForm.is_complete(again, POLICY)
    assert IntakeForm.read(again, POLICY).severity == "sev_b"


def test_answers_of_every_kind_are_read_in_words() -> None:
    view = opened(IntakeForm.draw(EVERY_KIND, Draft(), topic="every"))
    answers = {
        "every.line": "one",
        "every.lines": "two\nthree",
        "every.one": "1",
        "every.sure": "Yes",
        "every.day": "2026-11-20",
        "every.count": "4.5",
        "every.who": CHRIS,
    }
    read = IntakeForm.read(filled(view, **answers), EVERY_KIND)
    assert read.answers == {
        "A line?": "one",
        "Lines?": "two\nthree",
        "Which?": "Green",
        "Sure?": "Yes",
        "When?": "2026-11-20",
        "How many?": "4.5",
        "Who?": f"<@{CHRIS}>",
    }


def test_a_topic_that_is_gone_from_the_settings_leaves_a_form_that_still_opens() -> None:
    opened(IntakeForm.draw(POLICY, Draft(), topic="pigeons"))


def _fields(view: dict[str, list[dict[str, str]]]) -> set[str]:
    return {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
