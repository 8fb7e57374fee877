"""Where the desk runs and with which keys: the environment, and the policy file it names."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from store.rules.policy import Policy
from store.rules.policy_file import PolicyErrors, Problem, load_policy

_KINDS: Final = {
    "xoxb-": "a bot token: it belongs in SLACK_BOT_TOKEN",
    "xapp-": "an app-level token: it belongs in SLACK_APP_TOKEN",
    "xoxp-": "a user token, which the desk never needs",
    "xoxe": "a token that expires; switch token rotation off",
}
_SECRETS: Final = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
_SECRET_URLS: Final = ("PAGE_SMTP_URL", "PAGE_WEBHOOK_URL", "HEARTBEAT_URL")
_WHERE: Final = {
    "SLACK_BOT_TOKEN": (
        "copy the Bot User OAuth Token from your app at api.slack.com/apps, OAuth & Permissions; "
        'it begins with "xoxb-".'
    ),
    "SLACK_APP_TOKEN": (
        "for Socket Mode, make an app-level token with the scope connections:write at "
        'api.slack.com/apps, Basic Information; it begins with "xapp-". '
        "To receive over HTTP instead, set SLACK_SIGNING_SECRET."
    ),
}


def _bot_token(secret: SecretStr) -> SecretStr:
    return _beginning(secret, "xoxb-", "SLACK_BOT_TOKEN")


def _app_token(secret: SecretStr) -> SecretStr:
    return _beginning(secret, "xapp-", "SLACK_APP_TOKEN")


def _beginning(secret: SecretStr, prefix: str, name: str) -> SecretStr:
    """Refuse a token of another kind, saying which it is."""
    text = secret.get_secret_value()
    if text.startswith(prefix):
        return secret
    kind = next((said for start, said in _KINDS.items() if text.startswith(start)), None)
    raise ValueError(f"this is {kind}; {_WHERE[name]}" if kind else _WHERE[name])


def _signing_secret(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9A-Za-z_]{16,}", secret.get_secret_value()):
        raise ValueError(
            "copy the Signing Secret from your app at api.slack.com/apps, Basic Information; "
            "it is 32 letters and digits."
        )
    return secret


def _api_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?/api/", text):
        raise ValueError('write an address that ends in "/api/", such as https://slack.com/api/.')
    return text


def _smtp_url(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"smtps?://([^\s/@]+@)?[^\s/@:]+(:\d{1,5})?/?", secret.get_secret_value()):
        raise ValueError(
            'write "smtp://user:password@mail.example.com:587", or smtps:// for TLS from the '
            "start; what has a special meaning in an address is written as %40 and the like."
        )
    return secret


def _web_url(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"https?://[^\s/]+\S*", secret.get_secret_value()):
        raise ValueError("write a whole address, such as https://example.com/path.")
    return secret


def _addresses(text: object) -> object:
    """Several e-mail addresses with commas between."""
    if not isinstance(text, str):
        return text
    found = tuple(each.strip() for each in text.split(",") if each.strip())
    if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", each) for each in found):
        raise ValueError("write e-mail addresses, with commas between them.")
    return found


WebUrl = Annotated[SecretStr, AfterValidator(_web_url)]


def _database_url(text: str) -> str:
    """Refuse what neither engine can open, before anything is opened."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError(_DATABASES) from None
    if url.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise ValueError(_DATABASES)
    if url.drivername == "sqlite":
        _check_file(url)
    return text


_DATABASES: Final = "write sqlite:///deskbell.db or postgresql://user:password@host/database."


def _check_file(url: URL) -> None:
    if url.database in (None, "", ":memory:"):
        raise ValueError("it would be lost at every stop; name a file: sqlite:///deskbell.db.")
    file = Path(url.database or "")
    if file.is_dir():
        raise ValueError("this is a folder; name a file in it.")
    if not file.parent.is_dir():
        raise ValueError(f"there is no folder {file.parent}; make it, or name another file.")
    if not all(os.access(each, os.W_OK) for each in (file.parent, file) if each.exists()):
        raise ValueError("the desk may not write there; grant it, or name another file.")


class DatabaseSettings(BaseSettings):
    """Where the desk's data is, and its policy: what is asked for where nobody asks Slack."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite:///deskbell.db", alias="DATABASE_URL", repr=False
    )
    deskbell_config: Path = Field(Path("deskbell.toml"), alias="DESKBELL_CONFIG")

    @classmethod
    def settings_customise_sources(  # pydantic-settings dictates the signature
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - see above
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read only what we are given: the environment is an argument, as the clock is."""
        return (init_settings,)


