"""What the outbox holds, what reached Slack, and time that passes while the desk delivers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from bot.delivery import Deliverer
from bot.slack_client import slack_client
from sandbox.wire import WireEntry
from store import checkup
from store.models import OutboxMessage
from store.sending import posts
from tests.bot.setting import settings_for
from tests.crash.ending import everything, key_of
from tests.desk import DeskInTest

POST = "chat.postMessage"
UPDATE = "chat.update"
TEAM_IT = "C0TEAMIT003"
HELP_DESK = "C0HELPDESK2"
SECOND = timedelta(seconds=1)


def promises(desk: DeskInTest, *kinds: str, channel: str = "") -> list[OutboxMessage]:
    """The outbox in order: these kinds (all, if none is given), for that channel."""
    with desk.store.snapshot() as session:
        found = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [m for m in found if m.kind in (kinds or [m.kind]) and channel in ("", m.channel)]


def states(messages: Sequence[OutboxMessage]) -> set[str]:
    """In which states they are."""
    return {str(message.state) for message in messages}


def copies(desk: DeskInTest, message: OutboxMessage) -> int:
    """How often the message is in Slack."""
    return sum(key_of(posted) == message.key for posted in everything(desk.sandbox))


def calls(desk: DeskInTest, method: str, channel: str = "") -> list[WireEntry]:
    """What the desk asked of Slack, in one channel or everywhere."""
    made = desk.sandbox.wire.of(method)
    return [call for call in made if channel in ("", call.payload.get("channel"))]


def gaps(times: Sequence[datetime]) -> list[timedelta]:
    """How long after each other."""
    return [later - earlier for earlier, later in pairwise(sorted(times))]


def out_of_order(messages: Sequence[OutboxMessage]) -> list[str]:
    """The lanes in which something overtook what was promised before it."""
    lanes: dict[str, list[str]] = {}
    for message in messages:
        if message.slack_ts and posts(message):
            lanes.setdefault(message.lane, []).append(message.slack_ts)
    return [lane for lane, times in lanes.items() if times != sorted(times)]


def live(desk: DeskInTest, **length: float) -> None:
    """Let exactly so much time pass; the desk does whatever falls due at the moment it does."""
    end = desk.clock.now() + timedelta(**length)
    while True:
        desk.desk.tick()
        desk.desk.gather()
        desk.desk.deliver()
        desk.desk.sweep()
        left = end - desk.clock.now()
        if left <= timedelta(0):
            return
        due = desk.desk.deliverer.time_to_next()
        desk.clock.skip(min(left, max(due or SECOND, SECOND), 10 * SECOND))


def impatient(desk: DeskInTest) -> None:
    """Let the desk wait for no answer longer than a second, so that tests need not either."""
    _waits(desk, seconds=1)


def patient(desk: DeskInTest) -> None:
    """Let the desk wait for answers longer than a busy machine needs: each that it gives up is one
    more lost than the test has asked for, and moves everything after it.
    """
    _waits(desk, seconds=60)


def _waits(desk: DeskInTest, *, seconds: int) -> None:
    client = slack_client(settings_for(desk.sandbox), seconds=seconds)
    desk.desk.deliverer = Deliverer(desk.store, desk.clock.now, ordinary=client, urgent=client)


def alarms(desk: DeskInTest) -> dict[str, int]:
    """What the checkup finds wrong."""
    with desk.store.snapshot() as session:
        found = checkup.look(session, at=desk.clock.now())
    return {check: count for check, count in found.items() if count}
