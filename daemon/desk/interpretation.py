"""What a message is to the desk: pure rules from who wrote it, what it answers, and how sure we are.

The rules run from what needs the most proof to what needs none.  Whatever they cannot place opens a
ticket: a mail too many on the desk is better than a mail lost.
"""

from dataclasses import dataclass
from enum import StrEnum


class Trust(StrEnum):
    """How sure we are that the author of a message is who From says (design: proof, trust and power)."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILED = "failed"


class Proof(StrEnum):
    """By what a message was tied to a ticket, strongest first."""

    TOKEN = "reply address made for the author"  # noqa: S105  # not a password
    FOREIGN_TOKEN = "reply address made for somebody else"  # noqa: S105  # not a password
    OWN_MESSAGE_ID = "Message-ID of a mail of ours"
    MESSAGE_ID = "Message-ID of the conversation"
    SUBJECT = "number in the subject"


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

    ``human`` is False for machines of every sort.  ``agent`` and ``participant`` say who From names.
    ``require_both`` asks of agents a verified sender and a token, where else one of them is enough.
    """

    human: bool
    known_author: bool
    agent: bool
    participant: bool
    trust: Trust
    match: Match | None
    require_both: bool = False


def place(standing: Standing) -> tuple[Place, str]:
    """Return what the message becomes, with the reason as a sentence for ``trace``."""
    match = standing.match
    if match is None:
        return Place.OPENING, "it answers nothing that we know"
    if not standing.human:
        return Place.REPORT, f"automatic mail about ticket {match.ticket_number}: no power, no answer"
    if not standing.known_author:
        return Place.HELD, "nobody can be named as its author"
    if standing.trust is Trust.FAILED:
        return Place.HELD, "the check of its author failed"
    found = _of_agent(standing, match) if standing.agent else None
    return found or _of_person(standing, match)


def _of_person(standing: Standing, match: Match) -> tuple[Place, str]:
    if standing.participant:
        return Place.REPLY, f"its author is on ticket {match.ticket_number} ({match.proof})"
    if match.proof is Proof.TOKEN:
        return Place.REPLY, "its reply address was made for its author"
    return Place.HELD, f"its author is not on ticket {match.ticket_number} ({match.proof})"


def _of_agent(standing: Standing, match: Match) -> tuple[Place, str] | None:
    token, verified = match.proof is Proof.TOKEN, standing.trust is Trust.VERIFIED
    if (token and verified) if standing.require_both else (token or verified):
        why = " and ".join([*([match.proof] if token else []), *(["verified sender"] if verified else [])])
        return (Place.NOTE if match.note else Place.ANSWER), f"an agent answers ({why})"
    # An agent who is on the ticket as its requester may reply like any other; as an agent he may not.
    if standing.participant:
        return None
    sender = ", verified sender" if verified else ""
    return Place.UNPROVEN_ANSWER, f"it names an agent, but proves no more than: {match.proof}{sender}"
