"""``#undo``: what the agent's last commands did is taken back, where nothing later stands against it."""

from daemon.commands.arguments import no_argument
from daemon.commands.command import Ask, Command, Grant, Place, Refusal
from daemon.commands.tasks import contradicted
from daemon.desk.changes import Change, PutBack
from daemon.desk.sentences import Sentence, joined, sentence, term
from daemon.desk.undoing import UNDO_WINDOW, contradictions, taken_back
from storage.records import Operation


def decide(ask: Ask) -> Grant:
    """Take the last operation back, on every ticket that it concerned."""
    no_argument(ask, UNDO.usage)
    last = ask.sight.last
    if last is None:
        minutes = round(UNDO_WINDOW.total_seconds() / 60)
        if ask.on is not None:
            raise Refusal(
                sentence(
                    "you gave no commands on ticket {number} in the last {minutes} minutes that could be "
                    "taken back",
                    number=ask.on.number,
                    minutes=minutes,
                )
            )
        raise Refusal(
            sentence(
                "you gave no commands in the last {minutes} minutes that could be taken back",
                minutes=minutes,
            )
        )
    steps = {step.ticket_number: taken_back(step) for step in last.steps}
    against = [*_contradicted(ask, last), *_gone(ask, steps), *_tasks_moved_on(ask, steps)]
    if against:
        raise Refusal(
            sentence(
                "{typed} cannot be taken back: {against}",
                typed=repr(last.summary),
                against=joined("; ", against),
            )
        )
    here = ask.on.number if ask.on is not None else 0
    elsewhere = [(number, one) for number, changes in steps.items() if number != here for one in changes]
    return Grant(
        steps.get(here, ()), _receipt(last), elsewhere=tuple(elsewhere), undoes=last.id, settles=True
    )


def _contradicted(ask: Ask, last: Operation) -> list[Sentence]:
    found = list[Sentence]()
    for step in last.steps:
        other = ask.sight.others.get(step.ticket_number)
        ticket = ask.on if ask.on is not None and ask.on.number == step.ticket_number else None
        ticket = ticket or (other.ticket if other is not None else None)
        if ticket is None:
            found.append(sentence("ticket {number} is gone", number=step.ticket_number))
            continue
        if not ask.sight.roster.sees(ask.agent, ticket.team):
            found.append(
                sentence(
                    "ticket {number} is with {team}, and for its members alone",
                    number=step.ticket_number,
                    team=ticket.team,
                )
            )
            continue
        found += contradictions(ticket, step)
    return found


def _gone(ask: Ask, steps: dict[int, tuple[Change, ...]]) -> list[Sentence]:
    """Say which mails that were held were decided anew meanwhile."""
    back = [one for changes in steps.values() for one in changes if isinstance(one, PutBack)]
    now = ask.sight.entries
    return [
        sentence("mail {id} is {kind} by now", id=one.entry.id, kind=term(now[one.entry.id].kind))
        if one.entry.id in now
        else sentence("mail {id} is gone by now", id=one.entry.id)
        for one in back
        if one.entry.id not in now or now[one.entry.id].kind is not one.instead.kind
    ]


def _tasks_moved_on(ask: Ask, steps: dict[int, tuple[Change, ...]]) -> list[Sentence]:
    """Say which tasks went on since, so that they cannot be taken back."""
    found = [
        contradicted(ask.sight.tasks.get(number), one) for number, changes in steps.items() for one in changes
    ]
    return [one for one in found if one is not None]


def _receipt(last: Operation) -> Sentence:
    count = len(last.steps)
    done = sentence("taken back: {summary}", summary=last.summary)
    if count > 1:
        done = sentence("taken back on {count} tickets: {summary}", count=count, summary=last.summary)
    if not last.mailed:
        return done
    left = sentence("{count} mails have left already and cannot be unsent", count=last.mailed)
    if last.mailed == 1:
        left = sentence("1 mail has left already and cannot be unsent")
    return joined(". ", (done, left))


UNDO = Command(
    "undo",
    "#undo",
    sentence("take back what your last commands did, within the hour"),
    decide,
    Place.ANYWHERE,
    often=True,
    alone=True,
)
