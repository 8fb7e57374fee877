"""What Slack will never take ends in the ticket's history and in one message to an admin that says
how to mend it; what only has to wait is not lost.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import URL, select

from bot import jobs
from bot.slack_client import slack_client
from bot.slack_errors import Outcome
from handlers.views import admin
from store import audit, outbox, ringing
from store.audit import Event
from store.kinds import Kind
from store.models import Delivery, OutboxMessage, Ticket
from store.rules.policy_file import load_policy
from store.sending import LEASE, MOST_DEATHS
from tests.bot.setting import JOHN, KAREN, TEAM_IT, local_slack, settings_for
from tests.bot.test_delivery import POST, Post
from tests.bot.test_slack_errors import verdict_of_posting
from tests.desk import DEMO_POLICY, running_desk

PUBLISH = "views.publish"


@pytest.fixture
def post(database: URL) -> Iterator[Post]:
    """On both engines."""
    with local_slack() as slack:
        ready = Post(slack, database)
        yield ready
        ready.store.close()


def told_admin(post: Post) -> list[str]:
    return [message.text for message in post.slack.person("Ada").dm]


def trouble_of(post: Post) -> str | None:
    return post.deliverer.trouble


def refusals(post: Post, ticket: Ticket) -> list[dict[str, str]]:
    """What the ticket's history says of refused messages."""
    with post.store.snapshot() as session:
        return [
            {key: to for key, (_, to) in event.changes.items()}
            for event in audit.history(session, ticket.id)
            if event.kind == Event.DELIVERY_REFUSED
        ]


@pytest.mark.parametrize(
    ("error", "place", "fix"),
    [
        ("not_in_channel", TEAM_IT, "/invite"),
        ("is_archived", TEAM_IT, "Unarchive it"),
        ("channel_not_found", TEAM_IT, "set another channel"),
        ("restricted_action_read_only_channel", TEAM_IT, "Posting permissions"),
        ("access_denied", TEAM_IT, "restricted me"),
        ("invalid_metadata_schema", TEAM_IT, "a mistake of mine"),
        ("messages_tab_disabled", KAREN, "Messages tab"),
        ("channel_not_found", KAREN, "deactivated account"),
        ("brand_new_error", TEAM_IT, "brand_new_error"),
    ],
)
def test_a_refusal_is_in_the_history_and_one_admin_hears_how_to_mend_it(
    post: Post, error: str, place: str, fix: str
) -> None:
    post.slack.faults.refuse(POST, error, channel=place, times=-1)
    first, second = post.open_ticket(), post.open_ticket("Another one")
    post.deliver()
    for ticket in (first, second):
        (refused,) = refusals(post, ticket)
        assert (refused["channel"], refused["error"]) == (place, error)
    (told,) = told_admin(post)
    assert fix in told
    assert "deskbell outbox retry" in told


def test_the_same_trouble_is_told_again_the_next_day(post: Post) -> None:
    post.slack.faults.refuse(POST, "is_archived", channel=TEAM_IT, times=-1)
    post.open_ticket()
    post.deliver()
    post.slack.clock.skip(timedelta(days=1))
    post.open_ticket()
    post.deliver()
    assert len(told_admin(post)) == 2


@pytest.mark.parametrize("error", ["missing_scope", "message_limit_exceeded"])
def test_what_an_admin_must_allow_first_waits_and_is_told(post: Post, error: str) -> None:
    post.slack.faults.refuse(POST, error, channel=TEAM_IT)
    ticket = post.open_ticket()
    post.deliver()
    assert set(post.states()) == {Delivery.SENT}
    assert refusals(post, ticket) == []
    (told,) = told_admin(post)
    assert "wait" in told


def test_a_missing_permission_burns_no_attempts(post: Post) -> None:
    post.slack.faults.refuse(POST, "missing_scope")
    post.open_ticket()
    post.deliverer.run_until_idle()
    assert trouble_of(post) == "Slack takes nothing from the app: missing_scope"
    with post.store.snapshot() as session:
        assert set(session.scalars(select(OutboxMessage.attempts))) == {0}
    post.deliver()
    assert trouble_of(post) is None
    assert set(post.states()) == {Delivery.SENT}


def test_a_message_that_keeps_killing_its_sender_is_given_up_and_told(post: Post) -> None:
    ticket = post.open_ticket()
    post.deliver()
    post.claim(ticket)
    post.slack.clock.skip(timedelta(seconds=2))
    with post.store.snapshot() as session:
        last = session.scalars(select(OutboxMessage.id).where(OutboxMessage.kind == Kind.LINE))
        line = last.one()
    for _ in range(MOST_DEATHS):
        while (taken := post.deliverer.take()) is not None and taken.id != line:
            post.deliverer.deliver(taken)
        assert taken is not None
        post.slack.clock.skip(LEASE + timedelta(seconds=1))  # the process dies, the lease ends
    post.deliverer.run_until_idle()  # no time has to pass for that
    (told,) = told_admin(post)
    assert "died five times" in told
    assert f"deskbell outbox retry {line}" in told
    assert [refused["error"] for refused in refusals(post, ticket)] == ["kills_workers"]


