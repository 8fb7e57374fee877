"""What people are told when the desk can't save in Slack's three seconds, and how it ended.

At the deadline the acknowledgement says "not saved yet". What becomes of it follows at the same
place: through the response URL, or in the modal that the person sees. Nothing here touches the
database, which may be the very thing that does not answer.
"""

import json
import logging
from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, BoltResponse, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block, SectionBlock
from slack_sdk.models.views import View

from handlers import modals
from handlers.payload import Body
from handlers.routes import Action
from handlers.views.form import modal, warning, with_notice
from handlers.views.restored import filled_in
from handlers.views.words import md
from store.rules.errors import DeskError, Refused
from store.rules.sentences import trouble as say

_log = logging.getLogger(__name__)

Tell = Callable[[str], None]

_ack: Final[Callable[[], Ack]] = Ack
"""Bolt's, in a form that mypy can follow."""


def is_event(body: Body) -> bool:
    """Slack sends an event again when it is not acknowledged; nothing else."""
    return body.get("type") in {"event_callback", "app_rate_limited", "url_verification"}


def is_held_back(body: Body) -> bool:
    """Slack says that it leaves out the events of a minute: more than 30,000 came in an hour."""
    return body.get("type") == "app_rate_limited"


def is_typing(body: Body) -> bool:
    """Whether somebody is in the middle of a form: whatever goes wrong must not get in their way,
    and there is nothing that could be lost.
    """
    return any(action.get("action_id") == Action.SUMMARY for action in body.get("actions") or ())


def busy(body: Body) -> BoltResponse:
    """The acknowledgement of what was not even begun. A form stays as it is."""
    if is_event(body):
        return BoltResponse(status=503)
    if body.get("type") == "view_submission":
        shown = with_notice(body["view"], [warning(say.BUSY)])
        return _ack()(response_action="update", view=shown)
    return _ack()(text=say.BUSY) if "command" in body else _ack()()


def unknown(body: Body) -> BoltResponse:
    """The acknowledgement of what nobody listens to: Slack would send it again and again."""
    return _ack()(text=say.UNKNOWN) if "command" in body else BoltResponse(status=200)


def late(body: Body) -> BoltResponse:
    """The acknowledgement of what is not done yet. A form makes room, so that it is not sent
    twice; it comes back, filled in, if it was in vain.
    """
    if is_event(body):
        return BoltResponse(status=503)
    if body.get("type") == "view_submission":
        return _ack()(
            response_action="update", view=_window(body["view"]["title"]["text"], say.LATE)
        )
    return _ack()(text=say.LATE) if "command" in body else _ack()()


def ear(client: WebClient, body: Body, first: str) -> Tell | None:
    """Say the first words, unless the acknowledgement said them, and return a way to say more.

    None: nobody can be told.
    """
    if is_event(body) or body.get("type") == "view_submission" or is_typing(body):
        return None
    if body.get("response_url"):
        whisper = _whisperer(body)
        if "command" not in body:
            whisper(first)
        return whisper
    return _window_teller(client, body, first)


def end(
    client: WebClient,
    body: Body,
    response: BoltResponse | None,
    tell: Tell | None,
    refusal: DeskError | None,
) -> None:
    """How it ended, for somebody who was told that it is late. No response: nothing was done."""
    answered = "" if response is None else response.body or ""
    refusal = refusal if response is not None else Refused(say.BUSY)
    if body.get("type") == "view_submission":
        _end_form(client, body, answered, refusal)
    elif "command" in body:
        _answer_command(body, answered or (refusal.sentence if refusal else ""))
    elif tell is not None and refusal is None:
        tell(say.DONE)
    elif tell is not None and refusal is not None and not _was_whispered(body, response):
        tell(refusal.sentence)


def _was_whispered(body: Body, response: BoltResponse | None) -> bool:
    """A refused click was answered by `handlers.errors`, which needs no acknowledgement for it."""
    return response is not None and bool(body.get("response_url"))


def _whisperer(body: Body) -> Tell:
    respond = Respond(response_url=body["response_url"])
    thread = (body.get("container") or {}).get("thread_ts")

    def whisper(sentence: str) -> None:
        said = {"text": sentence, "response_type": "ephemeral", "replace_original": False}
        _post(respond, {**said, "thread_ts": thread} if thread else said)

    return whisper


def _answer_command(body: Body, said: str) -> None:
    """The command's own answer, later than usual."""
    if not said or not body.get("response_url"):
        return
    answer = json.loads(said) if said.startswith("{") else {"text": said}
    _post(Respond(response_url=body["response_url"]), answer)


def _post(respond: Respond, said: dict[str, Any]) -> None:
    try:
        respond(**said)
    except OSError as error:
        _log.warning("late answer not shown error=%s", type(error).__name__)


def _window_teller(client: WebClient, body: Body, first: str) -> Tell | None:
    """A modal, while the trigger lives (3 s); later words replace the earlier ones in it."""
    try:
        view_id = modals.show(client, body, _window("One moment", first))
    except (SlackApiError, OSError, KeyError) as error:
        _log.warning("lateness not shown error=%s", type(error).__name__)
        return None
    return lambda sentence: _update(client, view_id, _window("One moment", sentence))


def _end_form(client: WebClient, body: Body, answered: str, refusal: DeskError | None) -> None:
    view, answer = body["view"], json.loads(answered or "{}")
    if refusal is None:
        shown = answer.get("view") or _window(view["title"]["text"], say.DONE)
    else:
        shown = with_notice(filled_in(view), _why(answer, refusal))
    _update(client, view["id"], shown)


def _why(answer: dict[str, Any], refusal: DeskError) -> list[Block]:
    """Sentences that would have stood at the fields can only stand above the form now."""
    at_fields = list((answer.get("errors") or {}).values())
    return [warning(sentence) for sentence in at_fields or [refusal.sentence]]


def _update(client: WebClient, view_id: str, view: View | dict[str, Any]) -> None:
    try:
        client.views_update(view_id=view_id, view=view)
    except (SlackApiError, OSError) as error:  # it was closed, or Slack is in trouble too
        _log.warning("late answer not shown error=%s", type(error).__name__)


def _window(title: str, sentence: str) -> View:
    return modal(title, [SectionBlock(text=md(sentence))], close="OK")
