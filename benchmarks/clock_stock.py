"""Part of ``clock.py``: much that is due at one moment, written by bulk SQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from daemon.desk.frozen_text import digest
from storage import hot
from storage.approval_models import ApprovalRow, AskedRow
from storage.database import Database
from storage.model_base import Base
from storage.models import AddressRow, PersonRow, TicketRow
from storage.task_models import FulfilmentRow, TaskRow

# A Monday morning; what is due was begun on the Friday before, each a second after the last one.
NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
_BEGUN = timedelta(days=3)
_TEXT = (
    "postdesk approval 1\nrequest:\n  {0}\nitem:\n  Laptop\nrequester:\n  person{0}@corp.test\n"
    "cost:\n  900 EUR\nreason:\n  The old one is too slow\nquestion:\n  Which model?\nanswer:\n  Strong 16\n"
)
_ROWS = 500


def approvals(database: Database, numbers: range, approvers: int) -> None:
    """Store open approvals with these numbers, of so many approvers, each to be reminded of now."""
    for few in _few(database, numbers):
        _requests(few, "awaiting-approval")
        hot.insert(ApprovalRow, [_approval(number, approvers) for number in few])
        hot.insert(AskedRow, [_asked(number, approvers) for number in few])


def closed_tickets(database: Database, numbers: range) -> None:
    """Store tickets of as many people that were closed just now; nothing was decided about surveys."""
    for few in _few(database, numbers):
        _requests(few, "closed", closed_at=NOW)


def late_tasks(database: Database, numbers: range) -> None:
    """Store requests with one task each, of which the team is to be reminded now."""
    for few in _few(database, numbers):
        _requests(few, "in-fulfilment")
        hot.insert(FulfilmentRow, [_fulfilment(number) for number in few])
        hot.insert(TaskRow, [_task(number) for number in few])


def _few(database: Database, numbers: range) -> Iterator[range]:
    for start in range(0, len(numbers), _ROWS):
        with database.write():
            yield numbers[start : start + _ROWS]


def _requests(numbers: range, state: str, **more: object) -> None:
    people = [{"id": number, "name": f"Person {number}", "created_at": NOW} for number in numbers]
    addresses = [
        {"address": f"person{number}@corp.test", "person_id": number, "created_at": NOW} for number in numbers
    ]
    tickets = [_ticket(number, state) | more for number in numbers]
    tables: tuple[tuple[type[Base], list[dict[str, object]]], ...] = (
        (PersonRow, people), (AddressRow, addresses), (TicketRow, tickets),
    )  # fmt: skip
    for table, rows in tables:
        hot.insert(table, rows)


def _since(number: int) -> datetime:
    return NOW - _BEGUN + timedelta(seconds=number)


def _ticket(number: int, state: str) -> dict[str, object]:
    return {
        "number": number, "type": "service-request", "state": state, "impact": "medium", "urgency": "medium",
        "priority": "P3", "team": "service-desk", "requester_id": number, "subject": f"Laptop {number}",
        "root_message_id": f"<{number}@corp.test>", "created_at": _since(number),
        "updated_at": _since(number),
    }  # fmt: skip


def _who(number: int, approvers: int) -> str:
    return f"boss{number % approvers}@corp{number % approvers % 50}.test"


def _approval(number: int, approvers: int) -> dict[str, object]:
    text, since = _TEXT.format(number), _since(number)
    # A day of working time: half of it is over on Monday morning.
    stages = f'[["manager", "any", 0, 28800, [["{_who(number, approvers)}", "manager"]]]]'
    return {
        "id": number, "ticket_number": number, "item": "laptop", "text": text, "digest": digest(text),
        "parties": f'["person{number}@corp.test"]', "stages": stages, "problems": "[]",
        "may_be_bypassed": False, "stage": 0, "opened_at": since, "expires_at": since + timedelta(days=13),
        "state": "pending", "reason": "", "created_at": since, "next_at": NOW,
    }  # fmt: skip


def _asked(number: int, approvers: int) -> dict[str, object]:
    address, since = _who(number, approvers), _since(number)
    return {
        "id": number, "approval_id": number, "stage": 0, "approver": address, "address": address,
        "asked_at": since, "mailed_at": since, "done": "[]", "asked_back": 0, "waiting": True,
        "listing": False, "undelivered": False,
    }  # fmt: skip


def _fulfilment(number: int) -> dict[str, object]:
    since = _since(number)
    return {"ticket_number": number, "item": "laptop", "open": True, "begun_at": since, "end_reason": "",
            "next_at": NOW}  # fmt: skip


def _task(number: int) -> dict[str, object]:
    since = _since(number)
    return {
        "ticket_number": number, "position": 0, "task": "install", "title": "Install it",
        "team": "service-desk", "address": "", "after": "[]", "shows": "[]", "due_seconds": 28_800,
        "command": "", "gate": False, "at_end": False, "state": "started", "started_at": since,
        "due_at": NOW, "first_due_at": NOW, "next_at": NOW,
    }  # fmt: skip
