"""Work that is owed once per period, whoever gets to it first."""

from datetime import datetime

from store.database import DeskSession, insert_once
from store.models import Period


def first_in_period(session: DeskSession, job: str, period: str, *, at: datetime) -> bool:
    """Whether this transaction is the one to do the job for the period (such as a date)."""
    return insert_once(session, Period, unique=("job", "period"), job=job, period=period, at=at)
