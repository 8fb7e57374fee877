"""A labelled sample: 60 questions as people type them, and 300 tickets, five to a question."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine, insert

from store.models import Ticket
from store.rules.lifecycle import Status
from tests.bench.population import NOW


@dataclass(frozen=True)
class Labelled:
    """Something that somebody types, and the summaries of the tickets about the same thing."""

    asked: str
    about_the_same: tuple[str, ...]


def labelled() -> list[Labelled]:
    """The sample in the order of the file."""
    text = Path(__file__).with_suffix(".txt").read_text("utf-8")
    groups = [group.strip().splitlines() for group in text.split("\n\n") if "?" in group]
    return [
        Labelled(first.removeprefix("? "), tuple(rest))
        for first, *rest in groups
        if first.startswith("? ")
    ]


def open_tickets(url: URL, said: Iterable[tuple[str, str]]) -> None:
    """A new ticket for every summary and its details; the database fills the index."""
    engine = create_engine(url)
    rows = [
        {
            "summary": summary,
            "details": details,
            "status": Status.NEW,
            "topic": "general",
            "severity": "sev_c",
            "team": "it",
            "requester": f"U0P{10_000 + number % 2000}",
            "opened_at": NOW,
            "changed_at": NOW,
        }
        for number, (summary, details) in enumerate(said)
    ]
    with engine.begin() as connection:
        for start in range(0, len(rows), 5000):
            connection.execute(insert(Ticket), rows[start : start + 5000])
    engine.dispose()
