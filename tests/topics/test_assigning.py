"""New tickets find their agent by themselves: in turn, by load or by name, never who is away."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import URL

from store import intake
from store.models import Ticket
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, running_desk
from tests.stories.acts import heard, thread_of

TOPIC = '[topics.general]\nname = "General inquiry"\nteam = "it"'
IN_TURN = load_policy(DEMO_POLICY.replace(TOPIC, f'{TOPIC}\nassign = "round_robin"'))
BY_LOAD = load_policy(DEMO_POLICY.replace(TOPIC, f'{TOPIC}\nassign = "fewest_open"'))


def test_agents_take_turns_and_nobody_who_is_away_or_gone_gets_one(database: URL) -> None:
    with running_desk(database, policy=IN_TURN) as desk:
        karen, john, jane = desk.karen, desk.john, desk.jane
        numbers = [desk.opens(karen, f"Problem {n}") for n in range(3)]
        assert [_agent(desk, n) for n in numbers] == [john.user.id, jane.user.id, john.user.id]
        assert "You have ticket #1" in heard(john)
        assert "The desk assigned it to" in thread_of(desk, john, numbers[0])
        told = karen.find("", "#1").text
        assert "What happens next: @John Placeholder looks at it" in told
        assert "looks after" not in heard(karen)

        assert "away until Friday, November 20th" in jane.types("/ticket away until friday").text
        assert _agent(desk, desk.opens(karen, "Problem 4")) == john.user.id
        jane.home.open()
        desk.settle()
        assert "You are away until" in jane.home.text
        assert "Only agents can be away" in karen.types("/ticket away").text
        assert "did not understand the day" in john.types("/ticket away until doomsday").text
        desk.pass_time(days=4)
        assert _agent(desk, desk.opens(karen, "Problem 5")) == jane.user.id

        john.home.open()
        desk.settle()
        john.home.click("I'm away")
        desk.settle()
        assert _agent(desk, desk.opens(karen, "Problem 6")) == jane.user.id
        desk.sandbox.admin.deactivate("Jane")
        desk.settle()
        assert _agent(desk, desk.opens(karen, "Problem 7")) is None
        assert "Welcome back" in john.types("/ticket back").text
        assert _agent(desk, desk.opens(karen, "Problem 8")) == john.user.id
        assert desk.sandbox.violations == []


def test_tickets_opened_at_the_same_moment_go_to_different_people(database: URL) -> None:
    with running_desk(database, policy=IN_TURN) as desk:
        barrier = Barrier(6)

        def opens(number: int) -> str | None:
            barrier.wait()
            with desk.store.transaction() as session:
                ticket = intake.open_ticket(
                    session, requester=desk.karen.user.id, topic="general",
                    summary=f"At once {number}", details="", by=desk.karen.user.id,
                    at=desk.clock.now(),
                )  # fmt: skip
                return ticket.assignee

        with ThreadPoolExecutor(6) as people:
            got = Counter(people.map(opens, range(6)))
        assert got == {desk.john.user.id: 3, desk.jane.user.id: 3}


def test_whoever_has_the_fewest_open_tickets_gets_the_next(database: URL) -> None:
    with running_desk(database, policy=BY_LOAD) as desk:
        first, second = (_agent(desk, desk.opens(desk.karen, f"Load {n}")) for n in range(2))
        assert {first, second} == {desk.john.user.id, desk.jane.user.id}
        with desk.store.transaction() as session:
            taken = [t for t in session.query(Ticket) if t.assignee == desk.john.user.id]
            for ticket in taken:
                ticket.assignee = desk.jane.user.id
        assert _agent(desk, desk.opens(desk.karen, "Load 2")) == desk.john.user.id
        assert _agent(desk, desk.opens(desk.karen, "Load 3")) == desk.john.user.id


def _agent(desk: DeskInTest, number: int) -> str | None:
    with desk.store.snapshot() as session:
        return session.get_one(Ticket, number).assignee
