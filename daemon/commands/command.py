"""What a command is: a word, its help, and a pure function that decides.

A command never acts.  It looks at the ticket as it is and either grants changes or raises Refusal with
a sentence that the agent can act on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from daemon.desk.addressing import Agent, Roster
from daemon.desk.canned import Canned, Sent
from daemon.desk.catalogue import Catalogue
from daemon.desk.changes import Change
from daemon.desk.dates import Now
from daemon.desk.fulfilment import Work
from daemon.desk.lifecycle import MATRIX
from daemon.desk.permissions import Claim
from daemon.desk.query import Asker, Query
from daemon.desk.sentences import Sentence, sentence
from storage.records import Entry, Link, Operation, Ticket
from storage.vocabulary import Level, Priority


class Refusal(Exception):  # noqa: N818  # an answer to the sender, whose text is safe to mail
    """The command cannot be done; the text says why and what would be possible."""

    def __init__(self, words: Sentence) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Other:
    """Another ticket that a command names, with the addresses of the people on it."""

    ticket: Ticket
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a line names: every address of the person, folded, the main one first.

    ``known`` says that the directory, the catalogue or the desk knows the person; otherwise ``near`` is the
    address of somebody known that is written nearly the same, empty where none is.
    """

    addresses: tuple[str, ...]
    known: bool = True
    near: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """How the approvals of a ticket stand: ``lines`` tell it; the rest is of the last one, where it is open.

    ``waiting`` are the approvers whose decision is waited for, ``voices`` who decides in the stage that is
    asked or has decided in it, ``parties`` those who may not decide.  ``later`` are the approvers of the
    stages that come after it, ``by_hand`` those of them whom an agent named.  ``lacking`` says that a stage
    has too few who may, ``missing`` why nobody more is found now.  ``people`` are those whom the lines name,
    by address, whether an approval is open or not.
    """

    lines: tuple[str, ...] = ()
    open: bool = False
    may_be_bypassed: bool = False
    lacking: bool = False
    waiting: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    people: Mapping[str, Candidate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApprovalOrder:
    """What an agent orders about the approval of a ticket; ``stages`` are rules for whom to ask."""

    kind: str
    words: str = ""
    address: str = ""
    instead: str = ""
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requested:
    """What the ticket asks for out of the catalogue, by the id of the item, with its valid answers.

    ``unapproved`` says that somebody has to approve it and that nobody has.
    """

    item: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    unapproved: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What an agent sees beside the ticket.

    ``others`` are the tickets that the lines name, and those of the operation that could be undone.
    ``people`` are the addresses on the ticket, the requester's first; ``words`` is the text below the lines,
    ``inside`` says that it was written to the address for notes.
    ``last`` is the agent's last operation that was not taken back, on this ticket or, without one, anywhere;
    ``entries`` are the entries that undoing it would put back, as they are now.  ``clocks`` explains the
    clocks of the ticket, a line each.  ``matrix`` says which priority impact and urgency come to.
    ``away_until`` is the last day that the agent's out-of-office mail named, where one did lately.
    """

    now: datetime
    roster: Roster
    others: Mapping[int, Other] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    people: tuple[str, ...] = ()
    words: str = ""
    inside: bool = False
    last: Operation | None = None
    entries: Mapping[int, Entry] = field(default_factory=dict)
    matrix: Mapping[tuple[Level, Level], Priority] = field(default_factory=lambda: MATRIX)
    clocks: tuple[str, ...] = ()
    approval: ApprovalFacts = field(default_factory=ApprovalFacts)
    # What automatic mail is stopped, by kind, and the list of what is planned.
    stops: frozenset[str] = frozenset()
    mails: tuple[str, ...] = ()
    # The tasks of requests, by ticket, and how those of this one stand, a line each.
    tasks: Mapping[int, Work] = field(default_factory=dict)
    task_lines: tuple[str, ...] = ()
    away_until: date | None = None
    catalogue: Catalogue = field(default_factory=Catalogue)
    requested: Requested = field(default_factory=Requested)
    # What the agent may use of the folder of canned texts; of those that the lines name, the words.
    canned: Mapping[str, Canned] = field(default_factory=dict)
    prepared: Mapping[str, Sent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """A command as an agent asked it; ``argument`` is the rest of the line, ``on`` the ticket, if any.

    ``held`` are the mails that wait beside the ticket, and ``drafts`` the answers that were held back,
    oldest first, without those that a command before has decided;
    ``answered_entry`` is the entry that the agent answers, where that is known.
    """

    on: Ticket | None
    agent: Agent
    claim: Claim
    sight: Sight
    argument: str = ""
    held: tuple[Entry, ...] = ()
    drafts: tuple[Entry, ...] = ()
    answered_entry: int | None = None

    @property
    def ticket(self) -> Ticket:
        """The ticket; only commands that need none are asked without one."""
        if self.on is None:
            raise Refusal(sentence("this command needs a ticket; write it in a reply to a mail about one"))
        return self.on

    @property
    def asker(self) -> Asker:
        """Who asks, for reading names and queries."""
        return Asker(self.agent, self.sight.roster, self.sight.now)

    @property
    def clock(self) -> Now:
        """The moment, in the zone that the agent lives in."""
        return Now(self.sight.now, self.agent.timezone or self.sight.roster.desk.timezone)


class ListKind(StrEnum):
    """What kind of list a command is answered with."""

    QUEUE = "queue"
    SEARCH = "search"
    BULK = "bulk"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of tickets to be mailed: what it is called, which tickets, and for bulk the command to come."""

    kind: ListKind
    title: Sentence
    query: Query = field(default_factory=Query)
    number: int = 0
    command: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which the agent is away, first and last included; ``last`` is None where the end is open."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a command comes to.

    ``done`` is the receipt in the agent's words.  ``elsewhere`` are changes to other tickets, by number.
    ``note`` makes the text below the commands an internal note, ``public`` an answer whatever address it was
    written to.  ``words`` and ``note_words`` stood on the line itself: an answer, a note.
    ``help`` sends the list of commands, ``listing`` a list of tickets.  ``asks`` is the colleague whom the
    note asks, by address.  ``undoes`` is the operation that the changes take back.  ``takes_words`` says that
    the text below is the command's own and neither answer nor note.
    ``settles`` marks the commands whose very purpose is the state of the ticket: two of them in one mail
    contradict each other.  ``away`` and ``back`` say that the agent is away, or here again.
    """

    changes: tuple[Change, ...]
    done: Sentence
    elsewhere: tuple[tuple[int, Change], ...] = ()
    note: bool = False
    public: bool = False
    words: str = ""
    note_words: str = ""
    help: bool = False
    listing: Listing | None = None
    asks: str = ""
    undoes: int | None = None
    takes_words: bool = False
    settles: bool = False
    away: Away | None = None
    back: bool = False
    # The canned response that ``words`` are, by name.
    canned: str = ""
    approval: ApprovalOrder | None = None


class Place(StrEnum):
    """Where a command can be given."""

    TICKET = "on a ticket"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the command table; ``usage`` and ``summary`` stand in the help mail and in the docs.

    ``place`` says whether it needs a ticket.  ``often`` commands are named in every mail about a ticket.
    ``alone`` commands are the only one of their mail.
    """

    name: str
    usage: str
    summary: Sentence
    decide: Callable[[Ask], Grant]
    place: Place = Place.TICKET
    often: bool = False
    alone: bool = False
