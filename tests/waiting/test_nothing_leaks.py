"""What agents write for each other ends at no requester's surface, whichever way it might take.

A new kind of news is drawn here by itself, with a mark in everything internal that a ticket holds.
A new kind of message must first be put into the table of those that reach requesters or those that
do not; one that reaches them must be met on the walk. No form opens for them but those named here.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import JSON, String, select

from handlers.routes import Form
from handlers.views import detail, listing
from handlers.views.bulletin import Bulletin
from handlers.views.requester import news, notification
from sandbox.people import Person
from sandbox.records import Json
from store import participants
from store.kinds import Audience, Kind, News
from store.models import OutboxMessage, Reply, Role, Ticket
from store.rules.lifecycle import Status
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.sqlite import migrated_file
from tests.stories.acts import answers, presses, sends
from tests.views.sample import KAREN, NOW, targets, ticket
from tests.waiting.surfaces import reaching, spelled

MARK: Final = "zyxleak"
AGENT: Final = "U0ZYXLEAK"

SECRETIVE: Final = DEMO_POLICY.replace(
    'calendar = "office"\ndefault', 'calendar = "office"\nagents_named = false\ndefault'
).replace('checklist = ["Is', f'checklist = ["{MARK}: is')
NAMELESS: Final = load_policy(SECRETIVE)

TO_REQUESTERS: Final = {
    Kind.NEWS, Kind.HOME, Kind.STRAY, Kind.WHISPER, Kind.OPENED_HERE, Kind.FETCH,
    Kind.TRANSCRIPT,
}  # fmt: skip
TO_OTHERS: Final = {
    Kind.CARD, Kind.REDRAW, Kind.LINE, Kind.ENTRY, Kind.TELL, Kind.PAGE, Kind.PAGE_REDRAW,
    Kind.QUEUE_NOTICE, Kind.CLOCK, Kind.ADMIN, Kind.DUTY, Kind.DUTY_REDRAW, Kind.USER_GROUP,
    Kind.DIGEST, Kind.FILES, Kind.FILE_COPY, Kind.ENTRY_REDRAW, Kind.HANDOFF, Kind.HELP,
    Kind.STORM, Kind.HANDOFF_REDRAW, Kind.HELP_REDRAW,
}  # fmt: skip
IN_PUBLIC: Final = {Kind.ANNOUNCE}
"""Drawn from a major incident's public title and replies alone; tests/together sees it."""

FOR_EVERYBODY: Final = {
    Form.INTAKE,
    Form.ADD,
    Form.REOPEN,
    Form.PEOPLE,
    Form.SETTLED,
    Form.PREFERENCES,
}

THEIR_OWN: Final = {
    "status", "summary", "details", "topic", "severity", "team", "requester", "affected",
    "urgency", "contact", "answers", "source", "clocks",
}  # fmt: skip
"""What a requester may read of a ticket, and keys that mean nothing. Every other text is marked."""

_AGENTS: Final = {"assignee", "resolver", "escalated_by"}


def marked(status: Status) -> Ticket:
    """A ticket with a mark in every column that is not for its requester."""
    filled: dict[str, Any] = dict.fromkeys(_AGENTS, AGENT)
    for column in Ticket.__table__.columns:
        if column.key not in THEIR_OWN | _AGENTS and isinstance(column.type, String | JSON):
            is_text = isinstance(column.type, String)
            filled[column.key] = MARK if is_text else {MARK: MARK}
    assert {"cause", "fix", "waits_for"} <= filled.keys()
    return ticket(status, **filled)


@pytest.mark.parametrize("what", News)
def test_no_kind_of_news_tells_anything_internal_or_who_works(what: News) -> None:
    reply = Reply(id=1, ticket_id=42, author=AGENT, text="We look into it.", at=NOW)
    for status in Status:
        for watching in (False, True):
            told = Bulletin(
                ticket=marked(status), policy=NAMELESS, targets=targets(), reader=KAREN,
                zone="UTC", at=NOW, promised_at=NOW, words=reply, watching=watching, by=AGENT,
                so_far=[reply],
            )  # fmt: skip
            shown = [block.to_dict() for block in news(what, told)]
            assert MARK not in spelled([shown, notification(what, told)]), (what, status)


