"""Closed, with the solution and a rating; what people write afterwards; and whether it holds."""

from datetime import timedelta

from sqlalchemy import URL, select

from store import access, reopening
from store.database import Store
from store.models import Rating
from store.rules.lifecycle import Status
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.ending.acts import SOLUTION, closed, newest, resolved, writes
from tests.stories.acts import heard, presses, sends, thread_of

WHY = "You_rated_it_4_of_5._Why?"
RESTARTED = {"Have_you_tried_restarting?": "Yes"}


def test_closing_says_so_with_the_solution_and_is_rated_once(desk: DeskInTest) -> None:
    karen = desk.karen
    number = closed(desk, "Printer is silent")
    told = newest(karen, number)
    assert "is closed" in told.text
    assert SOLUTION in told.text
    told.click("4 ★")
    desk.settle()
    assert "You rated it 4 of 5" in told.text
    assert told.buttons == ["Say why", "It came back"]
    told.click("Say why")
    assert sends(karen, **{WHY: " "}) != {}
    assert sends(karen, **{WHY: "Quick, and kind."}) == {}
    assert modal_of(karen).text == f"Thank you for telling us how ticket #{number} went."
    desk.settle()
    thread = thread_of(desk, desk.john, number)
    assert "rated how it went: 4 of 5" in thread
    assert "Quick, and kind." in thread
    told.click("Say why")
    assert "said already" in heard(karen)
    with desk.store.snapshot() as session:
        [rating] = session.scalars(select(Rating))
        assert (rating.person, rating.stars) == (karen.user.id, 4)
        assert rating.comment == "Quick, and kind."


def test_after_the_end_more_than_thanks_is_a_question_and_no_reopening(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = resolved(desk, "Printer is silent")
    card = desk.card(john, number)
    writes(desk, karen, number, "Thanks!")
    assert "shall we" not in heard(karen)

    desk.pass_time(days=2)
    writes(desk, karen, number, "Is it fixed now?")
    asked = newest(karen, number)
    assert f"Your ticket #{number} is resolved: shall we open it again?" in asked.text
    assert asked.buttons == ["Reopen", "It's only a remark"]
    assert "Is it fixed now?" in thread_of(desk, john, number)
    assert "Resolved" in card.text
    writes(desk, karen, number, "And the display?")
    assert newest(karen, number).text == "And the display?", "one question is enough"
    desk.pass_time(days=2)
    assert newest(karen, number).text == "And the display?", "it has not been quiet for three days"

    asked.click("It's only a remark")
    desk.settle()
    assert asked.buttons == []
    assert "only a remark" in thread_of(desk, john, number)
    writes(desk, karen, number, "It is silent once more")
    again = newest(karen, number)
    old = again.stale_copy()
    again.click("Reopen")
    desk.settle()
    assert "In progress" in card.text
    assert "With @John" in card.text
    old.click("It's only a remark")
    assert "is open already" in heard(karen)


def test_past_the_window_it_goes_on_in_a_new_ticket_that_knows_the_old_one(
    database: URL,
) -> None:
    policy = load_policy(DEMO_POLICY + '[quiet]\nreopen_window = "7 days"\n')
    with running_desk(database, policy=policy) as desk:
        karen, john, ken, chris = desk.karen, desk.john, desk.ken, desk.chris
        number = resolved(desk, "Printer is silent", Topic="Printer", **RESTARTED)
        presses(desk, john, number, "People…")
        modal_of(john).pick_person("Who is affected too?", "Ken")
        modal_of(john).pick_person("Who wants to hear how it goes?", "Chris")
        assert sends(john) == {}
        desk.settle()
        karen.find("", f"#{number}").thread[-1].click("Yes, it's fixed")
        desk.settle()
        farewell = newest(karen, number)
        desk.pass_time(days=7)
        asked = newest(karen, number)
        assert "Is everything still good?" in asked.text
        asked.click("Yes, still good")
        desk.settle()
        assert "says that it is still good" in thread_of(desk, john, number)
        desk.pass_time(days=7)
        assert newest(karen, number) == asked, "once is enough"

        writes(desk, karen, number, "It is silent again")
        before = karen.find("", f"#{number}")
        before.thread[-1].click("Open a new ticket")
        desk.settle()
        fresh = desk.newest_ticket()
        assert fresh == number + 1
        assert f"goes on as #{fresh}" in before.thread[-1].text
        assert f"#{fresh}" in thread_of(desk, john, number)
        assert f"Goes on from #{number}" in desk.card(john, fresh).text
        assert f"as a follow-up of #{number}" in thread_of(desk, john, fresh)
        for person, as_what in ((ken, "are affected by"), (chris, "watch")):
            begun = person.dm[-1].text
            assert f"You {as_what} ticket #{fresh}" in begun
            assert f"goes on from ticket #{number}" in begun
            assert "It is silent again" in begun
        assert f"It goes on from ticket #{number}" in karen.dm[-1].text
        assert "Printer is silent" in desk.card(john, fresh).text
        assert "Closed" in desk.card(john, number).text

        farewell.click("It came back")
        sends(karen, **{"What_still_goes_wrong?": "Silent, again!"})
        desk.settle()
        assert desk.newest_ticket() == fresh, "there is one already"
        assert desk.sandbox.violations == []


def test_a_ticket_whose_topic_is_gone_is_opened_again_where_it_is_hidden(desk: DeskInTest) -> None:
    number = closed(desk, "Salary folder", Topic="Access")
    long_after = desk.clock.now() + timedelta(days=90)
    renamed = load_policy(DEMO_POLICY.replace("topics.access", "topics.entry"))
    store = Store(desk.store.url, renamed)
    with store.transaction() as session:
        by = desk.karen.user.id
        ticket = reopening.reopen(session, number, reason="Again", by=by, at=long_after)
        assert (ticket.id, ticket.status) == (number, Status.IN_PROGRESS)
        assert access.is_private(session, ticket)
    store.close()


def test_it_came_back_after_the_follow_up_reopens_with_the_history(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = closed(desk, "Printer is silent", Topic="Printer", **RESTARTED)
    desk.pass_time(days=6, hours=23)
    assert "is closed" in newest(karen, number).text
    desk.pass_time(hours=1)
    newest(karen, number).click("It came back")
    assert sends(karen, **{"What_still_goes_wrong?": "Paper jam"}) == {}
    desk.settle()
    assert "open again" in newest(karen, number).text
    assert "In progress" in desk.card(john, number).text
    thread = thread_of(desk, john, number)
    assert "was asked whether it is still good" not in thread
    assert thread.count("Paper jam") == 1
    assert "Karen Example writes:\nPaper jam" in heard(john)
    assert karen.types(f"/ticket {number}").ok
    assert "Paper jam" in modal_of(karen).text


def test_leads_alone_hear_of_ratings_where_the_policy_says_so(database: URL) -> None:
    text = DEMO_POLICY.replace("[ending]\n", '[ending]\nratings_seen_by = "leads"\n')
    with running_desk(database, policy=load_policy(text)) as desk:
        number = closed(desk, "Printer is silent")
        newest(desk.karen, number).click("1 ★")
        desk.settle()
        assert "rated" not in thread_of(desk, desk.john, number)
        assert "1 of 5" in heard(desk.lena)
        assert "1 of 5" not in heard(desk.john)
        assert desk.sandbox.violations == []