class Settings(DatabaseSettings):
    """What the environment says. Secrets never show when this is printed."""

    slack_bot_token: Annotated[SecretStr, AfterValidator(_bot_token)] = Field(
        alias="SLACK_BOT_TOKEN"
    )
    slack_app_token: Annotated[SecretStr, AfterValidator(_app_token)] | None = Field(
        None, alias="SLACK_APP_TOKEN"
    )
    slack_signing_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = Field(
        None, alias="SLACK_SIGNING_SECRET"
    )
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        "https://slack.com/api/", alias="SLACK_API_URL"
    )
    slack_pace: float = Field(1, gt=0, le=1000, alias="SLACK_PACE")
    """How many times the pace that it publishes Slack takes from this app."""
    port: int = Field(3000, ge=1, le=65535, alias="PORT")
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(lambda text: text.upper())
    ] = Field("INFO", alias="LOG_LEVEL")

    page_smtp_url: Annotated[SecretStr, AfterValidator(_smtp_url)] | None = Field(
        None, alias="PAGE_SMTP_URL"
    )
    """The mail server for pages that Slack does not take."""
    page_email_from: str = Field("deskbell@localhost", alias="PAGE_EMAIL_FROM")
    page_email_to: Annotated[tuple[str, ...], BeforeValidator(_addresses)] = Field(
        (), alias="PAGE_EMAIL_TO"
    )
    """Told of each of those pages, beside whoever is called."""
    page_webhook_url: WebUrl | None = Field(None, alias="PAGE_WEBHOOK_URL")
    heartbeat_url: WebUrl | None = Field(None, alias="HEARTBEAT_URL")
    """Called every minute while the desk is healthy."""

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached over a socket; otherwise it calls us over HTTP."""
        return self.slack_app_token is not None


Some = TypeVar("Some", bound=DatabaseSettings)


class SettingsErrors(ValueError):
    """The desk cannot start; `problems` says everything that keeps it from that."""

    def __init__(self, problems: list[Problem]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        heading = f"Deskbell cannot start, {count} to mend first:"
        super().__init__("\n".join([heading, *(f"- {problem}" for problem in problems)]))
        self.problems = tuple(problems)


def load_settings(environ: Mapping[str, str]) -> tuple[Settings, Policy]:
    """Read the environment and the policy. Raises SettingsErrors with every problem of both."""
    return _with_policy(Settings, _given(environ))


def load_database_settings(environ: Mapping[str, str]) -> tuple[DatabaseSettings, Policy]:
    """The same for what needs no Slack: of the environment, only that much is looked at."""
    return _with_policy(DatabaseSettings, _given(environ))


def load_database_url(environ: Mapping[str, str]) -> str:
    """The database alone, for what asks for no policy either; raises SettingsErrors."""
    given = {name: text for name, text in _given(environ).items() if name == "DATABASE_URL"}
    return _read(DatabaseSettings, given).database_url


def _with_policy(kind: type[Some], given: Mapping[str, str]) -> tuple[Some, Policy]:
    problems: list[Problem] = []
    settings = policy = None
    try:
        settings = _read(kind, given)
    except SettingsErrors as error:
        problems += error.problems
    try:
        policy = _read_policy(Path(given.get("DESKBELL_CONFIG", "deskbell.toml")))
    except SettingsErrors as error:
        problems += error.problems
    if problems or settings is None or policy is None:
        raise SettingsErrors(problems)
    return settings, policy


def _read(kind: type[Some], given: Mapping[str, str]) -> Some:
    names = {field.alias or name for name, field in kind.model_fields.items()}
    problems: list[Problem] = []
    settings = None
    try:
        settings = kind.model_validate({name: given[name] for name in names & set(given)})
    except ValidationError as error:
        problems += [_problem(each, given) for each in error.errors(include_url=False)]
    if issubclass(kind, Settings):
        problems += _unreachable(given)
    if problems or settings is None:
        raise SettingsErrors(problems)
    return settings


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    """An empty variable counts as left out."""
    return {name: text.strip() for name, text in environ.items() if text.strip()}


def _unreachable(given: Mapping[str, str]) -> Iterator[Problem]:
    """Slack must have one way to us."""
    if not {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} & set(given):
        yield Problem("SLACK_APP_TOKEN", None, _WHERE["SLACK_APP_TOKEN"])


def _read_policy(file: Path) -> Policy:
    try:
        return load_policy(file.read_text(encoding="utf-8-sig"), file.name)
    except PolicyErrors as errors:
        named = [each._replace(key=f"{file.name}: {each.key}") for each in errors.problems]
        raise SettingsErrors(named) from None
    except FileNotFoundError:
        fix = "there is no such file; copy the deskbell.toml that comes with the desk, or set this."
    except UnicodeDecodeError as error:
        fix = f"it is not UTF-8 text (byte {error.start}); save it as UTF-8."
    except OSError as error:
        fix = f"it cannot be read ({error.strerror}); let the desk read it, or name another file."
    raise SettingsErrors([Problem("DESKBELL_CONFIG", f'"{file}"', fix)])


def _problem(error: ErrorDetails, given: Mapping[str, str]) -> Problem:
    name = str(error["loc"][0])
    if error["type"] == "missing":
        return Problem(name, None, _WHERE[name])
    return Problem(name, _masked(name, given[name]), _fix(name, error))


def _fix(name: str, error: ErrorDetails) -> str:
    match name:
        case "PORT":
            return "write a number from 1 to 65535."
        case "SLACK_PACE":
            return "write a number above 0 and up to 1000; 1 is what Slack takes from every app."
        case "LOG_LEVEL":
            return "use one of DEBUG, INFO, WARNING, ERROR."
        case _:
            return str(error.get("ctx", {}).get("error", error["msg"]))


def _masked(name: str, text: str) -> str:
    """Show enough of a value to recognise it, and nothing of a secret."""
    if name in _SECRETS:
        kind = next((start for start in _KINDS if text.startswith(start)), "")
        return f'"{kind}…" (length {len(text)})'
    if name in _SECRET_URLS:
        scheme, mark, _ = text.partition("://")
        return f'"{scheme[:10] if mark else ""}{mark}…" (length {len(text)})'
    if name == "DATABASE_URL":
        text = re.sub(r"(://[^:/@]*:).*@", r"\1***@", text)
    return f'"{text}"'
