"""Which item of the catalogue a new mail asks for, and whether its author may."""

from daemon.desk.catalogue import Item
from daemon.desk.catalogue_list import Match, item_for, named_in
from daemon.desk.classification import Classification, Opened
from daemon.desk.request_form import typed_answers, without_mark
from daemon.desk.terms import Words, plain
from daemon.mail.message import Kind
from daemon.services import directory
from daemon.services.visit import Visit
from storage import requests
from storage.records import Ticket
from storage.vocabulary import TicketType

# Whoever writes more tells of something; the words of items in it are chance.
_OFFER_CHARS = 600


def found(visit: Visit) -> Match:
    """Return what a mail asks for; nothing where it is from a machine or a forger, or tells of a fault."""
    case, office = visit.case, visit.postbag.office
    message, catalogue = case.message, office.catalogue
    human = message.verdict.kind is Kind.HUMAN and not case.arrival.null_reverse_path
    if not catalogue.items or case.muted or case.author is None or not human:
        return Match()
    sender = directory.sender(office, case.author_address)
    match = item_for(catalogue, sender, case.recipients, message.subject, message.new_text)
    if (match.item or match.candidates) and not match.sure and _is_broken(visit):
        case.evidence.append("words of the catalogue are in its subject, but it tells of something broken")
        return Match()
    if match.item is None and not match.candidates and len(message.new_text) <= _OFFER_CHARS:
        return named_in(catalogue, sender, message.new_text) if _is_wish(visit) else match
    if match.item is not None:
        may = match.item.may_be_asked_by(sender)
        said = f"an item of {match.item.team}" if may else f"which is not for {case.author_address}"
        case.evidence.append(f"it asks for {match.item.id}, {said}: {match.why}")
    return match


def found_again(visit: Visit, follows: Ticket) -> Match:
    """Return what a late reply asks for: the item of the ticket that ended, where its form is filled in."""
    before, message = requests.get(follows.number), visit.case.message
    item = visit.postbag.office.catalogue.item(before.item) if before is not None else None
    if item is None or visit.case.muted or not typed_answers(message.text, item):
        return Match()
    return Match(item, f"the form of ticket {follows.number} is filled in", sure=True)


def allowed(visit: Visit, match: Match) -> Item | None:
    """Return the item of a match, if its author may ask for it."""
    if match.item is None:
        return None
    sender = directory.sender(visit.postbag.office, visit.case.author_address)
    return match.item if match.item.may_be_asked_by(sender) else None


def called(item: Item, subject: str) -> str:
    """Return the subject of a ticket: the title of the item, with what the mail said beside it."""
    bare = without_mark(subject)
    if plain(item.title) in plain(bare):
        return bare
    return f"{item.title}: {bare}" if bare else item.title


def _is_broken(visit: Visit) -> bool:
    """Tell whether the words speak for an incident more than for a request."""
    judged = _judged(visit)
    return bool(judged.reasons) and judged.type is TicketType.INCIDENT


def _is_wish(visit: Visit) -> bool:
    """Tell whether the words speak for a request."""
    judged = _judged(visit)
    return bool(judged.reasons) and judged.type is TicketType.SERVICE_REQUEST


def _judged(visit: Visit) -> Classification:
    message = visit.case.message
    classifier = visit.postbag.office.handling.classifier
    return classifier.classify(Opened(Words.of(message.subject), Words.of(message.new_text)))
