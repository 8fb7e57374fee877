"""The one place where a refusal becomes a sentence, told to nobody but the person concerned.

In a form: at the field, or above it with everything still there. After a button: a private message,
or a small modal where no message can be. After a command: the private answer. Anything unexpected
gets a short reference, shown to the person and logged with its traceback.
"""

import logging
import secrets
from http import HTTPStatus
from typing import Final

from slack_bolt import Ack, BoltContext, BoltResponse, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block, SectionBlock

from handlers import payload
from handlers.modals import happened, show
from handlers.names import name_of
from handlers.payload import Body, Message
from handlers.slack_trouble import BUSY, SHUT_OUT, SILENT
from handlers.unsaved import is_typing
from handlers.views.form import modal, warning, with_notice
from handlers.views.told import changed_meanwhile
from handlers.views.words import md
from store import access, audit
from store.database import DeskSession, Store
from store.models import AuditEvent, Ticket
from store.rules.errors import DeskError, InvalidFields, Refused, StaleCard, TooEarly
from store.rules.sentences import trouble as say
from store.trouble import DatabaseTrouble

_log = logging.getLogger(__name__)

_SLACK_SAID: Final = {
    "expired_trigger_id": say.NOT_OPENED,
    "invalid_trigger_id": say.NOT_OPENED,
    **dict.fromkeys(BUSY, say.SLACK_BUSY),
    **dict.fromkeys(SILENT, say.SLACK_SILENT),
    **dict.fromkeys(SHUT_OUT, say.SLACK_REFUSES),
}
_OPENED: Final = "exchanged_trigger_id"
"""The same press came on another line as well and opened the form: there is nothing to say."""


def answer(error: Exception, body: Body, context: BoltContext, store: Store) -> BoltResponse:
    """Bolt's error handler: what it returns is the acknowledgement.

    Raises a DatabaseTrouble again while `bot.listeners` may still repeat the listener.
    """
    if is_typing(body):
        _log.warning("no suggestions", exc_info=error)
        return context.ack()
    if isinstance(error, DatabaseTrouble) and context.get("may_repeat", _never)(error):
        raise error
    ack = context.ack
    if body.get("type") == "event_callback":
        context["not_saved"] = isinstance(error, DatabaseTrouble)
        return _to_event(error, body, ack, context.client)
    if isinstance(error, SlackApiError) and error.response.get("error") == _OPENED:
        return ack()
    refusal = error if isinstance(error, DeskError) else _explained(error, body, context)
    context["refusal"] = refusal
    if body.get("type") == "view_submission":
        return _to_form(refusal, body, ack, store)
    if "command" in body:
        return ack(text=refusal.sentence)
    blocks = _told(refusal, body, store)
    if context.respond is not None and body.get("response_url"):
        _whisper(context.respond, body, refusal, blocks)
    else:
        _show_notice(context.client, body, blocks)
    return ack()


def _never(_trouble: DatabaseTrouble) -> bool:
    return False


def _to_event(error: Exception, body: Body, ack: Ack, client: WebClient) -> BoltResponse:
    """A refused message: its author hears why. Anything unexpected: 500, so that it comes again."""
    if isinstance(error, TooEarly):
        _log.info("event too early type=%s", body["event"].get("type"))
        return BoltResponse(status=503)
    if isinstance(error, DatabaseTrouble):
        _log.warning("event not saved type=%s error=%s", body["event"].get("type"), error)
        return BoltResponse(status=503)
    if not isinstance(error, DeskError):
        _log.error("event failed type=%s", body["event"].get("type"), exc_info=error)
        return BoltResponse(status=500)
    is_said = body["event"].get("type") in {"message", "app_mention"}
    message = payload.message(body) if is_said else None
    if message is not None:
        _tell_author(client, message, error)
    return ack()


def _tell_author(client: WebClient, message: Message, refusal: DeskError) -> None:
    try:
        client.chat_postEphemeral(
            channel=message.channel,
            user=message.user,
            text=refusal.sentence,
            thread_ts=message.thread,
        )
    except (SlackApiError, OSError) as error:
        _log.warning("refusal not shown error=%s", type(error).__name__)


