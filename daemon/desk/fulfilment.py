"""The work behind a request: tasks in their order, what may start, and what an answer does to a task.

Plain values: every function returns the work as it is afterwards, and ``now`` is an argument.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from daemon.desk.calendars import Calendar
from daemon.desk.catalogue import Item, Task
from daemon.desk.sentences import NONE, Sentence, sentence, term


class TaskState(StrEnum):
    """How far a task is."""

    WAITING = "waiting"
    STARTED = "started"
    BLOCKED = "blocked"
    DONE = "done"
    SKIPPED = "skipped"  # its condition does not hold for this request


ACTIVE = frozenset({TaskState.STARTED, TaskState.BLOCKED})


class NotPossible(Exception):  # noqa: N818  # an answer to whoever typed it
    """A step that the task does not allow as it is; the text says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """A task of one request.  ``due_at`` was promised for it; ``why`` tells of a block or a return."""

    task: Task
    state: TaskState = TaskState.WAITING
    started_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A promise that was moved, and why."""

    at: datetime
    before: datetime | None
    after: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Work:
    """All tasks of one request in their written order, and what the requester was promised.

    ``ends_on`` is the last day of an access, which lasts through that day; None where it has no end.
    """

    runs: tuple[Run, ...]
    promised_at: datetime | None = None
    ends_on: date | None = None
    moves: tuple[Move, ...] = ()

    def run(self, name: str) -> Run:
        """Return the run of a task; raises NotPossible where there is none."""
        found = next((one for one in self.runs if one.task.id == name), None)
        if found is None:
            names = ", ".join(one.task.id for one in self.runs) or NONE
            raise NotPossible(
                sentence('there is no task "{name}"; there are: {names}', name=name[:40], names=names)
            )
        return found

    @property
    def fulfilled(self) -> bool:
        """Tell whether everything is done that is not for the end of the access."""
        return all(_is_over(one) for one in self.runs if not one.task.at_end)

    @property
    def finished(self) -> bool:
        """Tell whether nothing is left to do, the end of the access included."""
        return all(map(_is_over, self.runs))


def begun(item: Item, answers: Mapping[str, str], now: datetime, calendar: Calendar) -> Work:
    """Return the work of a request with these valid answers; nothing has started yet."""
    seconds = item.promised_seconds
    ends = answers.get(item.ends, "") if item.ends else ""
    runs = tuple(
        Run(task, TaskState.WAITING if _counts(task, answers, ends) else TaskState.SKIPPED)
        for task in item.tasks
    )
    return Work(
        runs,
        calendar.add_working(now, seconds) if seconds else None,
        date.fromisoformat(ends) if ends else None,
    )


def startable(work: Work, today: date) -> tuple[Task, ...]:
    """Return the tasks whose turn it is, in their written order.

    A task waits for those it comes after, and through a skipped one for those before that.  One for the end
    of the access waits for everything else and for the day after its last one.
    """
    ready = [one.task for one in work.runs if one.state is TaskState.WAITING and not _awaited(work, one.task)]
    ended = work.ends_on is not None and work.ends_on < today and work.fulfilled
    return tuple(task for task in ready if ended or not task.at_end)


def started(work: Work, name: str, now: datetime, calendar: Calendar, today: date | None = None) -> Work:
    """Start a task whose turn it is; its time runs from now.

    ``today`` is the day of the desk, where that is not the day of the calendar.
    """
    run = work.run(name)
    if run.task not in startable(work, today or now.astimezone(calendar.zone).date()):
        raise NotPossible(_not_its_turn(work, run))
    due = calendar.add_working(now, run.task.due_seconds) if run.task.due_seconds else None
    return _with(work, replace(run, state=TaskState.STARTED, started_at=now, due_at=due, why=""))


def done(work: Work, name: str, now: datetime) -> Work:
    """Tick a task off, also one that was blocked."""
    run = _active(work, name)
    return _with(work, replace(run, state=TaskState.DONE, done_at=now, why=""))


def blocked(work: Work, name: str, why: str) -> Work:
    """Note that a task cannot go on, and why; ``done`` or ``resumed`` ends that."""
    run = _active(work, name)
    return _with(work, replace(run, state=TaskState.BLOCKED, why=_reason(why)))


def resumed(work: Work, name: str) -> Work:
    """Note that a blocked task goes on."""
    run = work.run(name)
    if run.state is not TaskState.BLOCKED:
        raise NotPossible(
            sentence("the task {name} is {state}, not blocked", name=name, state=term(run.state))
        )
    return _with(work, replace(run, state=TaskState.STARTED, why=""))


def skipped(work: Work, name: str, why: str) -> Work:
    """Leave a task out that is not done; what comes after it no longer waits for it."""
    run = work.run(name)
    if _is_over(run):
        raise NotPossible(sentence("the task {name} is {state} already", name=name, state=term(run.state)))
    return _with(work, replace(run, state=TaskState.SKIPPED, why=_reason(why)))


def called_off(work: Work, why: str, today: date) -> Work:
    """Leave out all that is open, since nobody wants it any more.

    What an access was given for is taken back today, where anything was done; else nothing is left.
    """
    given = any(one.state is TaskState.DONE for one in work.runs if not one.task.at_end)
    reason = _reason(why)
    runs = tuple(
        one
        if _is_over(one) or (one.task.at_end and given)
        else replace(one, state=TaskState.SKIPPED, why=reason)
        for one in work.runs
    )
    # Yesterday was its last day: what is called off lasts through no day any more.
    ends = min(work.ends_on, today - timedelta(days=1)) if work.ends_on is not None else None
    return replace(work, runs=runs, ends_on=ends)


def taken_up(work: Work, names: Collection[str], ends_on: date | None) -> Work:
    """Let tasks wait again that were called off by mistake, and what has begun to take an access back."""
    runs = tuple(
        Run(one.task) if one.task.id in names or (one.task.at_end and one.state in ACTIVE) else one
        for one in work.runs
    )
    return replace(work, runs=runs, ends_on=ends_on)


def put_back(work: Work, name: str, state: TaskState, why: str) -> Work:
    """Give a task back the state that it had before somebody erred; what it made start waits again.

    Raises NotPossible where what comes after it is done already.
    """
    back = with_state(work, name, state, why)
    late = [one.task.id for one in back.runs if one.task.id != name and _is_early(back, one)]
    for other in late:
        if back.run(other).state is TaskState.DONE:
            raise NotPossible(
                sentence(
                    "the task {other}, which comes after {name}, is done already", other=other, name=name
                )
            )
    return held_back(back)


def with_state(work: Work, name: str, state: TaskState, why: str) -> Work:
    """Give a task a state by somebody's word, whatever its turn."""
    return _with(work, replace(work.run(name), state=state, done_at=None, why=why))


