"""What a request of Slack's is about, for logs and metrics: never what anybody wrote."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from slack_bolt import BoltRequest, BoltResponse

from handlers.routes import Action, Command, Form, Shortcut
from store.database import Store

_KNOWN: Final = {str(each.value) for kind in (Action, Command, Form, Shortcut) for each in kind}
_TICKET: Final = re.compile(r"(?:^|:)(\d+):\d+$")


def what(body: Mapping[str, Any]) -> str:
    """The button, form, command, shortcut or event; "other" for what no version of ours knows."""
    if "event" in body:
        return f"event:{str(body['event'].get('type'))[:40]}"
    name = body.get("command") or body.get("callback_id") or _of_view(body).get("callback_id")
    if body.get("actions"):
        name = body["actions"][0].get("action_id")
    name = str(name).partition(":")[0] if str(name) not in _KNOWN else str(name)
    return name if name in _KNOWN else "other"


def facts(request: BoltRequest, response: BoltResponse | None) -> dict[str, object]:
    """What the log says of it: who, which ticket, how it ended."""
    body = request.body
    return {
        "what": what(body),
        "ticket": ticket(body) or _changed(request),
        "actor": _actor(body),
        "result": result(request, response),
        "reference": request.context.get("reference"),
    }


def is_echo(request: BoltRequest) -> bool:
    """A message of ours, or its change, that Slack sends us like everybody else's: half of all
    requests. Bolt keeps them from every listener.
    """
    is_message = (request.body.get("event") or {}).get("type") == "message"
    us = request.context.bot_user_id  # None when Slack does not say who we are
    return is_message and us is not None and request.context.user_id == us


def result(request: BoltRequest, response: BoltResponse | None) -> str:
    """done, the name of the refusal, or failed."""
    refusal = request.context.get("refusal")
    if request.context.get("reference") or response is None or response.status >= 400:  # noqa: PLR2004 - HTTP
        return "failed"
    return type(refusal).__name__ if refusal is not None else "done"


def ticket(body: Mapping[str, Any]) -> int | None:
    """The number that a button, an option or a form carries."""
    if body.get("actions"):
        action = body["actions"][0]
        value = action.get("value") or (action.get("selected_option") or {}).get("value")
        found = _TICKET.search(str(value))
        return int(found[1]) if found else None
    with suppress(ValueError, TypeError):
        kept = json.loads(_of_view(body).get("private_metadata") or "{}")
        return int(kept["ticket"]) if "ticket" in kept else None
    return None


def _changed(request: BoltRequest) -> int | None:
    """The ticket that was opened, or that a message was for; to be asked in the same thread."""
    store: Store | None = request.context.get("store")
    return store.latest.ticket if store is not None else None


def _of_view(body: Mapping[str, Any]) -> Mapping[str, Any]:
    view = body.get("view")
    return view if isinstance(view, Mapping) else {}


def _actor(body: Mapping[str, Any]) -> object:
    user = body.get("user")
    if isinstance(user, Mapping):
        return user.get("id")
    event = body.get("event")
    said_by = event.get("user") if isinstance(event, Mapping) else None
    return body.get("user_id") or (said_by if isinstance(said_by, str) else None)
