"""What a message is to the desk: pure rules from who wrote it, what it answers, and how sure we are.

The rules run from what needs the most proof to what needs none.  Whatever they cannot place opens a
ticket: a mail too many on the desk is better than a mail lost.
"""

from dataclasses import dataclass
from enum import StrEnum

from daemon.desk.permissions import Action, Claim, Role, ask
from daemon.desk.proof import Proof, Trust
from daemon.desk.sentences import sentence

# Proof and Trust are told of here as well: whoever places a message speaks of them.
__all__ = ["Match", "Place", "Proof", "Standing", "Trust", "place"]


@dataclass(frozen=True, slots=True)
class Match:
    """A ticket that a message belongs to, and why we think so; ``note`` marks an internal reply address."""

    ticket_number: int
    proof: Proof
    note: bool = False


class Place(StrEnum):
    """What a message becomes."""

    OPENING = "opening"
    REPLY = "reply"
    ANSWER = "answer"
    NOTE = "note"
    HELD = "held"
    UNPROVEN_ANSWER = "unproven answer"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides what a message becomes.

    ``human`` is False for machines of every sort.  ``agent``, ``other_team`` (an agent, but of none of the
    ticket's teams), ``participant`` and ``requester`` say who From names.  ``require_both`` asks of agents
    a verified sender and a token, where else one of them is enough.  ``robot`` is a machine, or an address
    of one, that answers no mail.  ``guesses`` says that mail of the same author lies beside many other
    tickets, ``brings_others`` that it copies somebody who is not on the ticket.
    """

    human: bool
    known_author: bool
    agent: bool
    participant: bool
    trust: Trust
    match: Match | None
    require_both: bool = False
    other_team: bool = False
    requester: bool = False
    robot: bool = False
    guesses: bool = False
    brings_others: bool = False

    @property
    def outsider(self) -> bool:
        """Whether From names neither an agent nor anybody on the ticket."""
        return not (self.agent or self.participant or self.requester)

    def claim(self, *, as_agent: bool = True) -> Claim:
        """Return the claim of the author: as the agent From names, else as anybody else."""
        proof = self.match.proof if self.match is not None else None
        return Claim(self._role(as_agent=as_agent), self.trust, proof, self.require_both)

    def _role(self, *, as_agent: bool) -> Role:
        if self.agent and as_agent:
            return Role.OTHER_TEAM if self.other_team else Role.AGENT
        if self.requester:
            return Role.REQUESTER
        return Role.PARTICIPANT if self.participant else Role.STRANGER


def place(standing: Standing) -> tuple[Place, str]:
    """Return what the message becomes, with the reason as a sentence for ``trace``."""
    match = standing.match
    if match is None:
        return Place.OPENING, "it answers nothing that we know"
    if standing.outsider and (why := _only_seems_to_belong(standing, match)):
        return Place.OPENING, why
    if not standing.human:
        return Place.REPORT, f"automatic mail about ticket {match.ticket_number}: no power, no answer"
    if not standing.known_author:
        return Place.HELD, "nobody can be named as its author"
    if standing.trust is Trust.FAILED:
        return Place.HELD, "the check of its author failed"
    found = _of_agent(standing, match) if standing.agent else None
    return found or _of_person(standing, match)


def _only_seems_to_belong(standing: Standing, match: Match) -> str:
    """Say why an outsider's mail is none of the ticket that it names, "" where it may be."""
    if standing.robot and match.proof is Proof.FOREIGN_TOKEN:
        # Whoever owns the reply address let a service write to it, to be shown what it says.
        return f"a machine wrote to somebody else's reply address on ticket {match.ticket_number}"
    if standing.guesses and match.proof is Proof.SUBJECT:
        return f"its author names many tickets by number, {match.ticket_number} among them, and is on none"
    return ""


def _of_person(standing: Standing, match: Match) -> tuple[Place, str]:
    claim = standing.claim(as_agent=False)
    if not ask(claim, Action.REPLY).allowed:
        return Place.HELD, f"its author is not on ticket {match.ticket_number} ({match.proof})"
    if standing.brings_others and standing.trust is not Trust.VERIFIED and match.proof is not Proof.TOKEN:
        return Place.HELD, "it copies somebody who is not on the ticket, and nothing proves its author"
    if claim.role is Role.STRANGER:
        return Place.REPLY, "its reply address was made for its author"
    return Place.REPLY, f"its author is on ticket {match.ticket_number} ({match.proof})"


def _of_agent(standing: Standing, match: Match) -> tuple[Place, str] | None:
    where, action = (Place.NOTE, Action.NOTE) if match.note else (Place.ANSWER, Action.ANSWER)
    verdict = ask(standing.claim(), action)
    if verdict.allowed:
        return where, f"an agent answers ({verdict.reason})"
    # An agent who is on the ticket as its requester may reply like any other; as an agent he may not.
    if standing.participant or standing.requester:
        return None
    if standing.other_team:
        return Place.UNPROVEN_ANSWER, sentence("it names an agent, but {reason}", reason=verdict.reason)
    return Place.UNPROVEN_ANSWER, sentence(
        "it names an agent, but proves no more than: {reason}", reason=verdict.reason
    )
