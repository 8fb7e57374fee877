"""What deskbell.toml says twice, never or both ways: each part is fine, together they are not."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from store.rules import hours, public_holidays
from store.rules.durations import spell
from store.rules.policy import Calendar, Level, Policy, Question, Quiet, Severity
from store.rules.policy_ending_mistakes import ending_mistakes
from store.rules.policy_mistakes import Finding, Path

_IN_TURN: Final = ("round_robin", "fewest_open")
_ZERO: Final = timedelta(0)
_FOUR_YEARS: Final = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
_TARGETS: Final = ("first_response", "resolution", "next_response", "update_every")
_WITH_OPTIONS: Final = ("choice", "several")
_CHOICES: Final = range(2, 101)
"""A Slack menu holds at most 100 options."""


def contradictions(policy: Policy, mistaken: Iterable[str] = ()) -> Iterator[Finding]:
    """Find what cannot be meant. Tables in `mistaken` hold other mistakes, so that nothing can be
    concluded from what they lack.
    """
    for tables, check in _CHECKS:
        if not set(tables) & set(mistaken):
            yield from check(policy)


def _targets(policy: Policy) -> Iterator[Finding]:
    for key, severity in policy.severities.items():
        for name in _TARGETS:
            if (length := getattr(severity, name)) is not None and length <= _ZERO:
                fix = 'a target must be longer than nothing; write at least "1 min".'
                yield Finding(("severities", key, name), fix)
        if severity.first_response > severity.resolution:
            yield Finding(
                ("severities", key, "first_response"),
                "the first response would be due after the resolution "
                f"({spell(severity.resolution)}); make it shorter, or the resolution longer.",
            )


def _twins(policy: Policy) -> Iterator[Finding]:
    """People could not tell these apart."""
    for table in ("teams", "topics", "severities", "canned"):
        names = {key: part.name.casefold() for key, part in getattr(policy, table).items()}
        yield from _repeated(table, "name", names)
    severities = policy.severities.items()
    said = {key: each.urgency.casefold() for key, each in severities if each.urgency}
    yield from _repeated("severities", "urgency", said)
    yield from _repeated("severities", "rank", {key: str(each.rank) for key, each in severities})


def _repeated(table: str, field: str, values: dict[str, str]) -> Iterator[Finding]:
    counts = Counter(values.values())
    for key, value in values.items():
        twins = [other for other, same in values.items() if same == value and other != key]
        if counts[value] > 1:
            others = ", ".join(f"[{table}.{other}]" for other in twins)
            yield Finding((table, key, field), f"{others} has the same; make them different.")


def _calendars(policy: Policy) -> Iterator[Finding]:
    for key, calendar in policy.calendars.items():
        for path, fix in (*_hours_of(calendar), *_region_of(calendar), *_days_of(calendar)):
            yield Finding(("calendars", key, *path), fix)


def _hours_of(calendar: Calendar) -> Iterator[tuple[Path, str]]:
    if calendar.always:
        if any(calendar.hours.days) or calendar.country or calendar.days:
            yield (("always",), "a calendar that is always open has no hours, holidays or days.")
    elif not any(calendar.hours.days):
        yield (("hours",), 'it is never open; add hours, such as monday = ["08:00-17:00"].')
    elif not _ever_open(calendar):
        yield (("days",), "these close every day of the year; leave some open.")


def _ever_open(calendar: Calendar) -> bool:
    """Whether the yearly days leave anything: dated ones end some day, holidays always do."""
    yearly = tuple(day for day in calendar.days if day.yearly)
    plain = Calendar(key=calendar.key, hours=calendar.hours, days=yearly)
    return hours.between(plain, *_FOUR_YEARS) > _ZERO


def _region_of(calendar: Calendar) -> Iterator[tuple[Path, str]]:
    region, country = calendar.subdivision, calendar.country
    if region is None:
        return
    if country is None:
        yield (("subdivision",), 'a region needs its country; add country = "…".')
    elif region not in (known := public_holidays.regions(country)):
        fix = f"use one of {', '.join(known)}." if known else "remove it."
        yield (("subdivision",), f"no holidays are known for this region of {country}; {fix}")


def _days_of(calendar: Calendar) -> Iterator[tuple[Path, str]]:
    for place, day in enumerate(calendar.days):
        if day.until is None:
            continue
        if not _ZERO <= day.until - day.date < timedelta(days=366):
            yield (("days", place, "until"), f"use {day.date} or later, within a year of it.")


def _offered(policy: Policy) -> Iterator[Finding]:
    """Intake preselects the default severity, by its urgency."""
    default = policy.severities.get(policy.default_severity)
    if default is not None and not default.urgency:
        fix = f"nobody could choose it at intake; give [severities.{default.key}] an urgency."
        yield Finding(("default_severity",), fix)


def _reach(policy: Policy) -> Iterator[Finding]:
    """A target that takes more than a year of its calendar is a slip of the pen."""
    for key, severity in policy.severities.items():
        for calendar in _calendars_of(policy, severity):
            if _ZERO < calendar.weekly * 52 < severity.resolution:
                fix = f'it takes more than a year of the calendar "{calendar.key}"; shorten it.'
                yield Finding(("severities", key, "resolution"), fix)


def _calendars_of(policy: Policy, severity: Severity) -> list[Calendar]:
    """Every calendar that may count for this severity."""
    of_teams = {team.calendar or policy.calendar for team in policy.teams.values()}
    names = [severity.calendar] if severity.calendar else sorted(of_teams)
    return [policy.calendars[name] for name in names if name in policy.calendars]


def _questions(policy: Policy) -> Iterator[Finding]:
    for key, topic in policy.topics.items():
        seen: set[str] = set()
        for place, question in enumerate(topic.questions):
            path = ("topics", key, "questions", place)
            if question.key in seen:
                fix = "another question of this topic has it; make the keys different."
                yield Finding((*path, "key"), fix)
            seen.add(question.key)
            yield from (Finding((*path, "options"), fix) for fix in _options(question))


def _options(question: Question) -> Iterator[str]:
    if question.kind not in _WITH_OPTIONS:
        if question.options:
            kinds = " or a ".join(f'"{kind}"' for kind in _WITH_OPTIONS)
            yield f'only a {kinds} has options, this is a "{question.kind}"; change one of them.'
    elif len(question.options) not in _CHOICES:
        yield (f'a "{question.kind}" needs 2 to 100 options, such as options = ["Windows", "Mac"].')
    elif len(set(question.options)) < len(question.options):
        yield "two of them are the same; remove one."


def _watched(policy: Policy) -> Iterator[Finding]:
    """An emoji on a card would be one on the desk's own words."""
    of_teams = {team.channel for team in policy.teams.values()}
    ours = {policy.queue_channel, policy.on_call_channel, *of_teams}
    for place, channel in enumerate(policy.intake.channels):
        if channel in ours:
            fix = "the desk shows its own cards there; name a channel where people talk."
            yield Finding(("intake", "channels", place), fix)


