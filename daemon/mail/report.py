"""Read delivery reports (RFC 3464, RFC 6522)."""

import re
from dataclasses import replace

from daemon.mail.addresses import parse_addresses
from daemon.mail.charsets import decode
from daemon.mail.message import DeliveryReport, RecipientReport
from daemon.mail.mimetree import Entity, read_tree, walk
from daemon.mail.report_forms import Suspect, head_of, may_report, read_form
from daemon.mail.scan import Header, read_header
from daemon.mail.transfer import undo
from daemon.mail.words import clean

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_GENERAL = re.compile(r"[245]\.0\.0\Z")
_RETURNED_HEADER = re.compile(r"(?im)^(?:received|return-path|message-id|x-received|delivered-to):")
# The enhanced code beside the reply code of the remote server (RFC 3463).
_REPLIED = re.compile(r"\b[245]\d\d[- ]+['\"]?([245]\.\d{1,3}\.\d{1,3})\b")
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
                if match.group(1).lower() == "final-recipient" and "final-recipient" in fields:
                    # Some servers leave out the blank line between two recipients.
                    groups.append(fields)
                    fields = {}
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


def _status(fields: dict[str, str]) -> str:
    """Return the status code; what the remote server replied says more than the reporting one's own."""
    diagnostic = fields.get("diagnostic-code", "")
    stated = _STATUS.search(fields.get("status", ""))
    # A relay's own words come first, what the server behind it replied comes last.
    replies = list(_REPLIED.finditer(diagnostic[:2_000]))
    replied = replies[-1] if replies else _STATUS.search(diagnostic)
    same_class = stated and replied and replied.group(1)[0] == stated.group(1)[0]
    if stated is None or (same_class and replied and not _GENERAL.match(replied.group(1))):
        stated = replied
    return stated.group(1) if stated else ""


def _better(recipient: RecipientReport, text: str) -> RecipientReport:
    """Take the status from the report's words where its fields only give a general one."""
    if recipient.status and not _GENERAL.match(recipient.status):
        return recipient
    for found in _STATUS.findall(text[:20_000]):
        if not _GENERAL.match(found) and found[0] == (recipient.status or found)[0]:
            return replace(recipient, status=found)
    return recipient


def _recipient(fields: dict[str, str]) -> RecipientReport | None:
    named = fields.keys() & {"final-recipient", "original-recipient", "x-actual-recipient"}
    # An action among the fields of the whole report is nobody's.
    if not named and ("action" not in fields or "reporting-mta" in fields):
        return None
    original, final = fields.get("original-recipient", ""), fields.get("final-recipient", "")
    if "@" in final and "@" not in original:
        # A number or a name is no address that the desk wrote to.
        original = ""
    action = fields.get("action", "").split(" ")[0].lower()
    return RecipientReport(
        final_recipient=address_of(final) or address_of(original),
        action=action if action in _ACTIONS else "failed",
        status=_status(fields),
        diagnostic=fields.get("diagnostic-code", "")[:1_000],
        original_recipient=address_of(original),
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


def _standard(raw: bytes, entities: list[Entity]) -> tuple[RecipientReport, ...]:
    recipients: list[RecipientReport] = []
    for entity in entities:
        if entity.content_type in _STATUS_TYPES:
            for fields in _groups(_content(raw, entity)):
                found = _recipient(fields)
                if found is not None and len(recipients) < _RECIPIENTS_LIMIT:
                    recipients.append(found)
    return tuple(recipients)


def read_report(raw: bytes, entities: list[Entity], suspect: Suspect) -> DeliveryReport | None:
    """Return what a delivery report says, None where the message is none.

    ``original_recipient_paths`` are the addresses that the returned mail was for, by its own header.
    """
    has_status = any(entity.content_type in _STATUS_TYPES for entity in entities)
    if not has_status and not may_report(suspect):
        return None
    returned = returned_header(raw, entities) or _header_in_text(suspect.text)
    recipients = _standard(raw, entities)
    if not recipients:
        form = read_form(replace(suspect, returned=returned, certain=has_status))
        if form is None and not has_status:
            return None
        recipients = form.recipients if form else ()
        if not any(one.final_recipient for one in recipients):
            recipients = _wrapped(raw, entities) or recipients
    if len(recipients) == 1:
        recipients = (_better(recipients[0], head_of(suspect.text)),)
    message_id, paths = _original(returned)
    return DeliveryReport(recipients, message_id, paths)


def _wrapped(raw: bytes, entities: list[Entity]) -> tuple[RecipientReport, ...]:
    """Read the report that a gateway has wrapped into one of its own."""
    for entity in entities:
        if entity.content_type == "message/rfc822":
            content = _content(raw, entity).lstrip(b"\r\n")
            header = read_header(content, 0, len(content))
            if b"multipart/report" in header.first("content-type").lower():
                return _standard(content, walk(read_tree(content, header)))
    return ()


def _header_in_text(text: str) -> Header | None:
    """Find the header of the returned mail inside the text of a report."""
    match = _RETURNED_HEADER.search(text[:100_000])
    if match is None:
        return None
    data = text[match.start() : match.start() + 20_000].lstrip("\n").encode("utf-8", "replace")
    return read_header(data, 0, len(data))
