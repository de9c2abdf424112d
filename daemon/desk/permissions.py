"""Who may do what by mail, and what proof it takes: one table, and one function that everybody asks.

What does not stand in the table is refused.  A new action, a new command among them, is denied to
everybody until it has its row here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from daemon.desk.proof import Proof, Trust
from daemon.desk.sentences import Sentence, joined, sentence, term


class Role(StrEnum):
    """What an author is to a ticket; From alone claims it, proof is asked for beside."""

    STRANGER = "stranger"
    PARTICIPANT = "participant"
    REQUESTER = "requester"
    OTHER_TEAM = "agent of another team"
    AGENT = "agent"


class Action(StrEnum):
    """What a mail can do; a command is its word with the mark before it."""

    OPEN = "open a ticket"
    HOLD = "be held beside a ticket"
    REPLY = "add to a ticket publicly"
    LINK = "link a second address, or unlink it"
    FORWARD = "open a ticket in the name of somebody else"
    ASK_HELP = "ask what one can say"
    ASK_STATUS = "ask how a ticket stands"
    CLOSE_OWN = "close the ticket, as whoever asked"
    REOPEN_OWN = "open an ended ticket again by a word"
    RAISE_URGENCY = "say that it is urgent"
    FILL_FORM = "fill in the form of a request"
    CHANGE_REQUEST = "change a request whose approval was asked for"
    NAME_TYPE = "say whether it is an incident or a request"
    ANSWER_TASK = "answer the mail about a task of a request"
    APPROVE = "decide an approval"
    RATE = "rate how one was helped"
    ANSWER = "answer the requester"
    NOTE = "write a note among agents"
    NAME_REQUESTER = "say whose mail was forwarded"
    TAKE = "#take"
    ASSIGN = "#assign"
    TEAM = "#team"
    WATCH = "#watch"
    UNWATCH = "#unwatch"
    CC = "#cc"
    FOR = "#for"
    ASK = "#ask"
    OPEN_COMMAND = "#open"
    RESOLVE = "#resolve"
    CLOSE = "#close"
    REOPEN = "#reopen"
    PENDING = "#pending"
    FULFIL = "#fulfil"
    REJECT = "#reject"
    DETAILS = "#details"
    SUBMIT = "#submit"
    APPROVALS = "#approvals"
    APPROVER = "#approver"
    APPROVAL = "#approval"
    BYPASS = "#bypass"
    WITHDRAW_APPROVAL = "#withdraw-approval"
    INVESTIGATE = "#investigate"
    KNOWN_ERROR = "#known-error"
    SCHEDULE = "#schedule"
    IMPLEMENTED = "#implemented"
    FAILED = "#failed"
    REVIEWED = "#reviewed"
    DRAFT = "#draft"
    TASKS = "#tasks"
    TASK_DONE = "#task-done"
    TASK_SKIP = "#task-skip"
    TASK_TELL = "#task-tell"
    PROMISE = "#promise"
    TYPE = "#type"
    IMPACT = "#impact"
    URGENCY = "#urgency"
    PRIORITY = "#priority"
    CATEGORY = "#category"
    ITEM = "#item"
    ANSWER_FORM = "#answer"
    DUE = "#due"
    TIME = "#time"
    TAGS = "#tags"
    FIELD = "#field"
    NOTE_COMMAND = "#note"
    PUBLIC = "#public"
    REPLY_WITH = "#reply-with"
    CANNED = "#canned"
    TEMPLATE = "#template"
    ACCEPT = "#accept"
    REFUSE = "#refuse"
    SEND = "#send"
    MERGE = "#merge"
    SPLIT = "#split"
    LINK_TICKETS = "#link"
    UNLINK = "#unlink"
    QUEUE = "#queue"
    SEARCH = "#search"
    STATUS = "#status"
    BULK = "#bulk"
    SLA = "#sla"
    MAILS = "#mails"
    ABSENT = "#absent"
    PRESENT = "#present"
    UNDO = "#undo"
    HELP = "#help"


class Need(StrEnum):
    """What proof an action takes of an author."""

    NOTHING = "yes"
    NOT_FAILED = "unless the check of the author failed"
    OWN_TOKEN = "own reply address"  # noqa: S105  # not a password
    AGENT_PROOF = "own reply address or verified sender"
    VERIFIED = "verified sender"
    IMPOSSIBLE = "no"


_EVERYBODY = dict.fromkeys(Role, Need.NOTHING)
_AGENT = {Role.AGENT: Need.AGENT_PROOF}

TABLE: Mapping[Action, Mapping[Role, Need]] = {
    Action.OPEN: _EVERYBODY,
    Action.HOLD: _EVERYBODY,
    Action.REPLY: {
        Role.STRANGER: Need.OWN_TOKEN,
        Role.PARTICIPANT: Need.NOT_FAILED,
        Role.REQUESTER: Need.NOT_FAILED,
    },
    # Whoever has a linked address is the same person on every ticket, so the first one has to be proven.
    Action.LINK: {Role.PARTICIPANT: Need.AGENT_PROOF, Role.REQUESTER: Need.AGENT_PROOF},
    # In plain words, which a person's reply may hold too: no more than what a reply may do, or with a proof.
    Action.ASK_HELP: {
        Role.STRANGER: Need.OWN_TOKEN,
        Role.PARTICIPANT: Need.NOT_FAILED,
        Role.REQUESTER: Need.NOT_FAILED,
    },
    Action.ASK_STATUS: {Role.PARTICIPANT: Need.NOT_FAILED, Role.REQUESTER: Need.NOT_FAILED},
    Action.CLOSE_OWN: {Role.REQUESTER: Need.AGENT_PROOF},
    Action.REOPEN_OWN: {Role.PARTICIPANT: Need.NOT_FAILED, Role.REQUESTER: Need.NOT_FAILED},
    Action.RAISE_URGENCY: {Role.REQUESTER: Need.AGENT_PROOF},
    Action.NAME_TYPE: {Role.REQUESTER: Need.NOT_FAILED},
    # Whoever is asked may be anybody, but nobody decides about a request of their own.
    Action.APPROVE: dict.fromkeys(set(Role) - {Role.REQUESTER}, Need.AGENT_PROOF),
    Action.RATE: {Role.REQUESTER: Need.AGENT_PROOF},
    Action.FILL_FORM: {Role.REQUESTER: Need.NOT_FAILED},
    # It voids what approvers have said.
    Action.CHANGE_REQUEST: {Role.REQUESTER: Need.AGENT_PROOF},
    # A forward puts words into somebody else's mouth.  Of a new ticket no team is another one.
    Action.FORWARD: {Role.OTHER_TEAM: Need.VERIFIED, Role.AGENT: Need.VERIFIED},
    # Whoever was asked, by the address that was asked; what they are to the ticket makes no difference.
    Action.ANSWER_TASK: dict.fromkeys(Role, Need.AGENT_PROOF),
    Action.ANSWER: _AGENT,
    Action.NOTE: _AGENT,
    Action.NAME_REQUESTER: _AGENT,
    # Every command is an agent's; what requesters may say has a row of its own.
    **{action: _AGENT for action in Action if action.startswith("#")},
}


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says to act, and with what proof; ``proof`` is None for a mail that belongs to no ticket.

    ``require_both`` asks of agents a verified sender and their reply address, where else one is enough.
    """

    role: Role
    trust: Trust
    proof: Proof | None = None
    require_both: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an action is allowed, and why, as a part of a sentence that may be mailed."""

    allowed: bool
    reason: str


NOBODY = Claim(Role.STRANGER, Trust.FAILED)


def need(role: Role, action: Action) -> Need:
    """Return what an action takes of a role; what is not in the table is impossible."""
    return TABLE.get(action, {}).get(role, Need.IMPOSSIBLE)


def ask(claim: Claim, action: Action) -> Verdict:
    """Decide whether somebody with this proof may do this."""
    needed = need(claim.role, action)
    if needed is Need.IMPOSSIBLE:
        return Verdict(allowed=False, reason=_impossible(claim.role, action))
    if needed is Need.NOTHING:
        return Verdict(allowed=True, reason="nothing is needed")
    if claim.trust is Trust.FAILED:
        return Verdict(allowed=False, reason=sentence("the check of its author failed"))
    return Verdict(_proven(claim, needed), _shown(claim))


def ask_command(claim: Claim, word: str) -> Verdict:
    """Decide whether a command may be given; ``word`` is without its mark."""
    action = next((one for one in Action if one == f"#{word}"), None)
    if action is None:
        return Verdict(allowed=False, reason=sentence("nobody may give #{word}", word=word))
    return ask(claim, action)


def _proven(claim: Claim, needed: Need) -> bool:
    token, verified = claim.proof is Proof.TOKEN, claim.trust is Trust.VERIFIED
    match needed:
        case Need.NOT_FAILED:
            return True
        case Need.OWN_TOKEN:
            return token
        case Need.VERIFIED:
            return verified
        case Need.AGENT_PROOF:
            return (token and verified) if claim.require_both else (token or verified)
    return False


def _shown(claim: Claim) -> Sentence:
    shown = [term(claim.proof)] if claim.proof is not None else []
    if claim.trust is Trust.VERIFIED:
        shown.append(sentence("verified sender"))
    return joined(", ", shown) if shown else sentence("no proof")


def _impossible(role: Role, action: Action) -> str:
    if role is Role.OTHER_TEAM:
        return sentence("the ticket is of a team that its author is no member of")
    kind = "an agent" if role is Role.AGENT else f"a {role}"
    return f"{kind} may not: {action}"
