"""Commands that do tasks: which may run, with which arguments, and what becomes of the task afterwards.

A command is claimed in one transaction and settled in another; nothing is open while it runs.  Whatever
happens in between, it never runs a second time: then people get the task.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.desk import automation as rules
from daemon.desk import fulfilment
from daemon.desk.addressing import fold
from daemon.desk.automation import NotRunnable
from daemon.desk.automation_settings import AutomationSettings
from daemon.desk.catalogue import Item
from daemon.desk.fulfilment import TaskState
from daemon.desk.lifecycle import ENDED
from daemon.desk.proof import Trust
from daemon.desk.sentences import sentence
from daemon.services import fulfilling, request_flow, task_mail, tasks
from daemon.services.apply import Cause, Work
from daemon.services.office import Office
from daemon.services.office_hours import calendar_of
from daemon.services.owner import is_dead
from daemon.services.postbag import Postbag
from daemon.services.secrets_masking import mask
from daemon.services.task_mail import Matter, News
from storage import arrivals, automation, entries, requests, tickets
from storage import tasks as stored
from storage.automation import AutomaticRun, RunState
from storage.database import Database
from storage.entries import NewEntry
from storage.records import Entry, Ticket
from storage.requests import Request
from storage.tasks import StoredTask
from storage.vocabulary import EntryKind, Visibility

# How much longer than the command may take its claim holds: starting, killing, noting.
SPARE = timedelta(minutes=2)
BATCH = 20
ACTOR = "automation"


@dataclass(frozen=True, slots=True)
class Order:
    """A command to run now, claimed; ``argv`` is complete."""

    task_id: int
    settings: AutomationSettings
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a command: ``problem`` is empty where it did its work; ``output`` is cut to a length."""

    problem: str
    output: str = ""


@dataclass(frozen=True)
class AutomationBook:
    """The commands of a desk, for whoever runs them; ``owner`` names this process."""

    database: Database
    office: Office
    settings: tuple[AutomationSettings, ...]
    owner: str
    clock: Clock

    def claim(self) -> Order | None:
        """Take the next command that may run, for this process alone; None where there is none.

        What must not run becomes a task for people on the way.
        """
        now = self.clock()
        with self.database.read():
            waiting = automation.asked(BATCH)
        for run in waiting:
            with self.database.write():
                order = self._claimed(run, now)
            if order is not None:
                return order
        return None

    def settle(self, order: Order, report: Report) -> None:
        """Note what came of a command: the task is done, or people have it."""
        now = self.clock()
        state = RunState.FAILED if report.problem else RunState.DONE
        with self.database.write():
            self.office.fed.renew(now)
            if automation.settle(order.task_id, self.owner, state, report.problem or "done", now):
                self._finish(order.task_id, report, " ".join(order.argv), now)

    def lose(self) -> int:
        """Give up what ran when its process died, and return how much that was; people get those tasks.

        Nobody knows whether such a command has done its work.
        """
        now = self.clock()
        with self.database.read():
            running = automation.running()
        lost = [one for one in running if is_dead(one.owner) or (one.lease_until or now) <= now]
        for run in lost:
            with self.database.write():
                if automation.lose(run.task_id, run.owner, now):
                    problem = "the process that ran it died, and nobody knows how far it came"
                    self._finish(run.task_id, Report(problem), run.name, now)
        return len(lost)

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.disconnect()

    def _claimed(self, run: AutomaticRun, now: datetime) -> Order | None:
        try:
            order = self._order(run)
        except NotRunnable as error:
            if automation.refuse(run.task_id, str(error), now):
                self._finish(run.task_id, Report(str(error)), run.name, now)
            return None
        if order.settings.dry_run:
            told = f"it would run: {' '.join(order.argv)}"
            if automation.refuse(run.task_id, told, now):
                self._finish(run.task_id, Report("its automation is a dry run", told), run.name, now)
            return None
        until = now + timedelta(seconds=order.settings.timeout_seconds) + SPARE
        return order if automation.claim(run.task_id, self.owner, now, until) else None

    def _order(self, run: AutomaticRun) -> Order:
        """Return the command with its arguments; raises NotRunnable."""
        settings = next((one for one in self.settings if one.name == run.name), None)
        ticket, request = tickets.get(run.ticket_number), requests.get(run.ticket_number)
        row = stored.task(run.task_id)
        if settings is None:
            raise NotRunnable(f"there is no command {run.name} in the configuration any more")
        if ticket is None or request is None or row is None:
            raise NotRunnable("its request is gone")
        if ticket.state in ENDED and not row.what.at_end:
            raise NotRunnable(f"the ticket is {ticket.state}")
        item = self.office.catalogue.item(request.item)
        if item is None:
            raise NotRunnable("its item is in the catalogue no more")
        _check_leave(settings, item, request, ticket)
        requester = ticket.requester.address if ticket.requester is not None else ""
        given = {rules.TICKET: str(ticket.number), rules.ITEM: item.id, rules.REQUESTER: requester}
        return Order(run.task_id, settings, rules.filled(settings.argv, {**dict(request.answers), **given}))

    def _finish(self, task_id: int, report: Report, command: str, now: datetime) -> None:
        """Attach the output, and tick the task off or hand it to people; inside the caller's transaction."""
        row = stored.task(task_id)
        ticket = tickets.lock(row.ticket_number) if row is not None else None
        known = tasks.load(row.ticket_number) if row is not None else None
        if row is None or ticket is None or known is None:
            return
        work = Work.on(ticket, Cause(ACTOR, f"automation:{task_id}", now, self.office.levels))
        matter = Matter(Postbag(self.office, work.cause), work, known)
        _attach(work, row, report, command)
        if row.superseded or row.state not in {TaskState.STARTED, TaskState.BLOCKED}:
            work.note("task automatic too late", task=row.task, problem=report.problem or "none")
        elif report.problem:
            _hand_over(matter, row, report.problem)
        else:
            _tick_off(matter, row, now)
        work.finish()


