"""The workspace on disk: one JSON file, replaced as a whole, so that a crash leaves the old one."""

import dataclasses
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sandbox.records import Channel, File, Json, Message, Notice, User, UserGroup, View
from sandbox.workspace import Workspace

FORMAT = 1
SAVE_EVERY = 0.5
"""Real seconds between two looks for changes worth saving."""

T = TypeVar("T")


class SnapshotError(Exception):
    """The file is there but cannot be used; the message says what to do."""


def save(workspace: Workspace, path: Path) -> None:
    """Write everything that must survive a restart: not the open modals, not the wire log."""
    with workspace.lock:
        text = json.dumps(_dump(workspace))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)


def load(workspace: Workspace, path: Path) -> None:
    """Go on where the file left off; without a file the workspace stays as it is."""
    if not path.exists():
        return
    try:
        saved = json.loads(path.read_text("utf-8"))
        if saved["format"] != FORMAT:
            raise SnapshotError(f"{path} has another format; delete it to start afresh")
        with workspace.lock:
            _restore(workspace, saved)
    except (ValueError, KeyError, TypeError) as broken:
        raise SnapshotError(f"{path} cannot be read; delete it to start afresh") from broken


def _dump(workspace: Workspace) -> Json:
    return {
        "format": FORMAT,
        "ahead_seconds": workspace.clock.ahead.total_seconds(),
        "counter": workspace.counter,
        "last_ts_us": workspace.last_ts_us,
        "users": _plain(workspace.users),
        "channels": _plain(workspace.channels),
        "groups": _plain(workspace.groups),
        "files": _plain(workspace.files),
        "homes": _plain(workspace.homes),
        "messages": {channel: _plain(there) for channel, there in workspace.messages.items()},
        "notices": {
            user: [dataclasses.asdict(notice) for notice in there]
            for user, there in workspace.notices.items()
        },
        "last_read": workspace.last_read,
    }


def _plain(records: dict[str, Any]) -> Json:
    return {key: dataclasses.asdict(record) for key, record in records.items()}


def _restore(workspace: Workspace, saved: Json) -> None:
    if not workspace.clock.is_frozen:
        workspace.clock.skip(timedelta(seconds=saved["ahead_seconds"]) - workspace.clock.ahead)
    workspace.counter = saved["counter"]
    workspace.last_ts_us = saved["last_ts_us"]
    workspace.users = _records(User, saved["users"])
    workspace.channels = _records(Channel, saved["channels"])
    workspace.groups = _records(UserGroup, saved["groups"])
    workspace.files = _records(File, saved["files"])
    workspace.homes = _records(View, saved["homes"])
    workspace.replace_messages(
        {channel: _records(Message, there) for channel, there in saved["messages"].items()}
    )
    workspace.notices = {
        user: [Notice(**notice) for notice in there] for user, there in saved["notices"].items()
    }
    workspace.last_read = saved["last_read"]
    workspace.touch()


def _records(kind: type[T], saved: Json) -> dict[str, T]:
    return {key: kind(**fields) for key, fields in saved.items()}
