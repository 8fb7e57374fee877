"""Signed HTTP instead of Socket Mode: the same app behind an address of its own."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient

from sandbox import Sandbox
from tests.sandbox.kit import modal
from tests.sandbox.setting import bolt_app, client_of, error_of, manifest_with, new_sandbox

Body = dict[str, Any]
URL = "https://desk.example.com/slack/events"


@contextmanager
def serving(app: App) -> Iterator[str]:
    """The Bolt app behind a plain web server; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        """Hands every request to Bolt."""

        def do_POST(self) -> None:
            """One request of Slack."""
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers: dict[str, str | Sequence[str]] = dict(self.headers.items())
            reply = app.dispatch(BoltRequest(body=body, headers=headers))
            self.send_response(reply.status)
            for name, values in reply.headers.items():
                self.send_header(name, values[0])
            self.end_headers()
            self.wfile.write(reply.body.encode())

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def http_sandbox() -> Sandbox:
    """A sandbox whose manifest uses request URLs."""
    manifest = manifest_with(socket_mode_enabled=False)
    manifest["settings"]["event_subscriptions"]["request_url"] = URL
    manifest["settings"]["interactivity"]["request_url"] = URL
    for command in manifest["features"]["slash_commands"]:
        command["url"] = URL
    return new_sandbox(manifest, seconds_to_answer=0.5)


def test_commands_forms_and_events_arrive_signed_and_are_answered() -> None:
    with http_sandbox() as sandbox:
        app, heard = bolt_app(sandbox), []

        @app.command("/ticket")
        def ask(ack: Ack, body: Body, client: WebClient) -> None:
            if body["text"]:
                ack("Hello")
                return
            client.views_open(trigger_id=body["trigger_id"], view=modal())
            ack()

        @app.view("form")
        def sent(ack: Ack) -> None:
            ack(response_action="errors", errors={"summary": "Say more."})

        @app.event("message")
        def message(event: Body) -> None:
            heard.append(event["text"])

        with serving(app) as address:
            sandbox.http.request_url = address
            karen = sandbox.person("Karen")
            assert karen.types("/ticket hello").text == "Hello"
            assert karen.types("/ticket").ok
            assert karen.modal
            karen.modal.fill("Summary", "VPN")
            assert karen.modal.submit().errors == {"Summary": "Say more."}
            karen.says("it is urgent")

        assert heard == ["it is urgent"]


def test_a_wrong_signing_secret_is_refused_by_the_app() -> None:
    with http_sandbox() as sandbox:
        app = bolt_app(sandbox)
        app.command("/ticket")(lambda ack: ack())
        sandbox.app.signing_secret = "another"
        with serving(app) as address:
            sandbox.http.request_url = address

            outcome = sandbox.person("Karen").types("/ticket")

        assert outcome.notice == "/ticket failed because the app did not respond."
        assert sandbox.wire.of("slash_command")[0].outcome == "refused"


def test_a_failing_event_comes_again_with_the_reason_in_its_headers() -> None:
    with http_sandbox() as sandbox:
        tries: list[tuple[str, str]] = []

        class Refusing(BaseHTTPRequestHandler):
            """Answers 500 and takes no repetition after the second try."""

            def do_POST(self) -> None:
                """One try."""
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                tries.append((event["event_id"], self.headers.get("x-slack-retry-reason", "")))
                self.send_response(500)
                if len(tries) > 1:
                    self.send_header("x-slack-no-retry", "1")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing to say."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        sandbox.http.request_url = f"http://127.0.0.1:{server.server_port}"

        sandbox.person("Karen").says("hello")
        assert sandbox.workspace.wait_for(lambda: len(sandbox.wire.of("message")) == 2, 3)
        sandbox.workspace.wait_for(lambda: sandbox.wire.of("message")[1].took_ms is not None, 3)
        server.shutdown()
        server.server_close()
        thread.join()

        assert [reason for _, reason in tries] == ["", "http_error"]
        assert len({event_id for event_id, _ in tries}) == 1


def test_socket_mode_is_off_when_the_manifest_says_so() -> None:
    with http_sandbox() as sandbox:
        client = client_of(sandbox, sandbox.app_token)

        refused = error_of(client.apps_connections_open, app_token=sandbox.app_token)
        assert refused == "not_allowed_token_type"


def test_without_an_answering_address_a_command_fails_at_once() -> None:
    with http_sandbox() as sandbox:
        sandbox.http.request_url = "http://127.0.0.1:9"

        assert not sandbox.person("Karen").types("/ticket").ok
