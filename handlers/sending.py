"""The shortcut "Send to requester" on a message of a ticket's thread in the team's channel."""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import payload
from handlers.names import name_of
from handlers.payload import Body, Message
from handlers.undoing import on_its_way, show_if_possible
from store import conversation, files, inbox, replying
from store.database import DeskSession, Store
from store.files import SlackFile
from store.models import Note, Reply
from store.rules.errors import Refused
from store.rules.sentences import talking as say


def send_message(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent picked "Send to requester" on a message."""
    by, key = payload.user(body), f"shortcut:{payload.user(body)}:{body['action_ts']}"
    view = None
    with store.transaction() as session:
        if inbox.first_time(session, key, at=now):
            said = _send(session, body, by=by, at=now)
            view = on_its_way(session, said, at=now)
    if view is not None:
        show_if_possible(client, body, view)
    ack()


def _send(session: DeskSession, body: Body, *, by: str, at: datetime) -> Reply:
    channel, message = body["channel"]["id"], body["message"]
    root = conversation.ticket_of_thread(session, channel, message.get("thread_ts") or "")
    if root is None or root.ticket_id is None or conversation.is_requesters_thread(root):
        raise Refused(say.SEND_ELSEWHERE)
    note = _note_of(session, channel, message["ts"])
    said = replying.wording(session, note.id) if note else None
    if said is not None:
        raise Refused(say.sent_already(root.ticket_id, is_out=said.held_until is None))
    typed = payload.message({"event": {**message, "channel": channel}})
    text, given = _content(session, note, typed)
    return replying.reply(
        session, root.ticket_id, text=text, given=given, by=by, at=at, note=note
    )  # fmt: skip


def _note_of(session: DeskSession, channel: str, ts: str) -> Note | None:
    """The note that the message is, or that our message shows. Refused for replies and answers."""
    shown = conversation.entry_shown(session, channel, ts)
    if isinstance(shown, Note):
        return shown
    if shown is not None:
        raise Refused(say.SEND_NO_ANSWER)
    return None


def _content(
    session: DeskSession, note: Note | None, typed: Message | None
) -> tuple[str, Sequence[SlackFile]]:
    """Words and files, of the note as it is kept or of a message that was not."""
    if note is not None:
        return note.text, typed.files if typed else files.given_with(session, note)
    if typed is None:
        raise Refused(say.SEND_PEOPLES_WORDS)
    text = typed.text(lambda user: name_of(session, user))
    if not text.strip() and not typed.files:
        raise Refused(say.SEND_NO_WORDS)
    return text, typed.files
