"""Every mistake in deskbell.toml is told with its key, its value and its fix, all at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.rules.policy_file import PolicyErrors, Problem, load_policy

ROOT: Final = Path(__file__).parents[2]
SOUND: Final = """
[desk]
name = "Help"
timezone = "UTC"
queue_channel = "C0QUEUE"
on_call_channel = "C0ONCALL"
admins = ["U0ADA"]
calendar = "office"
default_topic = "general"
default_severity = "sev_c"

[teams.it]
name = "IT"
tier = 1
channel = "C0IT"
lead = "U0LENA"
agents = ["U0JOHN"]

[topics.general]
name = "General"
team = "it"

[[topics.general.questions]]
key = "restarted"
label = "Restarted?"
kind = "yes_no"

[severities.sev_a]
name = "Sev-A"
first_response = "15 min"
resolution = "1 h"
pages = true
urgency = "All stopped"

[severities.sev_c]
name = "Sev-C"
first_response = "4 h"
resolution = "18 h"
urgency = "Can wait"

[calendars.office]
timezone = "UTC"

[calendars.office.hours]
monday = ["08:00-17:00"]

[rotas.primary]
timezone = "UTC"
people = ["U0OMAR"]
handover = "Monday 09:00"
start = 2026-01-05

[on_call]
chain = ["rota:primary", "lead", "admins"]
ack_minutes = 5
"""


def complaints(text: str) -> list[str]:
    """What is said about a file, one sentence per problem."""
    with pytest.raises(PolicyErrors) as errors:
        load_policy(text)
    return [str(problem) for problem in errors.value.problems]


def test_the_sound_example_is_accepted() -> None:
    assert load_policy(SOUND).name == "Help"


def test_a_policy_without_any_severity_is_told_to_add_one() -> None:
    before, after = SOUND.index("[severities.sev_a]"), SOUND.index("[calendars.office]")
    assert complaints(SOUND[:before] + SOUND[after:])[0] == (
        "severities is missing: add at least one table [severities.…]."
    )


@pytest.mark.parametrize("file", ["deskbell.toml", "bot/demo.toml"])
def test_the_files_that_come_with_the_desk_are_sound(file: str) -> None:
    desk = load_policy((ROOT / file).read_text(encoding="utf-8"), file)
    assert [each.name for each in desk.topics.values()] == [
        "General inquiry",
        "Report a problem",
        "Business critical outage",
        "Access",
        "Hardware",
        "Software",
        "Printer",
    ]
    asked = [key for key, topic in desk.topics.items() if topic.questions[:1]]
    restart = "Have you tried restarting?"
    assert {key for key in asked if desk.topics[key].questions[0].label == restart} == {
        "hardware",
        "software",
        "printer",
    }


def _cases() -> Iterator[tuple[str, str, str]]:
    """Read mistakes.txt: what is written, what it becomes, what is said."""
    text = (Path(__file__).parent / "mistakes.txt").read_text(encoding="utf-8")
    for block in text.split("\n\n")[1:]:
        lines = [(line[:1], line[2:]) for line in block.strip().split("\n")]
        written, wrong, said = (
            "\n".join(line for mark, line in lines if mark == wanted) for wanted in "-+="
        )
        yield written, wrong, said


CASES: Final = list(_cases())


@pytest.mark.parametrize(
    ("written", "wrong", "said"),
    CASES,
    ids=[f"{n}-{said[:40]}" for n, (_, _, said) in enumerate(CASES)],
)
def test_a_mistake_is_told_with_key_value_and_fix(written: str, wrong: str, said: str) -> None:
    assert written in SOUND
    assert said in complaints(SOUND.replace(written, wrong, 1))


def test_a_lone_mistake_makes_a_lone_complaint() -> None:
    lone = [case for case in CASES if case[2].startswith(("teams.it.tier", "rotas", "calendars"))]
    assert lone
    for written, wrong, said in lone:
        assert complaints(SOUND.replace(written, wrong, 1)) == [said]


def test_all_mistakes_are_told_in_one_go() -> None:
    text = SOUND
    for written, wrong in [
        ('"C0QUEUE"', '"#help"'),
        ('team = "it"', 'team = "itt"'),
        ('"15 min"', '"2 h"'),
        ('["U0OMAR"]', "[]"),
        ("ack_minutes = 5", "ack_minutes = 0"),
    ]:
        text = text.replace(written, wrong, 1)
    keys = [sentence.split(" ")[0] for sentence in complaints(text)]
    assert keys == [
        "desk.queue_channel",
        "rotas.primary.people",
        "on_call.ack_minutes",
        "topics.general.team",
        "severities.sev_a.first_response",
    ]


def test_nothing_is_concluded_from_a_table_with_other_mistakes() -> None:
    text = SOUND.replace('chain = ["rota:primary", "lead", "admins"]', 'chain = ["boss"]')
    assert [sentence.split(" ")[0] for sentence in complaints(text)] == ["on_call.chain[1]"]


def test_an_empty_file_says_everything_that_it_needs() -> None:
    said = complaints("")
    assert 'desk.name is missing: add name = "IT Help Desk".' in said
    assert "severities is missing: add at least one table [severities.…]." in said


def test_a_policy_without_severities_is_refused() -> None:
    start, end = SOUND.index("[severities.sev_a]"), SOUND.index("[calendars.office]")
    said = complaints(SOUND[:start] + "[severities]\n" + SOUND[end:])
    assert "severities = {}: give at least 1." in said


def test_the_message_names_the_file_and_counts_the_problems() -> None:
    with pytest.raises(PolicyErrors) as errors:
        load_policy(SOUND.replace("tier = 1", "tier = 0"), "desk.toml")
    assert str(errors.value) == "desk.toml has 1 problem:\n- teams.it.tier = 0: use 1 or more."
    assert errors.value.name == "desk.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'name = "Help"\n[teams.it\n',
            "line 2, column 10 = [teams.it: the file cannot be read as TOML here: Expected ']' at",
        ),
        ("a = 1\na = 2", "last line = a = 2: the file cannot be read as TOML here: "),
        ("a =", "last line = a =: the file cannot be read as TOML here: Invalid value."),
        ("desk = 1", "desk = 1: make it a table: a line [desk] with its settings below."),
    ],
)
def test_an_unreadable_file_shows_the_line(text: str, said: str) -> None:
    assert any(sentence.startswith(said) for sentence in complaints(text))


def test_a_long_value_is_cut_short() -> None:
    (said,) = complaints(SOUND.replace('"08:00-17:00"', f'"{"x" * 500}"'))
    assert len(said) < 200


JUNK: Final = [
    "1",
    "-1",
    "nan",
    "true",
    '""',
    '"x"',
    '"U0"',
    '"9999999 h"',
    "[]",
    "[[]]",
    '["x", 1]',
    "{}",
    '{ a = "b" }',
    "2026-02-29T00:00:00Z",
    "2026-02-28",
    "07:30:00",
]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(JUNK)), min_size=1, max_size=4))
def test_whatever_stands_in_a_line_is_accepted_or_told(changes: list[tuple[int, str]]) -> None:
    lines = SOUND.split("\n")
    for number, junk in changes:
        key, equals, _ = lines[number % len(lines)].partition(" = ")
        lines[number % len(lines)] = f"{key} = {junk}" if equals else ""
    problems: tuple[Problem, ...] = ()
    try:
        load_policy("\n".join(lines))
    except PolicyErrors as errors:
        problems = errors.problems
    assert all(problem.key and problem.fix.endswith(".") for problem in problems)
