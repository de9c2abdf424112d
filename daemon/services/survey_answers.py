"""Answers to surveys by mail: whose they are, whether they count, and what is told, if anything.

An answer that counts needs the signed address of its survey, or our Message-ID and a verified sender.
Whoever else has the address is written down as the author and does not count.  A plain rating is not thanked
for: it stands in the mailbox of who sent it, and a mail for each would be one too many.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from daemon.desk.addressing import detail_of
from daemon.desk.interpretation import Match
from daemon.desk.permissions import Action, Claim, Role, ask
from daemon.desk.proof import Proof
from daemon.desk.sentences import Sentence, sentence
from daemon.desk.survey_words import Meaning, heard
from daemon.mail.message import Kind
from daemon.mail.own_words import versions
from daemon.mail.tokens import DETAIL, Purpose, ReplyToken, parse_detail
from daemon.services import survey_follow_up
from daemon.services.apply import Work
from daemon.services.places import append_reply, file_report, hold
from daemon.services.secrets_masking import mask
from daemon.services.survey_follow_up import NOTICE, Rated, told_about
from daemon.services.surveying import addressed
from daemon.services.visit import Visit
from storage import surveys, tickets
from storage.arrivals import Outcome
from storage.surveys import Answer, Survey, SurveyState
from storage.vocabulary import Disposition

# A code that was quoted stands near the top; a text is not searched further.
_SEARCHED_CHARS = 20_000
_WORDS_LIMIT_CHARS = 2_000
_SIGNATURE = re.compile(r"(?m)^-- ?$")
_QUOTED = re.compile(r"(?m)^\s*>")
_NOT_COUNTED = "rating not counted"
_DOUBTFUL = sentence(
    "We could not read a rating out of your answer. Please reply once more, with a single digit from 1 to 5 "
    "on the first line."
)
_UNPROVEN = sentence(
    "We could not tell for certain that the answer came from you. Please reply to this mail once more, with "
    "a single digit from 1 to 5 on the first line."
)


@dataclass(frozen=True, slots=True)
class _Found:
    """The survey that a mail answers, and by what that is known."""

    survey: Survey
    proof: Proof


def take(visit: Visit) -> Outcome | None:
    """Take a mail that answers a survey; None for any other mail."""
    token = _token(visit)
    found = _by_token(visit, token) if token is not None else _by_message_id(visit)
    if found is None:
        if token is None or not visit.case.roster.desk.sub_addressing:
            return None
        visit.case.evidence += [visit.case.author_evidence, "it went to the address of a survey"]
        return visit.outcome(Disposition.REFUSED, "its code is none of ours, or was changed")
    visit.case.evidence += [visit.case.author_evidence, f"it answers survey {found.survey.id}: {found.proof}"]
    return _taken(visit, found)


def _token(visit: Visit) -> ReplyToken | None:
    """Return the code of a survey in the addresses; on a desk without such addresses, that in the words."""
    tokens = list(_tokens(visit))
    return next((one for one in tokens if one.purpose is Purpose.SURVEY), None)


def _tokens(visit: Visit) -> Iterator[ReplyToken]:
    roster = visit.case.roster
    if roster.desk.sub_addressing:
        details: Iterable[str] = (detail_of(one) for one in visit.case.recipients if roster.is_own(one))
    else:
        details = (one[0] for one in DETAIL.finditer(visit.case.message.text[:_SEARCHED_CHARS].lower()))
    # A return address is like the plain one to whoever writes there.
    tokens = filter(None, map(parse_detail, details))
    yield from (one for one in tokens if one.purpose is not Purpose.RETURN)


def _by_token(visit: Visit, token: ReplyToken) -> _Found | None:
    survey = surveys.get(token.ticket_number)
    signer = visit.postbag.office.signer
    if survey is None or survey.state is not SurveyState.SENT or not signer.verify(token, [survey.address]):
        return None
    return _Found(survey, Proof.TOKEN)


def _by_message_id(visit: Visit) -> _Found | None:
    """Find the survey that a client answered without its address; what has another address is none."""
    signer = visit.postbag.office.signer
    if any(True for _ in _tokens(visit)):
        return None
    for one in visit.case.message.in_reply_to:
        survey = surveys.find_by_message_id(one) if signer.ticket_of_own_id(one) is not None else None
        if survey is not None and survey.state is SurveyState.SENT:
            return _Found(survey, Proof.OWN_MESSAGE_ID)
    return None


def _taken(visit: Visit, found: _Found) -> Outcome:
    case, survey = visit.case, found.survey
    match = Match(tickets.survivor(survey.ticket_number), found.proof)
    if case.muted or case.message.verdict.kind is not Kind.HUMAN or case.arrival.null_reverse_path:
        return file_report(visit, match, f"machines and forgers rate nothing ({case.muted or 'automatic'})")
    said = [_spoken(one, case.message.text) for one in versions(case.message)]
    read = heard(
        said,
        courtesy=case.message.courtesy,
        language=survey.language,
        low_score=visit.postbag.office.surveys.low_score,
    )
    words = mask(said[0][:_WORDS_LIMIT_CHARS]).text
    if survey.address not in case.author_addresses():
        return _of_somebody_else(visit, match, Rated(survey, read, words))
    return _of_whom_was_asked(visit, match, found.proof, Rated(survey, read, words))


def _spoken(words: str, whole: str) -> str:
    """Return own words without a code of ours, a signature, and the line above a quotation.

    Where a mail is nothing but a quotation or a signature, these count as own words else.
    """
    spoken = _SIGNATURE.split(DETAIL.sub("", words), maxsplit=1)[0].strip()
    heads_quotation = spoken.endswith(":") and spoken.count("\n") <= 1 and _QUOTED.search(whole)
    return "" if heads_quotation else spoken


def _of_somebody_else(visit: Visit, match: Match, rated: Rated) -> Outcome:
    """Write down who answered in place of somebody else; what is more than a rating waits for an agent."""
    reason = f"it was written by {visit.case.author_address}, and {rated.survey.address} was asked"
    if rated.heard.meaning in {Meaning.WORDS, Meaning.UNSOLVED}:
        return hold(visit, match, reason)
    return _not_counted(visit, rated, reason)


def _of_whom_was_asked(visit: Visit, match: Match, proof: Proof, rated: Rated) -> Outcome:
    meaning, survey = rated.heard.meaning, rated.survey
    late = survey.expires_at is not None and visit.case.cause.now > survey.expires_at
    if meaning is Meaning.WORDS or (late and meaning is Meaning.UNSOLVED):
        return append_reply(visit, match)
    if meaning is Meaning.NOTHING:
        return file_report(visit, match, "an answer to a survey without any rating")
    if late:
        return _not_counted(visit, rated, "the survey has expired", _expired(visit, survey))
    verdict = ask(Claim(Role.REQUESTER, visit.case.trust, proof), Action.RATE)
    if not verdict.allowed:
        return _asked_back(visit, rated, f"it is not proven ({verdict.reason})", _UNPROVEN)
    if meaning is Meaning.DOUBT:
        return _asked_back(visit, rated, rated.heard.rating.reason, _DOUBTFUL)
    return _counted(visit, rated)


def _expired(visit: Visit, survey: Survey) -> Sentence:
    assert survey.expires_at is not None
    until = visit.postbag.office.letters.reader(survey.address).told(survey.expires_at)
    return sentence(
        "Thank you, but answers to this survey counted until {until} only. If something is still wrong, "
        "write it as a reply to this mail: a person reads it.",
        until=until,
    )


def _asked_back(visit: Visit, rated: Rated, reason: str, question: Sentence) -> Outcome:
    """Ask once what was meant; a second doubtful answer is written down and no more."""
    if rated.survey.asked_back_at is not None:
        return _not_counted(visit, rated, reason)
    surveys.change(rated.survey.id, {"asked_back_at": visit.case.cause.now})
    return _not_counted(visit, rated, f"{reason}; asked back", question, again=True)


def _not_counted(
    visit: Visit, rated: Rated, reason: str, told: Sentence | None = None, *, again: bool = False
) -> Outcome:
    """Keep an answer that does not count, with the reason; tell it where there is something to tell."""
    ticket = tickets.lock(rated.survey.ticket_number)
    assert ticket is not None, "tickets are never deleted"
    work = Work.on(ticket, visit.case.cause)
    _keep(visit, rated, reason)
    by = visit.case.author_address
    work.note(_NOT_COUNTED, survey=str(rated.survey.id), by=by, words=rated.words[:200], reason=reason)
    if told is not None:
        _tell(visit, work, rated, told, again=again)
    work.finish()
    return visit.outcome(Disposition.REFUSED, f"an answer to a survey that does not count: {reason}", work)


def _counted(visit: Visit, rated: Rated) -> Outcome:
    survey, score = rated.survey, rated.heard.rating.score
    numbers = [survey.ticket_number, *survey_follow_up.concerned(survey)]
    found = tickets.lock_all(sorted(set(numbers)))
    works = {ticket.number: Work.on(ticket, visit.case.cause) for ticket in found}
    work = works[survey.ticket_number]
    before = next(iter(surveys.lock([survey.id])))
    _keep(visit, rated)
    told = str(score) if score is not None else "none"
    by = visit.case.author_address
    work.note("rated", score=told, words=rated.words[:500], by=by, survey=str(survey.id))
    if score is not None:
        now = visit.case.cause.now
        surveys.change(survey.id, {"score": score, "words": rated.words, "answered_at": now})
    if _is_bad(visit, rated):
        survey_follow_up.begin(visit, works, rated)
    elif before.score is not None and score is not None and before.score != score:
        changed = sentence(
            "Thank you. We have noted {score} of 5 in place of {before}.", score=score, before=before.score
        )
        _tell(visit, work, rated, changed)
    for one in works.values():
        one.finish()
    what = f"rated {score} of 5" if score is not None else "said that it is not solved"
    return visit.outcome(Disposition.ACTED, f"{by} {what} (survey {survey.id})", work)


def _is_bad(visit: Visit, rated: Rated) -> bool:
    score = rated.heard.rating.score
    return rated.heard.unsolved or score is None or score <= visit.postbag.office.surveys.low_score


def _keep(visit: Visit, rated: Rated, reason: str = "") -> None:
    case = visit.case
    author = case.author_address or "unknown"
    score = rated.heard.rating.score
    surveys.add_answer(
        Answer(rated.survey.id, case.cause.now, author, score, rated.words, reason, case.arrival.id)
    )


def _tell(visit: Visit, work: Work, rated: Rated, told: Sentence, *, again: bool = False) -> None:
    """Tell who was asked, at the address that was asked; ``again`` asks for another answer to the survey."""
    person = visit.case.author_person()
    if person is None:
        return
    letters = visit.postbag.office.letters
    reader = letters.reader(rated.survey.address, person.name, person.language)
    if again:
        reader = addressed(visit.postbag, reader, work.ticket, rated.survey)
    known = told_about(visit.postbag, rated.survey, again=again)
    visit.postbag.write(NOTICE, reader, work, rating=known, next_step=told)