def _conditions(policy: Policy) -> Iterator[Finding]:
    """A question may hang on answers that can be given before it is asked."""
    for key, topic in policy.topics.items():
        for place, question in enumerate(topic.questions):
            earlier = {e.key: e for e in topic.questions[:place] if e.ask == question.ask}
            if question.ask == "resolving" and question.only_if:
                fix = "what is asked when a ticket is resolved hangs on no answer; remove this."
                yield Finding(("topics", key, "questions", place, "only_if"), fix)
                continue
            for other, wanted in question.only_if.items():
                path = ("topics", key, "questions", place, "only_if", other)
                if fix := _unanswerable(earlier.get(other), wanted):
                    yield Finding(path, fix)


def _unanswerable(question: Question | None, wanted: Iterable[str]) -> str:
    if question is None:
        return "no earlier question of this topic, asked at the same time, has this key; use one."
    options = ("Yes", "No") if question.kind == "yes_no" else question.options
    if not options:
        return f'this is a "{question.kind}": name a question whose answers are chosen.'
    if unknown := [answer for answer in wanted if answer not in options]:
        known = ", ".join(f'"{option}"' for option in options)
        return f'nobody can answer "{unknown[0]}"; use one of {known}.'
    return ""


def _privacy(policy: Policy) -> Iterator[Finding]:
    for key, topic in policy.topics.items():
        team = policy.teams.get(topic.team)
        if topic.private and team is not None and not team.agents and team.lead is None:
            yield Finding(
                ("topics", key, "private"),
                f'nobody could see it: the team "{topic.team}" has no agents; '
                "add some, or choose another team.",
            )


def _assignees(policy: Policy) -> Iterator[Finding]:
    for key, topic in policy.topics.items():
        team = policy.teams.get(topic.team)
        if topic.assign == "fixed" and topic.assign_to is None:
            fix = 'name who gets them; add assign_to = "U…" or an e-mail address.'
            yield Finding(("topics", key, "assign"), fix)
        if topic.assign != "fixed" and topic.assign_to is not None:
            fix = 'it counts with assign = "fixed" only; write that, or remove this.'
            yield Finding(("topics", key, "assign_to"), fix)
        if topic.assign in _IN_TURN and team is not None and not team.agents:
            fix = f'the team "{topic.team}" has no agents; add some, or write assign = "nobody".'
            yield Finding(("topics", key, "assign"), fix)


