"""The commands of SMTP (RFC 5321) and of the extensions that we announce."""

# ruff: noqa: N802, ARG002 - the library finds a command by its method's name and hands it its argument
import secrets
from dataclasses import dataclass, field, replace

from daemon import maillog
from daemon.edges import replies
from daemon.edges.replies import Reply
from daemon.edges.smtp_auth import MECHANISMS, challenge, credentials
from daemon.edges.smtp_data import FIRST_LINE_END, Data, DataLimits, DataReader, Share
from daemon.edges.smtp_dialogue import Dialogue
from daemon.edges.smtp_pace import Phase
from daemon.edges.smtp_paths import MailArgument, domain_of, read_mail, read_recipient
from daemon.edges.smtp_reception import Reception
from daemon.edges.smtp_trace import goes_round, protocol_word, trace_fields
from storage.records import Incoming

_FAILED_LOGINS_LIMIT = 3
_MAIL_PARAMETERS = frozenset(("SIZE", "BODY", "SMTPUTF8"))


@dataclass(slots=True)
class Transaction:
    """One mail on its way in.  ``recipients`` map the case-blind form to what was said first.

    ``answers`` counts the RCPT commands that were accepted: LMTP owes each of them a reply.
    """

    sender: MailArgument
    recipients: dict[str, str] = field(default_factory=dict)
    answers: int = 0


