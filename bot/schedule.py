"""Which job runs how often. The scheduler holds ticks only; every due time is a row in the store.

So nothing is lost when a tick is late, missed or doubled, and several replicas need no leader.
"""

import logging
from collections.abc import Callable

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)


class Schedule:
    """Runs jobs in the background, each at most once at a time, until stopped."""

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(_log_failure, EVENT_JOB_ERROR)

    def every(
        self, job: Callable[[], object], name: str, *, at_once: bool = False, **interval: int
    ) -> None:
        """Run it every so many `seconds`, `minutes` or `hours`; `at_once`: now as well."""
        self._scheduler.add_job(job, IntervalTrigger(**interval), id=name)
        if at_once:
            self._scheduler.add_job(job, id=f"{name} at start")

    def once(self, job: Callable[[], object], name: str) -> None:
        """Run it one time, as soon as the schedule starts."""
        self._scheduler.add_job(job, id=name)

    def start(self) -> None:
        """Begin ticking."""
        self._scheduler.start()

    def pause(self) -> None:
        """Start no more jobs."""
        if self._scheduler.running:
            self._scheduler.pause()

    def stop(self) -> None:
        """Finish the jobs at work, start no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)


def _log_failure(event: JobExecutionEvent) -> None:
    """A job that failed runs again at its next tick; somebody should know why it failed."""
    log.error("job failed", extra={"job": event.job_id, "error": repr(event.exception)})
