"""What must hold for the signs of life: the heartbeat, and how long no mail may come."""

from collections.abc import Iterator

from daemon.desk.addressing import fold
from daemon.desk.opening_hours import BadHoursError, week
from daemon.settings.problems import Fault
from daemon.settings.sections import Document


def heartbeat_can_return(document: Document) -> Iterator[Fault]:
    """A beat leaves by a relay, and every address is named once."""
    heartbeat = document.heartbeat
    if heartbeat.every_minutes and document.relay.url.startswith("maildir:"):
        text = "expected a relay that delivers; what is laid into a Maildir does not come back"
        yield Fault(("heartbeat", "every_minutes"), text)
    seen: set[str] = set()
    for index, address in enumerate(map(fold, heartbeat.addresses)):
        if address in seen:
            yield Fault(("heartbeat", "addresses", index), f"{address} stands there already")
        seen.add(address)


def silence_has_hours(document: Document) -> Iterator[Fault]:
    """Silence is counted in working time, so there has to be some."""
    alarm = document.alarm
    for index, line in enumerate(alarm.silence_times):
        try:
            week([line])
        except BadHoursError as error:
            yield Fault(("alarm", "silence_times", index), str(error))
    if alarm.silence_hours and not alarm.silence_times:
        yield Fault(("alarm", "silence_times"), "missing; alarm.silence_hours counts within these hours")
