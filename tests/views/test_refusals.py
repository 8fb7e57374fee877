"""Every refusal is a sentence for the person concerned, and nothing they typed is lost."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from sandbox.people import Person
from tests.desk import DeskInTest, modal_of, running_desk


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    """The sample company on a Monday at ten; nothing said may break a rule of Slack."""
    with running_desk(database) as running:
        yield running
        assert running.sandbox.violations == []


def whispered(person: Person, channel: str) -> str:
    """What only this person sees there, in the channel and in its threads."""
    seen = [m for root in person.sees(channel) for m in (root, *root.thread)]
    return "\n".join(message.text for message in seen if message.is_ephemeral)


def test_a_form_that_went_stale_keeps_its_words_says_what_happened_and_goes_through_next(
    desk: DeskInTest,
) -> None:
    john, jane = desk.john, desk.jane
    number = desk.opens(desk.karen, "No sound")
    desk.card(john, number).click("Resolve")
    form = modal_of(john)
    form.fill("What was wrong?", "Muted")
    form.fill("What was done?", "Unmuted")
    desk.card(jane, number).click("Claim")
    desk.settle()

    form.submit()
    again = modal_of(john)
    assert "Jane Specimen claimed it" in again.text
    assert "Nothing was saved yet" in again.text
    assert again.value("What was wrong?") == "Muted"
    again.submit()
    assert john.modal is None
    desk.settle()
    assert "Resolved" in desk.card(john, number).text


def test_a_stale_button_changes_nothing_and_says_what_happened_since(desk: DeskInTest) -> None:
    john, jane = desk.john, desk.jane
    number = desk.opens(desk.karen, "No sound")
    desk.card(jane, number).click("Claim")
    desk.settle()
    stale = desk.card(john, number, "#team-it").stale_copy()
    desk.card(jane, number).choose("More…", "On hold")
    form = modal_of(jane)
    form.fill("What does it wait for?", "Headphones")
    form.fill("Whose answer?", "The shop")
    form.submit()
    desk.settle()

    stale.choose("More…", "Release")
    assert "changed after this was drawn" in whispered(john, "#team-it")
    assert "Jane Specimen put it on hold" in whispered(john, "#team-it")
    assert "On hold" in desk.card(jane, number).text


def test_whoever_claims_second_is_told_who_was_first(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No sound")
    johns, janes = (desk.card(person, number).stale_copy() for person in (desk.john, desk.jane))
    johns.click("Claim")
    janes.click("Claim")
    assert "John Placeholder already has ticket #1" in whispered(desk.jane, "#help-desk")


def test_mistakes_show_at_their_field(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    karen.types("/ticket")
    form = modal_of(karen)
    form.fill("Summary", "   ")
    assert form.submit().errors == {"Summary": "Say in a few words what is wrong."}

    number = desk.opens(desk.ken, "No sound")
    desk.card(john, number).click("Claim")
    desk.settle()
    desk.card(john, number).click("Reassign")
    form = modal_of(john)
    form.fill("Hand-off note", "Try the cable")
    assert form.submit().errors == {"Agent": "Choose an agent or a team, one of the two."}
    form.pick_person("Agent", "John")
    assert form.submit().errors == {"Agent": "That person has it already. Choose somebody else."}
    form.pick_person("Agent", "Karen")
    assert "not an agent" in form.submit().errors["Agent"]


def test_an_unexpected_failure_gives_the_person_and_the_log_one_reference(
    desk: DeskInTest, caplog: pytest.LogCaptureFixture
) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    card = desk.card(john, number)
    card.click("Resolve")
    form = modal_of(john)
    form.fill("What was wrong?", "Muted")
    form.fill("What was done?", "Unmuted")
    with desk.store.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE inbox_entry RENAME TO elsewhere")

    with caplog.at_level(logging.ERROR, logger="handlers.errors"):
        form.submit()
        card.click("Claim")
    references = [str(vars(record)["reference"]) for record in caplog.records]
    assert references[0] in modal_of(john).text
    assert modal_of(john).value("What was wrong?") == "Muted"
    assert references[1] in whispered(john, "#help-desk")

    with desk.store.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbox_entry")
    modal_of(john).submit()
    assert john.modal is None


def test_a_refusal_in_a_modal_or_on_home_is_a_small_modal(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "No sound")
    john.types(f"/ticket {number}")
    desk.card(desk.jane, number).click("Claim")
    desk.settle()
    modal_of(john).press("Claim")
    assert modal_of(john).title == "That did not work"
    assert "Jane Specimen already has" in modal_of(john).text


def test_a_number_that_is_no_ticket_of_ours_is_answered_privately(desk: DeskInTest) -> None:
    desk.opens(desk.karen, "No sound")
    for number in ("99999", "#99999", "1"):
        assert "There is no ticket #" in desk.ken.types(f"/ticket {number}").text


def test_whoever_writes_below_a_page_without_being_called_is_refused_in_words_only_they_see(
    desk: DeskInTest,
) -> None:
    desk.sandbox.admin.add_to_channel("#on-call", "Ken")
    ken = desk.ken
    number = _outage(desk)
    page = ken.find("#on-call", f"#{number}")
    ken.says("on my way", channel="#on-call", thread=page)
    assert "Only agents can do this" in whispered(ken, "#on-call")


def _outage(desk: DeskInTest) -> int:
    karen = desk.karen
    karen.types("/ticket All down")
    form = modal_of(karen)
    form.choose("Topic", "Business critical outage")
    form.fill("What does not work, and for whom?", "Everything")
    form.submit()
    desk.settle()
    return desk.newest_ticket()


def test_when_slack_is_busy_silent_or_down_people_are_asked_to_try_again(
    desk: DeskInTest,
) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    card = desk.card(john, number)
    desk.sandbox.faults.rate_limit("views.open", seconds=30)
    card.click("Resolve")
    assert "Slack is very busy" in whispered(john, "#help-desk")
    desk.sandbox.faults.refuse("views.open", "expired_trigger_id")
    card.click("Resolve")
    assert "That took too long" in whispered(john, "#help-desk")
    desk.sandbox.faults.hang_up_before("views.open")
    card.click("Resolve")
    assert "Slack has trouble and did not answer in time" in whispered(john, "#help-desk")
    desk.sandbox.faults.answer("views.open", status=503)
    card.click("Resolve")
    said = whispered(john, "#help-desk")
    assert "If nothing opened, please try again" in said
    assert "on our side" not in said
    desk.sandbox.admin.revoke_token()
    card.click("Resolve")
    assert "Please tell an admin" in whispered(john, "#help-desk")


def test_what_slack_delivers_twice_happens_once(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    desk.sandbox.faults.duplicate(times=20)
    number = desk.opens(karen, "No sound")
    card = desk.card(john, number)
    card.choose("More…", "Add note")
    assert not any(
        "press again" in text for text in (karen.dm[0].text, whispered(john, "#help-desk"))
    )
    modal_of(john).cancel()
    card.click("Claim")
    desk.settle()
    karen.says("It was muted", thread=karen.dm[0])
    desk.settle()
    assert number == desk.newest_ticket() == 1
    thread = [line.text for line in desk.card(john, number, "#team-it").thread]
    assert [text for text in thread if "claimed" in text] == ["John Placeholder claimed it"]
    assert len([text for text in thread if "muted" in text]) == 1
