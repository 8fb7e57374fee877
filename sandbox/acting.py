"""What people's hands do, by exact place: the page clicks here, and so do the tests' people."""

from concurrent.futures import Future
from typing import Literal

from sandbox import payloads
from sandbox.answering import show
from sandbox.delivery import Ack
from sandbox.interactions import Refused, ResponseUrl
from sandbox.outcome import Outcome, wait
from sandbox.payloads import Used
from sandbox.reading import Reader
from sandbox.records import Channel, Json, Message, User, View
from sandbox.slack import Slack
from sandbox.stack import close_all, close_top
from sandbox.submitting import apply_ack, client_errors
from sandbox.typed_text import as_command_text, pieces
from sandbox.views_state import KEYS

NO_ANSWER = "did not respond. Something went wrong; try again."


class Hands:
    """One person's hands. Every method blocks until the app acked or Slack gave up."""

    def __init__(self, slack: Slack, user: User) -> None:
        self.slack = slack
        self.user = user

    @property
    def reader(self) -> Reader:
        """The same person's eyes."""
        return Reader(self.slack.workspace, self.user)

    def use(self, where: Message | View, used: Used) -> Outcome:
        """Use an element of a message, a modal or the Home tab; sends block_actions."""
        self._must_be_able_to_use(where)
        with self.slack.workspace.lock:
            if isinstance(where, View):
                self._enter(where, used)
                payload = payloads.view_actions(self.slack, self.user, where, used)
            else:
                payload = payloads.message_actions(self.slack, self.user, where, used)
        label = self.reader.label(used.element)
        ack = self._send("block_actions", f"{self.user.real_name} uses {label!r}", payload)
        return Outcome(acked=True) if ack.ok else self._complain(f'"{label}" {NO_ANSWER}')

    def enter(self, view: View, used: Used) -> Outcome:
        """Fill a field of a modal; tells the app only where the field dispatches."""
        if used.block.get("type") == "input" and not used.block.get("dispatch_action"):
            with self.slack.workspace.lock:
                self._enter(view, used)
            return Outcome(acked=True)
        return self.use(view, used)

    def _enter(self, view: View, used: Used) -> None:
        state = view.values.get(used.block["block_id"], {}).get(used.element["action_id"])
        if state is not None:
            state.update(used.selection)
            view.errors.pop(used.block["block_id"], None)
            self.slack.workspace.touch()

    def suggestions(self, where: Message | View, used: Used, typed: str) -> list[Json]:
        """What the app offers for the words typed into an external select."""
        with self.slack.workspace.lock:
            payload = payloads.suggestion(self.slack, self.user, where, used, typed)
        ack = self._send("block_suggestion", f"{self.user.real_name} looks for {typed!r}", payload)
        body = ack.body if isinstance(ack.body, dict) else {}
        groups = [group.get("options") or [] for group in body.get("option_groups") or []]
        return [*(body.get("options") or []), *(option for group in groups for option in group)]

    def submit(self, view: View) -> Outcome:
        """Send a modal off, unless Slack's own check of the fields says no."""
        self._must_be_able_to_use(view)
        with self.slack.workspace.lock:
            view.errors, view.problem = client_errors(view), ""
            self.slack.workspace.touch()
            payload = payloads.submission(self.slack, self.user, view)
        if view.errors:
            return Outcome(acked=False, errors=self._labelled(view))
        name = f"{self.user.real_name} submits {self.reader.text_object(view.title)!r}"
        ack = self._send("view_submission", name, payload)
        with self.slack.workspace.lock:
            apply_ack(self.slack, view, ack)
        return Outcome(ack.ok, notice=view.problem, errors=self._labelled(view))

    def close(self, view: View, *, everything: bool = False) -> Outcome:
        """Cancel a modal, or with the x the whole stack; the app hears of it if it asked to."""
        workspace, user_id = self.slack.workspace, self.user.id
        with workspace.lock:
            everything = everything or view.clear_on_close
            told = workspace.modals[user_id][0] if everything else view
            payload = payloads.closing(self.slack, self.user, told, is_cleared=everything)
            (close_all if everything else close_top)(workspace, user_id)
        if told.notify_on_close:
            self._send("view_closed", f"{self.user.real_name} closes a modal", payload)
        return Outcome(acked=True)

    def command(self, channel: Channel, name: str, typed: str) -> Outcome:
        """Type a slash command; one that the manifest does not declare never reaches the app."""
        declared = self.slack.app.manifest.command(name)
        if declared is None or not self.slack.app.use(["commands"]):
            return self._complain(f"{name} is not a valid command.")
        workspace = self.slack.workspace
        with workspace.lock:
            text = as_command_text(pieces(workspace, typed)) if declared.should_escape else typed
            payload = payloads.command(self.slack, self.user, channel, name, text)
        summary = f"{self.user.real_name} types {name} {typed}"[:120]
        ack = wait(
            self.slack.delivery.send("slash_commands", "slash_command", summary, payload),
            self.slack.delivery.ack_seconds,
        )
        if not ack.ok:
            return self._complain(f"{name} failed because the app did not respond.")
        return self._answered(channel, name, ack)

    def shortcut(self, name: str, message: Message | None = None) -> Outcome:
        """Use a shortcut by the name in its menu, on a message or from anywhere."""
        kind: Literal["global", "message"] = "message" if message else "global"
        declared = self.slack.app.manifest.shortcut(kind, name)
        if declared is None or not self.slack.app.use(["commands"]):
            raise AssertionError(f"there is no {kind} shortcut {name!r}")
        with self.slack.workspace.lock:
            payload = (
                payloads.message_shortcut(self.slack, self.user, declared.callback_id, message)
                if message
                else payloads.shortcut(self.slack, self.user, declared.callback_id)
            )
        ack = self._send(str(payload["type"]), f"{self.user.real_name} uses {name!r}", payload)
        return Outcome(acked=True) if ack.ok else self._complain(f"{name} {NO_ANSWER}")

    def heard(self, event: "Future[Ack] | None") -> bool:
        """Wait for an event that this person set off; False when the app did not take it."""
        return wait(event, self.slack.delivery.ack_seconds).ok

    def _must_be_able_to_use(self, where: Message | View) -> None:
        if self.user.deleted:
            raise AssertionError(f"{self.user.real_name} is deactivated and cannot do anything")
        if isinstance(where, Message):
            channel = self.slack.workspace.channels[where.channel]
            if not self.slack.workspace.may_see(self.user, channel):
                raise AssertionError(f"{self.user.real_name} does not see #{channel.name} any more")

    def _send(self, kind: str, summary: str, payload: Json) -> Ack:
        sent = self.slack.delivery.send("interactive", kind, summary[:120], payload)
        return wait(sent, self.slack.delivery.ack_seconds)

    def _answered(self, channel: Channel, name: str, ack: Ack) -> Outcome:
        body = {"text": ack.body} if isinstance(ack.body, str) else ack.body or {}
        workspace = self.slack.workspace
        place = ResponseUrl(self.user.id, channel.id, "", "", workspace.clock.now())
        try:
            with workspace.lock:
                message = show(self.slack, place, body, f"ack of {name}")
        except Refused as refused:
            workspace.violate(f"ack of {name}: {refused.error} {refused.extra}")
            return self._complain(f"{name} failed with the error {refused.error!r}")
        text = self.reader.mrkdwn(message.text) if message else ""
        shown = self.reader.blocks(message.blocks) if message else ""
        return Outcome(acked=True, text=shown or text)

    def _complain(self, sentence: str) -> Outcome:
        with self.slack.workspace.lock:
            self.slack.workspace.notify(self.user.id, sentence)
        return Outcome(acked=False, notice=sentence)

    def _labelled(self, view: View) -> dict[str, str]:
        labels = {b["block_id"]: self.reader.text_object(b.get("label")) for b in view.blocks}
        return {labels[block_id]: sentence for block_id, sentence in view.errors.items()}


def selection_of(element: Json, value: object) -> Json:
    """The state that an element gets when `value` is chosen or typed; empty text is no text."""
    if element["type"] == "overflow":
        return {"selected_option": value}
    state: Json = {KEYS[element["type"]]: None if value == "" else value}
    if element["type"] == "timepicker" and element.get("timezone"):
        state["timezone"] = element["timezone"]
    return state
