"""Sending a modal off: what Slack's client refuses by itself, and what the app's ack does."""

import re

from sandbox.content import judged_view
from sandbox.delivery import Ack
from sandbox.interactions import Refused
from sandbox.records import Json, View
from sandbox.slack import Slack
from sandbox.stack import close_all, close_top, new_modal, push_modal, update_view
from sandbox.views_state import KEYS

TROUBLE = "We had some trouble connecting. Try again?"
"""Slack's line at the top of a modal whose submission did not get through."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
TYPED_MOST = 3000
"""A text field takes no more than this, whatever its max_length says."""


def client_errors(view: View) -> dict[str, str]:
    """What keeps the form from being sent at all: a sentence per block id."""
    errors = {}
    for block in view.blocks:
        if block.get("type") == "input":
            element = block["element"]
            state = view.values[block["block_id"]][element["action_id"]]
            sentence = _judge(block, element, state.get(KEYS[element["type"]]))
            if sentence:
                errors[block["block_id"]] = sentence
    return errors


def _judge(block: Json, element: Json, value: object) -> str:
    if value in (None, "", []):
        return "" if block.get("optional") else "Please complete this required field."
    kind = element["type"]
    if kind == "plain_text_input":
        return _judge_text(element, str(value))
    if kind == "email_text_input" and not _EMAIL.fullmatch(str(value)):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _URL.fullmatch(str(value)):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _judge_number(element, str(value))
    most = element.get("max_selected_items")
    if most and isinstance(value, list) and len(value) > most:
        return f"Please choose no more than {most}."
    return ""


def _judge_text(element: Json, value: str) -> str:
    most = min(int(element.get("max_length") or TYPED_MOST), TYPED_MOST)
    if len(value) > most:
        return f"Please shorten this to {most} characters or fewer."
    least = int(element.get("min_length") or 0)
    return f"Please write at least {least} characters." if len(value) < least else ""


def _judge_number(element: Json, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return f"Please enter {least} or more."
    return f"Please enter {most} or less." if most is not None and number > float(most) else ""


def apply_ack(slack: Slack, view: View, ack: Ack) -> None:
    """Do what the answer to a submission says: close, show errors, change, push or clear."""
    if not ack.ok:
        view.problem = TROUBLE
        slack.workspace.touch()
        return
    body = ack.body if isinstance(ack.body, dict) else {}
    try:
        _follow(slack, view, body)
    except Refused as refused:
        view.problem = TROUBLE
        details = refused.extra.get("response_metadata", "")
        slack.workspace.violate(f"view_submission ack: {refused.error} {details}")


def _follow(slack: Slack, view: View, body: Json) -> None:
    workspace, action = slack.workspace, body.get("response_action")
    if action is None:
        close_top(workspace, view.user)
    elif action == "clear":
        close_all(workspace, view.user)
    elif action == "errors":
        _show_errors(slack, view, body.get("errors"))
    elif action == "update":
        update_view(workspace, view, judged_view(body.get("view")), "view_submission ack")
    elif action == "push":
        given = new_modal(workspace, judged_view(body.get("view")))
        push_modal(workspace, view, given, "view_submission ack")
    else:
        raise Refused(f"unknown response_action {action!r}")


def _show_errors(slack: Slack, view: View, errors: object) -> None:
    fields = {b["block_id"] for b in view.blocks if b.get("type") == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refused("response_action errors without errors")
    unknown = sorted(errors.keys() - fields)
    if unknown:
        raise Refused(f"errors for what is no input block: {unknown}")
    view.errors = {block_id: str(sentence) for block_id, sentence in errors.items()}
    slack.workspace.touch()
