"""What follows on an agent's commands about tasks: the next tasks start, and whoever is concerned is told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from daemon.desk import fulfilment
from daemon.desk.changes import MovePromise, RestoreState, SetTask, TellTask
from daemon.desk.fulfilment import ACTIVE, TaskState
from daemon.desk.fulfilment_outlook import progress
from daemon.desk.lifecycle import ENDED
from daemon.desk.sentences import Moment, Sentence, joined, moment_said, plain, sentence, term
from daemon.desk.task_effort import summed
from daemon.services import fulfilling, request_flow, task_mail, task_steps, tasks
from daemon.services.apply import Work
from daemon.services.languages import written
from daemon.services.office_hours import calendar_of
from daemon.services.postbag import Postbag
from daemon.services.task_mail import Matter
from daemon.services.task_views import place
from daemon.services.tasks import Tasks
from daemon.services.visit import kept_text
from storage import automation
from storage import tasks as stored
from storage.entries import NewEntry
from storage.tasks import StoredTask
from storage.vocabulary import EntryKind, Visibility

_TICKED_OFF = sentence("This task was done already. You need not do anything.")


def follow(postbag: Postbag, work: Work) -> None:
    """Do what follows on the changes to tasks that were carried out on a ticket; nothing without any.

    Tasks that were called off with the end of a ticket go on where that end is taken back.
    """
    if any(isinstance(one, RestoreState) for _, one in work.done) and _is_open_again(work):
        fulfilling.take_up(postbag, work)
    changes = [one for _, one in work.done if isinstance(one, SetTask | MovePromise | TellTask)]
    known = tasks.load(work.ticket.number) if changes else None
    if known is None:
        return
    matter = Matter(postbag, work, known)
    for change in changes:
        if isinstance(change, SetTask):
            _tell_performers(matter, change)
        elif isinstance(change, TellTask):
            _pass_on(matter, change)
        else:
            _tell_of_promise(matter, change)
    matter = _held_back(matter)
    known = fulfilling.go_on(postbag, work, matter.known)
    if fulfilling.over(known):
        request_flow.fulfilled(postbag, work)


def _is_open_again(work: Work) -> bool:
    return work.before.state in ENDED and work.ticket.state not in ENDED


def lines(number: int, now: datetime, zone: str) -> Iterator[Sentence]:
    """Yield how the tasks of a request stand, a line each, with what they took so far."""
    known = tasks.load(number)
    if known is None:
        return
    found = progress(known.work, now)
    promised, first = known.stored.promised_at, known.stored.first_promised_at
    head = [sentence("{done} of {total} tasks are done", done=found.done, total=found.total)]
    if promised is not None:
        until = sentence("promised for {when}", when=_moment(promised, zone))
        moved = first is not None and first != promised
        later = sentence("first for {when}", when=_moment(first, zone)) if moved and first else None
        head.append(joined(", ", (until, later)) if later is not None else until)
    yield joined("; ", head)
    for row in known.rows.values():
        line = _line(row, zone, late=row.task in found.late)
        if row.what.at_end and row.state == TaskState.WAITING and known.work.ends_on:
            line = joined("; ", (line, sentence("after {day}", day=known.work.ends_on)))
        yield joined("- ", ("", line))
    taken = _taken(stored.of_ticket(number, past=True))
    if taken:
        yield sentence("so far: {taken}", taken=taken)


def _line(row: StoredTask, zone: str, *, late: bool) -> Sentence:
    stands = [term(row.state), *([sentence("late")] if late else []), place(row)]
    facts = [joined(": ", (f"{row.task} ({row.what.title})", joined(", ", stands)))]
    if row.state in set(ACTIVE) and row.due_at is not None:
        facts.append(sentence("due {when}", when=_moment(row.due_at, zone)))
    if row.done_at is not None:
        who = row.done_by or sentence("somebody")
        facts.append(sentence("on {when} by {who}", when=_moment(row.done_at, zone), who=who))
    facts += [plain(row.what.why)] if row.what.why else []
    taken = _taken([row])
    return joined("; ", [*facts, taken] if taken else facts)


def _moment(at: datetime, zone: str) -> Moment:
    return moment_said(written(at, zone), at, zone)


def _taken(rows: Sequence[StoredTask]) -> str:
    """Say what tasks took in minutes and money, or nothing."""
    minutes = sum(row.minutes for row in rows)
    cost = summed(tuple(one for row in rows for one in row.cost))
    return ", ".join([*([f"{minutes} min"] if minutes else []), *(" ".join(one) for one in cost)])


def sight(numbers: Sequence[int]) -> dict[int, fulfilment.Work]:
    """Return the tasks of these tickets, for deciding about commands; without those that have none."""
    found = ((number, tasks.load(number)) for number in numbers)
    return {number: known.work for number, known in found if known is not None}


def _tell_performers(matter: Matter, change: SetTask) -> None:
    row = matter.known.rows.get(change.task)
    if row is None:
        return
    if change.to == TaskState.DONE:
        automation.call_off(row.id, matter.work.cause.now)
        task_mail.withdraw(matter, row, _TICKED_OFF)
    elif change.to == TaskState.SKIPPED:
        automation.call_off(row.id, matter.work.cause.now)
        task_mail.withdraw(matter, row, task_mail.unwanted(change.why))
    elif change.to in set(ACTIVE):
        task_mail.ask(matter, row)


def _pass_on(matter: Matter, change: TellTask) -> None:
    """Mail an agent's words to whoever has a task, and keep them as a note."""
    row, agent = matter.known.rows.get(change.task), matter.office.roster.agent(change.by)
    if row is None:
        return
    kept = kept_text(change.words).text
    name = agent.name if agent is not None else change.by
    matter.work.say(NewEntry(EntryKind.NOTE, Visibility.INTERNAL, change.by, name, kept, kept))
    task_mail.pass_on(matter, row, name, kept)


def _tell_of_promise(matter: Matter, change: MovePromise) -> None:
    if change.until is None:
        return
    if change.before is None or change.until > change.before:
        task_steps.tell_of_move(matter, change.before, change.until, change.why)
        return
    ticket, office = matter.work.ticket, matter.office
    if ticket.requester is not None:
        reader = office.letters.of_team(office.letters.person(ticket.requester), ticket.team)
        day = sentence("It is planned for {day} now.", day=reader.told(change.until))
        request_flow.tell(matter.postbag, matter.work, day)


def _held_back(matter: Matter) -> Matter:
    """Let tasks wait again that were started by a task which is open again, and tell whoever has them."""
    after = fulfilment.held_back(matter.known.work)
    if after == matter.known.work:
        return matter
    early = [one.task.id for one in matter.known.work.runs if one != after.run(one.task.id)]
    rows = [matter.known.row(name) for name in early]
    calendar = calendar_of(matter.office, matter.work.ticket.team)
    known: Tasks = tasks.save(matter.known, after, matter.work.cause.now, calendar)
    for row in rows:
        automation.call_off(row.id, matter.work.cause.now)
        task_mail.withdraw(replace(matter, known=known), row, task_mail.NOT_YET)
    return replace(matter, known=known)
