"""Lengths of time, read and said."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.durations import parse, parse_hours, spell


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("15 min", timedelta(minutes=15)),
        ("1h", timedelta(hours=1)),
        ("1 h 30 min", timedelta(minutes=90)),
        ("1.5 hours", timedelta(minutes=90)),
        ("3 Days", timedelta(days=3)),
        ("2 weeks", timedelta(weeks=2)),
        ("45 s", timedelta(seconds=45)),
    ],
)
def test_people_may_write_a_length_as_they_like(text: str, length: timedelta) -> None:
    assert parse(text) == length


@pytest.mark.parametrize("text", ["", "soon", "15", "min", "-1 h", "1 h and 2", 7, None])
def test_anything_else_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match="write a number and a unit"):
        parse(text)


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(ValueError, match='"fortnights" is not a unit of time'):
        parse("2 fortnights")


def test_a_target_in_days_is_refused_because_it_counts_hours() -> None:
    with pytest.raises(ValueError, match="say it in hours"):
        parse_hours("1 day")


@given(st.integers(1, 10**6))
def test_what_is_said_reads_back_the_same(seconds: int) -> None:
    assert parse(spell(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_overdue_is_said_with_a_minus() -> None:
    assert spell(timedelta(minutes=-90)) == "-1 h 30 min"
    assert spell(timedelta(0)) == "0 min"
