"""What agents have to do, and what is like a new ticket, counted.  Callers hold the transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from storage import hot
from storage.models import TicketRow, tuples
from storage.vocabulary import TicketState, TicketType

# So many of the newest tickets are looked at, and so many of one requester or category.  Numbers grow with
# time, so that what is new is found without an index of its own.
NEWEST = 300
LIKE = 50
_OF_REQUESTER = "SELECT assignee FROM tickets WHERE requester_id = ? ORDER BY number DESC LIMIT ?"
# The index of categories leaves out the empty one.
_OF_CATEGORY = (
    "SELECT assignee FROM tickets WHERE category = ? AND category <> '' ORDER BY number DESC LIMIT ?"
)


def open_tickets(agents: Sequence[str], ended: Sequence[TicketState]) -> dict[str, int]:
    """Count the tickets of each agent that have not ended; an agent without any is missing."""
    wanted, over = hot.marks(len(agents)), hot.marks(len(ended))
    sql = f"SELECT assignee, COUNT(*) FROM tickets WHERE assignee IN ({wanted}) AND state NOT IN ({over}) GROUP BY assignee"  # noqa: S608, E501  # placeholders only
    return dict(hot.query(sql, [*agents, *ended])) if agents else {}


def given_since(agents: Sequence[str], moment: datetime) -> dict[str, int]:
    """Count what each agent has of the newest tickets, those since that moment; without any: missing."""
    newest = "(SELECT assignee, created_at FROM tickets ORDER BY number DESC LIMIT ?) AS newest"
    sql = f"SELECT assignee, COUNT(*) FROM {newest} WHERE assignee IN ({hot.marks(len(agents))}) AND created_at >= ? GROUP BY assignee"  # noqa: S608, E501  # placeholders only
    return dict(hot.query(sql, [NEWEST, *agents, moment])) if agents else {}


def had_of(requester_id: int | None, category: str) -> dict[str, int]:
    """Count who had the last tickets of this requester and of this category, by assignee."""
    rows = hot.query(_OF_REQUESTER, (requester_id, LIKE)) if requester_id is not None else []
    rows += hot.query(_OF_CATEGORY, (category, LIKE)) if category else []
    return dict(Counter(str(agent) for (agent,) in rows if agent))


def types_of(requester_id: int, limit: int) -> tuple[TicketType, ...]:
    """Return the types of somebody's last tickets, newest first."""
    sql = "SELECT type FROM tickets WHERE requester_id = ? ORDER BY number DESC LIMIT ?"
    return tuple(TicketType(kind) for (kind,) in hot.query(sql, (requester_id, limit)))


def subjects_since(moment: datetime, hidden: Sequence[str] = ()) -> list[str]:
    """Return the subjects of the newest tickets, those that were opened from that moment on, newest first.

    Those that teams of ``hidden`` work on are left out.
    """
    newest = "SELECT number, subject, created_at, team FROM tickets ORDER BY number DESC LIMIT ?"
    sql = f"SELECT subject, team FROM ({newest}) AS newest WHERE created_at >= ? ORDER BY number DESC"  # noqa: S608  # placeholders only
    return [str(subject) for subject, team in hot.query(sql, (NEWEST, moment)) if team not in hidden]


def efforts() -> dict[str, list[int]]:
    """Return the minutes that the newest ended tickets of each category took.

    Those that were booked; where none were, the time from the opening to the end.
    """
    query = TicketRow.select(
        TicketRow.category, TicketRow.minutes_spent, TicketRow.created_at, TicketRow.resolved_at
    ).where(TicketRow.resolved_at.is_null(is_null=False), TicketRow.category != "")
    found: dict[str, list[int]] = {}
    for category, booked, opened, ended in tuples(query.order_by(TicketRow.number.desc()).limit(NEWEST)):
        found.setdefault(category, []).append(booked or max(1, int((ended - opened).total_seconds()) // 60))
    return found
