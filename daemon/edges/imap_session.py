"""A logged-in IMAP session on a guarded connection (RFC 9051, RFC 3501, RFC 2177 for IDLE)."""

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from daemon.edges.imap_account import Account, MailboxError
from daemon.edges.imap_settings import MailboxSettings
from daemon.edges.imap_wire import Stopped, StopSignal, Wire
from daemon.edges.oauth import TokenSource

# Room for one answer beside what was asked for: status lines, news of other clients, capabilities.
ANSWER_LIMIT_BYTES = 1_048_576
CONNECTION_ERRORS = (imaplib.IMAP4.abort, OSError)

_log = logging.getLogger(__name__)
_CONTROLS = re.compile(r"[^\x20-\x7e]+")


def one_line(words: object) -> str:
    """Make a server's words fit for a log line: printable ASCII, 200 characters at most."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
    return _CONTROLS.sub(" ", text).strip()[:200]


class GuardedIMAP4(imaplib.IMAP4):
    """The standard library's dialogue over a :class:`Wire` in place of its unguarded file.

    ``answer_limit_bytes`` is what the answer to the next command may weigh; whoever expects more
    raises it for that command.
    """

    def __init__(self, wire: Wire, host: str, port: int) -> None:
        self.wire = wire
        self.answer_limit_bytes = ANSWER_LIMIT_BYTES
        self._alerts: set[str] = set()
        super().__init__(host, port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Take the connection that is already there."""
        del timeout
        self.host, self.port, self.sock = host, port, self.wire.sock
        self.wire.allow(ANSWER_LIMIT_BYTES)

    def read(self, size: int) -> bytes:
        """Read a literal."""
        return self.wire.read(size)

    def readline(self) -> bytes:
        """Read a line."""
        return self.wire.readline()

    def send(self, data: bytes) -> None:  # type: ignore[override]  # typeshed asks for any buffer
        """Send a command, and open the budget for its answer."""
        self.wire.allow(self.answer_limit_bytes)
        self.wire.send(data)

    def shutdown(self) -> None:
        """Close the connection."""
        self.wire.close()

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[Literal["OK"], list[None]]:
        """Switch to TLS and forget everything that was said before (RFC 9051 s 6.2.1)."""
        if ssl_context is None:
            raise ValueError("starttls needs a context that verifies")
        kind, data = self._simple_command("STARTTLS")
        if kind != "OK":
            raise imaplib.IMAP4.error(f"STARTTLS was answered {kind} {one_line(data[0])}")
        self.wire.start_tls(ssl_context, self.host)
        self.sock = self.wire.sock
        self.untagged_responses.clear()
        self._get_capabilities()
        return "OK", [None]

    def _get_response(self, *details: object) -> bytes | None:
        # Python 3.14 has added an argument.
        line: bytes | None = super()._get_response(*details)  # type: ignore[misc]  # not in typeshed
        if line and b"[ALERT]" in line:  # to be shown to a human, RFC 9051 s 7.1
            words = one_line(line)
            if words not in self._alerts and len(self._alerts) < 10:
                self._alerts.add(words)
                _log.warning("%s alerts: %s", self.wire.peer, words)
        return line


