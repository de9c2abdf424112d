"""Approvals by command: how one stands, who else decides, the way past it, and its end."""

import re

from daemon.commands.arguments import needed, no_argument
from daemon.commands.command import ApprovalFacts, ApprovalOrder, Ask, Candidate, Command, Grant, Refusal
from daemon.desk.addressing import fold
from daemon.desk.approval_rules import BadApprovalRuleError, Who, stage_rule
from daemon.desk.lifecycle import moves
from daemon.desk.sentences import NOBODY, Sentence, joined, reason_in, sentence, term
from storage.vocabulary import TicketState, TicketType

_ADDRESS = re.compile(r"<?([^\s@,<>]{1,64}@[^\s@,<>]{1,255})>?")
_STAGES_LIMIT = 10


def _none(ask: Ask) -> Refusal:
    return Refusal(sentence("no approval of ticket {number} is open", number=ask.ticket.number))


def approvals(ask: Ask) -> Grant:
    """Tell in the receipt how the approvals of the ticket stand."""
    no_argument(ask, APPROVALS[0].usage)
    return Grant((), _shown(ask))


def _shown(ask: Ask) -> Sentence:
    lines = ask.sight.approval.lines
    return (
        joined("\n", lines)
        if lines
        else sentence("ticket {number} has no approval", number=ask.ticket.number)
    )


def approver(ask: Ask) -> Grant:
    """Let somebody decide in the place of whoever is asked, or where nobody was found."""
    usage = APPROVALS[1].usage
    words = needed(ask, usage).split()
    known = ask.sight.approval
    if not known.open:
        raise _none(ask)
    fits = len(words) == 1 or (len(words) == 3 and words[1].lower() == "for")
    named = [_ADDRESS.fullmatch(word) for word in (words[0], words[-1])]
    if not fits or None in named:
        raise Refusal(sentence("expected {usage}, got {typed}", usage=usage, typed=repr(ask.argument[:80])))
    address, instead = (fold(found[1]) for found in named if found is not None)
    address = _may_decide(ask, address)
    instead = _instead(known, instead if len(words) == 3 else "")
    if address in (known.later if instead in known.later else known.voices):
        raise Refusal(sentence("{address} is asked already", address=address))
    what = (
        sentence("{address} decides in the place of {instead}", address=address, instead=instead)
        if instead
        else sentence("{address} decides", address=address)
    )
    return Grant((), what, approval=ApprovalOrder("approver", address=address, instead=instead))


def _may_decide(ask: Ask, address: str) -> str:
    """Return the main address of somebody named; refuse the agent, a party, and whom nobody knows."""
    person = ask.sight.approval.people.get(address, Candidate((address,), known=False))
    every = {address, *person.addresses}
    if every & {*ask.sight.approval.parties, *_requester(ask)}:
        raise Refusal(sentence("nobody decides about a request of their own"))
    if ask.sight.roster.is_own(address):
        raise Refusal(sentence("{address} is an address of the desk itself", address=address))
    if every & ask.agent.addresses:
        raise Refusal(
            sentence("{address} is your own address, and nobody names themselves to decide", address=address)
        )
    if not person.known:
        near = sentence("; did you mean {near}?", near=person.near) if person.near else ""
        raise Refusal(
            sentence(
                "nobody knows {address}: expected is somebody active in the directory, an agent, an "
                "administrator, or an approver or a budget owner of the catalogue{near}",
                address=address,
                near=near,
            )
        )
    return person.addresses[0]


def _requester(ask: Ask) -> tuple[str, ...]:
    requester = ask.ticket.requester
    return (fold(requester.address),) if requester is not None else ()


def _instead(known: ApprovalFacts, named: str) -> str:
    """Return in whose place somebody decides; empty where a stage has too few who may."""
    waited = sentence("waited for are: {addresses}", addresses=", ".join(known.waiting) or NOBODY)
    if named and named not in {*known.waiting, *known.later}:
        raise Refusal(sentence("{address} is not waited for; {waited}", address=named, waited=waited))
    if named or known.lacking:
        return named
    # Whoever was named for a later stage may be meant as well as whoever is asked now.
    meant = (*known.waiting, *known.by_hand)
    if len(meant) != 1:
        later = ", ".join(known.by_hand)
        more = sentence("; named for later: {addresses}", addresses=later) if later else ""
        raise Refusal(
            sentence("say for whom: #approver ADDRESS for ADDRESS; {waited}{more}", waited=waited, more=more)
        )
    return meant[0]


def bypass(ask: Ask) -> Grant:
    """Go on without the approval, where the item says that this may be."""
    why = needed(ask, APPROVALS[2].usage)
    known = ask.sight.approval
    if not known.open:
        raise _none(ask)
    if not known.may_be_bypassed:
        raise Refusal(sentence("nothing says that this approval may be passed by: its item has no bypass"))
    order = ApprovalOrder("bypass", words=why[:500])
    return Grant(
        (), sentence("the approval is passed by; this is in the journal"), approval=order, settles=True
    )


def withdraw(ask: Ask) -> Grant:
    """End the approval: the request is turned down, a change is a draft again."""
    why = needed(ask, APPROVALS[3].usage)
    if not ask.sight.approval.open:
        raise _none(ask)
    order = ApprovalOrder("withdraw", words=why[:500])
    return Grant(
        (), sentence("the approval is withdrawn, and whoever was asked is told"), approval=order, settles=True
    )


def approval(ask: Ask) -> Grant:
    """Ask these people about a change, stage by stage."""
    usage = APPROVALS[4].usage
    texts = [text.strip() for text in needed(ask, usage).split(";") if text.strip()]
    ticket = ask.ticket
    if ticket.type is not TicketType.CHANGE:
        raise Refusal(
            sentence(
                "who approves a {type} is said by the catalogue; #approver names somebody else",
                type=term(ticket.type),
            )
        )
    waits = ticket.state is TicketState.AWAITING_APPROVAL
    if not waits and TicketState.AWAITING_APPROVAL not in moves(ticket.type, ticket.state):
        raise Refusal(
            sentence(
                "ticket {number} is {state}; only a draft is put before approvers",
                number=ticket.number,
                state=term(ticket.state),
            )
        )
    try:
        rules = [stage_rule(text) for text in texts[:_STAGES_LIMIT]]
    except BadApprovalRuleError as error:
        raise Refusal(reason_in(error)) from error
    for one in (one for rule in rules for one in rule.approvers if one.who is Who.PERSON):
        _may_decide(ask, one.name)
    stages = tuple(rule.text for rule in rules)
    what = sentence("asked are: {stages}", stages=joined(sentence("; then "), stages))
    return Grant((), what, approval=ApprovalOrder("ask", stages=stages), settles=True)


APPROVALS: tuple[Command, ...] = (
    Command(
        "approvals",
        "#approvals",
        sentence("get how the approval stands: asked, decided, waited for"),
        approvals,
    ),
    Command(
        "approver",
        "#approver ADDRESS [for ADDRESS]",
        sentence("let somebody decide in the place of who is asked, or where nobody was found"),
        approver,
    ),
    Command(
        "bypass", "#bypass REASON", sentence("go on without the approval, where the item allows it"), bypass
    ),
    Command(
        "withdraw-approval",
        "#withdraw-approval REASON",
        sentence("end the approval; who was asked is told"),
        withdraw,
    ),
    Command(
        "approval",
        "#approval WHO[, WHO][; WHO]",
        sentence(
            "ask for the approval of a change: manager, group:NAME, role:NAME or addresses, any of, all of, "
            "majority of or 2 of them; a semicolon begins the next stage"
        ),
        approval,
    ),
)
