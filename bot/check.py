"""`deskbell check`: what keeps the desk from working, each with the way to mend it.

Every function yields problems and changes nothing, in the database or in Slack.
"""

from collections.abc import Iterator
from http.client import HTTPException
from typing import Final
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings
from bot.slack_client import DELIVERY_SECONDS, slack_client
from bot.slack_errors import error_code, is_refusal, judge
from store import migrate
from store.rules.policy import Policy
from store.rules.policy_file import Problem
from store.rules.policy_part import is_email, is_user_group

SCOPE: Final = "scope"
"""The key of a problem that does not keep the desk from starting."""

OUT_OF_REACH: Final = "SLACK_API_URL"
"""The key of the one problem that may pass by itself: Slack did not answer."""

REQUIRED_SCOPES: Final = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:read",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
"""The bot scopes of manifest.yml; a test holds the two together."""

GROUP_SCOPE: Final = "usergroups:write"
"""Needed by rotas that keep a user group, and by nothing else: manifest.yml has it in a comment."""

_UNREACHABLE: Final = "Slack does not answer there ({}); check the network, or this address."
_BOT_REFUSED: Final = (
    "Slack refuses it ({}); copy the Bot User OAuth Token again from api.slack.com/apps, "
    "OAuth & Permissions."
)
_APP_REFUSED: Final = (
    "Slack refuses it ({}); make one with the scope connections:write under Basic Information, "
    "and switch Socket Mode on."
)
_FAILED: Final = (SlackApiError, OSError, HTTPException)
"""The last is an answer that breaks off."""

_CHANNEL_FIXES: Final = {
    "channel_not_found": (
        "there is no such channel, or it is private and the bot is not in it; copy the id from "
        "the channel's details, or type /invite @deskbell there."
    ),
    "is_archived": "the channel is archived; unarchive it, or name another one.",
    "not_in_channel": "the bot is not in the channel; type /invite @deskbell there.",
}
_PAID: Final = "Slack has user groups on paid plans only; remove this, or choose another plan."
_GROUP_FIXES: Final = {
    "no_such_subteam": "there is no such user group, or it is disabled; copy its id again.",
    "plan_upgrade_required": _PAID,
    "paid_teams_only": _PAID,
}


def database(url: str) -> Iterator[Problem]:
    """Reachable, not newer than this code, and writable."""
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        migrate.try_writing(url)
    except migrate.DatabaseNewer as newer:
        yield Problem("DATABASE_URL", shown, newer.sentence)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        fix = f"the database cannot be used ({reason}); is it running, and may the desk write?"
        yield Problem("DATABASE_URL", shown, fix)


def slack(settings: Settings, policy: Policy) -> Iterator[Problem]:
    """Tokens first: without a good one nothing else can be asked."""
    client = slack_client(settings, seconds=DELIVERY_SECONDS)
    problems = list(tokens(settings, client))
    yield from problems
    if any(problem.key in {"SLACK_BOT_TOKEN", OUT_OF_REACH} for problem in problems):
        return
    yield from channels(policy, client)
    yield from people(policy, client)
    yield from user_groups(policy, client)


def before_start(settings: Settings, policy: Policy) -> list[Problem]:
    """What `deskbell run` looks for: with anything but a missing scope it cannot begin."""
    client = slack_client(settings, seconds=DELIVERY_SECONDS)
    problems = list(tokens(settings, client))
    if all(problem.key == SCOPE for problem in problems):
        problems += rotas(policy, client)
    return problems


def tokens(settings: Settings, client: WebClient) -> Iterator[Problem]:
    """The bot token and its scopes, and the app token when there is one."""
    try:
        granted = _granted(client)
    except _FAILED as error:
        yield _failed("SLACK_BOT_TOKEN", "xoxb-…", error, client, _BOT_REFUSED)
        if not is_refusal(error):
            return
    else:
        yield from _scopes(granted)
    if settings.slack_app_token is not None:
        yield from _app_token(client, settings.slack_app_token.get_secret_value())


def channels(policy: Policy, client: WebClient) -> Iterator[Problem]:
    """Each channel of the policy: there, not archived, and the bot in it."""
    for key, channel in _channels(policy):
        error = _channel_error(client, channel)
        if error:
            fix = _CHANNEL_FIXES.get(error, f"Slack says {error}; look that up in its reference.")
            yield Problem(key, channel, fix)


def people(policy: Policy, client: WebClient) -> Iterator[Problem]:
    """Each person of the policy: known to Slack, and active."""
    try:
        active, gone = _everybody(client)
        for key, ref in _people(policy):
            if is_user_group(ref):
                yield from _group(client, key, ref)
            elif ref.lower() in gone:
                yield Problem(key, ref, "the account is deactivated; name somebody else.")
            elif ref.lower() not in active:
                fix = "Slack knows nobody by this e-mail or member id; copy it from their profile."
                yield Problem(key, ref, fix)
    except SlackApiError as error:
        yield Problem("agents", None, f"Slack does not list people: {error_code(error)}.")


