"""Who may rate, by mail: an attempt of ``test_power``."""

from daemon.desk.permissions import Role
from daemon.mail.tokens import Purpose
from storage import surveys
from storage.survey_models import SurveyRow
from tests.acceptance.power_stage import Proofs, Stage


def rates(stage: Stage, role: Role, proofs: Proofs) -> bool:
    """Let somebody answer a survey that the requester of the ticket was sent."""
    now = stage.desk.now
    cells = {"ticket_number": stage.number, "closed_at": now, "address": "cara@cust.test", "reason": ""}
    with stage.desk.database.write():
        SurveyRow.insert(id=stage.number, state="sent", sent_at=now, expires_at=now, **cells).execute()
    stage.send(role, proofs, "4 fine", Purpose.SURVEY)
    with stage.desk.database.read():
        survey = surveys.get(stage.number)
    return survey is not None and survey.score == 4
