"""The words that bring a ticket into a state: a row each; the tables of moves decide which are legal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

from daemon.commands.command import ApprovalOrder, Ask, Command, Grant, Refusal
from daemon.desk.changes import Change, MoveState, SetDue
from daemon.desk.dates import BadDate, Now, moment
from daemon.desk.lifecycle import DONE, ENDED, WORKING, IllegalMove, Mover, check_move, moves
from daemon.desk.sentences import Moment, Sentence, joined, moment_said, reason_in, sentence, term
from storage.vocabulary import TicketState

S = TicketState
Target = Callable[[Ask], TicketState]
# A day without a time of day: waiting is over when the day's work begins, a promise at its end.
_WORKED_ON = frozenset({S.APPROVED, S.IN_FULFILMENT, S.FULFILLED})
MORNING = time(8, 0)
EVENING = time(17, 0)


def move_to(ask: Ask, to: TicketState, *, words: str = "", reason: str = "") -> Grant:
    """Grant one move; an illegal one is refused with the legal ones listed.  ``words`` go to people."""
    ticket = ask.ticket
    if to in _WORKED_ON and ask.sight.requested.unapproved:
        raise Refusal(
            sentence(
                "nobody has approved what ticket {number} asks for; #submit asks whoever has to do that",
                number=ticket.number,
            )
        )
    try:
        check_move(ticket.type, ticket.number, ticket.state, to, Mover.AGENT)
    except IllegalMove as error:
        raise Refusal(reason_in(error)) from error
    done = sentence("the ticket is {state} now", state=spoken(to))
    if words:
        done = sentence("the ticket is {state} now; your words go to the people on it", state=spoken(to))
    change = MoveState(to, reason)
    return Grant((change,), done, settles=True, words=words)


def spoken(state: TicketState) -> Sentence:
    """Return a state as it is read aloud."""
    return term(state.replace("-", " "))


def _working(ask: Ask) -> TicketState:
    return WORKING.get(ask.ticket.type, S.OPEN)


def _done(ask: Ask) -> TicketState:
    return DONE[ask.ticket.type]


def _again(ask: Ask) -> TicketState:
    """Return the state that an ended ticket goes back to."""
    ticket = ask.ticket
    if ticket.merged_into is not None:
        raise Refusal(
            sentence(
                "ticket {number} is part of ticket {following} and goes on there",
                number=ticket.number,
                following=ticket.merged_into,
            )
        )
    if ticket.state not in ENDED:
        raise Refusal(
            sentence(
                "ticket {number} is {state}; only what has ended can be reopened",
                number=ticket.number,
                state=spoken(ticket.state),
            )
        )
    legal = [to for to in moves(ticket.type, ticket.state, Mover.AGENT) if to is not S.CLOSED]
    working = [to for to in legal if to not in ENDED]
    # A change that was carried out cannot be undone by a word; its review is what can be opened again.
    return next(iter([*working, *legal]), S.CLOSED)


def _always(state: TicketState) -> Target:
    return lambda _ask: state


def _ending(target: Target) -> Callable[[Ask], Grant]:
    """Decide a word that ends the work: what stands behind it is said to the people on the ticket."""
    return lambda ask: move_to(ask, target(ask), words=ask.argument)


def _going_on(target: Target) -> Callable[[Ask], Grant]:
    """Decide a word that does not: what stands behind it is the reason, for the journal."""
    return lambda ask: move_to(ask, target(ask), reason=ask.argument[:200])


def _schedule(ask: Ask) -> Grant:
    """Schedule an approved change, with the moment of its work where one is given."""
    granted = move_to(ask, S.SCHEDULED)
    if not ask.argument:
        return granted
    try:
        at, rest = moment(ask.argument, ask.clock, EVENING)
    except BadDate as error:
        raise Refusal(reason_in(error)) from error
    changes: list[Change] = [MoveState(S.SCHEDULED, rest[:200]), SetDue(at)]
    return Grant(
        tuple(changes), sentence("the ticket is scheduled now, for {when}", when=shown(ask, at)), settles=True
    )


def _submit(ask: Ask) -> Grant:
    """Put the ticket before its approvers, once more where nobody decided in time or nobody was found."""
    waits, known = ask.ticket.state is S.AWAITING_APPROVAL, ask.sight.approval
    if waits and known.open and not known.lacking:
        raise Refusal(
            sentence(
                "ticket {number} waits for the decision of {waiting} already; "
                "#approver ADDRESS lets somebody else decide, #approvals tells how it stands",
                number=ask.ticket.number,
                waiting=", ".join(known.waiting),
            )
        )
    if waits and known.missing:
        raise Refusal(
            sentence(
                "nobody more is found who may decide: {missing}; #approver ADDRESS names somebody, "
                "or mend that and write #submit again",
                missing=joined("; ", known.missing),
            )
        )
    granted = Grant((), sentence("it is asked once more"), settles=True) if waits else _submitted(ask)
    return replace(granted, approval=ApprovalOrder("submit", words=ask.argument[:200]))


def shown(ask: Ask, at: datetime) -> Moment:
    """Write a moment out in the agent's zone."""
    zone = ask.clock.zone
    return moment_said(Now(at, zone).local.strftime("%a %d %b %Y, %H:%M"), at, zone)


