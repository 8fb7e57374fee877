"""views.*: modals and the Home tab."""

from sandbox.content import judged_view, put_into
from sandbox.formats import view_json
from sandbox.interactions import Refused
from sandbox.records import Json, View
from sandbox.stack import new_modal, open_modal, push_modal, update_view
from sandbox.views_state import initial_values
from sandbox.web_api.method import Call, invalid_arguments, method

TRIGGER = "trigger_id interactivity_pointer"


@method("views.open", tier="tier4", required="view", optional=TRIGGER)
def open_view(call: Call) -> Json:
    """Opens a modal for the person behind the trigger; a modal that was open gives way."""
    view = _modal(call)
    trigger = call.slack.triggers.redeem(_trigger_id(call))
    opened = open_modal(call.workspace, trigger.user_id, view, call.method)
    return {"view": view_json(opened)}


@method("views.push", tier="tier4", required="view", optional=TRIGGER)
def push(call: Call) -> Json:
    """Lays a modal over the one in which the trigger was born; three at most."""
    view = _modal(call)
    trigger = call.slack.triggers.redeem(_trigger_id(call))
    below = call.workspace.modal_of(trigger.user_id)
    if not trigger.view_id or below is None:
        raise Refused("invalid_trigger_id")
    return {"view": view_json(push_modal(call.workspace, below, view, call.method))}


@method("views.update", tier="tier4", required="view", optional="external_id hash view_id")
def update(call: Call) -> Json:
    """Changes an open modal; what was typed stays where block_id and action_id stay."""
    if call.has("view_id") == call.has("external_id"):
        invalid_arguments("exactly one of view_id and external_id is needed")
    given = judged_view(call.parsed("view", "invalid_arguments"))
    view = call.workspace.find_view(call.text("view_id"), call.text("external_id"))
    if view is None:
        raise Refused("not_found")
    if given["type"] != view.type:
        invalid_arguments("the type of a view cannot change [json-pointer:/view/type]")
    _check_hash(call, view)
    update_view(call.workspace, view, given, call.method)
    return {"view": view_json(view)}


@method(
    "views.publish",
    tier="tier4",
    required="user_id view",
    optional="hash interactivity_pointer",
)
def publish(call: Call) -> Json:
    """Sets the Home tab of one person."""
    if not call.slack.app.manifest.features.app_home.home_tab_enabled:
        raise Refused("not_enabled")
    given = judged_view(call.parsed("view", "invalid_arguments"))
    if given["type"] != "home":
        invalid_arguments("must be a home view [json-pointer:/view/type]")
    workspace, user = call.workspace, call.workspace.users.get(call.text("user_id"))
    if user is None or user.is_bot:
        invalid_arguments("unknown user [json-pointer:/user_id]")
    view = workspace.homes.get(user.id)
    if view:
        _check_hash(call, view)
    else:
        view_id = workspace.next_id("V0")
        view = View(view_id, "home", user.id, [], root_id=view_id)
    put_into(workspace, view, given, call.method)
    view.values = initial_values(view.blocks)
    workspace.homes[user.id] = view
    workspace.touch()
    return {"view": view_json(view)}


def _modal(call: Call) -> Json:
    view = judged_view(call.parsed("view", "invalid_arguments"))
    if view["type"] != "modal":
        invalid_arguments("must be a modal [json-pointer:/view/type]")
    return new_modal(call.workspace, view)


def _trigger_id(call: Call) -> str:
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        invalid_arguments("missing required field: trigger_id")
    return trigger_id


def _check_hash(call: Call, view: View) -> None:
    if call.has("hash") and call.text("hash") != view.hash:
        raise Refused("hash_conflict")