class Session(IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """imapclient on the guarded dialogue; ``wire`` is connected, and secured where TLS comes first."""

    def __init__(self, wire: Wire, host: str, port: int) -> None:
        self._wire = wire
        super().__init__(host, port, ssl=False)
        # imapclient would format every line and literal for its debug log; a body has no place there.
        self._imap.debug = 0

    @property
    def preauthenticated(self) -> bool:
        """Whether the server greeted us as logged in already (RFC 9051 s 7.1.4)."""
        return bool(self._imap.state == "AUTH")

    @property
    def tls_version(self) -> str:
        """The TLS version, or the empty string on a plain connection."""
        return self._wire.tls_version

    def authenticate(self, mechanism: str, answer: Callable[[bytes], str]) -> None:
        """Log in by a SASL mechanism; ``answer`` is called with each challenge (RFC 9051 s 6.2.2)."""
        self._command_and_check("authenticate", mechanism, answer)

    def command(self, verb: str, *arguments: str, answer_bytes: int = 0) -> list[bytes | tuple[bytes, bytes]]:
        """Send ``UID verb`` and return the raw untagged data of its answer.

        ``answer_bytes`` is how much the answer may weigh beyond the usual.  ``imaplib.IMAP4.error``
        where the server says NO or BAD.
        """
        imap: GuardedIMAP4 = self._imap
        imap.untagged_responses.pop(verb, None)  # what came unasked is no answer (RFC 9051 s 2.2.2)
        imap.answer_limit_bytes = ANSWER_LIMIT_BYTES + answer_bytes
        try:
            kind, data = imap.uid(verb, *arguments)
        finally:
            imap.answer_limit_bytes = ANSWER_LIMIT_BYTES
        if kind != "OK":
            raise imaplib.IMAP4.error(f"{verb} was answered {kind} {one_line(data[-1] or b'')}")
        return [piece for piece in data if piece is not None]

    def refresh(self) -> None:
        """Let the server tell what changed in the selected folder."""
        self._imap.noop()

    def forget_news(self) -> None:
        """Forget what the server has told unasked; what it tells from here on is news."""
        self._imap.untagged_responses.clear()

    @property
    def has_news(self) -> bool:
        """Whether the server spoke of new messages since ``forget_news``, at whatever occasion."""
        return "EXISTS" in self._imap.untagged_responses

    def wait_for_mail(self, seconds: float) -> bool:
        """Idle until the server has news (True), the time is over or the stop signal is given (Stopped).

        Any command may have brought the news already, and so may the lines before the continuation.
        """
        if self.has_news:
            return True
        imap: GuardedIMAP4 = self._imap
        end = time.monotonic() + seconds
        tag = imap._command("IDLE")  # noqa: SLF001 - imapclient's own idle() trips over early news
        while imap._get_response() is not None:  # noqa: SLF001
            self._raise_refusal(tag)
        while not self.has_news and self._wire.wait_for_data(end - time.monotonic()):
            self._wire.resume()
            imap._get_response()  # noqa: SLF001
            imap._check_bye()  # noqa: SLF001
            self._raise_refusal(tag)
        imap.send(b"DONE\r\n")
        imap._command_complete("IDLE", tag)  # noqa: SLF001
        return self.has_news

    def drop(self) -> None:
        """Close the connection without a word."""
        self._wire.close()

    def leave(self) -> None:
        """Log out where the connection still stands, and close it."""
        try:
            self.logout()
        except (imaplib.IMAP4.error, OSError, Stopped):
            _log.debug("%s was gone before the logout", self.host)
        finally:
            self.drop()

    def _raise_refusal(self, tag: bytes) -> None:
        answer = self._imap.tagged_commands.get(tag)
        if answer is not None:
            del self._imap.tagged_commands[tag]
            raise imaplib.IMAP4.error(f"IDLE was answered {answer[0]} {one_line(answer[1][0])}")

    def _create_IMAP4(self) -> GuardedIMAP4:  # noqa: N802 - imapclient's name
        return GuardedIMAP4(self._wire, self.host, self.port)

    def _set_read_timeout(self) -> None:
        """Do nothing: the wire has its own timeouts and its socket must not block."""


def uid_set(uids: Sequence[int]) -> str:
    """Write UIDs as a sequence set, ``1:3,7`` (RFC 9051 s 9); they are sorted first."""
    runs: list[list[int]] = []
    for uid in sorted(uids):
        if runs and runs[-1][1] + 1 >= uid:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(f"{first}:{last}" if last > first else str(first) for first, last in runs)


def connect(account: Account, stop: StopSignal) -> Session:
    """Connect, secure and log in.

    MailboxError where the operator has to do something; otherwise a connection error or Stopped.
    """
    wire = Wire(stop, timeout_seconds=account.settings.timeout_seconds)
    try:
        wire.connect(account.settings.host, account.port)
        if account.settings.security == "tls":
            wire.start_tls(account.tls_context(), account.settings.host)
        session = Session(wire, account.settings.host, account.port)
        if account.settings.security == "starttls":
            _secure(session, account)
        if not session.preauthenticated:
            _log_in(session, account)
    except BaseException:
        wire.close()
        raise
    return session


def check_login(settings: MailboxSettings, base_dir: Path, tokens: TokenSource | None = None) -> None:
    """Log in and look at each folder without changing anything; MailboxError says what does not work."""
    account = Account.of(settings, base_dir, tokens)
    try:
        session = connect(account, StopSignal())
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(f"{account.name}: {one_line(error)}") from error
    try:
        for folder in account.folders:
            session.select_folder(folder, readonly=True)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(f"{account.name}: folder {folder}: {one_line(error)}") from error
    finally:
        session.leave()


def _secure(session: Session, account: Account) -> None:
    if session.preauthenticated:
        raise MailboxError(f"{account.name}: the server greets with PREAUTH, so STARTTLS is impossible")
    if not session.has_capability("STARTTLS"):
        raise MailboxError(f"{account.name}: the server does not offer STARTTLS; nothing was sent to it")
    session.starttls(account.tls_context())


def _log_in(session: Session, account: Account) -> None:
    if account.settings.oauth:
        _log_in_by_token(session, account)
        return
    username, password = account.settings.username, account.password()
    try:
        if session.has_capability("AUTH=PLAIN"):
            session.plain_login(username, password)
        elif session.has_capability("LOGINDISABLED"):
            raise MailboxError(f"{account.name}: the server takes no password on this connection")
        elif not (username + password).isascii():
            raise MailboxError(f"{account.name}: this server's LOGIN takes ASCII only")
        else:
            session.login(_quoted(username), password)
    except LoginError as error:
        raise MailboxError(f"{account.name}: login failed: {one_line(error)}") from error


def _log_in_by_token(session: Session, account: Account) -> None:
    """Log in by OAUTHBEARER (RFC 7628) or XOAUTH2; imapclient's own say the token again after an error."""
    mechanisms = [name for name in ("OAUTHBEARER", "XOAUTH2") if session.has_capability(f"AUTH={name}")]
    if not mechanisms:
        raise MailboxError(f"{account.name}: the server takes no token: neither OAUTHBEARER nor XOAUTH2")
    token = account.access_token()
    user = account.settings.username
    if mechanisms[0] == "OAUTHBEARER":
        # RFC 5801 s 4: the name is quoted; RFC 7628 s 3.2.3: an error is answered with a single control-A.
        identity = user.replace("=", "=3D").replace(",", "=2C")
        answers = iter([f"n,a={identity},\x01auth=Bearer {token}\x01\x01", "\x01"])
    else:
        answers = iter([f"user={user}\x01auth=Bearer {token}\x01\x01", ""])
    try:
        session.authenticate(mechanisms[0], lambda _challenge: next(answers, ""))
    except CONNECTION_ERRORS:
        raise
    except imaplib.IMAP4.error as error:
        if account.tokens is not None:
            account.tokens.rejected(token)
        said = one_line(error).replace(token, "***")
        raise MailboxError(f"{account.name}: login by {mechanisms[0]} failed: {said}") from None


def _quoted(word: str) -> str:
    # The standard library quotes the password and forgets the name.
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
