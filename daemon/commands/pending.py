"""``#pending``: the ticket waits, for the requester, for a vendor, or for a day."""

from dataclasses import replace

from daemon.commands.arguments import needed
from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.commands.states import MORNING, move_to, shown
from daemon.desk.changes import MoveState
from daemon.desk.dates import BadDate, moment
from daemon.desk.sentences import reason_in, sentence
from storage.vocabulary import TicketState

S = TicketState
_FOR = {"requester": S.PENDING_REQUESTER, "customer": S.PENDING_REQUESTER, "vendor": S.PENDING_VENDOR}


def decide(ask: Ask) -> Grant:
    """Let the ticket wait; the rest of the line is the reason."""
    text = needed(ask, PENDING.usage)
    first, _, rest = text.partition(" ")
    to = _FOR.get(first.lower())
    if to is not None:
        return move_to(ask, to, reason=rest.strip()[:200])
    try:
        at, reason = moment(text, ask.clock, MORNING)
    except BadDate as error:
        raise Refusal(sentence("{reason}; or write requester or vendor", reason=reason_in(error))) from error
    granted = move_to(ask, S.PENDING_DATE, reason=reason[:200])
    wait = MoveState(S.PENDING_DATE, reason[:200], until=at)
    return replace(
        granted, changes=(wait,), done=sentence("the ticket waits until {when}", when=shown(ask, at))
    )


PENDING = Command(
    "pending",
    "#pending requester|vendor|until DATE [REASON]",
    sentence(
        "let it wait: for the requester, for somebody outside, or for a day, after which it is open again"
    ),
    decide,
    often=True,
)
