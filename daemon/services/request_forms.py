"""The form of a request as it is mailed: what is missing or wrong, with reasons, to be filled in."""

from collections.abc import Sequence
from dataclasses import dataclass

from daemon.desk.addressing import with_detail
from daemon.desk.answers import Gap, expected, settled
from daemon.desk.request_form import mail_link, subject, written
from daemon.desk.sentences import sentence
from daemon.mail.tokens import Purpose
from daemon.services.apply import Work
from daemon.services.catalogue_mail import form_words
from daemon.services.letters import Context, Reader, tag
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from daemon.services.request_views import Wanted, clock, described, wanted_of
from storage.vocabulary import TicketState

FORM = "request-form"
UNHEARD = sentence(
    "We had asked you for some answers and have not heard from you. If you still need it, reply to this "
    "mail, best with the form: your request goes on where it stopped."
)
_ALL = sentence("To go on with it we need these answers from you:")
_REST = sentence("Only this is still missing, or could not be read:")
_MISSING = sentence("Only this is still missing:")
_CANCEL = sentence("CANCEL")


@dataclass(frozen=True, slots=True)
class Lack:
    """What a request still lacks.

    ``whole`` asks for the whole form, since nothing of it was filled in; ``doubtful`` says that nothing but
    words of a subject led to the item.
    """

    wanted: Wanted
    gaps: Sequence[Gap]
    whole: bool = False
    doubtful: bool = False


def ask(postbag: Postbag, work: Work, lack: Lack) -> None:
    """Ask the requester for what is missing or wrong."""
    requester = work.ticket.requester
    if requester is None:
        return
    office = postbag.office
    reader = office.letters.of_team(office.letters.person(requester), work.ticket.team)
    wrong = any(gap.typed for gap in lack.gaps)
    news = _ALL if lack.whole else _REST if wrong else _MISSING
    postbag.write(FORM, reader, work, None, next_step=news, request=lacking(office, work, lack, reader))


def was_sent(postbag: Postbag, ticket_number: int) -> bool:
    """Tell whether the form is on its way by what is handled now; the gate may have withheld it."""
    return any(one.notice == FORM and one.ticket_number == ticket_number for one in postbag.copies)


def lacking(office: Office, work: Work, lack: Lack, reader: Reader) -> Context:
    """Describe a request with its form: a whole one, or one with nothing but the gaps."""
    item, words = lack.wanted.item, form_words(office, reader.language)
    asked = [gap.question.id for gap in lack.gaps]
    if lack.whole:
        text = written(item, lack.wanted.answers, words=words)
    else:
        text = written(item, dict.fromkeys(asked, ""), asked, words, lack.wanted.answers)
    return {
        **described(office, work, lack.wanted, reader),
        "gaps": [_gap(gap) for gap in lack.gaps],
        "form": {"text": text},
        "doubtful": int(lack.doubtful),
        "fill": {"mailto": _reply(office, work, lack.wanted, reader, text)},
    }


def missing(office: Office, work: Work, reader: Reader) -> Context:
    """Describe what a request lacks that waits for answers, with the form; empty where it lacks nothing."""
    wanted = wanted_of(office, work) if work.ticket.state is TicketState.AWAITING_DETAILS else None
    if wanted is None:
        return {}
    judged = settled(wanted.item, wanted.answers, clock(office, work))
    return lacking(office, work, Lack(wanted, judged.gaps), reader) if judged.gaps else {}


def ways(office: Office, work: Work, wanted: Wanted, reader: Reader) -> Context:
    """Return the links by which a requester changes the answers of a request, or cancels it."""
    words = form_words(office, reader.language)
    form = written(wanted.item, wanted.answers, words=words) if wanted.item.questions else ""
    return {
        "change": {"mailto": _reply(office, work, wanted, reader, form) if form else ""},
        "cancel": {"mailto": _reply(office, work, wanted, reader, words.said(_CANCEL))},
    }


def _gap(gap: Gap) -> Context:
    takes = expected(gap.question)
    return {"question": gap.question.label, "takes": takes, "typed": gap.typed, "why": gap.why}


def _reply(office: Office, work: Work, wanted: Wanted, reader: Reader, body: str) -> str:
    """Return the link that starts a reply about the ticket with these words in it."""
    number = work.ticket.number
    address = own_address(office, work, reader)
    return mail_link(address, f"Re: {tag(number)} {subject(wanted.item)}", body)


def own_address(office: Office, work: Work, reader: Reader) -> str:
    """Return the reader's own reply address of a ticket; the plain one on a desk without sub-addressing."""
    roster, number = office.roster, work.ticket.number
    team = roster.team(work.ticket.team)
    plain = team.addresses[0] if team.addresses else roster.desk.address
    if not roster.desk.sub_addressing:
        return plain
    return with_detail(plain, office.signer.detail(Purpose.REPLY, number, reader.mailbox.address))
