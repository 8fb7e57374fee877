"""From a request to a reply: token, scope, rate, arguments, then the method itself."""

import time
from dataclasses import dataclass, field

from sandbox.interactions import Refused
from sandbox.records import Json
from sandbox.slack import Slack
from sandbox.web_api import chat, conversations, files, people, reactions, views
from sandbox.web_api.method import METHODS, Call, Method, invalid_arguments
from sandbox.wire import WireEntry

FAMILIES = (chat, conversations, files, people, reactions, views)
"""Imported so that their methods stand in the table."""


EVERYWHERE = ("token", "team_id")
"""Arguments that every method takes; Bolt adds the second one to each of its calls."""


@dataclass
class Reply:
    """An answer of the Web API; a refusal is HTTP 200 with `ok: false`."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """One call as it arrived."""

    method: str
    token: str
    args: Json
    is_json: bool


def too_many(seconds: float) -> Reply:
    """The answer to a call that came too soon."""
    wait = {"Retry-After": str(max(1, round(seconds)))}
    return Reply({"ok": False, "error": "ratelimited"}, 429, wait)


def begin(slack: Slack, request: Request) -> WireEntry:
    """Write the call into the wire log before anything happens."""
    with slack.workspace.lock:
        summary = _summary(slack, request)
        now = slack.clock.now()
        return slack.workspace.wire.begin(now, "to slack", request.method, summary, request.args)


def finish(slack: Slack, entry: WireEntry, reply: Reply, started: float, note: str = "") -> None:
    """Write the outcome of a call into the wire log."""
    with slack.workspace.lock:
        entry.answer = reply.body
        entry.outcome = note or ("ok" if reply.body.get("ok") else str(reply.body.get("error")))
        entry.took_ms = (time.monotonic() - started) * 1000
        slack.workspace.touch()


def answer(slack: Slack, request: Request) -> Reply:
    """Do what the call asks, under the workspace's lock; never raises for a bad call."""
    with slack.workspace.lock:
        try:
            reply = _run(slack, request)
        except Refused as refused:
            reply = Reply({"ok": False, "error": refused.error, **refused.extra})
    if not request.token.startswith("xapp-"):
        reply.headers["x-oauth-scopes"] = ",".join(sorted(slack.app.scopes))
    return reply


def _run(slack: Slack, request: Request) -> Reply:
    method = METHODS.get(request.method)
    if method is None:
        raise Refused("unknown_method", req_method=request.method)
    _check_token(slack, request.token, method)
    slack.app.methods_called.add(method.name)
    call = Call(slack, method.name, request.args)
    if request.is_json and not method.json_body:
        # Slack reads no JSON here: every argument is as good as missing.
        call.args = {}
    if method.scope:
        call.need(method.scope)
    channel = str(call.args.get("channel") or "")
    wait = slack.rate_limits.retry_after(slack.clock.now(), method.name, method.tier, channel)
    if wait:
        return too_many(wait)
    _check_arguments(slack, method, call.args)
    return Reply({"ok": True, **method.run(call)})


def _check_token(slack: Slack, token: str, method: Method) -> None:
    app = slack.app
    if not token:
        raise Refused("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise Refused("invalid_auth")
    if (token == app.app_token) is not method.needs_app_token:
        raise Refused("not_allowed_token_type")
    if app.is_revoked:
        raise Refused("token_revoked")


def _check_arguments(slack: Slack, method: Method, args: Json) -> None:
    missing = [name for name in method.required if args.get(name) in (None, "")]
    if missing:
        invalid_arguments(*(f"missing required field: {name}" for name in missing))
    for name in args.keys() - {*method.required, *method.optional, *EVERYWHERE}:
        slack.workspace.violate(f"{method.name}: Slack knows no argument {name!r}")


def _summary(slack: Slack, request: Request) -> str:
    args = request.args
    channel = slack.workspace.channels.get(str(args.get("channel")))
    person = slack.workspace.users.get(
        channel.partner
        if channel and channel.is_im
        else str(args.get("user") or args.get("user_id"))
    )
    place = f"#{channel.name}" if channel and not channel.is_im else ""
    words = [place, f"@{person.handle}" if person else "", str(args.get("text") or "")[:80]]
    return " ".join(word for word in words if word)
