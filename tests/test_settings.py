"""The desk starts with sound settings only, and says everything that keeps it from starting."""

import re
from pathlib import Path
from typing import Final

import pytest
import yaml
from pydantic import ValidationError
from sqlalchemy import make_url

from bot.settings import (
    Settings,
    SettingsErrors,
    load_database_settings,
    load_database_url,
    load_settings,
)

ROOT: Final = Path(__file__).parents[1]
BOT: Final = "xoxb-1111-2222-abcdef"
APP: Final = "xapp-1-A0-3333-fedcba"
SIGNING: Final = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The least that the desk needs."""
    return {
        "SLACK_BOT_TOKEN": BOT,
        "SLACK_APP_TOKEN": APP,
        "DATABASE_URL": f"sqlite:///{tmp_path}/desk.db",
        "DESKBELL_CONFIG": str(ROOT / "deskbell.toml"),
    }


def complaints(environ: dict[str, str]) -> list[str]:
    """What keeps the desk from starting."""
    with pytest.raises(SettingsErrors) as errors:
        load_settings(environ)
    return [str(problem) for problem in errors.value.problems]


def test_sound_settings_come_with_the_policy(environ: dict[str, str]) -> None:
    settings, policy = load_settings(environ)
    assert settings.slack_bot_token.get_secret_value() == BOT
    assert settings.socket_mode
    assert policy.name == "IT Help Desk"


def test_what_is_left_out_has_its_default(environ: dict[str, str]) -> None:
    settings, _ = load_settings(environ)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.port, settings.log_level) == (3000, "INFO")
    fields = {field.alias: field.default for field in Settings.model_fields.values()}
    assert fields["DATABASE_URL"] == "sqlite:///deskbell.db"
    assert fields["DESKBELL_CONFIG"] == Path("deskbell.toml")


def test_an_empty_variable_counts_as_left_out(environ: dict[str, str]) -> None:
    settings, _ = load_settings(environ | {"PORT": "", "LOG_LEVEL": "  "})
    assert (settings.port, settings.log_level) == (3000, "INFO")


def test_spaces_around_a_value_do_no_harm(environ: dict[str, str]) -> None:
    settings, _ = load_settings(environ | {"SLACK_BOT_TOKEN": f" {BOT}\n", "LOG_LEVEL": "debug"})
    assert settings.slack_bot_token.get_secret_value() == BOT
    assert settings.log_level == "DEBUG"


def test_the_environment_of_the_process_is_not_looked_at(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "1234")
    settings, _ = load_settings(environ)
    assert settings.port == 3000


def test_a_signing_secret_instead_of_an_app_token_means_http(environ: dict[str, str]) -> None:
    del environ["SLACK_APP_TOKEN"]
    settings, _ = load_settings(environ | {"SLACK_SIGNING_SECRET": SIGNING})
    assert not settings.socket_mode


def test_settings_cannot_change_and_never_show_a_secret(environ: dict[str, str]) -> None:
    environ["DATABASE_URL"] = "postgresql://desk:hunter2@localhost/desk"
    settings, _ = load_settings(environ)
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1
    assert not any(secret in repr(settings) for secret in (BOT, APP, "hunter2"))


def test_nothing_set_says_what_is_needed_and_where_to_find_it() -> None:
    said = complaints({"DESKBELL_CONFIG": str(ROOT / "deskbell.toml")})
    bot, app = said
    assert bot == (
        "SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token from your app at "
        'api.slack.com/apps, OAuth & Permissions; it begins with "xoxb-".'
    )
    assert app == (
        "SLACK_APP_TOKEN is missing: for Socket Mode, make an app-level token with the scope "
        "connections:write at api.slack.com/apps, Basic Information; it begins with "
        '"xapp-". To receive over HTTP instead, set SLACK_SIGNING_SECRET.'
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1-2-3", 'SLACK_BOT_TOKEN = "xoxp-…" (length 10): this is a user'),
        ("SLACK_BOT_TOKEN", APP, 'SLACK_BOT_TOKEN = "xapp-…" (length 21): this is an app-level'),
        ("SLACK_BOT_TOKEN", "hunter2", 'SLACK_BOT_TOKEN = "…" (length 7): copy the Bot User'),
        ("SLACK_APP_TOKEN", BOT, 'SLACK_APP_TOKEN = "xoxb-…" (length 21): this is a bot token'),
        ("HEARTBEAT_URL", "foo", 'HEARTBEAT_URL = "…" (length 3): write a whole address'),
        ("SLACK_SIGNING_SECRET", "a b", 'SLACK_SIGNING_SECRET = "…" (length 3): copy the Signing'),
        (
            "SLACK_API_URL",
            "https://slack.com/api",
            'SLACK_API_URL = "https://slack.com/api": write an address that ends in "/api/"',
        ),
        ("PORT", "http", 'PORT = "http": write a number from 1 to 65535.'),
        ("PORT", "70000", 'PORT = "70000": write a number from 1 to 65535.'),
        ("SLACK_PACE", "0", 'SLACK_PACE = "0": write a number above 0 and up to 1000; 1 is what'),
        ("LOG_LEVEL", "loud", 'LOG_LEVEL = "loud": use one of DEBUG, INFO, WARNING, ERROR.'),
        ("DATABASE_URL", "desk.db", 'DATABASE_URL = "desk.db": write sqlite:///deskbell.db or'),
        (
            "DATABASE_URL",
            "mysql://desk:hunter2@h/d",
            'DATABASE_URL = "mysql://desk:***@h/d": write sqlite:///deskbell.db or postgresql://',
        ),
        ("DATABASE_URL", "sqlite://", 'DATABASE_URL = "sqlite://": it would be lost at every stop'),
        (
            "DATABASE_URL",
            "sqlite:////no/where/desk.db",
            'DATABASE_URL = "sqlite:////no/where/desk.db": there is no folder /no/where; make it,',
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_fix_and_no_secret(
    environ: dict[str, str], name: str, value: str, said: str
) -> None:
    (sentence,) = complaints(environ | {name: value})
    assert sentence.startswith(said)
    assert "hunter2" not in sentence


def test_a_folder_is_no_database(environ: dict[str, str], tmp_path: Path) -> None:
    (said,) = complaints(environ | {"DATABASE_URL": f"sqlite:///{tmp_path}"})
    assert said.endswith(": this is a folder; name a file in it.")


def test_a_missing_policy_says_where_to_get_one(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    (said,) = complaints(environ | {"DESKBELL_CONFIG": str(file)})
    assert said == (
        f'DESKBELL_CONFIG = "{file}": there is no such file; copy the deskbell.toml that comes '
        "with the desk, or set this."
    )


def test_a_folder_or_other_bytes_are_no_policy(environ: dict[str, str], tmp_path: Path) -> None:
    (said,) = complaints(environ | {"DESKBELL_CONFIG": str(tmp_path)})
    assert "it cannot be read (Is a directory)" in said
    (tmp_path / "desk.toml").write_bytes(b"name = \xff")
    (said,) = complaints(environ | {"DESKBELL_CONFIG": str(tmp_path / "desk.toml")})
    assert "it is not UTF-8 text (byte 7); save it as UTF-8." in said


def test_a_byte_order_mark_does_no_harm(environ: dict[str, str], tmp_path: Path) -> None:
    text = (ROOT / "deskbell.toml").read_text(encoding="utf-8")
    (tmp_path / "desk.toml").write_text(text, encoding="utf-8-sig")
    _, policy = load_settings(environ | {"DESKBELL_CONFIG": str(tmp_path / "desk.toml")})
    assert policy.default_severity == "sev_c"


def test_problems_of_environment_and_policy_are_told_together(
    environ: dict[str, str], tmp_path: Path
) -> None:
    text = (ROOT / "deskbell.toml").read_text(encoding="utf-8")
    (tmp_path / "desk.toml").write_text(text.replace('"C0TEAMIT"', '"#team-it"'), encoding="utf-8")
    with pytest.raises(SettingsErrors) as errors:
        load_settings(environ | {"PORT": "0", "DESKBELL_CONFIG": str(tmp_path / "desk.toml")})
    heading, port, channel = str(errors.value).split("\n")
    assert heading == "Deskbell cannot start, 2 problems to mend first:"
    assert port == '- PORT = "0": write a number from 1 to 65535.'
    assert channel.startswith('- desk.toml: teams.it.channel = "#team-it": this is not a channel')


def test_what_asks_nothing_of_slack_needs_no_tokens(environ: dict[str, str]) -> None:
    wrong_elsewhere = {"SLACK_BOT_TOKEN": "hunter2", "PORT": "http"}
    given = {name: environ[name] for name in ("DATABASE_URL", "DESKBELL_CONFIG")} | wrong_elsewhere
    settings, policy = load_database_settings(given)
    assert (settings.database_url, policy.name) == (environ["DATABASE_URL"], "IT Help Desk")
    assert load_database_url({"DATABASE_URL": environ["DATABASE_URL"]}) == settings.database_url
    with pytest.raises(SettingsErrors) as errors:
        load_database_settings(given | {"DATABASE_URL": "desk.db", "DESKBELL_CONFIG": "no.toml"})
    assert [problem.key for problem in errors.value.problems] == ["DATABASE_URL", "DESKBELL_CONFIG"]
    with pytest.raises(SettingsErrors, match="DATABASE_URL"):
        load_database_url({"DATABASE_URL": "desk.db", "DESKBELL_CONFIG": "no.toml"})


def test_compose_gives_the_desks_what_they_need() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    desk, outside = services["desk"], {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}
    outside |= {"POSTGRES_PASSWORD": "secret", "LOG_LEVEL": ""}

    def filled(value: str) -> str:
        return re.sub(r"\$\{(\w+)[^}]*\}", lambda name: outside[name[1]], value)

    given = {name: filled(value) for name, value in desk["environment"].items()}
    assert set(given) <= {field.alias for field in Settings.model_fields.values()}
    url = make_url(Settings.model_validate(given | {"LOG_LEVEL": "INFO"}).database_url)
    assert (url.drivername, url.host, url.password) == ("postgresql+psycopg", "database", "secret")
    assert desk["volumes"] == [f"./deskbell.toml:{given['DESKBELL_CONFIG']}:ro"]
    assert desk["deploy"]["replicas"] >= 2
