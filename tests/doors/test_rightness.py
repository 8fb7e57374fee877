"""What the requester changes or deletes, and who may not ask."""

from sqlalchemy import URL

from handlers.people import remember
from store.models import Person
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.stories.acts import heard, sends, thread_of, whispered

STRICT = DEMO_POLICY.replace(
    'channels = ["C0GENERAL01"]',
    'channels = ["C0GENERAL01"]\nmost_open = 1\nblocked = ["ken@example.com"]\n'
    'guests = "may not ask"',
)


def test_the_ticket_outlives_its_message_and_says_what_became_of_it(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    message = karen.says("The lift is stuck", channel="#general")
    john.reacts(message, "ticket")
    desk.settle()
    number = desk.newest_ticket()
    karen.edits(message, "The lift is stuck on floor 3")
    desk.settle()
    card = desk.card(john, number)
    assert "edited since" in card.text
    told = thread_of(desk, john, number)
    assert "Karen Example edited the message that this ticket was made from" in told
    assert "The lift is stuck on floor 3" in told
    assert "edited" not in heard(karen)
    karen.deletes(message)
    desk.settle()
    assert "deleted since" in card.text
    assert "New" in card.text
    assert "deleted the message" in thread_of(desk, john, number)


def test_whoever_may_not_ask_is_told_so_where_they_are_and_an_agent_may_ask_for_them(
    database: URL,
) -> None:
    with running_desk(database, policy=load_policy(STRICT)) as desk:
        karen, ken, gus, john = desk.karen, desk.ken, desk.gus, desk.john
        assert "takes no tickets from you" in ken.types("/ticket broken").text
        assert "Guests can't open tickets here" in gus.types("/ticket broken").text
        gus.says("my badge is broken")
        assert "Guests can't open tickets" in whispered(gus, "")
        ken.says("@deskbell help", channel="#general")
        assert "takes no tickets from you" in whispered(ken, "#general")
        number = desk.opens(karen, "No sound")
        assert "You have 1 open ticket" in karen.types("/ticket No picture").text
        john.reacts(ken.says("all is lost", channel="#general"), "ticket")
        desk.settle()
        assert desk.newest_ticket() == number + 1
        chris_sees = desk.chris.find("#general", "all is lost")
        desk.chris.reacts(karen.says("again", channel="#general"), "ticket")
        desk.settle()
        assert "has 1 open ticket" in whispered(desk.chris, "#general")
        assert desk.newest_ticket() == number + 1
        assert "This is ticket" in chris_sees.thread[0].text
        assert desk.sandbox.violations == []


def test_somebody_of_another_company_is_told_that_this_desk_is_not_for_them(
    desk: DeskInTest,
) -> None:
    theirs = {"id": desk.ken.user.id, "team_id": "T0THEIRS001", "profile": {}, "name": "ken"}
    with desk.store.transaction() as session:
        remember(session, [theirs], home="T0OURS00001", at=desk.clock.now())
    desk.ken.says("my badge is broken")
    assert "for people of this company, and you are of another one" in whispered(desk.ken, "")
    desk.john.reacts(desk.ken.says("still broken", channel="#general"), "ticket")
    desk.settle()
    assert "Ken Sample is of another one" in whispered(desk.john, "#general")
    assert "ticket #" not in heard(desk.ken)


def test_somebody_of_another_company_is_told_so_at_their_very_first_word(desk: DeskInTest) -> None:
    ken = desk.ken
    with desk.store.transaction() as session:
        session.delete(session.get_one(Person, ken.user.id))
    place = desk.sandbox.workspace.dm_of(ken.user.id).id
    event = {
        "type": "message", "channel_type": "im", "channel": place, "user": ken.user.id,
        "user_team": "T0THEIRS001", "text": "my badge is broken", "ts": "1790000100.000200",
    }  # fmt: skip
    heard_it = desk.sandbox.events.emit("message.im", event)
    assert heard_it
    assert heard_it.result(10)
    assert "for people of this company, and you are of another one" in whispered(ken, "")
    with desk.store.snapshot() as session:
        assert session.get_one(Person, ken.user.id).is_foreign


def test_an_agent_opens_for_a_caller_and_says_at_once_who_has_it(desk: DeskInTest) -> None:
    karen, john, jane = desk.karen, desk.john, desk.jane
    john.types("/ticket Mobile banking is down")
    fields = {
        "Who_asks?": "Karen",
        "How_did_they_reach_us?": "Phone",
        "Assign_to": "Karen",
    }
    errors = sends(john, **fields)
    assert "not an agent" in errors["Assign to"]
    modal_of(john).pick_person("Assign to", "Jane")
    assert modal_of(john).submit().ok
    desk.settle()
    number = desk.newest_ticket()
    card = desk.card(john, number)
    assert "By phone · taken down by @John" in card.text
    assert "With @Jane" in card.text
    assert f"#{number}" in heard(jane)
    assert f"@John Placeholder has opened ticket #{number} for you" in heard(karen)
    assert heard(karen).count(f"#{number}") <= 2
    karen.types("/ticket My chair squeaks")
    assert "Assign to" not in modal_of(karen).labels
