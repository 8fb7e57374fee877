"""What a transcript says in either form, and what it cannot be made to say."""

from html.parser import HTMLParser

import pytest

from handlers.views.transcript import FORMS, MARKDOWN, WEB_PAGE, for_agents, for_requester
from store.audit import Event
from store.models import Answer, AuditEvent, Entry, Note, Reply
from store.rules.lifecycle import Status
from tests.views.sample import JOHN, KAREN, NOW, POLICY, ticket

EVIL = "```\n# Owned\n<script>alert(1)</script> | **bold** ````"
NOTE = Note(id=1, ticket_id=42, author=JOHN, text="Karen again …", at=NOW)
REPLY = Reply(id=2, ticket_id=42, author=JOHN, text="Try now.", at=NOW)
ANSWER = Answer(id=3, ticket_id=42, author=KAREN, text=EVIL, at=NOW)
NAMES = {JOHN: "John <b>", KAREN: "Karen *"}


def event(seq: int, kind: Event, remark: str | None = None, **changes: object) -> AuditEvent:
    """As the audit trail keeps it."""
    return AuditEvent(
        id=seq, ticket_id=42, seq=seq, kind=kind, actor=JOHN, at=NOW, version=1, remark=remark,
        changes={field: [None, now] for field, now in changes.items()},
    )  # fmt: skip


EVENTS = [
    event(1, Event.OPENED),
    event(2, Event.NOTED, entry=1),
    event(3, Event.REPLIED, entry=2),
    event(4, Event.ANSWERED, entry=3),
    event(5, Event.RESOLVED, cause="Foil", fix="Took it out"),
    event(6, Event.REOPENED, remark="He is impatient"),
]
INTERNAL = ("Karen again", "Foil", "Took it out", "impatient", "noted")


@pytest.mark.parametrize("form", [MARKDOWN, WEB_PAGE])
def test_agents_get_everything_and_the_requester_their_side_only(form: str) -> None:
    of = ticket(Status.CLOSED, summary="Printer <i>", details="It *smokes*")
    whole = FORMS[form](
        for_agents(
            of, POLICY, events=EVENTS, entries=[NOTE, REPLY, ANSWER],
            name_of=lambda user: NAMES.get(user, user), zone="Europe/Berlin",
        )
    )  # fmt: skip
    theirs = FORMS[form](
        for_requester(
            of, POLICY, events=EVENTS, conversation=[REPLY, ANSWER],
            name_of=lambda user: NAMES.get(user, user), zone="Europe/Berlin",
        )
    )  # fmt: skip
    assert "#42" in whole
    assert [words for words in INTERNAL[:4] if words not in whole] == []
    assert [words for words in INTERNAL if words in theirs] == []
    for text in (whole, theirs):
        assert "Try now." in text
        assert "smokes" in text
        assert "CET" in text


def test_a_transcript_for_a_requester_takes_no_note() -> None:
    notes: list[Entry] = [NOTE]
    with pytest.raises(TypeError, match="internal"):
        for_requester(
            ticket(Status.CLOSED), POLICY, events=[], conversation=notes,  # type: ignore[arg-type]
            name_of=str, zone="UTC",
        )  # fmt: skip


def test_words_cannot_leave_their_place() -> None:
    of = ticket(Status.CLOSED, summary="Printer <i>|`", details=EVIL)
    made = for_requester(
        of, POLICY, events=EVENTS, conversation=[ANSWER], name_of=NAMES.__getitem__, zone="UTC"
    )
    text = FORMS[MARKDOWN](made)
    assert text.count(f"`````text\n{EVIL}\n`````") == 2
    assert "\\<i\\>\\|\\`" in text
    tags: list[str] = []

    class Seen(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            tags.append(tag)

    Seen().feed(FORMS[WEB_PAGE](made))
    assert set(tags) <= {
        "html",
        "meta",
        "title",
        "style",
        "h1",
        "h2",
        "ul",
        "li",
        "pre",
        "p",
        "time",
    }
