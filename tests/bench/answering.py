"""A process that answers Slack: the desk, or a Bolt app with one listener that does nothing.

Run as `python -m tests.bench.answering desk|nothing|whole`, with the desk's own environment
variables. The first two neither deliver nor ring alarms: only the way from envelope to ack is
measured. The third does all that a desk does, on a clock that begins at the bench's `NOW`.
"""

import os
import signal
import sys
import threading

from slack_bolt import Ack, App

from bot.__main__ import machine_clock
from bot.app import create_app
from bot.desk import Desk
from bot.settings import Settings, load_settings
from bot.slack_client import slack_client
from bot.socket_mode import SocketMode
from handlers.routes import Action
from store.database import Store
from store.rules.policy import Policy
from tests.bench.population import NOW


def _empty_app(settings: Settings) -> App:
    app = App(
        client=slack_client(settings, seconds=2),
        process_before_response=True,
        request_verification_enabled=False,
    )

    def nothing(ack: Ack) -> None:
        ack()

    app.action(Action.CLAIM.value)(nothing)
    return app


def _whole_desk(settings: Settings, policy: Policy, stopped: threading.Event) -> None:
    began = machine_clock()
    store = Store(settings.database_url, policy)
    desk = Desk(settings, store, lambda: NOW + (machine_clock() - began))
    desk.start()
    while not stopped.wait(1):
        pass
    desk.stop()


def main() -> None:
    """Answer until SIGTERM."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    settings, policy = load_settings(os.environ)
    if sys.argv[1] == "whole":
        _whole_desk(settings, policy, stopped)
        return
    if sys.argv[1] == "desk":
        app = create_app(settings, Store(settings.database_url, policy), machine_clock)
    else:
        app = _empty_app(settings)
    connection = SocketMode(app, settings)
    connection.open()
    while not stopped.wait(1):
        pass  # a signal that arrives just before a wait without end would be noticed after it
    connection.close()


if __name__ == "__main__":
    main()
