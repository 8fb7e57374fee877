"""A Slack user group has whoever is on call as its members."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import URL, func, select

from sandbox.wire import WireEntry
from store.database import Store
from store.kinds import Kind
from store.models import OutboxMessage
from tests.desk import DeskInTest, modal_of, running_desk
from tests.on_call.setting import policy, second_desk

GROUP = "S0BANKING02"
FED = ("start = 2026-01-12", f'start = 2026-01-12\nuser_group = "{GROUP}"')
SECOND = """
[rotas.second]
timezone = "Europe/Berlin"
start = 2026-01-12
people = ["U0JANE00005"]
hours = ["12:00-16:00"]
user_group = "S0BANKING02"

[on_call]
"""


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    """The sample company, whose group @banking is Omar's and Jerry's rota."""
    with running_desk(database, policy=policy(FED)) as running:
        running.sandbox.admin.grant_scope("usergroups:write")
        yield running
        assert running.sandbox.violations == []


def follow(desk: DeskInTest) -> list[str]:
    """Let the desk look after its rotas; who is in the group then."""
    desk.desk.mind_rotas()
    desk.settle()
    return members(desk)


def members(desk: DeskInTest) -> list[str]:
    """First names."""
    workspace = desk.sandbox.workspace
    return [workspace.users[user].first_name for user in workspace.groups[GROUP].users]


def updates(desk: DeskInTest) -> list[WireEntry]:
    return desk.sandbox.wire.of("usergroups.users.update")


def told(desk: DeskInTest) -> list[str]:
    """What the admin hears of the group."""
    return [m.text for m in desk.ada.dm if "I cannot keep the user group" in m.text]


def test_the_group_follows_a_hand_over_and_is_otherwise_left_alone(desk: DeskInTest) -> None:
    assert members(desk) == ["Jerry"]
    assert follow(desk) == ["Omar"]
    assert follow(desk) == ["Omar"]
    desk.pass_time(hours=2)
    assert follow(desk) == ["Omar"]
    assert len(updates(desk)) == 1
    desk.pass_time(days=6, hours=22)
    assert follow(desk) == ["Jerry"]
    assert len(updates(desk)) == 2


def test_the_group_follows_a_cover_as_soon_as_both_have_agreed(desk: DeskInTest) -> None:
    follow(desk)
    desk.omar.types("/oncall")
    desk.omar.find("", "Primary on call").click("Cover for me")
    form = modal_of(desk.omar)
    form.choose("Your shift", form.options("Your shift")[0])
    form.pick_person("Who covers for you?", "John")
    form.fill("Only until", int(desk.clock.now().timestamp()) + 7200)
    assert not form.submit().errors
    desk.settle()
    desk.john.find("", "asks for a change of shifts").click("Agree")
    assert members(desk) == ["Omar"]  # the click itself speaks to nobody
    desk.settle()
    assert members(desk) == ["John"]
    desk.pass_time(hours=2)
    assert follow(desk) == ["Omar"]


def test_several_rotas_feed_one_group(database: URL) -> None:
    with running_desk(database, policy=policy(FED, ("\n[on_call]\n", SECOND))) as desk:
        desk.sandbox.admin.grant_scope("usergroups:write")
        assert follow(desk) == ["Omar"]
        desk.pass_time(hours=2)
        assert follow(desk) == ["Jane", "Omar"]
        desk.pass_time(hours=4)
        assert follow(desk) == ["Omar"]


def test_an_edited_policy_changes_the_group(desk: DeskInTest, database: URL) -> None:
    follow(desk)
    changed = policy(FED, ('people = ["U0OMAR00008", "U0JERRY0007"]', 'people = ["U0JANE00005"]'))
    restarted = second_desk(desk, Store(database, changed))
    restarted.mind_rotas()
    restarted.deliver(desk.clock.skip)
    restarted.store.close()
    assert members(desk) == ["Jane"]


def test_what_people_change_by_hand_is_put_right_within_the_hour(desk: DeskInTest) -> None:
    follow(desk)
    desk.sandbox.admin.change_group("banking", "Karen")
    desk.pass_time(minutes=59)
    assert follow(desk) == ["Karen"]
    desk.pass_time(minutes=1)
    assert follow(desk) == ["Omar"]


def test_while_nobody_is_on_call_the_group_keeps_whoever_was(desk: DeskInTest) -> None:
    follow(desk)
    desk.sandbox.admin.deactivate("Omar")
    desk.pass_time(hours=2)
    assert follow(desk) == ["Omar"]
    assert len(updates(desk)) == 1
    assert told(desk) == []
    desk.pass_time(days=6, hours=22)
    assert follow(desk) == ["Jerry"]


@pytest.mark.parametrize(
    ("error", "fix"),
    [
        ("plan_upgrade_required", "paid plans"),
        ("permission_denied", "An owner can allow it"),
        ("no_such_subteam", "no such group"),
        ("invalid_users", "somebody who left"),
        ("subteam_max_users_exceeded", "Slack says subteam_max_users_exceeded"),
    ],
)
def test_what_slack_refuses_is_told_once_with_the_fix_and_tried_every_hour(
    desk: DeskInTest, error: str, fix: str
) -> None:
    desk.sandbox.faults.refuse("usergroups.users.update", error, times=3)
    for hours in (1, 25, 1):
        assert follow(desk) == ["Jerry"]
        desk.pass_time(hours=hours)
    assert len(told(desk)) == 1
    assert fix in told(desk)[0]
    assert GROUP in told(desk)[0]
    assert follow(desk) == ["Omar"]
    desk.sandbox.faults.refuse("usergroups.users.update", error, times=1)
    desk.sandbox.admin.change_group("banking", "Karen")
    desk.pass_time(hours=1)
    assert follow(desk) == ["Karen"]
    assert len(told(desk)) == 2  # it had worked in between


def test_without_the_scope_the_admins_hear_which_one_and_all_else_goes_on(database: URL) -> None:
    with running_desk(database, policy=policy(FED)) as desk:
        follow(desk)
        desk.pass_time(hours=3)
        follow(desk)
        assert len(told(desk)) == 1
        assert "usergroups:write" in told(desk)[0]
        desk.sandbox.admin.grant_scope("usergroups:write")
        desk.pass_time(hours=1)
        assert follow(desk) == ["Omar"]


def test_a_busy_slack_and_a_dead_sender_lose_nothing(desk: DeskInTest) -> None:
    desk.sandbox.faults.rate_limit("usergroups.users.update", seconds=60, times=1)
    follow(desk)
    desk.pass_time(minutes=2)
    assert members(desk) == ["Omar"]
    desk.pass_time(days=6, hours=23)
    desk.desk.mind_rotas()
    while (taken := desk.desk.deliverer.take()) and taken.kind != Kind.USER_GROUP:
        desk.desk.deliverer.deliver(taken)
    assert taken is not None  # and whoever took it dies
    desk.pass_time(minutes=2)
    assert members(desk) == ["Jerry"]
    assert [update.outcome for update in updates(desk)] == ["fault: ratelimited", "ok", "ok"]


def test_of_three_replicas_one_asks(desk: DeskInTest) -> None:
    with ThreadPoolExecutor(3) as threads:
        for _ in threads.map(lambda _: desk.desk.mind_rotas(), range(12)):
            pass
    with desk.store.snapshot() as session:
        asked = select(func.count()).where(OutboxMessage.kind == Kind.USER_GROUP)
        assert session.scalar(asked) == 1
