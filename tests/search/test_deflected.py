"""Whoever finds in the form what they need sends nothing, and it counts."""

from sqlalchemy import URL, text

from handlers.views.suggestions import suggested
from store import solutions, suggestions
from store.database import Store
from store.models import Incident, Solution
from store.rules.policy_file import load_policy
from store.suggestions import Suggestions
from tests.desk import DEMO_POLICY, MONDAY_TEN, DeskInTest, modal_of
from tests.search.sample import open_tickets
from tests.stories.acts import answers, begins, heard, resolves
from tests.views.sample import texts


def counted(desk: DeskInTest) -> list[tuple[str, int | None, int | None]]:
    """Who needed no request of their own: by which solution, by which ticket."""
    with desk.store.snapshot() as session:
        found = session.execute(
            text("SELECT person, solution_id, ticket_id FROM deflection ORDER BY id")
        )
        return [(person, solution, ticket) for person, solution, ticket in found]


def saved(desk: DeskInTest, title: str, answer: str, topic: str = "general") -> Solution:
    with desk.store.transaction() as session:
        return solutions.save(
            session, title=title, answer=answer, topic=topic,
            by=desk.john.user.id, at=desk.clock.now(),
        )  # fmt: skip


def test_the_same_for_me_joins_and_hears_every_later_word(desk: DeskInTest) -> None:
    karen, ken, john = desk.karen, desk.ken, desk.john
    number = desk.opens(karen, "Printer on floor 3 jams")
    form = begins(ken)
    form.fill("Details", "Since Monday it eats my invoices")
    form.fill("Summary", "the printer jams again")
    assert "a colleague has it" in form.text
    form.press("Same for me")
    desk.settle()
    told = modal_of(ken)
    assert f"You are with ticket #{number} (Printer on floor 3 jams) now" in told.text
    assert "What you began to write was not sent." in told.text
    assert f"#{number}" in heard(ken)
    told.cancel()
    assert form.value("Details") == "Since Monday it eats my invoices"
    form.fill("Summary", "the printer jams")
    assert "new, yours" in form.text
    assert "Same for me" not in form.buttons
    other = begins(desk.jerry, "/ticket printer jams")
    assert "2 people have it" in other.text
    other.press("Same for me")
    desk.settle()
    modal_of(desk.jerry).submit()
    assert desk.jerry.modal is None, "the form is gone, too"
    assert counted(desk) == [(p.user.id, None, number) for p in (ken, desk.jerry)]
    assert form.submit().errors == {}
    assert counted(desk) == [(desk.jerry.user.id, None, number)], "Ken sent his after all"
    desk.settle()
    assert desk.newest_ticket() == number + 1
    answers(desk, john, number, "Reply", Reply="A sheet of foil. Taken out.")
    resolves(desk, john, number)
    for person in (karen, ken, desk.jerry):
        assert "A sheet of foil. Taken out." in heard(person)
        assert "fixed" in heard(person)
    assert "A loose cable" not in heard(ken)


def test_a_ticket_that_ended_meanwhile_says_so_and_the_form_stays(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "Printer on floor 3 jams")
    form = begins(desk.ken, "/ticket printer jams")
    resolves(desk, desk.john, number)
    form.press("Same for me")
    notice = modal_of(desk.ken)
    assert f"Ticket #{number} is resolved by now." in notice.text
    notice.cancel()
    assert form.value("Summary") == "printer jams"
    assert counted(desk) == []


def test_a_solution_that_solves_it_closes_the_form_and_counts_once(desk: DeskInTest) -> None:
    ken = desk.ken
    saved(desk, "Paper jam in the printer", "Open flap <B> & pull *gently*.")
    form = begins(ken, "/ticket printer jams")
    assert "Paper jam in the printer" in form.text
    assert "Open flap <B> & pull *gently*." in form.text
    form.press("This solved it")
    modal_of(ken).cancel()
    form.press("This solved it")
    assert modal_of(ken).submit().acked
    assert ken.modal is None
    assert counted(desk) == [(ken.user.id, 1, None)]
    assert desk.sandbox.wire.of("chat.postMessage") == []


def test_the_ticket_where_it_was_found_lends_a_solution_its_words(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "Beamer stays black")
    with desk.store.transaction() as session:
        solutions.save(
            session, title="Projector shows nothing", answer="Press Fn+F8.", topic="general",
            ticket_id=number, by=desk.john.user.id, at=desk.clock.now(),
        )  # fmt: skip
    assert "Press Fn+F8." in begins(desk.ken, "/ticket beamer").text
    assert "Press Fn+F8." in begins(desk.ken, "/ticket projector").text
    assert "Press Fn+F8." not in begins(desk.ken, "/ticket Fn").text


def test_a_major_incident_goes_before_what_is_more_alike(database: URL) -> None:
    open_tickets(database, [(f"Printer {n} jams", "") for n in range(4)] + [("Printer down", "")])
    store = Store(database, load_policy(DEMO_POLICY))
    declared = Incident(
        ticket_id=5, title="No printer works", declared_by="U0JOHN00004", declared_at=MONDAY_TEN
    )
    with store.transaction() as session:
        session.add(declared)
    with store.snapshot() as session:
        found = suggestions.look_for(session, "printer jams", viewer="U0KEN").tickets
    store.close()
    assert [(known.ticket, known.is_incident) for known in found] == [
        (5, True), (4, False), (3, False),
    ]  # fmt: skip
    shown = texts([block.to_dict() for block in suggested(Suggestions(found))])
    assert "#5 · No printer works\nknown incident, new, a colleague has it" in shown
