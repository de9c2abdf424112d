"""What the operator does by command: send again, drop, try again; one transaction each, with journal."""

from daemon.desk.changes import MoveState
from daemon.services.apply import Cause, Work
from storage import arrivals, outbox, raws, tickets
from storage.arrivals import Outcome
from storage.database import Database
from storage.migrations import current_version, migrations
from storage.records import Arrival, OutboxItem
from storage.vocabulary import Disposition, TicketState


class NotPossible(Exception):  # noqa: N818  # an answer to the operator, not a fault
    """What was asked for cannot be done; the text says how things stand."""


def schema_gap(database: Database) -> int:
    """Return how many steps the schema is behind this program: 0 is right, below 0 is a newer one."""
    with database.read():
        return len(migrations(sqlite=database.is_sqlite)) - current_version()


def content(database: Database, arrival_id: int) -> bytes:
    """Return a message byte for byte as its source handed it over; raises KeyError where there is none."""
    with database.read():
        found = arrivals.get(arrival_id)
        if found is None:
            raise KeyError(f"arrival {arrival_id} is not in the ledger")
        return raws.content(found.raw_digest)


def retry_copy(database: Database, item_id: int, cause: Cause) -> None:
    """Queue a copy of an outgoing mail anew, due at once; NotPossible where it was sent or is being sent."""
    with database.write():
        item = _copy(item_id)
        if not outbox.retry(item_id, cause.now):
            raise NotPossible(
                f"outgoing copy {item_id} is {item.state}; only a copy that was not sent can be"
            )
        _note_on_ticket(item.ticket_number, cause, "mail queued again", _names_of(item))


def drop_copy(database: Database, item_id: int, cause: Cause, reason: str) -> None:
    """Take a copy off the way, for good unless it is retried; NotPossible where it has left."""
    with database.write():
        item = _copy(item_id)
        if not outbox.drop(item_id):
            raise NotPossible(
                f"outgoing copy {item_id} is {item.state}; there is nothing to take off the way"
            )
        _note_on_ticket(item.ticket_number, cause, "mail dropped", _names_of(item) | {"reason": reason})


def retry_arrival(database: Database, arrival_id: int, cause: Cause) -> None:
    """Send a quarantined message through intake again; NotPossible where it is not in quarantine."""
    with database.write():
        arrival = _quarantined(arrival_id)
        arrivals.requeue(arrival_id)
        _note_on_ticket(arrival.ticket_number, cause, "tried again", {"arrival": str(arrival_id)})


def drop_arrival(database: Database, arrival_id: int, cause: Cause, reason: str) -> None:
    """Settle a quarantined message as refused and close its stub ticket; its bytes stay in the ledger."""
    with database.write():
        arrival = _quarantined(arrival_id)
        evidence = (
            *arrival.evidence,
            f"quarantined: {arrival.reason}",
            f"dropped by {cause.actor}: {reason}",
        )
        arrivals.dismiss(arrival_id, Outcome(Disposition.REFUSED, reason, evidence), cause.now)
        stub = tickets.lock(arrival.ticket_number) if arrival.ticket_number else None
        if stub is None or stub.state is TicketState.CLOSED:
            return
        work = Work.on(stub, cause)
        work.apply([MoveState(TicketState.CLOSED, f"arrival {arrival_id} was dropped: {reason}")])
        work.finish()


def _copy(item_id: int) -> OutboxItem:
    found = outbox.item(item_id)
    if found is None:
        raise NotPossible(f"there is no outgoing copy {item_id}")
    return found


def _quarantined(arrival_id: int) -> Arrival:
    found = arrivals.get(arrival_id)
    if found is None:
        raise NotPossible(f"there is no arrival {arrival_id}")
    if found.disposition is not Disposition.QUARANTINED:
        raise NotPossible(f"arrival {arrival_id} is not in quarantine: {found.disposition or 'it waits'}")
    return found


def _names_of(item: OutboxItem) -> dict[str, str]:
    return {"notice": item.notice, "to": item.recipient, "was": item.state}


def _note_on_ticket(number: int | None, cause: Cause, kind: str, data: dict[str, str]) -> None:
    ticket = tickets.lock(number) if number else None
    if ticket is None:
        return
    work = Work.on(ticket, cause)
    work.note(kind, **data)
    work.finish()
