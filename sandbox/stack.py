"""The stack of modals in front of a person."""

from sandbox.content import put_into
from sandbox.interactions import Refused
from sandbox.records import Json, View
from sandbox.views_state import initial_values, kept_values
from sandbox.workspace import Workspace

DEEPEST = 3
"""Slack lays at most three modals over each other."""


def new_modal(workspace: Workspace, given: Json) -> Json:
    """Refuse an external id that another view has already; hands the view back."""
    external_id = given.get("external_id")
    if external_id and workspace.find_view("", external_id):
        raise Refused("duplicate_external_id")
    return given


def open_modal(workspace: Workspace, user_id: str, given: Json, where: str) -> View:
    """A new stack of one modal."""
    view = _fresh(workspace, user_id, given, where)
    workspace.modals[user_id] = [view]
    workspace.touch()
    return view


def push_modal(workspace: Workspace, below: View, given: Json, where: str) -> View:
    """One more modal on top of the stack that `below` belongs to."""
    stack = workspace.modals[below.user]
    if len(stack) >= DEEPEST:
        raise Refused("push_limit_reached")
    view = _fresh(workspace, below.user, given, where)
    view.root_id, view.previous_id = stack[0].id, stack[-1].id
    stack.append(view)
    workspace.touch()
    return view


def update_view(workspace: Workspace, view: View, given: Json, where: str) -> None:
    """New content for an open view; fields keep what was entered where their ids stay."""
    taken = given.get("external_id") and workspace.find_view("", given["external_id"])
    if taken and taken is not view:
        raise Refused("duplicate_external_id")
    put_into(workspace, view, given, where)
    view.values = kept_values(view.values, view.blocks)
    workspace.touch()


def close_top(workspace: Workspace, user_id: str) -> None:
    """Back to the modal below, or to none."""
    if workspace.modals.get(user_id):
        workspace.modals[user_id].pop()
    workspace.touch()


def close_all(workspace: Workspace, user_id: str) -> None:
    """No modal in front of this person any more."""
    workspace.modals[user_id] = []
    workspace.touch()


def _fresh(workspace: Workspace, user_id: str, given: Json, where: str) -> View:
    view_id = workspace.next_id("V0")
    view = View(view_id, "modal", user_id, [], root_id=view_id)
    put_into(workspace, view, given, where)
    view.values = initial_values(view.blocks)
    return view
