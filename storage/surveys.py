"""Who is asked about which closure, or not and why; what was answered.  Callers hold the transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from peewee import SqliteDatabase

from storage import hot
from storage.model_base import database
from storage.survey_models import SurveyAnswerRow, SurveyRow


class SurveyState(StrEnum):
    """What was decided about a closure: it is looked at again, was asked about, or never is."""

    WAITING = "waiting"
    SENT = "sent"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Survey:
    """One closure of a ticket and what was decided about it; ``address`` is folded, empty for nobody.

    ``score`` is that of the answer that counts, None without any.  ``team``, ``agent``, ``item`` and
    ``category`` are as they were when it was sent.  ``follows`` is the survey whose follow-up this closure
    ended.
    """

    id: int
    ticket_number: int
    closed_at: datetime
    address: str
    state: SurveyState
    reason: str
    look_at: datetime | None = None
    language: str = ""
    team: str = ""
    agent: str = ""
    item: str = ""
    category: str = ""
    message_id: str = ""
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    asked_back_at: datetime | None = None
    answered_at: datetime | None = None
    score: int | None = None
    words: str = ""
    follows: int | None = None


_COLUMNS = ", ".join(Survey.__slots__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came; ``reason`` says why it does not count, and is empty for one that does."""

    survey_id: int
    at: datetime
    author: str
    score: int | None
    words: str
    reason: str = ""
    arrival_id: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What was decided at first about a closure; without ``look_at`` nobody is ever asked."""

    ticket_number: int
    closed_at: datetime
    address: str
    reason: str
    look_at: datetime | None
    follows: int | None = None


def unplanned(since: datetime, limit: int) -> list[int]:
    """Return the tickets that were closed from that moment on and that nothing was decided about."""
    # The word itself stands there: SQLite uses a partial index only where it sees its condition.
    rows = hot.query(
        "SELECT number FROM tickets WHERE state = 'closed' AND closed_at >= ? AND NOT EXISTS (SELECT 1 FROM "
        "surveys WHERE surveys.ticket_number = tickets.number AND surveys.closed_at = tickets.closed_at) "
        "ORDER BY closed_at, number LIMIT ?",
        (since, limit),
    )
    return [number for (number,) in rows]


def plan(planned: Sequence[Planned]) -> int:
    """Note what was decided about closures; what was noted before stays.  Returns how many were new."""
    rows = [
        {
            "ticket_number": one.ticket_number,
            "closed_at": one.closed_at,
            "address": one.address,
            "state": SurveyState.WAITING if one.look_at is not None else SurveyState.NEVER,
            "reason": one.reason,
            "look_at": one.look_at,
            "follows": one.follows,
        }
        for one in planned
    ]
    return hot.insert(SurveyRow, rows, on_conflict="ON CONFLICT (ticket_number, closed_at) DO NOTHING")


def due(now: datetime, limit: int) -> list[int]:
    """Return the surveys that are to be looked at now, the longest due first."""
    rows = hot.query(
        "SELECT id FROM surveys WHERE state = 'waiting' AND look_at <= ? ORDER BY look_at, id LIMIT ?",
        (now, limit),
    )
    return [number for (number,) in rows]


def tickets_of(ids: Sequence[int]) -> dict[int, int]:
    """Return the numbers of the tickets that these surveys are about."""
    if not ids:
        return {}
    rows = hot.query(f"SELECT id, ticket_number FROM surveys WHERE id IN ({hot.marks(len(ids))})", ids)  # noqa: S608
    return dict(rows)


def lock(ids: Iterable[int]) -> list[Survey]:
    """Return those surveys that are there, by ticket; nobody else changes them until the transaction ends."""
    numbers = list(ids)
    if not numbers:
        return []
    held = "" if isinstance(database.obj, SqliteDatabase) else " FOR UPDATE"
    return _read(f"id IN ({hot.marks(len(numbers))}) ORDER BY ticket_number, id{held}", numbers)


def get(survey_id: int) -> Survey | None:
    """Return a survey, or None."""
    return next(iter(lock([survey_id])), None)


def of_ticket(ticket_number: int) -> list[Survey]:
    """Return what was decided about the closures of a ticket, oldest first."""
    return _read("ticket_number = ? ORDER BY id", [ticket_number])


def find_by_message_id(message_id: str) -> Survey | None:
    """Return the survey that was sent with this Message-ID, or None."""
    if not message_id:
        return None
    rows = hot.query("SELECT id FROM surveys WHERE message_id = ? AND message_id <> ''", (message_id,))
    return get(rows[0][0]) if rows else None


def change(survey_id: int, fields: Mapping[str, Any]) -> None:
    """Write these columns of a survey."""
    columns = ", ".join(f"{name} = ?" for name in fields)
    hot.execute(f"UPDATE surveys SET {columns} WHERE id = ?", [*fields.values(), survey_id])  # noqa: S608


def note_sent(sent: Sequence[tuple[Survey, str]]) -> None:
    """Write of surveys that they were sent in a mail of this Message-ID, and what they are counted under."""
    names = (
        "state", "reason", "look_at", "address", "language", "team", "agent", "item", "category", "sent_at",
        "expires_at",
    )  # fmt: skip
    columns = ", ".join(f"{name} = ?" for name in (*names, "message_id"))
    rows = [[*(getattr(one, name) for name in names), message_id, one.id] for one, message_id in sent]
    hot.execute_many(f"UPDATE surveys SET {columns} WHERE id = ?", rows)  # noqa: S608  # names of ours


def last_asked(addresses: Sequence[str]) -> dict[str, datetime]:
    """Return for each of these addresses when its person was last asked, at whichever address.

    Who was never asked is missing.
    """
    if not addresses:
        return {}
    marks = hot.marks(len(addresses))
    rows = hot.query(
        "SELECT mine.address, MAX(sent_at) FROM addresses mine JOIN addresses other "  # noqa: S608
        "ON other.person_id = mine.person_id JOIN surveys ON surveys.address = other.address "
        f"AND surveys.state = 'sent' WHERE mine.address IN ({marks}) GROUP BY mine.address",
        addresses,
    )
    return {address: hot.aware(moment) for address, moment in rows}


def add_answer(answer: Answer) -> None:
    """Keep an answer, counted or not."""
    row = {name: getattr(answer, name) for name in Answer.__slots__}
    hot.insert(SurveyAnswerRow, [row])


def answers(survey_id: int) -> list[Answer]:
    """Return all answers to a survey, oldest first."""
    query = SurveyAnswerRow.select().where(SurveyAnswerRow.survey_id == survey_id)
    return [
        Answer(row.survey_id, row.at, row.author, row.score, row.words, row.reason, row.arrival_id)
        for row in query.order_by(SurveyAnswerRow.id)
    ]


def counts() -> dict[str, int]:
    """Count the closures by what was decided about them; a state without any is missing."""
    return dict(hot.query("SELECT state, COUNT(*) FROM surveys GROUP BY state"))


def reasons(limit: int = 20) -> list[tuple[str, int]]:
    """Return why closures were not asked about, with how many there are, the most frequent first."""
    rows = hot.query(
        "SELECT reason, COUNT(*) FROM surveys WHERE state = 'never' GROUP BY reason "
        "ORDER BY COUNT(*) DESC, reason LIMIT ?",
        (limit,),
    )
    return [(reason, count) for reason, count in rows]


def _read(condition: str, values: Sequence[Any]) -> list[Survey]:
    return [_record(row) for row in hot.query(f"SELECT {_COLUMNS} FROM surveys WHERE {condition}", values)]  # noqa: S608


def _record(row: Sequence[Any]) -> Survey:
    number, ticket, closed_at, address, state, reason, *rest = row
    look_at, language, team, agent, item, category, message_id, sent_at, expires_at, *answered = rest
    asked_back_at, answered_at, score, words, follows = answered
    return Survey(
        id=number,
        ticket_number=ticket,
        closed_at=hot.aware(closed_at),
        address=address,
        state=SurveyState(state),
        reason=reason,
        look_at=hot.moment(look_at),
        language=language,
        team=team,
        agent=agent,
        item=item,
        category=category,
        message_id=message_id,
        sent_at=hot.moment(sent_at),
        expires_at=hot.moment(expires_at),
        asked_back_at=hot.moment(asked_back_at),
        answered_at=hot.moment(answered_at),
        score=score,
        words=words,
        follows=follows,
    )
