"""Read a raw message into a ``Message``: total, so that any bytes give one, with the defects written down."""

import re
from dataclasses import dataclass, field, replace

from daemon.mail.addresses import parse_addresses
from daemon.mail.authentication_results import authentication_fields
from daemon.mail.body import Body, read_body
from daemon.mail.calendar_method import calendar_method
from daemon.mail.cut import cut
from daemon.mail.digest import content_digest
from daemon.mail.htmlsafe import safe_html
from daemon.mail.kind import Evidence, kind_of
from daemon.mail.language import claimed_language, language_of
from daemon.mail.marker import LOOP_FIELD
from daemon.mail.message import Fate, Mailbox, Message, Part
from daemon.mail.mimetree import Entity, read_tree, walk
from daemon.mail.nested import READ_BESIDE, words_of
from daemon.mail.own_words import may_answer_us, read_versions
from daemon.mail.purpose import content_of, forward_in, is_only_courtesy
from daemon.mail.report import read_report
from daemon.mail.report_forms import Suspect
from daemon.mail.scan import DEFAULT_LIMITS, Header, Limits, read_header
from daemon.mail.second import SecondReading, second_reading
from daemon.mail.words import clean, header_text, raw_text, unfold

_ID = re.compile(r"<([^<>]{1,998})>")
_BARE_ID = re.compile(r"[^\s<>,;]{1,998}")
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_LOOP = ("x-loop", LOOP_FIELD.lower())
_SUBJECT_LIMIT = 2_000
# How much of a nested mail is read for the words that are shown of it.
_BESIDE_BYTES = 4_000_000


@dataclass(slots=True)
class _People:
    """The address fields of a header, and what was wrong with them."""

    header_from: tuple[Mailbox, ...] = ()
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    defects: list[str] = field(default_factory=list)
    identity: list[str] = field(default_factory=list)


def _mailboxes(header: Header, name: str, limits: Limits, hint: str) -> tuple[tuple[Mailbox, ...], list[str]]:
    mailboxes: list[Mailbox] = []
    defects: list[str] = []
    for value in header.every(name):
        found, wrong = parse_addresses(value, limits.addresses - len(mailboxes), hint)
        mailboxes += found
        defects += [f"{name}: {what}" for what in wrong]
        if len(mailboxes) >= limits.addresses:
            break
    return tuple(mailboxes), defects


def _people(header: Header, second: SecondReading, limits: Limits, hint: str) -> _People:
    out = _People()
    authors, out.identity = _mailboxes(header, "from", limits, hint)
    # A mailbox without address beside one with an address is a leftover; the defect stays.
    out.header_from = tuple(box for box in authors if "@" in box.address) or authors
    sender, wrong = _mailboxes(header, "sender", limits, hint)
    out.sender = sender[0] if sender else None
    out.defects += wrong
    for name in ("reply-to", "to", "cc"):
        found, wrong = _mailboxes(header, name, limits, hint)
        setattr(out, name.replace("-", "_"), tuple(box for box in found if box.address))
        out.defects += wrong
    if len(out.header_from) > 1:
        out.identity.append(f"from: {len(out.header_from)} mailboxes")
    elif not out.header_from:
        out.identity.append("from: nobody is named")
    elif not out.identity and not second.failed:
        ours = out.header_from[0].address.lower()
        theirs = {address.lower() for address in second.authors}
        if theirs != {ours}:
            out.identity.append("from: two readers disagree about the author")
    return out


def _with_words(raw: bytes, body: Body, limits: Limits) -> tuple[Part, ...]:
    """Add the words of nested mails, invitations and reports to their parts."""
    return tuple(
        replace(part, text=words_of(content_of(raw, part, body)[:_BESIDE_BYTES], part.content_type, limits))
        if part.content_type in READ_BESIDE and part.fate is not Fate.BODY
        else part
        for part in body.parts
    )


def _charset_hint(entities: list[Entity]) -> str:
    """Return the first charset that a part names: raw bytes in the header are mostly written in it."""
    return next((entity.params["charset"] for entity in entities if entity.params.get("charset")), "")


def _ids(values: list[bytes], limit: int) -> tuple[str, ...]:
    """List message ids with their brackets, oldest first; ids without brackets get them."""
    text = clean(unfold(b" ".join(values).decode("utf-8", "replace")))
    found = ["".join(match.split()) for match in _ID.findall(text)] if "<" in text else []
    if not found:
        found = [word for word in _BARE_ID.findall(text) if "@" in word]
    return tuple(dict.fromkeys(f"<{word}>" for word in found[-limit:] if word))


