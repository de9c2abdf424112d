"""What a kind of mail that the desk sends is: who reads it and how RFC 3834 wants it marked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Automatic = Literal["auto-replied", "auto-generated"]


class Audience(StrEnum):
    """Who reads a notice; it decides what its template may know.

    An approver decides about a request, a performer does a task of it: neither is on the ticket by that.
    """

    REQUESTER = "requester"
    PARTICIPANT = "participant"
    APPROVER = "approver"
    PERFORMER = "performer"
    AGENT = "agent"
    ADMINISTRATOR = "administrator"

    @property
    def public(self) -> bool:
        """Whether people outside the team of agents read it."""
        return self not in {Audience.AGENT, Audience.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of mail that we send.

    ``automatic`` is the keyword for Auto-Submitted (RFC 3834 s 5), None for words a person typed.
    ``null_path`` asks for the null reverse-path: with it a failed delivery is not reported to us, so
    it stands where a report could start a loop and where nobody could act on one (RFC 3834 s 3.3).
    ``outward`` says that a reply to it goes to the requester: it may show nothing internal (AT-070), and
    a reply to any other notice for agents stays among them.
    ``keys`` are the parts of its context beside those that all have (``COMMON_KEYS``).
    ``step`` marks what a request goes on by: the gate counts it by itself, since without it people wait.
    """

    name: str
    audience: Audience
    automatic: Automatic | None
    null_path: bool
    description: str
    keys: tuple[str, ...] = ()
    outward: bool = False
    step: bool = False


COMMON_KEYS = ("language", "desk", "recipient", "marker", "next_step", "warnings")
# What a notice knows that shows a ticket to agents, who may answer.
CONVERSATION = ("ticket", "entry", "history", "reply", "commands")
