"""What is done closes by itself once the requester had time to disagree."""

from datetime import datetime, timedelta

from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import SILENT
from daemon.services.apply import Cause, Work
from daemon.services.postbag import Office
from storage import tickets
from storage.vocabulary import TicketState

BATCH = 200


def run(office: Office, now: datetime) -> str:
    """Close what ended longer ago than a reply could reopen it; nobody is mailed."""
    days = office.roster.desk.reopen_days
    numbers = tickets.done_before(SILENT, now - timedelta(days=days), BATCH)
    # Whoever locks several tickets does it in the order of their numbers, so that nobody waits in a ring.
    for number in sorted(numbers):
        ticket = tickets.lock(number)
        if ticket is None or ticket.state not in SILENT:
            continue
        work = Work.on(ticket, Cause("postdesk", "job:close-resolved", now, office.levels))
        work.apply([MoveState(TicketState.CLOSED, f"nobody disagreed within {days} days")])
        work.finish()
    return f"closed {len(numbers)} tickets"
