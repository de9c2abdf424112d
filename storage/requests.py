"""Requests for items of the catalogue, with the answers that count.  Callers hold the transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import hot
from storage.request_models import RequestRow


@dataclass(frozen=True, slots=True)
class Request:
    """What a ticket asks for; ``version`` counts the changes of the answers from 1.

    ``answers`` are valid ones by question, in the order of the questions; those still to come are missing.
    """

    ticket_number: int
    item: str
    answers: tuple[tuple[str, str], ...]
    version: int
    created_at: datetime
    updated_at: datetime


def add(ticket_number: int, item: str, answers: Mapping[str, str], now: datetime) -> Request:
    """Note what a new ticket asks for."""
    request = Request(ticket_number, item, tuple(answers.items()), 1, now, now)
    RequestRow.insert(
        ticket_number=ticket_number,
        item=item,
        answers=json.dumps(request.answers),
        version=1,
        created_at=now,
        updated_at=now,
    ).execute()
    return request


def put(ticket_number: int, item: str, answers: Mapping[str, str], now: datetime) -> None:
    """Say what a ticket asks for, whatever it was before; nothing for an item without a name."""
    before = get(ticket_number)
    if before is not None and before.item == item:
        answer(ticket_number, answers, now)
        return
    RequestRow.delete().where(RequestRow.ticket_number == ticket_number).execute()
    if item:
        add(ticket_number, item, answers, now)


def get(ticket_number: int) -> Request | None:
    """Return what a ticket asks for; None where it asks for nothing of the catalogue."""
    return next(map(_request, hot.rows(RequestRow, "ticket_number = ?", (ticket_number,))), None)


def answer(ticket_number: int, answers: Mapping[str, str], now: datetime) -> Request:
    """Put these answers in the place of the ones before; raises LookupError where nothing was asked for."""
    pairs = tuple(answers.items())
    query = RequestRow.update(answers=json.dumps(pairs), version=RequestRow.version + 1, updated_at=now)
    query.where(RequestRow.ticket_number == ticket_number).execute()
    found = get(ticket_number)
    if found is None:
        raise LookupError(f"ticket {ticket_number} asks for nothing of the catalogue")
    return found


def _request(row: Any) -> Request:
    answers = tuple((question, text) for question, text in json.loads(row.answers))
    return Request(row.ticket_number, row.item, answers, row.version, row.created_at, row.updated_at)
