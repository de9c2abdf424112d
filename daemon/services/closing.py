"""When a ticket that is done closes by itself; the job ``close-resolved`` does it for all that are due."""

from datetime import datetime, timedelta

from daemon.desk.automatic import Kind, Planned
from daemon.desk.lifecycle import SILENT
from daemon.desk.sentences import sentence
from daemon.services.office import Office
from storage.records import Ticket


def upcoming(office: Office, ticket: Ticket, now: datetime) -> list[Planned]:
    """Return when the ticket closes, of which nobody is told; empty for one that is not done."""
    if ticket.state not in SILENT or ticket.resolved_at is None:
        return []
    days = office.roster.desk_of(ticket.team).reopen_days
    at = max(ticket.resolved_at + timedelta(days=days), now)
    return [Planned(Kind.CLOSING, at, "", "", sentence("nobody disagreed within {days} days", days=days))]
