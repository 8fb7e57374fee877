"""/ticket help, list and find, /oncall, and the Home tab."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, presses, resolves


def test_help_names_every_command_and_needs_no_ticket(desk: DeskInTest) -> None:
    told = desk.ken.types("/ticket help").text
    for command in ("/ticket list", "/ticket 42", "/ticket find words", "/oncall"):
        assert command in told


def test_list_shows_ones_own_open_tickets_and_an_agents_work(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    assert "You have no open ticket." in karen.types("/ticket list").text
    first = desk.opens(karen, "No sound")
    second = desk.opens(karen, "No picture")
    presses(desk, john, second, "Claim")
    told = karen.types("/ticket list").text
    assert f"#{first} · No sound" in told
    assert f"#{second} · No picture" in told
    assert "Assigned to you" not in told
    work, own = john.types("/ticket list").text.split("Your open tickets")
    assert "No picture" in work
    assert "No sound" not in work
    assert "You have no open ticket." in own
    assert "No sound" not in desk.ken.types("/ticket list").text


def test_find_wants_every_word_and_looks_at_what_was_said(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "No sound", Details="Only in the big meeting room")
    karen.says("It is the Beamer", thread=karen.find("", f"#{number}"))
    answers(desk, john, number, "Add note", Note="Warranty is over")
    for words in ("SOUND", "meeting sound", "beamer", "50%"):
        found = f"#{number} ·" in karen.types(f"/ticket find {words}").text
        assert found is (words != "50%")
    assert f"#{number} ·" not in karen.types("/ticket find warranty").text
    assert f"#{number} ·" in john.types("/ticket find warranty").text
    assert f"#{number} ·" not in desk.ken.types("/ticket find sound").text


def test_a_number_opens_the_ticket_for_whom_it_concerns_in_their_own_way(
    desk: DeskInTest,
) -> None:
    number = desk.opens(desk.karen, "No sound", Details="At all")
    answers(desk, desk.john, number, "Add note", Note="She muted it again")
    for typed in (f"/ticket {number}", f"/ticket #{number}"):
        desk.karen.types(typed)
        own = modal_of(desk.karen)
        assert "At all" in own.text
        assert "muted" not in own.text
        assert own.buttons[0] == "Add information"
        own.cancel()
    desk.john.types(f"/ticket {number}")
    assert "She muted it again" in modal_of(desk.john).text


def test_on_call_says_who_until_when_and_who_follows(desk: DeskInTest) -> None:
    told = desk.ken.types("/oncall").text
    assert "Primary on call" in told
    assert "Omar Standin" in told
    assert "Jerry Mockup" in told
    desk.pass_time(days=7)
    again = desk.ken.types("/oncall").text
    assert again.index("Jerry Mockup") < again.index("Omar Standin")


def test_a_requesters_home_has_open_and_past_tickets_and_the_button(desk: DeskInTest) -> None:
    karen = desk.karen
    past = desk.opens(karen, "No sound")
    resolves(desk, desk.john, past)
    karen.find("", f"#{past}").thread[-1].click("Yes, it's fixed")
    now = desk.opens(karen, "No picture")
    karen.home.open()
    desk.settle()
    opened, closed = karen.home.text.split("My past tickets")
    assert f"#{now} · No picture" in opened
    assert f"#{past} · No sound" in closed
    assert "Unassigned" not in karen.home.text
    karen.home.click("Open", near=f"#{now}")
    assert modal_of(karen).title == f"Ticket #{now}"
    modal_of(karen).cancel()
    karen.home.click("New ticket")
    assert modal_of(karen).title == "New ticket"


def test_an_agents_home_sorts_by_time_to_breach(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    slow = desk.opens(karen, "Slow one")
    fast = desk.opens(karen, "Fast one", **{"How_urgent_is_it?": "I can't do my work at all"})
    mine = desk.opens(karen, "Mine")
    presses(desk, john, mine, "Claim")
    john.home.open()
    desk.settle()
    text = john.home.text
    unassigned = text[text.index("Unassigned") :]
    needed = text[text.index("Needs attention") : text.index("Assigned to me")]
    assert needed.index(f"#{fast}") < needed.index(f"#{slow}")
    assert "Nothing but what stands above" in unassigned
    assert text.count(f"#{fast}") == 1
    assert f"#{mine}" in text[text.index("Assigned to me") : text.index("Unassigned")]
    desk.pass_time(hours=2)
    john.home.open()
    desk.settle()
    text = john.home.text
    needed = text[text.index("Needs attention") : text.index("Assigned to me")]
    assert needed.index("Overdue · ") < needed.index(f"#{slow}")
    assert f"#{mine}" not in needed
    john.home.click("Open", near=f"#{mine}")
    assert modal_of(john).title == f"Ticket #{mine}"
    modal_of(john).cancel()
    john.types(f"/ticket {slow}")
    modal_of(john).press("Claim")
    desk.settle()
    assert "With @John" in modal_of(john).text


def test_the_shortcuts_open_the_same_form(desk: DeskInTest) -> None:
    ken = desk.ken
    assert ken.uses_shortcut("New ticket").ok
    modal_of(ken).cancel()
    message = desk.karen.says("The beamer is dead", channel="#general")
    ken.uses_message_shortcut("Open a ticket", message)
    form = modal_of(ken)
    assert form.value("Summary") == "The beamer is dead"
    assert "From a message by @Karen Example in #general" in form.text
