"""Recognise delivery reports that do not follow RFC 3464, and find whom they are about.

No form of a single mail server is spelled out here.  What all forms share is judged: a program as sender,
words of failure in subject and text, the failed address on a line of its own, the original below a line.
"""

import re
from dataclasses import dataclass

from daemon.mail.message import DeliveryReport, Mailbox, RecipientReport
from daemon.mail.report_words import (
    DELAYED,
    GIVEN_UP,
    MACHINE_LOCAL,
    MACHINE_NAME,
    PHRASE,
    PROGRAM_LOCAL,
    RETURNED,
    SUBJECT,
)
from daemon.mail.scan import Header
from daemon.mail.words import header_text

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_CODED = re.compile(r"(?<![\d.])[245]\d\d[- ]+['\"#]?([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.])(?:[45]\d\d)[ -]")
_MAILBOX = r"[^\s<>\"'()]{1,64}@[^\s<>\"'():;,]{1,255}"
# An address alone on its line, or before its reason: ``<a@example.com>:``, ``a@example.com on Mon, ...``.
_ALONE = re.compile(rf"^\s*(?:[-*] )?[<\"'(]{{0,2}}({_MAILBOX})[>\"')]{{0,2}}\s*(?::|;|,|$| on |\.\.\.| \()")
# An address that begins a line which goes on to say what is wrong with it.
_LEADING = re.compile(rf"^\s*[<\"'(]{{0,2}}({_MAILBOX})\s")
_WHO = r"(?:user|recipient|address|mailbox|account|empf[aä]nger|destinataire|destinatario)"
_NAMED = re.compile(
    r"(?i)(?:(?:final|original)-recipient:[^;\n]{0,20};|rcpt to: ?|^\s*to: ?|"
    r"deliver(?:ing|y|ed)?[^\n<@]{0,40} to:? |unknown (?:user|local)[^\n<@]{0,20}[: ]|"
    r"invalid (?:final delivery userid|address|user)[^\n<@]{0,20}: ?|"
    rf"{_WHO}[^\n<@:]{{0,30}}: ?)\s*<?([^\s<>\"'(),;:]{{1,64}}@[A-Za-z0-9.-]{{1,255}})"
)
_EXPANDED = re.compile(
    r"(?i)\((?:expanded|originally addressed) (?:from|to):? <?([^\s<>()]{1,64}@[A-Za-z0-9.-]{1,255})>?\)"
)
_SCREEN_NAME = re.compile(r"[ \t]{1,8}([A-Za-z0-9][A-Za-z0-9._-]{2,63})\s*\Z")
_HEAD_LINES = 400
_LINE_CHARS = 400
_FIRST_WORDS = 3
_RECIPIENTS_LIMIT = 100
_ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Suspect:
    """A message that may be a delivery report; ``returned`` is the header of the mail it gives back.

    ``certain``: its type says that it is a report, only its content is of no standard form.
    """

    header: Header
    author: Mailbox
    subject: str
    text: str
    returned: Header | None = None
    null_reverse_path: bool = False
    certain: bool = False


def head_of(text: str) -> str:
    """Return the words of the report itself, above the mail that it gives back; at most 400 lines."""
    kept: list[str] = []
    for whole in text.split("\n", _HEAD_LINES)[:_HEAD_LINES]:
        line = whole[:_LINE_CHARS]
        if RETURNED.match(line) and _ends_head(line, kept):
            break
        kept.append(line)
    return "\n".join(kept)


def _ends_head(line: str, above: list[str]) -> bool:
    """Tell a line that begins the returned mail from the report's first words about it."""
    if line.lower().lstrip().startswith(("received:", "return-path:")) or len(above) > _FIRST_WORDS:
        return True
    return any(PHRASE.search(words) for words in above)


def _from_machine(suspect: Suspect) -> bool:
    local = suspect.author.address.partition("@")[0]
    name = suspect.author.name
    return bool(MACHINE_LOCAL.match(local) or MACHINE_LOCAL.match(name) or MACHINE_NAME.search(name))


def may_report(suspect: Suspect) -> bool:
    """Tell quickly whether a message can be a report at all: a person's mail with a reverse-path is none."""
    local = suspect.author.address.partition("@")[0]
    return bool(
        suspect.null_reverse_path
        or not local
        or suspect.header.first("x-failed-recipients")
        or _from_machine(suspect)
        or PROGRAM_LOCAL.search(local)
    )


def _weight(suspect: Suspect, head: str) -> int:
    """Add up what speaks for a report; a mail that no program sent needs the null reverse-path."""
    machine, null = _from_machine(suspect), suspect.null_reverse_path
    if suspect.certain or suspect.header.first("x-failed-recipients"):
        return _ENOUGH
    program = bool(PROGRAM_LOCAL.search(suspect.author.address.partition("@")[0]))
    null = null or not suspect.author.address
    answer = bool(suspect.header.first("in-reply-to")) and not machine
    if not (machine or null or program) or answer:
        return 0
    # A program that is no mail server needs words of failure in subject and text, and one thing more.
    weight = 2 * machine + (null or (program and not machine)) - (not machine and not null)
    weight += 2 * bool(SUBJECT.search(suspect.subject[:200]))
    weight += 2 * bool(PHRASE.search(head))
    weight += len(head) < len(suspect.text.rstrip()) or suspect.returned is not None
    weight += bool(_STATUS.search(head) or _REPLY.search(head))
    return weight