def test_admins_hear_in_person_when_their_own_channel_refuses(database: URL) -> None:
    channel = '"C0ONCALL005"'
    demo = DEMO_POLICY.replace("admins =", f"admin_channel = {channel}\nadmins =")
    with running_desk(database, policy=load_policy(demo)) as desk:
        desk.sandbox.faults.refuse(POST, "is_archived", channel="C0ONCALL005", times=-1)
        desk.sandbox.faults.refuse(POST, "not_in_channel", channel=TEAM_IT)
        desk.opens(desk.karen, "Printer on fire")
        first, second = (message.text for message in desk.ada.dm)
    assert "/invite" in first
    assert "is archived" in second


def test_a_refused_word_about_deadlines_is_in_the_history_of_its_tickets(post: Post) -> None:
    ticket = post.open_ticket()
    post.claim(ticket)
    post.deliver()
    post.slack.faults.refuse(POST, "user_disabled", channel=JOHN)
    post.slack.clock.skip(timedelta(hours=4))
    ringing.ring_due(post.store, at=post.slack.clock.now())
    post.deliver()
    (refused,) = refusals(post, ticket)
    assert (refused["message"], refused["channel"]) == (Kind.CLOCK, JOHN)


def test_a_home_that_slack_cannot_read_is_told_and_one_of_nobody_is_not_missed(post: Post) -> None:
    with post.store.transaction() as session:
        outbox.redraw_home(session, "U0NOBODY001", at=post.slack.clock.now())
    post.deliver()
    assert post.states() == [Delivery.DROPPED]
    post.slack.faults.refuse(PUBLISH, "invalid_arguments")
    with post.store.transaction() as session:
        outbox.redraw_home(session, KAREN, at=post.slack.clock.now())
    post.deliver()
    (told,) = told_admin(post)
    assert "a mistake of mine" in told


@pytest.mark.parametrize(
    ("error", "fix"),
    [("no_such_subteam", "no such user group"), ("plan_upgrade_required", "paid plan")],
)
def test_a_user_group_that_slack_refuses_is_told(database: URL, error: str, fix: str) -> None:
    group = DEMO_POLICY.replace('"U0JOHN00004", ', '"U0JOHN00004", "S0GROUP0001", ')
    with running_desk(database, policy=load_policy(group)) as desk:
        desk.sandbox.faults.refuse("usergroups.users.list", error)
        client = slack_client(settings_for(desk.sandbox), seconds=2)
        jobs.sync_groups(desk.store, client, at=desk.clock.now())
        desk.settle()
        told = [message.text for message in desk.ada.dm]
    assert sum(fix in each for each in told) == 1


NOT_OURS = {
    "attachment_payload_limit_exceeded", "blocked_file_type", "cant_broadcast_message",
    "draft_not_found", "file_not_found", "invalid_user_combination", "missing_file_data",
    "slack_connect_file_link_sharing_blocked", "too_many_contact_cards", "unable_to_share_files",
}  # fmt: skip
"""Errors of arguments that the desk never sends; told with Slack's own word all the same."""


def test_every_refusal_of_slacks_reference_has_a_fix_of_its_own() -> None:
    """The names are those of Slack's pages of the methods that the desk calls."""
    with local_slack() as slack:
        settings, without = settings_for(slack), set()
        for error in {*REFERENCE.split(), *NOT_OURS}:
            slack.faults.refuse(POST, error)
            told = admin.sentence(error, channel=TEAM_IT, ticket=None)
            is_final = verdict_of_posting(settings).outcome is Outcome.REFUSED
            if is_final and "Slack's reference" in told:
                without.add(error)
    assert without == NOT_OURS


REFERENCE = """
access_denied accesslimited account_inactive app_access_restricted block_mismatch cannot_dm_bot
cant_delete_message channel_is_limited_access channel_not_found
compliance_exports_prevent_deletion duplicate_external_id ekm_access_denied
enterprise_is_restricted external_channel_migrating fatal_error hash_conflict internal_error
invalid_arguments invalid_auth invalid_blocks invalid_blocks_format invalid_metadata_format
invalid_metadata_schema is_archived message_limit_exceeded messages_tab_disabled
metadata_too_large method_not_supported_for_channel_type missing_scope msg_blocks_too_long
msg_too_long no_permission no_such_subteam no_text not_allowed_token_type not_authed not_enabled
not_in_channel org_login_required plan_upgrade_required posting_to_channel_denied rate_limited
ratelimited request_timeout restricted_action restricted_action_non_threadable_channel
restricted_action_read_only_channel restricted_action_thread_only_channel service_unavailable
streaming_state_conflict team_access_not_granted team_added_to_org token_expired token_revoked
too_many_attachments two_factor_setup_required update_failed user_disabled user_not_found
user_not_visible users_not_found view_too_large
"""
