"""Reads an app manifest (layout 2) as strictly as Slack does: unknown keys and excess refused."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError


class ManifestError(Exception):
    """The manifest is not one that Slack would take; `problems` has a sentence for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The app manifest has mistakes:\n  " + "\n  ".join(problems))
        self.problems = problems


class Part(BaseModel):
    """A piece of the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


def _text(longest: int, shortest: int = 1) -> StringConstraints:
    return StringConstraints(min_length=shortest, max_length=longest)


Url = Annotated[str, _text(3500)]
Names = Annotated[tuple[str, ...], Field(max_length=255, strict=False)]
Subscriptions = Annotated[tuple[str, ...], Field(max_length=100, strict=False)]


class Metadata(Part):
    """Which layout the manifest has."""

    major_version: Literal[2] = 2
    minor_version: int = 1


class DisplayInformation(Part):
    """How the app introduces itself."""

    name: Annotated[str, _text(35)]
    description: Annotated[str, _text(140)] = ""
    long_description: Annotated[str, _text(4000, 175)] | None = None
    background_color: (
        Annotated[str, StringConstraints(pattern=r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")] | None
    ) = None


class AppHome(Part):
    """Which tabs the app's own place has."""

    home_tab_enabled: bool = False
    messages_tab_enabled: bool = False
    messages_tab_read_only_enabled: bool = True


class BotUser(Part):
    """The bot's name in the member list."""

    display_name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9\-_.]{1,80}$")]
    always_online: bool = False


class Shortcut(Part):
    """An entry of the lightning menu, or of a message's own menu."""

    name: Annotated[str, _text(24)]
    type: Literal["global", "message"]
    callback_id: Annotated[str, _text(255)]
    description: Annotated[str, _text(150)]


class SlashCommand(Part):
    """A command that people may type."""

    command: Annotated[str, StringConstraints(pattern=r"^/\S{1,31}$")]
    description: Annotated[str, _text(2000)]
    usage_hint: Annotated[str, _text(1000)] | None = None
    should_escape: bool = False
    url: Annotated[str, _text(3000)] | None = None


class Features(Part):
    """What people see of the app."""

    app_home: AppHome = AppHome()
    bot_user: BotUser
    shortcuts: Annotated[tuple[Shortcut, ...], Field(max_length=10, strict=False)] = ()
    slash_commands: Annotated[tuple[SlashCommand, ...], Field(max_length=50, strict=False)] = ()
    unfurl_domains: Annotated[tuple[str, ...], Field(max_length=5, strict=False)] = ()


class Scopes(Part):
    """What the app may do."""

    bot: Names = ()
    user: Names = ()
    bot_optional: Names = ()
    user_optional: Names = ()


class OAuthConfig(Part):
    """How the app is installed, and with which scopes."""

    scopes: Scopes
    redirect_urls: Annotated[tuple[str, ...], Field(max_length=1000, strict=False)] = ()
    token_management_enabled: bool | None = None
    pkce_enabled: bool | None = None


class EventSubscriptions(Part):
    """Which events the app hears."""

    request_url: Url | None = None
    bot_events: Subscriptions = ()
    user_events: Subscriptions = ()


class Interactivity(Part):
    """Whether buttons and forms reach the app, and where."""

    is_enabled: bool
    request_url: Url | None = None
    message_menu_options_url: Url | None = None


class AppSettings(Part):
    """How Slack reaches the app."""

    event_subscriptions: EventSubscriptions = EventSubscriptions()
    interactivity: Interactivity = Interactivity(is_enabled=False)
    socket_mode_enabled: bool = False
    org_deploy_enabled: bool = False
    token_rotation_enabled: bool = False
    is_hosted: bool | None = None
    allowed_ip_address_ranges: Annotated[
        tuple[str, ...] | None, Field(max_length=10, strict=False)
    ] = None


class Manifest(Part):
    """The whole manifest, as far as an app of this kind uses it."""

    schema_url: str | None = Field(default=None, alias="$schema")
    metadata: Metadata = Field(default=Metadata(), alias="_metadata")
    display_information: DisplayInformation
    features: Features
    oauth_config: OAuthConfig
    settings: AppSettings = AppSettings()

    @property
    def bot_scopes(self) -> tuple[str, ...]:
        """The scopes of the bot token."""
        return self.oauth_config.scopes.bot

    @property
    def bot_events(self) -> tuple[str, ...]:
        """The events the bot is subscribed to."""
        return self.settings.event_subscriptions.bot_events

    def command(self, name: str) -> SlashCommand | None:
        """The slash command of this name, with its slash."""
        return next((c for c in self.features.slash_commands if c.command == name), None)

    def shortcut(self, kind: Literal["global", "message"], name: str) -> Shortcut | None:
        """The shortcut that shows this name in its menu."""
        return next((s for s in self.features.shortcuts if s.type == kind and s.name == name), None)


def read_manifest(source: Path | Mapping[str, Any]) -> Manifest:
    """From a YAML or JSON file, or from the parsed form; raises ManifestError with all mistakes."""
    return _written(source.read_text("utf-8")) if isinstance(source, Path) else _checked(source)


@cache
def _written(text: str) -> Manifest:
    """Reading YAML takes as long as the rest of a start."""
    return _checked(yaml.safe_load(text))


def _checked(parsed: Mapping[str, Any]) -> Manifest:
    try:
        manifest = Manifest.model_validate(parsed)
    except ValidationError as refused:
        raise ManifestError(
            [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in refused.errors()]
        ) from refused
    _check_between_parts(manifest)
    return manifest


def _check_between_parts(manifest: Manifest) -> None:
    problems = []
    features, settings = manifest.features, manifest.settings
    if (features.slash_commands or features.shortcuts) and "commands" not in manifest.bot_scopes:
        problems.append("oauth_config.scopes.bot: slash commands and shortcuts need commands")
    if features.shortcuts and not settings.interactivity.is_enabled:
        problems.append("settings.interactivity.is_enabled: shortcuts need interactivity")
    for name, values in (
        ("oauth_config.scopes.bot", manifest.bot_scopes),
        ("settings.event_subscriptions.bot_events", manifest.bot_events),
        ("features.slash_commands", [c.command for c in features.slash_commands]),
    ):
        problems += [
            f"{name}: {v} is there twice" for v in sorted(set(values)) if list(values).count(v) > 1
        ]
    if problems:
        raise ManifestError(problems)
