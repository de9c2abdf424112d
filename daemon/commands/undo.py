"""``#undo``: what the agent's last commands did is taken back, where nothing later stands against it."""

from daemon.commands.command import Ask, Command, Grant, Place, Refusal, no_argument
from daemon.commands.tasks import contradicted
from daemon.desk.changes import Change, PutBack
from daemon.desk.undoing import UNDO_WINDOW, contradictions, taken_back
from storage.records import Operation


def decide(ask: Ask) -> Grant:
    """Take the last operation back, on every ticket that it concerned."""
    no_argument(ask, UNDO.usage)
    last = ask.sight.last
    if last is None:
        where = f" on ticket {ask.on.number}" if ask.on is not None else ""
        minutes = UNDO_WINDOW.total_seconds() / 60
        raise Refusal(
            f"you gave no commands{where} in the last {minutes:.0f} minutes that could be taken back"
        )
    steps = {step.ticket_number: taken_back(step) for step in last.steps}
    against = [*_contradicted(ask, last), *_gone(ask, steps), *_tasks_moved_on(ask, steps)]
    if against:
        raise Refusal(f"{last.summary!r} cannot be taken back: {'; '.join(against)}")
    here = ask.on.number if ask.on is not None else 0
    elsewhere = [(number, one) for number, changes in steps.items() if number != here for one in changes]
    return Grant(
        steps.get(here, ()), _receipt(last), elsewhere=tuple(elsewhere), undoes=last.id, settles=True
    )


def _contradicted(ask: Ask, last: Operation) -> list[str]:
    found = []
    for step in last.steps:
        other = ask.sight.others.get(step.ticket_number)
        ticket = ask.on if ask.on is not None and ask.on.number == step.ticket_number else None
        ticket = ticket or (other.ticket if other is not None else None)
        if ticket is None:
            found.append(f"ticket {step.ticket_number} is gone")
            continue
        if not ask.sight.roster.sees(ask.agent, ticket.team):
            found.append(f"ticket {step.ticket_number} is with {ticket.team}, and for its members alone")
            continue
        found += contradictions(ticket, step)
    return found


def _gone(ask: Ask, steps: dict[int, tuple[Change, ...]]) -> list[str]:
    """Say which mails that were held were decided anew meanwhile."""
    back = [one for changes in steps.values() for one in changes if isinstance(one, PutBack)]
    now = ask.sight.entries
    return [
        f"mail {one.entry.id} is {now[one.entry.id].kind if one.entry.id in now else 'gone'} by now"
        for one in back
        if one.entry.id not in now or now[one.entry.id].kind is not one.instead.kind
    ]


def _tasks_moved_on(ask: Ask, steps: dict[int, tuple[Change, ...]]) -> list[str]:
    """Say which tasks went on since, so that they cannot be taken back."""
    found = [
        contradicted(ask.sight.tasks.get(number), one) for number, changes in steps.items() for one in changes
    ]
    return [one for one in found if one]


def _receipt(last: Operation) -> str:
    count = len(last.steps)
    where = f" on {count} tickets" if count > 1 else ""
    done = f"taken back{where}: {last.summary}"
    if last.mailed:
        mails = "1 mail has" if last.mailed == 1 else f"{last.mailed} mails have"
        done += f". {mails} left already and cannot be unsent"
    return done


UNDO = Command(
    "undo",
    "#undo",
    "take back what your last commands did, within the hour",
    decide,
    Place.ANYWHERE,
    often=True,
    alone=True,
)