class SmtpSession(Dialogue):
    """An SMTP session; LMTP differs by its hello and by its answers to the final dot."""

    keywords: tuple[str, ...] = ("8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")

    def __init__(self, reception: Reception) -> None:
        super().__init__(reception)
        self._mail: Transaction | None = None
        self._helo = ""
        self._extended = False
        self._auth_user: str | None = None
        self._failed_logins = 0

    @property
    def busy(self) -> bool:
        """Whether a mail is under way, from MAIL on."""
        return super().busy or self._mail is not None

    def forget_mail(self) -> None:
        """Forget the transaction, keep who the peer is."""
        self._mail = None
        self._enter(Phase.COMMAND)

    def _forget_everything(self) -> None:
        self._mail = None
        self._helo, self._extended = "", False
        self._auth_user = None

    # -- hello and goodbye

    async def smtp_HELO(self, hostname: str) -> None:
        """RFC 5321 s 4.1.1.1."""
        if await self._greet(hostname, extended=False):
            await self.say(Reply(250, "", self.hostname))

    async def smtp_EHLO(self, hostname: str) -> None:
        """RFC 5321 s 4.1.1.1."""
        if await self._greet(hostname, extended=True):
            names = [self.hostname, f"SIZE {self.settings.message_limit_bytes}", *self.keywords]
            if self.reception.tls is not None and not self.tls:
                names.append("STARTTLS")
            if self._may_log_in() and self._auth_user is None:
                names.append(f"AUTH {' '.join(MECHANISMS)}")
            await self.say(*(f"250-{name}" for name in names), "250 HELP")

    async def _greet(self, hostname: str, *, extended: bool) -> bool:
        if not hostname:
            await self.refuse(replies.BAD_SYNTAX)
            return False
        self._helo, self._extended = hostname, extended
        self._mail = None
        return True

    async def smtp_QUIT(self, argument: str) -> None:
        """RFC 5321 s 4.1.1.10; nobody is kept here for a superfluous argument."""
        self.leaving = True
        await self.say(replies.GOODBYE)

    async def smtp_NOOP(self, argument: str) -> None:
        """RFC 5321 s 4.1.1.9; a pause in a mail does not end the mail."""
        await self.say(replies.OK)

    async def smtp_RSET(self, argument: str) -> None:
        """RFC 5321 s 4.1.1.5."""
        self.forget_mail()
        await self.say(replies.OK)

    async def smtp_HELP(self, argument: str) -> None:
        """RFC 5321 s 4.1.1.8."""
        await self.say(replies.HELP)

    async def smtp_VRFY(self, argument: str) -> None:
        """RFC 5321 s 7.3: the same answer for every name."""
        await self.say(replies.WILL_TRY if argument else replies.BAD_SYNTAX)

    async def smtp_EXPN(self, argument: str) -> None:
        """RFC 5321 s 7.3."""
        await self.refuse(replies.NOT_IMPLEMENTED)

    # -- TLS and AUTH

    async def smtp_STARTTLS(self, argument: str) -> None:
        """RFC 3207; afterwards nothing that was said in the clear counts (s 4.2)."""
        if argument:
            await self.refuse(replies.BAD_SYNTAX)
        elif self.reception.tls is None or self.tls:
            await self.refuse(replies.NOT_IMPLEMENTED if self.reception.tls is None else replies.NOT_NOW)
        else:
            await self.say(replies.READY_FOR_TLS)
            self._forget_everything()
            await self._start_tls()

    def _may_log_in(self) -> bool:
        return bool(self.reception.accounts) and bool(self.tls)

    async def smtp_AUTH(self, argument: str) -> None:
        """RFC 4954 s 4."""
        refusal = self._no_login_now()
        if refusal is not None:
            await self.refuse(refusal)
            return
        said = await credentials(argument, self._ask)
        if isinstance(said, Reply) and said != replies.BAD_CREDENTIALS:
            await self.refuse(said)
            return
        account = None if isinstance(said, Reply) else self.reception.accounts.address_of(*said)
        if account is None:
            self._failed_logins += 1
            self.leaving = self._failed_logins >= _FAILED_LOGINS_LIMIT
            await self.refuse(replies.BAD_CREDENTIALS)
            return
        self._auth_user = account
        maillog.authenticated(self.reception.protocol, self.peer, account)
        await self.say(replies.AUTHENTICATED)

    def _no_login_now(self) -> Reply | None:
        if not self.reception.accounts:
            return replies.NOT_IMPLEMENTED
        if not self.tls:
            return replies.ENCRYPTION_REQUIRED
        if not self._extended:
            return replies.HELLO_FIRST
        return replies.NOT_NOW if self._auth_user is not None or self._mail is not None else None

    async def _ask(self, text: bytes) -> bytes:
        self._writer.write(challenge(text))
        await self._writer.drain()
        return (await self._reader.readuntil(b"\n")).rstrip(b"\r\n")

    # -- the mail

    async def smtp_MAIL(self, argument: str) -> None:
        """RFC 5321 s 4.1.1.2."""
        if not self._helo or self._mail is not None:
            await self.refuse(replies.NESTED_MAIL if self._helo else replies.HELLO_FIRST)
            return
        known = _MAIL_PARAMETERS if self._extended else frozenset[str]()
        sender = read_mail(argument, known | {"AUTH"} if self._may_log_in() else known)
        if isinstance(sender, Reply):
            await self.refuse(sender)
        elif sender.size_bytes > self.settings.message_limit_bytes:
            await self.refuse(replies.TOO_BIG)
        elif sender.size_bytes > self.reception.in_flight.free_bytes:
            await self.refuse(replies.TOO_MUCH_AT_ONCE)
        else:
            self._mail = Transaction(sender)
            await self.say(replies.SENDER_OK)

    async def smtp_RCPT(self, argument: str) -> None:
        """RFC 5321 s 4.1.1.3; the same address twice, in any case, is one recipient."""
        if self._mail is None:
            await self.refuse(replies.MAIL_FIRST)
            return
        recipient = read_recipient(argument, utf8=self._mail.sender.utf8)
        if isinstance(recipient, Reply):
            await self.refuse(recipient, recipient=argument[len("TO:") :].strip())
            return
        refusal = self._refusal_of(recipient, self._mail)
        if refusal is not None:
            await self.refuse(refusal, recipient=recipient)
            return
        self._mail.recipients.setdefault(recipient.casefold(), recipient)
        self._mail.answers += 1
        await self.say(replies.RECIPIENT_OK)

    def _refusal_of(self, recipient: str, mail: Transaction) -> Reply | None:
        if recipient.casefold() in mail.recipients:
            return None
        if len(mail.recipients) >= self.settings.recipient_limit:
            return replies.TOO_MANY_RECIPIENTS
        if self.reception.accepts(recipient):
            return None
        # Every domain of ours has a postmaster (RFC 5321 s 4.5.1), so this tells whether it is one.
        domain = domain_of(recipient)
        ours = not domain or self.reception.accepts(f"postmaster@{domain}")
        return replies.NO_SUCH_MAILBOX if ours else replies.NO_RELAYING

    async def smtp_DATA(self, argument: str) -> None:
        """RFC 5321 s 4.1.1.4."""
        if self._mail is None or not self._mail.recipients or argument:
            await self.refuse(self._refusal_of_data(argument))
            return
        if self._buffered():
            # Who sends before it is asked either cannot speak SMTP or speaks through somebody who cannot.
            self.leaving = True
            await self.refuse(replies.DATA_TOO_EARLY)
            return
        if self._reader.at_eof():
            raise ConnectionResetError("the peer has half-closed, so no data can come")
        share = Share(self.reception.in_flight)
        self._reader.feed_data(FIRST_LINE_END)
        self._enter(Phase.DATA)
        await self.say(replies.SEND_DATA)
        limits = DataLimits(self.settings.message_limit_bytes, self.settings.line_limit_bytes)
        data = await DataReader(self._reader, limits, share).read()
        self._enter(Phase.STORING)
        self.leaving = data.cut
        reply = await self._answer_to(data, share)
        await self._finish(reply, self._mail)

    def _refusal_of_data(self, argument: str) -> Reply:
        if argument:
            return replies.BAD_SYNTAX
        return replies.MAIL_FIRST if self._mail is None else replies.RECIPIENT_FIRST

    async def _answer_to(self, data: Data, share: Share) -> Reply:
        """Return the reply to the final dot: the refusal, or what the ledger says."""
        if data.refusal is not None:
            return data.refusal
        try:
            incoming = None if goes_round(data.content) else self._incoming(data.content)
        except BaseException:
            share.give_back()
            raise
        if incoming is None:
            share.give_back()
            return replies.MAIL_LOOP
        return await self.reception.store.keep(incoming, share)

    async def _finish(self, reply: Reply, mail: Transaction) -> None:
        """Send the reply and be ready for the next mail, or leave when the service is closing."""
        await self.answer(reply, mail)
        self.forget_mail()
        if self.retiring and not self.leaving:
            self.dismiss(replies.CLOSING)

    async def answer(self, reply: Reply, mail: Transaction) -> None:
        """Send the reply to the final dot; SMTP has one for all recipients."""
        if reply.accepted:
            self._errors = 0
            await self.say(reply)
        else:
            await self.refuse(reply)

    def _incoming(self, content: bytes) -> Incoming:
        assert self._mail is not None
        sender = self._mail.sender
        incoming = Incoming(
            source=self.reception.protocol,
            raw=content,
            received_at=self.reception.clock(),
            reverse_path=sender.reverse_path,
            null_reverse_path=sender.reverse_path is None,
            recipients=tuple(self._mail.recipients.values()),
            peer=self.peer,
            helo=self._helo,
            auth_user=self._auth_user,
            tls=self.tls,
        )
        word = protocol_word(incoming, extended=self._extended, utf8=sender.utf8)
        return replace(incoming, trace=trace_fields(incoming, self.hostname, word, secrets.token_hex(8)))
