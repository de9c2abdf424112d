"""The timetable: everything that happens because time passed.

A new job is one file and one line in JOBS: ``Job`` with an interval, ``at_time`` with a time of day.
"""

from datetime import timedelta

from daemon.jobs import (
    budget_digest,
    close_resolved,
    forget_content,
    forget_keys,
    learn_categories,
    monitor_rest,
    overload,
    satisfaction_report,
    waiting,
)
from daemon.jobs.job import Job, at_time

_MINUTES = timedelta(minutes=10)
_HOURS = timedelta(hours=6)

JOBS: tuple[Job, ...] = (
    Job("close-resolved", _MINUTES, "closes what was resolved long ago", close_resolved.run),
    at_time(budget_digest.NAME, budget_digest.AT, "tells what the gate held back", budget_digest.run),
    Job("forget-content", _HOURS, "forgets contents too old to be duplicates", forget_content.run),
    Job("learn-categories", _MINUTES, "learns what categories look like", learn_categories.run),
    Job(waiting.NAME, waiting.EVERY, "reminds of, closes and wakes what waits", waiting.run),
    Job(monitor_rest.NAME, timedelta(minutes=5), "ends incidents that came to rest", monitor_rest.run),
    Job(overload.NAME, overload.EVERY, "tells who has too much to do", overload.run),
    Job("forget-keys", _HOURS, "drops signing keys of which no valid token is left", forget_keys.run),
    *satisfaction_report.JOBS,
)
