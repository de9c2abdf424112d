"""One transaction's outgoing mail: drafted here, and put into the outbox in one go at the end.

A postbag is made for one cause, shows at most one entry and is thrown away with its transaction, so
nothing that was rolled back can leave the house.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from daemon.desk.addressing import fold, with_detail
from daemon.desk.agent_digests import waits
from daemon.desk.notices import NOTICES, Audience, Notice
from daemon.mail.compose import Attachment, Draft
from daemon.mail.marker import REPLY_MARKERS
from daemon.mail.message import Mailbox
from daemon.mail.tokens import Purpose
from daemon.services import clocks, files
from daemon.services.apply import Cause, Work
from daemon.services.digest import held_back
from daemon.services.gate import About, Withheld, fuse_blew, fuse_since
from daemon.services.letters import UNKNOWN, Context, Reader, command_list
from daemon.services.office import Office
from daemon.services.parties import origins
from daemon.services.pen import Order, Pen
from daemon.services.return_addresses import Sent, return_address
from storage import digests, entries, journal, outbox, people, raws, threads, tickets
from storage.digests import NewItem
from storage.records import Entry, OutgoingCopy, Participant, StoredPart, Ticket

log = logging.getLogger("postdesk.gate")

REFERENCES_LIMIT = 10
# Asked for together with the first recipient: nearly every mail goes to some of them.
AGENTS_ASKED = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry that a mail shows, with the parts of the mail it came in and that mail's raw digest."""

    entry: Entry
    parts: tuple[StoredPart, ...] = ()
    raw_digest: str = ""
    # Paths of parts that can go along without a look at them.
    as_they_are: frozenset[str] = frozenset()
    # Files of the desk's own that go along.
    files: tuple[Attachment, ...] = ()


