"""One IMAP account as the poller uses it: where it is, how it is secured, its secret, its keys."""

import os
import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from daemon.edges.imap_settings import MailboxSettings
from daemon.edges.oauth import OAuthError, TokenSource

_IMPLICIT_TLS_PORT = 993  # RFC 8314 s 3.2
_PLAIN_PORT = 143
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FLAG = re.compile(r"[\\$]?[A-Za-z0-9!#&'+,./:;<=>?@^_`|~-]+")  # an atom or a system flag, RFC 9051 s 9


class MailboxError(Exception):
    """What keeps a mailbox from being read, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox of the configuration whose settings agree with each other.

    ``tokens`` is where its access tokens come from, None where it logs in with a password.
    """

    settings: MailboxSettings
    base_dir: Path
    tokens: TokenSource | None = None

    @classmethod
    def of(cls, settings: MailboxSettings, base_dir: Path, tokens: TokenSource | None = None) -> "Account":
        """Check the settings; MailboxError says which one cannot stand."""
        account = cls(settings, base_dir, tokens)
        account._check_words()
        account._check_folders()
        if not settings.oauth and bool(settings.password_file) == bool(settings.password_env):
            raise MailboxError(f"{account.name}: give either password_file or password_env")
        if not _FLAG.fullmatch(settings.done_flag):
            raise MailboxError(f"{account.name}: done_flag {settings.done_flag!r} is no IMAP flag or keyword")
        return account

    @property
    def name(self) -> str:
        """The account's name in messages to the operator."""
        return f"{self.settings.username}@{self.settings.host}"

    @property
    def port(self) -> int:
        """The port, which follows from the kind of security where none is set."""
        usual = _IMPLICIT_TLS_PORT if self.settings.security == "tls" else _PLAIN_PORT
        return self.settings.port or usual

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders to read; the first is the one to idle on."""
        return self.settings.folders or (self.settings.folder,)

    @property
    def recipients(self) -> tuple[str, ...]:
        """The desk's address that this mailbox receives for, or nothing."""
        return (self.settings.address,) if self.settings.address else ()

    def source_key(self, folder: str, uidvalidity: int, uid: int) -> str:
        """Name a message for the ledger (RFC 9051 s 2.3.1.1)."""
        place = f"{self.settings.username}@{self.settings.host}:{self.port}/{folder}"
        return f"imap:{place}/{uidvalidity}/{uid}"

    def password(self) -> str:
        """Read the secret anew, so that a changed one counts from the next connection on."""
        if self.settings.password_env:
            secret = os.environ.get(self.settings.password_env)
            if secret is None:
                raise MailboxError(f"{self.name}: no environment variable {self.settings.password_env}")
        else:
            secret = self._secret_in_file()
        if not secret or _CONTROL.search(secret):
            raise MailboxError(f"{self.name}: the password is empty or holds a control character")
        return secret

    def access_token(self) -> str:
        """Return a token of OAuth 2.0; MailboxError where there is none to be had now."""
        if self.tokens is None:
            raise MailboxError(f"{self.name}: nobody gives tokens for oauth {self.settings.oauth}")
        try:
            return self.tokens.token()
        except OAuthError as error:
            raise MailboxError(str(error)) from error

    def tls_context(self) -> ssl.SSLContext:
        """Trust the machine's authorities, or only the given file's; names are always checked."""
        authority = self.settings.certificate_authority_file
        try:
            return ssl.create_default_context(cafile=str(self.base_dir / authority) if authority else None)
        except OSError as error:
            raise MailboxError(f"{self.name}: certificate_authority_file {authority}: {error}") from error

    def _secret_in_file(self) -> str:
        path = self.base_dir / self.settings.password_file
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise MailboxError(f"{self.name}: password_file {path}: {error}") from error

    def _check_words(self) -> None:
        # A line end in an argument would be a second command (CVE-2025-15366).
        words = {"host": self.settings.host, "username": self.settings.username}
        words |= {"done_folder": self.settings.done_folder}
        words |= {f"folder {number}": folder for number, folder in enumerate(self.folders, start=1)}
        for label, word in words.items():
            if _CONTROL.search(word) or (not word and label != "done_folder"):
                raise MailboxError(f"{self.name}: {label} is empty or holds a control character")

    def _check_folders(self) -> None:
        folders = [_folded(folder) for folder in self.folders]
        if len(set(folders)) < len(folders):
            raise MailboxError(f"{self.name}: a folder stands twice in folders")
        if self.settings.done_folder and _folded(self.settings.done_folder) in folders:
            raise MailboxError(
                f"{self.name}: done_folder {self.settings.done_folder} is one of the folders that are read"
            )


def _folded(folder: str) -> str:
    # Only INBOX is the same in any case (RFC 9051 s 5.1).
    return "INBOX" if folder.upper() == "INBOX" else folder
