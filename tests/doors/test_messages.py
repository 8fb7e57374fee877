"""A message becomes a ticket: by the shortcut, the emoji, a mention, or a click; once."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import heard, sends, thread_of, whispered


def test_the_shortcut_takes_words_files_and_address_along_and_one_says_who_asks(
    desk: DeskInTest,
) -> None:
    karen, ken, john = desk.karen, desk.ken, desk.john
    message = karen.uploads("beamer.png", "#general", text="The beamer is dead")
    ken.uses_message_shortcut("Open a ticket", message)
    form = modal_of(ken)
    assert form.value("Summary") == "The beamer is dead"
    assert "With beamer.png." in form.text
    assert form.options("Who asks?")[0].startswith("Whoever wrote the message")
    form.choose("Who asks?", form.options("Who asks?")[0])
    assert form.submit().ok
    desk.settle()
    number = desk.newest_ticket()
    card = desk.card(john, number)
    assert "From @Karen" in card.text
    assert "From a message in #general · taken down by @Ken" in card.text
    assert f"/archives/C0GENERAL01/p{message.ts.replace('.', '')}" in str(card.message.blocks)
    assert "beamer.png" in thread_of(desk, john, number)
    assert f"@Ken Sample has opened ticket #{number} for you" in heard(karen)
    assert f"#{number}" not in heard(ken)

    john.uses_message_shortcut("Open a ticket", message)
    assert f"This message is ticket #{number} already" in modal_of(john).text
    assert modal_of(john).buttons == []
    desk.chris.uses_message_shortcut("Open a ticket", message)
    modal_of(desk.chris).press("Same for me")
    desk.settle()
    assert f"You take part in ticket #{number} now" in modal_of(desk.chris).text
    assert f"#{number}" in heard(desk.chris)


def test_two_people_with_the_form_of_one_message_make_one_ticket(desk: DeskInTest) -> None:
    message = desk.karen.says("The beamer is dead", channel="#general")
    for person in (desk.ken, desk.chris):
        person.uses_message_shortcut("Open a ticket", message)
    assert sends(desk.ken) == {}
    assert sends(desk.chris) == {}
    number = desk.newest_ticket()
    assert f"This message is ticket #{number} already" in modal_of(desk.chris).text
    desk.settle()
    assert number == desk.newest_ticket()
    assert f"asked for help on your behalf: ticket #{number}" in heard(desk.karen)


def test_the_emoji_opens_a_ticket_for_the_writer_says_so_there_and_only_once(
    desk: DeskInTest,
) -> None:
    karen, john = desk.karen, desk.john
    message = karen.says("The lift is stuck & hums", channel="#general")
    desk.ken.reacts(message, "eyes")
    desk.settle()
    assert message.thread == []
    desk.ken.reacts(message, "ticket::skin-tone-3")
    desk.settle()
    number = desk.newest_ticket()
    assert (
        f"This is ticket #{number} now. The IT Support team looks at it" in message.thread[0].text
    )
    assert "Karen Example hears from me" in message.thread[0].text
    card = desk.card(john, number)
    assert "The lift is stuck & hums" in card.text
    assert "From @Karen" in card.text
    assert "taken down by @Ken" in card.text
    assert f"#{number}" in heard(karen)

    john.reacts(message, "ticket")
    john.reacts(message, "ticket")
    john.reacts(message, "ticket")
    desk.settle()
    assert desk.newest_ticket() == number
    assert len(message.thread) == 1
    assert whispered(john, "#general").count(f"This message is ticket #{number} already") == 1
    assert "already" not in whispered(desk.ken, "#general")
    desk.chris.reacts(message, "ticket")
    desk.settle()
    word = next(m for m in desk.chris.sees("#general") if m.is_ephemeral)
    word.click("Same for me")
    desk.settle()
    assert f"You take part in ticket #{number} now" in whispered(desk.chris, "#general")
    assert f"#{number}" in heard(desk.chris)
    desk.ken.reacts(john.says("hm", channel="#on-call"), "ticket")
    desk.settle()
    assert desk.newest_ticket() == number


def test_a_mention_offers_and_one_click_of_its_writer_opens(desk: DeskInTest) -> None:
    karen = desk.karen
    message = karen.says("@deskbell my keyboard types by itself", channel="#general")
    desk.settle()
    offer = message.thread[-1]
    assert "Shall I open a ticket for this?" in offer.text
    john_sees = desk.john.find("#general", "my keyboard").thread[-1]
    john_sees.click("Open a ticket")
    assert "That is for @Karen Example to say" in whispered(desk.john, "#general")
    offer.click("Open a ticket")
    desk.settle()
    number = desk.newest_ticket()
    assert f"This is ticket #{number} now" in message.thread[-1].text
    assert "my keyboard types by itself" in desk.card(desk.john, number).text
    assert f"#{number}" in heard(karen)
    karen.says("@deskbell", channel="#general")
    assert "Write behind my name what is wrong" in whispered(karen, "#general")


def test_a_mention_in_a_tickets_thread_is_a_note_like_any_other(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No sound")
    card = desk.card(desk.john, number, "#team-it")
    desk.john.says("@deskbell is this yours?", channel="#team-it", thread=card)
    desk.settle()
    assert "Shall I open" not in thread_of(desk, desk.john, number)


def test_a_direct_message_becomes_a_ticket_with_one_click(desk: DeskInTest) -> None:
    ken = desk.ken
    message = ken.says("my keyboard types by itself")
    desk.settle()
    asked = ken.dm[-1]
    assert asked.text == message.thread[-1].text, "seen without opening the thread"
    before = asked.stale_copy()
    asked.click("Open a ticket")
    desk.settle()
    number = desk.newest_ticket()
    assert "my keyboard" in desk.card(desk.john, number).text
    assert f"This is ticket #{number} now" in message.thread[-1].text
    assert "hear from me below, in a thread of its own" in message.thread[-1].text
    before.click("Open a ticket")
    desk.settle()
    assert desk.newest_ticket() == number