def _groups(policy: Policy) -> Iterator[Finding]:
    """A group that the desk keeps loses whoever is not on call: it can be no list of agents."""
    for key, rota in policy.rotas.items():
        for team in policy.teams.values():
            if rota.user_group is not None and rota.user_group in team.agents:
                fix = (
                    f"[teams.{team.key}] has its agents from it, and would lose those who are not "
                    "on call; make a group of its own for this."
                )
                yield Finding(("rotas", key, "user_group"), fix)


def _chain(policy: Policy) -> Iterator[Finding]:
    paging = [each.name for each in policy.severities.values() if each.pages]
    if paging and not policy.on_call.chain:
        fix = f'{paging[0]} pages, but nobody would be called; add chain = ["lead", "admins"].'
        yield Finding(("on_call", "chain"), fix)
    for place, level in enumerate(policy.on_call.chain):
        path = ("on_call", "chain", place)
        if level.kind == "admins" and not policy.admins:
            yield Finding(path, 'there are no admins; add admins = ["U…"] below [desk].')
        if level.kind in ("lead", "team") and not any(_reached(policy, level)):
            team = f"[teams.{level.ref}]" if level.ref else "any team"
            what = "a lead" if level.kind == "lead" else "agents"
            yield Finding(path, f"nobody would be called; give {what} to {team}, or remove this.")


def _vips(policy: Policy) -> Iterator[Finding]:
    if policy.vip_severity and not policy.vips:
        fix = 'there are no VIPs; add vips = ["U…"] below [desk], or remove this.'
        yield Finding(("vip_severity",), fix)


def _reached(policy: Policy, level: Level) -> Iterator[bool]:
    """Whether each team that this level may mean has somebody to call."""
    meant = list(policy.teams) if level.ref is None else [level.ref]
    for key in meant:
        team = policy.teams.get(key)
        yield team is None or bool(team.lead if level.kind == "lead" else team.agents)


def _times(policy: Policy) -> Iterator[Finding]:
    for name in Quiet.model_fields:
        length = getattr(policy.quiet, name)
        if name != "notices" and isinstance(length, timedelta) and length <= _ZERO:
            yield Finding(("quiet", name), 'it must be longer than nothing; write "1 day" or so.')
    yield from _waiting(policy.quiet)
    if len(set(policy.sla.reminders)) < len(policy.sla.reminders):
        yield Finding(("sla", "reminders"), "two of them are the same; remove one.")
    yield from _ladder(policy)


def _waiting(quiet: Quiet) -> Iterator[Finding]:
    """Reminders in turn, then the warning a day before the end, each on a day of its own."""
    nudges, close = quiet.waiting_nudges, quiet.waiting_close
    if any(later <= earlier for earlier, later in pairwise(nudges)):
        fix = "each must be later than the one before; write [1, 3] or so."
        yield Finding(("quiet", "waiting_nudges"), fix)
    least = max(nudges, default=0) + 2
    if 0 < close < least:
        fix = (
            "the warning comes a working day before, and must come after the last reminder; "
            f"use {least} or more, or 0 for never."
        )
        yield Finding(("quiet", "waiting_close"), fix)


def _ladder(policy: Policy) -> Iterator[Finding]:
    """Each step once, and somebody on it."""
    steps = policy.sla.ladder
    for place, step in enumerate(steps):
        if step in steps[:place]:
            yield Finding(("sla", "ladder", place), "this step is there already; remove one.")


_CHECKS: Final[tuple[tuple[tuple[str, ...], Callable[[Policy], Iterator[Finding]]], ...]] = (
    ((), _targets),
    ((), _twins),
    ((), _calendars),
    ((), _questions),
    ((), _conditions),
    ((), _times),
    ((), ending_mistakes),
    (("severities", "default_severity"), _offered),
    (("vips", "severities"), _vips),
    (("teams",), _privacy),
    (("teams",), _assignees),
    (("intake", "teams", "queue_channel", "on_call_channel"), _watched),
    (("rotas", "teams"), _groups),
    (("severities", "teams", "on_call", "admins"), _chain),
    (("calendars", "calendar", "teams"), _reach),
)
"""Each check, and the tables that must be without other mistakes for it to make sense."""
