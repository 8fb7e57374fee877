"""What somebody who asks for help reads, from the first word on; and an admin who solves it."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, heard, presses, resolves


def test_receipt_says_number_next_step_promise_and_how_to_add_and_agents_know_how_to_reach_them(
    desk: DeskInTest,
) -> None:
    karen, john, ada = desk.karen, desk.john, desk.ada
    number = desk.opens(karen, "No sound", Best_way_to_reach_me="Room 4, until three")
    received = karen.find("", f"#{number}").text
    for told in (
        "Thank you, we have your request",
        f"ticket #{number}, No sound",
        "What happens next: the IT Support team looks at it, and you hear here",
        "answer in this thread",
        "First answer by",
        "Solution by",
    ):
        assert told in received

    john.types(f"/ticket {number}")
    shown = modal_of(john).text
    assert "From @Karen Example" in shown
    assert "karen@example.com" in shown
    assert "Room 4, until three" in shown
    modal_of(john).close_everything()

    presses(desk, ada, number, "Claim")
    answers(desk, ada, number, "Reply", Reply="Try the other socket.")
    resolves(desk, ada, number)
    karen.find("", f"#{number}").thread[-1].click("Yes, it's fixed")
    desk.settle()
    thread = karen.find("", f"#{number}").thread
    assert len(thread) == 4
    assert all(f"#{number}" in line.text for line in thread)
    assert "closed" in heard(karen)
    assert "Closed" in desk.card(john, number).text
