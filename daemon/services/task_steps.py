"""What an answer, or an agent's word, does to a task: the rows, the journal, and the mail that follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.desk import fulfilment
from daemon.desk.catalogue import Item
from daemon.desk.changes import BookTime, SetDue
from daemon.desk.fulfilment import TaskState
from daemon.desk.fulfilment_outlook import expected_at
from daemon.desk.sentences import sentence
from daemon.desk.task_words import Answer, Kind
from daemon.services import fulfilling, tasks
from daemon.services.letters import Reader
from daemon.services.office_hours import calendar_of
from daemon.services.postbag import Postbag
from daemon.services.secrets_masking import mask
from daemon.services.task_mail import Matter
from storage import tasks as stored
from storage.tasks import StoredTask

MOVED = "promise-moved"


@dataclass(frozen=True, slots=True)
class Performed:
    """Who did what with a task, by which proof, and where that is written."""

    by: str
    proof: str
    where: str
    answer: Answer


def take(matter: Matter, row: StoredTask, performed: Performed) -> tuple[Matter, str]:
    """Do what an answer says to a task; return the matter as it is then, and what its author is told.

    Raises NotPossible for what the task does not allow as it is.
    """
    step = _STEPS.get(performed.answer.kind)
    return step(matter, row, performed) if step is not None else (matter, "")


def _done(matter: Matter, row: StoredTask, performed: Performed) -> tuple[Matter, str]:
    now, answer = matter.work.cause.now, performed.answer
    after = _save(matter, row, fulfilment.done(matter.known.work, row.task, now), performed.by)
    effort = {"minutes": answer.effort.minutes, "cost": answer.effort.cost}
    stored.change_task(row.id, {"done_by": performed.by, "proof": performed.proof, **effort})
    cost = ", ".join(" ".join(one) for one in answer.effort.cost)
    note(matter, "task done", row, performed, minutes=str(answer.effort.minutes), cost=cost or "none")
    if answer.effort.minutes:
        matter.work.apply([BookTime(answer.effort.minutes)])
    thanks = (
        sentence("Thank you: the check is noted.")
        if row.what.gate
        else sentence("Thank you: the task is done.")
    )
    return _went_on(after), thanks


def _blocked(matter: Matter, row: StoredTask, performed: Performed) -> tuple[Matter, str]:
    why = kept(performed.answer.why)
    after = _save(matter, row, fulfilment.blocked(matter.known.work, row.task, why), performed.by)
    note(matter, "task blocked", row, performed, reason=why)
    return after, sentence("It is noted that the task cannot go on. The people of the desk know of it.")


def _by(matter: Matter, row: StoredTask, performed: Performed) -> tuple[Matter, str]:
    """Move the promise of a task, and with it what the requester was promised, where that is later."""
    until, why = performed.answer.until, kept(performed.answer.why)
    assert until is not None, "it was read"
    work, now = matter.known.work, matter.work.cause.now
    if row.state == TaskState.BLOCKED:
        work = fulfilment.resumed(work, row.task)
    after = _save(matter, row, fulfilment.promised_by(work, row.task, until, now, why), performed.by)
    before = row.due_at.isoformat() if row.due_at is not None else "nothing"
    note(matter, "task moved", row, performed, before=before, after=until.isoformat(), reason=why or "none")
    if why:
        after = _follow_promise(after, why, performed.by)
    return after, sentence("It is noted, thank you.")


def _again(matter: Matter, row: StoredTask, performed: Performed) -> tuple[Matter, str]:
    why = kept(performed.answer.why)
    after = _save(matter, row, fulfilment.sent_back(matter.known.work, row.task, why), performed.by)
    checked = {"state": TaskState.DONE.value, "done_at": matter.work.cause.now, "why": why}
    stored.change_task(row.id, {"done_by": performed.by, "proof": performed.proof, **checked})
    note(matter, "task sent back", row, performed, reason=why)
    return _went_on(after), sentence("It is noted: what you checked is to be done once more.")


_Step = Callable[[Matter, StoredTask, Performed], tuple[Matter, str]]
_STEPS: Mapping[Kind, _Step] = {
    Kind.DONE: _done,
    Kind.BLOCKED: _blocked,
    Kind.BY: _by,
    Kind.AGAIN: _again,
}


def move_promise(matter: Matter, until: datetime, why: str, by: str) -> Matter:
    """Promise the requester another day, and tell why; raises NotPossible without a reason."""
    before, now = matter.known.work.promised_at, matter.work.cause.now
    calendar = calendar_of(matter.office, matter.work.ticket.team)
    moved = fulfilment.moved(matter.known.work, until, why, now)
    after = replace(matter, known=tasks.save(matter.known, moved, now, calendar, by))
    matter.work.apply([SetDue(until)])
    spelled = before.isoformat() if before is not None else "nothing"
    matter.work.note("promise moved", before=spelled, after=until.isoformat(), reason=why, by=by)
    tell_of_move(after, before, until, why)
    return after


def tell_of_move(matter: Matter, before: datetime | None, until: datetime, why: str) -> None:
    """Tell the requester that a promise was moved; nobody, where none had been made."""
    ticket, office = matter.work.ticket, matter.office
    if ticket.requester is None or before is None:
        return
    reader = office.letters.of_team(office.letters.person(ticket.requester), ticket.team)
    cause = replace(
        matter.postbag.cause, origin=f"promise:{ticket.number}:{int(until.timestamp())}:{_nth(matter)}"
    )
    bag = Postbag(office, cause)
    bag.write(MOVED, reader, matter.work, None, move=_told(matter, reader, (before, until), why))
    bag.post()


def note(matter: Matter, kind: str, row: StoredTask, performed: Performed, **data: str) -> None:
    """Note a step of a task in the journal of its ticket: who, by which proof, and where it is written."""
    who = {"task": row.task, "by": performed.by, "proof": performed.proof, "in": performed.where}
    matter.work.note(kind, **who, **data)


def kept(why: str) -> str:
    """Return a reason as others may read it: secrets masked."""
    return mask(why).text


def _nth(matter: Matter) -> int:
    return len(matter.known.work.moves)


def _told(matter: Matter, reader: Reader, moments: tuple[datetime, datetime], why: str) -> dict[str, str]:
    item: Item | None = matter.office.catalogue.item(matter.known.stored.item)
    title = item.title if item is not None else matter.work.ticket.subject
    return {"title": title, "before": reader.told(moments[0]), "after": reader.told(moments[1]), "why": why}


def _follow_promise(matter: Matter, why: str, by: str) -> Matter:
    """Move what the requester was promised, where the tasks as they stand take longer than that."""
    work, now = matter.known.work, matter.work.cause.now
    expected = expected_at(work, now, calendar_of(matter.office, matter.work.ticket.team))
    if work.promised_at is None or expected is None or expected <= work.promised_at:
        return matter
    return move_promise(matter, expected, why, by)


def _save(matter: Matter, row: StoredTask, after: fulfilment.Work, by: str) -> Matter:
    calendar = calendar_of(matter.office, row.what.team or matter.work.ticket.team)
    return replace(matter, known=tasks.save(matter.known, after, matter.work.cause.now, calendar, by))


def _went_on(matter: Matter) -> Matter:
    return replace(matter, known=fulfilling.go_on(matter.postbag, matter.work, matter.known))
