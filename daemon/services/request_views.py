"""What notices tell of a request: what was asked for, with which answers, at which cost and by when."""

from collections.abc import Mapping
from dataclasses import dataclass

from daemon.desk.catalogue import By, Item, QuestionType
from daemon.desk.catalogue_list import money
from daemon.desk.dates import Now
from daemon.desk.item_texts import filled
from daemon.desk.lifecycle import ENDED
from daemon.desk.sentences import sentence
from daemon.desk.working_time import WORKING_DAY_SECONDS, spoken_work
from daemon.services.apply import Work
from daemon.services.letters import Context, Reader
from daemon.services.office import Office
from storage import requests, tasks
from storage.requests import Request
from storage.vocabulary import TicketState, TicketType

_SPOKEN = {"yes": sentence("yes"), "no": sentence("no")}
# Which of an item's own texts fits a request in this state.
PURPOSES = {TicketState.IN_FULFILMENT: "confirmed", TicketState.FULFILLED: "fulfilled"}
_HOUR, _MINUTE = 3600, 60
_NO_TEXT = {"text": ""}
_NO_LINK = {"mailto": ""}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item of the catalogue with the request for it."""

    item: Item
    request: Request

    @property
    def answers(self) -> dict[str, str]:
        """The valid answers so far, by question."""
        return dict(self.request.answers)


def wanted_of(office: Office, work: Work) -> Wanted | None:
    """Return the item and the answers of a ticket; None for one that asks for nothing the catalogue has."""
    if work.ticket.type is not TicketType.SERVICE_REQUEST:
        return None
    request = requests.get(work.ticket.number)
    item = office.catalogue.item(request.item) if request is not None else None
    return Wanted(item, request) if item is not None and request is not None else None


def clock(office: Office, work: Work) -> Now:
    """Return the moment, in the zone of the desk that the request was made to."""
    return Now(work.cause.now, office.desk_of(work.ticket).timezone)


def described(office: Office, work: Work, wanted: Wanted, reader: Reader) -> Context:
    """Describe a request for its requester, or for whoever else reads of it."""
    item, answers = wanted.item, wanted.answers
    # What has ended is planned for no day any more.
    over = work.ticket.state in ENDED
    return {
        "title": item.title,
        "description": item.description,
        "article": item.article,
        "answers": answered(item, answers),
        "cost": money(item.cost_of(answers), office.catalogue.currency),
        "promised": "" if over else due(work, reader),
        **promised(0 if over else item.promised_seconds),
        "owner": item.owner,
        "own": _NO_TEXT,
        "gaps": [],
        "doubtful": 0,
        "form": _NO_TEXT,
        "fill": _NO_LINK,
        "change": _NO_LINK,
        "cancel": _NO_LINK,
    }


def answered(item: Item, answers: Mapping[str, str]) -> list[Context]:
    """List the answers with their questions, in the order of these."""
    return [
        {
            "question": one.label,
            "answer": _SPOKEN[answers[one.id]] if one.type is QuestionType.YES_NO else answers[one.id],
        }
        for one in item.questions
        if one.id in answers
    ]


def due(work: Work, reader: Reader) -> str:
    """Say by when it is promised; empty where no day is yet."""
    begun = tasks.get(work.ticket.number)
    moment = begun.promised_at if begun is not None else None
    return reader.told(moment) if moment is not None else ""


def promised(seconds: int) -> Context:
    """Count the working time that an item takes in days, else hours, else minutes; the others are 0."""
    units = (("days", WORKING_DAY_SECONDS), ("hours", _HOUR), ("minutes", _MINUTE))
    fitting = next((name for name, unit in units if seconds and not seconds % unit), "minutes")
    return {name: seconds // unit if name == fitting else 0 for name, unit in units}


def own_words(purpose: str, office: Office, work: Work, wanted: Wanted, reader: Reader) -> str:
    """Return the words of the item's own for this purpose, filled in; empty where it has none."""
    item, answers = wanted.item, wanted.answers
    text = item.texts.get(purpose, "")
    if not text:
        return ""
    values = {
        **answers,
        "name": reader.mailbox.name or reader.mailbox.address,
        "number": str(work.ticket.number),
        "title": item.title,
        "promised": due(work, reader) or spoken_work(item.promised_seconds),
        "cost": money(item.cost_of(answers), office.catalogue.currency),
    }
    return filled(text, values)


def decides(item: Item, answers: Mapping[str, str]) -> str:
    """Say who decides first about a request with these answers; empty where nobody has to."""
    stage = next(iter(item.stages_of(answers)), None)
    if stage is None:
        return ""
    match stage.by:
        case By.MANAGER:
            return sentence("Your manager decides about it next. We tell you how it is decided.")
        case By.BUDGET_OWNER:
            return sentence("The owner of the budget decides about it next. We tell you how it is decided.")
        case By.PERSONS:
            who = ", ".join(stage.persons)
            return sentence("It is {who} who decides about it next. We tell you how it is decided.", who=who)
        case By.GROUP:
            return sentence(
                "The group {who} decides about it next. We tell you how it is decided.", who=stage.group
            )
