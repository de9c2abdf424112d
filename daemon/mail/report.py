"""Read delivery reports (RFC 3464, RFC 6522)."""

import re

from daemon.mail.addresses import parse_addresses
from daemon.mail.charsets import decode
from daemon.mail.message import DeliveryReport, RecipientReport
from daemon.mail.mimetree import Entity
from daemon.mail.scan import Header, read_header
from daemon.mail.transfer import undo
from daemon.mail.words import clean

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset(
    {
        "message/rfc822",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global",
        "message/global-headers",
    }
)
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_RECIPIENTS_LIMIT = 100
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)


def _content(raw: bytes, entity: Entity) -> bytes:
    return undo(raw[entity.start : entity.end][:1_000_000], entity.encoding)[0]


def _groups(data: bytes) -> list[dict[str, str]]:
    """Cut the status part into its groups of fields (RFC 3464 s 2.1); the first of a name counts."""
    text = decode(data)[0].replace("\r\n", "\n").replace("\r", "\n")
    groups: list[dict[str, str]] = []
    for block in re.split(r"\n[ \t]*\n", text):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", block).split("\n"):
            if match := _FIELD.match(line):
                fields.setdefault(match.group(1).lower(), clean(match.group(2)))
        if fields:
            groups.append(fields)
    return groups


def address_of(value: str) -> str:
    """Return the address of ``rfc822; user@example.com`` (RFC 3464 s 2.3.2), without brackets."""
    text = value.partition(";")[2] if ";" in value else value
    text = text.strip().strip("<>").strip()
    found, _ = parse_addresses(text.encode("utf-8", "replace"), 1)
    return found[0].address if found and "@" in found[0].address else text[:320]


def _recipient(fields: dict[str, str]) -> RecipientReport | None:
    if not fields.keys() & {"final-recipient", "original-recipient", "x-actual-recipient", "action"}:
        return None
    original, final = fields.get("original-recipient", ""), fields.get("final-recipient", "")
    address = address_of(final) or address_of(original)
    status = _STATUS.search(fields.get("status", "")) or _STATUS.search(fields.get("diagnostic-code", ""))
    action = fields.get("action", "").split(" ")[0].lower()
    return RecipientReport(
        final_recipient=address,
        action=action if action in _ACTIONS else "failed",
        status=status.group(1) if status else "",
        diagnostic=fields.get("diagnostic-code", "")[:1_000],
    )


def returned_header(raw: bytes, entities: list[Entity]) -> Header | None:
    """Return the header of the mail that a report gives back, None where it gives none."""
    for entity in entities:
        if entity.content_type in _RETURNED_TYPES:
            data = _content(raw, entity)
            return read_header(data.lstrip(b"\r\n"), 0, len(data.lstrip(b"\r\n")))
    return None


def _original(header: Header | None) -> tuple[str, tuple[str, ...]]:
    if header is None:
        return "", ()
    found = re.search(rb"<[^<>\s]{1,998}>", header.first("message-id"))
    boxes = [
        box for name in ("to", "cc") for value in header.every(name) for box in parse_addresses(value, 50)[0]
    ]
    message_id = found.group().decode("utf-8", "replace") if found else ""
    return message_id, tuple(box.address for box in boxes if box.address)


def read_report(raw: bytes, entities: list[Entity]) -> DeliveryReport | None:
    """Return what a delivery report says, None where the message is none.

    ``original_recipient_paths`` are the addresses that the returned mail was for, by its own header.
    """
    status = [entity for entity in entities if entity.content_type in _STATUS_TYPES]
    if not status:
        return None
    recipients: list[RecipientReport] = []
    for entity in status:
        for fields in _groups(_content(raw, entity)):
            found = _recipient(fields)
            if found is not None and len(recipients) < _RECIPIENTS_LIMIT:
                recipients.append(found)
    message_id, paths = _original(returned_header(raw, entities))
    return DeliveryReport(tuple(recipients), message_id, paths)
