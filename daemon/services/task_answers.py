"""Mail from whoever has a task of a request: done, blocked, another day, sent back, or words for people.

The proof is the signed address that the mail about the task was sent with, or a verified sender who answers
that very mail.  Whatever is wrong is recorded; it is told only to the address that was asked, so that nobody
learns anything by trying.
"""

from dataclasses import dataclass

from daemon.desk.addressing import Agent, detail_of, fold
from daemon.desk.dates import Now
from daemon.desk.fulfilment import ACTIVE, NotPossible, TaskState
from daemon.desk.lifecycle import ENDED
from daemon.desk.permissions import Action, Claim, Role, ask
from daemon.desk.proof import Proof, Trust
from daemon.desk.sentences import sentence
from daemon.desk.task_words import Answer, Kind, reading
from daemon.mail.message import Kind as MailKind
from daemon.mail.own_words import versions
from daemon.mail.tokens import DETAIL, Purpose, ReplyToken, parse_detail
from daemon.services import directory, fulfilling, request_flow, task_mail, task_steps, tasks
from daemon.services.apply import Work
from daemon.services.postbag import Shown
from daemon.services.task_mail import Matter, News
from daemon.services.task_steps import Performed
from daemon.services.visit import Visit
from storage import outbox, tickets
from storage import tasks as stored
from storage.arrivals import Outcome
from storage.tasks import StoredTask
from storage.vocabulary import Disposition, EntryKind, Visibility

# A code that was quoted stands near the top; a text is not searched further.
_SEARCHED_CHARS = 20_000
REFUSED = "task answer refused"
_PASSED_ON = sentence(
    "Your words were passed on to the people of the desk. The task is still open: when it is done, reply "
    "with the one word done."
)
_PASSED_ON_CHECK = sentence(
    "Your words were passed on to the people of the desk. The check is still open: reply with the one word "
    "ok, or with again and the reason."
)
_OVER = {
    TaskState.DONE: sentence("This task was done already. You need not do anything."),
    TaskState.SKIPPED: sentence("This task is not wanted any more. You need not do anything."),
    TaskState.WAITING: sentence("It is not the turn of this task yet. We write to you when it is."),
}
_ASKED_ANEW = sentence("This task was asked for once more: please answer the newer mail about it.")
_WORDS_FOR_AGENTS = sentence("Whoever has a task wrote about it.")


@dataclass(frozen=True, slots=True)
class _Found:
    """The task that a mail answers: by a code of ours, else by our mail to ``recipient``."""

    task_id: int
    token: ReplyToken | None = None
    recipient: str = ""


def take(visit: Visit) -> Outcome | None:
    """Take a mail that answers one about a task; None for any other mail."""
    found = _found(visit)
    if found is None:
        return None
    row = stored.task(found.task_id)
    claim = _claim(visit, found)
    if found.token is None and claim is None:
        # Who quotes a mail of ours from elsewhere may have anything to say.
        return None
    visit.case.evidence += [visit.case.author_evidence, f"it answers the mail about task {found.task_id}"]
    ticket = tickets.lock(row.ticket_number) if row is not None else None
    row = stored.task(found.task_id)
    if row is None or ticket is None:
        return visit.outcome(Disposition.REFUSED, "its code is none of ours")
    work = Work.on(ticket, visit.case.cause)
    silent = _not_worth_an_answer(visit, row, claim)
    if silent:
        return _refuse_silently(visit, work, row, claim, silent)
    known = tasks.load(ticket.number)
    assert known is not None, "a task has a request"
    return _take(visit, Matter(visit.postbag, work, known), row, _proof(claim))


