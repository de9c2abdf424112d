"""At regular times the desk writes to itself; ``health-watch`` looks whether that comes back."""

from datetime import datetime

from daemon.desk.heartbeat import NAME, Rhythm
from daemon.jobs.job import Job
from daemon.services import heartbeat
from daemon.services.office import Office


def job(rhythm: Rhythm) -> Job:
    """Return the row of the timetable for this rhythm."""

    def run(office: Office, now: datetime) -> str:
        return heartbeat.send(office, rhythm, now)

    return Job(NAME, rhythm.every, "sends a mail by the way out and in, to see that it is whole", run)
