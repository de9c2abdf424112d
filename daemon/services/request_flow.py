"""The way of a request from its complete form to its end; its requester is told of every step.

Whoever decides and whoever does the tasks is asked elsewhere: those services begin a step when they are
told to, and report its end here.  All of it is in the caller's transaction, and the caller finishes the work.
"""

from daemon.desk.catalogue import Item, Kind
from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import moves
from daemon.desk.sentences import sentence
from daemon.services.apply import Work
from daemon.services.postbag import Postbag
from daemon.services.request_views import Wanted, described, own_words
from storage import requests
from storage.requests import Request
from storage.vocabulary import TicketState

TOLD = "request-told"
_UNDER_WAY = sentence("It needs nobody's approval: the people who do it have it now.")
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
    return _begun(work, Wanted(item, request)) or _UNDER_WAY


def approved(postbag: Postbag, work: Work) -> None:
    """Go on with a request that was approved, and tell its requester."""
    if not _may(work, TicketState.APPROVED):
        return
    work.apply([MoveState(TicketState.APPROVED, "approved")])
    wanted = asked_for(postbag, work)
    if wanted is None:
        work.apply([MoveState(TicketState.IN_FULFILMENT, "its item is in the catalogue no more")])
        return
    tell(postbag, work, _begun(work, wanted) or _APPROVED)


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
        tell(postbag, work, _FULFILLED, "fulfilled")


def asked_for(postbag: Postbag, work: Work) -> Wanted | None:
    """Return the item and the answers of a ticket; None for one that asks for nothing the catalogue has."""
    request = requests.get(work.ticket.number)
    item = postbag.office.catalogue.item(request.item) if request is not None else None
    return Wanted(item, request) if item is not None and request is not None else None


def tell(postbag: Postbag, work: Work, news: str, purpose: str = "") -> None:
    """Tell the requester how the request stands, with the item's own words for the purpose, if it has any."""
    requester, wanted = work.ticket.requester, asked_for(postbag, work)
    if requester is None:
        return
    office = postbag.office
    reader = office.letters.of_team(office.letters.person(requester), work.ticket.team)
    told: dict[str, object] = {}
    if wanted is not None:
        told = described(office, work, wanted, reader)
        told["own"] = {"text": own_words(purpose, office, work, wanted, reader)}
        told["article"] = wanted.item.article if news is _ANSWERED else ""
    postbag.write(TOLD, reader, work, None, next_step=news, request=told)


def _begun(work: Work, wanted: Wanted) -> str:
    """Begin with the fulfilment; return what there is to tell beside that, or nothing."""
    item = wanted.item
    if item.kind is Kind.INFORMATION and not item.tasks and (item.article or "fulfilled" in item.texts):
        work.apply([MoveState(TicketState.FULFILLED, "answered at once")])
        return _ANSWERED
    work.apply([MoveState(TicketState.IN_FULFILMENT, "nothing is left to decide")])
    return ""


def _may(work: Work, to: TicketState) -> bool:
    """Tell whether the ticket can go there; one that was ended meanwhile stays as it is, with a note."""
    if to in moves(work.ticket.type, work.ticket.state):
        return True
    work.note("not moved", to=to, reason=f"it is {work.ticket.state}")
    return False
