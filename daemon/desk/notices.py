"""Every mail that the desk sends, as one table: who reads it and how RFC 3834 wants it marked.

A new notice is a folder ``templates/<name>/`` and one row here.
"""

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
    """

    name: str
    audience: Audience
    automatic: Automatic | None
    null_path: bool
    description: str
    keys: tuple[str, ...] = ()
    outward: bool = False


COMMON_KEYS = ("language", "desk", "recipient", "marker", "next_step", "warnings")
_CONVERSATION = ("ticket", "entry", "history", "reply", "commands")

_ROWS = (
    Notice(
        "ticket-opened",
        Audience.REQUESTER,
        "auto-replied",
        null_path=True,
        description="tells the requester the number of the new ticket and what happens next",
        keys=("ticket", "entry", "promise"),
    ),
    Notice(
        "ticket-new",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="shows a new ticket to the agents of its team, with the full text",
        keys=_CONVERSATION,
        outward=True,
    ),
    Notice(
        "requester-replied",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="shows a reply of the requester or of a copied person to the assignee, else to the team",
        keys=_CONVERSATION,
        outward=True,
    ),
    # An agent's own words: the only notice that a person wrote, so it carries no Auto-Submitted.
    Notice(
        "public-answer",
        Audience.PARTICIPANT,
        None,
        null_path=False,
        description="carries an agent's answer to the requester and to copied people",
        keys=("ticket", "entry"),
    ),
    Notice(
        "internal-note",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="shows an agent's note to the other agents",
        keys=("ticket", "entry", "history", "commands"),
    ),
    Notice(
        "ticket-resolved",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="tells the requester that the ticket is resolved and that a reply opens it again",
        keys=("ticket", "entry"),
    ),
    Notice(
        "ticket-closed",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="tells the requester that the ticket is closed and how to come back",
        keys=("ticket", "entry"),
    ),
    Notice(
        "ticket-status",
        Audience.REQUESTER,
        "auto-replied",
        null_path=True,
        description="tells whoever asks how the ticket stands, who works on it and by when",
        keys=("ticket", "standing"),
    ),
    Notice(
        "requester-told",
        Audience.REQUESTER,
        "auto-replied",
        null_path=True,
        description="tells what became of a few words to the desk, or why nothing did",
        keys=("ticket",),
    ),
    Notice(
        "request-told",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="tells the requester how a request out of the catalogue goes on",
        keys=("ticket", "request"),
    ),
    Notice(
        "promise-moved",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="tells the requester that a request takes longer than promised, and why",
        keys=("ticket", "move"),
    ),
    Notice(
        "task-request",
        Audience.PERFORMER,
        "auto-generated",
        null_path=False,
        description="asks a department or a vendor to do a task of a request, and reminds of it",
        keys=("task",),
    ),
    Notice(
        "task-told",
        Audience.PERFORMER,
        "auto-generated",
        null_path=True,
        description="tells whoever has a task what became of an answer, or that it is not wanted any more",
        keys=("task",),
    ),
    Notice(
        "task-news",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="tells agents that a task is blocked, late or failed, or what was written about it",
        keys=("ticket", "entry", "history", "commands", "task"),
    ),
    Notice(
        "requester-help",
        Audience.REQUESTER,
        "auto-replied",
        null_path=True,
        description="lists what its reader can write to the desk in a few words",
        keys=("ticket", "abilities"),
    ),
    Notice(
        "mail-held",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="shows the agents a mail about the ticket from somebody who is not on it",
        keys=("ticket", "entry", "history", "commands"),
    ),
    Notice(
        "command-results",
        Audience.AGENT,
        "auto-replied",
        null_path=True,
        description="tells an agent of each command whether it was done, or why not",
        keys=("ticket", "results", "commands"),
    ),
    Notice(
        "command-help",
        Audience.AGENT,
        "auto-replied",
        null_path=True,
        description="lists the commands that an agent can write",
        keys=("ticket", "groups"),
    ),
    Notice(
        "work-list",
        Audience.AGENT,
        "auto-replied",
        null_path=True,
        description="lists tickets to an agent who asked, to be answered by number",
        keys=("list",),
    ),
    Notice(
        "ticket-handed",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="shows a ticket to the agent or the team that it was handed to",
        keys=_CONVERSATION,
        outward=True,
    ),
    Notice(
        "colleague-asked",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="puts an agent's question to a colleague, whose answer is a note",
        keys=("ticket", "entry", "history", "commands"),
    ),
    Notice(
        "answer-refused",
        Audience.AGENT,
        "auto-replied",
        null_path=True,
        description="tells an agent why a mail was not taken as an answer, and what to do",
        keys=("ticket", "arrival", "entry"),
    ),
    Notice(
        "answer-held",
        Audience.AGENT,
        "auto-replied",
        null_path=True,
        description="asks an agent about an answer that repeats internal words, before it leaves",
        keys=("ticket", "arrival", "entry"),
    ),
    Notice(
        "forward-question",
        Audience.AGENT,
        "auto-replied",
        null_path=True,
        description="asks an agent whose mail was forwarded, where that cannot be told for certain",
        keys=("ticket", "entry", "choices"),
    ),
    # The next three report trouble: with the null reverse-path their own failure reports nothing more.
    Notice(
        "delivery-failed",
        Audience.AGENT,
        "auto-generated",
        null_path=True,
        description="tells an agent which mail did not reach whom, in the words of the server",
        keys=("ticket", "failure", "history"),
    ),
    Notice(
        "mail-quarantined",
        Audience.AGENT,
        "auto-generated",
        null_path=True,
        description="tells the agents that a message could not be handled, why, and how to retry it",
        keys=("ticket", "arrival"),
    ),
    Notice(
        "budget-digest",
        Audience.ADMINISTRATOR,
        "auto-generated",
        null_path=True,
        description="tells the administrators how many automatic mails were held back, and for whom",
        keys=("held",),
    ),
    Notice(
        "duplicate-route",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="tells a second team that the same mail is already a ticket of another team",
        keys=_CONVERSATION,
        outward=True,
    ),
    Notice(
        "mail-too-big",
        Audience.REQUESTER,
        "auto-replied",
        null_path=True,
        description="tells the requester what was too big to be taken",
        keys=("ticket", "arrival"),
    ),
    # Its failure is of use: an address that does not exist is not asked again.
    Notice(
        "address-confirm",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="asks at a second address whether it belongs to the person who named it",
        keys=("link",),
    ),
    Notice(
        "address-told",
        Audience.REQUESTER,
        "auto-generated",
        null_path=True,
        description="tells what became of a wish to link or unlink a second address",
        keys=("link",),
    ),
    Notice(
        "approval-request",
        Audience.APPROVER,
        "auto-generated",
        null_path=False,
        description="puts a request before somebody who decides about it, or reminds of one",
        keys=("ticket", "approval"),
    ),
    Notice(
        "approval-told",
        Audience.APPROVER,
        "auto-replied",
        null_path=True,
        description="tells an approver what became of an answer, or asks back where it is no decision",
        keys=("approval",),
    ),
    Notice(
        "approval-desk",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="tells the agents of a ticket what its approval needs a person for",
        keys=("ticket", "approval", "commands"),
    ),
    # The one mail that the desk may send to itself; see ``services.gate``.
    Notice(
        "heartbeat",
        Audience.ADMINISTRATOR,
        "auto-generated",
        null_path=True,
        description="goes out and comes back, to show that the way of mail is whole",
        keys=("beat",),
    ),
    Notice(
        "sla-warning",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="warns that the time promised for a ticket runs out",
        keys=("ticket", "clock", "reply", "commands"),
    ),
    Notice(
        "sla-breached",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="tells that the time promised for a ticket is over, and those above that it still is",
        keys=("ticket", "clock", "reply", "commands"),
    ),
    Notice(
        "critical-ringing",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="rings about a critical ticket until an agent does anything",
        keys=("ticket", "clock", "reply", "commands"),
    ),
    Notice(
        "waiting-reminder",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="reminds the requester that an answer is waited for, and of what was asked",
        keys=("ticket", "entry", "reminder"),
    ),
    Notice(
        "ticket-back",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="tells the assignee, else the team, that the day has come for which a ticket waited",
        keys=("ticket", "entry", "history", "commands"),
    ),
    Notice(
        "hook-failed",
        Audience.ADMINISTRATOR,
        "auto-generated",
        null_path=True,
        description="tells the administrators of a chat room, pager or program that could not be told",
        keys=("hook",),
    ),
    Notice(
        "agent-digest",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="tells an agent once an hour or a day what is new, and how the work is shared",
        keys=("digest",),
    ),
    Notice(
        "overload-alarm",
        Audience.ADMINISTRATOR,
        "auto-generated",
        null_path=True,
        description="tells who leads a team, else the administrators, of an agent who has too much to do",
        keys=("load",),
    ),
    Notice(
        "directory-problems",
        Audience.ADMINISTRATOR,
        "auto-generated",
        null_path=True,
        description="tells the administrators of managers and deputies in the directory who lead nowhere",
        keys=("directory",),
    ),
    Notice(
        "monitoring-news",
        Audience.AGENT,
        "auto-generated",
        null_path=False,
        description="tells that something which is watched fails again, is well again, or comes and goes",
        keys=("ticket", "entry", "history", "commands", "monitor"),
    ),
)

NOTICES: dict[str, Notice] = {row.name: row for row in _ROWS}
