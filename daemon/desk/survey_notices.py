"""The mails of satisfaction surveys; rows of the table in ``desk.notices``."""

from daemon.desk.notice import CONVERSATION, Audience, Notice

SURVEY_NOTICES = (
    Notice(
        "survey",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="asks the requester of a closed ticket for one digit: how satisfied they were",
        keys=("ticket", "rating"),
    ),
    Notice(
        "survey-told",
        Audience.REQUESTER,
        "auto-replied",
        null_path=True,
        description="tells what became of an answer to a survey, where that is not plain, or asks back",
        keys=("ticket", "rating"),
    ),
    Notice(
        "survey-follow-up",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="shows who leads the team what somebody wrote who was not satisfied",
        keys=(*CONVERSATION, "rating"),
        outward=True,
    ),
    Notice(
        "survey-outcome",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="tells somebody who was not satisfied what came of it",
        keys=("ticket", "entry", "rating"),
    ),
    Notice(
        "satisfaction-report",
        Audience.ADMINISTRATOR,
        "auto-generated",
        null_path=True,
        description="tells administrators, and who leads a team, how satisfied people were, with charts",
        keys=("figures",),
    ),
)
