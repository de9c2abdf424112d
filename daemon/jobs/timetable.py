"""The whole timetable of a desk: the jobs that every desk has, and those that need to know its parts."""

from dataclasses import dataclass

from daemon.desk.heartbeat import Rhythm
from daemon.desk.service_levels import ServiceLevels
from daemon.jobs import (
    JOBS,
    agent_digest,
    approval_steps,
    clock_watch,
    fulfilment_watch,
    health_watch,
    heartbeat,
    surveys,
)
from daemon.jobs.job import Job
from daemon.services.health_facts import Watched
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """What some jobs need; ``levels`` is None where nothing is promised."""

    database: Database
    watched: Watched
    levels: ServiceLevels | None = None
    rhythm: Rhythm | None = None
    # Jobs that reach out of the house, made by who can.
    reaching_out: tuple[Job, ...] = ()


def timetable(parts: Parts) -> tuple[Job, ...]:
    """Return every job of the desk; the one that watches the others comes last."""
    promised = (clock_watch.job(parts.database, parts.levels),) if parts.levels is not None else ()
    beating = (heartbeat.job(parts.rhythm),) if parts.rhythm is not None else ()
    watching = health_watch.job(parts.database, parts.watched)
    database = parts.database
    common = (*JOBS, agent_digest.job(database), surveys.job(database), approval_steps.job(database))
    common = (*common, fulfilment_watch.job(database))
    return (*common, *promised, *beating, *parts.reaching_out, watching)
