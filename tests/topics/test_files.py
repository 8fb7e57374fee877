"""Files go with the ticket: both sides can open what the other one added, and nobody else."""

from sqlalchemy import URL

from sandbox.people import Person
from sandbox.seen import SeenMessage
from store import files, triage
from store.models import FileState
from store.rules.policy_file import load_policy
from tests.desk import DeskInTest, modal_of, running_desk
from tests.stories.acts import answers, begins, heard, presses, sends
from tests.together.test_incidents import PRIVATE


def telling(desk: DeskInTest, person: Person, number: int, name: str) -> SeenMessage:
    """The newest message of the team's thread that names the file."""
    thread = desk.card(person, number, "#team-it").thread
    return [line for line in thread if name in line.text][-1]


def test_what_is_put_into_the_form_can_be_opened_by_the_team_and_nobody_else(
    desk: DeskInTest,
) -> None:
    form = begins(desk.karen, "/ticket No sound")
    form.attach("Files", "noise.png", size=48_213)
    form.attach("Files", "settings.txt", size=2_100_000)
    assert form.submit().ok
    desk.settle()
    number = desk.newest_ticket()

    told = telling(desk, desk.john, number, "noise.png")
    assert "noise.png · PNG · 48 KB" in told.text
    assert "settings.txt · TXT · 2.1 MB" in told.text
    assert told.opens("noise.png") == bytes(48_213)
    assert told.opens("settings.txt") == bytes(2_100_000)
    with desk.store.snapshot() as session:
        kept = files.of_request(session, number)
    assert [(file.name, file.size, file.type, file.state) for file in kept] == [
        ("noise.png", 48_213, "png", FileState.PASSED_ON),
        ("settings.txt", 2_100_000, "txt", FileState.PASSED_ON),
    ]
    stranger = SeenMessage(desk.ken.hands, told.message)
    assert stranger.opens("noise.png") is None


def test_a_file_in_the_requesters_thread_reaches_the_team_with_its_words(desk: DeskInTest) -> None:
    karen = desk.karen
    number = desk.opens(karen, "No sound")
    root = karen.find("", f"#{number}")
    karen.uploads("noise.wav", thread=root, text="Listen", content=b"tock tock")
    karen.uploads("silent.png", thread=root)
    desk.settle()

    listen = telling(desk, desk.john, number, "noise.wav")
    assert "Listen" in listen.text
    assert listen.opens("noise.wav") == b"tock tock"
    assert telling(desk, desk.john, number, "silent.png").opens("silent.png") == bytes(1024)
    presses(desk, desk.john, number, "History")
    told = modal_of(desk.john).text
    assert "Listen\nFile: noise.wav (WAV · 9 bytes)" in told
    assert "File: silent.png (PNG · 1 KB)" in told


def test_what_an_agent_adds_to_the_teams_thread_stays_there(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No sound")
    presses(desk, desk.john, number, "Claim")
    desk.john.uploads("plan.pdf", thread=desk.card(desk.john, number, "#team-it"), text="Wiring")
    desk.settle()

    with desk.store.snapshot() as session:
        [kept] = files.of_ticket(session, number)
    assert (kept.name, kept.state) == ("plan.pdf", FileState.THERE)
    assert "plan.pdf" not in heard(desk.karen)
    assert "files.getUploadURLExternal" not in desk.sandbox.methods_called


def test_too_large_and_forbidden_files_are_told_kindly_and_nothing_is_lost(
    desk: DeskInTest,
) -> None:
    form = begins(desk.karen, "/ticket No sound")
    form.attach("Files", "driver.EXE")
    errors = sends(desk.karen)
    assert "takes no .exe files" in errors["Files"]
    assert modal_of(desk.karen).value("Summary") == "No sound"
    desk.karen.modal and desk.karen.modal.cancel()

    number = desk.opens(desk.karen, "No sound")
    root = desk.karen.find("", f"#{number}")
    desk.karen.uploads("film.mov", thread=root, text="The whole story", size=26_000_000)
    desk.settle()
    told = telling(desk, desk.john, number, "film.mov")
    assert "The whole story" in told.text
    assert "larger than 25 MB, so not passed on" in told.text
    assert "could not get this: film.mov (MOV · 26 MB), larger than 25 MB" in heard(desk.karen)


def test_a_file_outlives_bad_luck_and_a_hopeless_one_holds_up_no_words(desk: DeskInTest) -> None:
    karen, faults = desk.karen, desk.sandbox.faults
    number = desk.opens(karen, "No sound")
    root = karen.find("", f"#{number}")
    faults.hang_up_after("files.completeUploadExternal")
    faults.rate_limit("files.info", seconds=3)
    karen.uploads("one.txt", thread=root, text="First")
    desk.settle()
    desk.pass_time(minutes=2)
    assert telling(desk, desk.john, number, "one.txt").opens("one.txt") == bytes(1024)

    faults.refuse("files.getUploadURLExternal", "file_uploads_disabled")
    karen.uploads("two.txt", thread=root, text="Second")
    desk.settle()
    told = telling(desk, desk.john, number, "two.txt")
    assert "Second" in told.text
    assert "could not be passed on" in told.text


def test_all_files_are_shared_with_a_team_that_gets_the_ticket_and_none_with_one_that_lost_it(
    database: URL,
) -> None:
    with running_desk(database, policy=load_policy(PRIVATE)) as desk:
        karen, john, jerry = desk.karen, desk.john, desk.jerry
        form = begins(karen, "/ticket No sound")
        form.attach("Files", "noise.png", size=48_213)
        assert form.submit().ok
        desk.settle()
        number = desk.newest_ticket()
        john.uploads("plan.pdf", thread=desk.card(john, number, "#team-it"), text="", size=2_000)
        desk.settle()
        answers(desk, john, number, "Escalate", Team="Online Banking", Reason="Theirs")
        thread = desk.card(jerry, number, "#team-banking").thread
        told = next(line for line in thread if "Files of the ticket so far" in line.text)
        assert told.opens("noise.png") == bytes(48_213)
        assert told.opens("plan.pdf") == bytes(2_000)
        assert "plan.pdf" not in heard(karen)

        secret = desk.opens(karen, "Salaries", Topic="Access")
        card = desk.card(john, secret, "#team-it")
        karen.uploads("payslip.png", thread=karen.find("", f"#{secret}"), text="My payslip")
        with desk.store.transaction() as session:
            triage.hand_to_team(
                session, secret, team="banking", note="Yours",
                by=john.user.id, at=desk.clock.now(),
            )  # fmt: skip
        desk.settle()
        assert "payslip" not in "".join(line.text for line in card.thread)
        got = desk.card(jerry, secret, "#team-banking").thread
        assert any(line.opens("payslip.png") for line in got if "payslip.png" in line.text)
        assert desk.sandbox.violations == []
