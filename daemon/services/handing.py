"""The words that a ticket is handed over with."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from daemon.desk.handover import handover
from daemon.desk.sentences import joined
from daemon.services import clock_views
from daemon.services.apply import Cause
from storage.records import Entry, Ticket

_UTC = ZoneInfo("UTC").key


def words(ticket: Ticket, said: Sequence[Entry], cause: Cause) -> str:
    """Return what was asked, tried and left open, and the clock, in one line; ``said`` oldest first."""
    views = clock_views.of_ticket(ticket, cause.now, cause.levels) if cause.levels is not None else []
    running = [view for view in views if view["state"] != "stopped"]
    left = next((line for line in clock_views.lines(running, _UTC) if running), "")
    return joined(" ", handover(said, left).sentences())