_submitted = _going_on(_always(S.AWAITING_APPROVAL))
_WORDS = "[WORDS]"
_WHY = "[REASON]"

STATES: tuple[Command, ...] = (
    Command(
        "open",
        f"#open {_WHY}",
        sentence("work goes on: an incident is open, a request in fulfilment, a problem under investigation"),
        _going_on(_working),
    ),
    Command(
        "resolve",
        f"#resolve {_WORDS}",
        sentence("say that it is solved; the requester is told, with the words if there are any"),
        _ending(_done),
        often=True,
    ),
    Command(
        "close",
        f"#close {_WORDS}",
        sentence("close the ticket; the requester is told"),
        _ending(_always(S.CLOSED)),
        often=True,
    ),
    Command("reopen", f"#reopen {_WHY}", sentence("bring an ended ticket back to work"), _going_on(_again)),
    Command(
        "fulfil",
        f"#fulfil {_WORDS}",
        sentence("say that a request is fulfilled"),
        _ending(_always(S.FULFILLED)),
    ),
    Command(
        "reject",
        f"#reject {_WORDS}",
        sentence("turn a request down; the words tell why"),
        _ending(_always(S.REJECTED)),
    ),
    Command(
        "details",
        f"#details {_WORDS}",
        sentence("ask the requester for what a request lacks, and wait for it"),
        _ending(_always(S.AWAITING_DETAILS)),
    ),
    Command(
        "submit",
        f"#submit {_WHY}",
        sentence(
            "ask for the approval that it needs, or once more where nobody decided in time or was found"
        ),
        _submit,
    ),
    Command(
        "investigate",
        f"#investigate {_WHY}",
        sentence("look for the cause of a problem"),
        _going_on(_always(S.INVESTIGATING)),
    ),
    Command(
        "known-error",
        f"#known-error {_WHY}",
        sentence("say that the cause of a problem is known"),
        _going_on(_always(S.KNOWN_ERROR)),
    ),
    Command("schedule", "#schedule [DATE]", sentence("plan an approved change, for a moment"), _schedule),
    Command(
        "implemented",
        f"#implemented {_WHY}",
        sentence("say that a change was carried out"),
        _going_on(_always(S.IMPLEMENTED)),
    ),
    Command("failed", f"#failed {_WHY}", sentence("say that a change failed"), _going_on(_always(S.FAILED))),
    Command(
        "reviewed",
        f"#reviewed {_WHY}",
        sentence("say that a change was looked at afterwards"),
        _going_on(_always(S.REVIEWED)),
    ),
    Command(
        "draft", f"#draft {_WHY}", sentence("take a change back to its draft"), _going_on(_always(S.DRAFT))
    ),
)
