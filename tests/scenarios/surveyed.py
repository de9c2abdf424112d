"""A desk that asks how satisfied people were, and the steps of its stories."""

from dataclasses import replace
from typing import Any

from daemon.desk.catalogue import Catalogue
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.desk.survey_plan import Surveys
from daemon.desk.survey_settings import SurveySettings
from daemon.jobs import surveys as job
from storage import hot, people, surveys, tickets
from storage.surveys import Survey
from storage.tickets import NewTicket
from storage.vocabulary import Level, Priority, TicketState, TicketType
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
LEAD = "Lea Lead <lea@corp.test>"
ALWAYS = SurveySettings(enabled=True, delay="1h", cooldown_days=0, times=("mon-sun 00:00-24:00",))


def made(database: Any, now: Any, settings: SurveySettings = ALWAYS, **desk: Any) -> StoryDesk:
    """Set up a desk of one team that Lea leads, which asks as the settings say."""
    story = StoryDesk(
        database,
        now,
        settings=DeskSettings(name="IT Support", address=SUPPORT, timezone="Europe/Berlin", **desk),
        teams=(
            TeamSettings(
                name="service-desk",
                addresses=(SUPPORT,),
                members=("ann@corp.test", "bob@corp.test", "lea@corp.test"),
                lead="lea@corp.test",
            ),
        ),
        agents=tuple(
            AgentSettings(address=f"{name}@corp.test", name=shown)
            for name, shown in (("ann", "Ann"), ("bob", "Bob"), ("lea", "Lea Lead"))
        ),
    )
    return asking(story, settings)


def asking(story: StoryDesk, settings: SurveySettings, catalogue: Catalogue | None = None) -> StoryDesk:
    """Let the desk ask as these settings say."""
    found = Surveys.of(settings, "Europe/Berlin")
    story.office = replace(
        story.office, surveys=found, **({"catalogue": catalogue} if catalogue is not None else {})
    )
    story.intake = replace(story.intake, office=story.office)
    return story


def dispatch(desk: StoryDesk, **later: float) -> str:
    """Let time pass and the job look; at least once to decide and, an hour later, once to ask."""
    desk.advance(**later)
    return job.dispatch(desk.database, desk.office, desk.now)


def closed(desk: StoryDesk, sender: str = CARA, subject: str = "Printer is dead") -> int:
    """Let somebody open a ticket that Ann closes; returns its number."""
    row = desk.mail_in(mail(sender, subject, f"It says PC LOAD LETTER. ({subject})\n"))
    to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
    desk.advance(minutes=1)
    desk.mail_in(reply(to_ann, ANN, "#close\n\nPut in letter paper."), auth_user="ann@corp.test")
    desk.mail_out()
    return int(row["ticket"])


def asked(desk: StoryDesk, sender: str = CARA, subject: str = "Printer is dead") -> Mail:
    """Let a ticket be closed and its requester be asked; returns the survey."""
    closed(desk, sender, subject)
    dispatch(desk)
    dispatch(desk, hours=2)
    return next(one for one in desk.mail_out() if one.notice == "survey")


def decided(desk: StoryDesk, number: int = 1) -> Survey:
    """Return what was decided last about a ticket."""
    with desk.database.read():
        return surveys.of_ticket(number)[-1]


def answers(desk: StoryDesk, survey_id: int = 1) -> list[tuple[int | None, str, bool]]:
    """Return the answers to a survey: score, author, and whether it counts."""
    with desk.database.read():
        return [(one.score, one.author, not one.reason) for one in surveys.answers(survey_id)]


def notices(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(one.notice, one.recipient) for one in mails]


def journal(desk: StoryDesk, number: int = 1) -> list[str]:
    return [one["kind"] for one in desk.ticket(number)["events"]]


def many(desk: StoryDesk, count: int) -> None:
    """Let so many people have a ticket that was closed, without all the mail of it."""
    with desk.database.write():
        for at in range(count):
            person = people.find_or_add(f"person{at}@cust{at % 7}.test", f"Person {at}", desk.now)
            new = NewTicket(
                TicketType.INCIDENT,
                TicketState.CLOSED,
                Level.MEDIUM,
                Level.MEDIUM,
                Priority.P3,
                "service-desk",
                person.id,
                f"Printer {at}",
                f"<root{at}@cust.test>",
            )
            number = tickets.add(new, ("service-desk",), desk.now)
            hot.execute("UPDATE tickets SET closed_at = ? WHERE number = ?", (desk.now, number))


def generous(database: Any, now: Any) -> StoryDesk:
    """Set up a desk that may send much mail within an hour."""
    return made(database, now, auto_mail_per_hour=1_000_000, auto_mail_per_domain_and_hour=1_000_000)