def _found(visit: Visit) -> _Found | None:
    """Find the task by the code in the addresses or, on a desk without such addresses, in the words."""
    case, message = visit.case, visit.case.message
    details = [detail_of(one) for one in case.recipients if case.roster.is_own(one)]
    if not case.roster.desk.sub_addressing:
        details += [one[0] for one in DETAIL.finditer(message.text[:_SEARCHED_CHARS].lower())]
    parsed = map(parse_detail, filter(None, details))
    # A return address is like the plain one to whoever writes there.
    codes = [code for code in parsed if code is not None and code.purpose is not Purpose.RETURN]
    mine = next((one for one in codes if one.purpose is Purpose.TASK), None)
    if mine is not None:
        return _Found(mine.ticket_number, mine)
    if codes:
        return None
    own = [one for one in message.in_reply_to if visit.postbag.office.signer.ticket_of_own_id(one)]
    for message_id in own[:1]:
        task_id, item = stored.asked_by(message_id), outbox.find_by_message_id(message_id)
        if task_id is not None and item is not None and item.notice in {task_mail.REQUEST, task_mail.TOLD}:
            return _Found(task_id, recipient=item.recipient)
    return None


def _claim(visit: Visit, found: _Found) -> Claim | None:
    """Return by what the author proves to have been asked; None where nothing shows it."""
    case = visit.case
    if found.token is not None:
        signer = visit.postbag.office.signer
        proof = Proof.TOKEN if signer.verify(found.token, case.author_addresses()) else None
    else:
        theirs = found.recipient in map(fold, case.author_addresses())
        proof = Proof.OWN_MESSAGE_ID if theirs else None
    if proof is None:
        return None
    role = Role.STRANGER if case.agent is None else Role.AGENT
    return Claim(role, case.trust, proof, visit.postbag.office.trust.require_both)


def _proof(claim: Claim | None) -> str:
    assert claim is not None, "without one nothing is taken"
    return ask(claim, Action.ANSWER_TASK).reason


def _not_worth_an_answer(visit: Visit, row: StoredTask, claim: Claim | None) -> str:
    """Say why an answer does not count and is not answered either, or nothing."""
    case = visit.case
    if case.muted or case.message.verdict.kind is not MailKind.HUMAN or case.arrival.null_reverse_path:
        return f"machines and forgers do no tasks ({case.muted or case.message.verdict.kind})"
    if claim is None:
        return "it came from another address than the one that was asked"
    verdict = ask(claim, Action.ANSWER_TASK)
    if not verdict.allowed:
        return f"nothing proves who wrote it: {verdict.reason}"
    if not any(task_mail.may_answer(visit.postbag.office, row, one) for one in case.author_addresses()):
        return "its author is no longer one of those who do this task"
    return ""


def _refuse_silently(visit: Visit, work: Work, row: StoredTask, claim: Claim | None, reason: str) -> Outcome:
    """Note an answer that does not count; who was asked and is away stays visible beside the ticket."""
    work.note(REFUSED, task=row.task, by=visit.case.author_address or "unknown", reason=reason)
    away = claim is not None and visit.case.trust is not Trust.FAILED
    if away and visit.case.message.verdict.kind is not MailKind.HUMAN:
        visit.file(work, EntryKind.REPORT, Visibility.INTERNAL, visit.case.message.new_text)
    work.finish()
    return visit.outcome(Disposition.REFUSED, f"the answer about a task does not count: {reason}", work)


def _take(visit: Visit, matter: Matter, row: StoredTask, proof: str) -> Outcome:
    """Do what an answer says whose author may say it."""
    case, work = visit.case, matter.work
    answer = _read(visit, row)
    problem = _is_over(matter, row) or answer.problem or _unexplained(matter, row, answer)
    if not problem:
        performed = Performed(case.author_address, proof, f"arrival {case.arrival.id}", answer)
        try:
            matter, told = task_steps.take(matter, row, performed)
        except NotPossible as error:
            problem = sentence("That cannot be done: {reason}", reason=str(error))
    if problem:
        return _refuse(visit, matter, row, problem)
    shown = visit.file(work, EntryKind.NOTE, Visibility.INTERNAL, case.message.new_text)
    visit.remember(work)
    _tell_agents(visit, matter, row, answer, shown)
    if answer.kind is Kind.WORDS:
        told = _PASSED_ON_CHECK if row.what.gate else _PASSED_ON
    if told:
        _tell_author(visit, matter, row, told)
    if fulfilling.over(matter.known):
        request_flow.fulfilled(visit.postbag, work)
    work.finish()
    return visit.outcome(Disposition.ACTED, f"task {row.task}: {answer.kind}", work)


