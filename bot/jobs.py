"""What happens because time passed. Each job is told the time and commits by itself."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack_errors import WANTS_A_HAND, Outcome, details, judge
from handlers.people import remember
from store import catch_up, forgetting, gates, handover, inbox, people, refusals, user_groups
from store.database import Store
from store.rules.policy import Policy
from store.rules.policy_part import is_user_group

INBOX_KEPT: Final = timedelta(hours=72)
"""Slack repeats an event for minutes, with delayed events for a day."""

OUTBOX_KEPT: Final = timedelta(days=14)
"""Long enough to look up what was said, or not, and why."""

GATES_KEPT: Final = timedelta(hours=1)
PEOPLE_AT_ONCE: Final = 100

log = logging.getLogger(__name__)


def tidy(store: Store, *, at: datetime, enough: Callable[[], bool] = lambda: False) -> None:
    """Forget what no longer matters to anybody, until it is `enough`."""
    with store.transaction() as session:
        heard = catch_up.heard_until(session) or at
        gates.forget(session, before=at - GATES_KEPT)
    heard_before = min(at - INBOX_KEPT, heard - catch_up.MARGIN * 2)
    for forget in (
        partial(inbox.forget, before=heard_before),
        partial(forgetting.forget, before=at - OUTBOX_KEPT),
    ):
        more = True
        while more and not enough():
            with store.transaction() as session:
                more = forget(session)


def mind_rotas(store: Store, *, at: datetime) -> None:
    """Say hand-overs, and gaps in cover before they come, and keep user groups equal to who is on
    call; mostly there is nothing to do.
    """
    with store.snapshot() as session:
        due = handover.is_due(session, at=at) or user_groups.is_due(session, at=at)
    if due:
        with store.transaction() as session:
            handover.say(session, at=at)
            user_groups.follow(session, at=at)


def sync_people(
    store: Store, client: WebClient, *, at: datetime, enough: Callable[[], bool] = lambda: False
) -> int:
    """Everybody's profile, until it is `enough`. Return how many people there are.

    Slack is read outside of transactions, and few people are written in each, so that nobody who
    presses a button meanwhile has to wait.
    """
    count = 0
    try:
        home = str(client.auth_test()["team_id"])
        for page in client.users_list(limit=PEOPLE_AT_ONCE):
            with store.transaction() as session:
                remember(session, page["members"], home=home, at=at)
            count += len(page["members"])
            if enough():
                break
    except SlackApiError as error:
        ask_for_a_hand(store, error, place="", at=at)
        raise
    return count


def sync_groups(store: Store, client: WebClient, *, at: datetime) -> None:
    """Who is in the user groups that the policy names; admins hear of one that Slack refuses."""
    for group in sorted(_groups(store.policy)):
        try:
            members = client.usergroups_users_list(usergroup=group)["users"]
        except SlackApiError as error:
            ask_for_a_hand(store, error, place=group, at=at)
            continue
        with store.transaction() as session:
            people.set_group(session, group, members)


def ask_for_a_hand(store: Store, error: SlackApiError, *, place: str, at: datetime) -> None:
    """The admins hear of what only they can mend; whatever passes by itself is raised again."""
    verdict = judge(error)
    if verdict.outcome is not Outcome.REFUSED and verdict.error not in WANTS_A_HAND:
        raise error
    log.warning("Slack refused", extra={"place": place, "error": verdict.error, **details(error)})
    with store.transaction() as session:
        refusals.ask_for_a_hand(session, verdict.error, place=place, at=at)


def _groups(policy: Policy) -> set[str]:
    return {ref for ref in policy.people if is_user_group(ref)}