def test_their_ticket_and_lists_tell_nothing_internal_and_not_who_works() -> None:
    reply = Reply(id=1, ticket_id=42, author=AGENT, text="We look into it.", at=NOW)
    for status in Status:
        theirs = marked(status)
        view = detail.for_requester(
            theirs, NAMELESS, targets=targets(), conversation=[reply], at=NOW
        )
        rows = [block.to_dict() for block in listing.rows([theirs], NAMELESS, at=NOW)]
        assert MARK not in spelled([view.to_dict(), rows]), status


def test_every_kind_of_message_is_known_to_reach_requesters_or_not() -> None:
    assert set(Kind) == TO_REQUESTERS | TO_OTHERS | IN_PUBLIC, (
        "who reads the new kind? Walk it if they do"
    )


def test_a_life_full_of_internal_words_leaves_none_on_any_requesters_surface(
    tmp_path: Path,
) -> None:
    url = migrated_file(tmp_path)
    with running_desk(url, policy=NAMELESS) as desk:
        number = _live(desk)
        _look_everywhere(desk, number)
        side = [desk.karen, desk.chris, desk.ken]
        reached = list(reaching(side))
        names = [p.user.id.casefold() for p in (desk.john, desk.jane, desk.jerry)]
        for door, sent in reached:
            text = spelled(sent)
            assert MARK not in text, (door, text)
            assert not [name for name in names if name in text], (door, text)
        assert {door for door, _ in reached} >= {
            "chat.postMessage", "views.open", "views.publish", "response_url",
            "answer to slash_command", "answer to view_submission", "chat.postEphemeral",
        }  # fmt: skip
        assert set(_forms(reached)) == set(FOR_EVERYBODY)
        with desk.store.snapshot() as session:
            kinds = select(OutboxMessage.kind).where(
                OutboxMessage.channel.in_([each for person in side for each in _places(person)]),
                OutboxMessage.audience != Audience.AGENTS,
            )
            assert set(session.scalars(kinds)) == TO_REQUESTERS
        theirs = list(reaching([desk.john, desk.jane, desk.jerry]))
        assert spelled(theirs).count(MARK) > 5  # they did write it down


def _places(person: Person) -> tuple[str, ...]:
    """How the outbox addresses somebody: by user, or by a channel where they talk with the desk."""
    workspace = person.slack.workspace
    general = workspace.find_channel("#general")
    assert general is not None
    return person.user.id, workspace.dm_of(person.user.id).id, general.id


def _forms(reached: list[tuple[str, Json]]) -> Iterator[str]:
    """Which forms were opened for these people."""
    for door, sent in reached:
        if door in {"views.open", "views.push"}:
            view = sent["view"]
            shown = json.loads(view) if isinstance(view, str) else view
            yield from filter(None, [shown.get("callback_id")])