def _check_leave(settings: AutomationSettings, item: Item, request: Request, ticket: Ticket) -> None:
    """Raise NotRunnable unless somebody approved the request, or its verified sender needs no approval."""
    if item.stages_of(dict(request.answers)):
        return
    if not settings.without_approval:
        raise NotRunnable("nobody approved the request, and the command is for approved ones only")
    if not _verified(ticket):
        raise NotRunnable("nobody approved the request, and nothing proves who sent it")


def _verified(ticket: Ticket) -> bool:
    """Tell whether every mail of the requester's on the ticket has a verified sender.

    What the desk found out about an author is the sentence that ``trace`` prints (``Case.author_evidence``).
    """
    if ticket.requester is None:
        return False
    said = [one for one in entries.of_ticket(ticket.number) if one.kind is EntryKind.MESSAGE]
    return bool(said) and all(map(_is_verified, said))


def _is_verified(said: Entry) -> bool:
    arrival = arrivals.get(said.arrival_id) if said.arrival_id is not None else None
    begins = f"author {fold(said.author)}: {Trust.VERIFIED}"
    return arrival is not None and any(line.startswith(begins) for line in arrival.evidence)


def _attach(work: Work, row: StoredTask, report: Report, command: str) -> None:
    """Put what a command was and said onto the ticket, for agents only."""
    came = report.problem or "it did its work"
    text = f"Command for the task {row.task}: {command}\n{came}\n\n{report.output}".rstrip()
    kept = mask(text).text
    work.say(NewEntry(EntryKind.NOTE, Visibility.INTERNAL, ACTOR, "", kept, kept))


def _tick_off(matter: Matter, row: StoredTask, now: datetime) -> None:
    calendar = calendar_of(matter.office, row.what.team or matter.work.ticket.team)
    known = tasks.save(matter.known, fulfilment.done(matter.known.work, row.task, now), now, calendar, ACTOR)
    stored.change_task(row.id, {"done_by": ACTOR, "proof": "the command ended well"})
    matter.work.note("task done", task=row.task, by=ACTOR, proof=row.what.command)
    known = fulfilling.go_on(matter.postbag, matter.work, known)
    if fulfilling.over(known):
        request_flow.fulfilled(matter.postbag, matter.work)
        matter.postbag.post()


def _hand_over(matter: Matter, row: StoredTask, problem: str) -> None:
    """Give the task to people, and tell the agents why."""
    matter.work.note("task automatic failed", task=row.task, reason=problem)
    told = sentence(
        "A command could not do a task, so people have it now: {reason}", reason=mask(problem).text
    )
    task_mail.tell_agents(matter, row, News(told, step="failed"))
    task_mail.ask(matter, row)
