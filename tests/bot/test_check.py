"""`deskbell check` finds what is wrong and says how to mend it."""

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from sqlalchemy import URL, create_engine, text

from bot import check
from bot.settings import Settings
from bot.slack_client import slack_client
from sandbox import Sandbox
from store import migrate
from store.rules.policy import Policy
from store.rules.policy_file import Problem
from tests.bot.setting import ROOT, policy, settings_for


def keys_and_values(problems: Iterable[Problem]) -> list[tuple[str, str | None]]:
    return [(problem.key, problem.value) for problem in problems]


def only(problems: Iterable[Problem]) -> Problem:
    found = list(problems)
    assert len(found) == 1, found
    return found[0]


def test_the_sample_company_has_nothing_to_mend(slack: Sandbox) -> None:
    assert list(check.slack(settings_for(slack), policy())) == []


def test_the_scopes_that_check_wants_are_those_of_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == check.REQUIRED_SCOPES


def test_a_wrong_bot_token_is_the_only_thing_told(slack: Sandbox) -> None:
    settings = settings_for(slack)
    wrong = Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": "xoxb-wrong",
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": settings.slack_api_url,
        }
    )
    problem = only(check.slack(wrong, policy()))
    assert problem.key == "SLACK_BOT_TOKEN"
    assert "invalid_auth" in problem.fix
    assert "wrong" not in str(problem)


def test_a_slack_that_does_not_answer_is_told_once_at_its_address(slack: Sandbox) -> None:
    nowhere = settings_for(slack).model_copy(update={"slack_api_url": "http://127.0.0.1:1/api/"})
    problem = only(check.slack(nowhere, policy()))
    assert str(problem).startswith("SLACK_API_URL = http://127.0.0.1:1/api/: Slack does not answer")
    slack.faults.answer("auth.test", status=503)
    slack.faults.rate_limit("apps.connections.open")
    told = list(check.slack(settings_for(slack), policy()))
    assert keys_and_values(told) == [("SLACK_API_URL", slack.api_url)]
    assert "(http_503)" in told[0].fix
    told = list(check.slack(settings_for(slack), policy()))
    assert keys_and_values(told) == [("SLACK_API_URL", slack.api_url)]
    assert "(ratelimited)" in told[0].fix


def test_a_wrong_app_token_is_told_with_the_scope_it_needs(slack: Sandbox) -> None:
    wrong = Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": "xapp-wrong",
            "SLACK_API_URL": slack.api_url,
        }
    )
    problem = only(check.slack(wrong, policy()))
    assert problem.key == "SLACK_APP_TOKEN"
    assert "connections:write" in problem.fix


@pytest.mark.parametrize(
    ("channel", "fix"),
    [
        ("C0ARCHIVED6", "unarchive it"),
        ("C0SECRET007", "/invite @deskbell"),
        ("C0NOSUCH999", "there is no such channel"),
    ],
)
def test_each_channel_that_cannot_be_used_is_told(slack: Sandbox, channel: str, fix: str) -> None:
    changed = policy().model_copy(update={"queue_channel": channel})
    problem = only(check.slack(settings_for(slack), changed))
    assert (problem.key, problem.value) == ("desk.queue_channel", channel)
    assert fix in problem.fix


def with_agents(*agents: str) -> Policy:
    desk = policy()
    team = desk.teams["it"].model_copy(update={"agents": agents})
    return desk.model_copy(update={"teams": {**desk.teams, "it": team}})


def test_agents_who_left_or_never_were_are_told(slack: Sandbox) -> None:
    changed = with_agents("U0JOHN00004", "U0DANA00011", "nobody@example.com", "jane@example.com")
    assert keys_and_values(check.slack(settings_for(slack), changed)) == [
        ("teams.it.agents", "U0DANA00011"),
        ("teams.it.agents", "nobody@example.com"),
    ]


def test_an_unknown_user_group_is_told(slack: Sandbox) -> None:
    assert keys_and_values(check.slack(settings_for(slack), with_agents("S0NOSUCH99"))) == [
        ("teams.it.agents", "S0NOSUCH99")
    ]


def test_each_missing_scope_is_told(slack: Sandbox) -> None:
    slack.app.scopes.discard("im:write")
    problem = only(check.tokens(settings_for(slack), slack_client(settings_for(slack), seconds=5)))
    assert (problem.key, problem.value) == ("scope", "im:write")


def address(database: URL) -> str:
    return database.render_as_string(hide_password=False)


def test_a_sound_database_has_nothing_to_mend(database: URL) -> None:
    assert list(check.database(address(database))) == []
    assert migrate.current(database) == migrate.newest()


def test_a_newer_database_is_told(database: URL) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert "newer" in only(check.database(address(database))).fix


def test_where_a_file_is_still_to_come_nothing_is_left_behind(tmp_path: Path) -> None:
    assert list(check.database(f"sqlite:///{tmp_path}/desk.db")) == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    file.write_text("Dear diary, " * 500)
    assert "cannot be used" in only(check.database(f"sqlite:///{file}")).fix


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    url = "postgresql+psycopg://desk:hunter2@127.0.0.1:1/desk"
    problem = only(check.database(url))
    assert "hunter2" not in str(problem)
    assert "cannot be used" in problem.fix


def with_rota(**changes: object) -> Policy:
    desk = policy()
    rota = desk.rotas["primary"].model_copy(update=changes)
    return desk.model_copy(update={"rotas": {"primary": rota}})


def test_a_rota_that_keeps_a_user_group_needs_the_scope_and_the_group(slack: Sandbox) -> None:
    settings, keeps = settings_for(slack), with_rota(user_group="S0BANKING02")
    problem = only(check.slack(settings, keeps))
    assert (problem.key, problem.value) == ("scope", "usergroups:write")
    assert "[rotas.primary]" in problem.fix
    slack.admin.grant_scope("usergroups:write")
    assert list(check.slack(settings, keeps)) == []
    unknown = only(check.slack(settings, with_rota(user_group="S0NOSUCH99")))
    assert (unknown.key, unknown.value) == ("rotas.primary.user_group", "S0NOSUCH99")
    slack.faults.refuse("usergroups.users.list", "plan_upgrade_required", times=1)
    assert "paid plans" in only(check.slack(settings, keeps)).fix


def test_people_who_left_are_found_in_layers_too(slack: Sandbox) -> None:
    layer = policy().rotas["primary"].model_copy(update={"people": ("dana@example.com",)})
    found = check.slack(settings_for(slack), with_rota(layers=(layer,)))
    assert keys_and_values(found) == [("rotas.primary.people", "dana@example.com")]


def test_a_rota_whose_people_have_all_left_is_told_before_the_start(slack: Sandbox) -> None:
    client = slack_client(settings_for(slack), seconds=5)
    dana, omar = "U0DANA00011", "U0OMAR00008"
    left = only(check.rotas(with_rota(people=(dana, "nobody@example.com")), client))
    assert str(left).startswith(f'rotas.primary.people = ["{dana}", "nobody@example.com"]: Slack ')
    layer = policy().rotas["primary"].model_copy(update={"people": (dana,)})
    below = only(check.rotas(with_rota(layers=(layer,)), client))
    assert below.key == "rotas.primary.layers[1].people"
    assert list(check.rotas(with_rota(people=(dana, omar)), client)) == []
    slack.faults.refuse("users.info", "internal_error", times=1)
    assert list(check.rotas(with_rota(people=(dana,)), client)) == []  # Slack did not say
