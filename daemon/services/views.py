"""What the operator's commands show: plain data read in one transaction, with keys that stay the same."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from daemon.desk.service_levels import ServiceLevels
from daemon.services import clock_views
from daemon.services import files as attached
from storage import arrivals, entries, journal, outbox, raws, requests, tickets
from storage.database import Database
from storage.records import Arrival, Entry, Event, OutboxItem, Participant, StoredPart, Ticket
from storage.tickets import Filter
from storage.vocabulary import ArrivalState, OutboxState, TicketState

View = dict[str, Any]

# One ticket has few copies, but a mail to all of a big team may have many.
COPIES_LIMIT = 10_000


def ticket_rows(database: Database, wanted: Filter) -> list[View]:
    """List tickets, newest first, each with the keys of one ticket apart from what was said and happened."""
    with database.read():
        return [ticket_view(ticket) for ticket in tickets.matching(wanted)]


def ticket(
    database: Database, number: int, now: datetime | None = None, levels: ServiceLevels | None = None
) -> View | None:
    """Return everything about one ticket, or None; its clocks as they are now, where ``now`` is given."""
    with database.read():
        found = tickets.get(number)
        if found is None:
            return None
        said = entries.of_ticket(number)
        parts = entries.parts_of([entry.arrival_id for entry in said if entry.arrival_id is not None])
        return {
            **ticket_view(found),
            "request": _request(number),
            "participants": [_participant(one) for one in tickets.participants(number)],
            "entries": [_entry(entry, parts) for entry in said],
            "events": [event_view(event) for event in journal.of_ticket(number)],
            "clocks": clock_views.of_ticket(found, now, levels) if now is not None else [],
            "undelivered": outbox.undelivered(number),
            "outgoing": [
                outbox_view(item) for item in outbox.items(ticket_number=number, limit=COPIES_LIMIT)
            ],
        }


def _request(number: int) -> View | None:
    """Return what a ticket asks for out of the catalogue, or None."""
    found = requests.get(number)
    if found is None:
        return None
    return {"item": found.item, "version": found.version, "answers": dict(found.answers)}


def files(database: Database, number: int) -> Iterator[tuple[str, bytes | None]]:
    """Yield the files on a ticket: a name that is safe and not given twice, and the content or None.

    None stands for a file that cannot be taken out of its mail.
    """
    with database.read():
        said = entries.of_ticket(number)
        for entry in said:
            found = arrivals.get(entry.arrival_id) if entry.arrival_id is not None else None
            if found is None:
                continue
            raw = raws.content(found.raw_digest)
            for part in attached.shown(entries.parts_of([found.id])):
                yield f"{found.id}-{part.path.replace('/', '-')}-{part.name}", attached.taken_out(part, raw)


def ticket_view(found: Ticket) -> View:
    """Return what a ticket is under stable keys."""
    requester = found.requester
    return {
        "number": found.number,
        "type": str(found.type),
        "state": str(found.state),
        "priority": str(found.priority),
        "impact": str(found.impact),
        "urgency": str(found.urgency),
        "team": found.team,
        "routes": list(found.routes),
        "assignee": found.assignee,
        "requester": requester.address if requester else None,
        "requester_name": requester.name if requester else None,
        "subject": found.subject,
        "category": found.category,
        "tags": list(found.tags),
        "fields": dict(found.fields),
        "watchers": list(found.watchers),
        "asked": list(found.asked),
        "minutes_spent": found.minutes_spent,
        "merged_into": found.merged_into,
        "due": found.due_at,
        "pending_until": found.pending_until,
        "created": found.created_at,
        "updated": found.updated_at,
        "resolved": found.resolved_at,
        "closed": found.closed_at,
    }


def _participant(one: Participant) -> View:
    return {"address": one.person.address, "name": one.person.name, "role": str(one.role)}


def _entry(entry: Entry, parts: Sequence[StoredPart]) -> View:
    return {
        "id": entry.id,
        "kind": str(entry.kind),
        "visibility": str(entry.visibility),
        "author": entry.author,
        "author_name": entry.author_name,
        "text": entry.text,
        "full_text": entry.body,
        "at": entry.at,
        "arrival": entry.arrival_id,
        "parts": [_part(part) for part in parts if part.arrival_id == entry.arrival_id],
    }


def _part(part: StoredPart) -> View:
    return {
        "path": part.path,
        "content_type": part.content_type,
        "name": part.name,
        "size_bytes": part.size_bytes,
        "sha256": part.sha256,
        "fate": part.fate,
        "note": part.note,
    }


def event_view(event: Event) -> View:
    """Return a line of a journal under stable keys."""
    return {
        "id": event.id,
        "at": event.at,
        "kind": event.kind,
        "actor": event.actor,
        "cause": event.cause,
        "data": event.data,
        "hash": event.hash,
    }


def arrival_view(arrival: Arrival) -> View:
    """Return an arrival under stable keys."""
    return {
        "id": arrival.id,
        "source": str(arrival.source),
        "state": str(arrival.state),
        "received": arrival.received_at,
        "message_id": arrival.message_id,
        "reverse_path": "" if arrival.null_reverse_path else arrival.reverse_path,
        "recipients": list(arrival.recipients),
        "peer": arrival.peer,
        "helo": arrival.helo,
        "auth_user": arrival.auth_user,
        "tls": arrival.tls,
        "mailbox": arrival.mailbox,
        "size_bytes": arrival.size_bytes,
        "full_size_bytes": arrival.full_size_bytes,
        "digest": arrival.raw_digest,
        "disposition": str(arrival.disposition) if arrival.disposition else None,
        "reason": arrival.reason,
        "evidence": list(arrival.evidence),
        "ticket": arrival.ticket_number,
        "settled": arrival.settled_at,
        "deaths": arrival.deaths,
        "failures": arrival.failures,
        "error": arrival.error,
    }


def outbox_view(item: OutboxItem) -> View:
    """Return a copy in the outbox under stable keys."""
    return {
        "id": item.id,
        "state": str(item.state),
        "notice": item.notice,
        "recipient": item.recipient,
        "subject": item.subject,
        "message_id": item.message_id,
        "ticket": item.ticket_number,
        "attempts": item.attempts,
        "next_attempt": item.next_attempt_at,
        "reply": item.last_reply,
        "created": item.created_at,
        "sent": item.sent_at,
    }


def ledger_counts(database: Database) -> dict[str, int]:
    """Count the arrivals by disposition, with those that wait."""
    with database.read():
        return arrivals.counts()


def latest_arrivals(database: Database, limit: int, state: ArrivalState | None = None) -> list[View]:
    """List arrivals, newest first."""
    with database.read():
        return [arrival_view(arrival) for arrival in arrivals.latest(limit, state)]


def arrival(database: Database, arrival_id: int) -> View | None:
    """Return one arrival, or None."""
    with database.read():
        found = arrivals.get(arrival_id)
    return arrival_view(found) if found else None


def raw_message(database: Database, arrival_id: int) -> bytes | None:
    """Return a message as it was received, our trace fields above it, or None."""
    with database.read():
        found = arrivals.get(arrival_id)
        return found.trace + raws.content(found.raw_digest) if found else None


def outbox_rows(database: Database, state: OutboxState | None, limit: int) -> list[View]:
    """List copies of outgoing mail, newest first."""
    with database.read():
        return [outbox_view(item) for item in outbox.items(state=state, limit=limit)]


def outbox_item(database: Database, item_id: int) -> tuple[View, bytes] | None:
    """Return one copy with its bytes, or None."""
    with database.read():
        found = outbox.item(item_id)
        return (outbox_view(found), outbox.content(item_id)) if found else None


def trace(database: Database, ident: str) -> list[View]:
    """Return the way of every message that ``ident`` names: an arrival's number or a Message-ID."""
    with database.read():
        if ident.isdigit():
            one = arrivals.get(int(ident))
            found = [one] if one else []
        else:
            found = arrivals.find_by_message_id(ident if ident.startswith("<") else f"<{ident}>")
        return [_way(one) for one in found]


def _way(arrival: Arrival) -> View:
    number = arrival.ticket_number
    caused = outbox.items(ticket_number=number, limit=COPIES_LIMIT) if number else []
    origin = f"arrival:{arrival.id}"
    events = journal.of_ticket(arrival.ticket_number) if arrival.ticket_number else []
    return {
        **arrival_view(arrival),
        "events": [event_view(event) for event in events if event.cause == origin],
        "outgoing": [outbox_view(item) for item in caused if item.arrival_id == arrival.id],
    }


def open_states() -> tuple[TicketState, ...]:
    """Name the states of a ticket that somebody has still to work on."""
    ended = {TicketState.RESOLVED, TicketState.CLOSED}
    return tuple(state for state in TicketState if state not in ended)
