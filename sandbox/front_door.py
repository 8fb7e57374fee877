"""The HTTP side of the local Slack: what answers when the app calls."""

import asyncio
import json
import time

from aiohttp import web

from sandbox.answering import post_to_response_url
from sandbox.faults import Fault
from sandbox.file_door import FileDoor
from sandbox.interactions import Refused
from sandbox.late_calls import LateCalls
from sandbox.records import Json
from sandbox.slack import Slack
from sandbox.web_api.dispatch import Reply, Request, answer, begin, finish, too_many

SIGN_IN = "<html><body>Sign in to your workspace</body></html>"
UPLOAD_MOST = 2**30
"""Slack takes a gigabyte."""

BROKEN_PAGE = "<html><body>upstream unavailable</body></html>"


class FrontDoor:
    """Routes of the server."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._late = LateCalls(slack)
        self._files = FileDoor(slack)

    def application(self) -> web.Application:
        """The aiohttp application with all routes."""
        app = web.Application(client_max_size=UPLOAD_MOST)
        app.router.add_route("*", "/api/{method}", self.call)
        app.router.add_get("/link/", self._slack.socket_mode.handle)
        app.router.add_post("/hooks/{token}", self.hook)
        app.router.add_get("/files-pri/{file}/{rest:.+}", self.download)
        app.router.add_post("/upload/v1/{file}", self.upload)
        return app

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of the Web API, with whatever fault was ordered for it."""
        started = time.monotonic()
        asked = await _read_call(request)
        channel = str(asked.args.get("channel") or "")
        fault = self._slack.faults.for_call(asked.method, channel)
        entry = begin(self._slack, asked)
        reply = _spoiled_before(fault) if fault else None
        note = f"fault: {fault.kind}" if fault else ""
        if fault is not None and fault.kind == "late":
            self._late.put_off(asked, fault.seconds)
        elif reply is None and (fault is None or fault.kind != "hang up before"):
            reply = answer(self._slack, asked)
        finish(self._slack, entry, reply or Reply({}), started, note)
        if fault is not None and reply is not None:
            reply = await _spoil_after(fault, reply)
        return _hang_up(request) if reply is None else _respond(reply)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """What a file holds, for the app's own token; everybody else gets a page to sign in."""
        asked = request.headers.get("Authorization", "").removeprefix("Bearer ")
        body = self._files.download(request.match_info["file"].partition("-")[2], asked)
        if body is None:
            return web.Response(text=SIGN_IN, content_type="text/html")
        return web.Response(body=body, content_type="application/octet-stream")

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The second step of an upload, answered in plain text."""
        status, said = self._files.upload(request.match_info["file"], await request.read())
        return web.Response(status=status, text=said)

    async def hook(self, request: web.Request) -> web.StreamResponse:
        """A post to a response URL."""
        started = time.monotonic()
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        entry = begin(self._slack, Request("response_url", "", body, is_json=True))
        reply = Reply({"ok": True})
        try:
            post_to_response_url(self._slack, request.match_info["token"], body)
        except Refused as refused:
            reply = Reply({"ok": False, "error": refused.error, **refused.extra}, 404)
        finish(self._slack, entry, reply, started)
        fault = self._slack.faults.for_hook()
        return _respond((await _spoil_after(fault, reply) if fault else None) or reply)


async def _read_call(request: web.Request) -> Request:
    is_json = request.content_type == "application/json"
    args: Json = dict(request.query)
    if is_json:
        args |= await _json_body(request)
    elif request.method == "POST":
        args |= {
            key: value for key, value in (await request.post()).items() if isinstance(value, str)
        }
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    token = str(args.pop("token", "") or "") or token
    return Request(request.match_info["method"], token, args, is_json)


async def _json_body(request: web.Request) -> Json:
    text = await request.text()
    try:
        parsed = json.loads(text or "{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _spoiled_before(fault: Fault) -> Reply | None:
    if fault.kind == "ratelimited":
        return too_many(fault.seconds)
    if fault.kind == "status":
        return Reply({}, fault.status)
    if fault.kind == "error":
        return Reply({"ok": False, "error": fault.error})
    return None


async def _spoil_after(fault: Fault, reply: Reply) -> Reply | None:
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "status after":
        return Reply({}, fault.status)
    if fault.kind == "error after":
        return Reply({"ok": False, "error": fault.error})
    return None if fault.kind == "hang up after" else reply


def _respond(reply: Reply) -> web.Response:
    if not reply.body:
        return web.Response(status=reply.status, text=BROKEN_PAGE, content_type="text/html")
    return web.json_response(reply.body, status=reply.status, headers=reply.headers)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