@dataclass
class Postbag:
    """Gathers the copies of one transaction.

    ``arrival_id`` and ``answers`` (its Message-ID) name the mail that caused it all, where one did;
    ``answered`` is the address that wrote it, ``gist`` a digest of its words.
    """

    office: Office
    cause: Cause
    arrival_id: int | None = None
    answers: str = ""
    answered: str = ""
    gist: str = ""
    copies: list[OutgoingCopy] = field(default_factory=list)
    kept: list[NewItem] = field(default_factory=list)
    _seen: dict[str, list[str]] | None = None
    _people: list[Participant] | None = None
    _origins: dict[str, int] | None = None
    _history: list[Entry] | None = None
    _files: tuple[Attachment, ...] | None = None
    _pen: Pen | None = None
    _asked: set[str] = field(default_factory=set)
    _found: dict[str, str] = field(default_factory=dict)
    _reply_addresses: dict[tuple[Purpose, int, str], str] = field(default_factory=dict)

    def write(
        self, name: str, reader: Reader, work: Work | None, shown: Shown | None = None, **extra: object
    ) -> None:
        """Write one notice to one reader, or a line into the journal where the gate says no."""
        notice = NOTICES[name]
        if work is not None and not self._may_know(notice, reader, work.ticket):
            reason = f"it is for the members of {work.ticket.team} alone"
            work.note("not sent", notice=name, to=reader.mailbox.address, reason=reason)
            return
        if self._waits(name, reader, work, shown):
            return
        if work is not None:
            reader = self.office.letters.of_team(reader, work.ticket.team)
        self.office.renew_keys(self.cause.now)
        suppressed = self._suppressed(fold(reader.mailbox.address))
        number, team = (work.ticket.number, work.ticket.team) if work is not None else (0, "")
        about = About(self.answered, number, self.gist, suppressed, team)
        withheld = self.office.gate.refusal(notice, reader.mailbox.address, about, self.cause.now)
        if withheld is not None:
            if work is not None:
                work.note("not sent", notice=name, to=reader.mailbox.address, reason=withheld.reason)
            if withheld.by_fuse:
                self._tell_of_fuse(reader.mailbox.address, withheld)
            return
        context = self._context(notice, reader, work, shown, extra)
        self.copies.append(self._copy(notice, reader, work, shown, context))
        self.office.gate.count(notice, reader.mailbox.address, about, self.cause.now)

    def _may_know(self, notice: Notice, reader: Reader, ticket: Ticket) -> bool:
        """Tell whether an agent may see the ticket: here all mail passes, whoever chose its readers."""
        agent = reader.agent
        return agent is None or notice.audience.public or self.office.roster.sees(agent, ticket.team)

    def _waits(self, name: str, reader: Reader, work: Work | None, shown: Shown | None) -> bool:
        """Keep a notice for the digest of an agent who wants one, where it can wait."""
        if reader.agent is None or work is None:
            return False
        agent, ticket = reader.agent, work.ticket
        if not waits(name, self.office.handling.agents.get(agent.address), agent, ticket):
            return False
        key = f"{self.cause.origin}/{ticket.number}/{name}/{agent.address}"
        entry_id = shown.entry.id if shown is not None else None
        self.kept.append(NewItem(key, agent.address, ticket.number, name, entry_id, self.cause.now))
        return True

    def _suppressed(self, recipient: str) -> dict[str, str]:
        """Return the suppressed ones among the recipients so far; a team is asked for in one question."""
        if recipient not in self._asked:
            agents = () if self._asked else self.office.roster.agents[:AGENTS_ASKED]
            asked = {recipient, *(agent.address for agent in agents)}
            self._found |= people.suppressions(sorted(asked))
            self._asked |= asked
        return self._found

    def post(self) -> int:
        """Put the copies into the outbox and return how many are new there; keep what waits for a digest."""
        digests.add(self.kept)
        if not self.copies:
            return 0
        self._writes_with.done()
        return len(outbox.enqueue(self.copies, self.cause.now, unwritten=self._writes_with.lets_wait))

    def _tell_of_fuse(self, recipient: str, withheld: Withheld) -> None:
        """Write one digest to the administrators at once each time that the fuse blows."""
        now = self.cause.now
        which = fuse_blew(now)
        if not which:
            return
        administrators = self.office.roster.desk.administrators
        log.warning("%s; administrators who are told: %d", withheld.reason, len(administrators))
        since = fuse_since(now)
        # The mail in hand is not in the journal yet.
        found = [*journal.withheld_since(since), (recipient, withheld.reason)]
        postbag = Postbag(self.office, Cause("postdesk", which, now))
        for address in administrators:
            reader = self.office.letters.reader(address)
            held = held_back(found, since, reader, fuse=True)
            postbag.write("budget-digest", reader, None, held=held)
        postbag.post()

    def people(self, ticket: Ticket) -> list[Participant]:
        """Return who is on the ticket, asked of the database once."""
        if self._people is None:
            self._people = tickets.participants(ticket.number)
        return self._people

    def _came(self, ticket: Ticket) -> dict[str, int]:
        """Return with which merged ticket people came, asked of the database once."""
        if self._origins is None:
            self._origins = origins(ticket.number, self.people(ticket))
        return self._origins

    def _as_it_was(self, notice: Notice, ticket: Ticket, reader: Reader) -> Ticket:
        """Return the ticket under the number and the subject that somebody outside knows it by."""
        # Nobody came to a ticket before it was opened.
        asked = notice.audience.public and notice.name != "ticket-opened"
        came = self._came(ticket).get(reader.mailbox.address) if asked else None
        own = tickets.get(came) if came is not None else None
        return replace(ticket, number=own.number, subject=own.subject) if own is not None else ticket

    def _context(
        self,
        notice: Notice,
        reader: Reader,
        work: Work | None,
        shown: Shown | None,
        extra: Mapping[str, object],
    ) -> Context:
        letters = self.office.letters
        team = work.ticket.team if work is not None else None
        context: Context = {**letters.base(reader, team), "marker": REPLY_MARKERS[reader.language], **extra}
        if work is None:
            return context
        seen = self._as_it_was(notice, work.ticket, reader)
        context["ticket"] = letters.ticket(seen, self.people(work.ticket), reader)
        if "promise" in notice.keys and self.office.levels is not None:
            expected = clocks.expected(work.ticket, self.cause.now, self.office.levels)
            context["promise"] = letters.promise(expected, reader)
        if shown is not None:
            context["entry"] = letters.entry(shown.entry, shown.parts, reader)
        if notice.audience is Audience.AGENT:
            context["reply"] = {
                "public": self._reply_address(Purpose.REPLY, work.ticket, reader),
                "internal": self._reply_address(Purpose.NOTE, work.ticket, reader),
            }
            context["commands"] = command_list()
            if shown is not None:
                given = context.get("warnings", [])
                assert isinstance(given, list)
                limit, number = self.office.roster.desk.attachments_limit_bytes, work.ticket.number
                context["warnings"] = [*given, *files.warnings(shown.parts, limit, number)]
                context["history"] = letters.history(self._earlier(work.ticket, shown.entry), reader)
        return context

    def _earlier(self, ticket: Ticket, entry: Entry) -> list[Entry]:
        if self._history is None:
            fresh = ticket.created_at == entry.at
            self._history = [] if fresh else entries.latest(ticket.number, 5, before=entry.id)
        return self._history

    def _reply_address(self, purpose: Purpose, ticket: Ticket, reader: Reader) -> str:
        """Return the signed address, or for a desk without sub-addressing the plain one for replies only."""
        own = self.address_of(ticket)
        if not self.office.roster.desk.sub_addressing:
            return own if purpose is Purpose.REPLY else ""
        key = (purpose, ticket.number, reader.mailbox.address)
        if key not in self._reply_addresses:
            self._reply_addresses[key] = with_detail(own, self.office.signer.detail(*key))
        return self._reply_addresses[key]

    def address_of(self, ticket: Ticket | None) -> str:
        """Return the address that mail about a ticket comes from: its team's first, else the desk's."""
        roster = self.office.roster
        team = roster.team(ticket.team) if ticket is not None else None
        return team.addresses[0] if team is not None and team.addresses else roster.desk.address

    def _copy(
        self, notice: Notice, reader: Reader, work: Work | None, shown: Shown | None, context: Context
    ) -> OutgoingCopy:
        ticket = work.ticket if work else None
        number = ticket.number if ticket else 0
        own = self.address_of(ticket)
        message_id = self.office.signer.message_id(number)
        sent = Sent(number, fold(reader.mailbox.address), message_id)
        path = return_address(own, sent, self.office.roster.desk, self.office.signer)
        parent, references = self._thread(ticket, reader)
        draft = Draft(
            header_from=Mailbox(own, self._sender_name(notice, ticket, shown, reader)),
            to=reader.mailbox,
            cc=self._copied(notice, ticket, reader),
            subject="",
            text="",
            message_id=message_id,
            in_reply_to=parent,
            references=references,
            date=self.cause.now,
            reply_to=self._reply_to(notice, ticket, reader),
            automatic=notice.automatic,
            loop_mark=self.office.roster.desk.address,
            attachments=self._attachments(notice, shown),
        )
        order = Order(self.office.templates_of(ticket), notice.name, context, draft)
        written = self._writes_with.write(order)
        return OutgoingCopy(
            key=f"{self.cause.origin}/{number}/{notice.name}/{sent.recipient}",
            notice=notice.name,
            recipient=sent.recipient,
            reverse_path=None if notice.null_path else path,
            message_id=message_id,
            subject=written.subject,
            pieces=written.pieces,
            ticket_number=number or None,
            entry_id=shown.entry.id if shown else None,
            arrival_id=self.arrival_id,
            automatic=notice.automatic is not None and reader.agent is None,
        )

    @property
    def _writes_with(self) -> Pen:
        if self._pen is None:
            self._pen = self.office.pen()
        return self._pen

    def _sender_name(self, notice: Notice, ticket: Ticket | None, shown: Shown | None, reader: Reader) -> str:
        desk = self.office.desk_of(ticket).name
        if shown is None or notice.name == "ticket-opened":
            return desk
        author = shown.entry.author_name or shown.entry.author
        return f"{author or self.office.renderer.said(UNKNOWN, reader.language)} ({desk})"

    def _reply_to(self, notice: Notice, ticket: Ticket | None, reader: Reader) -> Mailbox | None:
        if reader.reply_to:
            return Mailbox(reader.reply_to, self.office.roster.desk.name)
        if ticket is None:
            return None
        purpose = Purpose.REPLY if notice.audience.public or notice.outward else Purpose.NOTE
        address = self._reply_address(purpose, ticket, reader)
        return Mailbox(address, self.office.desk_of(ticket).name) if address else None

    def _copied(self, notice: Notice, ticket: Ticket | None, reader: Reader) -> tuple[Mailbox, ...]:
        """Name the others who get an answer; automatic mail names its one reader (RFC 3834 s 3.1.3)."""
        if notice.automatic is not None or ticket is None:
            return ()
        others = (one.person for one in self.people(ticket) if one.person.address != reader.mailbox.address)
        came, mine = self._came(ticket), self._came(ticket).get(reader.mailbox.address)
        return tuple(Mailbox(one.address, one.name) for one in others if came.get(one.address) == mine)

    def _thread(self, ticket: Ticket | None, reader: Reader) -> tuple[str, tuple[str, ...]]:
        """Return In-Reply-To and References by which this reader's client finds the conversation.

        The root is in every copy; what follows are mails that this very reader has got or written.
        """
        if ticket is None:
            mine = self.answers if fold(self.answered) == fold(reader.mailbox.address) else ""
            return mine, (mine,) if mine else ()
        if self._seen is None:
            fresh = ticket.created_at == self.cause.now
            self._seen = {} if fresh else threads.seen(ticket.number)
        seen = list(self._seen.get(fold(reader.mailbox.address), ()))
        if self.answers and fold(self.answered) == fold(reader.mailbox.address):
            seen.append(self.answers)
        chain = dict.fromkeys([ticket.root_message_id, *seen[-REFERENCES_LIMIT:]])
        return (seen[-1] if seen else ticket.root_message_id), tuple(chain)

    def _attachments(self, notice: Notice, shown: Shown | None) -> tuple[Attachment, ...]:
        """Carry the files of the entry that is shown; an acknowledgement carries nothing (RFC 3834 s 3.2)."""
        if shown is None or notice.automatic == "auto-replied":
            return ()
        if self._files is None:
            limit = self.office.roster.desk.attachments_limit_bytes
            ours = sum(len(one.content) * 4 // 3 for one in shown.files if isinstance(one.content, bytes))
            along = files.carried(shown.parts, limit - ours)
            source = files.Source(shown.raw_digest, lambda: raws.content(shown.raw_digest), shown.as_they_are)
            self._files = (*shown.files, *files.attachments(along, source))
        return self._files
