"""The app asks for the scopes that a desk at work needs, and for no other."""

import yaml
from sqlalchemy import URL

from bot import check
from bot.settings import Settings
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, MANIFEST, DeskInTest, running_desk
from tests.stories.acts import answers, heard, thread_of

WITH_A_GROUP = DEMO_POLICY.replace('agents = ["U0JERRY0007"]', 'agents = ["S0BANKING02"]')


def test_a_desk_at_work_uses_every_scope_of_the_manifest_and_needs_no_other(
    database: URL,
) -> None:
    with running_desk(database, policy=load_policy(WITH_A_GROUP)) as desk:
        _is_checked(desk)
        _lives(desk)
        declared = yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
        assert desk.sandbox.scopes_needed == set(declared)
        assert desk.sandbox.violations == []


def _is_checked(desk: DeskInTest) -> None:
    sandbox = desk.sandbox
    settings = Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_API_URL": sandbox.api_url,
        }
    )
    assert list(check.slack(settings, desk.store.policy)) == []


def _lives(desk: DeskInTest) -> None:
    """A ticket with words from everywhere, and an answer to the requester that got lost."""
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "No sound")
    karen.uploads("noise.wav", text="Still none", thread=karen.find("", f"#{number}"))
    john.says("Seen in the queue", thread=desk.card(john, number))
    john.says("Seen in the team", thread=desk.card(john, number, "#team-it"))
    john.reacts(karen.says("@deskbell no light either", channel="#general"), "ticket")
    desk.settle()
    for place in ("#team-it", "#help-desk"):
        desk.sandbox.faults.hang_up_after("chat.postMessage", channel=place)
    answers(desk, john, number, "Reply", Reply="On my way")
    desk.sandbox.faults.hang_up_after("chat.postMessage", channel=karen.user.id)
    answers(desk, john, number, "Reply", Reply="Nearly there")
    desk.desk.catch_up(desk.clock.skip)
    desk.pass_time(minutes=5)
    desk.desk.catch_up(desk.clock.skip)
    assert heard(karen).count("Nearly there") == 1
    told = thread_of(desk, john, number)
    assert all(words in told for words in ("Still none", "Seen in the queue", "Seen in the team"))
