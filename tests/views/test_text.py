"""What somebody typed stays what it is: no mention, no link, no bold print, nothing cut off."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views import card, detail, lines, listing
from handlers.views.agent import clock, clock_line, told
from handlers.views.entries import entry
from handlers.views.history import history
from handlers.views.words import (
    Mention,
    Piece,
    Sign,
    Words,
    cut,
    escape,
    isolated,
    lasting,
    phrase,
    quoted,
    said,
    spoken,
    unescape,
)
from sandbox.escaping import BROADCAST
from store.audit import Event
from store.kinds import Tell
from store.models import Answer, AuditEvent, Entry, Note
from store.rules.lifecycle import Status
from tests.views.sample import (
    JOHN,
    KAREN,
    NASTY,
    NOW,
    POLICY,
    drawn,
    mrkdwn_of,
    opened,
    targets,
    texts,
    ticket,
)

LONG = (NASTY * 40)[:3500]


def _mrkdwn(sent: object) -> str:
    return "\n".join(text["text"] for text in mrkdwn_of(sent))


@given(st.text())
def test_escaping_is_undone_by_unescaping_and_leaves_no_control_character(text: str) -> None:
    assert unescape(escape(text)) == text
    assert "<" not in escape(text)
    assert ">" not in escape(text)


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_cut_text_is_short_enough_and_says_that_it_was_cut(text: str, length: int) -> None:
    short = cut(text, length)
    assert len(short) <= length
    assert short == text or short.endswith("…")


@given(st.text(min_size=1, max_size=7000))
def test_a_quotation_is_complete_whatever_was_typed(text: str) -> None:
    sent = [block.to_dict() for block in quoted(text)]
    parts = [block["elements"][0]["elements"][0]["text"] for block in sent]
    assert "".join(parts) == text


def test_a_phrase_takes_formatting_from_the_template_alone() -> None:
    pieces = phrase("*{who}* has {what}", who="*_x_*", what=Mention(JOHN))
    assert pieces == [Words("*_x_*", bold=True), Words(" has "), Mention(JOHN)]


def test_slack_takes_a_reminder_of_a_hold_that_waits_for_nobody_named() -> None:
    assert phrase("On hold{held}.", held="") == [Words("On hold"), Words(".")]
    held = ticket(status=Status.ON_HOLD, waits_for=None)
    assert "Still on hold" in texts(drawn(told(Tell.STILL_HELD, held, POLICY)))


def test_pieces_are_safe_where_only_a_string_fits() -> None:
    pieces: list[Piece] = [Sign("fire"), Words(" <!channel> & "), Mention(JOHN)]
    assert spoken(pieces) == f":fire: &lt;!channel&gt; &amp; <@{JOHN}>"
    assert spoken([Words("a")], then="<!here>") == "a &lt;!here&gt;"


def test_only_text_that_turns_its_surroundings_is_isolated() -> None:
    assert isolated("plain, even with \U0001f525") == "plain, even with \U0001f525"
    for turning in ("שלום", "\u202eover", "مرحبا"):
        assert isolated(turning) == f"\u2068{turning}\u2069"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (86400, "1 day"),
        (172800, "2 days"),
        (5400, "90 minutes"),
        (3600, "1 hour"),
        (5, "5 seconds"),
    ],
)
def test_lengths_of_time_are_told_in_their_largest_whole_unit(seconds: int, words: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == words


def test_nothing_typed_into_a_ticket_becomes_markup_on_its_card_or_in_lists() -> None:
    nasty, owed = ticket(summary=NASTY[:150]), targets()[0]
    for blocks in (
        card.card(nasty, POLICY, targets=targets(), page=None, at=NOW),
        card.moved(nasty, POLICY),
        listing.rows([nasty], POLICY, at=NOW),
        told(Tell.ASSIGNED, nasty, POLICY),
        clock(clock_line(owed, nasty, POLICY, at=NOW), owed, nasty, POLICY),
    ):
        sent = drawn(blocks)
        assert "*bold*" not in _mrkdwn(sent)
        assert not BROADCAST.search(_mrkdwn(sent))
        assert "<!channel> *bold*" in texts(sent)
    assert not BROADCAST.search(card.notification(nasty, POLICY))


def test_long_details_and_words_are_complete_in_the_agents_ticket() -> None:
    entries: list[Entry] = [
        Answer(id=1, ticket_id=42, author=KAREN, text=LONG[:3000], at=NOW),
        Note(id=2, ticket_id=42, author=JOHN, text=NASTY, at=NOW),
    ]
    view = detail.for_agent(
        ticket(Status.RESOLVED, details=LONG, contact=NASTY),
        POLICY,
        targets=targets(),
        entries=entries,
        requester=None,
        at=NOW,
    )
    sent = opened(view)
    shown = [b["text"]["text"] for b in sent["blocks"] if b["type"] == "section" and "text" in b]
    assert LONG in "".join(shown)
    assert LONG[:3000] in texts(sent)
    assert not BROADCAST.search(_mrkdwn(sent))


def test_a_very_long_conversation_still_fits_and_says_that_it_is_not_all() -> None:
    entries = [
        Answer(id=n, ticket_id=42, author=KAREN, text=f"{n} " + "ж" * 2900, at=NOW)
        for n in range(200)
    ]
    view = detail.for_agent(
        ticket(details="ж" * 12_000), POLICY,
        targets=[], entries=entries, requester=None, at=NOW,
    )  # fmt: skip
    shown = texts(opened(view))
    assert "199 жж" in shown
    assert "Older ones are not shown." in shown


def test_what_is_said_appears_in_the_team_thread_to_the_letter() -> None:
    words = Answer(id=1, ticket_id=42, author=KAREN, text=LONG, at=NOW)
    sent = drawn(entry(words, ticket(), lambda _: Words("Karen", bold=True), []))
    quotes = [block["elements"][0] for block in sent[1:]]
    assert "".join(quote["elements"][0]["text"] for quote in quotes) == LONG


CHANGES: dict[str, list[object]] = {
    "assignee": [None, JOHN],
    "team": ["it", "banking"],
    "severity": ["sev_c", "sev_a"],
    "status": ["on_hold", "in_progress"],
    "until": [None, NOW.isoformat()],
    "target": [None, "resolution@0.8"],
    "late": [None, True],
    "people": [None, [JOHN, KAREN]],
    "channel": [None, "C1"],
    "error": [None, "is_archived"],
    "cause": [None, NASTY],
    "fix": [None, NASTY],
    "entry": [None, 1],
    "person": [None, KAREN],
    "other": [None, 7],
    "link": [None, "incident"],
    "way": [None, "from"],
    "title": [None, NASTY],
    "linked": [None, 3],
    "role": [None, "watcher"],
    "because": [None, "resumed"],
    "was": [None, NOW.isoformat()],
    "now": [None, (NOW + timedelta(hours=2)).isoformat()],
}


@pytest.mark.parametrize("kind", Event)
def test_every_audit_event_has_words_that_fit_and_are_safe(kind: Event) -> None:
    for actor in (JOHN, "desk"):
        event = _event(kind, actor)
        line = lines.line(event, POLICY, lines.mentioned)
        sent = drawn([said(line, *lines.remarks(event))])
        assert texts(sent).strip(), actor
        assert not BROADCAST.search(spoken(line)), actor


def test_history_tells_every_event_with_its_remark_and_what_was_said() -> None:
    events = [_event(kind, JOHN) for kind in Event]
    note = Note(id=1, ticket_id=42, author=JOHN, text="look at the foil", at=NOW)
    shown = texts(opened(history(ticket(), events, [note], POLICY)))
    assert "look at the foil" in shown
    assert NASTY in shown


def test_a_history_of_a_thousand_events_still_opens() -> None:
    events = [_event(Event.HELD, JOHN) for _ in range(1000)]
    shown = texts(opened(history(ticket(), events, [], POLICY)))
    assert "Older ones are not shown." in shown


def _event(kind: Event, actor: str) -> AuditEvent:
    return AuditEvent(
        id=1, ticket_id=42, seq=1, kind=kind, actor=actor, at=NOW, version=2,
        changes=CHANGES, remark=NASTY,
    )  # fmt: skip
