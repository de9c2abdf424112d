"""The one guarded door to mail-parser: a second reading of who wrote when, to compare with our own.

Where two readers of one header disagree about its author, the author is unknown: a mail server in front
may have checked the other reading (docs/reading-mail.md).
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as LibraryMessage

from mailparser import MailParser

from daemon.mail.scan import Header
from daemon.mail.words import raw_text

# mail-parser logs at each header it reads; its findings come back as values here.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)
_FIELD_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What mail-parser read: the author addresses, the date in UTC, and what it found wrong."""

    authors: tuple[str, ...] = ()
    date: datetime | None = None
    defects: tuple[str, ...] = ()
    failed: bool = False


def _view(header: Header) -> LibraryMessage:
    """Build a message of the few fields that are read twice; long ones are cut."""
    view = LibraryMessage()
    have_date = False
    for name, value in header.fields:
        if name in {"from", "date"}:
            view[name] = raw_text(value)[:_FIELD_LIMIT].strip()
            have_date = have_date or name == "date"
    if not have_date:
        received = header.first("received")
        if received:
            view["received"] = raw_text(received)[:_FIELD_LIMIT].strip()
    return view


def _date(parser: MailParser) -> datetime | None:
    """Return the Date field, else the time of the newest hop."""
    if parser.date is not None:
        found: datetime = parser.date
        return found
    hops = parser.received
    stamp = hops[-1].get("date_utc") if hops else None
    return datetime.fromisoformat(stamp) if stamp else None


def second_reading(header: Header) -> SecondReading:
    """Read author and date with mail-parser; whatever it raises becomes ``failed``."""
    try:
        parser = MailParser(_view(header))
        defects = [f"{d['header']}: {d['reason']}" for d in parser.address_header_defects]
        defects += [f"{d['header']}: {d['reason']}" for d in parser.date_header_defects]
        authors = tuple(address for _, address in parser.from_)
        return SecondReading(authors, _date(parser), tuple(defects))
    # AttributeError, ValueError, TypeError, IndexError and RecursionError were all seen on hostile headers:
    # this is the parser's guarded accessor of the style guide, and the mail is still read without it.
    except Exception as error:  # noqa: BLE001
        return SecondReading(defects=(f"mail-parser: {type(error).__name__}",), failed=True)
