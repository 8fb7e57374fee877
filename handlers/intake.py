"""How a ticket comes to be: /ticket, the buttons, and the form they open. See also `doors`."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import away, lookup, modals, payload, preferences, solutions, transcripts, why
from handlers.names import name_of
from handlers.payload import Body
from handlers.redraws import Redraws
from handlers.views.form_several import FILES
from handlers.views.intake_door import Door
from handlers.views.intake_form import Draft, IntakeForm
from store import access, admission, conversation, files, inbox, intake, suggestions
from store.database import DeskSession, Store
from store.files import SlackFile

_NUMBER: Final = re.compile(r"#?(\d{1,12})")


def ticket_command(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody typed /ticket, with or without words behind it."""
    text = str(body.get("text") or "").strip()
    word, _, rest = text.partition(" ")
    if lookup.looked_up(ack, body, client, store, text=text, at=now):
        return
    alone: dict[str, Callable[[], None]] = {
        "back": lambda: away.return_by_command(ack, body, store, now),
        "settings": lambda: preferences.ask(ack, body, client, store),
    }
    if text.lower() in alone:
        alone[text.lower()]()
    elif word.lower() == "away" and (not rest or rest.lower().startswith("until ")):
        away.leave_by_command(ack, body, store, rest, now)
    elif word.lower() == "why" and (asked := _NUMBER.fullmatch(rest.strip())):
        why.tell_why(ack, body, client, store, number=int(asked[1]), at=now)
    elif word.lower() == "transcript" and (which := transcripts.ASKED.fullmatch(rest.strip())):
        transcripts.tell(ack, body, store, asked=which, at=now)
    else:
        _show_what_fits(ack, body, client, store, text)


def _show_what_fits(ack: Ack, body: Body, client: WebClient, store: Store, text: str) -> None:
    """Other words are the summary of a new ticket, unless an agent means the solutions."""
    word, _, rest = text.partition(" ")
    if solutions.is_asked_for(word, body, store):
        solutions.show_list(ack, body, client, store, rest.strip())
        return
    _open_form(body, client, store, text)
    ack()


def new_ticket(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody used the shortcut, or the button on Home."""
    _open_form(body, client, store, "")
    ack()


def changed(ack: Ack, body: Body, client: WebClient, store: Store, redraws: Redraws) -> None:
    """Somebody picked a topic (its own questions appear) or typed in the summary (what there is
    about the same thing appears).
    """
    view, user = body["view"], payload.user(body)

    def draw() -> View:
        form = IntakeForm.read(view, store.policy)
        with store.snapshot() as session:
            found = suggestions.look_for(session, form.summary, viewer=user)
        return IntakeForm.redraw(view, store.policy, found)

    redraws.redraw(
        client,
        body,
        draw,
        is_news=lambda drawn: drawn.private_metadata != view.get("private_metadata"),
    )
    ack()


def submit(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody sent the form: the ticket is opened. Whoever was faster than a question that belongs
    to their answers sees that question first.
    """
    if not IntakeForm.is_complete(body["view"], store.policy):
        ack(response_action="update", view=IntakeForm.redraw(body["view"], store.policy))
        return
    form = IntakeForm.read(body["view"], store.policy)
    with store.transaction() as session:
        if inbox.first_time(session, payload.submission_key(body), at=now):
            suggestions.sent_after_all(session, body["view"]["id"])
            _open(session, form, by=payload.user(body), at=now)
    ack(response_action="clear")


def _open(session: DeskSession, form: IntakeForm, *, by: str, at: datetime) -> None:
    intake.open_ticket(
        session,
        requester=form.door.requester or by,
        topic=form.topic,
        summary=form.summary,
        details=form.details,
        severity=form.severity,
        affected=form.affected,
        contact=form.contact,
        answers=form.answers,
        source=form.door.source,
        origin=form.door.origin,
        assignee=form.door.assignee,
        given=_given(session, form, by=by),
        by=by,
        at=at,
    )


def _given(session: DeskSession, form: IntakeForm, *, by: str) -> list[SlackFile]:
    """What the form holds, and what came with the message that it was opened for."""
    given = payload.slack_files(form.files)
    files.require_accepted(session, given, field=FILES)
    if form.door.stray is None:
        return [*given, *form.door.files]
    stray = conversation.stray(session, form.door.stray, by=by)
    return [*given, *conversation.files_of(stray)] if stray else given


def _open_form(body: Body, client: WebClient, store: Store, text: str) -> None:
    by = payload.user(body)
    with store.snapshot() as session:
        admission.require(session, by, by=by)
        words = payload.readable(text, lambda user: name_of(session, user))
        door = Door(agent=by if access.is_agent(session, by) else None)
    show_form(client, body, store, Draft.from_words(words, door=door))


def show_form(client: WebClient, body: Body, store: Store, draft: Draft) -> None:
    """The form to start with; what there is about its summary is looked for already."""
    with store.snapshot() as session:
        found = suggestions.look_for(session, draft.summary, viewer=payload.user(body))
    modals.show(client, body, IntakeForm.draw(store.policy, draft, found=found))
