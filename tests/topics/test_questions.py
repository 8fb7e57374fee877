"""A topic asks what it needs to know, and only what the answers so far call for."""

from sqlalchemy import URL

from store import files
from store.models import Ticket
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, modal_of, running_desk
from tests.stories.acts import begins, heard, presses, thread_of

TOPIC = """[topics.laptop]
name = "Laptop"
team = "it"
[[topics.laptop.questions]]
key = "restarted"
label = "Restarted?"
kind = "yes_no"
required = true
[[topics.laptop.questions]]
key = "why"
label = "Why not?"
required = true
only_if = { restarted = "No" }
[[topics.laptop.questions]]
key = "apps"
label = "Which apps?"
kind = "several"
options = ["Mail", "Browser", "VPN"]
[[topics.laptop.questions]]
key = "day"
label = "Since when?"
kind = "date"
[[topics.laptop.questions]]
key = "shot"
label = "A picture of it"
kind = "file"
required = true
only_if = { apps = ["VPN", "Browser"], restarted = "No" }

[topics.general]"""
POLICY = load_policy(DEMO_POLICY.replace("[topics.general]", TOPIC))


def test_questions_come_and_go_with_the_answers_and_what_was_typed_is_kept(database: URL) -> None:
    with running_desk(database, policy=POLICY) as desk:
        form = begins(desk.karen, "/ticket Slow")
        form.choose("Topic", "Laptop")
        form.fill("Details", "Since the update")
        form.fill("Since when?", "2026-11-12")
        assert "Why not?" not in form.labels
        form.choose("Restarted?", "No")
        form.fill("Why not?", "In a meeting")
        for app in ("Mail", "VPN"):
            form.choose("Which apps?", app)
        assert "A picture of it" in form.labels
        assert form.submit().errors == {"A picture of it": "Please complete this required field."}
        form.attach("A picture of it", "slow.png", size=2048)
        form.choose("Restarted?", "Yes")
        assert not {"Why not?", "A picture of it"} & set(form.labels)
        form.choose("Restarted?", "No")
        form.fill("Why not?", "In a meeting")
        form.attach("A picture of it", "slow.png", size=2048)
        assert form.value("Details") == "Since the update"
        assert form.submit().ok
        desk.settle()

        number = desk.newest_ticket()
        with desk.store.snapshot() as session:
            assert session.get_one(Ticket, number).answers == {
                "Restarted?": "No",
                "Why not?": "In a meeting",
                "Which apps?": "Mail, VPN",
                "Since when?": "2026-11-12",
                "A picture of it": "slow.png",
            }
            assert [file.name for file in files.of_request(session, number)] == ["slow.png"]
        assert ":paperclip: slow.png · PNG · 2 KB" in desk.card(desk.john, number).text
        assert desk.sandbox.violations == []


def test_whoever_sends_before_a_question_appeared_sees_it_first(database: URL) -> None:
    with running_desk(database, policy=POLICY) as desk:
        form = begins(desk.karen, "/ticket Slow")
        form.choose("Topic", "Laptop")
        desk.sandbox.faults.refuse("views.update", "hash_conflict")
        form.choose("Restarted?", "No")
        assert "Why not?" not in form.labels
        form.submit()
        assert form.is_open
        form.fill("Why not?", "No time")
        assert form.submit().ok
        desk.settle()
        assert "Slow" in desk.card(desk.john, desk.newest_ticket()).text


def test_what_is_asked_at_the_end_is_required_then_and_stays_internal(database: URL) -> None:
    question = '{ key = "part", label = "Which part?", required = true, ask = "resolving" }'
    known = DEMO_POLICY.replace("[topics.general]", f"[topics.general]\nquestions = [{question}]")
    with running_desk(database, policy=load_policy(known)) as desk:
        number = desk.opens(desk.karen, "No sound")
        presses(desk, desk.john, number, "Claim")
        presses(desk, desk.john, number, "Resolve")
        form = modal_of(desk.john)
        form.fill("What was wrong?", "A loose cable.")
        form.fill("What was done?", "Plugged it in.")
        assert form.submit().errors == {"Which part?": "Please complete this required field."}
        form.fill("Which part?", "The amplifier")
        assert form.submit().ok
        desk.settle()
        assert "Which part? The amplifier" in thread_of(desk, desk.john, number)
        assert "amplifier" not in heard(desk.karen)
        assert "resolved your ticket" in heard(desk.karen)
