"""Cara asks for a laptop, Max decides: what the stories about approvals share."""

from dataclasses import replace

from daemon.desk.approval_rules import stage_rule
from daemon.desk.calendars import AROUND_THE_CLOCK, Calendar
from daemon.desk.catalogue import By, Catalogue, Item, Kind, Question, QuestionType, Stage
from daemon.desk.changes import SetType
from daemon.services import approval_requests, approving
from daemon.services.apply import Cause, Work
from daemon.services.intake import Intake
from daemon.services.postbag import Postbag
from storage import approvals, directory, requests, tickets
from storage.approval_records import Asked, Dossier
from storage.records import DirectoryPerson
from storage.vocabulary import TicketState, TicketType
from tests.scenarios.desk import Mail, StoryDesk, mail

CARA, MAX, DORA, CFO, EVE = (
    "Cara Customer <cara@corp.test>",
    "Max <max@corp.test>",
    "Dora <dora@corp.test>",
    "Fay Finance <cfo@corp.test>",
    "Eve <eve@evil.test>",
)
# Max manages Cara, Dora stands in for him, and their boss is Bea.
PEOPLE = (
    DirectoryPerson("cara@corp.test", "Cara", manager="max@corp.test", department="Sales"),
    DirectoryPerson("max@corp.test", "Max", manager="bea@corp.test", deputies=("dora@corp.test",)),
    DirectoryPerson("dora@corp.test", "Dora", manager="bea@corp.test"),
    DirectoryPerson("bea@corp.test", "Bea"),
    DirectoryPerson("cfo@corp.test", "Fay", manager="bea@corp.test"),
)
QUESTIONS = (
    Question("model", "Which model?", QuestionType.TEXT, "aaa"),
    Question("price", "What does it cost?", QuestionType.NUMBER, "bbb"),
    Question("reason", "What do you need it for?", QuestionType.TEXT, "ccc", required=False),
)
ANSWERS = {"model": "Strong 16", "price": "900", "reason": "Films"}
MANAGER = Stage(By.MANAGER)
TWO_STAGES = (MANAGER, Stage(By.PERSONS, ("cfo@corp.test",)))
BOARD = Stage(By.GROUP, group="Board", needed="2")
# So that a story can count its hours; what a desk does without a calendar is a story of its own.
DAY_AND_NIGHT = replace(AROUND_THE_CLOCK, name="day and night")
GROUPS = {"Board": ("cfo@corp.test", "max@corp.test", "bea@corp.test")}


def laptop(*stages: Stage, bypass: bool = False) -> Item:
    """Return an item that these have to approve."""
    return Item(
        "laptop",
        "New laptop",
        Kind.ORDER,
        "A laptop",
        "service-desk",
        "0bc",
        price="price",
        questions=QUESTIONS,
        stages=stages,
        bypass=bypass,
    )


def with_item(desk: StoryDesk, item: Item, calendar: Calendar = DAY_AND_NIGHT) -> None:
    """Let the desk have an item, and know the people of the company."""
    catalogue = Catalogue((item,), GROUPS, {"": "cfo@corp.test"})
    waiting = replace(desk.office.waiting, calendar=calendar)
    desk.office = replace(desk.office, catalogue=catalogue, waiting=waiting)
    desk.intake = Intake(
        desk.database, desk.office, desk.intake.read_many, "story/0/0/worker", lambda: desk.now
    )
    with desk.database.write():
        directory.put(PEOPLE, "test", desk.now)


def requested(desk: StoryDesk, *stages: Stage, bypass: bool = False, sender: str = CARA) -> list[Mail]:
    """Let somebody ask for a laptop; returns what the desk wrote to whoever decides, and to agents."""
    item = laptop(*stages, bypass=bypass)
    with_item(desk, item)
    number = desk.mail_in(mail(sender, "A laptop please", "I would like a laptop.\n"))["ticket"]
    desk.mail_out()
    submit(desk, item, number)
    return desk.mail_out()


def submit(desk: StoryDesk, item: Item, number: int = 1) -> bool:
    """Put a request for the item before its approvers, as the flow of requests does."""
    with desk.database.write():
        ticket = tickets.lock(number)
        assert ticket is not None
        work = Work.on(ticket, Cause("cara@corp.test", f"test:{desk.now.timestamp()}", desk.now))
        if ticket.type is not TicketType.SERVICE_REQUEST:
            work.apply([SetType(TicketType.SERVICE_REQUEST, TicketState.NEW)])
        request = requests.get(number) or requests.add(number, item.id, ANSWERS, desk.now)
        postbag = Postbag(desk.office, work.cause)
        begun = approving.begin(postbag, work, item, request)
        postbag.post()
        work.finish()
    return begun


def void(desk: StoryDesk, reason: str, number: int = 1) -> None:
    """End the approval of a ticket, as the flow of requests does."""
    with desk.database.write():
        ticket = tickets.lock(number)
        assert ticket is not None
        work = Work.on(ticket, Cause("cara@corp.test", f"test:{desk.now.timestamp()}", desk.now))
        postbag = Postbag(desk.office, work.cause)
        approving.void(postbag, work, reason)
        postbag.post()
        work.finish()


def ask_approver(desk: StoryDesk, number: int, address: str) -> int:
    """Ask this very address about a ticket, whoever it is; returns the number of the question."""
    with desk.database.write():
        ticket = tickets.lock(number)
        assert ticket is not None
        work = Work.on(ticket, Cause("ann@corp.test", f"test:{desk.now.timestamp()}", desk.now))
        work.apply([SetType(TicketType.CHANGE, TicketState.DRAFT)])
        named = approval_requests.of_change(work.ticket, (stage_rule("nobody@corp.test"),))
        postbag = Postbag(desk.office, work.cause)
        found = approving.ask_for(postbag, work, named)
        approval = found.dossier.approval
        stage = replace(approval.stages[0], approvers=((address, "a mistake"),))
        approvals.change(approval.id, stages=(stage,))
        approvals.ask([Asked(approval.id, 0, address, address, desk.now)])
        asked = approvals.get(approval.id)
        work.finish()
    assert asked is not None
    desk.mail_out()
    return next(one.id for one in asked.asked if one.address == address)


def dossier(desk: StoryDesk, number: int = 1) -> Dossier:
    """Return the latest approval of a ticket."""
    with desk.database.read():
        return approvals.of_ticket(number)[-1]


def state(desk: StoryDesk, number: int = 1) -> str:
    return dossier(desk, number).approval.state


def votes(desk: StoryDesk, number: int = 1) -> list[tuple[str, str]]:
    with desk.database.read():
        found = approvals.of_ticket(number)
    return [(one.vote.voter, one.vote.decision) for each in found[-1:] for one in each.votes]


def notes(desk: StoryDesk, number: int = 1) -> list[str]:
    """Return the lines of a ticket's journal about its approval."""
    return [event["kind"] for event in desk.ticket(number)["events"] if event["kind"].startswith("approval")]


def to(mails: list[Mail], recipient: str, notice: str = "approval-request") -> Mail:
    """Return the one mail of a notice to a recipient."""
    (found,) = [one for one in mails if one.recipient == recipient and one.notice == notice]
    return found


def sent(mails: list[Mail]) -> list[tuple[str, str]]:
    return sorted((one.notice, one.recipient) for one in mails)
