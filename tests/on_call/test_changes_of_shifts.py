"""Covers, takes and swaps, against a table of minutes in which names are written over others."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from store import handover, shift_changes, shifts
from store.database import DeskSession, Store
from store.models import ChangeState, Person, ShiftChange
from store.rules import rota as rotas
from store.rules.errors import DeskError
from store.rules.policy import Rota
from store.shift_changes import Span, waited_for
from tests.rules.calendars import utc
from tests.rules.policies import policy
from tests.rules.watching import MINUTE, drawn_rotas, watch
from tests.sqlite import migrated_file

DAYS = 3
ADA, JOHN = "U0ADA", "U0JOHN"
"""An admin, and an agent who is in no rota."""

Step = tuple[str, tuple[int, int], tuple[int, int], int, int, bool]
"""What is done, with one span or two, by whom, after how many minutes, and whether by an admin."""

drawn_spans = st.tuples(st.integers(0, DAYS * 1440 - 1), st.integers(1, 300))
drawn_steps = st.lists(
    st.tuples(
        st.sampled_from(["cover", "take", "swap", "swap", "agree", "agree", "agree", "no"]),
        drawn_spans,
        drawn_spans,
        st.integers(0, 7),
        st.integers(1, 120),
        st.sampled_from([True, True, False]),
    ),
    min_size=8,
    max_size=24,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """SQLite; whom the settings name is taken to be there."""
    url = migrated_file(tmp_path)
    opened = Store(url, policy())
    yield opened
    opened.close()


class Company:
    """People of one rota who change their shifts; `on` is who is on as they think, by minute."""

    def __init__(self, store: Store, rota: Rota, start: datetime) -> None:
        self.store, self.rota = store, rota
        self.policy = policy(rotas={"primary": rota})
        self.start = self.at = start
        self.on = watch(rota, start, start + timedelta(days=DAYS + 1), [])
        self.people = [*rota.everybody, JOHN]
        self.agreed = 0

    def span(self, drawn: tuple[int, int]) -> Span:
        """A beginning, and how long it lasts."""
        begins = self.start + drawn[0] * MINUTE
        return Span(begins, begins + drawn[1] * MINUTE)

    def holds(self, owner: str | None, span: Span | None) -> bool:
        """Whether what is left of the span is theirs, all of it."""
        return span is None or (
            span.end > self.at and all(self.on[m] == owner for m in self.minutes(span))
        )

    def minutes(self, span: Span) -> Iterator[datetime]:
        """Those that are not over."""
        minute = max(span.start, self.at)
        while minute < span.end:
            yield minute
            minute += MINUTE

    def agree(self, giver: str | None, taker: str, span: Span, back: Span | None) -> None:
        """Write their names over each other's."""
        self.agreed += 1
        self.on.update(dict.fromkeys(self.minutes(span), taker))
        if back is not None:
            self.on.update(dict.fromkeys(self.minutes(back), giver))

    def asks(self, kind: str, first: Span, second: Span, who: int, *, force: bool) -> None:
        """Refused exactly when somebody would give what is not theirs, or to themselves."""
        giver, back = self.on[first.start], second if kind == "swap" else None
        taker = self.on[second.start] if back else self.people[who % len(self.people)]
        if kind == "cover" and who == 0:
            giver = self.people[0]  # who may not be on at all
        if taker is None or (back and giver is None):
            return
        by = ADA if force else taker if kind == "take" or giver is None else giver
        may = giver != taker and self.holds(giver, first) and self.holds(taker, back)

        def ask(session: DeskSession) -> ShiftChange:
            return shift_changes.ask(
                session, rota="primary", giver=giver, taker=taker, span=first, back=back,
                force=force, by=by, at=self.at,
            )  # fmt: skip

        change = self.tries(ask)
        assert (change is not None) == may
        if change is not None and change.state == ChangeState.AGREED:
            self.agree(giver, taker, first, back)

    def answers(self, who: int, *, yes: bool) -> None:
        """Whoever is waited for says yes or no; a yes may come too late."""
        with self.store.snapshot() as session:
            asked = session.scalars(
                select(ShiftChange).where(ShiftChange.state == "asked").order_by(ShiftChange.id)
            ).all()
        if not asked:
            return
        change = asked[who % len(asked)]
        span = Span(change.start_at, change.end_at)
        back = None
        if change.back_start_at is not None and change.back_end_at is not None:
            back = Span(change.back_start_at, change.back_end_at)
        answer = shift_changes.agree if yes else shift_changes.disagree
        by = waited_for(change)[0]
        done = self.tries(lambda session: answer(session, change.id, by=by, at=self.at))
        may = self.holds(change.giver, span) and self.holds(change.taker, back)
        assert (done is not None) == (may or not yes)
        if done is not None and done.state == ChangeState.AGREED:
            self.agree(change.giver, change.taker, span, back)

    def tries(self, act: Callable[[DeskSession], ShiftChange]) -> ShiftChange | None:
        """None when it was refused; then nothing is changed."""
        try:
            with self.store.transaction() as session:
                session.policy = self.policy
                return act(session)
        except DeskError:
            return None

    def checks(self) -> None:
        """Who the desk would call at any minute, and what /oncall draws, is what they think."""
        with self.store.snapshot() as session:
            agreed = shifts.overrides(session, at=self.at).get("primary", [])
        minutes = sorted(self.on)[2 * 1440 :]  # watching began two days before
        on = [rotas.who_is_on(self.rota, minute, agreed) for minute in minutes[::11]]
        assert on == [self.on[minute] for minute in minutes[::11]]
        for stretch in rotas.stretches(self.rota, self.start, minutes[-1], agreed):
            edges = {stretch.start, stretch.end - MINUTE}
            assert {self.on[minute] for minute in edges} == {stretch.person}


def test_who_is_on_after_any_covers_and_swaps_is_what_a_table_of_minutes_says(store: Store) -> None:
    reached: set[int] = set()

    @settings(max_examples=10, deadline=None, derandomize=True)
    @given(drawn_rotas(), drawn_steps)
    def plays(case: tuple[Rota, datetime, list[rotas.Override]], steps: list[Step]) -> None:
        with store.transaction() as session:
            session.execute(delete(ShiftChange))
        company = Company(store, case[0], case[1])
        for kind, first, second, who, wait, force in steps:
            company.at += wait * MINUTE
            if kind in ("agree", "no"):
                company.answers(who, yes=kind == "agree")
            else:
                company.asks(kind, company.span(first), company.span(second), who, force=force)
        company.checks()
        reached.add(company.agreed)

    plays()
    assert max(reached) > 2  # or it compares rotas that nobody changed


def test_nights_of_somebody_who_left_are_told_as_theirs_alone(store: Store) -> None:
    turns = {"timezone": "UTC", "start": "2026-01-05"}
    nights = ["00:00-08:00", "20:00-24:00"]
    desk = policy(
        rotas={
            "days": {**turns, "people": ["U0OMAR"], "hours": ["08:00-20:00"]},
            "nights": {**turns, "people": ["U0DANA"], "hours": nights},
        },
        on_call={"chain": ["rota:days", "rota:nights"]},
    )
    at = utc("2026-01-12 12:00")
    with store.transaction() as session:
        session.policy = desk
        session.add(Person(id="U0DANA", name="Dana", timezone="UTC", is_active=False, synced_at=at))
        session.flush()
        found = handover.gaps(session, at=at)
        now = shifts.on_call_now(session, at=at)[-1]
    assert [gap.rota for gap in found] == ["nights"] * 7
    assert (now.person, now.until, now.following) == (None, None, None)
