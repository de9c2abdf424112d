"""What bad answers to surveys opened, and how that ended.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import hot
from storage.survey_models import SurveyFollowUpRow


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The ticket in which a bad answer is looked into; it may be the rated one, opened again."""

    survey_id: int
    ticket_number: int
    opened_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""


def add(survey_id: int, ticket_number: int, now: datetime) -> bool:
    """Note the follow-up of a survey; False where it has one."""
    row = {"survey_id": survey_id, "ticket_number": ticket_number, "opened_at": now}
    return bool(hot.insert(SurveyFollowUpRow, [row], on_conflict="ON CONFLICT (survey_id) DO NOTHING"))


def of_survey(survey_id: int) -> FollowUp | None:
    """Return the follow-up of a survey, or None."""
    row = SurveyFollowUpRow.get_or_none(SurveyFollowUpRow.survey_id == survey_id)
    return _record(row) if row is not None else None


def going_on(ticket_number: int) -> FollowUp | None:
    """Return the follow-up that is looked into in this ticket and whose outcome nobody was told, or None."""
    query = SurveyFollowUpRow.select().where(
        SurveyFollowUpRow.ticket_number == ticket_number, SurveyFollowUpRow.ended_at.is_null()
    )
    row = query.order_by(SurveyFollowUpRow.survey_id.desc()).first()
    return _record(row) if row is not None else None


def end(survey_id: int, outcome: str, now: datetime) -> None:
    """Note how a follow-up ended."""
    row = SurveyFollowUpRow
    row.update(ended_at=now, outcome=outcome).where(row.survey_id == survey_id).execute()


def surveys_followed_by(ticket_numbers: Sequence[int]) -> dict[int, int]:
    """Return of those tickets that are follow-ups the survey that each of them looks into, the last one.

    A follow-up whose end was asked about already is left out.
    """
    if not ticket_numbers:
        return {}
    marks = hot.marks(len(ticket_numbers))
    rows = hot.query(
        "SELECT ticket_number, MAX(survey_id) FROM survey_follow_ups "  # noqa: S608  # placeholders only
        f"WHERE ticket_number IN ({marks}) AND NOT EXISTS (SELECT 1 FROM surveys WHERE follows = survey_id "
        "AND state = 'sent') GROUP BY ticket_number",
        list(ticket_numbers),
    )
    return dict(rows)


def _record(row: SurveyFollowUpRow) -> FollowUp:
    return FollowUp(row.survey_id, row.ticket_number, row.opened_at, row.ended_at, row.outcome)


def end_quietly(ended: Sequence[str], now: datetime) -> int:
    """End the follow-ups whose tickets are in these states, told or not; returns how many there were."""
    marks = hot.marks(len(ended))
    return hot.execute(
        "UPDATE survey_follow_ups SET ended_at = ? WHERE ended_at IS NULL AND ticket_number IN "  # noqa: S608
        f"(SELECT number FROM tickets WHERE state IN ({marks}))",
        (now, *ended),
    )