def _to_form(refusal: DeskError, body: Body, ack: Ack, store: Store) -> BoltResponse:
    """Nothing that was typed is lost: Slack keeps it wherever block and action ids stay."""
    view = body["view"]
    if isinstance(refusal, InvalidFields):
        return ack(response_action="errors", errors=_at_fields(refusal, view, store))
    if isinstance(refusal, StaleCard):
        return _catch_up(body, ack, store)
    shown = with_notice(view, [warning(refusal.sentence)])
    return ack(response_action="update", view=shown)


def _catch_up(body: Body, ack: Ack, store: Store) -> BoltResponse:
    """The ticket changed while the form was open: say what happened, and let them send again."""
    view, about = body["view"], payload.submission(body)
    with store.snapshot() as session:
        events = audit.since(session, about.ticket, about.version)
        missed = _missed(session, about.ticket, events, reader=about.user)
    notice = changed_meanwhile(about.ticket, missed, view["submit"]["text"])
    version = max((event.version for event in events), default=about.version)
    shown = with_notice(view, notice, version=version)
    return ack(response_action="update", view=shown)


def _at_fields(refusal: InvalidFields, view: Body, store: Store) -> dict[str, str]:
    """Sentences by block id. Slack shows them as they are: no mentions, no bold print."""
    with store.snapshot() as session:
        told = {
            _block_for(field, view): payload.readable(text, lambda user: name_of(session, user))
            for field, text in refusal.fields.items()
        }
    return {block: text.replace("*", "").replace("`", "") for block, text in told.items()}


def _block_for(field: str, view: Body) -> str:
    """The input that the refusal means; the first one when that field is not shown."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    exact = [
        name for name in inputs if name == field or name.startswith((f"{field}-", f"{field}~"))
    ]
    return str((exact or inputs)[0])


def _told(refusal: DeskError, body: Body, store: Store) -> list[Block]:
    """The sentence; for a stale button also what happened since."""
    blocks: list[Block] = [SectionBlock(text=md(refusal.sentence))]
    if isinstance(refusal, StaleCard):
        click = payload.click(body)
        with store.snapshot() as session:
            events = audit.since(session, click.ticket, click.version)
            blocks += _missed(session, click.ticket, events, reader=click.user)
    return blocks


def _missed(
    session: DeskSession, ticket: int, events: list[AuditEvent], *, reader: str
) -> list[Block]:
    """What happened, for those who work the ticket: its words are theirs alone."""
    works = access.may_work(session, session.get_one(Ticket, ticket), reader)
    return happened(events, session.policy) if works else []


def _whisper(respond: Respond, body: Body, refusal: DeskError, blocks: list[Block]) -> None:
    """Below the button, seen by nobody else; in the thread if the button is in one."""
    respond(
        text=refusal.sentence,
        blocks=blocks,
        response_type="ephemeral",
        replace_original=False,
        thread_ts=(body.get("container") or {}).get("thread_ts"),
    )


def _show_notice(client: WebClient, body: Body, blocks: list[Block]) -> None:
    """Where Slack offers no private message: on Home and in modals."""
    notice = modal("That did not work", blocks, close="OK")
    try:
        show(client, body, notice)
    except (SlackApiError, OSError) as error:
        _log.warning("refusal not shown error=%s", type(error).__name__)


def _explained(error: Exception, body: Body, context: BoltContext) -> Refused:
    """What the person reads instead of an exception."""
    if isinstance(error, SlackApiError) and error.response.get("error") in _SLACK_SAID:
        return Refused(_SLACK_SAID[error.response["error"]])
    if isinstance(error, DatabaseTrouble):
        _log.error("not saved type=%s unsure=%s error=%s", body.get("type"), error.unsure, error)
        return Refused(say.UNSURE if error.unsure else say.NOT_SAVED)
    if isinstance(error, OSError) or _is_down(error):
        _log.warning("Slack did not answer a listener error=%s", type(error).__name__)
        return Refused(say.SLACK_SILENT)
    reference = context["reference"] = secrets.token_hex(4)
    _log.error("listener failed", extra={"reference": reference}, exc_info=error)
    return Refused(say.broken(reference))


def _is_down(error: Exception) -> bool:
    """Slack answered with a 5xx: its trouble, and no reference of ours would help an admin."""
    server_error = HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, SlackApiError) and error.response.status_code >= server_error
