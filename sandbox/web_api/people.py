"""users.*, usergroups.*, auth.test and the way into Socket Mode."""

from sandbox.company import BOT_ID, BOT_USER_ID, TEAM_ID
from sandbox.formats import group_json, user_json
from sandbox.interactions import Refused
from sandbox.records import Json, User, UserGroup
from sandbox.web_api.method import Call, method
from sandbox.web_api.paging import page


@method("auth.test", tier="special")
def auth_test(call: Call) -> Json:
    """Who the token belongs to; the granted scopes come in a header of every reply."""
    return {
        "url": f"https://{call.workspace.domain}.slack.com/",
        "team": call.workspace.name,
        "user": call.workspace.users[BOT_USER_ID].handle,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", tier="tier3", needs_app_token=True)
def open_connection(call: Call) -> Json:
    """A single-use address for a Socket Mode connection."""
    if not call.slack.app.manifest.settings.socket_mode_enabled:
        raise Refused("not_allowed_token_type")
    return {"url": call.slack.socket_mode.new_url(call.slack.host)}


def _shown(call: Call, user: User) -> Json:
    with_email = call.slack.app.use(["users:read.email"])
    return user_json(call.workspace, user, with_email=with_email)


@method(
    "users.info",
    tier="tier4",
    scope="users:read",
    required="user",
    optional="include_locale",
    json_body=False,
)
def info(call: Call) -> Json:
    """One member, deactivated ones included; the e-mail needs a scope of its own."""
    return {"user": _shown(call, call.user())}


@method(
    "users.list",
    tier="tier2",
    scope="users:read",
    optional="cursor include_locale limit team_id",
    json_body=False,
)
def list_all(call: Call) -> Json:
    """All members in pages, deactivated ones and bots included."""
    part, paging = page(call, list(call.workspace.users.values()))
    return {"members": [_shown(call, user) for user in part], "cache_ts": 0, **paging}


@method(
    "users.lookupByEmail",
    tier="tier3",
    scope="users:read.email",
    required="email",
    json_body=False,
)
def lookup_by_email(call: Call) -> Json:
    """An active member by e-mail address."""
    email = call.text("email").lower()
    for user in call.workspace.users.values():
        if user.email.lower() == email and not user.deleted:
            return {"user": user_json(call.workspace, user)}
    raise Refused("users_not_found")


@method(
    "usergroups.list",
    tier="tier2",
    scope="usergroups:read",
    optional="include_count include_disabled include_users team_id",
    json_body=False,
)
def groups(call: Call) -> Json:
    """All user groups; disabled ones only on request."""
    found = [
        g for g in call.workspace.groups.values() if call.flag("include_disabled") or not g.disabled
    ]
    with_users = call.flag("include_users")
    return {"usergroups": [group_json(group, with_users=with_users) for group in found]}


@method(
    "usergroups.users.list",
    tier="tier2",
    scope="usergroups:read",
    required="usergroup",
    optional="include_disabled team_id",
    json_body=False,
)
def group_users(call: Call) -> Json:
    """Ids of a group's members."""
    group = _group(call)
    if group.disabled and not call.flag("include_disabled"):
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


@method(
    "usergroups.users.update",
    tier="tier2",
    scope="usergroups:write",
    required="usergroup",
    optional="users include_count team_id additional_channels is_shared",
)
def update_group(call: Call) -> Json:
    """Replaces a group's members; a group cannot be empty, and a disabled one cannot be changed."""
    group, users = _group(call), call.names("users")
    if not call.has("users"):
        raise Refused("missing_argument")
    if group.disabled:
        raise Refused("no_such_subteam")
    if not users:
        raise Refused("no_users_provided")
    people = [call.workspace.users.get(user) for user in users]
    if any(person is None or person.deleted for person in people):
        raise Refused("invalid_users")
    before, group.users = group.users, users
    group.updated = int(call.slack.clock.now().timestamp())
    call.workspace.touch()
    call.slack.events.emit(
        "subteam_members_changed",
        {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": TEAM_ID,
            "date_update": group.updated,
            "added_users": [user for user in users if user not in before],
            "removed_users": [user for user in before if user not in users],
        },
    )
    return {"usergroup": group_json(group, with_users=True)}


def _group(call: Call) -> UserGroup:
    group = call.workspace.groups.get(call.text("usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return group
