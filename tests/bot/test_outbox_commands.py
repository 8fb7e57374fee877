"""`deskbell outbox`: what waits and why, and what an operator can do about it, beside a desk."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import URL

from bot import outbox_commands
from sandbox import Sandbox
from store import audit, tending
from store.audit import Event
from store.kinds import Kind
from store.models import Delivery, Ticket
from tests.bot.setting import ROOT, local_slack
from tests.bot.test_command_line import deskbell, started
from tests.bot.test_delivery import POST, UPDATE, Post


@pytest.fixture
def post(database: URL) -> Iterator[Post]:
    """On both engines, with a local Slack."""
    with local_slack() as slack:
        ready = Post(slack, database)
        yield ready
        ready.store.close()


def shown(post: Post, *, limit: int = 30) -> str:
    """What the operator reads."""
    paper = io.StringIO()
    screen = Console(file=paper, width=200, highlight=False)
    outbox_commands.show(post.store, screen, limit=limit, at=post.slack.clock.now())
    return paper.getvalue()


def retried(post: Post, *messages: int) -> tuple[int, str]:
    paper = io.StringIO()
    screen, at = Console(file=paper, width=200, highlight=False), post.slack.clock.now()
    return outbox_commands.retry(post.store, screen, messages, by="ann", at=at), paper.getvalue()


def number_of(post: Post, state: Delivery) -> int:
    """The first message in that state."""
    return post.states().index(state) + 1


def events(post: Post, ticket: Ticket) -> list[tuple[str, dict[str, str]]]:
    with post.store.snapshot() as session:
        return [
            (event.kind, {key: to for key, (_, to) in event.changes.items()})
            for event in audit.history(session, ticket.id)
            if event.kind in {Event.DELIVERY_RETRIED, Event.DELIVERY_DROPPED}
        ]


def test_an_empty_outbox_says_that_all_is_in_slack(post: Post) -> None:
    assert "Nothing waits" in shown(post)


def test_every_kind_of_message_has_a_name_that_an_operator_understands() -> None:
    assert set(outbox_commands.NAMES) == set(Kind)


def test_it_says_why_each_message_waits(post: Post) -> None:
    post.slack.faults.rate_limit(POST, seconds=90, channel="#team-it")
    post.slack.faults.hang_up_after(POST, channel="#help-desk")
    first = post.open_ticket()
    post.deliverer.run_until_idle()
    post.claim(first)
    assert post.deliverer.take() is not None
    told = shown(post)
    assert "on the way" in told
    assert "closed until 2026-03-02 09:01:3" in told
    assert "(last time: ratelimited)" in told
    assert "may be in Slack: looked for from 2026-03-02 09:00:20Z" in told
    assert "in its conversation" in told
    assert "being sent; its sender has until" in told
    assert "team it (C0TEAMIT003)" in told
    assert "Printer on fire" not in told


def test_a_token_that_slack_refuses_is_named_first(post: Post) -> None:
    post.slack.faults.refuse(POST, "token_revoked")
    post.open_ticket()
    post.deliverer.run_until_idle()
    told = shown(post)
    assert "Slack takes nothing from the app (token_revoked)" in told.splitlines()[1]
    post.deliver()
    assert "Nothing waits" in shown(post)


def test_it_shows_no_more_than_asked_for_but_counts_everything(post: Post) -> None:
    for number in range(4):
        post.open_ticket(f"Ticket {number}")
    told = shown(post, limit=2)
    assert "12 wait" in told
    assert "--limit" in told
    assert told.count("ticket 1") == 2
    assert "ticket 2" not in told


def test_a_refused_message_is_sent_again_with_what_went_down_with_it(post: Post) -> None:
    refusal = post.slack.faults.refuse(POST, "is_archived", channel="#team-it", times=-1)
    ticket = post.open_ticket()
    post.claim(ticket)
    post.deliver()
    assert "is archived. Unarchive it" in shown(post)
    assert "retry that one" in shown(post)
    card = number_of(post, Delivery.REFUSED)
    assert f"deskbell outbox retry {card}" in post.slack.person("Ada").dm[0].text
    post.slack.faults.remove(refusal)
    failed, told = retried(post, card)
    assert (failed, "with 1 that wait for it" in told) == (0, True)
    post.deliver()
    assert set(post.states()) == {Delivery.SENT}
    assert [len(card.thread) for card in post.slack.person("John").sees("#team-it")] == [1]
    assert events(post, ticket) == [
        (
            Event.DELIVERY_RETRIED,
            {"channel": "C0TEAMIT003", "message": "card", "operator": "ann"},
        )
    ]


def test_a_dropped_message_is_never_sent_and_the_ticket_keeps_who_and_why(post: Post) -> None:
    post.slack.faults.rate_limit(POST, seconds=90, channel="#team-it")
    ticket = post.open_ticket()
    post.deliverer.run_until_idle()
    number = number_of(post, Delivery.READY)
    with post.store.transaction() as session:
        now = post.slack.clock.now()
        tending.drop(session, number, by="ann", reason="told them by phone", at=now)
    post.deliver()
    assert post.cards() == []
    ((kind, about),) = events(post, ticket)
    assert kind == Event.DELIVERY_DROPPED
    assert (about["operator"], about["reason"]) == ("ann", "told them by phone")
    assert "dropped by ann: told them by phone" in retried(post, number)[1]


def test_what_cannot_be_done_is_said_and_changes_nothing(post: Post) -> None:
    post.open_ticket()
    taken = post.deliverer.take()
    assert taken is not None
    assert "being sent right now" in retried(post, taken.id)[1]
    post.deliverer.deliver(taken)
    before = post.states()
    failed, told = retried(post, taken.id, 99)
    assert failed == 2
    assert "is in Slack already" in told
    assert "There is no message 99" in told
    assert post.states() == before


def test_a_refused_card_that_another_one_has_replaced_is_not_posted_twice(post: Post) -> None:
    post.slack.faults.refuse(POST, "not_in_channel", channel="#team-it")
    ticket = post.open_ticket()
    post.deliver()
    old = number_of(post, Delivery.REFUSED)
    post.slack.clock.skip(timedelta(minutes=1))
    post.claim(ticket)
    post.deliver()
    failed, told = retried(post, old)
    assert (failed, "has taken the place" in told) == (1, True)
    assert sum("Printer on fire" in text for text in post.cards()) == 1


def test_a_message_that_may_be_in_slack_is_looked_for_before_a_retry_sends_it(post: Post) -> None:
    post.slack.faults.hang_up_after(POST, channel="#team-it")
    post.open_ticket()
    post.deliverer.run_until_idle()
    assert retried(post, number_of(post, Delivery.UNSURE))[0] == 0
    post.deliver()
    assert len(post.cards()) == 1


def test_a_refused_redraw_is_sent_again_unless_a_later_one_waits(post: Post) -> None:
    ticket = post.open_ticket()
    post.deliver()
    post.slack.faults.refuse(UPDATE, "invalid_attachments", channel="#team-it")
    post.claim(ticket)
    post.deliver()
    old = number_of(post, Delivery.REFUSED)
    assert retried(post, old)[0] == 0
    post.deliver()
    assert set(post.states()) == {Delivery.SENT}


def test_the_commands_work_beside_a_running_desk(slack: Sandbox, tmp_path: Path) -> None:
    assert "There is no database" in deskbell(tmp_path, "outbox", slack=slack)[1]
    assert not (tmp_path / "desk.db").exists()
    refusal = slack.faults.refuse(POST, "is_archived", channel="#team-it", times=-1)
    with started(tmp_path, "run", slack=slack) as running:
        slack.wait_until_connected(10)
        karen = slack.person("Karen")
        assert karen.types("/ticket printer on fire").ok
        assert karen.modal is not None
        karen.modal.fill("Details", "It burns.")
        assert not karen.modal.submit().errors
        assert slack.workspace.wait_for(lambda: bool(slack.person("Ada").dm), 10)
        told = slack.person("Ada").dm[0].text
        number = told.partition("deskbell outbox retry ")[2].split()[0].strip("`")
        status, listed = deskbell(tmp_path, "outbox", slack=slack)
        assert (status, "is archived. Unarchive it" in listed) == (0, True)
        slack.faults.remove(refusal)
        assert deskbell(tmp_path, "outbox", "retry", number, slack=slack)[0] == 0
        assert slack.workspace.wait_for(lambda: bool(slack.person("John").sees("#team-it")), 10)
        status, told = deskbell(tmp_path, "outbox", "drop", number, "--reason", " ", slack=slack)
        assert (status, told) == (1, '✗ A reason is needed: --reason "…". Nothing was changed.\n')
        running.terminate()
        assert running.wait(timeout=15) == 0


def test_a_database_without_a_desk_or_of_another_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    file.write_bytes(b"")
    url, config = f"sqlite:///{file}", str(ROOT / "bot" / "demo.toml")
    status, told = deskbell(tmp_path, "outbox", DATABASE_URL=url, DESKBELL_CONFIG=config)
    assert (status, "comes with the first `deskbell run`" in told) == (1, True)
    assert file.read_bytes() == b""
    with closing(sqlite3.connect(file)) as older:
        older.execute("CREATE TABLE alembic_version AS SELECT '0001' AS version_num")
    before = file.read_bytes()
    status, told = deskbell(tmp_path, "outbox", DATABASE_URL=url, DESKBELL_CONFIG=config)
    assert (status, "deskbell migrate" in told) == (1, True)
    assert file.read_bytes() == before
