"""Cara gets a laptop: a vendor orders it, IT installs it, Bob checks; what the stories about tasks share."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from daemon.desk.catalogue import Catalogue, Item, Kind, Question, QuestionType, Task
from daemon.desk.changes import MoveState, SetType
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.services import fulfilling
from daemon.services.apply import Cause, Work
from daemon.services.intake import Intake
from daemon.services.postbag import Postbag
from storage import requests, tasks, tickets
from storage.database import Database
from storage.tasks import StoredTask
from storage.vocabulary import TicketState, TicketType
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail

CARA, VIC, ANN, BOB, FAY, EVE = (
    "Cara Customer <cara@corp.test>",
    "Vic Vendor <vic@vendor.test>",
    "Ann <ann@corp.test>",
    "Bob <bob@corp.test>",
    "Fay <fay@corp.test>",
    "Eve <eve@evil.test>",
)
Opened = Callable[..., StoryDesk]
HOURS = 3600
DAY = 8 * HOURS
TEAMS = (
    TeamSettings(name="service-desk", addresses=(SUPPORT,), members=("ann@corp.test", "bob@corp.test")),
    TeamSettings(name="facilities", addresses=("rooms@desk.test",), members=("fay@corp.test",)),
)
AGENTS = (
    AgentSettings(address="ann@corp.test", name="Ann"),
    AgentSettings(address="bob@corp.test", name="Bob"),
    AgentSettings(address="fay@corp.test", name="Fay"),
)
QUESTIONS = (
    Question("model", "Which model?", QuestionType.TEXT, "aaa"),
    Question("reason", "What do you need it for?", QuestionType.TEXT, "bbb"),
    Question("until", "Until when?", QuestionType.DATE, "ccc", required=False),
)
ANSWERS = {"model": "Strong 16", "reason": "Films of my cats"}
ORDER = Task("order", "Order the laptop", to="vic@vendor.test", due_seconds=5 * DAY, shows=("model",))
DESK = Task("desk", "Bring a desk", team="facilities", due_seconds=DAY)
INSTALL = Task("install", "Install it", team="service-desk", after=("order", "desk"), due_seconds=DAY)
CHECK = Task("check", "Look at it", team="facilities", after=("install",), due_seconds=4 * HOURS, gate=True)
TAKE_BACK = Task("take-back", "Fetch it", team="facilities", due_seconds=DAY, at_end=True)


def laptop(*wanted: Task, promised: int = 0, ends: str = "", **more: object) -> Item:
    """Return an item with these tasks."""
    item = Item("laptop", "New laptop", Kind.ORDER, "A laptop", "service-desk", "0bc", questions=QUESTIONS)
    return replace(item, tasks=wanted, promised_seconds=promised, ends=ends, **more)  # type: ignore[arg-type]


def desk_with(database: Database, now: object, item: Item, **more: object) -> StoryDesk:
    """Open a desk whose catalogue has this item."""
    return StoryDesk(
        database,
        now,
        teams=TEAMS,
        agents=AGENTS,
        catalogue=Catalogue((item,)),
        **more,  # type: ignore[arg-type]
    )


def begun(desk: StoryDesk, answers: dict[str, str] | None = None, **envelope: str) -> list[Mail]:
    """Let Cara's request go to work; returns what the desk wrote then."""
    asked = mail(CARA, "A laptop please", "I would like a laptop.\n")
    number = desk.mail_in(asked, **envelope)["ticket"]
    desk.mail_out()
    (item,) = desk.office.catalogue.items
    with desk.database.write():
        ticket = tickets.lock(number)
        assert ticket is not None
        work = Work.on(ticket, Cause("cara@corp.test", f"test:{number}", desk.now))
        work.apply(
            [SetType(TicketType.SERVICE_REQUEST, TicketState.NEW), MoveState(TicketState.IN_FULFILMENT)]
        )
        request = requests.add(number, item.id, answers or ANSWERS, desk.now)
        postbag = Postbag(desk.office, work.cause)
        fulfilling.begin(postbag, work, item, request)
        postbag.post()
        work.finish()
    return desk.mail_out()


def cancelled(desk: StoryDesk, reason: str, number: int = 1) -> list[Mail]:
    """Call the work on a request off."""
    with desk.database.write():
        ticket = tickets.lock(number)
        assert ticket is not None
        work = Work.on(ticket, Cause("cara@corp.test", f"test:cancel:{number}", desk.now))
        fulfilling.cancel(Postbag(desk.office, work.cause), work, reason)
        work.finish()
    return desk.mail_out()


def refit(desk: StoryDesk, **changes: object) -> None:
    """Give the desk another office."""
    desk.office = replace(desk.office, **changes)  # type: ignore[arg-type]
    desk.intake = Intake(
        desk.database, desk.office, desk.intake.read_many, "story/0/0/worker", lambda: desk.now
    )


def row(desk: StoryDesk, name: str, number: int = 1) -> StoredTask:
    """Return a task as it stands."""
    with desk.database.read():
        (found,) = [one for one in tasks.of_ticket(number) if one.task == name]
    return found


def states(desk: StoryDesk, number: int = 1) -> dict[str, str]:
    """Return how far each task is."""
    with desk.database.read():
        return {one.task: one.state for one in tasks.of_ticket(number)}


def notes(desk: StoryDesk, number: int = 1) -> list[str]:
    """Return the lines of the journal about tasks."""
    return [
        one["kind"]
        for one in desk.ticket(number)["events"]
        if one["kind"].startswith(("task", "promise moved"))
    ]


def to(mails: list[Mail], recipient: str, notice: str = "task-request") -> Mail:
    """Return the one mail of a notice to a recipient."""
    (found,) = [one for one in mails if (one.recipient, one.notice) == (recipient, notice)]
    return found


def sent(mails: list[Mail]) -> list[tuple[str, str]]:
    """Return what went to whom."""
    return sorted((one.notice, one.recipient) for one in mails)


@pytest.fixture(name="opened")
def desks_opened(database: Database, now: datetime) -> Iterator[Opened]:
    """Open desks whose catalogue has a laptop with these tasks."""
    made: list[StoryDesk] = []

    def make(*tasks, settings: DeskSettings | None = None, **more) -> StoryDesk:
        named = {"settings": settings} if settings is not None else {}
        made.append(desk_with(database, now, laptop(*tasks, **more), **named))
        return made[-1]

    yield make
    for one in made:
        one.close()
