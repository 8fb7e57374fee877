"""Who is on call, by watching the wall clock minute by minute; and rotas that are hard to watch."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from store.rules.policy import Rota, Turns
from store.rules.rota import Override
from tests.rules.calendars import AWKWARD_ZONES, clock_changes, utc

MINUTE = timedelta(minutes=1)

_HOURS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"hours": ["08:00-20:00"]},
        {"hours": ["00:00-02:30", "22:00-24:00"]},
        {"hours": {"sunday": ["01:30-03:15"], "saturday": ["00:00-24:00"]}},
    ]
)


@st.composite
def drawn_turns(draw: st.DrawFn, near: datetime, names: str) -> dict[str, Any]:
    """People taking turns, from some weeks before."""
    weekday = draw(st.sampled_from(["Monday ", "Friday ", "Sunday ", ""]))
    minute = draw(st.integers(0, 180) | st.integers(0, 1439))
    return {
        "people": [f"U0{names}{n}" for n in range(draw(st.integers(1, 4)))],
        "handover": f"{weekday}{minute // 60:02}:{minute % 60:02}",
        "start": near.date() - timedelta(days=draw(st.integers(-1, 30))),
        "length": draw(st.sampled_from(["1 day", "3 days", "1 week", "2 weeks"])),
        **draw(_HOURS),
    }


@st.composite
def drawn_rotas(draw: st.DrawFn) -> tuple[Rota, datetime, list[Override]]:
    """A rota with layers and overrides, and a midnight near a clock change."""
    zone = draw(st.sampled_from(AWKWARD_ZONES))
    near = draw(st.sampled_from([*clock_changes(zone), utc("2025-12-31")]))
    rota = Rota.model_validate(
        {
            "key": "primary",
            "timezone": zone,
            **draw(drawn_turns(near, "P")),
            "layers": [draw(drawn_turns(near, "L")) for _ in range(draw(st.integers(0, 2)))],
        }
    )
    start = near - timedelta(days=2)
    overrides = []
    for number in range(draw(st.integers(0, 3))):
        begins = start + draw(st.integers(-600, 6000)) * MINUTE
        length = draw(st.integers(1, 2000)) * MINUTE
        overrides.append(Override(begins, begins + length, f"U0V{number}"))
    return rota, start, overrides


def _times_in(turns: Turns, wall: datetime) -> bool:
    """Whether the wall clock shows one of the hours."""
    if turns.hours is None:
        return True
    minute = wall.hour * 60 + wall.minute
    return any(s.start <= minute < s.end for s in turns.hours.days[wall.weekday()])


def _turn_at(turns: Turns, wall: datetime) -> str | None:
    """Count hand-overs on a calendar, one by one."""
    turn = datetime.combine(turns.start, datetime.min.time())
    while turns.handover.weekday not in (None, turn.weekday()):
        turn -= timedelta(days=1)
    turn += timedelta(minutes=turns.handover.minute)
    turns_made = 0
    while turn <= wall:
        turns_made, turn = turns_made + 1, turn + turns.length
    return turns.people[(turns_made - 1) % len(turns.people)] if turns_made else None


def watch(
    rota: Rota, start: datetime, end: datetime, overrides: list[Override]
) -> dict[datetime, str | None]:
    """Watch the wall clock minute by minute: when it goes back, nothing happens a second time."""
    seen: dict[datetime, str | None] = {}
    zone = ZoneInfo(rota.timezone)
    at, furthest = start - timedelta(days=2), datetime.min  # noqa: DTZ901 - a wall clock
    while at < end:
        furthest = max(furthest, at.astimezone(zone).replace(tzinfo=None))
        on = None
        for turns in (rota, *rota.layers):
            if _times_in(turns, furthest):
                on = _turn_at(turns, furthest) or on
        for override in overrides:
            on = override.person if override.start <= at < override.end else on
        seen[at] = on
        at += MINUTE
    return seen