def user_groups(policy: Policy, client: WebClient) -> Iterator[Problem]:
    """Each user group that a rota keeps: there, and the bot may change it."""
    kept = {key: rota.user_group for key, rota in policy.rotas.items() if rota.user_group}
    if kept and GROUP_SCOPE not in _granted(client):
        yield Problem(
            "scope",
            GROUP_SCOPE,
            f"the bot lacks it, and {', '.join(f'[rotas.{key}]' for key in kept)} keeps a user "
            "group; add it under OAuth & Permissions and reinstall the app, or remove user_group.",
        )
    for key, group in kept.items():
        try:
            client.usergroups_users_list(usergroup=group)
        except SlackApiError as error:
            code = error_code(error)
            fix = _GROUP_FIXES.get(code, f"Slack says {code}; look that up in its reference.")
            yield Problem(f"rotas.{key}.user_group", group, fix)


def rotas(policy: Policy, client: WebClient) -> Iterator[Problem]:
    """Each list of people taking turns who have all left: nobody would ever be called. A question
    that Slack does not answer counts for them.
    """
    for key, rota in policy.rotas.items():
        layers = ((f".layers[{n}]", layer) for n, layer in enumerate(rota.layers, 1))
        for place, turns in (("", rota), *layers):
            if all(_has_left(client, ref) for ref in turns.people):
                written = ", ".join(f'"{ref}"' for ref in turns.people)
                fix = "Slack has no active account of any of them; name somebody who works here."
                yield Problem(f"rotas.{key}{place}.people", f"[{written}]", fix)


def _has_left(client: WebClient, ref: str) -> bool:
    try:
        if is_email(ref):
            client.users_lookupByEmail(email=ref)
            return False
        return bool(client.users_info(user=ref)["user"].get("deleted"))
    except SlackApiError as error:
        return error_code(error) in {"user_not_found", "users_not_found"}
    except OSError:
        return False


def _granted(client: WebClient) -> set[str]:
    """The scopes of the bot token."""
    scopes = str(client.auth_test().headers.get("x-oauth-scopes", ""))
    return {scope.strip() for scope in scopes.split(",")}


def _failed(key: str, value: str, error: Exception, client: WebClient, refused: str) -> Problem:
    """What Slack's refusal, or its silence, means for that key."""
    if is_refusal(error):
        return Problem(key, value, refused.format(judge(error).error))
    reason = error.reason if isinstance(error, URLError) else judge(error).error
    return Problem(OUT_OF_REACH, client.base_url, _UNREACHABLE.format(reason))


def _scopes(granted: set[str]) -> Iterator[Problem]:
    for scope in sorted(REQUIRED_SCOPES - granted):
        yield Problem(
            SCOPE,
            scope,
            "the bot lacks it; add it under OAuth & Permissions (or paste manifest.yml again) and "
            "reinstall the app.",
        )


def _app_token(client: WebClient, token: str) -> Iterator[Problem]:
    """Asks for a connection and does not use it: it expires by itself."""
    try:
        client.apps_connections_open(app_token=token)
    except _FAILED as error:
        yield _failed("SLACK_APP_TOKEN", "xapp-…", error, client, _APP_REFUSED)


def _channel_error(client: WebClient, channel: str) -> str:
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        return error_code(error)
    if found.get("is_archived"):
        return "is_archived"
    return "" if found.get("is_member") else "not_in_channel"


def _everybody(client: WebClient) -> tuple[set[str], set[str]]:
    """Ids and e-mails in lower case: of active people, and of deactivated ones."""
    active: set[str] = set()
    gone: set[str] = set()
    for page in client.users_list(limit=200):
        for member in page["members"]:
            names = {member["id"].lower(), (member["profile"].get("email") or "").lower()}
            (gone if member.get("deleted") else active).update(names - {""})
    return active, gone


def _group(client: WebClient, key: str, group: str) -> Iterator[Problem]:
    try:
        members = client.usergroups_users_list(usergroup=group)["users"]
    except SlackApiError as error:
        yield Problem(key, group, f"Slack does not list this user group ({error_code(error)}).")
    else:
        if not members:
            yield Problem(key, group, "the user group is empty; add agents to it in Slack.")


def _channels(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "desk.queue_channel", policy.queue_channel
    yield "desk.on_call_channel", policy.on_call_channel
    if policy.admin_channel:
        yield "desk.admin_channel", policy.admin_channel
    yield from (("intake.channels", channel) for channel in policy.intake.channels)
    for team in policy.teams.values():
        yield f"teams.{team.key}.channel", team.channel


def _people(policy: Policy) -> Iterator[tuple[str, str]]:
    yield from (("desk.admins", ref) for ref in policy.admins)
    yield from (("desk.vips", ref) for ref in policy.vips)
    yield from (("intake.blocked", ref) for ref in policy.intake.blocked)
    for team in policy.teams.values():
        if team.lead:
            yield f"teams.{team.key}.lead", team.lead
        yield from ((f"teams.{team.key}.agents", ref) for ref in team.agents)
    for rota in policy.rotas.values():
        yield from ((f"rotas.{rota.key}.people", ref) for ref in rota.everybody)
    for level in policy.on_call.chain:
        if level.kind == "person" and level.ref:
            yield "on_call.chain", level.ref
