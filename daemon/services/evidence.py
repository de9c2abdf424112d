"""What stands behind a ticket, for the operator: its journal, its reasons, and the effects of a mail."""

from datetime import datetime

from daemon.desk.explanation import WITHHELD, is_decision
from daemon.desk.service_levels import ServiceLevels
from daemon.services import clock_views
from daemon.services.approval_dossiers import standing
from daemon.services.approval_orders import lines_of
from daemon.services.views import View, arrival_view, event_view, outbox_view, ticket_view
from storage import approvals, arrivals, audit, journal, outbox, tickets
from storage.approval_records import Dossier
from storage.database import Database

_BY_MAIL = "arrival:"
# Nearly every mail causes fewer.
_COPIES_OF_ONE = 50


def journal_of(database: Database, number: int) -> View | None:
    """Return the journal of a ticket and the id of the line at which its chain breaks, or None."""
    with database.snapshot():
        found = tickets.get(number)
        if found is None:
            return None
        events = journal.of_ticket(number)
    broken_at = journal.broken_link(events, found.journal_hash)
    return {"ticket": number, "broken_at": broken_at, "events": [event_view(event) for event in events]}


def count_tickets(database: Database) -> int:
    """Count all tickets."""
    with database.read():
        return audit.count_tickets()


def explanation(database: Database, number: int, now: datetime, levels: ServiceLevels | None) -> View | None:
    """Return what decided about a ticket: its mails with their evidence, journal, approvals and clocks."""
    with database.read():
        found = tickets.get(number)
        if found is None:
            return None
        events = journal.of_ticket(number)
        origins = dict.fromkeys(one.cause for one in events if one.cause.startswith(_BY_MAIL))
        mails = [arrivals.get(int(cause.removeprefix(_BY_MAIL))) for cause in origins]
        return {
            "ticket": ticket_view(found),
            "mails": [arrival_view(one) for one in mails if one is not None],
            "decisions": [event_view(one) for one in events if is_decision(one.kind)],
            "withheld": [event_view(one) for one in events if one.kind == WITHHELD],
            "approvals": [_approval(one, now) for one in approvals.of_ticket(number)],
            "clocks": clock_views.of_ticket(found, now, levels),
        }


def _approval(dossier: Dossier, now: datetime) -> View:
    """Return how an approval stands, and by which rule each who was asked was found, in lines."""
    return {"approval": dossier.approval.id, "told": list(lines_of(standing(dossier, now), "UTC"))}


def effects(database: Database, arrival_id: int) -> View:
    """Return a settled arrival with its ticket as it is now (None without one) and the copies it caused."""
    with database.read():
        found = arrivals.get(arrival_id)
        assert found is not None, "whoever asks has just settled it"
        ticket = tickets.get(found.ticket_number) if found.ticket_number else None
        copies, limit = outbox.items(limit=_COPIES_OF_ONE), _COPIES_OF_ONE
        while len(copies) == limit and copies[-1].arrival_id == arrival_id:
            limit *= 10
            copies = outbox.items(limit=limit)
    caused = [outbox_view(one) for one in reversed(copies) if one.arrival_id == arrival_id]
    return {**arrival_view(found), "as": ticket_view(ticket) if ticket else None, "outgoing": caused}
