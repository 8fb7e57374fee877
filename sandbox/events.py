"""Events: what the app hears about without anyone having clicked."""

import secrets
from concurrent.futures import Future

from sandbox.company import APP_ID, BOT_USER_ID, TEAM_ID
from sandbox.delivery import Ack, Delivery
from sandbox.formats import message_json, view_json
from sandbox.installation import Installation
from sandbox.records import Channel, Json, Message
from sandbox.scopes import EVENT_SCOPES, MESSAGE_EVENTS
from sandbox.workspace import Workspace

VERIFICATION_TOKEN = "unused"  # noqa: S105 -- the old token; nobody checks it any more


class Events:
    """Tells the app what it is subscribed to, has the scope for, and may know."""

    def __init__(self, workspace: Workspace, app: Installation, delivery: Delivery) -> None:
        self._workspace = workspace
        self._app = app
        self._delivery = delivery

    def emit(self, subscription: str, event: Json, summary: str = "") -> "Future[Ack] | None":
        """Send an event; None when the app does not listen to it or lacks the scope."""
        app = self._app
        if app.is_revoked or subscription not in app.manifest.bot_events:
            return None
        if not app.use(EVENT_SCOPES.get(subscription, ())):
            return None
        stamped = {**event, "event_ts": event.get("ts") or self._workspace.new_ts()}
        kind = str(event["type"])
        return self._delivery.send("events_api", kind, summary or kind, self._wrap(stamped))

    def _wrap(self, event: Json) -> Json:
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(self._workspace.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{secrets.token_hex(12)}",
        }

    def opened_app(self, user_id: str, dm_id: str, tab: str) -> "Future[Ack] | None":
        """Somebody looks at the Home or Messages tab; `view` is missing until one is published."""
        home = self._workspace.homes.get(user_id)
        event: Json = {"type": "app_home_opened", "user": user_id, "channel": dm_id, "tab": tab}
        if tab == "home" and home:
            event["view"] = view_json(home)
        return self.emit("app_home_opened", event, f"app_home_opened ({tab})")

    # Messages

    def posted(self, message: Message) -> "Future[Ack] | None":
        """A new message, the bot's own ones included."""
        channel = self._heard_in(message)
        if channel is None:
            return None
        shown = message_json(self._workspace, message)
        if message.broadcast:
            parent = self._workspace.message(channel.id, message.root_ts)
            shown["root"] = message_json(self._workspace, parent) if parent else {}
        return self._emit_message(channel, shown, message.text)

    def mentioned(self, message: Message) -> "Future[Ack] | None":
        """A message of a person that names the bot in a channel: told beside `posted`."""
        channel = self._heard_in(message)
        if channel is None or channel.is_im or f"<@{BOT_USER_ID}>" not in message.text:
            return None
        shown = message_json(self._workspace, message)
        return self.emit("app_mention", {**shown, "type": "app_mention", "channel": channel.id})

    def edited(self, message: Message, before: Json) -> "Future[Ack] | None":
        """A message changed; `before` is its JSON from before the change."""
        return self._hidden(
            message,
            "message_changed",
            {"message": message_json(self._workspace, message), "previous_message": before},
        )

    def deleted(self, message: Message, before: Json) -> "Future[Ack] | None":
        """A message is gone; a parent with replies comes as a change into a tombstone instead."""
        if message.subtype == "tombstone":
            return self.edited(message, before)
        return self._hidden(
            message, "message_deleted", {"deleted_ts": message.ts, "previous_message": before}
        )

    def _hidden(self, message: Message, subtype: str, parts: Json) -> "Future[Ack] | None":
        channel = self._heard_in(message)
        if channel is None:
            return None
        ts = self._workspace.new_ts()
        event = {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, **parts}
        return self._emit_message(channel, event, subtype)

    def _emit_message(self, channel: Channel, event: Json, summary: str) -> "Future[Ack] | None":
        event = {**event, "channel": channel.id, "channel_type": channel.kind}
        return self.emit(MESSAGE_EVENTS[channel.kind], event, summary[:80])

    def _heard_in(self, message: Message) -> Channel | None:
        """The channel, when the bot is there to hear; nobody but its reader hears an ephemeral."""
        channel = self._workspace.channels[message.channel]
        heard = self._workspace.bot_is_in(channel) and not message.is_ephemeral
        return channel if heard else None
