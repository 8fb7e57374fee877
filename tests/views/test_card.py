"""The card of a ticket in every state of its life."""

from datetime import timedelta

import pytest

from handlers.views import card as cards
from handlers.views.agent import Reminder, clock_line
from handlers.views.buttons import LABELS, STEPS
from handlers.views.words import spoken
from store.models import Page, PageState
from store.rules.lifecycle import OPEN, Status, allowed
from tests.views.sample import (
    CHRIS,
    JANE,
    NASTY,
    NOW,
    POLICY,
    drawn,
    labels,
    page,
    rings,
    targets,
    texts,
    ticket,
)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("paged", [None, *PageState])
def test_a_card_keeps_slacks_limits_and_twelve_lines(
    status: Status, paged: PageState | None
) -> None:
    shown = drawn(
        cards.card(
            ticket(status, affected=CHRIS, summary=NASTY[:150]),
            POLICY,
            targets=targets(),
            page=page(paged) if paged else None,
            calls=rings(JANE),
            at=NOW,
        )
    )
    facts, buttons = shown[:-1], shown[-1]
    lines = [line for line in texts(facts).splitlines() if line]
    assert len(lines) + 2 <= 12  # a phone wraps the buttons into two rows
    assert buttons["type"] == "actions"


@pytest.mark.parametrize("status", Status)
def test_a_card_offers_exactly_the_steps_that_the_lifecycle_allows(status: Status) -> None:
    offered = labels(drawn(cards.card(ticket(status), POLICY, targets=[], page=None, at=NOW)))
    for action, step in STEPS.items():
        assert (LABELS[action] in offered) == allowed(status, step), action
    assert "History" in offered


@pytest.mark.parametrize("status", sorted(OPEN))
def test_every_button_carries_the_ticket_and_the_version_it_was_drawn_for(status: Status) -> None:
    row = drawn(cards.card(ticket(status), POLICY, targets=[], page=None, at=NOW))[-1]
    *pressed, menu = row["elements"]
    assert all(button["value"] == "42:7" for button in pressed)
    offered = [option for group in menu["option_groups"] for option in group["options"]]
    assert all(option["value"].endswith(":42:7") for option in offered)


def test_a_card_names_the_next_deadline_and_when_it_is_overdue() -> None:
    due = NOW + timedelta(hours=4)
    before = cards.card(ticket(), POLICY, targets=targets(due=due), page=None, at=NOW)
    after = cards.card(
        ticket(), POLICY, targets=targets(due=due), page=None, at=due + timedelta(minutes=1)
    )
    assert f"First answer due <!date^{int(due.timestamp())}^" in texts(drawn(before))
    assert "First answer overdue since*" in texts(drawn(after))


def test_a_card_says_why_there_is_no_deadline() -> None:
    waiting, resolved = ticket(Status.WAITING), ticket(Status.RESOLVED)
    held = ticket(Status.ON_HOLD, resume_at=NOW)
    for shown, words in (
        (waiting, "Clock paused"),
        (held, "Clock paused until"),
        (resolved, "Resolved by"),
        (ticket(Status.CLOSED), "Closed <!date"),
    ):
        assert words in texts(
            drawn(cards.card(shown, POLICY, targets=targets(), page=None, at=NOW))
        )


def test_a_ringing_page_is_on_the_card_until_the_page_stops() -> None:
    def told(paged: Page) -> str:
        return texts(
            drawn(cards.card(ticket(), POLICY, targets=[], page=paged, calls=rings(JANE), at=NOW))
        )

    assert f"*Paging* <@{JANE}>" in told(page())
    assert f"acknowledged by <@{JANE}>" in told(page(PageState.ACKNOWLEDGED))
    assert ":rotating_light:" not in told(page(PageState.STOPPED))


def test_a_card_that_was_left_behind_says_where_the_ticket_went_and_offers_nothing() -> None:
    shown = drawn(cards.moved(ticket(team="banking"), POLICY))
    assert "Online Banking" in texts(shown)
    assert "<#C0BANKING04>" in texts(shown)
    assert labels(shown) == []


def test_two_drawings_of_one_card_have_menus_of_different_ids() -> None:
    first = drawn(cards.card(ticket(), POLICY, targets=[], page=None, at=NOW))
    later = NOW + timedelta(seconds=1)
    second = drawn(cards.card(ticket(), POLICY, targets=[], page=None, at=later))
    assert first[-1]["block_id"] != second[-1]["block_id"]


def test_what_the_settings_no_longer_know_is_shown_by_its_key() -> None:
    gone = ticket(topic="pigeons", severity="sev_z")
    shown = texts(drawn(cards.card(gone, POLICY, targets=[], page=None, at=NOW)))
    assert "pigeons" in shown
    assert "sev_z" in shown


def test_a_card_begins_the_request_until_it_is_solved_and_names_nobody_in_it() -> None:
    about = {
        "details": "It began\n\n`this`  morning <!channel> " + "x" * 500,
        "answers": {"Restarted?": "No", "Who else?": "<@U0JANE00005>"},
    }
    shown = [
        texts(drawn(cards.card(ticket(now, **about), POLICY, targets=[], page=None, at=NOW)))
        for now in (Status.NEW, Status.RESOLVED)
    ]
    assert "It began `this` morning <!channel> xxx" in shown[0]
    assert "\nRestarted? No\n" in shown[0]
    assert "Who else?" not in shown[0]
    assert "began" not in shown[1]


@pytest.mark.parametrize(
    ("nth", "of", "said"),
    [
        (1, 1, ""),
        (1, 2, ""),
        (2, 2, "Last reminder, with 49 min of working time left."),
        (2, 3, "Second reminder, with 49 min of working time left."),
        (4, 5, "4th reminder, with 49 min of working time left."),
    ],
)
def test_a_later_reminder_says_which_it_is_and_what_time_is_left(
    nth: int, of: int, said: str
) -> None:
    reminder = Reminder(nth, of, left=timedelta(minutes=48, seconds=40))
    line = clock_line(targets()[0], ticket(), POLICY, at=NOW, reminder=reminder)
    first = spoken(clock_line(targets()[0], ticket(), POLICY, at=NOW))
    assert spoken(line).removeprefix(first).strip() == said
    late = targets(due=NOW - timedelta(minutes=1))[0]
    assert "reminder" not in spoken(clock_line(late, ticket(), POLICY, at=NOW, reminder=reminder))
