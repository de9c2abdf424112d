"""Second addresses, the asking: a wish on the first line of a reply, from a proven address.

Until the mail back comes nothing changes, and the mail to the other address tells nothing of any ticket.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from daemon.desk import linking
from daemon.desk.addressing import with_detail
from daemon.desk.interpretation import Match
from daemon.desk.linking import News, Request, Wish
from daemon.desk.permissions import Action, ask
from daemon.desk.sentences import sentence
from daemon.mail.tokens import Purpose
from daemon.services.apply import Work
from daemon.services.letters import Reader
from daemon.services.visit import Visit, locked
from storage import gate_counts, identities, people, tickets
from storage.arrivals import Outcome
from storage.records import Person
from storage.vocabulary import Disposition

_UNPROVEN = sentence(
    "It takes a proof that the mail is yours: reply to the latest mail that you got from us about the "
    "ticket, from the address it was sent to, with the same line on top."
)
_TOO_MANY = sentence("Too many addresses were asked within a day; try again tomorrow.")


def take_wish(visit: Visit, match: Match) -> Outcome | None:
    """Do what the first line of a reply asks about addresses; None where words are left for the ticket."""
    asked, words = linking.wish(visit.case.message.new_text)
    if asked is None:
        return None
    author = visit.case.author_person()
    assert author is not None, "a reply has an author"
    reason = _objection(visit, asked, author)
    if asked.unlink and not reason:
        work = _unlink(visit, match.ticket_number, asked, author)
    else:
        work = Work.on(locked(match), visit.case.cause)
        reason = reason or _ask_back(visit, work, asked, author)
    if reason:
        _refuse(visit, work, asked, reason)
    work.finish()
    if words:
        return None
    disposition = Disposition.REFUSED if reason else Disposition.ACTED
    wanted = "to unlink" if asked.unlink else "to link"
    said = f"{author.address} asked {wanted} {asked.address[:100]}"
    return visit.outcome(disposition, f"{said}: {reason}" if reason else said, work)


def _objection(visit: Visit, asked: Wish, author: Person) -> str:
    case = visit.case
    if not ask(case.claim, Action.LINK).allowed:
        return _UNPROVEN
    own = [one.address for one in people.addresses_of(author.id)]
    return linking.objection(asked, case.author_address, own, case.roster)


def _refuse(visit: Visit, work: Work, asked: Wish, reason: str) -> None:
    address, author = asked.address[:254], visit.case.author_address
    work.note(linking.REFUSED, address=address, by=author, reason=str(reason))
    if not visit.case.muted:
        tell(visit, [author], News("refused", author, address, reason))


def _ask_back(visit: Visit, work: Work, asked: Wish, author: Person) -> str:
    """Mail the code to the other address; return why that cannot be, or nothing."""
    cause, key = visit.case.cause, f"asks to link by {author.address}"
    if gate_counts.since([key], cause.now - linking.CODE_LIFETIME).get(key, 0) >= linking.ASKS_LIMIT:
        return _TOO_MANY
    gate_counts.add([key], cause.now)
    known, other = visit.case.author_address, asked.address
    request = Request(work.ticket.number, known, other, cause.origin, cause.now, settled=False)
    if not _mail_code(visit, work, request):
        return sentence("No mail can be sent to {address} now.", address=other)
    work.note(linking.ASKED, address=other, to=known)
    tell(visit, [known], News("asked", known, other, until=request.until))
    return ""


def _mail_code(visit: Visit, work: Work, request: Request) -> bool:
    """Write to the other address; False where the gate says no."""
    office, postbag = visit.postbag.office, visit.postbag
    code = office.signer.detail(Purpose.CONFIRMATION, request.ticket_number, request.claim)
    # Of the other address nothing is known but who named it.
    language = visit.case.message.language or visit.case.message.claimed_language
    reader = office.letters.reader(request.other, "", language)
    if office.roster.desk.sub_addressing:
        reader = replace(reader, reply_to=with_detail(postbag.address_of(work.ticket), code))
        code = ""
    news = News("asked", request.known, request.other, until=request.until)
    before = len(postbag.copies)
    postbag.write("address-confirm", reader, None, link={**_words(reader, news), "code": code})
    return len(postbag.copies) > before


def _unlink(visit: Visit, number: int, asked: Wish, author: Person) -> Work:
    """Give the address to somebody new, who is on no ticket, and return the work on this ticket."""
    works = works_on(visit, [author.id], number)
    identities.unlink(asked.address, visit.case.cause.now)
    for work in works:
        work.note(linking.UNLINKED, address=asked.address, **{"from": author.address})
    both = (visit.case.author_address, author.address, asked.address)
    tell(visit, both, News("unlinked", author.address, asked.address))
    return finish_others(works, number)


def works_on(visit: Visit, person_ids: Sequence[int], also: int) -> list[Work]:
    """Begin to work on every ticket of these people that is not closed, and on one more."""
    found = (tickets.get(number) for number in identities.lock_tickets(person_ids, also))
    return [Work.on(ticket, visit.case.cause) for ticket in found if ticket is not None]


def finish_others(works: Iterable[Work], number: int) -> Work:
    """Finish the work on every ticket but this one, and return that on this one, unfinished."""
    mine = None
    for work in works:
        if work.ticket.number == number:
            mine = work
        else:
            work.finish()
    if mine is None:
        raise LookupError(f"ticket {number} was there a moment ago and is gone")
    return mine


def tell(visit: Visit, addresses: Iterable[str], news: News) -> None:
    """Tell people at these addresses, each once, what became of a wish."""
    for address in dict.fromkeys(addresses):
        person = people.find(address)
        reader = visit.postbag.office.letters.reader(address, "", person.language if person else "")
        visit.postbag.write("address-told", reader, None, link=_words(reader, news))


def _words(reader: Reader, news: News) -> dict[str, str]:
    return {
        "known": news.known,
        "other": news.other,
        "state": news.state,
        "reason": news.reason,
        "until": reader.told(news.until) if news.until else "",
        "code": "",
    }
