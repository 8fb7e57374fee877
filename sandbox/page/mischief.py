"""What a visitor can let go wrong in the local Slack: the switches of the faults panel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sandbox.faults import FOR_EVER, HISTORY, Fault, Faults
from sandbox.outages import Outage
from sandbox.server import Sandbox

POST: Final = "chat.postMessage"
EVERYWHERE: Final = ""
LAG: Final = timedelta(seconds=30)

Choices = Mapping[str, str]
"""What a switch can be set to, and the words for it."""


@dataclass(frozen=True)
class Mischief:
    """One switch. It shows what really is set in the sandbox, whoever set it.

    With `choices` it is for one of them. One that `happens_once` is over as soon as it is turned.
    """

    title: str
    effect: str
    is_on: Callable[[Sandbox, str], bool]
    turn: Callable[[Sandbox, str, bool], None]
    choices: Callable[[Sandbox], Choices] | None = None
    happens_once: bool = False


def _fault(
    title: str,
    effect: str,
    fits: tuple[str, str],
    start: Callable[[Faults, str], object],
    choices: Callable[[Sandbox], Choices] | None = None,
) -> Mischief:
    """A switch for a fault of this kind and method; `choices` are channels, or methods where the
    method is "". A fault that happens once goes off by itself.
    """
    kind, method = fits

    def active(sandbox: Sandbox, choice: str) -> list[Fault]:
        meant = (method, choice) if method else (choice, EVERYWHERE)
        faults = sandbox.faults.active
        return [one for one in faults if one.kind == kind and (one.method, one.channel) == meant]

    def turn(sandbox: Sandbox, choice: str, on: bool) -> None:  # noqa: FBT001 -- a switch's position
        for fault in active(sandbox, choice):
            sandbox.faults.remove(fault)
        if on:
            start(sandbox.faults, choice)

    return Mischief(title, effect, lambda sandbox, at: bool(active(sandbox, at)), turn, choices)


def _storm(faults: Faults) -> None:
    faults.rate_limit(seconds=5, times=FOR_EVER).probability = 0.5


def _places(sandbox: Sandbox) -> Choices:
    """Where the bot posts, or posted before it was put out."""
    space = sandbox.workspace
    found = [c for c in space.channels.values() if not c.is_im and c.name != "general"]
    bots = [c for c in found if space.bot_is_in(c) or c.bot_left is not None]
    return {channel.id: f"#{channel.name}" for channel in bots}


def _everywhere_or_places(sandbox: Sandbox) -> Choices:
    return {EVERYWHERE: "anywhere", **_places(sandbox)}


def _methods(_sandbox: Sandbox) -> Choices:
    return {
        "chat.update": "redraws of messages",
        "views.publish": "redraws of Home tabs",
        "views.open": "forms that open",
    }


def _scopes(sandbox: Sandbox) -> Choices:
    """What the app is allowed to, and what it was until the switch was set."""
    return {scope: scope for scope in sorted({*sandbox.app.scopes, *sandbox.app.scopes_lost})}


def _lose(sandbox: Sandbox, scope: str, on: bool) -> None:  # noqa: FBT001 -- a switch's position
    (sandbox.admin.remove_scope if on else sandbox.admin.grant_scope)(scope)


def _cut(sandbox: Sandbox, *, cut: bool) -> None:
    sandbox.socket_mode.refuse_connections(refuse=cut)
    if cut:
        sandbox.socket_mode.drop_all()


def _hide(sandbox: Sandbox, *, hidden: bool) -> None:
    for fault in sandbox.faults.active:
        if fault.method in HISTORY:
            sandbox.faults.remove(fault)
    if hidden:
        sandbox.faults.hide_history()


def _is_archived(sandbox: Sandbox, place: str) -> bool:
    return sandbox.workspace.channels[place].archived


def _archive(sandbox: Sandbox, place: str, on: bool) -> None:  # noqa: FBT001 -- a switch's position
    (sandbox.admin.archive if on else sandbox.admin.unarchive)(place)


def _is_out(sandbox: Sandbox, place: str) -> bool:
    return not sandbox.workspace.bot_is_in(sandbox.workspace.channels[place])


def _put_out(sandbox: Sandbox, place: str, on: bool) -> None:  # noqa: FBT001 -- a switch's position
    (sandbox.admin.kick_bot if on else sandbox.admin.invite_bot)(place)


ALL_OF_SLACK: Final = (
    _fault(
        "Slack is down",
        "Every call is answered with 503 until you switch this off.",
        ("status", "*"),
        lambda faults, _: faults.answer(times=FOR_EVER),
    ),
    _fault(
        "Rate limit storm",
        "Half of all calls are answered with 429: wait 5 seconds.",
        ("ratelimited", "*"),
        lambda faults, _: _storm(faults),
    ),
    _fault(
        "Slow answers",
        "Every call takes two seconds longer.",
        ("slow", "*"),
        lambda faults, _: faults.slow(seconds=2, times=FOR_EVER),
    ),
    Mischief(
        "Token revoked",
        "Slack takes nothing from the app, and tells it nothing.",
        lambda sandbox, _: sandbox.app.is_revoked,
        lambda sandbox, _, on: (
            sandbox.admin.revoke_token() if on else sandbox.admin.restore_token()
        ),
    ),
)
THE_NEXT_POST: Final = (
    _fault(
        "Posted, but nobody says so",
        "The next message is posted, and the connection is cut before the answer.",
        ("hang up after", POST),
        lambda faults, place: faults.hang_up_after(POST, channel=place),
        _everywhere_or_places,
    ),
    _fault(
        "Posted, but answered with 500",
        "The next message is posted, and the answer says that something went wrong.",
        ("status after", POST),
        lambda faults, place: faults.answer_after(POST, channel=place),
        _everywhere_or_places,
    ),
    _fault(
        "Not posted, answered with 500",
        "The next message is not posted, and the answer says that something went wrong.",
        ("status", POST),
        lambda faults, place: faults.answer(POST, status=500, channel=place),
        _everywhere_or_places,
    ),
    _fault(
        "Lost on its way",
        "The next message never arrives at Slack.",
        ("hang up before", POST),
        lambda faults, place: faults.hang_up_before(POST, channel=place),
        _everywhere_or_places,
    ),
    _fault(
        "Posted a minute late",
        "The next message gets no answer, and is posted when nobody expects it any more.",
        ("late", POST),
        lambda faults, place: faults.late(POST, seconds=60, channel=place),
        _everywhere_or_places,
    ),
)
PLACES_AND_METHODS: Final = (
    _fault(
        "Rate limit in a channel",
        "Every message there is answered with 429: wait 30 seconds.",
        ("ratelimited", POST),
        lambda faults, place: faults.rate_limit(POST, channel=place, times=FOR_EVER),
        _places,
    ),
    _fault(
        "Rate limit of a method",
        "Every such call is answered with 429: wait 30 seconds.",
        ("ratelimited", ""),
        lambda faults, method: faults.rate_limit(method, times=FOR_EVER),
        _methods,
    ),
    Mischief(
        "Scope missing",
        "Calls that need it are refused: missing_scope.",
        lambda sandbox, scope: scope in sandbox.app.scopes_lost,
        _lose,
        _scopes,
    ),
    Mischief("Channel archived", "Nobody can post there.", _is_archived, _archive, _places),
    Mischief("Bot removed", "The bot is not in the channel.", _is_out, _put_out, _places),
)
HISTORIES: Final = (
    Mischief(
        "Histories lag behind",
        "What was posted shows in the history only after 30 seconds.",
        lambda sandbox, _: sandbox.faults.lags_since is not None,
        lambda sandbox, _, on: setattr(sandbox.faults, "history_lag", LAG if on else timedelta()),
    ),
    Mischief(
        "Histories unreadable",
        "Whoever asks what was said in a channel or thread is answered with 500.",
        lambda sandbox, _: any(fault.method in HISTORY for fault in sandbox.faults.active),
        lambda sandbox, _, on: _hide(sandbox, hidden=on),
    ),
)
WAY_TO_THE_APP: Final = (
    Mischief(
        "Cut all connections",
        "Once; the app may connect again at once.",
        lambda _sandbox, _: False,
        lambda sandbox, _, _on: sandbox.socket_mode.drop_all(),
        happens_once=True,
    ),
    Mischief(
        "No connection",
        "All connections are cut, and new ones are refused.",
        lambda sandbox, _: sandbox.socket_mode.refuses,
        lambda sandbox, _, on: _cut(sandbox, cut=on),
    ),
    Mischief(
        "Frozen connections",
        "They stay open, but nothing goes through them.",
        lambda sandbox, _: sandbox.socket_mode.is_frozen,
        lambda sandbox, _, on: sandbox.socket_mode.freeze(frozen=on),
    ),
    _fault(
        "Delivered twice",
        "Everything that people do reaches the app two times.",
        ("duplicate", "*"),
        lambda faults, _: faults.duplicate(times=FOR_EVER),
    ),
    _fault(
        "Out of order",
        "Everything that people do is overtaken by what they do next.",
        ("reorder", "*"),
        lambda faults, _: faults.reorder(times=FOR_EVER),
    ),
)
_GROUPS: Final = {
    "All of Slack": ALL_OF_SLACK,
    "The next message": THE_NEXT_POST,
    "One place, one method, one scope": PLACES_AND_METHODS,
    "Histories": HISTORIES,
    "The way to the app": WAY_TO_THE_APP,
}


def groups(sandbox: Sandbox) -> dict[str, Sequence[Mischief]]:
    """All switches under their headings; the last heading is there if something was lent."""
    lent = [_lent(outage) for outage in sandbox.outages]
    return {**_GROUPS, **({"The app's own house": lent} if lent else {})}


def _lent(outage: Outage) -> Mischief:
    return Mischief(
        outage.title,
        outage.effect,
        lambda _sandbox, _: outage.since is not None,
        lambda sandbox, _, on: outage.turn(on=on, now=sandbox.clock.now()),
    )
