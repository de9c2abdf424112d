"""The mail log: one ``key=value`` line for each thing that happens to a mail, and nothing else.

Every verb is a typed function.  Lines carry addresses, ids, sizes and replies; never body text, subjects,
passwords or tokens.  What a peer chose is escaped, so a record is one line whatever was sent to us.
"""

import logging
import re
from collections.abc import Iterable
from datetime import datetime

from storage.records import Incoming, OutboxItem, OutgoingCopy, Receipt
from storage.vocabulary import Disposition, Source

_log = logging.getLogger("postdesk.mail")

# Longer values are cut: a path has at most 256 octets (RFC 5321 s 4.5.3.1.3), a reply line 512.
_VALUE_LIMIT_CHARS = 512
_RECIPIENTS_SHOWN = 10
# The MAC of a signed reply address, which gives power to whoever reads it; the rest says whose mail it was.
_MAC = re.compile(r"(?i)(\+[a-z]\d{1,12}\.[a-z0-9]{2}\.)[a-z2-7]{26}")
_PLAIN = re.compile(r"[!#-<>-\[\]-~]+")  # printable ASCII without space, quote, equals sign and backslash


def received(receipt: Receipt, incoming: Incoming, size_bytes: int | None = None) -> None:
    """Record that a message is in the ledger, durably; ``known`` marks one whose source key was there.

    ``size_bytes`` is given where the bytes themselves have been let go of.
    """
    _record(
        "received",
        arrival=receipt.arrival_id,
        known="yes" if receipt.known else None,
        source=incoming.source,
        source_key=incoming.source_key,
        peer=incoming.peer or None,
        helo=incoming.helo or None,
        reverse_path=_reverse_path(incoming),
        recipients=_recipients(incoming.recipients),
        size=len(incoming.raw) if size_bytes is None else size_bytes,
        auth=incoming.auth_user,
        tls=incoming.tls or None,
    )


def rejected(source: Source, peer: str, reply: str, *, reason: str = "", recipient: str = "") -> None:
    """Record that a peer was refused for good (5xx); ``reason`` is for us, ``reply`` for it."""
    _record(
        "rejected", source=source, peer=peer, reply=reply, recipient=recipient or None, reason=reason or None
    )


def postponed(source: Source, peer: str, reply: str, *, reason: str = "", recipient: str = "") -> None:
    """Record that a peer was told to come again (4xx); ``reason`` is for us, ``reply`` for it."""
    _record(
        "postponed", source=source, peer=peer, reply=reply, recipient=recipient or None, reason=reason or None
    )


def authenticated(source: Source, peer: str, account: str) -> None:
    """Record that a peer proved to own an account (RFC 4954); ``account`` is the account's address."""
    _record("authenticated", source=source, peer=peer, account=account)


def ignored(arrival_id: int, reason: str) -> None:
    """Record that an arrival is settled without effect, and why."""
    _record("ignored", arrival=arrival_id, reason=reason)


def quarantined(arrival_id: int, reason: str) -> None:
    """Record that an arrival was set aside for a person; a warning, for somebody has to look."""
    _record("quarantined", level=logging.WARNING, arrival=arrival_id, reason=reason)


def ticketed(arrival_id: int, ticket_number: int, disposition: Disposition = Disposition.TICKETED) -> None:
    """Record that an arrival had its effect on a ticket; ``disposition`` says which."""
    _record("ticketed", arrival=arrival_id, ticket=ticket_number, disposition=disposition)


def queued(outbox_id: int, copy: OutgoingCopy) -> None:
    """Record that one recipient's copy of a mail is in the outbox."""
    _record(
        "queued",
        outbox=outbox_id,
        notice=copy.notice,
        recipient=copy.recipient,
        ticket=copy.ticket_number,
        message_id=copy.message_id,
    )


def sent(item: OutboxItem, reply: str) -> None:
    """Record that the relay took a copy; ``reply`` is its answer."""
    _delivery("sent", item, reply=reply)


def deferred(item: OutboxItem, reply: str, next_attempt_at: datetime) -> None:
    """Record that the relay did not take a copy for now, and when it is tried again."""
    _delivery("deferred", item, reply=reply, next_attempt=next_attempt_at.isoformat(timespec="seconds"))


def failed(item: OutboxItem, reply: str) -> None:
    """Record that a copy will not be delivered any more; a warning, for somebody does not get a mail."""
    _delivery("failed", item, level=logging.WARNING, reply=reply)


def _delivery(verb: str, item: OutboxItem, *, level: int = logging.INFO, **values: str) -> None:
    _record(
        verb,
        level=level,
        outbox=item.id,
        recipient=item.recipient,
        ticket=item.ticket_number,
        message_id=item.message_id,
        attempts=item.attempts,
        **values,
    )


def _reverse_path(incoming: Incoming) -> str | None:
    return "<>" if incoming.null_reverse_path else incoming.reverse_path


def _recipients(recipients: tuple[str, ...]) -> str | None:
    shown = ",".join(recipients[:_RECIPIENTS_SHOWN])
    more = len(recipients) - _RECIPIENTS_SHOWN
    return (f"{shown},+{more}" if more > 0 else shown) or None


def _record(verb: str, *, level: int = logging.INFO, **values: str | int | None) -> None:
    if _log.isEnabledFor(level):
        _log.log(level, "%s", _line([("verb", verb), *values.items()]))


def _line(pairs: Iterable[tuple[str, str | int | None]]) -> str:
    return " ".join(f"{key}={_value(str(value))}" for key, value in pairs if value is not None)


def _value(text: str) -> str:
    """Write a value so that it stays on one line and ends where it ends; quoted where it is not plain."""
    text = _MAC.sub(r"\1...", text)
    if len(text) > _VALUE_LIMIT_CHARS:
        text = text[:_VALUE_LIMIT_CHARS] + "..."
    if _PLAIN.fullmatch(text):
        return text
    return '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    # Not printable: controls, line separators, surrogates, and the marks that turn the reading direction.
    if not character.isprintable():
        return f"\\x{ord(character):02x}" if ord(character) < 0x100 else f"\\u{{{ord(character):x}}}"
    return character
