"""Commands about the tasks of a request: how they stand, ticked off, left out, and another promise."""

from datetime import time

from daemon.commands.arguments import needed, no_argument
from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.commands.states import shown
from daemon.desk import fulfilment
from daemon.desk.changes import Change, MovePromise, SetDue, SetTask, TellTask
from daemon.desk.dates import BadDate, moment
from daemon.desk.fulfilment import ACTIVE, NotPossible, Run, TaskState, Work
from daemon.desk.sentences import Sentence, joined, reason_in, sentence, term

_REASON_CHARS = 200
_EVENING = time(17, 0)


def _list(ask: Ask) -> Grant:
    """Show the tasks in the receipt itself."""
    no_argument(ask, TASKS[0].usage)
    _work(ask)
    return Grant((), joined("\n", ask.sight.task_lines))


def _done(ask: Ask) -> Grant:
    """Tick a task off for whoever has it."""
    name, rest = _named(ask, TASKS[1].usage)
    if rest:
        raise Refusal(
            sentence(
                "expected {usage}, got {typed} behind the task", usage=TASKS[1].usage, typed=repr(rest[:60])
            )
        )
    work = _work(ask)
    _possible(lambda: fulfilment.done(work, name, ask.sight.now))
    return _set(ask, work, name, TaskState.DONE, "")


def _skip(ask: Ask) -> Grant:
    """Leave a task out; whoever has it is told."""
    name, why = _named(ask, TASKS[2].usage)
    work = _work(ask)
    _possible(lambda: fulfilment.skipped(work, name, why[:_REASON_CHARS]))
    return _set(ask, work, name, TaskState.SKIPPED, why[:_REASON_CHARS])


def _tell(ask: Ask) -> Grant:
    """Write to whoever has a task: what stands on the line, else the text below."""
    name, on_line = _named(ask, TASKS[3].usage)
    work = _work(ask)
    run = _found(work, name)
    words = on_line or ask.sight.words
    if not words:
        raise Refusal(
            sentence("expected {usage}, with the words behind it or below the line", usage=TASKS[3].usage)
        )
    if run.state not in ACTIVE:
        raise Refusal(
            sentence("the task {name} is {state}; nobody has it now", name=name, state=term(run.state))
        )
    told = sentence("your words go to whoever has the task {name}", name=name)
    return Grant((TellTask(name, words, ask.agent.address),), told, takes_words=not on_line)


def _found(work: Work, name: str) -> Run:
    try:
        return work.run(name)
    except NotPossible as error:
        raise Refusal(reason_in(error)) from error


def _promise(ask: Ask) -> Grant:
    """Promise the requester another day; never without a reason."""
    text = needed(ask, TASKS[4].usage)
    work = _work(ask)
    try:
        until, why = moment(text, ask.clock, _EVENING)
    except BadDate as error:
        raise Refusal(reason_in(error)) from error
    why = why.strip(" ,;:-")[:_REASON_CHARS]
    _possible(lambda: fulfilment.moved(work, until, why, ask.sight.now))
    changes = (MovePromise(until, why, work.promised_at), SetDue(until))
    return Grant(changes, sentence("promised for {when}; the requester is told why", when=shown(ask, until)))


def _named(ask: Ask, usage: str) -> tuple[str, str]:
    name, _, rest = needed(ask, usage).partition(" ")
    return name.lower(), rest.strip()


def _work(ask: Ask) -> Work:
    work = ask.sight.tasks.get(ask.ticket.number)
    if work is None:
        raise Refusal(sentence("ticket {number} is no request with tasks", number=ask.ticket.number))
    return work


def _possible(step: object) -> None:
    """Try a step; raise Refusal with the reason why it is not possible."""
    assert callable(step), "it is a step"
    try:
        step()
    except NotPossible as error:
        raise Refusal(reason_in(error)) from error


def _set(ask: Ask, work: Work, name: str, to: TaskState, why: str) -> Grant:
    run = work.run(name)
    change = SetTask(name, to.value, why, run.state.value, run.why, ask.agent.address)
    return Grant((change,), sentence("the task {name} is {state}", name=name, state=term(to)))


def after(work: Work, change: Change) -> Work:
    """Return the tasks as they are after a change, for the next line of the same mail."""
    if isinstance(change, SetTask):
        return fulfilment.with_state(work, change.task, TaskState(change.to), change.why)
    return work


def contradicted(work: Work | None, change: Change) -> Sentence | None:
    """Say why a change to tasks cannot be taken back by now, or nothing."""
    if not isinstance(change, SetTask):
        return None
    if work is None:
        return sentence("its tasks are gone")
    try:
        run = work.run(change.task)
        if run.state.value != change.was:
            return sentence("the task {name} is {state} by now", name=change.task, state=term(run.state))
        fulfilment.put_back(work, change.task, TaskState(change.to), change.why)
    except NotPossible as error:
        return reason_in(error)
    return None


TASKS = (
    Command(
        "tasks",
        "#tasks",
        sentence("get the tasks of the request: who has them, until when, what they took"),
        _list,
    ),
    Command(
        "task-done",
        "#task-done TASK",
        sentence("tick a task off for whoever has it; the next ones start"),
        _done,
    ),
    Command("task-skip", "#task-skip TASK WHY", sentence("leave a task out; whoever has it is told"), _skip),
    Command(
        "task-tell",
        "#task-tell TASK [WORDS]",
        sentence("write to whoever has a task; answers come to the desk"),
        _tell,
    ),
    Command(
        "promise", "#promise DATE WHY", sentence("promise another day; the requester is told why"), _promise
    ),
)
