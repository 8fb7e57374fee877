"""What Slack made twice, because the first copy showed too late, is one again soon."""

from datetime import timedelta

from sqlalchemy import URL, select

from bot.slack_client import slack_client
from bot.sweeping import Sweeper
from store.models import AuditEvent, OutboxMessage
from tests.bot.setting import local_slack, settings_for
from tests.bot.test_delivery import POST, Post


def test_a_copy_that_history_showed_too_late_is_deleted_and_noted(database: URL) -> None:
    with local_slack() as slack:
        post = Post(slack, database)
        slack.faults.hang_up_after(POST, channel="#team-it")
        slack.faults.history_lag = timedelta(seconds=60)
        ticket = post.open_ticket()
        post.deliver()
        assert len(post.cards()) == 2
        slack.clock.skip(timedelta(minutes=3))
        client = slack_client(settings_for(slack), seconds=2)
        assert Sweeper(post.store, slack.clock.now, client).sweep() == 1
        assert len(post.cards()) == 1
        with post.store.snapshot() as session:
            kinds = set(
                session.scalars(select(AuditEvent.kind).where(AuditEvent.ticket_id == ticket.id))
            )
            waiting = session.scalars(
                select(OutboxMessage.id).where(OutboxMessage.recheck_at.is_not(None))
            ).all()
        post.store.close()
    assert "copy_removed" in kinds
    assert waiting == []
