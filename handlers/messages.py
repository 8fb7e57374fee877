"""Messages that people type: answers in their thread, notes in the team's, and strays."""

from datetime import datetime

from slack_bolt import Ack, Respond

from handlers import following, payload
from handlers.names import name_of
from handlers.payload import Body, Message
from handlers.views import told
from store import admission, catch_up, conversation, helping, inbox, replying
from store.database import DeskSession, Store
from store.models import Posting
from store.rules.errors import Refused, TooEarly
from store.rules.sentences import asking as say


def heard(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody wrote in a channel or to us. Most of it is not for us; everything is acked,
    because Slack sends again what is not.
    """
    if not following.follow(body, store, at=now):
        hear(body, store, at=now)
    ack()


def hear(body: Body, store: Store, *, at: datetime, below: Posting | None = None) -> bool:
    """Keep it if it is for us and was not heard before. Return whether it was kept now. `below`:
    under which message of ours, if that is known, though not yet written down.

    Raises TooEarly when that may be one of which Slack has not told yet where it is.
    """
    message = payload.message(body)
    if message is None:
        return False
    posting = below
    if posting is None and message.thread:
        with store.snapshot() as session:
            posting = conversation.ticket_of_thread(session, message.channel, message.thread)
            if posting is None and _is_too_early(session, message, at):
                raise TooEarly
    if posting is None and not message.in_private:
        return False
    with store.transaction() as session:
        first = inbox.first_time(session, message.key, at=at)
        if first:
            _keep(session, message, posting, at=at)
    if not first:
        following.follow(body, store, at=at)
    return first


def _is_too_early(session: DeskSession, message: Message, at: datetime) -> bool:
    """Whether it may stand below a message that we do not know of yet: Slack sends it again, and
    whoever finds that message reads it (`bot.ear`). In private it would be kept anyway, with the
    question what it is about; that is put off for as long as it surely comes again.
    """
    if message.in_private:
        return catch_up.is_unsettled(session, message.user, since=at - catch_up.COMES_AGAIN)
    return catch_up.is_unsettled(session, message.channel)


def place(ack: Ack, body: Body, respond: Respond, store: Store, now: datetime) -> None:
    """Somebody said which ticket their message is about."""
    stray, ticket = map(int, payload.value(body).split(":"))
    with store.transaction() as session:
        if inbox.first_time(session, payload.click_key(body), at=now):
            found = conversation.place_stray(session, stray, ticket, by=payload.user(body), at=now)
            if found is None:
                raise Refused(say.SAID_ALREADY)
    respond(told.added(ticket), replace_original=True)
    ack()


def _keep(session: DeskSession, message: Message, posting: Posting | None, *, at: datetime) -> None:
    """A message belongs where it was written; one in private that belongs nowhere is a stray."""
    text = message.text(lambda user: name_of(session, user))
    if posting is None or posting.ticket_id is None:
        admission.require(session, message.user, by=message.user)
        conversation.keep_stray(
            session, person=message.user, channel=message.channel, ts=message.ts,
            thread=message.thread, text=text, at=at, given=message.files,
        )  # fmt: skip
    elif conversation.is_requesters_thread(posting):
        conversation.answer(
            session, posting.ticket_id, text=text, by=message.user, at=at,
            channel=message.channel, ts=message.ts, given=message.files,
        )  # fmt: skip
    elif posting.role.startswith("help:"):
        helping.answer(
            session, int(posting.role.partition(":")[2]), text=text, by=message.user, at=at,
            channel=message.channel, ts=message.ts, given=message.files,
        )  # fmt: skip
    else:
        _note(session, message, posting, text, at=at)


def _note(
    session: DeskSession, message: Message, posting: Posting, text: str, *, at: datetime
) -> None:
    """Written under the team's card, everybody can read it there; written under another card or
    a page, it is shown in the team's thread too. With the configured prefix it is a reply.
    """
    assert posting.ticket_id is not None  # `ticket_of_thread` finds no other
    prefix = session.policy.talking.send_prefix
    if prefix and text.startswith(prefix):
        replying.reply(
            session, posting.ticket_id, text=text.removeprefix(prefix), by=message.user, at=at,
            channel=message.channel, ts=message.ts, given=message.files,
        )  # fmt: skip
        return
    conversation.note(
        session, posting.ticket_id, text=text, by=message.user, at=at,
        channel=message.channel, ts=message.ts, below=posting.channel,
        given=message.files,
    )  # fmt: skip
