"""What time does to tasks: the end of an access, reminders, telling the agents of what stays late.

Inside the caller's transaction, in which a step is noted and its mail queued: neither is there without the
other, so a process that is killed in the middle sends nothing twice.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from daemon.desk import fulfilment
from daemon.desk.addressing import Agent
from daemon.desk.automatic import Kind, Planned
from daemon.desk.fulfilment import ACTIVE, TaskState
from daemon.desk.lifecycle import DONE, ENDED
from daemon.desk.sentences import sentence
from daemon.desk.task_reminders import REMINDERS, escalates, next_look
from daemon.services import fulfilling, task_mail, tasks
from daemon.services.apply import Cause, Work
from daemon.services.automatic_stops import stopped
from daemon.services.fulfilling import BY_HAND
from daemon.services.office import Office
from daemon.services.office_hours import calendar_of
from daemon.services.postbag import Postbag
from daemon.services.task_mail import Matter, News
from storage import automation, tickets
from storage import tasks as stored
from storage.automation import RunState
from storage.records import Ticket
from storage.tasks import StoredTask

ORIGIN = "job:fulfilment-watch"
# What is stopped for a ticket is asked about again after this time.
TRY_AGAIN = timedelta(hours=1)


def look(office: Office, number: int, now: datetime) -> str:
    """Look at the tasks of one ticket and do what is due; returns that in a word, or nothing."""
    ticket, known = tickets.lock(number), tasks.load(number)
    if ticket is None or known is None:
        stored.change(number, {"next_at": None, "open": False})
        return ""
    work = Work.on(ticket, Cause("postdesk", ORIGIN, now, office.levels))
    matter = Matter(Postbag(office, work.cause), work, known)
    if known.stored.open and ticket.state in ENDED:
        done = _settle(matter)
    else:
        done = _due(matter, silent=stopped(number, Kind.TASK))
    work.finish()
    return done


def upcoming(office: Office, ticket: Ticket, now: datetime) -> list[Planned]:
    """List the next mail about each task, and what the end of an access will start."""
    known = tasks.load(ticket.number)
    if known is None or (known.stored.open and ticket.state in ENDED):
        return []
    found = [one for row in known.rows.values() for one in _planned(office, ticket, row, now)]
    ends = known.work.ends_on
    if ends is not None and known.work.fulfilled:
        at = tasks.day_ends(ends, calendar_of(office, ticket.team))
        waiting = [one.task.id for one in known.work.runs if one.state is TaskState.WAITING]
        for name in waiting:
            found += [
                Planned(
                    Kind.TASK,
                    max(at, now),
                    one.mailbox.address,
                    task_mail.REQUEST,
                    sentence("the access ends"),
                )
                for one in task_mail.performers(office, known.row(name))
            ]
    return found


def _planned(office: Office, ticket: Ticket, row: StoredTask, now: datetime) -> list[Planned]:
    if row.next_at is None:
        return []
    if escalates(row.reminders):
        told, notice = _escalated(office, ticket, row), task_mail.NEWS
        why = sentence("the task {name} is late", name=row.task)
        to = [one.address for one in told]
    else:
        notice, count = task_mail.REQUEST, row.reminders + 1
        why = sentence(
            "reminder {count} of {all} of the task {name}", count=count, all=REMINDERS, name=row.task
        )
        to = [one.mailbox.address for one in task_mail.performers(office, row)]
    return [Planned(Kind.TASK, max(row.next_at, now), one, notice, why) for one in to]


def _settle(matter: Matter) -> str:
    """Leave out what is open on a ticket that ended otherwise: fulfilled by hand, rejected or closed."""
    ticket = matter.work.ticket
    if not _was_done(ticket):
        fulfilling.cancel(matter.postbag, matter.work, f"the ticket is {ticket.state}")
        return "called off"
    work, open_ones = matter.known.work, []
    for run in matter.known.work.runs:
        if not run.task.at_end and run.state not in {TaskState.DONE, TaskState.SKIPPED}:
            work = fulfilment.skipped(work, run.task.id, BY_HAND)
            open_ones += [run.task.id] if run.state in ACTIVE else []
    calendar = calendar_of(matter.office, ticket.team)
    known = tasks.save(matter.known, work, matter.work.cause.now, calendar)
    stored.change(ticket.number, {"open": False, "fulfilled_at": ticket.resolved_at})
    matter.work.note("fulfilment settled", reason=BY_HAND, tasks=", ".join(open_ones) or "none")
    for name in open_ones:
        automation.call_off(known.row(name).id, matter.work.cause.now)
        task_mail.withdraw(replace(matter, known=known), known.row(name), task_mail.unwanted(BY_HAND))
    return "settled"


def _was_done(ticket: Ticket) -> bool:
    """Tell whether a ticket that ended was fulfilled, maybe a while before it was closed."""
    if ticket.state is DONE[ticket.type]:
        return True
    ended, closed = ticket.resolved_at, ticket.closed_at
    return ended is not None and closed is not None and ended < closed


def _due(matter: Matter, *, silent: bool) -> str:
    """Start what has its day, and remind of what is late unless that was stopped.

    An access ends with its last day whatever mail was stopped.
    """
    known = fulfilling.go_on(matter.postbag, matter.work, matter.known)
    started = known.work != matter.known.work
    matter, now = replace(matter, known=known), matter.work.cause.now
    if silent:
        stored.change(known.number, {"next_at": now + TRY_AGAIN})
        return "started" if started else ""
    rows = list(known.rows.values())
    late = [row for row in rows if row.next_at is not None and row.next_at <= now]
    following = {row.id: _step(matter, row) for row in late}
    rows = [replace(row, next_at=following.get(row.id, row.next_at)) for row in rows]
    calendar = calendar_of(matter.office, matter.work.ticket.team)
    stored.change(known.number, {"next_at": tasks.next_at(known.work, rows, now, calendar)})
    return "reminded" if late else "started" if started else ""


def _step(matter: Matter, row: StoredTask) -> datetime | None:
    """Remind whoever is late, or tell the agents; of a vendor they hear at once.  Return when to go on."""
    count = row.reminders + 1
    run = automation.get(row.id)
    waits = run is not None and run.state in {RunState.ASKED, RunState.RUNNING}
    if waits or escalates(row.reminders):
        also = [] if waits else _escalated(matter.office, matter.work.ticket, row)
        task_mail.tell_agents(matter, row, News(_late(matter, row), step=f"late{count}", also=also))
        matter.work.note("task escalated", task=row.task, reminders=str(row.reminders))
        stored.change_task(row.id, {"reminders": REMINDERS + 1, "next_at": None})
        return None
    task_mail.remind(matter, row, count)
    if row.what.address and count == 1:
        task_mail.tell_agents(matter, row, News(_late(matter, row), step=f"late{count}"))
    calendar = calendar_of(matter.office, row.what.team or matter.work.ticket.team)
    following = next_look(row.due_at, count, calendar)
    stored.change_task(row.id, {"reminders": count, "next_at": following})
    return following


def _late(matter: Matter, row: StoredTask) -> str:
    assert row.due_at is not None, "what has no time is never late"
    reader = matter.office.letters.of_team(matter.office.letters.reader(""), matter.work.ticket.team)
    due = reader.told(row.due_at)
    if not row.reminders:
        return sentence("A task is late: it was due {due}.", due=due)
    return sentence(
        "A task is late: it was due {due}. Reminders that were not answered so far: {count}.",
        due=due,
        count=row.reminders,
    )


def _escalated(office: Office, ticket: Ticket, row: StoredTask) -> list[Agent]:
    """Return who hears of a task that stays late: the owner of the item, else its whole team."""
    fulfilling_item = stored.get(row.ticket_number)
    item = office.catalogue.item(fulfilling_item.item) if fulfilling_item is not None else None
    owner = office.roster.agent(item.owner) if item is not None and item.owner else None
    if owner is not None:
        return [owner]
    team = item.team if item is not None else ticket.team
    return list(office.roster.members(team))
