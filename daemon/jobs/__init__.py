"""The timetable: everything that happens because time passed.

A new job is one file and one line in JOBS.
"""

from datetime import timedelta

from daemon.jobs import budget_digest, close_resolved, forget_content
from daemon.jobs.job import Job

JOBS: tuple[Job, ...] = (
    Job(
        "close-resolved",
        timedelta(minutes=10),
        "closes tickets that were resolved long ago",
        close_resolved.run,
    ),
    Job(
        "budget-digest",
        budget_digest.EVERY,
        "tells administrators what the gate held back",
        budget_digest.run,
    ),
    Job(
        "forget-content", timedelta(hours=6), "forgets contents too old to be duplicates", forget_content.run
    ),
)
