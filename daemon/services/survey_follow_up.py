"""What a bad answer to a survey begins: somebody above looks into it, and its end is told to who complained.

Where the words say that it is not solved, and the ticket can still be opened again, the ticket itself is the
follow-up.  Else it is a request of its own, for who leads the team, beside the rated ticket.
"""

from dataclasses import dataclass
from datetime import timedelta

from daemon.desk.addressing import Agent, fold
from daemon.desk.changes import AddLink, AddParticipants, Assign, MoveState, SetTags
from daemon.desk.lifecycle import ENDED, REPLIED
from daemon.desk.sentences import Sentence, sentence
from daemon.desk.survey_words import Heard
from daemon.services import held
from daemon.services.apply import Opening, Work
from daemon.services.letters import Context, tag
from daemon.services.postbag import Postbag, Shown
from daemon.services.surveying import detail
from daemon.services.visit import SUBJECT_LIMIT_CHARS, Visit
from storage import entries, people, requests, survey_follow_ups, surveys, tickets
from storage.records import Ticket
from storage.surveys import Survey
from storage.vocabulary import EntryKind, LinkKind, ParticipantRole, TicketType, Visibility

NOTICE = "survey-told"
TAGS = ("complaint", "survey")
_THREAD_LIMIT = 8
_PUBLIC = frozenset({EntryKind.MESSAGE, EntryKind.ANSWER})
_REOPENED = sentence("The ticket itself is open again, since it is not solved.")


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer to a survey, as it was read; ``words`` are all of its own words, without secrets."""

    survey: Survey
    heard: Heard
    words: str


def concerned(survey: Survey) -> list[int]:
    """List the tickets that an answer to this survey may change besides the rated one."""
    found = [tickets.survivor(survey.ticket_number)]
    known = survey_follow_ups.of_survey(survey.id)
    return [*found, tickets.survivor(known.ticket_number)] if known is not None else found


def begin(visit: Visit, works: dict[int, Work], rated: Rated) -> None:
    """Open a follow-up, or add to the one that there is; ``works`` gets what is opened.

    Who leads the team is shown it with all that was said, and who complained is told who looks into it.
    """
    survey = rated.survey
    known = survey_follow_ups.of_survey(survey.id)
    original = works[tickets.survivor(survey.ticket_number)]
    if known is not None:
        work = works[tickets.survivor(known.ticket_number)]
        _open_again(visit, work)
    elif rated.heard.unsolved and _may_open_again(visit, original.ticket):
        work = original
        _open_again(visit, work)
    else:
        work = _opened(visit, works[survey.ticket_number], rated)
        works[work.ticket.number] = work
    if survey_follow_ups.add(survey.id, work.ticket.number, visit.case.cause.now):
        score = rated.heard.rating.score
        given = str(score) if score is not None else "none"
        work.note("survey follow-up", survey=str(survey.id), score=given, ticket=str(survey.ticket_number))
    shown = visit.file(work, EntryKind.MESSAGE, Visibility.PUBLIC, rated.words or visit.case.message.text)
    visit.remember(work)
    _tell(visit, work, shown, rated, fresh=known is None)


def _may_open_again(visit: Visit, ticket: Ticket) -> bool:
    if ticket.state not in REPLIED[ticket.type] or ticket.state not in ENDED:
        return False
    days = visit.case.roster.desk_of(ticket.team).reopen_days
    ended = ticket.resolved_at or ticket.closed_at or ticket.updated_at
    return visit.case.cause.now - ended <= timedelta(days=days)


def _open_again(visit: Visit, work: Work) -> None:
    if _may_open_again(visit, work.ticket):
        to = REPLIED[work.ticket.type][work.ticket.state]
        work.apply([MoveState(to, "an answer to the survey says that it is not solved")])


def _opened(visit: Visit, rated_work: Work, rated: Rated) -> Work:
    """Open a request of its own, linked with the rated ticket, for who leads the team."""
    case, ticket, office = visit.case, rated_work.ticket, visit.postbag.office
    person = ticket.requester or case.author_person()
    language = office.letters.of_team(office.letters.person(person), ticket.team).language if person else ""
    about = sentence("About your rating: {subject}", subject=ticket.subject)
    renderer = office.renderer_of(office.templates_of(ticket))
    subject = renderer.said(about, language) if language else str(about)
    opening = Opening(
        subject[:SUBJECT_LIMIT_CHARS],
        person,
        ticket.routes,
        f"<survey-{rated.survey.id}@{case.roster.domain}>",
        TicketType.SERVICE_REQUEST,
    )
    work = Work.opening(opening, case.cause)
    if person is not None:
        work.apply([AddParticipants(((person.id, ParticipantRole.REQUESTER),))])
    work.apply([AddLink(LinkKind.RELATED, ticket.number), SetTags(TAGS)])
    lead = _leads(visit, ticket)
    if len(lead) == 1:
        work.apply([Assign(lead[0].address, "answers for what was rated")])
    rated_work.note("survey follow-up", survey=str(rated.survey.id), ticket=str(work.ticket.number))
    return work


def _leads(visit: Visit, ticket: Ticket) -> list[Agent]:
    """Return who answers for the work: the lead of its team, else the owner of what was asked for."""
    office = visit.postbag.office
    request = requests.get(ticket.number)
    item = office.catalogue.item(request.item) if request is not None else None
    named = (office.roster.team(ticket.team).lead, item.owner if item is not None else "")
    found = (office.roster.agent(address) for address in named if address)
    first = next((one for one in found if one is not None and office.roster.sees(one, ticket.team)), None)
    return [first] if first is not None else []


def _tell(visit: Visit, work: Work, shown: Shown, rated: Rated, *, fresh: bool) -> None:
    own = held.own_visit(visit, shown.entry)
    ticket = work.ticket
    leads = _leads(visit, ticket)
    same = ticket.number == rated.survey.ticket_number
    audience = {one.address: one for one in (*leads, *(own.watchers(ticket) if same or not leads else []))}
    known = _about(visit, rated)
    next_step = _REOPENED if same else ""
    for agent in audience.values():
        if visit.case.roster.sees(agent, ticket.team):
            own.tell_agent("survey-follow-up", work, shown, agent, rating=known, next_step=next_step)
    own.postbag.post()
    told = held.own_visit(own, shown.entry)
    person = ticket.requester
    if person is not None:
        reader = told.postbag.office.letters.person(person)
        words = _promise(ticket, leads, same=same) if fresh else _added(ticket)
        told.postbag.write(
            NOTICE, reader, work, rating=told_about(told.postbag, rated.survey), next_step=words
        )
    told.postbag.post()


def _promise(ticket: Ticket, leads: list[Agent], *, same: bool) -> Sentence:
    if same:
        return sentence(
            "Thank you for telling us. Ticket {tag} is open again, and the team works on it.",
            tag=tag(ticket.number),
        )
    if leads:
        return sentence(
            "Thank you for your honest answer. We are sorry that it did not go well. {name} looks into it "
            "as ticket {tag} and tells you what comes of it.",
            name=leads[0].name,
            tag=tag(ticket.number),
        )
    return sentence(
        "Thank you for your honest answer. We are sorry that it did not go well. The team looks into it "
        "as ticket {tag} and tells you what comes of it.",
        tag=tag(ticket.number),
    )


def _added(ticket: Ticket) -> Sentence:
    return sentence("Thank you. Your words were added to ticket {tag}.", tag=tag(ticket.number))


def told_about(postbag: Postbag, survey: Survey, *, again: bool = False) -> Context:
    """Describe a survey to who answered it; ``again`` asks for another answer, and gives the code for it."""
    plain = not postbag.office.roster.desk.sub_addressing
    return {
        "tag": tag(survey.ticket_number),
        "code": detail(postbag.office, survey) if again and plain else "",
    }


def _about(visit: Visit, rated: Rated) -> Context:
    """Describe an answer to who looks into it, with what was said on the rated ticket, newest first."""
    survey, office = rated.survey, visit.postbag.office
    ticket = tickets.get(survey.ticket_number)
    arrived = visit.case.arrival.id
    said = [
        one
        for one in reversed(entries.of_ticket(survey.ticket_number))
        if one.kind in _PUBLIC and one.arrival_id != arrived
    ]
    lead = office.letters.reader(survey.agent) if survey.agent else None
    person = people.find(survey.address)
    zone = office.letters.reader(office.roster.desk.address)
    return {
        "score": rated.heard.rating.score or 0,
        "by": (person.name if person is not None else "") or survey.address,
        "helper": lead.mailbox.name or survey.agent if lead is not None else "",
        "tag": tag(survey.ticket_number),
        "subject": ticket.subject if ticket is not None else "",
        "thread": [office.letters.entry(one, (), zone) for one in said[:_THREAD_LIMIT]],
    }


def tell_outcome(visit: Visit, work: Work, shown: Shown | None) -> bool:
    """Tell the end of a follow-up to who complained, with an agent's words; False where none ended here."""
    ended = work.ticket.state in ENDED and work.before.state not in ENDED
    if not ended or work.ticket.merged_into is not None:
        return False
    known = survey_follow_ups.going_on(work.ticket.number)
    requester = work.ticket.requester
    if known is None or requester is None:
        return False
    survey = surveys.get(known.survey_id)
    assert survey is not None, "a follow-up has its survey"
    reader = visit.postbag.office.letters.person(requester)
    visit.postbag.write("survey-outcome", reader, work, shown, rating=told_about(visit.postbag, survey))
    outcome = shown.entry.text if shown is not None else ""
    survey_follow_ups.end(known.survey_id, outcome[:2_000], visit.case.cause.now)
    work.note("survey outcome", survey=str(known.survey_id), to=requester.address)
    return True


def tell_words(visit: Visit, work: Work, shown: Shown) -> None:
    """Send an agent's public words to everybody on the ticket; where they end a follow-up, as its outcome."""
    told = tell_outcome(visit, work, shown)
    for one in visit.postbag.people(work.ticket):
        mine = work.ticket.requester is not None and one.person.id == work.ticket.requester.id
        if not (told and mine) and fold(one.person.address) != visit.case.author_address:
            visit.postbag.write("public-answer", visit.postbag.office.letters.person(one.person), work, shown)