def _usable(address: str, suspect: Suspect) -> bool:
    """Leave out the addresses of the reporting server itself."""
    local = address.partition("@")[0]
    return not MACHINE_LOCAL.match(local) and address.lower() != suspect.author.address.lower()


def _mentions(head: str, suspect: Suspect) -> list[tuple[str, int]]:
    """List the failed addresses with the line they stand on, each once.

    An address alone on its line counts most, then one that a word names, then any.
    """
    lines = head.split("\n")
    for patterns in ((_ALONE, _LEADING), (_NAMED,), (_ADDRESS,)):
        found: dict[str, tuple[str, int]] = {}
        for number, line in enumerate(lines):
            for address in _addresses_in(line, patterns, suspect):
                found.setdefault(address.lower(), (address, number))
            if len(found) >= _RECIPIENTS_LIMIT:
                break
        if found:
            return _others(found, suspect) or _screen_names(lines, suspect) or list(found.values())
    return _screen_names(lines, suspect)


def _others(found: dict[str, tuple[str, int]], suspect: Suspect) -> list[tuple[str, int]]:
    """Leave out who sent the mail that failed: reports greet him, and say that his mail did."""
    values = [suspect.header.first("to"), suspect.header.first("delivered-to")]
    if suspect.returned is not None:
        values += [suspect.returned.first(name) for name in ("from", "return-path", "sender")]
    own = {address.lower() for value in values for address in _ADDRESS.findall(header_text(value)[:2_000])}
    return [mention for key, mention in found.items() if key not in own]


def _screen_names(lines: list[str], suspect: Suspect) -> list[tuple[str, int]]:
    """List the local parts that stand alone below a sentence about failure, with the domain that reports."""
    domain = suspect.author.address.rpartition("@")[2]
    names: list[tuple[str, int]] = []
    listing = False
    for number, line in enumerate(lines):
        name = _SCREEN_NAME.match(line)
        if listing and name and domain:
            names.append((f"{name.group(1)}@{domain}", number))
        elif line.strip():
            listing = line.rstrip().endswith(":") and bool(PHRASE.search(line))
    return names[:_RECIPIENTS_LIMIT]


def _addresses_in(line: str, patterns: tuple[re.Pattern[str], ...], suspect: Suspect) -> list[str]:
    found = []
    for pattern in patterns:
        if pattern is _LEADING and not (_STATUS.search(line) or PHRASE.search(line)):
            continue
        for match in pattern.finditer(line):
            address = match.group(match.lastindex or 0).strip(".<>")
            if _ADDRESS.fullmatch(address) and _usable(address, suspect):
                found.append(address)
    return found


def _status_in(text: str) -> str:
    """Return the enhanced code beside the last reply code, else the first enhanced code."""
    coded = _CODED.findall(text)
    if coded:
        return str(coded[-1])
    status = _STATUS.search(text)
    return status.group(1) if status else ""


def _recipients(head: str, suspect: Suspect) -> tuple[RecipientReport, ...]:
    mentions = _mentions(head, suspect)
    stated = header_text(suspect.header.first("x-failed-recipients"))
    for address in _ADDRESS.findall(stated)[:_RECIPIENTS_LIMIT]:
        if not any(address.lower() == have.lower() for have, _ in mentions):
            mentions.append((address, 0))
    lines = head.split("\n")
    ends = [number for _, number in mentions[1:]] + [len(lines)] * bool(mentions)
    delayed = bool(DELAYED.search(head) or DELAYED.search(suspect.subject)) and not GIVEN_UP.search(head)
    out = []
    for (address, number), end in zip(mentions, ends, strict=True):
        near = "\n".join(lines[number : max(end, number + 1)])
        found = _status_in(near) or (_status_in(head) if len(mentions) == 1 else "")
        action = "delayed" if delayed else "failed"
        expanded = _EXPANDED.search(near)
        original = expanded.group(1) if expanded else ""
        out.append(RecipientReport(address, action, found, " ".join(near.split())[:1_000], original))
    return tuple(out)


def read_form(suspect: Suspect) -> DeliveryReport | None:
    """Return what a report without RFC 3464 parts says, None where the message is no report."""
    head = head_of(suspect.text)
    if _weight(suspect, head) < _ENOUGH:
        return None
    recipients = _recipients(head, suspect)
    if not recipients:
        recipients = (RecipientReport("", "failed", _status_in(head)),)
    return DeliveryReport(recipients)
