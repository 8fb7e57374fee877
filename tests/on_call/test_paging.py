"""A page is answered or it climbs: declined, passed on, expired, delivered, wanted from all."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import URL

from store.audit import Event
from tests.desk import DeskInTest, running_desk
from tests.on_call.setting import CHAIN, events, outage, pages, policy

CLIMBING = (Event.PAGED, Event.PAGE_CLIMBED)


def test_what_people_press_decides_who_is_called_next(desk: DeskInTest) -> None:
    omar, lena, ada = desk.omar, desk.lena, desk.ada
    number = outage(desk)
    assert "(delivered)" in omar.find("#on-call", f"#{number}").text
    assert "(delivered)" in desk.card(lena, number).text
    assert [told["person"] for _, told in events(desk, number, Event.PAGE_DELIVERED)] == [
        omar.user.id
    ]

    pages(omar, number)[0].click("Can't take it")
    desk.settle()
    assert len(pages(lena, number)) == 1  # at once, without waiting
    assert "Calling @Lena" in omar.find("#on-call", f"#{number}").text

    pages(lena, number)[0].click("Acknowledge")
    desk.settle()
    assert "acknowledged by @Lena" in desk.card(lena, number).text
    pages(lena, number)[0].click("Escalate")
    omar.find("#on-call", f"#{number}").click("Escalate")  # as it was before it is drawn anew
    whispered = [m.text for m in omar.sees("#on-call") if m.is_ephemeral]
    assert "has gone on already: it called @Ada" in whispered[-1]
    desk.settle()
    assert len(pages(ada, number)) == 1
    desk.pass_time(minutes=1)
    refused = pages(ada, number)[0]
    refused.click("Escalate")
    assert any("nobody above the last level" in m.text for m in ada.dm if m.is_ephemeral)
    refused.click("Acknowledge")
    desk.settle()
    assert "acknowledged by @Ada" in desk.card(lena, number).text
    why = [told["why"] for _, told in events(desk, number, *CLIMBING)]
    assert why == ["new", "declined", "escalated"]


def test_an_acknowledgement_expires_when_nobody_touches_the_ticket(desk: DeskInTest) -> None:
    omar = desk.omar
    number = outage(desk)
    pages(omar, number)[0].click("Acknowledge")
    desk.settle()
    desk.pass_time(minutes=50)
    desk.card(omar, number).click("Claim")  # whoever was called may work it
    desk.pass_time(minutes=55)
    assert len(pages(omar, number)) == 1  # touched 55 minutes ago

    desk.clock.skip(timedelta(minutes=10))
    desk.restart(desk.store.policy)
    desk.pass_time(minutes=0.1)
    assert len(pages(omar, number)) == 2
    assert "again: the acknowledgement expired" in desk.card(omar, number).text
    assert [told["person"] for _, told in events(desk, number, Event.PAGE_EXPIRED)] == [
        omar.user.id
    ]
    pages(omar, number)[-1].click("Acknowledge")
    desk.settle()
    assert "acknowledged by @Omar" in desk.card(omar, number).text
    told = "\n".join(m.text for m in desk.karen.find("", f"#{number}").thread)
    assert (told.count("has been reached"), told.count("works on your ticket")) == (1, 1)


def test_what_the_requester_writes_answers_no_page_and_is_no_work(desk: DeskInTest) -> None:
    number = outage(desk)
    desk.karen.says("The branches close now", thread=desk.karen.find("", f"#{number}"))
    desk.settle()
    desk.pass_time(minutes=5)
    assert len(pages(desk.lena, number)) == 1  # it has climbed
    pages(desk.lena, number)[0].click("Acknowledge")
    desk.settle()
    desk.pass_time(minutes=50)
    desk.karen.says("Any news?", thread=desk.karen.find("", f"#{number}"))
    desk.settle()
    desk.pass_time(minutes=11)
    assert len(pages(desk.omar, number)) == 2  # nobody has touched it but the requester
    assert [told["person"] for _, told in events(desk, number, Event.PAGE_EXPIRED)] == [
        desk.lena.user.id
    ]


@pytest.fixture
def strict(database: URL) -> Iterator[DeskInTest]:
    """A team that is called twice, three minutes each, and has to answer to the last one."""
    level = '{ call = "team", ack_minutes = 3, repeat = 2, all_must_ack = true }'
    with running_desk(database, policy=policy((CHAIN, f'chain = [{level}, "admins"]'))) as running:
        yield running
        assert running.sandbox.violations == []


def test_where_everybody_must_answer_the_first_answer_is_not_enough(strict: DeskInTest) -> None:
    john, jane, ada = strict.john, strict.jane, strict.ada
    number = outage(strict)
    pages(john, number)[0].click("Acknowledge")
    strict.settle()
    assert "1 of 2 have" in john.find("#on-call", f"#{number}").text
    strict.pass_time(minutes=3)
    assert [len(pages(who, number)) for who in (john, jane, ada)] == [2, 2, 0]
    pages(jane, number)[-1].click("Acknowledge")
    pages(john, number)[-1].click("Acknowledge")
    strict.settle()
    strict.pass_time(minutes=10)
    assert [len(pages(who, number)) for who in (john, jane, ada)] == [2, 2, 0]
    levels = [told["level"] for _, told in events(strict, number, *CLIMBING)]
    assert levels == ["team", "team"]


def test_every_level_rings_once_a_round_also_when_ticks_are_doubled(desk: DeskInTest) -> None:
    number = outage(desk)
    for _ in range(7):
        desk.pass_time(minutes=5)
        desk.desk.tick()
        desk.desk.tick()
    desk.settle()
    called = [len(pages(who, number)) for who in (desk.omar, desk.lena, desk.ada)]
    assert called == [3, 3, 2]  # rounds begin at 0, 15 and 30 minutes
    *earlier, last = pages(desk.omar, number)
    assert [call.buttons for call in earlier] == [[], []]
    assert all("You were called again since" in call.text for call in earlier)
    assert "Acknowledge" in last.buttons
    last.click("Acknowledge")
    desk.settle()
    assert "Acknowledged by" in last.text
    assert all("You were called again since" in call.text for call in earlier)


def test_a_drill_calls_in_earnest_and_reports_how_fast_somebody_answered(desk: DeskInTest) -> None:
    ada, omar, lena = desk.ada, desk.omar, desk.lena
    assert "Only leads and admins" in desk.karen.types("/oncall drill").text
    assert "The drill begins" in ada.types("/oncall drill").text
    desk.settle()
    assert "This is a drill" in omar.find("", "DRILL").text
    assert "DRILL" not in "".join(m.text for m in lena.sees("#help-desk"))
    desk.pass_time(minutes=5)
    assert "drill is ringing already" in ada.types("/oncall drill").text
    desk.pass_time(seconds=80)
    lena.find("", "DRILL").click("Acknowledge")
    desk.settle()
    report = ada.find("", "Drill over")
    assert "@Lena Template answered after 6 min" in report.text
    assert "Primary on call: @Omar Standin, no answer" in report.text
    assert "The lead: @Lena Template, acknowledged after 1 min" in report.text
    assert "Drill over" in omar.find("#on-call", "Drill over").text
    desk.pass_time(hours=2)
    assert "DRILL" not in "".join(m.text for m in ada.dm if "Acknowledge" in m.buttons)


def test_a_drill_that_nobody_answers_ends_with_the_chain(desk: DeskInTest) -> None:
    desk.lena.types("/oncall drill")
    for _ in range(3):
        desk.pass_time(minutes=5)
    assert "nobody answered" in desk.lena.find("", "Drill over").text
    assert "Over" in desk.omar.find("", "DRILL").notification
    assert "The drill is over" in desk.omar.find("", "DRILL").text
