"""The outbox reaches Slack once, in order, whatever goes wrong on the way."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import URL, select

from bot.delivery import Deliverer
from bot.slack_client import slack_client
from sandbox import Sandbox
from store import intake, resolution, triage
from store.database import Store
from store.models import AuditEvent, Delivery, OutboxMessage, Ticket
from tests.bot.setting import JOHN, KAREN, policy, settings_for

POST = "chat.postMessage"
UPDATE = "chat.update"


class Post:
    """A store with tickets, and a deliverer that works step by step."""

    def __init__(self, slack: Sandbox, database: URL) -> None:
        self.slack = slack
        self.store = Store(database, policy())
        settings = settings_for(slack, database)
        self.deliverer = Deliverer(
            self.store,
            slack.clock.now,
            ordinary=slack_client(settings, seconds=2),
            urgent=slack_client(settings, seconds=1),
        )

    def open_ticket(self, summary: str = "Printer on fire") -> Ticket:
        with self.store.transaction() as session:
            return intake.open_ticket(
                session,
                requester=KAREN,
                topic="general",
                summary=summary,
                details="It burns.",
                by=KAREN,
                at=self.slack.clock.now(),
            )

    def claim(self, ticket: Ticket) -> None:
        with self.store.transaction() as session:
            triage.claim(session, ticket.id, by=JOHN, at=self.slack.clock.now())

    def deliver(self) -> int:
        return self.deliverer.run_until_idle(self.slack.clock.skip)

    def states(self) -> list[str]:
        with self.store.snapshot() as session:
            return list(session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))

    def cards(self) -> list[str]:
        return [message.text for message in self.slack.person("John").sees("#team-it")]


@pytest.fixture
def post(slack: Sandbox, database: URL) -> Iterator[Post]:
    """On both engines."""
    ready = Post(slack, database)
    yield ready
    ready.store.close()
    assert slack.violations == []


def test_everything_promised_arrives_once(post: Post) -> None:
    post.open_ticket()
    assert post.deliver() == 3
    assert post.states() == [Delivery.SENT] * 3
    assert len(post.cards()) == 1
    assert len(post.slack.person("John").sees("#help-desk")) == 1
    assert len(post.slack.person("Karen").dm) == 1
    assert post.deliver() == 0


def test_a_channel_gets_one_message_a_second(post: Post) -> None:
    for number in range(3):
        post.open_ticket(f"Ticket {number}")
    post.deliver()
    times = [entry.at for entry in post.slack.wire.of(POST) if "C0TEAMIT003" in str(entry.payload)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) == 2
    assert min(gaps) >= timedelta(seconds=1)
    assert {entry.outcome for entry in post.slack.wire.of(POST)} == {"ok"}


def test_a_rate_limit_holds_up_that_channel_alone(post: Post) -> None:
    post.slack.faults.rate_limit(POST, seconds=30, channel="#team-it")
    post.open_ticket()
    post.deliverer.run_until_idle()
    assert sorted(post.states()) == [Delivery.READY, Delivery.SENT, Delivery.SENT]
    started = post.slack.clock.now()
    post.deliver()
    assert post.states() == [Delivery.SENT] * 3
    assert post.slack.clock.now() - started >= timedelta(seconds=30)


@pytest.mark.parametrize("fault", ["hang_up_after", "answer_after"])
def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(post: Post, fault: str) -> None:
    getattr(post.slack.faults, fault)(POST, channel="#team-it")
    post.open_ticket()
    post.deliver()
    assert post.states() == [Delivery.SENT] * 3
    assert len(post.cards()) == 1


@pytest.mark.parametrize("fault", ["hang_up_before", "answer"])
def test_a_post_that_never_arrived_is_repeated_after_two_looks(post: Post, fault: str) -> None:
    getattr(post.slack.faults, fault)(POST, channel="#team-it")
    post.open_ticket()
    started = post.slack.clock.now()
    post.deliver()
    assert post.states() == [Delivery.SENT] * 3
    assert len(post.cards()) == 1
    assert post.slack.clock.now() - started >= timedelta(seconds=30)


def test_a_history_that_lags_does_not_cause_a_second_post(post: Post) -> None:
    post.slack.faults.hang_up_after(POST, channel="#team-it")
    post.slack.faults.history_lag = timedelta(seconds=25)
    post.open_ticket()
    post.deliver()
    assert len(post.cards()) == 1


def test_a_history_that_cannot_be_read_is_no_reason_to_repeat(post: Post) -> None:
    post.slack.faults.hang_up_after(POST, channel="#team-it")
    post.slack.faults.rate_limit("conversations.history", times=2)
    post.open_ticket()
    post.deliver()
    assert len(post.cards()) == 1
    assert post.states() == [Delivery.SENT] * 3


def test_a_lost_direct_message_is_looked_for_in_its_own_conversation(post: Post) -> None:
    post.slack.faults.hang_up_after(POST, channel=KAREN)
    post.open_ticket()
    post.deliver()
    assert len(post.slack.person("Karen").dm) == 1


def test_answers_in_a_thread_are_looked_for_in_that_thread(post: Post) -> None:
    ticket = post.open_ticket()
    post.deliver()
    post.slack.faults.hang_up_after(POST, channel="#team-it")
    post.claim(ticket)
    post.deliver()
    card = post.slack.person("John").sees("#team-it")[0]
    assert len(card.thread) == 1


def test_a_refusal_is_final_and_the_admin_hears_how_to_mend_it(post: Post) -> None:
    post.slack.faults.refuse(POST, "is_archived", channel="#team-it")
    ticket = post.open_ticket()
    post.deliver()
    assert Delivery.REFUSED in post.states()
    assert "archived" in post.slack.person("Ada").dm[0].text
    with post.store.snapshot() as session:
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.ticket_id == ticket.id))
        assert "delivery_refused" in set(kinds)


def test_a_bad_token_pauses_everything_and_loses_nothing(post: Post) -> None:
    post.slack.faults.refuse(POST, "token_revoked")
    post.open_ticket()
    post.deliverer.run_until_idle()
    assert post.states() == [Delivery.READY] * 3
    post.deliver()
    assert post.states() == [Delivery.SENT] * 3


def test_a_card_shows_the_latest_state_after_many_changes(post: Post) -> None:
    ticket = post.open_ticket()
    post.deliver()
    post.claim(ticket)
    with post.store.transaction() as session:
        now = post.slack.clock.now()
        resolution.resolve(session, ticket.id, cause="Fire", fix="Water", by=JOHN, at=now)
    post.deliver()
    assert "Resolved" in post.cards()[0]
    assert len(post.slack.wire.of(UPDATE)) == 2  # one a card, in two channels


def test_a_card_that_somebody_deleted_is_posted_anew(post: Post) -> None:
    ticket = post.open_ticket()
    post.deliver()
    card = post.slack.person("John").sees("#team-it")[0]
    client = slack_client(settings_for(post.slack), seconds=2)
    client.chat_delete(channel="C0TEAMIT003", ts=card.ts)
    post.claim(ticket)
    post.deliver()
    assert any("In progress" in text for text in post.cards())


def test_a_redraw_waits_for_a_card_that_is_still_in_doubt(post: Post) -> None:
    post.slack.faults.hang_up_after(POST, channel="#team-it")
    ticket = post.open_ticket()
    post.deliverer.run_until_idle()
    post.claim(ticket)
    post.deliver()
    assert len(post.cards()) == 1
    assert "In progress" in post.cards()[0]


def test_blocks_that_slack_refuses_still_arrive_as_words(post: Post) -> None:
    post.slack.faults.refuse(POST, "invalid_blocks", channel="#team-it")
    post.open_ticket()
    post.deliver()
    assert post.states() == [Delivery.SENT] * 3
    assert "Printer on fire" in post.cards()[0]


def test_a_message_of_a_process_that_died_while_sending_is_taken_over(post: Post) -> None:
    post.open_ticket()
    taken = post.deliverer.take()
    assert taken is not None
    post.slack.clock.skip(timedelta(seconds=31))
    post.deliver()
    assert post.states() == [Delivery.SENT] * 3
    post.deliverer.deliver(taken)  # the first one wakes up: its lease is lost
    post.deliver()
    assert post.states() == [Delivery.SENT] * 3
