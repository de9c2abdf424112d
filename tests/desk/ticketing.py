"""A ticket as a value, for tests that need no database."""

from datetime import UTC, datetime

from storage.records import Person, Ticket
from storage.vocabulary import Level, Priority, TicketState, TicketType

MONDAY_MORNING = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)


def ticket(**fields: object) -> Ticket:
    """Return ticket 7, new and of Cara's, with other fields where they are given."""
    usual: dict[str, object] = {
        "number": 7,
        "type": TicketType.INCIDENT,
        "state": TicketState.NEW,
        "impact": Level.MEDIUM,
        "urgency": Level.MEDIUM,
        "priority": Priority.P3,
        "team": "service-desk",
        "assignee": None,
        "requester": Person(1, "Cara", "cara@cust.test"),
        "subject": "Printer is dead",
        "root_message_id": "<a@cust.test>",
        "created_at": MONDAY_MORNING,
        "updated_at": MONDAY_MORNING,
        "resolved_at": None,
        "closed_at": None,
        "journal_hash": "",
        "routes": ("service-desk",),
    }
    return Ticket(**{**usual, **fields})  # type: ignore[arg-type]
