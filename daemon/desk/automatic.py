"""Automatic mail about a ticket: its kinds, and what is planned of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# The word for every kind at once.
ALL = "all"


class Kind(StrEnum):
    """What time brings about a ticket, by the word that stops and starts it."""

    REMINDER = "waiting-reminder"
    CLOSING = "closing"
    COMING_BACK = "coming-back"
    WARNING = "sla-warning"
    RINGING = "ringing"
    SURVEY = "survey"
    APPROVAL = "approval-steps"
    TASK = "task-steps"


SUMMARIES: Mapping[Kind, str] = {
    Kind.REMINDER: "reminds the requester that an answer is waited for",
    Kind.CLOSING: "closes what nobody answers, and what was resolved and nobody disagreed with",
    Kind.COMING_BACK: "tells who works on the ticket that the day has come that it waited for",
    Kind.WARNING: "warns of service-level time that runs out, and tells of promises that were broken",
    Kind.RINGING: "rings about a critical ticket until somebody is at it",
    Kind.SURVEY: "asks the requester of a closed ticket how satisfied they were",
    Kind.TASK: "reminds whoever is late with a task, and tells the agents of what stays late",
    Kind.APPROVAL: "reminds whoever has to decide, asks deputies and managers, ends what is not decided",
}


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that will happen by itself about a ticket if nobody does anything before.

    ``at`` is not before the moment of asking.  ``to`` is the address of the reader and ``notice`` the mail;
    both are empty for what happens without a mail.
    """

    kind: Kind
    at: datetime
    to: str
    notice: str
    why: str


def kind_named(word: str) -> str | None:
    """Return the kind that a word means, or ``all``; None for any other word."""
    folded = word.lower()
    return folded if folded == ALL or folded in list(Kind) else None
