"""A new mail that asks for an item of the catalogue: which one, with which answers, and what happens next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from daemon.desk.answers import Settled, settled
from daemon.desk.catalogue import Item
from daemon.desk.catalogue_list import Match
from daemon.desk.changes import MoveState, SetCategory, SetField, SetTags
from daemon.desk.request_form import typed_answers, without_form
from daemon.desk.sentences import sentence
from daemon.desk.service_levels import NAMED
from daemon.desk.terms import plain
from daemon.services import catalogue_mail, request_flow, request_forms
from daemon.services.apply import Work
from daemon.services.languages import ENGLISH
from daemon.services.letters import Context, Reader
from daemon.services.office import Office
from daemon.services.postbag import Postbag, Shown
from daemon.services.request_forms import Lack
from daemon.services.request_views import PURPOSES, Wanted, clock, described, own_words, wanted_of
from daemon.services.visit import Visit
from storage import requests
from storage.vocabulary import TicketState

# More items than these a subject with a common word could mean; nobody reads on.
OFFERED_LIMIT = 8
# A longer answer is cut in a list.
LISTED_LIMIT_CHARS = 400
_ONE_OF_THESE = sentence(
    "A person will read it and answer you by mail. If you meant one or more of these, the link of each "
    "starts a form, which is quicker:"
)
_WAITS = sentence("It waits for answers of the requester, who was asked for them.")
UNASKED = sentence(
    "It lacks answers of the requester. The mail that asks for them was withheld: please ask yourself."
)


@dataclass(frozen=True, slots=True)
class Begun:
    """What the acknowledgement of a new ticket and its notice to agents say of the catalogue.

    ``asked`` says that the requester was sent the form: that mail is the acknowledgement.  ``settled`` says
    that nothing is left to do, for anybody.
    """

    told: Mapping[str, object]
    shown: Mapping[str, object]
    asked: bool = False
    settled: bool = False


NOTHING_ASKED = Begun({}, {})


def begin(visit: Visit, work: Work, match: Match, item: Item | None) -> Begun:
    """Begin with a request of a new ticket, or say what else the catalogue has to do with it."""
    office, requester = visit.postbag.office, work.ticket.requester
    if requester is None:
        return NOTHING_ASKED
    reader = office.letters.of_team(office.letters.person(requester), work.ticket.team)
    if item is not None:
        typed = typed_answers(visit.case.message.text, item)
        return ask_for(visit.postbag, work, item, typed, match)
    if match.item is not None:
        return Begun({"next_step": _not_for_you(match.item)}, {})
    if match.candidates:
        offers = catalogue_mail.offers(office, match.candidates[:OFFERED_LIMIT], reader)
        return Begun({"next_step": _ONE_OF_THESE, "offers": offers}, {})
    return NOTHING_ASKED


def ask_for(postbag: Postbag, work: Work, item: Item, typed: Mapping[str, str], match: Match) -> Begun:
    """Make a ticket, which is a service request by now, one of an item; ask for what is missing."""
    office, now = postbag.office, work.cause.now
    assert work.ticket.requester is not None
    judged = settled(item, typed, clock(office, work))
    request = requests.add(work.ticket.number, item.id, judged.values, now)
    wanted = Wanted(item, request)
    work.note("asked for", item=item.id, why=match.why, **told_of(judged))
    work.apply(_facts(office, work, item))
    step = go_on(postbag, work, Lack(wanted, judged.gaps, whole=not typed, doubtful=not match.sure))
    reader = office.letters.of_team(office.letters.person(work.ticket.requester), work.ticket.team)
    return _begun(postbag, work, wanted, reader, step)


def go_on(postbag: Postbag, work: Work, lack: Lack) -> str:
    """Ask for what is missing, else send the request on its way; return what happens next, or nothing."""
    if not lack.gaps:
        return request_flow.submit(postbag, work, lack.wanted.item, lack.wanted.request)
    if work.ticket.state is not TicketState.AWAITING_DETAILS:
        missing = ", ".join(gap.question.id for gap in lack.gaps)
        work.apply([MoveState(TicketState.AWAITING_DETAILS, f"it lacks: {missing}")])
    request_forms.ask(postbag, work, lack)
    return ""


def told_of(judged: Settled) -> dict[str, str]:
    """Return what the journal keeps of answers: which there are, and which are missing or wrong."""
    wrong = " ".join(gap.question.id for gap in judged.gaps if gap.typed)
    missing = " ".join(gap.question.id for gap in judged.gaps if not gap.typed)
    said = {"answers": " ".join(judged.values), "missing": missing, "wrong": wrong}
    return {name: words for name, words in said.items() if words}


def shown_to_agents(office: Office, work: Work, wanted: Wanted) -> Context:
    """Describe a request for agents, all of whom read the same."""
    return described(office, work, wanted, office.letters.reader(office.roster.desk.address))


def beside_form(office: Office, work: Work, wanted: Wanted | None, shown: Shown) -> Shown:
    """Return filed words without the form in them, where agents are shown all of its answers in a list."""
    wanted = wanted or wanted_of(office, work)
    text = shown.entry.text
    if wanted is None or not typed_answers(text, wanted.item).keys() <= wanted.answers.keys():
        return shown
    if any(len(one) > LISTED_LIMIT_CHARS for one in wanted.answers.values()):
        return shown
    requester = work.ticket.requester
    spoken = (
        {office.letters.of_team(office.letters.person(requester), work.ticket.team).language}
        if requester
        else set()
    )
    intros = [catalogue_mail.form_words(office, one).intro for one in sorted({ENGLISH, *spoken})]
    return replace(shown, entry=replace(shown.entry, text=without_form(text, wanted.item, intros)))


def _begun(postbag: Postbag, work: Work, wanted: Wanted, reader: Reader, step: str) -> Begun:
    office = postbag.office
    shown: dict[str, object] = {"request": shown_to_agents(office, work, wanted)}
    if work.ticket.state is TicketState.AWAITING_DETAILS:
        shown["next_step"] = _WAITS if request_forms.was_sent(postbag, work.ticket.number) else UNASKED
        return Begun({}, shown, asked=True)
    ended = work.ticket.state is TicketState.FULFILLED
    told = described(office, work, wanted, reader)
    purpose = PURPOSES.get(work.ticket.state, "")
    told["own"] = {"text": own_words(purpose, office, work, wanted, reader)}
    told |= request_forms.ways(office, work, wanted, reader) if not ended else {}
    if work.ticket.state is TicketState.AWAITING_APPROVAL:
        shown["next_step"] = sentence("It waits for an approval.")
    return Begun({"request": told, "next_step": step}, shown, settled=ended)


def _facts(office: Office, work: Work, item: Item) -> list[SetTags | SetCategory | SetField]:
    """Return what the item says of the ticket beside type and team: tags, a category, the service level."""
    ticket = work.ticket
    changes: list[SetTags | SetCategory | SetField] = []
    tags = tuple(dict.fromkeys((*ticket.tags, *item.tags)))
    if tags != ticket.tags:
        changes.append(SetTags(tags))
    names = {plain(name): name for name, _ in office.handling.categories_of(ticket.team)}
    known = (names.get(plain(one)) for one in (item.id, item.title, item.group) if one)
    category = next((one for one in known if one), "")
    if category and category != ticket.category:
        changes.append(SetCategory(category))
    if item.sla:
        changes.append(SetField(NAMED, item.sla))
    return changes


def _not_for_you(item: Item) -> str:
    return sentence(
        'You asked for "{title}", which is not meant for your address. A person will read your mail and '
        "answer you.",
        title=item.title,
    )
