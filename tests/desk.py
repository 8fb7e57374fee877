"""The real desk against the local Slack, in one process, on a clock that tests move by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, func, select

from bot.desk import Desk
from bot.settings import Settings
from sandbox import Sandbox, SandboxClock, sample_company
from sandbox.people import Person
from sandbox.seen import SeenMessage
from sandbox.seen_modal import SeenModal
from store.database import Store
from store.models import Alarm, AlarmKind, AlarmState
from store.rules.policy import Policy
from store.rules.policy_file import load_policy

ROOT: Final = Path(__file__).parent.parent
MANIFEST: Final = ROOT / "manifest.yml"
DEMO_POLICY: Final = (ROOT / "bot" / "demo.toml").read_text("utf-8")
MONDAY_TEN: Final = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""Monday, 10:00 in Berlin, where the sample company's office hours are 08:00 to 17:00."""


@cache
def demo_policy() -> Policy:
    """The demo's; nobody can change it, so all desks share it."""
    return load_policy(DEMO_POLICY)


class DeskInTest:
    """A running desk, the people of the sample company, and time.

    Nothing is delivered and no alarm rings until the test lets it: `settle` delivers, `pass_time`
    moves the clock, rings what became due and delivers.
    """

    def __init__(self, sandbox: Sandbox, url: URL, policy: Policy, clock: SandboxClock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self._url = url
        self._start(policy)

    def __getattr__(self, name: str) -> Person:
        """`desk.karen` is Karen."""
        return self.sandbox.person(name.capitalize())

    def restart(self, policy: Policy) -> None:
        """Stop, and start again with another deskbell.toml."""
        self.stop()
        self._start(policy)

    def stop(self) -> None:
        """Hang up and let go of the database."""
        self.desk.stop()
        self.store.close()

    def _start(self, policy: Policy) -> None:
        settings = Settings.model_validate(
            {
                "SLACK_BOT_TOKEN": self.sandbox.bot_token,
                "SLACK_APP_TOKEN": self.sandbox.app_token,
                "SLACK_API_URL": self.sandbox.api_url,
            }
        )
        self.store = Store(self._url, policy)
        self.desk = Desk(settings, self.store, self.clock.now)
        self.desk.start(by_itself=False)

    def settle(self) -> None:
        """Deliver everything that is promised, waiting for the channels' pace, and until replies
        that could be undone are out.
        """
        self.desk.deliver(self.clock.skip)
        with self.store.snapshot() as session:
            held = session.scalar(
                select(func.max(Alarm.due_at)).where(
                    Alarm.kind == AlarmKind.SEND_REPLY, Alarm.state == AlarmState.ARMED
                )
            )
        if held is not None:
            self.clock.skip(max(held - self.clock.now(), timedelta(0)))
            self.desk.tick()
            self.desk.deliver(self.clock.skip)

    def pass_time(self, **length: float) -> None:
        """Let time pass, hour by hour at most, with everything that happens meanwhile."""
        left = timedelta(**length)
        while left > timedelta(0):
            step = min(left, timedelta(hours=1))
            self.clock.skip(step)
            left -= step
            self.desk.tick()
            self.settle()

    def opens(self, person: Person, summary: str, /, **fields: str) -> int:
        """The person opens a ticket through the form. Fields by their label, with _ for blanks.
        Return the ticket's number.
        """
        assert person.types(f"/ticket {summary}").acked
        modal = modal_of(person)
        for label, value in fields.items():
            enter(modal, label.replace("_", " "), value)
        outcome = modal.submit()
        assert not outcome.errors, outcome.errors
        self.settle()
        return self.newest_ticket()

    def newest_ticket(self) -> int:
        """The highest ticket number so far."""
        with self.store.snapshot() as session:
            number = session.connection().exec_driver_sql("SELECT max(id) FROM ticket").scalar()
        assert isinstance(number, int)
        return number

    def card(self, person: Person, number: int, channel: str = "#help-desk") -> SeenMessage:
        """The ticket's card as the person sees it."""
        cards = [seen for seen in person.sees(channel) if seen.text.startswith(f"#{number} ")]
        assert cards, f"{person} sees no card of #{number} in {channel}: {person.sees(channel)}"
        return cards[-1]


def modal_of(person: Person) -> SeenModal:
    """The modal that must be open in front of the person."""
    modal = person.modal
    assert modal is not None, f"no modal is open for {person}; Slack said {person.notices}"
    return modal


def enter(modal: SeenModal, label: str, value: str) -> None:
    """Fill or choose, whichever the field with this label takes."""
    try:
        modal.fill(label, value)
    except AssertionError:
        try:
            modal.choose(label, value)
        except AssertionError:
            modal.pick_person(label, value)


@contextmanager
def running_desk(
    url: URL, *, policy: Policy | None = None, at: datetime = MONDAY_TEN, **slack: Any
) -> Iterator[DeskInTest]:
    """A desk on a migrated database, connected to a fresh workspace whose people it knows."""
    clock = SandboxClock(frozen_at=at)
    with Sandbox(MANIFEST, sample_company(), clock, **slack) as sandbox:
        running = DeskInTest(sandbox, url, policy or demo_policy(), clock)
        try:
            sandbox.wait_until_connected()
            running.desk.sync_people()
            yield running
        finally:
            running.stop()
