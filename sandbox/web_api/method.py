"""What a Web API method is, and the table of all that this Slack knows."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from sandbox.interactions import Refused
from sandbox.records import Channel, ChannelKind, Json, User
from sandbox.slack import Slack
from sandbox.workspace import Workspace


def invalid_arguments(*problems: str) -> NoReturn:
    """Refuse a call whose arguments are wrong, with a line per mistake."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    raise Refused("invalid_arguments", response_metadata={"messages": messages})


@dataclass
class Call:
    """One call with its arguments, from a form or from JSON."""

    slack: Slack
    method: str
    args: Json

    @property
    def workspace(self) -> Workspace:
        """The state that the call reads and changes."""
        return self.slack.workspace

    def has(self, name: str) -> bool:
        """Whether the argument was sent with a value."""
        return self.args.get(name) is not None

    def text(self, name: str) -> str:
        """A string argument; empty when it was left out."""
        value = self.args.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return value

    def flag(self, name: str) -> bool:
        """A boolean; forms carry it as a word or a digit."""
        return str(self.args.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = str(self.args.get(name) or default)
        if not value.isdigit() or not 1 <= int(value) <= most:
            raise Refused("invalid_limit")
        return int(value)

    def parsed(self, name: str, error: str) -> Any:
        """A structured argument; inside a form it is JSON, and `error` tells that it is broken."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None

    def names(self, name: str) -> list[str]:
        """A list argument: an array, or names with commas between."""
        value = self.args.get(name) or []
        parts = value.split(",") if isinstance(value, str) else value
        return [str(part).strip() for part in parts if str(part).strip()]

    def need(self, *scopes: str) -> None:
        """Any one of `scopes` must be granted."""
        app = self.slack.app
        if not app.use(scopes):
            provided = ",".join(sorted(app.scopes))
            raise Refused("missing_scope", needed=scopes[0], provided=provided)

    def channel(self, by_kind: Mapping[ChannelKind, str] | None = None) -> Channel:
        """The conversation named by `channel`; a private one without the bot does not exist."""
        channel = self.workspace.channels.get(self.text("channel"))
        if channel is None:
            raise Refused("channel_not_found")
        if channel.kind == "group" and not self.workspace.bot_is_in(channel):
            raise Refused("channel_not_found")
        if by_kind:
            self.need(by_kind[channel.kind])
        return channel

    def user(self, name: str = "user") -> User:
        """The person named by an argument."""
        user = self.workspace.users.get(self.text(name))
        if user is None:
            raise Refused("user_not_found")
        return user


Run = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    """How a method is reached: tier of its rate limit, scope that every call needs, arguments."""

    name: str
    run: Run
    tier: str
    scope: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    needs_app_token: bool
    json_body: bool


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    tier: str,
    scope: str = "",
    required: str = "",
    optional: str = "",
    needs_app_token: bool = False,
    json_body: bool = True,
) -> Callable[[Run], Run]:
    """Register a function as Web API method; arguments are named with spaces between."""

    def register(run: Run) -> Run:
        METHODS[name] = Method(
            name,
            run,
            tier,
            scope,
            tuple(required.split()),
            tuple(optional.split()),
            needs_app_token,
            json_body,
        )
        return run

    return register
