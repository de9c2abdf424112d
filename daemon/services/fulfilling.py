"""The work behind a request: begin it, go on with what has its turn, call it off.

Whoever calls moves the ticket; nothing here does.  Inside the caller's transaction.
"""

from dataclasses import replace
from datetime import date

from daemon.desk import fulfilment
from daemon.desk.catalogue import Item
from daemon.desk.changes import SetDue
from daemon.desk.fulfilment import ACTIVE, Run, TaskState
from daemon.services import task_mail, tasks
from daemon.services.apply import Work
from daemon.services.office_hours import calendar_of
from daemon.services.postbag import Postbag
from daemon.services.task_mail import Matter
from daemon.services.tasks import Tasks
from storage import automation, requests
from storage import tasks as stored
from storage.requests import Request

BY_HAND = "the request was fulfilled by hand"


def begin(postbag: Postbag, work: Work, item: Item, request: Request) -> None:
    """Begin the work on a request that may be fulfilled, and mail the tasks whose turn it is.

    A request without any task is worked on by hand; its promise counts all the same.
    """
    now, answers = work.cause.now, dict(request.answers)
    calendar = calendar_of(postbag.office, item.team)
    begun = fulfilment.begun(item, answers, now, calendar)
    known = tasks.begin(work.ticket.number, item.id, begun, now, calendar)
    counted = ", ".join(one.task.id for one in begun.runs if one.state is TaskState.WAITING)
    promised = begun.promised_at.isoformat() if begun.promised_at else "nothing"
    work.note("fulfilment begun", item=item.id, tasks=counted or "none", promised=promised)
    if begun.promised_at is not None:
        work.apply([SetDue(begun.promised_at)])
    go_on(postbag, work, known)


def go_on(postbag: Postbag, work: Work, known: Tasks) -> Tasks:
    """Start every task whose turn it is, and mail it to whoever does it."""
    now, office = work.cause.now, postbag.office
    today = now.astimezone(calendar_of(office, work.ticket.team).zone).date()
    turn = fulfilment.startable(known.work, today)
    for task in turn:
        calendar = calendar_of(office, task.team or work.ticket.team)
        after = fulfilment.started(known.work, task.id, now, calendar, today)
        after = _with_why(after, known.work.run(task.id))
        known = tasks.save(known, after, now, calendar)
        _hand_out(postbag, work, known, task.id)
    return known


def _with_why(after: fulfilment.Work, before: Run) -> fulfilment.Work:
    """Keep the reason why a task is to be done again, for whoever gets it."""
    runs = tuple(replace(one, why=before.why) if one.task.id == before.task.id else one for one in after.runs)
    return replace(after, runs=runs)


def _hand_out(postbag: Postbag, work: Work, known: Tasks, name: str) -> None:
    """Let a command do a task, or mail it to people."""
    row = known.row(name)
    if row.what.command:
        automation.ask(row.id, work.ticket.number, row.what.command, work.cause.now)
        work.note("task automatic", task=name, command=row.what.command)
        return
    task_mail.ask(Matter(postbag, work, known), row)


def over(known: Tasks) -> bool:
    """Tell whether all is done, so that the request is fulfilled; one without tasks never is by itself."""
    counted = any(one.state is not TaskState.SKIPPED for one in known.work.runs if not one.task.at_end)
    return counted and known.work.fulfilled and known.stored.ended_at is None


def waits_for_end(number: int) -> bool:
    """Tell whether all of a request is done but what takes it back on a later day."""
    known = tasks.load(number)
    if known is None or known.stored.ended_at is not None or not known.work.fulfilled:
        return False
    return any(one.task.at_end and one.state is TaskState.WAITING for one in known.work.runs)


def cancel(postbag: Postbag, work: Work, reason: str) -> None:
    """Call the work on a request off, and tell whoever has a task of it.

    An access for which anything was done already is taken back at once.
    """
    known = tasks.load(work.ticket.number)
    if known is None or known.stored.ended_at is not None:
        return
    now = work.cause.now
    calendar = calendar_of(postbag.office, work.ticket.team)
    open_ones = [one.task.id for one in known.work.runs if one.state in ACTIVE]
    after = fulfilment.called_off(known.work, reason, now.astimezone(calendar.zone).date())
    left = tasks.save(known, after, now, calendar)
    stored.change(work.ticket.number, {"open": False, "ended_at": now, "end_reason": reason})
    work.note("fulfilment called off", reason=reason, tasks=", ".join(open_ones) or "none")
    for name in open_ones:
        if left.row(name).state == TaskState.SKIPPED:
            automation.call_off(known.row(name).id, now)
            task_mail.withdraw(Matter(postbag, work, left), left.row(name), task_mail.unwanted(reason))
    go_on(postbag, work, _reloaded(left))


def take_up(postbag: Postbag, work: Work) -> None:
    """Go on with work that was called off, or left to hands, since the end of its ticket was taken back.

    Whoever was told that a task is not wanted any more is asked anew; what takes an access back waits again,
    unless that is done already.
    """
    known = tasks.load(work.ticket.number)
    if known is None:
        return
    why = {known.stored.end_reason, BY_HAND} - {""}
    skipped = {one.task.id for one in known.work.runs if one.state is TaskState.SKIPPED and one.why in why}
    early = [one.task.id for one in known.work.runs if one.task.at_end and one.state in ACTIVE]
    if not skipped and known.stored.ended_at is None:
        return
    after = fulfilment.taken_up(known.work, skipped, _last_day(postbag, known))
    stored.change(known.number, {"open": True, "ended_at": None, "end_reason": "", "fulfilled_at": None})
    calendar = calendar_of(postbag.office, work.ticket.team)
    left = tasks.save(_reloaded(known), after, work.cause.now, calendar)
    work.note("fulfilment taken up again", tasks=", ".join(sorted({*skipped, *early})) or "none")
    for name in early:
        automation.call_off(known.row(name).id, work.cause.now)
        task_mail.withdraw(Matter(postbag, work, left), known.row(name), task_mail.NOT_YET)
    go_on(postbag, work, left)


def _last_day(postbag: Postbag, known: Tasks) -> date | None:
    """Return the last day of an access as its request has it; calling off has made it end at once."""
    item, request = postbag.office.catalogue.item(known.stored.item), requests.get(known.number)
    if item is None or request is None or known.work.ends_on is None:
        return known.work.ends_on
    day = dict(request.answers).get(item.ends, "")
    return date.fromisoformat(day) if day else known.work.ends_on


def _reloaded(known: Tasks) -> Tasks:
    found = tasks.load(known.number)
    assert found is not None, "it was there a moment ago"
    return found