def _live(desk: DeskInTest) -> int:
    """Every form of the agents, each with words that are theirs alone."""
    karen, john, jane, jerry = desk.karen, desk.john, desk.jane, desk.jerry
    number = desk.opens(
        karen, "Printer eats paper", Topic="Printer", On_behalf_of_someone_else="Chris",
        **{"Have_you_tried_restarting?": "Yes"},
    )  # fmt: skip
    presses(desk, john, number, "Claim")
    with desk.store.transaction() as session:
        for person in (desk.ken, jerry):
            participants.join(
                session, number, person.user.id, Role.WATCHER,
                by=john.user.id, at=desk.clock.now(),
            )  # fmt: skip
    answers(desk, john, number, "Add note", Note=f"{MARK} again")
    john.says(f"{MARK} in the thread", thread=desk.card(john, number, "#team-it"))
    note = {"Agent": "Jane", "Hand-off_note": f"{MARK} yours"}
    answers(desk, john, number, "Reassign", **note)
    severity = {"Severity": "Sev-B", "Reason": f"{MARK} the boss called"}
    answers(desk, jane, number, "Change severity", **severity)
    until = str(int((desk.clock.now() + timedelta(days=9)).timestamp()))
    later = {"Promise_it_by": until, "Reason": f"{MARK} lunch"}
    answers(desk, jane, number, "Promise a later time", **later)
    held = {"What_does_it_wait_for?": f"{MARK} part", "Whose_answer?": f"{MARK} Ltd"}
    answers(desk, jane, number, "On hold", **held)
    desk.pass_time(days=3)
    presses(desk, jane, number, "Resume")
    answers(desk, jane, number, "Reply", Reply="Nearly there.")
    answers(desk, jane, number, "Waiting on requester", Question="Which one?")
    desk.pass_time(days=1, hours=1)
    up = {"Team": "Online Banking", "Reason": f"{MARK} too hard"}
    answers(desk, jane, number, "Escalate", **up)
    desk.card(jerry, number, "#team-banking").click("Claim")
    desk.settle()
    desk.pass_time(hours=9)  # late
    return number


def _look_everywhere(desk: DeskInTest, number: int) -> None:
    """Every door of the requester's side, before and after the end, fresh and stale."""
    karen, jerry = desk.karen, desk.jerry
    desk.ken.says("and I only watch", thread=desk.ken.dm[0])
    desk.ken.types("/ticket Printer eats paper")
    modal_of(desk.ken).click("Same for me")
    desk.settle()
    _look(desk, number)
    card = desk.card(jerry, number, "#team-banking")
    card.click("Resolve")
    solved = {
        "What_was_wrong?": f"{MARK} their fault", "What_was_done?": f"{MARK} a kick",
        "Why_the_rest_of_the_checklist_need_not_be_done": f"{MARK} no time",
    }  # fmt: skip
    assert sends(jerry, **solved) == {}
    desk.settle()
    _look(desk, number)
    thread = next(m for m in karen.dm if f"#{number}" in m.text).thread
    asked = next(m for m in thread if "Not yet" in m.buttons)
    asked.click("Not yet")
    card.choose("More…", "Close")
    assert sends(jerry, **{"Why_can_it_be_closed?": f"{MARK} gave up"}) == {}
    card.choose("More…", "Reopen")
    assert sends(jerry, **{"Why_is_it_opened_again?": f"{MARK} after all"}) == {}
    desk.settle()
    karen_form = modal_of(karen)
    karen_form.fill("What still goes wrong?", "Everything")
    karen_form.submit()  # the ticket has changed twice meanwhile
    asked.click("Yes, it's fixed")  # a button of yesterday
    karen.says("also this", "")
    desk.settle()
    said = karen.says("The lift hums", channel="#general")
    desk.ken.reacts(said, "ticket")
    desk.settle()
    karen.reacts(said, "ticket")
    desk.pass_time(days=1)
    _look(desk, number)


def _look(desk: DeskInTest, number: int) -> None:
    for person in (desk.karen, desk.chris, desk.ken):
        for typed in (
            "list",
            "find printer",
            str(number),
            "99",
            f"why {number}",
            f"transcript {number}",
            "help",
            "settings",
        ):
            person.types(f"/ticket {typed}")
        for word in ("boss", "lunch", "kick"):  # written by agents for agents
            assert f"#{number}" not in person.types(f"/ticket find {word}").text
        person.home.open()
        desk.settle()
    desk.karen.types(f"/ticket {number}")
    view = modal_of(desk.karen)
    if "Add information" in view.buttons:
        view.click("Why this deadline?")
        desk.karen.types(f"/ticket {number}")
        modal_of(desk.karen).click("Somebody else has this too")
        desk.karen.types(f"/ticket {number}")
        modal_of(desk.karen).click("Add information")
        sends(desk.karen, **{"What_should_the_agents_know?": "It smokes"})
        desk.settle()
