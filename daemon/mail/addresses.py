"""Mailboxes in header fields (RFC 5322 s 3.4, RFC 6854), read strictly: every doubt is a defect.

Encoded words are decoded in display names only and after the structure is known (RFC 2047 s 5), so
nothing that an encoded word says can become an address.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from daemon.mail.message import Mailbox
from daemon.mail.words import clean, decode_words, raw_text, unfold

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = rf"{_ATOM}(?:\.{_ATOM})*"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_PLAIN_SPEC = rf"{_DOT_ATOM}@{_HOST}(?:\.{_HOST})*"
_SIMPLE = re.compile(rf'\s*(?:"([^"\\]*)"|([^"\\<>@,;:()\[\]]*))\s*<({_PLAIN_SPEC})>\s*\Z')
_BARE = re.compile(rf"\s*({_PLAIN_SPEC})\s*\Z")
_SPEC = re.compile(rf"({_PLAIN_SPEC})\Z")
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"?|\\.|[<>,;:()]|[^"<>,;:()\\]+|.')
_BETWEEN_WORDS = re.compile(r"[\s<>\"',;:()\[\]]+")
_FULL_STOPS = "\u3002\uff0e\uff61"
_LENGTH_LIMIT = 320  # RFC 5321 s 4.5.3.1: local part 64, "@", domain 255


@dataclass
class _Item:
    """One address as its pieces: words outside brackets, bracketed text, comments."""

    words: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    separator: str = ""

    def empty(self) -> bool:
        return not self.angles and not "".join(self.words).strip()


def _comment(marks: Iterator[str]) -> tuple[str, bool]:
    """Read to the end of a comment; its brackets nest (RFC 5322 s 3.2.2).  False: it never ended."""
    depth = 1
    text: list[str] = []
    for mark in marks:
        depth += (mark == "(") - (mark == ")")
        if not depth:
            return "".join(text), True
        text.append(mark)
    return "".join(text), False


def _angle(marks: Iterator[str]) -> tuple[str, bool]:
    text: list[str] = []
    for mark in marks:
        if mark == ">":
            return "".join(text), True
        text.append(mark)
    return "".join(text), False


def _items(text: str) -> Iterator[_Item]:
    """Cut an address list at commas, semicolons and group colons."""
    marks = iter(match.group() for match in _MARK.finditer(text))
    item = _Item()
    for mark in marks:
        if mark in {",", ";", ":"}:
            item.separator = mark
            yield item
            item = _Item()
        elif mark == "(":
            comment, ended = _comment(marks)
            if "".join(item.words).strip().endswith("@") or (not item.angles and "@" in comment):
                item.defects.append("a comment stands inside an address")
            item.comments.append(comment)
            if not ended:
                item.defects.append("a comment is not closed")
        elif mark == "<":
            angle, ended = _angle(marks)
            item.angles.append(angle)
            if not ended:
                item.defects.append("an angle bracket is not closed")
        elif mark in {")", ">"}:
            item.defects.append("a bracket is closed that was not opened")
        else:
            item.words.append(mark)
    yield item


def _address_like(text: str) -> list[str]:
    """List the words of a text that have an @ inside."""
    return [word for word in _BETWEEN_WORDS.split(text) if "@" in word[1:-1]] if "@" in text else []


def _unquote(text: str) -> str:
    """Take quotes and backslashes off a phrase; encoded words in it are decoded for display."""
    text = text.strip()
    if '"' in text:
        text = re.sub(r'"((?:[^"\\]|\\.)*)"?', lambda match: re.sub(r"\\(.)", r"\1", match.group(1)), text)
    text = clean(decode_words(text)).strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1].strip()
    return text


def _mixed_scripts(label: str) -> bool:
    scripts = {unicodedata.name(char, "?").split()[0] for char in label if char.isalpha()}
    # Japanese and Korean names write several scripts together; Latin beside Cyrillic or Greek is a disguise.
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


class Disguise(StrEnum):
    """What is made to look like something else: signs of several scripts stand in one word of it."""

    NAME = "the name shown as its author mixes scripts"
    DOMAIN = "the domain of its author mixes scripts"


def disguise_of(mailbox: Mailbox) -> Disguise | None:
    """Say what in a name or a domain is made to look like something else, None where nothing is.

    A domain is looked at as people see it: A-labels (``xn--``) as the letters they stand for.
    """
    if any(map(_mixed_scripts, _BETWEEN_WORDS.split(mailbox.name))):
        return Disguise.NAME
    if any(_mixed_scripts(_as_shown(label)) for label in mailbox.address.rpartition("@")[2].split(".")):
        return Disguise.DOMAIN
    return None


def _as_shown(label: str) -> str:
    """Return a label of a domain in the letters that an A-label stands for (RFC 5890)."""
    if not label.lower().startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def spec_defects(address: str) -> list[str]:
    """Say what is wrong with an addr-spec (RFC 5322 s 3.4.1); empty for a plain ``local@domain``."""
    if len(address) <= _LENGTH_LIMIT and _SPEC.match(address) and "=?" not in address:
        return []
    if len(address) > _LENGTH_LIMIT:
        return ["an address is longer than 320 characters"]
    defects = []
    if "=?" in address:
        defects.append("an encoded word stands inside an address (RFC 2047 s 5)")
    if address.count("@") != 1:
        defects.append("an address has no domain" if "@" not in address else "an address has several @")
    if any(char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in address):
        defects.append("an address contains blanks or control characters")
    domain = address.rpartition("@")[2]
    if not address.isascii():
        if any(stop in domain for stop in _FULL_STOPS) or unicodedata.normalize("NFKC", address) != address:
            defects.append("an address contains characters that imitate others")
        if any(_mixed_scripts(label) for label in domain.split(".")):
            defects.append("a domain mixes scripts")
        if not defects:
            return []
    return defects or ["an address is not of the form local@domain"]


def _normal_spec(spec: str) -> tuple[str, list[str]]:
    """Return an addr-spec without quotes that say nothing, route and comments, and what was wrong."""
    defects = []
    spec = spec.strip()
    if spec.startswith("@") and ":" in spec:
        spec = spec.rpartition(":")[2].strip()
        defects.append("an address has a route (obsolete)")
    if "(" in spec:
        spec = re.sub(r"\([^()]*\)", "", spec)
        defects.append("a comment stands inside an address")
    if spec.startswith('"'):
        match = re.match(r'"((?:[^"\\]|\\.)*)"@(.+)\Z', spec)
        if match and re.fullmatch(_DOT_ATOM, match.group(1)):
            spec = f"{match.group(1)}@{match.group(2)}"
        elif (
            match and not re.search(r"[\x00-\x1f\x7f]", match.group(1)) and _SPEC.match("x@" + match.group(2))
        ):
            return spec, defects
    if re.search(r"\s", spec):
        spec = re.sub(r"\s+", "", spec)
        defects.append("an address contains blanks")
    return spec, [*defects, *spec_defects(spec)]


def _from_words(item: _Item) -> tuple[Mailbox | None, list[str]]:
    """Read an address without angle brackets, with the name in a comment (RFC 5322 s 3.4)."""
    text = "".join(item.words).strip()
    if not text:
        return None, []
    if "=?" in text and "?=" in text:
        return Mailbox("", _unquote(text)), ["no address outside an encoded word (RFC 2047 s 5)"]
    if match := _BARE.match(text):
        return Mailbox(match.group(1), _unquote(item.comments[-1]) if item.comments else ""), []
    if match := _BARE.match(re.sub(r"\s*([.@])\s*", r"\1", text)):
        return Mailbox(match.group(1)), ["an address contains blanks (obsolete)"]
    if text.startswith('"') and '"@' in text:
        spec, defects = _normal_spec(text)
        return Mailbox(spec), defects
    return _among_words(text)


def _among_words(text: str) -> tuple[Mailbox, list[str]]:
    """Find an address among other words; the last is taken, and doubted."""
    found = _address_like(text)
    if not found:
        return Mailbox(_unquote(text)[:_LENGTH_LIMIT], ""), ["an address has no domain"]
    spec, defects = _normal_spec(found[-1])
    name = _unquote(text[: text.rfind(found[-1])].strip(" <[")) if len(found) == 1 else ""
    return Mailbox(spec, name), ["an address stands without brackets beside other words", *defects]


def _mailbox(item: _Item) -> tuple[Mailbox | None, list[str]]:
    if not item.angles:
        mailbox, defects = _from_words(item)
        return mailbox, [*item.defects, *defects]
    defects = list(item.defects)
    spec, wrong = _normal_spec(item.angles[-1])
    defects += wrong
    if len(item.angles) > 1:
        defects.append("several bracketed addresses without a comma")
    phrase = "".join(item.words)
    unquoted = re.sub(r'"(?:[^"\\]|\\.)*"?', "", phrase)
    others = [found for found in _address_like(unquoted) if found.lower() != spec.lower()]
    if others:
        defects.append("another address stands in the display name without quotes")
    name = _unquote(phrase) or (_unquote(item.comments[-1]) if item.comments else "")
    return Mailbox(spec, name), defects


def _simple(text: str) -> Mailbox | None:
    """Read the forms of nearly all mail by one pattern each."""
    if "=?" in text[text.rfind("<") + 1 :]:
        return None
    if match := _BARE.match(text):
        return Mailbox(match.group(1))
    if match := _SIMPLE.match(text):
        quoted, phrase, spec = match.groups()
        return Mailbox(spec, _unquote(quoted if quoted is not None else phrase))
    return None


def parse_addresses(
    value: bytes, limit: int = 1_000, hint: str = ""
) -> tuple[tuple[Mailbox, ...], list[str]]:
    """Read an address list: its mailboxes in order, and every reason to doubt what it says.

    A mailbox without domain keeps what was written as its address; ``""`` stands for none.  Reads at most
    ``limit`` mailboxes; ``hint`` is the charset of the body, for names in raw bytes.  Never raises.
    """
    text = unfold(raw_text(value, hint))
    if not text:
        return (), []
    if len(text) <= _LENGTH_LIMIT and (mailbox := _simple(text)):
        return (mailbox,), []
    reader = _ListReader()
    for item in _items(text):
        reader.take(item)
        if len(reader.mailboxes) >= limit:
            reader.defects.append(f"more than {limit} addresses, the rest is not read")
            break
    reader.finish()
    return tuple(reader.mailboxes), list(dict.fromkeys(reader.defects))


def _is_half_a_name(item: _Item) -> bool:
    """Recognise ``Doe`` of ``Doe, John <john@example.com>``, which many programs write without quotes."""
    text = "".join(item.words)
    return item.separator == "," and not item.angles and "@" not in text and bool(text.strip())


@dataclass
class _ListReader:
    """Puts the items of a list together: names cut at a comma, groups, mailboxes."""

    mailboxes: list[Mailbox] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    pending: _Item | None = None

    def take(self, item: _Item) -> None:
        if self.pending is not None:
            item.words = [*self.pending.words, ", ", *item.words]
            self.pending = None
        if item.separator == ":":
            self.defects.append("group syntax (RFC 6854)")
            if item.angles:
                self.add(item)
        elif _is_half_a_name(item):
            self.pending = item
        elif not (item.separator == ";" and item.empty()):
            self.add(item)

    def add(self, item: _Item) -> None:
        mailbox, wrong = _mailbox(item)
        self.defects += wrong
        if mailbox is not None:
            self.mailboxes.append(mailbox)

    def finish(self) -> None:
        if self.pending is not None:
            self.add(self.pending)
