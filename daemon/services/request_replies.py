"""What a requester's reply does to a request: it fills in what was missing, or changes what was answered.

A reply that answers nothing of the form is one like any other, for people to read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from daemon.desk.answers import BadAnswer, Settled, settled, value_for
from daemon.desk.catalogue import QuestionType
from daemon.desk.changes import MoveState
from daemon.desk.dates import Now
from daemon.desk.form_marks import MARK_LETTERS
from daemon.desk.interpretation import Match
from daemon.desk.permissions import Action, ask
from daemon.desk.request_form import typed_answers
from daemon.desk.sentences import Sentence, sentence
from daemon.desk.terms import plain
from daemon.mail.own_words import own_words
from daemon.services import replied, request_flow, request_forms
from daemon.services.apply import Work
from daemon.services.request_forms import Lack
from daemon.services.request_views import Wanted, clock, wanted_of
from daemon.services.requesting_items import UNASKED, beside_form, go_on, shown_to_agents, told_of
from daemon.services.visit import Visit, locked
from daemon.services.wishes import reopen_time
from storage import requests, surveys, waiting
from storage.arrivals import Outcome
from storage.records import Ticket
from storage.surveys import SurveyState
from storage.vocabulary import Disposition, EntryKind, TicketState, Visibility

S = TicketState
# Where the answers can still be changed: nothing was decided, and nobody has begun.
_OPEN_FORM = frozenset({S.NEW, S.AWAITING_DETAILS, S.CLOSED})
_ASKED_ANEW = sentence(
    "We have noted your change. What was asked before is void, and whoever decides is asked anew."
)
# The first line of a form: the mark of a question, or the two colons of an answer.
_FORM_LINE = re.compile(rf"(?m)^.*\[\d{MARK_LETTERS}{{3}}\]|^\s*::")
# Any other text may be words for people: a question, or a thanks.
_NUMBER = re.compile(r"\d{1,20}\.?")
# A greeting, and the line of the form itself that says how to answer.
_COURTESY_CHARS = 200
_BEGUN = frozenset({S.APPROVED, S.IN_FULFILMENT, S.PENDING_REQUESTER, S.PENDING_VENDOR, S.PENDING_DATE})


@dataclass(frozen=True, slots=True)
class _Reply:
    """A reply with new answers to a request; ``fresh`` are those that differ from what we have, as typed."""

    visit: Visit
    work: Work
    wanted: Wanted
    fresh: Mapping[str, str]

    @property
    def judged(self) -> Settled:
        """What the answers before come to, with the new ones in their places."""
        typed = {**self.wanted.answers, **self.fresh}
        return settled(self.wanted.item, typed, clock(self.visit.postbag.office, self.work))


def take(visit: Visit, match: Match) -> Outcome | None:
    """Take a reply that has answers to the form of a request; None for any other reply."""
    case = visit.case
    if case.muted or requests.get(match.ticket_number) is None:
        return None
    work = Work.on(locked(match), case.cause)
    wanted = wanted_of(visit.postbag.office, work)
    if wanted is None or (work.ticket.state is S.CLOSED and not _can_come_back(visit, work.ticket)):
        return None
    fresh = _fresh(visit, work, wanted)
    return _take(_Reply(visit, work, wanted, fresh)) if fresh else None


def _take(reply: _Reply) -> Outcome | None:
    case, state = reply.visit.case, reply.work.ticket.state
    changes = state is S.AWAITING_APPROVAL
    verdict = ask(case.claim, Action.CHANGE_REQUEST if changes else Action.FILL_FORM)
    if not verdict.allowed:
        case.evidence.append(f"its answers to the form do not count: {verdict.reason}")
        return None
    if changes:
        return _change(reply)
    if state in _OPEN_FORM:
        return _fill_in(reply)
    return _pass_on(reply) if state in _BEGUN else None


def _fresh(visit: Visit, work: Work, wanted: Wanted) -> dict[str, str]:
    """Return the answers that say something else than those that we have, as they were typed."""
    message, now = visit.case.message, clock(visit.postbag.office, work)
    typed = typed_answers(message.text, wanted.item)
    found = {name: text for name, text in typed.items() if not _is_known(wanted, name, text, now)}
    return found or _plain_answer(visit, work, wanted, now)


def _is_known(wanted: Wanted, name: str, text: str, now: Now) -> bool:
    question = wanted.item.question(name)
    assert question is not None, "only answers to its questions were read"
    try:
        value = value_for(question, text, now)
    except BadAnswer:
        return False
    # A default that nobody touched stands in the form that is quoted.
    return plain(value) == plain(wanted.answers.get(name, question.default))


def _plain_answer(visit: Visit, work: Work, wanted: Wanted, now: Now) -> dict[str, str]:
    """Take a bare "1 February" as the answer, where there is only one question left that it fits."""
    gaps = settled(wanted.item, wanted.answers, now).gaps
    words = own_words(visit.case.message).strip()
    if work.ticket.state is not S.AWAITING_DETAILS or len(gaps) != 1 or not words:
        return {}
    question = gaps[0].question
    first = words.splitlines()[0].strip()
    if question.type is QuestionType.TEXT and not _is_only_a_number(first, work):
        return {}
    try:
        value_for(question, first, now)
    except BadAnswer:
        return {}
    return {question.id: first}


def _is_only_a_number(first: str, work: Work) -> bool:
    """Tell whether words are a bare number that answers the form, since no rating is open."""
    if _NUMBER.fullmatch(first) is None:
        return False
    return not any(
        one.state is SurveyState.SENT
        and one.score is None
        and (one.expires_at or work.cause.now) >= work.cause.now
        for one in surveys.of_ticket(work.ticket.number)
    )


def _fill_in(reply: _Reply) -> Outcome:
    """Go on with a request that lacked something."""
    work, judged = reply.work, reply.judged
    if work.ticket.state is S.CLOSED:
        work.apply([MoveState(S.NEW, "the form came back")])
    _keep(reply, judged)
    wanted = _kept(reply, judged)
    if judged.gaps and work.before.state is S.AWAITING_DETAILS:
        # Whoever answers a part has been heard of: the reminders begin anew.
        waiting.begin(work.ticket.number, work.cause.now)
    step = go_on(reply.visit.postbag, work, Lack(wanted, judged.gaps))
    news: str = sentence("It still waits for answers of the requester, who was asked for them.")
    if judged.gaps and not request_forms.was_sent(reply.visit.postbag, work.ticket.number):
        news = UNASKED
    elif judged.gaps and work.before.state is S.AWAITING_DETAILS and not _says_more(reply):
        # The agents know since it was opened that answers are missing; they hear when all are there.
        news = ""
    if step:
        request_flow.tell(reply.visit.postbag, work, step, accepted=True)
        news = sentence("The requester has filled in the form. It is complete.")
    return _filed(reply, wanted, news, "answers to its form")


def _says_more(reply: _Reply) -> bool:
    """Tell whether words for people stand before the form: a question, or more than a line of courtesy."""
    words = _FORM_LINE.split(own_words(reply.visit.case.message), 1)[0]
    return "?" in words or len(words.strip()) > _COURTESY_CHARS


def _change(reply: _Reply) -> Outcome | None:
    """Void the approval that was asked for, and ask anew for the one that the new answers need."""
    work, judged = reply.work, reply.judged
    if not judged.gaps and dict(judged.values) == reply.wanted.answers:
        return None
    changed = ", ".join(reply.fresh)
    request_flow.voided(reply.visit.postbag, work, f"the requester changed: {changed}")
    _keep(reply, judged)
    wanted = _kept(reply, judged)
    step = go_on(reply.visit.postbag, work, Lack(wanted, judged.gaps))
    if step:
        asked = work.ticket.state is S.AWAITING_APPROVAL
        request_flow.tell(reply.visit.postbag, work, _ASKED_ANEW if asked else step, accepted=True)
    news = sentence("The requester changed the request. What was to be approved before is void.")
    return _filed(reply, wanted, news, "a change of the request")


def _pass_on(reply: _Reply) -> Outcome:
    """Hand new answers to people, since work has begun; what was approved stays what it is."""
    labels = {one.id: one.label for one in reply.wanted.item.questions}
    asked = "; ".join(f"{labels[name]} {text}" for name, text in reply.fresh.items())
    reply.work.note("change asked for", answers=" ".join(reply.fresh))
    told = sentence(
        "Work on your request has begun already. Your change went to the people who do it: they tell you "
        "what is possible."
    )
    request_flow.tell(reply.visit.postbag, reply.work, told)
    news = sentence(
        "The requester wants other answers, and nothing was changed by that: {asked}", asked=asked
    )
    if reply.work.ticket.state is S.PENDING_REQUESTER:
        reply.work.apply([MoveState(S.IN_FULFILMENT, "a reply came")])
    return _filed(reply, reply.wanted, news, "a change that came late")


def ask_again(visit: Visit, work: Work) -> None:
    """Ask once more for what a request lacks that was closed and that its requester came back to."""
    wanted = wanted_of(visit.postbag.office, work)
    if wanted is None:
        return
    judged = settled(wanted.item, wanted.answers, clock(visit.postbag.office, work))
    if judged.gaps:
        go_on(visit.postbag, work, Lack(wanted, judged.gaps))


def lacking(visit: Visit, work: Work) -> tuple[str, ...]:
    """Warn agents where words came in place of the form: nothing waits for the answers any more."""
    wanted = wanted_of(visit.postbag.office, work)
    moved = work.before.state is S.AWAITING_DETAILS and work.ticket.state is S.NEW
    if wanted is None or not moved:
        return ()
    gaps = settled(wanted.item, wanted.answers, clock(visit.postbag.office, work)).gaps
    missing = "; ".join(gap.question.label.rstrip("?: ") for gap in gaps)
    return (_incomplete(missing),) if missing else ()


def _incomplete(missing: str) -> Sentence:
    return sentence(
        "The form of this request is incomplete, it lacks: {missing}. #details sends the form again, #answer "
        "fills it in.",
        missing=missing,
    )


def _keep(reply: _Reply, judged: Settled) -> None:
    reply.work.note("answered", **told_of(judged))


def _kept(reply: _Reply, judged: Settled) -> Wanted:
    number, now = reply.work.ticket.number, reply.work.cause.now
    return Wanted(reply.wanted.item, requests.answer(number, judged.values, now))


def _filed(reply: _Reply, wanted: Wanted, news: str, what: str) -> Outcome:
    """Put the words onto the ticket and show the request to the agents; without ``news`` to nobody."""
    visit, work = reply.visit, reply.work
    shown = visit.file(work, EntryKind.MESSAGE, Visibility.PUBLIC, visit.case.message.new_text)
    visit.remember(work)
    if news:
        request = shown_to_agents(visit.postbag.office, work, wanted)
        words = beside_form(visit.postbag.office, work, wanted, shown)
        replied.tell_agents(visit, work, words, next_step=news, request=request)
    work.finish()
    return visit.outcome(Disposition.APPENDED, f"{what} on ticket {work.ticket.number}", work)


def _can_come_back(visit: Visit, ticket: Ticket) -> bool:
    """Tell whether a closed request goes on where it stopped; after a while a reply is a new one."""
    recent = (ticket.closed_at or ticket.updated_at) >= reopen_time(visit.case, ticket)
    return recent and request_flow.never_began(ticket.number)