def _is_over(matter: Matter, row: StoredTask) -> str:
    """Say why nothing is expected about a task any more, or nothing."""
    if row.superseded:
        anew = matter.known.rows.get(row.task)
        return _ASKED_ANEW if anew is not None and anew.state in ACTIVE else _OVER[TaskState.DONE]
    if matter.work.ticket.state in ENDED and not row.what.at_end and row.state != TaskState.DONE:
        return _OVER[TaskState.SKIPPED]
    return _OVER.get(TaskState(row.state), "")


def _read(visit: Visit, row: StoredTask) -> Answer:
    """Read the own words; a mail whose plain text and HTML say different things is for people."""
    office, case = visit.postbag.office, visit.case
    zone = (case.agent.timezone if case.agent is not None else "") or office.roster.desk.timezone
    now, currency = Now(case.cause.now, zone), office.catalogue.currency
    answers = [reading(words, now, currency, gate=row.what.gate) for words in versions(case.message)]
    return answers[0] if all(one == answers[0] for one in answers) else Answer(Kind.WORDS)


def _unexplained(matter: Matter, row: StoredTask, answer: Answer) -> str:
    """Say that a later day needs a reason, where it has none."""
    if answer.until is None or answer.why or row.due_at is None or answer.until <= row.due_at:
        return ""
    office = matter.office
    reader = office.letters.of_team(office.letters.reader(""), matter.work.ticket.team)
    return sentence(
        "The task was promised for {due}. Write the reason behind the new day, and send it once more.",
        due=reader.told(row.due_at),
    )


def _refuse(visit: Visit, matter: Matter, row: StoredTask, problem: str) -> Outcome:
    """Tell the author why an answer cannot be taken; words that came too late are kept all the same."""
    work = matter.work
    work.note(REFUSED, task=row.task, by=visit.case.author_address, reason=str(problem))
    visit.file(work, EntryKind.NOTE, Visibility.INTERNAL, visit.case.message.new_text)
    _tell_author(visit, matter, row, problem)
    work.finish()
    return visit.outcome(Disposition.REFUSED, f"task {row.task}: {problem}", work)


def _tell_agents(visit: Visit, matter: Matter, row: StoredTask, answer: Answer, shown: Shown) -> None:
    """Show the agents what they have to read or to mend."""
    if answer.kind is Kind.WORDS:
        task_mail.tell_agents(matter, row, News(_WORDS_FOR_AGENTS, step=_step(visit)), shown)
    elif answer.kind is Kind.BLOCKED:
        blocked = sentence("A task is blocked: {reason}", reason=answer.why)
        task_mail.tell_agents(matter, row, News(blocked, step=_step(visit)))
    elif answer.kind is Kind.BY and _is_later_elsewhere(matter, row, answer):
        office, team = matter.office, matter.work.ticket.team
        reader = office.letters.of_team(office.letters.reader(""), team)
        later = sentence(
            "A task takes longer, until {day}: {reason}",
            day=reader.told(answer.until) if answer.until is not None else "",
            reason=answer.why,
        )
        news = News(later, step=_step(visit), also=_owners(matter))
        task_mail.tell_agents(matter, row, news)


def _is_later_elsewhere(matter: Matter, row: StoredTask, answer: Answer) -> bool:
    """Tell whether somebody outside or of another team named a later day, for which the ticket waits."""
    if answer.until is None or row.due_at is None or answer.until <= row.due_at:
        return False
    return bool(row.what.address) or row.what.team != matter.work.ticket.team


def _owners(matter: Matter) -> list[Agent]:
    """Return the owner of the item, where that is an agent."""
    item = matter.office.catalogue.item(matter.known.stored.item)
    owner = matter.office.roster.agent(item.owner) if item is not None and item.owner else None
    return [owner] if owner is not None else []


def _tell_author(visit: Visit, matter: Matter, row: StoredTask, told: str) -> None:
    bag = matter.bag(row, _step(visit), answer=True)
    reader = directory.reader(matter.office, visit.case.author_address)
    fresh = stored.task(row.id) or row
    task_mail.tell(matter, bag, fresh, reader, told)
    bag.post()


def _step(visit: Visit) -> str:
    return f"arrival{visit.case.arrival.id}"
