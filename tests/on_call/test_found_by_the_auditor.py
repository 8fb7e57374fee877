"""What thirty days of chance brought to light about pages and shifts; each would not be twice."""

from datetime import timedelta

import pytest
from sqlalchemy import URL, select

from store.audit import Event
from store.kinds import Kind
from store.models import OutboxMessage
from tests.desk import DeskInTest, modal_of, running_desk
from tests.on_call.setting import CHAIN, events, outage, pages, policy
from tests.rules.calendars import utc


def test_cannot_take_it_never_makes_somebody_elses_old_acknowledgement_count(
    database: URL,
) -> None:
    with running_desk(database, policy=policy((CHAIN, 'chain = ["team", "lead"]'))) as desk:
        john, jane, lena = desk.john, desk.jane, desk.lena
        number = outage(desk)
        pages(john, number)[0].click("Acknowledge")
        desk.settle()
        desk.pass_time(minutes=61)
        assert len(pages(jane, number)) == 2  # it expired, and rings the team again
        pages(jane, number)[-1].click("Can't take it")
        desk.settle()
        assert "acknowledged by" not in desk.card(lena, number).text
        desk.pass_time(minutes=5)
        assert len(pages(lena, number)) == 1


def test_a_page_passed_on_is_told_in_words_that_slack_takes(
    desk: DeskInTest, caplog: pytest.LogCaptureFixture
) -> None:
    number = outage(desk)
    pages(desk.omar, number)[0].click("Escalate")
    desk.settle()
    assert [event for _, event in events(desk, number, Event.PAGE_CLIMBED)]
    assert "passed the page on: Lena" in desk.card(desk.lena, number, "#team-it").thread[-1].text
    assert "refused our blocks" not in caplog.text
    with desk.store.snapshot() as session:  # one drawing shows whom it called and that they heard
        drawn = session.scalars(
            select(OutboxMessage.id).where(
                OutboxMessage.kind == Kind.PAGE_REDRAW,
                OutboxMessage.channel == session.policy.on_call_channel,
            )
        ).all()
    assert len(drawn) == len(["first delivered", "passed on and delivered"])


def test_a_yes_that_comes_too_late_is_told_so(desk: DeskInTest) -> None:
    omar, john = desk.omar, desk.john
    omar.types("/oncall")
    omar.find("", "Primary on call").click("Cover for me")
    form = modal_of(omar)
    form.choose("Your shift", form.options("Your shift")[0])
    form.pick_person("Who covers for you?", "John")
    form.fill("Only until", int(desk.clock.now().timestamp()) + 3600)
    assert not form.submit().errors
    desk.settle()
    desk.pass_time(hours=2)
    john.find("", "asks for a change of shifts").click("Agree")
    assert any("That time is over" in m.text for m in john.dm if m.is_ephemeral)


def test_the_first_hand_over_after_the_start_is_told_in_every_rota(database: URL) -> None:
    """On Tuesday the rota began its day with the person who ended it on Monday."""
    hours = ('handover = "Monday 09:00"', 'handover = "Monday 09:00"\nhours = ["08:00-20:00"]')
    with running_desk(database, policy=policy(hours), at=utc("2026-11-17 09:00")) as desk:
        desk.desk.mind_rotas()
        desk.pass_time(days=5, hours=22)
        desk.desk.mind_rotas()
        assert all("on call now" not in m.text for m in desk.jerry.dm)
        desk.clock.skip(timedelta(hours=1, minutes=1))
        desk.desk.mind_rotas()
        desk.settle()
        (begins,) = [m.text for m in desk.jerry.dm if "You are on call now" in m.text]
        (ends,) = [m.text for m in desk.omar.dm if "no longer on call" in m.text]
        assert "No page and no urgent ticket is open. A quiet start." in begins
        assert "No page and no urgent ticket is open: nothing is left for you to pass on." in ends

        desk.sandbox.admin.deactivate("Jerry")
        desk.desk.sync_people()
        desk.john.types("/oncall")
        plan = desk.john.find("", "Primary on call")
        assert "nobody until Monday, November 30th 9:00 AM, then @Omar Standin." in plan.text
        assert "nobody    ▄▄▄▄▄▄▄ ▄······" in plan.text  # what the hours leave out is no gap
        plan.click("Take this shift")
        shifts = modal_of(desk.john).options("Shift")
        assert shifts[:2] == [
            "nobody: Mon 23 Nov 09:01 – Mon 23 Nov 20:00",  # noqa: RUF001 - as it is written
            "nobody: Tue 24 Nov 08:00 – Tue 24 Nov 20:00",  # noqa: RUF001
        ]
        assert sum("Omar" in shift for shift in shifts[:16]) == 8
