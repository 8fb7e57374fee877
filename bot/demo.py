"""`deskbell demo`: the real desk on one side, a local Slack on the other, a page to see both."""

import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.markup import escape

from bot.desk import Desk, open_desk
from bot.held_database import HeldDatabase
from bot.log import start_logging
from bot.settings import Settings
from sandbox.clock import SandboxClock
from sandbox.company import sample_company
from sandbox.outages import Outage
from sandbox.page.serve import serve
from sandbox.server import Sandbox
from store import alarms
from store.rules.policy_file import load_policy

HOST: Final = "127.0.0.1"
POLICY: Final = Path(__file__).with_name("demo.toml")
MANIFEST: Final = Path(__file__).parent.parent / "manifest.yml"
PORTS_TRIED: Final = 50
DATABASE: Final = "deskbell.db"


def demo(data: Path, *, port: int, say: Callable[[str], None]) -> None:
    """Run until Ctrl-C, with everything kept in `data`; `say` prints rich markup."""
    data.mkdir(parents=True, exist_ok=True)
    start_logging("WARNING")
    clock = SandboxClock()
    sandbox = Sandbox(MANIFEST, sample_company(), clock, data)
    with sandbox:
        desk = open_desk(
            _settings(sandbox, data), load_policy(POLICY.read_text("utf-8")), clock.now
        )
        desk.start()
        held = HeldDatabase(data / DATABASE)
        sandbox.outages.append(_database_outage(held))
        try:
            free = _free_port(port)
            if free != port:
                say(f"Port {port} is taken, so this is on port {free}.")
            say(f"\n  Deskbell is open: [bold]http://{HOST}:{free}[/]\n")
            say("  Act as Karen and type [bold]/ticket[/]; act as John and press [bold]Claim[/].")
            say("  Ctrl-C stops it; the next start goes on with the same data.\n")
            serve(
                sandbox,
                host=HOST,
                port=free,
                next_alarm=lambda: _next_alarm(desk),
                on_skip=desk.hurry,
            )
        finally:
            held.let_go()
            desk.stop()
            desk.store.close()
    say(f"Stopped. Everything is kept in {escape(str(data))}.")


def _settings(sandbox: Sandbox, data: Path) -> Settings:
    return Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": f"sqlite:///{data / DATABASE}",
        }
    )


def _database_outage(held: HeldDatabase) -> Outage:
    return Outage(
        "Database stuck",
        "The desk can read its database, but write nothing, until you switch this off.",
        "The desk's database takes nothing",
        begin=held.hold,
        end=held.let_go,
    )


def _next_alarm(desk: Desk) -> datetime | None:
    with desk.store.snapshot() as session:
        return alarms.next_due(session)


def _free_port(wanted: int) -> int:
    """The wanted port, or the next that nobody listens on."""
    for port in range(wanted, wanted + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port between {wanted} and {wanted + PORTS_TRIED}")
