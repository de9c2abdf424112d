"""What agents ask of the desk without a ticket: lists, answers to lists, bulk, commands on a new ticket."""

from dataclasses import dataclass, replace

from daemon import commands
from daemon.commands.replies import answered_lines, desk_lines
from daemon.desk.addressing import Agent, detail_of
from daemon.desk.interpretation import Match
from daemon.desk.permissions import Claim, Role, ask_command
from daemon.desk.proof import Proof, Trust
from daemon.desk.sentences import Sentence, sentence
from daemon.desk.undoing import UNDO_WINDOW
from daemon.mail.message import Cut, Kind
from daemon.mail.tokens import parse_detail
from daemon.services import answers, doing, drafts, lists, orders, places
from daemon.services.orders import Order, Sitting
from daemon.services.postbag import Postbag
from daemon.services.visit import Visit, arrival_words
from storage import operations, tickets, work_lists
from storage.arrivals import Outcome
from storage.records import WorkList
from storage.vocabulary import Disposition

_ANSWER_AGAIN = sentence(
    "Reply to the list itself, from the address that it was sent to: the address that your mail program "
    "fills in proves who you are."
)
_CARRIED_OUT = sentence("this was carried out already")
_BOTH = sentence(
    "This desk asks for two proofs: reply to a mail that you got from us, and send it so that your server "
    "signs it, or by the login that you have here."
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An agent's answer to a list."""

    made: WorkList
    text: str


def to_list(visit: Visit) -> Outcome | None:
    """Carry out an agent's answer to a list that was mailed; None for any other mail."""
    agent = _agent(visit)
    ids = _own_ids(visit) if agent is not None else []
    made = work_lists.find(ids) if ids else None
    if agent is None or made is None:
        return None
    text = visit.case.message.new_text
    if desk_lines("", text):
        return _asked(visit, desk_lines("", text))
    _claim(visit)
    unproven = _unproven(visit, "queue", _ANSWER_AGAIN)
    if unproven is not None:
        return unproven
    wanted = _wanted(visit, agent, _Answer(made, text))
    return wanted if isinstance(wanted, Outcome) else carry_out(visit, wanted, made)


def of_desk(visit: Visit) -> Outcome | None:
    """Carry out what an agent's mail about no ticket asks of the desk; None for any other mail."""
    agent = _agent(visit)
    if agent is None:
        return None
    message = visit.case.message
    lines = desk_lines(message.subject, message.text and message.new_text)
    if lines:
        return _asked(visit, lines)
    lines, words = commands.split(message.new_text)
    _claim(visit)
    known = lines and all(line[1:].split()[0].lower() in commands.COMMANDS for line in lines)
    if known and words and ask_command(visit.case.claim, "take").allowed:
        return _opened(visit, lines, words)
    return None


def take_back(visit: Visit, match: Match) -> Outcome | None:
    """Carry out the ``#undo`` of an agent who handed the ticket to another team; None for any other mail."""
    case = visit.case
    lines, words = commands.split(case.message.new_text)
    agent = _agent(visit)
    if agent is None or [line.lower() for line in lines] != ["#undo"] or words:
        return None
    proven = ask_command(replace(case.claim, role=Role.AGENT), "undo").allowed
    if case.claim.role is not Role.OTHER_TEAM or not proven:
        return None
    since = case.cause.now - UNDO_WINDOW
    if operations.latest(agent.address, since, match.ticket_number) is None:
        return None
    return carry_out(visit, [Order(match.ticket_number, lines)])


def _agent(visit: Visit) -> Agent | None:
    case = visit.case
    human = case.message.verdict.kind is Kind.HUMAN and not case.arrival.null_reverse_path
    return case.agent if human and case.trust is not Trust.FAILED else None


def _own_ids(visit: Visit) -> list[str]:
    """Return the Message-IDs of mails of ours about no ticket that this one answers, oldest first."""
    message, signer = visit.case.message, visit.postbag.office.signer
    ids = dict.fromkeys((*message.references, *message.in_reply_to))
    return [one for one in ids if signer.ticket_of_own_id(one) == 0]


def _claim(visit: Visit) -> None:
    """Say by what the agent is proven: the address that the list came from, or the mail itself."""
    case, office = visit.case, visit.postbag.office
    details = (detail_of(one) for one in case.recipients if case.roster.is_own(one))
    tokens = [token for token in map(parse_detail, details) if token is not None and not token.ticket_number]
    own = case.author_addresses()
    proven = any(office.signer.verify(token, own) for token in tokens[:5])
    proof = Proof.TOKEN if proven else Proof.OWN_MESSAGE_ID if _own_ids(visit) else None
    case.claim = Claim(Role.AGENT, case.trust, proof, office.trust.require_both)


def _unproven(visit: Visit, word: str, advice: str) -> Outcome | None:
    verdict = ask_command(visit.case.claim, word)
    if verdict.allowed:
        return None
    reason = sentence("nothing proves that it is yours ({reason})", reason=verdict.reason)
    if not visit.case.muted:
        words = arrival_words(visit.case, reason)
        told = _BOTH if visit.case.claim.require_both else advice
        visit.tell_author("answer-refused", None, None, arrival=words, next_step=told)
    return visit.outcome(Disposition.REFUSED, f"commands without a ticket: {reason}")


def _asked(visit: Visit, lines: tuple[str, ...]) -> Outcome:
    _claim(visit)
    word = lines[0].removeprefix("#").split()[0].lower()
    return _unproven(visit, word, _elsewhere(word)) or carry_out(visit, [Order(None, lines)])


def _elsewhere(word: str) -> str:
    """Say where a command about no ticket works without proof of its own: below any mail about a ticket."""
    return sentence(
        "Write {command} in a reply to any mail about a ticket that you got from us, from the address that "
        "it was sent to: its reply address proves who you are.",
        command=f"#{word}",
    )


def _wanted(visit: Visit, agent: Agent, answer: _Answer) -> list[Order] | Outcome:
    """Return the orders that an answer to a list comes to, or what became of the mail where it cannot be."""
    made, first = answer.made, next(iter(answer.text.split()), "")
    lines = answered_lines(answer.text)
    confirmed = bool(made.word) and first == made.word
    objection = _objection(visit, agent, made) or (None if confirmed else _misread(made, lines))
    if objection:
        return _refused(visit, first, objection)
    if confirmed:
        return [Order(number, (f"#{made.command}",), f"[#{number}] ") for number in made.numbers]
    chosen = dict.fromkeys(at for at, _ in lines)
    return [
        _order(made.numbers[at - 1], at, tuple(line for one, line in lines if one == at)) for at in chosen
    ]


def _objection(visit: Visit, agent: Agent, made: WorkList) -> Sentence | None:
    """Say why a list cannot be answered any more, or by this agent; None where it can."""
    if made.agent != agent.address:
        return sentence("this list was sent to somebody else; ask for one with #queue")
    if made.expires_at < visit.case.cause.now:
        return sentence("this list is too old; ask for a new one")
    return _CARRIED_OUT if made.used else None


def _misread(made: WorkList, lines: tuple[tuple[int, str], ...]) -> Sentence | None:
    """Say what was expected of an answer that names no line of the list; None for one that does."""
    if not lines:
        if made.word:
            return sentence("expected {word} to confirm, or lines like 2 close thanks", word=made.word)
        return sentence("expected lines like 2 close thanks")
    beyond = [at for at, _ in lines if not 1 <= at <= len(made.numbers)]
    if not beyond:
        return None
    last = len(made.numbers)
    return sentence("there is no {number} in this list; it has 1 to {last}", number=beyond[0], last=last)


def _order(number: int, at: int, lines: tuple[str, ...]) -> Order:
    return Order(number, lines, f"{at} [#{number}] ")


def _refused(visit: Visit, line: str, reason: Sentence) -> Outcome:
    visit.tell_author("command-results", None, results=[{"line": line[:80], "done": False, "text": reason}])
    return visit.outcome(Disposition.REFUSED, f"commands refused: {reason}")


def carry_out(visit: Visit, wanted: list[Order], made: WorkList | None = None) -> Outcome:
    """Carry out orders for several tickets, all or none, and send one receipt."""
    sitting = orders.decide_all(visit, wanted)
    keep_inside(visit, sitting)
    if sitting.refused:
        return answers.refuse(visit, sitting, None)
    if made is not None and made.word and not work_lists.mark_used(made.id, visit.case.cause.now):
        return _refused(visit, made.word, _CARRIED_OUT)
    if any(one.decision.help for one in sitting.decided):
        visit.tell_author("command-help", None, groups=lists.command_groups())
    elif not any(one.decision.listings for one in sitting.decided):
        visit.tell_author("command-results", None, results=sitting.results)
    perform(visit, sitting)
    lines = "; ".join(line for order in wanted for line in order.lines)
    return visit.outcome(Disposition.ACTED, f"commands of an agent: {lines[:200]}")


def perform(visit: Visit, sitting: Sitting, words: str = "") -> None:
    """Carry out what was decided, with a postbag for each ticket; ``words`` is the text below the lines."""
    bags = []
    for one in sitting.decided:
        bag = visit.postbag
        own = Visit(visit.case, Postbag(bag.office, bag.cause, arrival_id=bag.arrival_id))
        doing.carry_out(own, sitting, one, doing.words_of(one.decision, words))
        own.postbag.post()
        bags.append(own.postbag)
    doing.finish(sitting, bags)
    lists.send(visit, [listing for one in sitting.decided for listing in one.decision.listings])


def keep_inside(visit: Visit, sitting: Sitting, words: str = "") -> None:
    """Refuse words for people that repeat what only agents have read."""
    for at, one in enumerate(sitting.decided):
        said = doing.words_of(one.decision, words)
        if one.work is None or not said.present or said.note:
            continue
        leaked = drafts.check(visit, one.work.ticket, said.text).leaked
        if leaked:
            sitting.refuse(at, drafts.repeats(leaked))


def _opened(visit: Visit, lines: tuple[str, ...], words: str) -> Outcome:
    """Open a ticket for the words of an agent, and give the commands above them on it."""
    case = visit.case
    case.message = replace(case.message, text=words, cut=Cut(), forward=None)
    outcome = places.open_ticket(visit)
    number = outcome.ticket_number
    ticket = tickets.get(number) if number is not None else None
    if ticket is None:
        return outcome
    own = Visit(case, Postbag(visit.postbag.office, case.cause, arrival_id=case.arrival.id))
    sitting = orders.decide_all(own, [Order(number, lines)])
    own.tell_author("command-results", sitting.works[ticket.number], results=sitting.results)
    if not sitting.refused:
        (decided,) = sitting.decided
        doing.carry_out(own, sitting, decided, doing.words_of(decided.decision, ""))
        work = sitting.works[ticket.number]
        if work.ticket.requester != work.before.requester:
            own.tell_requester("ticket-opened", work)
        doing.finish(sitting, [own.postbag])
        lists.send(own, decided.decision.listings)
    own.postbag.post()
    return outcome
