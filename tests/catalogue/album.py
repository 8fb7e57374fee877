"""Gathers what the desk showed while the stories were played: one example of each kind."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from handlers.views import agent, requester
from sandbox.company import BOT_ID, BOT_USER_ID
from sandbox.records import Json, Message, View
from sandbox.wire import WireEntry
from store.kinds import News, Tell
from store.models import OutboxMessage
from store.rules.lifecycle import Status
from tests.desk import DeskInTest
from tests.views.sample import KAREN, NOW, POLICY, drawn, ticket
from tests.views.test_requester import bulletin

ANSWERS: Final = 18
WRONG: Final = 4
"""Answers to one person, and forms with something wrong: of the many there are a sample."""


SAME: Final = 40
"""Two answers that end with as many same letters are one sentence."""


@dataclass(frozen=True)
class Shot:
    """What one person saw at one moment. `key` says of what it is an example, such as
    `news:received`; `shown` holds a message or a view of the local Slack's, field by field.
    """

    key: str
    viewer: str
    at: str
    shown: Json

    @property
    def content(self) -> Message | View:
        """As the local Slack's page takes it."""
        return View(**self.shown) if "hash" in self.shown else Message(**self.shown)

    @property
    def picture(self) -> str:
        """The file's name, without its ending."""
        return self.key.replace(":", "-").replace("_", "-")


class Album:
    """A plugin of pytest: looks at the desk of each story when the story is over."""

    def __init__(self) -> None:
        self.shots: dict[str, Shot] = {}
        self._told: set[str] = set()
        self._patch = pytest.MonkeyPatch()

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Iterator[None]:
        """Every desk is looked at before it stops, while its database is still open."""
        stop = DeskInTest.stop

        def look_and_stop(desk: DeskInTest) -> None:
            self.look(desk)
            stop(desk)

        self._patch.setattr(DeskInTest, "stop", look_and_stop)
        yield

    def pytest_sessionfinish(self) -> None:
        """Leave the desk of the tests as it was."""
        self._patch.undo()

    def look(self, desk: DeskInTest) -> None:
        """Keep what there is no example of yet."""
        space = desk.sandbox.workspace
        with desk.store.snapshot() as session:
            promised = {each.key: _key(each) for each in session.query(OutboxMessage)}
        for entry in space.wire.entries:
            for shot in _on_the_wire(entry, promised):
                if shot.key.startswith("wrong:") and self._count("wrong:") >= WRONG:
                    continue
                self.shots.setdefault(shot.key, replace(shot, viewer=_viewer(desk, shot)))
        for channel in space.channels:
            for message in space.all_in(channel):
                if message.is_ephemeral and message.bot_id:
                    self._answer(message)

    def _count(self, prefix: str) -> int:
        return sum(key.startswith(prefix) for key in self.shots)

    def _answer(self, message: Message) -> None:
        """A private answer whose words were not seen yet."""
        words = "".join(each for each in message.text if not each.isdigit())[-SAME:]
        if words in self._told or len(self._told) >= ANSWERS:
            return
        self._told.add(words)
        at = datetime.fromtimestamp(float(message.ts)).astimezone().isoformat()
        key = f"answer:{len(self._told):02}"
        self.shots[key] = Shot(key, message.only_for, at, asdict(message))

    def complete(self) -> None:
        """What no story left in Slack, because it was bundled there, is drawn from the sample."""
        about = ticket(Status.IN_PROGRESS)
        told = {f"tell:{what}": agent.told(what, about, POLICY) for what in Tell}
        told |= {f"news:{what}": requester.news(what, bulletin()) for what in News}
        for key, blocks in told.items():
            said = {"ts": f"{NOW.timestamp():.6f}", "text": "", "blocks": drawn(blocks)}
            shown = asdict(_message(f"D{KAREN[1:]}", said))
            self.shots.setdefault(key, Shot(key, KAREN, NOW.isoformat(), shown))

    def keep(self, path: Path) -> None:
        """Write the shots down, for the page that draws them."""
        path.write_text(json.dumps([asdict(shot) for shot in self.shots.values()]), "utf-8")


def kept(path: Path) -> list[Shot]:
    """What `Album.keep` wrote."""
    return [Shot(**shot) for shot in json.loads(path.read_text("utf-8"))]


def _key(promised: OutboxMessage) -> str:
    about = promised.about
    for kind in ("news", "tell", "duty"):
        if isinstance(about.get(kind), str):
            return f"{kind}:{about[kind]}"
    return f"kind:{promised.kind}"


def _on_the_wire(entry: WireEntry, promised: dict[str, str]) -> Iterator[Shot]:
    """The picture that this call or answer put in front of somebody, if it did."""
    answer, at = entry.answer or {}, entry.at.isoformat()
    if entry.kind == "chat.postMessage" and answer.get("ok"):
        said = answer["message"]
        payload = (said.get("metadata") or {}).get("event_payload") or {}
        if key := promised.get(payload.get("key", "")):
            yield Shot(key, "", at, asdict(_message(answer["channel"], said)))
    elif entry.kind == "chat.postEphemeral" and answer.get("ok") and "blocks" in entry.payload:
        said = {**entry.payload, "ts": answer["message_ts"], "blocks": _parsed(entry.payload)}
        shown = replace(_message(entry.payload["channel"], said), only_for=entry.payload["user"])
        yield Shot("kind:whisper", entry.payload["user"], at, asdict(shown))
    elif entry.kind.startswith("views.") and answer.get("ok"):
        view = answer["view"]
        yield Shot(_name(view), str(entry.payload.get("user_id", "")), at, asdict(_view(view, {})))
    elif entry.kind == "view_submission" and answer.get("errors"):
        view = entry.payload["view"]
        filled = _view(view, answer["errors"])
        yield Shot(f"wrong:{view['callback_id']}", entry.payload["user"]["id"], at, asdict(filled))


def _parsed(payload: Json) -> list[Json]:
    blocks = payload["blocks"]
    return list(json.loads(blocks) if isinstance(blocks, str) else blocks)


def _name(view: Json) -> str:
    """A form by its callback id, a window without one by its title, but for a number in it."""
    if view["type"] == "home":
        return "home"
    title = re.sub(r"[^a-z]+", "_", view["title"]["text"].lower()).strip("_")
    return f"form:{view['callback_id']}" if view.get("callback_id") else f"window:{title}"


def _message(channel: str, said: Json) -> Message:
    return Message(
        channel=channel, ts=said["ts"], user=BOT_USER_ID, text=said["text"],
        blocks=said.get("blocks") or [], bot_id=BOT_ID,
    )  # fmt: skip


def _view(view: Json, errors: dict[str, str]) -> View:
    values: dict[str, Any] = (view.get("state") or {}).get("values") or {}
    return View(
        id=view["id"], type=view["type"], user="", blocks=view["blocks"], hash="shown",
        title=view.get("title"), submit=view.get("submit"), close=view.get("close"),
        callback_id=view.get("callback_id", ""), values=values, errors=errors,
    )  # fmt: skip


def _viewer(desk: DeskInTest, shot: Shot) -> str:
    """Whose message it is; in a channel, and for a form, an agent who is there."""
    if shot.viewer or "channel" not in shot.shown:
        return shot.viewer or "U0JOHN00004"
    channel = desk.sandbox.workspace.channels[shot.shown["channel"]]
    return channel.partner or channel.members[0]
