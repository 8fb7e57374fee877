"""`python -m tests.soak`: three replicas, a crowd and a nemesis; ends with a verdict."""

import argparse
import os
import resource
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from bot.running import leave_alone_what_stays
from tests.postgres import postgres_server
from tests.soak.run import Plan, Verdict, soak

ACCIDENTS: Final = 3
"""So many before it are told with what went wrong; all that was done and found is in the folder."""

screen = Console(highlight=False)


def main() -> int:
    """0 when nothing was lost, doubled, out of order or won twice."""
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("--seconds", type=float, default=600, help="how long things break")
    asked.add_argument("--actions", type=int, default=50_000, help="it ends earlier with so many")
    asked.add_argument("--crews", type=int, default=40, help="teams that work at once, 98 at most")
    asked.add_argument("--rounds", type=int, default=3, help="of being claimed, per ticket")
    asked.add_argument("--seed", type=int, default=0, help="decides what breaks when")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="deskbell-soak-"))
    screen.print(f"History and logs are kept in {folder}.")
    leave_alone_what_stays()
    plan = Plan(given.seconds, given.actions, given.crews, given.rounds, given.seed)
    with postgres_server() as server, server.database() as url, screen.status("…") as status:
        verdict = soak(url, folder, plan, status.update)
    _tell(verdict)
    _tell_cost()
    return 1 if verdict.findings else 0


def _tell(verdict: Verdict) -> None:
    count = verdict.actions.total()
    screen.print(
        f"{count:,} actions in {verdict.seconds:.0f} s, {count / verdict.seconds:.0f} a second on "
        f"{os.cpu_count()} cores: {dict(verdict.actions)}"
    )
    screen.print(f"Answers: {dict(verdict.answers)}")
    screen.print(f"{sum(verdict.accidents.values())} accidents: {verdict.accidents}")
    screen.print(
        f"{verdict.events:,} audit events, {verdict.alarms:,} alarms and calls that rang, "
        f"{verdict.posts:,} messages in Slack; at rest {verdict.seconds_to_rest:.0f} s after the "
        "last accident."
    )
    for finding in verdict.findings:
        screen.print(f"✗ {finding.sin}: {finding.told}")
        if finding.at is not None:
            screen.print(f"  at {_clock(finding.at)}{_before(verdict, finding.at)}")
    if not verdict.findings:
        screen.print("Nothing lost, nothing twice, everything in order.")


def _tell_cost() -> None:
    """Until the end of all, waiting included; PostgreSQL is not counted."""
    ours, theirs = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    screen.print(
        f"Processor time: {ours.ru_utime + ours.ru_stime:.0f} s for Slack and the crowd, "
        f"{theirs.ru_utime + theirs.ru_stime:.0f} s for the replicas."
    )


def _before(verdict: Verdict, at: float) -> str:
    """The last things that had happened by then."""
    accidents = [accident for accident in verdict.noted if accident.at <= at][-ACCIDENTS:]
    return "".join(f", after {each.what} {_clock(each.at)}" for each in accidents)


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S.%f}"[:-3]


if __name__ == "__main__":
    sys.exit(main())
