"""Every minute the desk looks at itself; that this job ran is also the sign that its clock goes."""

from datetime import datetime, timedelta

from daemon.jobs.job import Job
from daemon.services.alarms import wanted
from daemon.services.health import findings, overall
from daemon.services.health_facts import Watched, facts
from daemon.services.job_facts import CLOCK_JOB
from daemon.services.office import Office
from storage import alarms
from storage.database import Database

EVERY = timedelta(minutes=1)


def job(database: Database, watched: Watched) -> Job:
    """Return the row of the timetable that watches what the configuration names."""

    def run(_office: Office, now: datetime) -> str:
        return watch(database, watched, now)

    return Job(CLOCK_JOB, EVERY, "looks whether the desk is well", run)


def watch(database: Database, watched: Watched, now: datetime) -> str:
    """Look at everything, raise and clear alarms, and say in a line how it is.

    The caller holds the transaction.  The clock is not looked at: it goes, or nobody would.
    """
    found = tuple(one for one in findings(facts(database, watched, now), now) if one.key != "clock")
    alarms.record(wanted(found), now)
    return "; ".join([str(overall(found)), *(finding.text for finding in found)])
