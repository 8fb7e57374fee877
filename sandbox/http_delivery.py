"""Signed HTTP: the other way to the app, when its manifest does not use Socket Mode."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.delivery import Ack, Envelope
from sandbox.installation import Installation
from sandbox.records import Json


class HttpDelivery:
    """Posts to the addresses in the manifest; `request_url` overrides them all when set."""

    def __init__(self, app: Installation) -> None:
        self.request_url = ""
        self._app = app
        self._session: ClientSession | None = None

    async def carry(self, envelope: Envelope, seconds: float) -> Ack:
        """Post one payload and read the answer; anything but 2xx counts as refused."""
        url = self.request_url or self._url_for(envelope)
        if not url:
            return Ack("no connection", reason="connection_failed")
        body, headers = _body(envelope)
        headers |= self._signature(body) | _retry_headers(envelope)
        self._session = self._session or ClientSession()
        timeout = ClientTimeout(total=seconds)
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=timeout
            ) as reply:
                text = await reply.text()
                retry = reply.headers.get("x-slack-no-retry") != "1"
                if not reply.ok:
                    return Ack("refused", reason="http_error", may_retry=retry)
                return Ack("acked", _read(text))
        except TimeoutError:
            return Ack("timeout", reason="http_timeout")
        except ClientError:
            return Ack("no connection", reason="connection_failed")

    async def close(self) -> None:
        """Give the connections back."""
        if self._session:
            await self._session.close()
            self._session = None

    def _url_for(self, envelope: Envelope) -> str:
        manifest = self._app.manifest
        if envelope.type == "events_api":
            return manifest.settings.event_subscriptions.request_url or ""
        if envelope.type == "slash_commands":
            command = manifest.command(str(envelope.payload["command"]))
            return (command.url if command else "") or ""
        interactivity = manifest.settings.interactivity
        if envelope.kind == "block_suggestion":
            return interactivity.message_menu_options_url or ""
        return interactivity.request_url or ""

    def _signature(self, body: bytes) -> dict[str, str]:
        # The receiver compares with the machine's clock, so the sandbox's time must not be used.
        timestamp = str(int(time.time()))
        base = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new(self._app.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}


def _body(envelope: Envelope) -> tuple[bytes, dict[str, str]]:
    if envelope.type == "events_api":
        return json.dumps(envelope.payload).encode(), {"content-type": "application/json"}
    form = (
        envelope.payload
        if envelope.type == "slash_commands"
        else {"payload": json.dumps(envelope.payload)}
    )
    return urlencode(form).encode(), {"content-type": "application/x-www-form-urlencoded"}


def _retry_headers(envelope: Envelope) -> dict[str, str]:
    if not envelope.retry_attempt:
        return {}
    return {
        "x-slack-retry-num": str(envelope.retry_attempt),
        "x-slack-retry-reason": envelope.retry_reason,
    }


def _read(text: str) -> Json | str | None:
    try:
        parsed = json.loads(text)
    except ValueError:
        return text or None
    return parsed if isinstance(parsed, dict) else text
