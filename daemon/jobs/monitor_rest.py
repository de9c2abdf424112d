"""What came and went and has come to rest: its incident ends, or is told to have stayed."""

from datetime import datetime, timedelta

from daemon.desk.monitoring import Course, Incident, Stands, Step, is_steady
from daemon.services.apply import Cause, Work
from daemon.services.monitoring import (
    changes_of,
    incident_of,
    tell_agents,
    tell_requester,
    told_of,
    watched_of,
)
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import monitors, tickets
from storage.monitors import Thing

NAME = "monitor-rest"
BATCH = 200
# What has been well for so long is forgotten; its next failure is like a first one.
FORGOTTEN_AFTER = timedelta(days=400)


def run(office: Office, now: datetime) -> str:
    """Look at everything that flaps, and forget what was well for long."""
    rested = sum(_look(office, key, now) for key in monitors.flapping(BATCH))
    monitors.forget(now - FORGOTTEN_AFTER, [Stands.RECOVERY])
    return f"came to rest: {rested}"


def _look(office: Office, key: str, now: datetime) -> bool:
    thing = monitors.lock(key)
    if thing is None or not thing.flapping:
        return False
    rule = office.monitors.named(thing.monitor)
    if not is_steady(rule, watched_of(thing), now):
        return False
    monitors.save(Thing(key, thing.monitor, thing.ticket_number, thing.stands, (), False, thing.seen_at))
    number = tickets.survivor(thing.ticket_number) if thing.ticket_number else None
    ticket = tickets.lock(number) if number is not None else None
    # Without its rule nobody knows what its end would mean.
    if ticket is None or rule is None or incident_of(ticket, rule, now) is not Incident.OPEN:
        return True
    cause = Cause("postdesk", f"job:{NAME}:{now.isoformat()}", now, office.levels)
    work = Work.on(ticket, cause)
    work.note("monitored", rule=rule.name, key=key, stands=thing.stands, read="it came to rest")
    well = thing.stands == Stands.RECOVERY
    changes = changes_of(ticket, rule, Course(Step.END, "it came to rest")) if well else []
    work.apply(changes)
    postbag = Postbag(office, cause)
    tell_agents(postbag, work, told_of(key, rule, "over" if well else "steady"), None, [])
    if changes:
        tell_requester(postbag, work)
    postbag.post()
    work.finish()
    return True
