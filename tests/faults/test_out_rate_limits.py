"""Slack asks for patience: exactly what it named waits, and nothing else."""

from datetime import timedelta

from sandbox.faults import FOR_EVER
from store import triage
from store.kinds import Kind
from store.models import Delivery, Ticket
from tests.desk import DeskInTest
from tests.faults.clicks import events_of, open_tickets
from tests.faults.sending import (
    HELP_DESK,
    POST,
    SECOND,
    TEAM_IT,
    UPDATE,
    alarms,
    calls,
    gaps,
    live,
    out_of_order,
    promises,
    states,
)
from tests.stories.acts import heard

CHANGES = 50


def test_one_channel_pauses_for_as_long_as_slack_says_and_all_others_go_on(
    desk: DeskInTest,
) -> None:
    desk.sandbox.faults.rate_limit(POST, seconds=30, channel="#team-it")
    for _ in range(10):
        open_tickets(desk, 1)
        live(desk, seconds=2)
    elsewhere = [m for m in promises(desk) if m.channel != TEAM_IT]
    assert len(elsewhere) == 20
    assert [
        m for m in elsewhere if m.sent_at is None or m.sent_at - m.created_at > 2 * SECOND
    ] == []
    waiting = promises(desk, channel=TEAM_IT)
    assert states(waiting) == {Delivery.READY}
    assert {message.attempts for message in waiting} == {0}

    live(desk, seconds=25)
    limited, *posted = calls(desk, POST, TEAM_IT)
    assert limited.answer == {"ok": False, "error": "ratelimited"}
    assert timedelta(seconds=30) <= posted[0].at - limited.at <= timedelta(seconds=31.5)
    assert min(gaps([call.at for call in posted])) >= SECOND
    assert {call.outcome for call in posted} == {"ok"}
    assert states(promises(desk)) == {Delivery.SENT}
    assert {message.attempts for message in promises(desk)} == {1}
    cards = [m.slack_ts or "" for m in promises(desk, Kind.CARD, channel=TEAM_IT)]
    assert cards == sorted(cards)
    assert heard(desk.ada) == ""
    assert alarms(desk) == {}


def test_while_nothing_may_be_redrawn_posts_go_on_and_the_card_catches_up_at_once(
    desk: DeskInTest,
) -> None:
    (number,) = open_tickets(desk, 1)
    live(desk, seconds=3)
    desk.sandbox.faults.rate_limit(UPDATE, seconds=10, times=FOR_EVER)
    for change in range(CHANGES):
        with desk.store.transaction() as session:
            turn = triage.release if change % 2 else triage.claim
            turn(session, number, by=desk.john.user.id, at=desk.clock.now())
        live(desk, seconds=2)
    assert states(promises(desk, Kind.LINE)) == {Delivery.SENT}
    assert len(promises(desk, Kind.LINE)) == CHANGES
    refused = calls(desk, UPDATE)
    assert {call.outcome for call in refused} == {"fault: ratelimited"}
    assert min(gaps([call.at for call in refused])) >= timedelta(seconds=10)

    desk.sandbox.faults.clear()
    desk.settle()
    redrawn = calls(desk, UPDATE)[len(refused) :]
    assert {call.outcome for call in redrawn} == {"ok"}
    for channel in (TEAM_IT, HELP_DESK):
        assert 1 <= sum(call.payload["channel"] == channel for call in redrawn) <= 2
    assert states(promises(desk)) <= {Delivery.SENT, Delivery.DROPPED}
    assert max(message.attempts for message in promises(desk, Kind.REDRAW)) == 1
    with desk.store.snapshot() as session:
        version = session.get_one(Ticket, number).version
    for channel in ("#team-it", "#help-desk"):
        shown = desk.sandbox.workspace.message(
            calls(desk, UPDATE)[-1].payload["channel"], desk.card(desk.john, number, channel).ts
        )
        assert shown is None or f"card-{number}-{version}-" in str(shown.blocks)
    assert len(events_of(desk, number)) == CHANGES + 1
    assert out_of_order(promises(desk)) == []