def _message_id(header: Header) -> str:
    value = header.first("message-id")
    if not value:
        return ""
    found = _ids([value], 1)
    if found:
        return found[0]
    word = clean(raw_text(value)).strip("<> ")
    return f"<{''.join(word.split())[:998]}>" if word else ""


def _return_path(header: Header) -> str | None:
    """Return the Return-Path without brackets; ``""`` for the null one, None where there is no field."""
    value = header.first("return-path")
    if not value:
        return None
    return clean(raw_text(value)).strip().strip("<>").strip()


def _loop_marks(header: Header) -> tuple[str, ...]:
    marks = [f"{name}: {header_text(value)[:200]}" for name, value in header.fields if name in _LOOP]
    return tuple(dict.fromkeys(marks))


def parse(
    raw: bytes,
    *,
    null_reverse_path: bool = False,
    own_domains: frozenset[str] = frozenset(),
    limits: Limits = DEFAULT_LIMITS,
) -> Message:
    """Read a message.  Never raises: what cannot be read is a defect of the ``Message`` that comes back.

    ``null_reverse_path`` says that the envelope had none, which marks automatic mail (RFC 3834 s 2);
    ``own_domains`` (lower case) are the desk's, to recognise its own marks.
    """
    try:
        return _parse(raw, limits, null_reverse_path=null_reverse_path, own_domains=own_domains)
    # The promise of this module: no input raises.  RecursionError and MemoryError end here as well.
    except Exception as error:  # noqa: BLE001
        return _minimal(raw, error, limits)


def _minimal(raw: bytes, error: Exception, limits: Limits) -> Message:
    """Return what the header alone says, for a message on which the reading itself failed."""
    header = read_header(raw, 0, len(raw), limits)
    return Message(
        message_id=_message_id(header),
        subject=header_text(header.first("subject"))[:_SUBJECT_LIMIT],
        defects=(f"not read fully: {type(error).__name__}",),
        identity_defects=("not read fully",),
        content_digest=content_digest(raw),
    )


def _parse(raw: bytes, limits: Limits, *, null_reverse_path: bool, own_domains: frozenset[str]) -> Message:
    header = read_header(raw, 0, len(raw), limits)
    root = read_tree(raw, header, limits)
    entities = walk(root)
    body = read_body(raw, root, entities, limits)
    second = second_reading(header)
    hint = _charset_hint(entities)
    people = _people(header, second, limits, hint)
    subject = header_text(header.first("subject"), hint)[:_SUBJECT_LIMIT]
    author = people.header_from[0] if people.header_from else Mailbox("")
    null = null_reverse_path or _return_path(header) == ""
    suspect = Suspect(header, author, subject, body.text, null_reverse_path=null)
    report = read_report(raw, entities, suspect)
    divided = cut(body.text, body.regions)
    fresh = Message(text=body.text, cut=divided).new_text
    method = calendar_method(raw, entities)
    evidence = Evidence(header, root, subject, fresh, author, report, null, method, own_domains)
    structure = [f"part {entity.path or '1'}: {defect}" for entity in entities for defect in entity.defects]
    message = Message(
        message_id=_message_id(header),
        header_from=people.header_from,
        sender=people.sender,
        reply_to=people.reply_to,
        to=people.to,
        cc=people.cc,
        delivered_to=tuple(header_text(value) for name, value in header.fields if name in _DELIVERED),
        return_path=_return_path(header),
        subject=subject,
        date=second.date,
        in_reply_to=_ids(header.every("in-reply-to"), limits.references),
        references=_ids(header.every("references"), limits.references),
        text=body.text,
        html=safe_html(body.html),
        cut=divided,
        parts=_with_words(raw, body, limits),
        verdict=kind_of(evidence),
        report=report,
        received_count=len(header.every("received")),
        loop_marks=_loop_marks(header),
        authentication=authentication_fields(header),
        language=language_of(fresh),
        claimed_language=claimed_language(header),
        seal=body.seal,
        defects=tuple(
            dict.fromkeys([*header.defects, *people.defects, *structure, *body.notes, *second.defects])
        ),
        identity_defects=tuple(dict.fromkeys([*header.identity_defects, *people.identity])),
        broken=header.broken,
        content_digest=content_digest(raw),
    )
    if may_answer_us(message):
        # It takes a second walk through the HTML: only where somebody asks.
        message = replace(message, own_versions=read_versions(body.text, divided, body.html))
    forward = forward_in(raw, message, body, limits)
    if forward is not None:
        return replace(message, forward=forward)
    return replace(message, courtesy=True) if is_only_courtesy(raw, message, body) else message
