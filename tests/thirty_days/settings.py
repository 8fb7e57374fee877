"""The deskbell.toml of the story, before and after somebody edited it."""

from datetime import UTC, datetime
from typing import Final

from tests.desk import DEMO_POLICY

THURSDAY: Final = datetime(2026, 10, 22, 7, 0, tzinfo=UTC)
"""Thursday 09:00 in Berlin. Clocks go back on Sunday there, a week later in New York; a Saxon
holiday lies at the end of the thirty days, an Indian one within them.
"""

_OFFICE: Final = """\
[calendars.office]
name = "Office hours"
timezone = "Europe/Berlin"
country = "DE"
subdivision = "SN"
days = [
  { date = 2026-10-30, name = "Stocktaking", hours = ["08:00-12:00"] },
  { date = 2026-11-07, name = "Open house", hours = ["09:00-12:30"] },
]
"""
_PUNE: Final = """\
[calendars.pune]
name = "Pune"
timezone = "Asia/Kolkata"
country = "IN"

[calendars.pune.hours]
monday = ["09:30-13:00", "14:00-18:30"]
tuesday = ["09:30-13:00", "14:00-18:30"]
wednesday = ["09:30-13:00", "14:00-18:30"]
thursday = ["09:30-13:00", "14:00-18:30"]
friday = ["09:30-13:00", "14:00-18:30"]
saturday = ["09:30-13:00"]

"""
_ROTAS: Final = """\
[rotas.primary]
name = "Primary"
timezone = "Europe/Berlin"
handover = "Monday 09:00"
start = 2026-01-12
people = ["U0OMAR00008", "U0JERRY0007", "U0LENA00006"]

[rotas.daily]
name = "Daily"
timezone = "America/New_York"
handover = "17:00"
start = 2026-10-01
length = "2 days"
hours = ["07:00-23:00"]
people = ["U0JANE00005", "U0OMAR00008"]
layers = [{ people = ["U0ADA000009"], hours = ["12:00-14:00"] }]

[rotas.weekend]
name = "Weekend"
timezone = "Asia/Kolkata"
handover = "Friday 18:00"
start = 2026-10-02
length = "1 week"
people = ["U0JOHN00004", "U0JERRY0007"]

[on_call]
chain = ["rota:primary", "rota:daily", "team", "rota:weekend", "lead"]
ack_minutes = 15
repeat = 2
ack_expires = "5 h"
"""

_TALKING: Final = """\
[talking]
undo = "0 s"
"""
"""What agents say is said in the minute in which they say it."""


def _first() -> str:
    before, _, rest = DEMO_POLICY.partition("[calendars.office]")
    hours = rest.partition("[calendars.office.hours]")[2].partition("[rotas.primary]")[0]
    canned = DEMO_POLICY[DEMO_POLICY.index("[canned.looking]") :]
    banking = 'channel = "C0BANKING04"\nlead = "U0LENA00006"'
    before = before.replace(
        banking, 'channel = "C0BANKING04"\nlead = "U0OMAR00008"\ncalendar = "pune"'
    ).replace('next_response = "30 min"\n', "")  # Sev-A owes no second answer
    return (
        f"{before}{_OFFICE}\n[calendars.office.hours]{hours}{_PUNE}{_ROTAS}\n{canned}\n{_TALKING}"
    )


FIRST: Final = _first()
EDITED: Final = (
    FIRST.replace('friday = ["08:00-17:00"]', 'friday = ["08:00-11:30", "12:15-15:00"]')
    .replace('resolution = "18 h"', 'resolution = "16 h"')
    .replace('saturday = ["09:30-13:00"]', "")
)
