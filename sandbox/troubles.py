"""All that is wrong with the local Slack right now, in plain words, and the end of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sandbox.faults import FOR_EVER, Fault
from sandbox.server import Sandbox

CALLS: Final = {
    "*": "call",
    "chat.postMessage": "post",
    "chat.update": "redraw of a message",
    "views.open": "form that opens",
    "views.publish": "redraw of a Home tab",
    "conversations.history": "look into a history",
    "conversations.replies": "look into a history",
}
"""What the page calls a method of the Web API; the others keep their names."""


class Trouble(NamedTuple):
    """One thing that is wrong, since when on the sandbox's clock."""

    words: str
    since: datetime


def troubles(sandbox: Sandbox) -> list[Trouble]:
    """All that goes wrong now, oldest first, whoever ordered it; what reads the same is one."""
    found = [
        *_of_calls(sandbox),
        *_of_connections(sandbox),
        *_of_scopes(sandbox),
        *_of_channels(sandbox),
        *(Trouble(each.words, each.since) for each in sandbox.outages if each.since is not None),
    ]
    first: dict[str, Trouble] = {}
    for trouble in sorted(found, key=lambda trouble: (trouble.since, trouble.words)):
        first.setdefault(trouble.words, trouble)
    return list(first.values())


def end_all(sandbox: Sandbox) -> None:
    """Everything works again: faults, connections, token, scopes, channels. May wait for acks."""
    for outage in sandbox.outages:
        outage.turn(on=False, now=sandbox.clock.now())
    sandbox.faults.clear()
    sandbox.socket_mode.freeze(frozen=False)
    sandbox.socket_mode.refuse_connections(refuse=False)
    sandbox.admin.restore_token()
    for scope in list(sandbox.app.scopes_lost):
        sandbox.admin.grant_scope(scope)
    for channel in list(sandbox.workspace.channels.values()):
        if channel.archived_at is not None:
            sandbox.admin.unarchive(channel.id)
        if channel.bot_left is not None:
            sandbox.admin.invite_bot(channel.id)
    sandbox.workspace.touch()


def _of_calls(sandbox: Sandbox) -> Iterator[Trouble]:
    for fault in sandbox.faults.active:
        if fault.since is not None:
            yield Trouble(_words(fault, _place(sandbox, fault.channel)), fault.since)
    lag, since = sandbox.faults.history_lag, sandbox.faults.lags_since
    if since is not None:
        seconds = f"{lag.total_seconds():g}"
        yield Trouble(f"Histories show a message only after {seconds} seconds", since)


def _of_connections(sandbox: Sandbox) -> Iterator[Trouble]:
    sockets, app = sandbox.socket_mode, sandbox.app
    if sockets.frozen_since is not None:
        yield Trouble("All connections are frozen", sockets.frozen_since)
    if sockets.refused_since is not None:
        yield Trouble("All connections are cut, new ones are refused", sockets.refused_since)
    if app.revoked_since is not None:
        yield Trouble("The app's token is revoked", app.revoked_since)


def _of_scopes(sandbox: Sandbox) -> Iterator[Trouble]:
    for scope, since in sandbox.app.scopes_lost.items():
        yield Trouble(f"The app lacks the scope {scope}", since)


def _of_channels(sandbox: Sandbox) -> Iterator[Trouble]:
    for channel in sandbox.workspace.channels.values():
        if channel.archived_at is not None:
            yield Trouble(f"#{channel.name} is archived", _moment(channel.archived_at))
        if channel.bot_left is not None:
            yield Trouble(f"The bot was removed from #{channel.name}", _moment(channel.bot_left))


def _words(fault: Fault, place: str) -> str:
    """Such as "The next post in #team-it is done, but the app gets no answer"."""
    match fault.kind, fault.method:
        case "status", "*" if not place and fault.times == FOR_EVER:
            return f"Slack is down: every call is answered with {fault.status}"
        case "duplicate" | "reorder" | "delay" | "drop", "*" if fault.times == FOR_EVER:
            return f"Everything that people do {_effect(fault)}"
        case "duplicate" | "reorder" | "delay" | "drop", what:
            thing = "thing that people do" if what == "*" else what.replace("_", " ")
            return f"{_how_many(fault, thing)} {_effect(fault)}"
        case _, method:
            return f"{_how_many(fault, CALLS.get(method, method))}{place} {_effect(fault)}"


def _how_many(fault: Fault, thing: str) -> str:
    if fault.times == FOR_EVER:
        return f"Every {thing}" if fault.probability == 1 else f"Now and then a {thing}"
    return f"The next {thing}" if fault.times == 1 else f"Each of the next {fault.times} {thing}s"


def _effect(fault: Fault) -> str:
    seconds = f"{fault.seconds:g} seconds"
    return {
        "ratelimited": f"is answered with 429: wait {seconds}",
        "status": f"is answered with {fault.status}, and nothing is done",
        "error": f"is refused: {fault.error}",
        "hang up before": "is lost on its way to Slack",
        "hang up after": "is done, but the app gets no answer",
        "status after": f"is done, but answered with {fault.status}",
        "error after": f"is done, but answered with {fault.error}",
        "late": f"gets no answer, and is done {seconds} later",
        "slow": f"is answered {seconds} late",
        "duplicate": "reaches the app twice",
        "reorder": "is overtaken by the next",
        "delay": f"reaches the app {seconds} late",
        "drop": "is lost on its way to the app",
    }[fault.kind]


def _place(sandbox: Sandbox, channel_id: str) -> str:
    channel = sandbox.workspace.channels.get(channel_id)
    person = sandbox.workspace.users.get(channel.partner if channel else channel_id)
    if person is not None:
        return f" to {person.first_name}"
    return f" in #{channel.name}" if channel else ""


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
