"""What admins hear when Slack does not let a rota keep its user group, by Slack's error."""

from typing import Final

from store.user_groups import GROUP_REFUSED

_CANNOT: Final = "I cannot keep the user group {place} equal to who is on call:"
_WITHOUT: Final = "remove `user_group` from the rota in deskbell.toml and restart"
_PAID: Final = f"{_CANNOT} Slack has them on paid plans only. Choose another plan, or {_WITHOUT}."
_MISFIT: Final = (
    f"{_CANNOT} Slack does not take everybody who is on call as a member (a guest, or somebody who "
    f"left?). Put somebody else into the rota, or {_WITHOUT}."
)
_SAID: Final = {
    "missing_scope": (
        f"{_CANNOT} I lack the scope `usergroups:write`. Add it under OAuth & Permissions and "
        f"reinstall the app, or {_WITHOUT}."
    ),
    "permission_denied": (
        f"{_CANNOT} this workspace lets only some people change user groups. An owner can allow it "
        f"in the workspace's settings, under Permissions, User groups; or {_WITHOUT}."
    ),
    "plan_upgrade_required": _PAID,
    "paid_teams_only": _PAID,
    "no_such_subteam": (
        f"{_CANNOT} Slack knows no such group, or it is disabled. Enable it, or copy the right id "
        "into `user_group` of the rota in deskbell.toml and restart."
    ),
    "invalid_users": _MISFIT,
    "failed_for_some_users": _MISFIT,
}

FIXES: Final = {f"{GROUP_REFUSED}{code}": said for code, said in _SAID.items()}
OTHERWISE: Final = f"{_CANNOT} Slack says {{problem}}. `deskbell check` may know why."
