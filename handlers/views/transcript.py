"""A ticket from beginning to end as a file, to keep or to hand on: Markdown or a web page.

What people typed stands in it word for word, where neither format finds anything to obey.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.views import facts
from handlers.views.lines import line, remarks
from handlers.views.words import Mention, Moment, Piece, Sign, Words, phrase, written
from store.audit import DESK, Event
from store.models import Answer, AuditEvent, Entry, Reply, Ticket
from store.rules.lifecycle import Status
from store.rules.policy import Policy

MARKDOWN: Final = "md"
WEB_PAGE: Final = "html"

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_TICKS: Final = re.compile(r"`{3,}")
_FOR_REQUESTERS: Final = {
    Event.OPENED: "The request was opened.",
    Event.RESOLVED: "It was resolved.",
    Event.CONFIRMED: "It was closed.",
    Event.CLOSED: "It was closed.",
    Event.CLOSED_QUIET: "It was closed.",
    Event.REOPENED: "It was opened again.",
}
"""What the requester's side was told of; who did it, and why, stays with the agents."""

_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;max-width:48em;margin:2em auto;padding:0 1em}"
    "pre{white-space:pre-wrap;font:inherit;border-left:3px solid #bbb;margin:.3em 0 1em;"
    "padding-left:1em}time{color:#666}"
)


@dataclass(frozen=True)
class Part:
    """One thing that happened, and what was said with it."""

    at: datetime
    told: str
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Transcript:
    """Everything in it, before it takes a form."""

    title: str
    facts: Sequence[tuple[str, str]]
    request: Sequence[str]
    parts: Sequence[Part]
    zone: str


def for_agents(
    ticket: Ticket,
    policy: Policy,
    *,
    events: Sequence[AuditEvent],
    entries: Sequence[Entry],
    name_of: Callable[[str], str],
    zone: str,
) -> Transcript:
    """Every event with every remark and note."""
    words = {entry.id: entry.text for entry in entries}

    def who(user: str) -> Piece:
        return Words("The desk" if user == DESK else name_of(user))

    def part(event: AuditEvent) -> Part:
        entry = (event.changes.get("entry") or [None, None])[1]
        said = [words[entry]] if entry in words else []
        told = _plain(line(event, policy, who), name_of, zone)
        return Part(event.at, told, [*remarks(event), *said])

    about = [*_facts(ticket, policy, name_of), *_inner_facts(ticket, policy, name_of)]
    return _transcript(ticket, about, [part(event) for event in events], zone)


def for_requester(
    ticket: Ticket,
    policy: Policy,
    *,
    events: Sequence[AuditEvent],
    conversation: Sequence[Reply | Answer],
    name_of: Callable[[str], str],
    zone: str,
) -> Transcript:
    """What they asked, what was said to each other, and how it went. Holds nothing internal."""
    if not all(isinstance(words, Reply | Answer) for words in conversation):
        raise TypeError("a requester never reads internal notes")
    team = facts.team_name(policy, ticket.team)

    def author(words: Reply | Answer) -> str:
        hidden = isinstance(words, Reply) and not policy.agents_named
        return f"The {team} team" if hidden else name_of(words.author)

    parts = [
        *(Part(e.at, _FOR_REQUESTERS[Event(e.kind)]) for e in events if e.kind in _FOR_REQUESTERS),
        *(Part(w.at, f"{author(w)} wrote:", [w.text]) for w in conversation),
    ]
    about = _facts(ticket, policy, name_of)
    return _transcript(ticket, about, sorted(parts, key=lambda each: each.at), zone)


def here_it_is(ticket: Ticket, *, whole: bool, at: datetime) -> list[Piece]:
    """The message that brings it."""
    holds = "everything, notes included: for agents only" if whole else "what we said to each other"
    return phrase(
        "Here is the transcript of ticket *{number}*, *{summary}*, as of {when}. It holds {holds}.",
        number=ticket.number, summary=facts.summary(ticket), when=Moment(at), holds=holds,
    )  # fmt: skip


def markdown(transcript: Transcript) -> str:
    """For editors and wikis; words stand in fences that they cannot close."""
    zone = transcript.zone
    told = [f"# {_marked(transcript.title)}", ""]
    told += [f"- {_marked(label)}: {_marked(value)}" for label, value in transcript.facts]
    told += ["", "## The request", "", *(_fenced(words) for words in transcript.request)]
    told += ["", "## What happened", ""]
    for part in transcript.parts:
        told += [f"**{_marked(written(part.at, zone))}** {_marked(part.told)}", ""]
        told += [f"{_fenced(words)}\n" for words in part.words]
    return "\n".join(told).rstrip() + "\n"


def web_page(transcript: Transcript) -> str:
    """For a browser, and for paper; it loads nothing and runs nothing."""
    title, zone = html.escape(transcript.title), transcript.zone
    told = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>',
        f"<style>{_STYLE}</style><h1>{title}</h1><ul>",
        *(f"<li>{html.escape(f'{label}: {value}')}" for label, value in transcript.facts),
        "</ul><h2>The request</h2>",
        *(_quoted(words) for words in transcript.request),
        "<h2>What happened</h2>",
    ]
    for part in transcript.parts:
        when = html.escape(written(part.at, zone))
        told.append(f"<p><time>{when}</time> {html.escape(part.told)}</p>")
        told += [_quoted(words) for words in part.words]
    return "\n".join([*told, "</html>", ""])


FORMS: Final[dict[str, Callable[[Transcript], str]]] = {MARKDOWN: markdown, WEB_PAGE: web_page}


def _transcript(
    ticket: Ticket, about: Sequence[tuple[str, str]], parts: Sequence[Part], zone: str
) -> Transcript:
    asked = [f"{question} {answer}" for question, answer in ticket.answers.items()]
    request = [words for words in (ticket.details, *asked) if words]
    return Transcript(f"Ticket {ticket.number}: {ticket.summary}", about, request, parts, zone)


def _facts(ticket: Ticket, policy: Policy, name_of: Callable[[str], str]) -> list[tuple[str, str]]:
    told = [
        ("Status", Status(ticket.status).label),
        ("Severity", facts.severity_name(policy, ticket.severity)),
        ("Topic", facts.topic_name(policy, ticket.topic)),
        ("Requester", name_of(ticket.requester)),
    ]
    return [*told, ("Affected", name_of(ticket.affected))] if ticket.affected else told


def _inner_facts(
    ticket: Ticket, policy: Policy, name_of: Callable[[str], str]
) -> list[tuple[str, str]]:
    known = (
        ("Team", facts.team_name(policy, ticket.team)),
        ("Assignee", ticket.assignee and name_of(ticket.assignee)),
        ("How to reach them", ticket.contact),
    )
    return [(label, value) for label, value in known if value]


def _plain(pieces: Sequence[Piece], name_of: Callable[[str], str], zone: str) -> str:
    """A sentence without anything that only Slack can show."""

    def text(piece: Piece) -> str:
        match piece:
            case Words():
                return piece.text
            case Mention():
                return name_of(piece.user)
            case Moment():
                return written(piece.at, zone)
            case Sign():
                return ""

    return "".join(map(text, pieces))


def _marked(text: str) -> str:
    """One line, literally."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _fenced(text: str) -> str:
    longest = max((len(run) for run in _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _quoted(text: str) -> str:
    return f"<pre>{html.escape(text)}</pre>"
