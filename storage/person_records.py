"""Everything that is kept about a person, table by table, as plain rows.  Callers hold the transaction.

What others say about somebody in their own words is theirs, and is not searched for.
"""

import json
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from storage.approval_models import ApprovalRow, AskedRow, EndingRow, HandoverRow, VoteRow
from storage.directory_models import DirectoryAbsenceRow, DirectoryPersonRow
from storage.handling_models import AbsenceRow
from storage.models import (
    AddressRow,
    ArrivalRow,
    EntryRow,
    EventRow,
    OutboxRow,
    ParticipantRow,
    PersonRow,
    TicketRow,
)
from storage.request_models import RequestRow
from storage.survey_models import SurveyAnswerRow, SurveyRow
from storage.task_models import PromiseMoveRow, TaskRow

Rows = list[dict[str, Any]]

# Columns that hold JSON: whoever reads the rows wants what it says.
_JSON = frozenset(
    {"roles", "groups", "deputies", "also", "recipients", "evidence", "answers", "parties", "stages",
     "problems", "done", "after", "shows", "cost", "data"}
)  # fmt: skip
# A statement takes so many values.
_CHUNK = 500
# Where an address stands: the table under its name in the export, what of it is told, and the columns.
_BY_ADDRESS: tuple[tuple[str, Any, tuple[Any, ...], tuple[Any, ...]], ...] = (
    ("directory", DirectoryPersonRow, (), (DirectoryPersonRow.address,)),
    ("absences_noted", DirectoryAbsenceRow, (), (DirectoryAbsenceRow.address,)),
    ("absences", AbsenceRow, (), (AbsenceRow.agent, AbsenceRow.stand_in)),
    (
        "arrivals",
        ArrivalRow,
        (ArrivalRow.id, ArrivalRow.received_at, ArrivalRow.message_id, ArrivalRow.reverse_path,
         ArrivalRow.recipients, ArrivalRow.peer, ArrivalRow.helo, ArrivalRow.auth_user,
         ArrivalRow.size_bytes, ArrivalRow.disposition, ArrivalRow.reason, ArrivalRow.ticket_number),
        (ArrivalRow.reverse_path, ArrivalRow.auth_user),
    ),
    ("entries", EntryRow, (), (EntryRow.author,)),
    (
        "mails_sent",
        OutboxRow,
        (OutboxRow.id, OutboxRow.notice, OutboxRow.recipient, OutboxRow.subject, OutboxRow.message_id,
         OutboxRow.state, OutboxRow.ticket_number, OutboxRow.created_at, OutboxRow.sent_at),
        (OutboxRow.recipient,),
    ),
    ("approvals_asked", AskedRow, (), (AskedRow.address, AskedRow.approver)),
    ("votes", VoteRow, (), (VoteRow.voter, VoteRow.approver)),
    ("handovers", HandoverRow, (), (HandoverRow.approver, HandoverRow.deputy)),
    ("approvals_ended", EndingRow, (), (EndingRow.ended_by,)),
    ("tasks", TaskRow, (), (TaskRow.address, TaskRow.assignee, TaskRow.done_by)),
    ("promises_moved", PromiseMoveRow, (), (PromiseMoveRow.moved_by,)),
    ("surveys", SurveyRow, (), (SurveyRow.address,)),
    ("survey_answers", SurveyAnswerRow, (), (SurveyAnswerRow.author,)),
    ("journal", EventRow, (), (EventRow.actor,)),
)  # fmt: skip


def of_person(person_id: int | None, addresses: Sequence[str]) -> dict[str, Rows]:
    """Return the rows about whoever has these folded addresses, in the order of their keys, by table.

    Every table is named, also one without a row.  ``person_id`` is None for somebody who never wrote.
    """
    known = [person_id] if person_id is not None else []
    found = {
        "person": _rows(PersonRow, (), PersonRow.id, known),
        "addresses": _rows(AddressRow, (), AddressRow.person_id, known),
    }
    for name, table, columns, places in _BY_ADDRESS:
        found[name] = _told(table, columns, reduce(or_, (place.in_(list(addresses)) for place in places)))
    on_tickets = _rows(ParticipantRow, (ParticipantRow.ticket_number, ParticipantRow.role),
                       ParticipantRow.person_id, known)  # fmt: skip
    asked = [one["number"] for one in _rows(TicketRow, (TicketRow.number,), TicketRow.requester_id, known)]
    return {
        **found,
        "tickets": _tickets({one["ticket_number"]: one["role"] for one in on_tickets}, asked),
        "requests": _rows(RequestRow, (), RequestRow.ticket_number, asked),
        "approvals": _rows(ApprovalRow, (), ApprovalRow.ticket_number, asked),
    }


def _tickets(roles: dict[int, str], asked: Sequence[int]) -> Rows:
    """Return the tickets that somebody is on, each with the role there; those that they asked come first."""
    columns = (TicketRow.number, TicketRow.subject, TicketRow.type, TicketRow.state, TicketRow.created_at)
    numbers = sorted({*roles, *asked})
    rows = _rows(TicketRow, columns, TicketRow.number, numbers)
    return [{**row, "role": roles.get(row["number"], "requester")} for row in rows]


def _rows(table: Any, columns: tuple[Any, ...], place: Any, values: Sequence[Any]) -> Rows:
    chunks = (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))
    return [row for chunk in chunks for row in _told(table, columns, place.in_(list(chunk)))]


def _told(table: Any, columns: tuple[Any, ...], condition: Any) -> Rows:
    query = table.select(*columns).where(condition).order_by(table._meta.primary_key)  # noqa: SLF001
    return [{name: _read(name, value) for name, value in row.items()} for row in query.dicts()]


def _read(name: str, value: Any) -> Any:
    return json.loads(value) if name in _JSON and isinstance(value, str) and value else value
