"""What the person acting does on the page, handed to the sandbox without blocking the page.

Everything here returns once the app has acked or Slack gave up; refusals become Slack's own toasts.
"""

from collections.abc import Callable

from nicegui import run

from sandbox.formats import file_json
from sandbox.page.visit import Visit
from sandbox.payloads import Used
from sandbox.records import Json, Message, View
from sandbox.seen import SeenMessage
from sandbox.sharing import upload_into_form as upload_file


async def say(visit: Visit, text: str, root_ts: str) -> None:
    """Send what was typed: a command, a message, or a reply in the thread `root_ts`."""
    root = visit.workspace.message(visit.place, root_ts)
    if text.startswith("/") and root:
        command = text.partition(" ")[0]
        visit.workspace.notify(visit.user_id, f"{command} can't be used in threads. Sorry!")
    elif text.startswith("/"):
        await _do(visit, lambda: visit.person.types(text, visit.place))
    else:
        thread = SeenMessage(visit.person.hands, root) if root else None
        await _do(visit, lambda: visit.person.says(text, visit.place, thread))


async def upload(visit: Visit, name: str, root_ts: str) -> None:
    """Post a file; the sandbox keeps names only."""
    root = visit.workspace.message(visit.place, root_ts)
    thread = SeenMessage(visit.person.hands, root) if root else None
    await _do(visit, lambda: visit.person.uploads(name, visit.place, thread))


def upload_into_form(visit: Visit, name: str) -> Json:
    """A file for a field of a form, as Slack shows it."""
    with visit.workspace.lock:
        return file_json(visit.workspace, upload_file(visit.workspace, visit.user_id, name))


async def act_in_message(
    visit: Visit, message: Message, block: Json, element: Json, entered: Json
) -> None:
    """Press a button of a message, or choose in one of its menus."""
    used = _used(block, element, entered)
    await _do(visit, lambda: visit.person.hands.use(message, used))


async def act_in_view(visit: Visit, view: View, block: Json, element: Json, entered: Json) -> None:
    """Press or choose something in a modal or on the Home tab, where the app wants to know."""
    used = _used(block, element, entered)
    await _do(visit, lambda: visit.person.hands.use(view, used))


def keep_in_view(visit: Visit, view: View, block: Json, element: Json, entered: Json) -> None:
    """Remember what a field holds; the app hears of it when the form is sent."""
    if block.get("type") == "input":
        quiet = {**block, "dispatch_action": False}
        visit.person.hands.enter(view, _used(quiet, element, entered))


async def submit(visit: Visit, view: View) -> None:
    """Send a form; errors stay with the view."""
    await _do(visit, lambda: visit.person.hands.submit(view))


async def close(visit: Visit, view: View, *, everything: bool) -> None:
    """Close a form, or with `everything` the whole stack."""
    await _do(visit, lambda: visit.person.hands.close(view, everything=everything))


async def react(visit: Visit, message: Message, name: str) -> None:
    """Add a reaction, or take it back."""
    seen = SeenMessage(visit.person.hands, message)
    await _do(visit, lambda: visit.person.reacts(seen, name))


async def edit(visit: Visit, message: Message, text: str) -> None:
    """Change an own message."""
    seen = SeenMessage(visit.person.hands, message)
    await _do(visit, lambda: visit.person.edits(seen, text))


async def delete(visit: Visit, message: Message) -> None:
    """Delete an own message."""
    seen = SeenMessage(visit.person.hands, message)
    await _do(visit, lambda: visit.person.deletes(seen))


async def use_shortcut(visit: Visit, name: str) -> None:
    """Use a shortcut that needs no message."""
    await _do(visit, lambda: visit.person.uses_shortcut(name))


async def use_message_shortcut(visit: Visit, message: Message, name: str) -> None:
    """Use a shortcut of a message's menu."""
    seen = SeenMessage(visit.person.hands, message)
    await _do(visit, lambda: visit.person.uses_message_shortcut(name, seen))


def shortcuts(visit: Visit, kind: str) -> list[str]:
    """Names of the declared shortcuts, "global" or "message"."""
    declared = visit.sandbox.app.manifest.features.shortcuts
    return [shortcut.name for shortcut in declared if shortcut.type == kind]


def commands(visit: Visit) -> list[tuple[str, str, str]]:
    """The declared commands: name, usage hint and description."""
    declared = visit.sandbox.app.manifest.features.slash_commands
    return [(one.command, one.usage_hint or "", one.description) for one in declared]


def pickable_people(visit: Visit) -> dict[str, str]:
    """Whom a menu of people offers: everyone who can still sign in, by id."""
    users = visit.workspace.users.values()
    return {user.id: user.real_name for user in users if not (user.deleted or user.is_bot)}


def pickable_channels(visit: Visit) -> dict[str, str]:
    """What a menu of channels offers: what the person may see, by id."""
    channels = visit.workspace.channels.values()
    return {
        channel.id: f"#{channel.name}"
        for channel in channels
        if not (channel.is_im or channel.archived) and visit.workspace.may_see(visit.me, channel)
    }


def _used(block: Json, element: Json, entered: Json) -> Used:
    selection = {key: value for key, value in entered.items() if key != "type"}
    return Used(block, element, selection)


async def _do(visit: Visit, deed: Callable[[], object]) -> None:
    user_id = visit.user_id
    try:
        await run.io_bound(deed)
    except AssertionError as refused:
        # The sandbox's people refuse what cannot be seen or used, such as writing as a non-member.
        visit.workspace.notify(user_id, str(refused))
