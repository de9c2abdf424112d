"""The way of a request from its complete form to its end; its requester is told of every step.

Whoever decides and whoever does the tasks is asked elsewhere: those services begin a step when they are
told to, and report its end here.  All of it is in the caller's transaction, and the caller finishes the work.
"""

from daemon.desk.catalogue import Item, Kind
from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import REPLIED, moves
from daemon.desk.sentences import sentence
from daemon.services import approving, fulfilling
from daemon.services.apply import Work
from daemon.services.postbag import Postbag
from daemon.services.request_views import PURPOSES, Wanted, decides, described, own_words, wanted_of
from storage import journal, requests
from storage.records import Ticket
from storage.requests import Request
from storage.vocabulary import TicketState

TOLD = "request-told"
_BEGUN = frozenset({TicketState.APPROVED, TicketState.IN_FULFILMENT, TicketState.FULFILLED})
_UNDER_WAY = sentence("It needs nobody's approval: the people who do it have it now.")
_SOUGHT = sentence("It needs an approval. We look for who may decide, and tell you how it is decided.")
_ANSWERED = sentence("This is what we can tell you. If it does not answer your question, reply to this mail.")
_APPROVED = sentence("Your request is approved. The people who do it have it now.")
_FULFILLED = sentence("Your request is fulfilled. If something is missing, reply to this mail.")


def submit(postbag: Postbag, work: Work, item: Item, request: Request) -> str:
    """Send a complete request to whoever decides, else to whoever does it; return what happens next.

    The requester is not told here, since the caller has more to say: in the acknowledgement, or in the
    answer to the last answers (``tell``).
    """
    if work.ticket.state is TicketState.AWAITING_DETAILS:
        work.apply([MoveState(TicketState.NEW, "the form is complete")])
    if approving.begin(postbag, work, item, request):
        return _SOUGHT if approving.is_stuck(work.ticket.number) else decides(item, dict(request.answers))
    if work.ticket.state is TicketState.AWAITING_APPROVAL:
        work.apply([MoveState(TicketState.APPROVED, "nobody has to approve it any more")])
    return _begun(postbag, work, Wanted(item, request)) or _UNDER_WAY


def approved(postbag: Postbag, work: Work) -> None:
    """Go on with a request that was approved, and tell its requester."""
    if not _may(work, TicketState.APPROVED):
        return
    work.apply([MoveState(TicketState.APPROVED, "approved")])
    wanted = asked_for(postbag, work)
    if wanted is None:
        work.apply([MoveState(TicketState.IN_FULFILMENT, "its item is in the catalogue no more")])
        tell(postbag, work, _APPROVED)
        return
    tell(postbag, work, _begun(postbag, work, wanted) or _APPROVED, accepted=True)


def rejected(postbag: Postbag, work: Work, reason: str) -> None:
    """End a request that was not approved, and tell its requester why."""
    if not _may(work, TicketState.REJECTED):
        return
    work.apply([MoveState(TicketState.REJECTED, reason)])
    told = sentence("Your request was not approved.")
    if reason:
        told = sentence("Your request was not approved: {reason}", reason=reason)
    tell(postbag, work, told)


def fulfilled(postbag: Postbag, work: Work) -> None:
    """End a request whose tasks are done, and tell its requester."""
    if _may(work, TicketState.FULFILLED):
        work.apply([MoveState(TicketState.FULFILLED, "everything is done")])
        tell(postbag, work, _FULFILLED)


def tell_fulfilled(postbag: Postbag, work: Work) -> bool:
    """Tell the requester that an agent says that all is done; False where nothing of the catalogue was."""
    if asked_for(postbag, work) is None:
        return False
    tell(postbag, work, _FULFILLED)
    return True


def voided(postbag: Postbag, work: Work, reason: str) -> None:
    """Void what was asked of approvers, since the request is another one now; its state stays."""
    approving.void(postbag, work, reason)


def never_began(number: int) -> bool:
    """Tell whether a ticket is a request that nobody may have begun to fulfil: nothing was approved yet."""
    if requests.get(number) is None:
        return False
    return not any(one.kind == "state" and one.data.get("to") in _BEGUN for one in journal.of_ticket(number))


def back_to(ticket: Ticket) -> TicketState | None:
    """Return where a reply brings a ticket, None for nowhere; no way leads round an approval."""
    to = REPLIED[ticket.type].get(ticket.state)
    if to is TicketState.IN_FULFILMENT and ticket.state is TicketState.CLOSED and never_began(ticket.number):
        return TicketState.NEW
    return to


def asked_for(postbag: Postbag, work: Work) -> Wanted | None:
    """Return the item and the answers of a ticket; None for one that asks for nothing the catalogue has."""
    return wanted_of(postbag.office, work)


def tell(postbag: Postbag, work: Work, news: str, *, accepted: bool = False) -> None:
    """Tell the requester how the request stands.

    Where it is fulfilled, or was ``accepted`` just now, that is said in the item's own words as well.
    """
    requester, wanted = work.ticket.requester, asked_for(postbag, work)
    if requester is None:
        return
    office = postbag.office
    reader = office.letters.of_team(office.letters.person(requester), work.ticket.team)
    told: dict[str, object] = {}
    purpose, ended = PURPOSES.get(work.ticket.state, ""), work.ticket.state is TicketState.FULFILLED
    if wanted is not None:
        told = described(office, work, wanted, reader)
        told["own"] = {"text": own_words(purpose if ended or accepted else "", office, work, wanted, reader)}
        told["article"] = wanted.item.article if news is _ANSWERED else ""
    postbag.write(TOLD, reader, work, None, next_step=news, request=told)


def _begun(postbag: Postbag, work: Work, wanted: Wanted) -> str:
    """Begin with the fulfilment; return what there is to tell beside that, or nothing."""
    item = wanted.item
    if item.kind is Kind.INFORMATION and not item.tasks and (item.article or "fulfilled" in item.texts):
        work.apply([MoveState(TicketState.FULFILLED, "answered at once")])
        return _ANSWERED
    work.apply([MoveState(TicketState.IN_FULFILMENT, "nothing is left to decide")])
    fulfilling.begin(postbag, work, item, wanted.request)
    return ""


def stopped(postbag: Postbag, work: Work, reason: str) -> None:
    """Call off what was asked of others for a request that has ended before it was fulfilled."""
    if requests.get(work.ticket.number) is not None:
        approving.void(postbag, work, reason)
        fulfilling.cancel(postbag, work, reason)


def _may(work: Work, to: TicketState) -> bool:
    """Tell whether the ticket can go there; one that was ended meanwhile stays as it is, with a note."""
    if to in moves(work.ticket.type, work.ticket.state):
        return True
    work.note("not moved", to=to, reason=f"it is {work.ticket.state}")
    return False
