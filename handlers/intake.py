"""How a ticket comes to be: /ticket, the shortcuts, the buttons, and the form they open."""

import re
from datetime import datetime
from typing import Final

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import away, lookup, modals, payload, why
from handlers.names import name_of
from handlers.payload import Body
from handlers.redraws import Redraws
from handlers.views.intake_form import FILES, Draft, IntakeForm
from store import conversation, files, inbox, intake, suggestions
from store.database import DeskSession, Store
from store.files import SlackFile

_NUMBER: Final = re.compile(r"#?(\d{1,12})")


def ticket_command(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody typed /ticket, with or without words behind it."""
    text = str(body.get("text") or "").strip()
    word, _, rest = text.partition(" ")
    if text.lower() == "help":
        lookup.tell_help(ack)
    elif text.lower() == "list":
        lookup.tell_list(ack, body, store, now)
    elif word.lower() == "away" and (not rest or rest.lower().startswith("until ")):
        away.leave_by_command(ack, body, store, rest, now)
    elif text.lower() == "back":
        away.return_by_command(ack, body, store, now)
    elif word.lower() == "find" and rest.strip():
        lookup.tell_found(ack, body, store, rest.strip(), now)
    elif word.lower() == "why" and (asked := _NUMBER.fullmatch(rest.strip())):
        why.tell_why(ack, body, client, store, number=int(asked[1]), at=now)
    elif number := _NUMBER.fullmatch(text):
        lookup.show_ticket(ack, body, client, store, number=int(number[1]), at=now)
    else:
        _open_form(body, client, store, text)
        ack()


def new_ticket(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody used the shortcut, or the button on Home."""
    show_form(client, body, store, Draft())
    ack()


def make_ticket(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody used "Make a ticket" on a message: its words and author are filled in."""
    message = body["message"]
    author = message.get("user") if not message.get("bot_id") else None
    with store.snapshot() as session:
        text = payload.readable(message.get("text") or "", lambda user: name_of(session, user))
        said_by = name_of(session, author) if author else "an app"
    where = (body.get("channel") or {}).get("name") or "a conversation"
    draft = Draft.from_message(
        text,
        origin=f"From a message by {said_by} in {where}.",
        affected=author if author != payload.user(body) else None,
    )
    show_form(client, body, store, draft)
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
    """Somebody sent the form: the ticket is opened."""
    form = IntakeForm.read(body["view"], store.policy)
    with store.transaction() as session:
        if inbox.first_time(session, payload.submission_key(body), at=now):
            suggestions.sent_after_all(session, body["view"]["id"])
            _open(session, form, by=payload.user(body), at=now)
    ack(response_action="clear")


def _open(session: DeskSession, form: IntakeForm, *, by: str, at: datetime) -> None:
    intake.open_ticket(
        session,
        requester=by,
        topic=form.topic,
        summary=form.summary,
        details=form.details,
        severity=form.severity,
        affected=form.affected,
        contact=form.contact,
        answers=form.answers,
        source=form.source,
        given=_given(session, form, by=by, at=at),
        by=by,
        at=at,
    )


def _given(session: DeskSession, form: IntakeForm, *, by: str, at: datetime) -> list[SlackFile]:
    """What the form holds, and what came with the message that it was opened for."""
    given = [payload.slack_file(file) for file in form.files]
    files.require_accepted(session, given, field=FILES)
    if form.stray is None:
        return given
    stray = conversation.settle_stray(session, form.stray, by=by, at=at)
    return [*given, *conversation.files_of(stray)] if stray else given


def _open_form(body: Body, client: WebClient, store: Store, text: str) -> None:
    with store.snapshot() as session:
        words = payload.readable(text, lambda user: name_of(session, user))
    show_form(client, body, store, Draft.from_words(words))


def show_form(client: WebClient, body: Body, store: Store, draft: Draft) -> None:
    """The form to start with; what there is about its summary is looked for already."""
    with store.snapshot() as session:
        found = suggestions.look_for(session, draft.summary, viewer=payload.user(body))
    modals.show(client, body, IntakeForm.draw(store.policy, draft, found=found))
