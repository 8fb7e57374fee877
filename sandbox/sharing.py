"""Who may open a file: whoever uploaded it, and whoever sees a conversation where it was shared.

A file becomes shared by being posted, or by a post of the app that names the permalink of a file of
its own; a link to somebody else's file shares nothing (slackapi/bolt-python issues 1018 and 702).
"""

import json
import re
from collections.abc import Iterator

from sandbox.company import BOT_USER_ID
from sandbox.records import File, Message, User
from sandbox.workspace import Workspace

_LINK = re.compile(r"/files/[UW][A-Z0-9]+/(F[A-Z0-9]+)/")


def may_open(workspace: Workspace, user: User, file: File) -> bool:
    """Whether Slack shows this person what is inside."""
    if file.user == user.id:
        return True
    return any(workspace.may_see(user, workspace.channels[channel]) for channel in file.channels)


def app_may_open(workspace: Workspace, file: File) -> bool:
    """The app opens its own files, those in its channels, and those in forms it was sent."""
    joined = any(workspace.bot_is_in(workspace.channels[channel]) for channel in file.channels)
    return file.user == BOT_USER_ID or file.given_to_app or joined


def share(file: File, channel: str) -> None:
    """Whoever sees the channel may open the file from now on."""
    if channel not in file.channels:
        file.channels.append(channel)


def linked_files(workspace: Workspace, message: Message) -> Iterator[File]:
    """Files that the message holds, or names by their permalink."""
    named = _LINK.findall(f"{message.text} {json.dumps(message.blocks)}")
    for file_id in dict.fromkeys([*message.files, *named]):
        if file_id in workspace.files:
            yield workspace.files[file_id]


def share_linked(workspace: Workspace, message: Message) -> None:
    """What the app has just posted shares its own files where it is."""
    for file in linked_files(workspace, message):
        if file.user == BOT_USER_ID:
            share(file, message.channel)


def upload_into_form(workspace: Workspace, user: str, name: str, *, size: int = 1024) -> File:
    """A new file for a field of a form, which the app may open as well."""
    file = upload(workspace, user, name, size=size)
    file.given_to_app = True
    return file


def upload(
    workspace: Workspace, user: str, name: str, *, size: int, content: bytes | None = None
) -> File:
    """A new file that nobody else may open yet; without `content` it holds that many zeros."""
    created = int(workspace.clock.now().timestamp())
    kind = "image/png" if name.endswith(".png") else "application/octet-stream"
    length = size if content is None else len(content)
    file = File(workspace.next_id("F0"), name, user, created, length, kind)
    workspace.files[file.id] = file
    if content is not None:
        workspace.contents[file.id] = content
    return file
