"""Second addresses, the mail back: a code of ours that comes from the very address it was made for.

Whatever is wrong with an answer is recorded.  It is told only where the answer came from the address that
was asked, so that nobody learns anything by trying.
"""

from collections.abc import Iterable, Sequence

from daemon.desk import linking
from daemon.desk.addressing import detail_of, fold
from daemon.desk.changes import AcceptHeld, Change, MoveState
from daemon.desk.lifecycle import ENDED
from daemon.desk.linking import News, Request, Wish
from daemon.desk.sentences import sentence
from daemon.mail.tokens import DETAIL, Purpose, ReplyToken, parse_detail
from daemon.services import held
from daemon.services.apply import Work
from daemon.services.linking import finish_others, tell, works_on
from daemon.services.visit import Visit
from storage import identities, journal, people
from storage.arrivals import Outcome
from storage.vocabulary import Disposition, EntryKind, TicketState

# A code that was quoted stands near the top; a text is not searched further.
_SEARCHED_CHARS = 20_000
_USED = sentence("This code was used already.")


def take_answer(visit: Visit) -> Outcome | None:
    """Take a mail that carries a code of ours as the answer to it; None for a mail that carries none."""
    token = _token(visit)
    if token is None:
        return None
    case, request = visit.case, _request(visit, token)
    asked = request is not None and case.author_address == request.other
    if not asked and not case.roster.desk.sub_addressing:
        # Words that quote a code may be for anybody; an address that has one is for nothing else.
        return None
    case.evidence += [case.author_evidence, "it answers the question whose address that is"]
    if request is None:
        return visit.outcome(Disposition.REFUSED, "its code is none of ours, or was changed")
    silent = _not_worth_an_answer(visit, request)
    reason = silent or _objection(visit, request)
    if reason:
        return _refuse(visit, works_on(visit, [], request.ticket_number), request, reason, told=not silent)
    if not linking.answer(visit.case.message.new_text):
        return _decline(visit, request)
    return _join(visit, request)


def _token(visit: Visit) -> ReplyToken | None:
    """Return the code in the addresses; on a desk without such addresses, the one in the words."""
    roster = visit.case.roster
    if roster.desk.sub_addressing:
        found: Iterable[str] = (detail_of(one) for one in visit.case.recipients if roster.is_own(one))
    else:
        found = (one[0] for one in DETAIL.finditer(visit.case.message.text[:_SEARCHED_CHARS].lower()))
    tokens = (parse_detail(one) for one in found)
    return next((one for one in tokens if one and one.purpose is Purpose.CONFIRMATION), None)


def _request(visit: Visit, token: ReplyToken) -> Request | None:
    """Return the request that the code was made for, out of the journal of its ticket."""
    signer, number = visit.postbag.office.signer, token.ticket_number
    asked = linking.requests(number, journal.of_ticket(number))
    return next((one for one in reversed(asked) if signer.verify(token, [one.claim])), None)


def _not_worth_an_answer(visit: Visit, request: Request) -> str:
    """Say why an answer does not count and is not answered either, or nothing."""
    if visit.case.muted:
        return f"machines and forgers confirm nothing ({visit.case.muted})"
    if visit.case.author_address != request.other:
        return "it came from another address than the one that was asked"
    return ""


def _objection(visit: Visit, request: Request) -> str:
    """Say why an answer from the right address does not count, as a sentence for its author, or nothing."""
    if request.settled:
        return _USED
    if visit.case.cause.now > request.until:
        return sentence("The code is too old. Ask once more from {address}.", address=request.known)
    person = people.find(request.known)
    own = [one.address for one in people.addresses_of(person.id)] if person else [request.other]
    wish = Wish(unlink=False, address=request.other)
    reason = linking.objection(wish, request.known, own, visit.case.roster)
    if not reason and linking.answer(visit.case.message.new_text) is None:
        return sentence("Expected a plain YES or NO on the first line of the answer.")
    return reason


def _refuse(visit: Visit, works: Sequence[Work], request: Request, reason: str, *, told: bool) -> Outcome:
    work = finish_others(works, request.ticket_number)
    author = visit.case.author_address or "unknown"
    work.note(linking.REFUSED, address=request.other, by=author, reason=str(reason))
    if told:
        tell(visit, [request.other], News("refused", request.known, request.other, reason))
    work.finish()
    return visit.outcome(Disposition.REFUSED, f"the answer to a code does not count: {reason}", work)


def _decline(visit: Visit, request: Request) -> Outcome:
    work = finish_others(works_on(visit, [], request.ticket_number), request.ticket_number)
    work.note(linking.DECLINED, address=request.other, to=request.known, request=request.origin)
    reason = sentence("The answer from {address} was NO.", address=request.other)
    tell(visit, [request.known], News("refused", request.known, request.other, reason))
    work.finish()
    return visit.outcome(Disposition.ACTED, f"{request.other} does not belong to {request.known}", work)


def _join(visit: Visit, request: Request) -> Outcome:
    """Link the address, tell both, and take on what waited beside tickets of either."""
    kept, gone = people.find(request.known), people.find(request.other)
    assert kept is not None, "the code of a person who is gone is refused before"
    number = request.ticket_number
    works = works_on(visit, [kept.id, *([gone.id] if gone else [])], number)
    # Somebody may have used it while these tickets were waited for.
    asked = linking.requests(number, journal.of_ticket(number))
    if any(one.settled for one in asked if one.claim == request.claim):
        return _refuse(visit, works, request, _USED, told=False)
    moved = identities.link(request.other, kept, visit.case.cause.now)
    for work in works:
        names = {"address": request.other, "to": request.known, "request": request.origin}
        work.note(linking.LINKED, **names, addresses=" ".join(moved))
        _take_on_held(visit, work, moved)
    tell(visit, [request.known, request.other], News("linked", kept.address, request.other))
    work = finish_others(works, number)
    work.finish()
    return visit.outcome(Disposition.ACTED, f"{request.other} belongs to {kept.address}", work)


def _take_on_held(visit: Visit, work: Work, moved: Sequence[str]) -> None:
    """Accept what these addresses had written about a ticket before, unless it failed a check."""
    for entry in held.waiting(work.ticket.number):
        theirs = entry.kind is EntryKind.HELD and fold(entry.author) in moved
        if not theirs or held.must_not_be_answered(entry):
            continue
        changes: list[Change] = [AcceptHeld(entry)]
        if work.ticket.state in {*ENDED, TicketState.PENDING_REQUESTER}:
            changes.append(MoveState(TicketState.OPEN, "a held mail was accepted"))
        work.apply(changes)
        held.follow(visit, work, changes)
