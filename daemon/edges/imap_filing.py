"""Where a message goes once it is in the ledger.

How unfiled messages are found and how they are filed is one object for each way, so that the two cannot
disagree.  Filing is a courtesy to people who look into the mailbox; the ledger alone knows what is done.
"""

import imaplib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from daemon.edges.imap_folder import OpenFolder, search
from daemon.edges.imap_session import CONNECTION_ERRORS, Session, one_line, uid_set
from daemon.edges.imap_settings import MailboxSettings

_SYSTEM_FLAG_MISSING = {
    "\\seen": ("UNSEEN",),
    "\\answered": ("UNANSWERED",),
    "\\flagged": ("UNFLAGGED",),
    "\\deleted": ("UNDELETED",),
    "\\draft": ("UNDRAFT",),
}

_SINGLE_ATTEMPTS = 3

_log = logging.getLogger(__name__)


class Filing(Protocol):
    """One way of filing.  Both methods may raise ``imaplib.IMAP4.error`` and connection errors."""

    def unfiled(self, session: Session, uids: Sequence[int]) -> set[int]:
        """Return those of these messages, all in the ledger, that have still to be filed."""
        ...

    def file(self, session: Session, uids: Sequence[int]) -> None:
        """File them; doing it again does no harm."""
        ...


@dataclass(frozen=True, slots=True)
class Moving:
    """Into another folder by MOVE (RFC 6851); whatever is still here is unfiled."""

    folder: str

    def __str__(self) -> str:
        return f"MOVE into {self.folder}"

    def unfiled(self, session: Session, uids: Sequence[int]) -> set[int]:
        """Return all of them."""
        del session
        return set(uids)

    def file(self, session: Session, uids: Sequence[int]) -> None:
        """Move them; those that are gone already are passed over by the server."""
        _into_folder(session, self.folder, lambda: session.move(uid_set(uids), self.folder))


@dataclass(frozen=True, slots=True)
class Copying:
    r"""Into another folder without MOVE: COPY, ``\Deleted``, and UID EXPUNGE (RFC 4315) where there is one.

    Never a plain EXPUNGE, which would take away what other people have marked.  Whatever is not
    ``\Deleted`` is unfiled.
    """

    folder: str

    def __str__(self) -> str:
        return f"COPY into {self.folder} and \\Deleted"

    def unfiled(self, session: Session, uids: Sequence[int]) -> set[int]:
        r"""Return those that are not ``\Deleted``."""
        return _among(session, uids, "UNDELETED")

    def file(self, session: Session, uids: Sequence[int]) -> None:
        """Copy first, and only then mark and expunge."""
        _into_folder(session, self.folder, lambda: session.copy(uid_set(uids), self.folder))
        session.command("STORE", uid_set(uids), "+FLAGS.SILENT", "(\\Deleted)")
        if session.has_capability("UIDPLUS"):
            session.uid_expunge(uid_set(uids))


@dataclass(frozen=True, slots=True)
class Flagging:
    """By a flag or keyword; whatever does not carry it is unfiled."""

    flag: str

    def __str__(self) -> str:
        return f"the flag {self.flag}"

    def unfiled(self, session: Session, uids: Sequence[int]) -> set[int]:
        """Return those without the flag."""
        return _among(session, uids, *_SYSTEM_FLAG_MISSING.get(self.flag.lower(), ("UNKEYWORD", self.flag)))

    def file(self, session: Session, uids: Sequence[int]) -> None:
        """Set the flag."""
        session.command("STORE", uid_set(uids), "+FLAGS.SILENT", f"({self.flag})")


@dataclass(frozen=True, slots=True)
class Leaving:
    """Not at all; nothing is ever unfiled."""

    def __str__(self) -> str:
        return "nothing: they stay as they are"

    def unfiled(self, session: Session, uids: Sequence[int]) -> set[int]:
        """Return nothing."""
        del session, uids
        return set()

    def file(self, session: Session, uids: Sequence[int]) -> None:
        """Leave them as they are."""


def filing_for(settings: MailboxSettings, session: Session, folder: OpenFolder) -> Filing:
    """Choose the way that was configured, or the nearest to it that the server and the folder permit."""
    if settings.filing == "leave" or folder.read_only:
        return Leaving()
    if settings.filing == "move" and settings.done_folder:
        can_move = session.has_capability("MOVE")
        return Moving(settings.done_folder) if can_move else Copying(settings.done_folder)
    return Flagging(settings.done_flag) if _may_keep(settings.done_flag, folder) else Leaving()


def file_each(session: Session, filing: Filing, uids: Sequence[int]) -> dict[int, str]:
    """File all of them, one by one where the server refuses them together.

    Returns what went wrong, by UID; empty where everything is filed.  Connection errors are raised.
    """
    failures = _attempt(session, filing, uids)
    if not failures or len(uids) == 1:
        return failures
    failures = {}
    for place, uid in enumerate(uids):
        failures |= _attempt(session, filing, [uid])
        if place + 1 == len(failures) == _SINGLE_ATTEMPTS:
            # Nothing can be filed now, as when the mailbox is over its quota: spare the server the rest.
            return dict.fromkeys(uids, failures[uid])
    return failures


def _attempt(session: Session, filing: Filing, uids: Sequence[int]) -> dict[int, str]:
    try:
        filing.file(session, uids)
    except CONNECTION_ERRORS:
        raise
    except imaplib.IMAP4.error as error:
        return dict.fromkeys(uids, one_line(error))
    return {}


def _may_keep(flag: str, folder: OpenFolder) -> bool:
    # Without "\*" a server drops new keywords, and some do it in silence (RFC 9051 s 7.1).
    permitted = folder.permanent_flags
    if permitted is None:
        return True
    return flag.lower() in {word.lower() for word in permitted} or (
        "\\*" in permitted and not flag.startswith("\\")
    )


def _among(session: Session, uids: Sequence[int], *criteria: str) -> set[int]:
    return set(search(session, uid_set(uids), *criteria)) & set(uids)


def _into_folder(session: Session, folder: str, transfer: Callable[[], object]) -> None:
    """Move or copy; where that is refused, make sure of the folder and try once more."""
    try:
        transfer()
    except CONNECTION_ERRORS:
        raise
    except imaplib.IMAP4.error:
        if not _created(session, folder):
            raise
        transfer()


def _created(session: Session, folder: str) -> bool:
    if session.folder_exists(folder):
        return False
    session.create_folder(folder)
    session.subscribe_folder(folder)
    _log.info("created the folder %s on %s", folder, session.host)
    return True
