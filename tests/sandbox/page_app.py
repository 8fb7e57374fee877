"""A sandbox with an app of a few lines and the page, as a process of its own for the browser."""

import sys
from typing import Any

from nicegui import app as nicegui_app
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox import Sandbox, SandboxClock, sample_company
from sandbox.page.serve import serve


def main(port: int) -> None:
    """Serve until SIGINT; says "ready" before and "stopped in order" after."""
    clock = SandboxClock()
    with Sandbox(_manifest(), sample_company(), clock) as sandbox:
        client = WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        handler = SocketModeHandler(_app(client, clock), sandbox.app_token, web_client=client)
        handler.client.connect()
        sandbox.wait_until_connected()
        nicegui_app.on_startup(_say_ready)
        serve(sandbox, host="127.0.0.1", port=port, next_alarm=clock.now)
        handler.client.close()
    sys.stdout.write("stopped in order\n")


def _say_ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def _manifest() -> dict[str, Any]:
    commands = ("/ticket", "/card", "/clock")
    return {
        "display_information": {"name": "Small app"},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "smallapp"},
            "slash_commands": [{"command": one, "description": one} for one in commands],
        },
        "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "im:write"]}},
        "settings": {
            "event_subscriptions": {"bot_events": ["app_home_opened"]},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _input(block_id: str, label: str, **element: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label),
        "element": {"action_id": block_id, **element},
    }


def _form(*extra: dict[str, Any]) -> dict[str, Any]:
    topics = [{"text": _plain(name), "value": name} for name in ("Printer", "Access")]
    groups = [{"label": _plain("Often asked"), "options": topics}]
    topic = _input("topic", "Topic", type="static_select", option_groups=groups)
    blocks = [
        _input("summary", "Summary", type="plain_text_input"),
        topic | {"dispatch_action": True},
        *extra,
    ]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": _plain("New ticket"),
        "submit": _plain("Send"),
        "blocks": blocks,
    }


def _card(status: str) -> list[dict[str, Any]]:
    button = {
        "type": "button",
        "text": _plain("Claim"),
        "action_id": "claim",
        "style": "primary",
    }
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": status, "verbatim": True}},
        {"type": "actions", "elements": [button]},
    ]


def _app(client: WebClient, clock: SandboxClock) -> App:
    app = App(client=client, process_before_response=True, signing_secret="none needed")
    app.command("/ticket")(_open_form)
    app.action("topic")(_ask_more)
    app.view("form")(_take_form)
    app.command("/card")(_post_card)
    app.action("claim")(_redraw_card)
    app.event("app_home_opened")(_publish_home)

    @app.command("/clock")
    def tell_time(ack: Ack) -> None:
        ack(f"It is {clock.now():%H:%M:%S}")

    return app


def _open_form(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    client.views_open(trigger_id=body["trigger_id"], view=_form())
    ack()


def _ask_more(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    choices = [{"text": _plain(name), "value": name} for name in ("Yes", "Not yet")]
    question = "Have you tried restarting?"
    extra = _input("restart", question, type="radio_buttons", options=choices)
    client.views_update(view_id=body["view"]["id"], view=_form(extra))
    ack()


def _take_form(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    said = view["state"]["values"]["summary"]["summary"]["value"]
    block = {"type": "section", "text": _plain(f"We have it: {said}")}
    for channel in (body["user"]["id"], "C0HELPDESK2"):
        client.chat_postMessage(channel=channel, text="New ticket", blocks=[block])
    ack()


def _post_card(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    client.chat_postMessage(channel=body["channel_id"], text="Card", blocks=_card("open"))
    ack()


def _redraw_card(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    client.chat_update(
        channel=body["channel"]["id"],
        ts=body["message"]["ts"],
        text="Card",
        blocks=_card(f"claimed by <@{body['user']['id']}>"),
        parse="none",
    )
    ack()


def _publish_home(ack: Ack, event: dict[str, Any], client: WebClient) -> None:
    words = {"type": "mrkdwn", "text": f"Hello <@{event['user']}>", "verbatim": True}
    block = {"type": "section", "text": words}
    client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})
    ack()


if __name__ == "__main__":
    main(int(sys.argv[1]))
