"""`python -m tests.soak`: three replicas, a crowd and a nemesis; ends with a verdict."""

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.postgres import postgres_server
from tests.soak.run import Verdict, soak

screen = Console(highlight=False)


def main() -> int:
    """0 when nothing was lost, doubled, out of order or won twice."""
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("--seconds", type=float, default=600, help="how long things break")
    asked.add_argument("--crews", type=int, default=30, help="teams that work at once")
    asked.add_argument("--seed", type=int, default=0, help="decides what breaks when")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="deskbell-soak-"))
    screen.print(f"History and logs are kept in {folder}.")
    with postgres_server() as server, server.database() as url, screen.status("…") as status:
        verdict = soak(
            url,
            folder,
            seconds=given.seconds,
            crews=given.crews,
            seed=given.seed,
            say=status.update,
        )
    _tell(verdict)
    return 1 if verdict.findings else 0


def _tell(verdict: Verdict) -> None:
    screen.print(f"{verdict.actions.total():,} actions: {dict(verdict.actions)}")
    screen.print(f"Answers: {dict(verdict.answers)}")
    screen.print(f"Accidents: {verdict.accidents}")
    screen.print(
        f"{verdict.events:,} audit events, {verdict.posts:,} messages in Slack; at rest "
        f"{verdict.seconds_to_rest:.0f} s after the last accident."
    )
    for finding in verdict.findings:
        screen.print(f"✗ {finding.sin}: {finding.told}")
    if not verdict.findings:
        screen.print("Nothing lost, nothing twice, everything in order.")


if __name__ == "__main__":
    sys.exit(main())