def held_back(work: Work) -> Work:
    """Let what was started before its turn wait again; what is done stays done."""
    runs = tuple(Run(one.task) if one.state in ACTIVE and _is_early(work, one) else one for one in work.runs)
    return replace(work, runs=runs)


def _is_early(work: Work, run: Run) -> bool:
    """Tell whether a task was started or done although it waits for others."""
    return run.state in {*ACTIVE, TaskState.DONE} and bool(_awaited(work, run.task))


def promised_by(work: Work, name: str, until: datetime, now: datetime, why: str = "") -> Work:
    """Note until when whoever has the task says that it will be done, and why that is another day."""
    run = _active(work, name)
    if until <= now:
        raise NotPossible(sentence("{until} is over already", until=f"{until:%Y-%m-%d %H:%M}"))
    return _with(work, replace(run, due_at=until, why=why))


def sent_back(work: Work, name: str, why: str) -> Work:
    """Let a gate fail: what it checks is to be done again, and then the gate itself."""
    run = _active(work, name)
    if not run.task.gate:
        raise NotPossible(sentence("the task {name} checks nothing, so it sends nothing back", name=name))
    again = {one.task.id: one for one in _checked(work, run.task)}
    reason = _reason(why)
    runs = tuple(
        Run(one.task, why=reason) if one.task.id in again or one.task.id == name else one for one in work.runs
    )
    return replace(work, runs=runs)


def moved(work: Work, until: datetime, why: str, now: datetime) -> Work:
    """Promise another day to the requester; never without a reason."""
    if until <= now:
        raise NotPossible(sentence("{until} is over already", until=f"{until:%Y-%m-%d %H:%M}"))
    move = Move(now, work.promised_at, until, _reason(why))
    return replace(work, promised_at=until, moves=(*work.moves, move))


def _counts(task: Task, answers: Mapping[str, str], ends: str) -> bool:
    """Tell whether a request has this task; an access without an end has nothing to take back."""
    return task.when.holds(answers) and (bool(ends) or not task.at_end)


def _is_over(run: Run) -> bool:
    return run.state in {TaskState.DONE, TaskState.SKIPPED}


def _with(work: Work, run: Run) -> Work:
    return replace(work, runs=tuple(run if one.task.id == run.task.id else one for one in work.runs))


def _awaited(work: Work, task: Task) -> list[Run]:
    """Return the open tasks that this one waits for; behind a skipped one those before it."""
    open_ones: list[Run] = []
    waiting, seen = list(task.after), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        run = work.run(name)
        if run.state is TaskState.SKIPPED:
            waiting += run.task.after
        elif run.state is not TaskState.DONE:
            open_ones.append(run)
    return open_ones


def _checked(work: Work, gate: Task) -> list[Run]:
    """Return the tasks that a gate checks: those done directly before it."""
    found: list[Run] = []
    waiting = list(gate.after)
    while waiting:
        run = work.run(waiting.pop())
        if run.state is TaskState.SKIPPED:
            waiting += run.task.after
        elif run not in found:
            found.append(run)
    return found


def _active(work: Work, name: str) -> Run:
    run = work.run(name)
    if run.state not in ACTIVE:
        raise NotPossible(_not_its_turn(work, run))
    return run


def _not_its_turn(work: Work, run: Run) -> Sentence:
    name = run.task.id
    if run.state is not TaskState.WAITING:
        return sentence("the task {name} is {state} already", name=name, state=term(run.state))
    before = ", ".join(sorted(one.task.id for one in _awaited(work, run.task)))
    if before:
        return sentence(
            "it is not the turn of the task {name}: it waits for {before}", name=name, before=before
        )
    if run.task.at_end:
        return sentence("it is not the turn of the task {name} before the access ends", name=name)
    return sentence("it is not the turn of the task {name}: it was not started", name=name)


def _reason(why: str) -> str:
    text = " ".join(why.split())
    if not text:
        raise NotPossible(sentence("expected a reason, got none"))
    return text
