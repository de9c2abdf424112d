"""What satisfaction is counted from: every survey that was sent, with its answer if there is one.

Callers hold the transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from storage import hot


@dataclass(frozen=True, slots=True)
class Sent:
    """A survey that was sent, with the score that counts, None without an answer; empty is not known."""

    at: datetime
    score: int | None
    team: str
    agent: str
    item: str
    category: str


def sent(since: datetime, until: datetime) -> list[Sent]:
    """Return the surveys that were sent from one moment up to another, in the order of their sending."""
    rows = hot.query(
        "SELECT sent_at, score, team, agent, item, category FROM surveys "
        "WHERE state = 'sent' AND sent_at >= ? AND sent_at < ? ORDER BY sent_at, id",
        (since, until),
    )
    return [Sent(hot.aware(at), score, *rest) for at, score, *rest in rows]


def follow_ups(since: datetime, until: datetime) -> tuple[int, int]:
    """Count the follow-ups that were opened in a time, and those of them that go on."""
    rows = hot.query(
        "SELECT COUNT(*), SUM(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END) FROM survey_follow_ups "
        "WHERE opened_at >= ? AND opened_at < ?",
        (since, until),
    )
    opened, going_on = rows[0]
    return int(opened), int(going_on or 0)


@dataclass(frozen=True, slots=True)
class Words:
    """An answer that counts, with its words."""

    survey_id: int
    ticket_number: int
    answered_at: datetime
    address: str
    score: int
    words: str
    team: str
    agent: str


def answered(since: datetime, until: datetime, limit: int) -> list[Words]:
    """Return the answers that count to surveys of a time, the newest first."""
    rows = hot.query(
        "SELECT id, ticket_number, answered_at, address, score, words, team, agent FROM surveys "
        "WHERE state = 'sent' AND sent_at >= ? AND sent_at < ? AND score IS NOT NULL "
        "ORDER BY answered_at DESC, id DESC LIMIT ?",
        (since, until, limit),
    )
    return [Words(one, number, hot.aware(at), *rest) for one, number, at, *rest in rows]
