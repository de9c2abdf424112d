"""Read Authentication-Results fields (RFC 8601 s 2.2), strictly, in linear time and without raising.

A server that writes such a field puts words of strangers into it.  So quoted strings and comments are
opaque, and a field that breaks the grammar anywhere says nothing at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from daemon.mail.message import AuthenticationField
from daemon.mail.scan import Header

LENGTH_LIMIT = 8_192
FIELDS_LIMIT = 50
_VERSION = "1"  # RFC 8601 s 2.5: the one version there is
# Above the first of these stands what servers on the way wrote; below it anything may be the author's own.
_OF_THE_AUTHOR = frozenset({"from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id"})

_BLANKS = re.compile(r"[ \t\r\n]+")
_IN_COMMENT = re.compile(r"[^()\\]+")
_QUOTED = re.compile(r'"((?:[^"\\\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\\[ -~])*+)"')
# RFC 2045 s 5.1 tokens, wider by what servers write unquoted: addresses, base64, local parts.
_ATOM = re.compile(r'[^\x00-\x20\x7f"();=\\,]+')
_KEYWORD = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Result:
    """One method with its result and properties, all keywords in lower case, values as written."""

    method: str
    value: str
    properties: tuple[tuple[str, str], ...] = ()

    def every(self, name: str) -> set[str]:
        """Return the values of a property such as ``header.from``, in lower case."""
        return {value.lower() for have, value in self.properties if have == name}


@dataclass(frozen=True, slots=True)
class Reading:
    """A field, read; ``authserv_id`` is ``""`` where it has none or cannot be told.

    ``broken`` says that the grammar was left: there are no results then.  A field of a version that we do
    not know has none either (RFC 8601 s 2.5).
    """

    authserv_id: str
    results: tuple[Result, ...] = ()
    broken: bool = False


def authentication_fields(header: Header) -> tuple[AuthenticationField, ...]:
    """List the Authentication-Results fields of a header from the top, at most 50, unread.

    Each says how many Received fields stand above it, and whether it stands above everything the author
    wrote.  Fields of attached messages are in another header and never seen here (RFC 8601 s 4.1).
    """
    found: list[AuthenticationField] = []
    received, stamped = 0, True
    for name, value in header.fields:
        received += name == "received"
        stamped = stamped and name not in _OF_THE_AUTHOR
        if name == "authentication-results" and len(found) < FIELDS_LIMIT:
            # One more than may be read, so that the reader sees that it is too long.
            text = value[: LENGTH_LIMIT + 1].decode("utf-8", "replace")
            found.append(AuthenticationField(text, received, stamped=stamped))
    return tuple(found)


def read_field(value: str, *, nameless: bool = False) -> Reading:
    """Read the body of a field; never raises.

    ``nameless`` takes fields without an authserv-id, as Microsoft 365 writes them; their bare properties
    (``action=none``) are passed over.
    """
    marks = list(_marks(value)) if len(value) <= LENGTH_LIMIT else None
    if marks is None or (marks and marks[-1][0] == "broken"):
        return Reading(_leading_id(marks or ()), broken=True)
    groups = _split(marks)
    identity = "" if nameless and _is_result(groups[0]) else _leading_id(groups[0])
    if not identity and not nameless:
        return Reading("", broken=True)
    if identity:
        version = groups[0][1:]
        if version and version != [("word", _VERSION)]:
            known = len(version) == 1 and version[0][0] == "word"
            return Reading(identity, broken=not known)
        groups = groups[1:]
    return _results(identity, groups, nameless=nameless)


def _results(identity: str, groups: list["_Marks"], *, nameless: bool) -> Reading:
    results: list[Result] = []
    for group in groups:
        if not group or group == [("word", "none")]:
            continue
        result = _result(group, nameless=nameless)
        if result is None:
            return Reading(identity, broken=True)
        if result.method:
            results.append(result)
    return Reading(identity, tuple(results))


# A mark is ("word" | "quoted" | ";" | "=" | "broken", text); comments and blanks are gone, as both may
# stand between any two marks.
_Mark = tuple[str, str]
_Marks = list[_Mark]


def _marks(value: str) -> Iterator[_Mark]:
    at = 0
    while at < len(value):
        if blank := _BLANKS.match(value, at):
            at = blank.end()
        elif value[at] == "(":
            at = _after_comment(value, at)
            if at < 0:
                yield "broken", "a comment is not closed"
                return
        elif value[at] in ";=":
            yield value[at], value[at]
            at += 1
        elif quoted := _QUOTED.match(value, at):
            yield "quoted", re.sub(r"\\(.)", r"\1", quoted.group(1))
            at = quoted.end()
        elif atom := _ATOM.match(value, at):
            yield "word", atom.group()
            at = atom.end()
        else:
            yield "broken", "a character stands where none of its kind may"
            return


def _after_comment(value: str, at: int) -> int:
    """Return the offset behind the comment that begins here (they nest, RFC 5322 s 3.2.2), or -1."""
    depth = 0
    while at < len(value):
        if inside := _IN_COMMENT.match(value, at):
            at = inside.end()
            continue
        char = value[at]
        depth += (char == "(") - (char == ")")
        at += 2 if char == "\\" else 1
        if not depth:
            return at
    return -1


def _split(marks: _Marks) -> list[_Marks]:
    groups: list[_Marks] = [[]]
    for mark in marks:
        if mark[0] == ";":
            groups.append([])
        else:
            groups[-1].append(mark)
    return groups


def _leading_id(marks: "_Marks | tuple[()]") -> str:
    return marks[0][1] if marks and marks[0][0] in {"word", "quoted"} else ""


def _is_result(group: _Marks) -> bool:
    return len(group) > 1 and group[0][0] == "word" and group[1][0] == "="


def _result(group: _Marks, *, nameless: bool) -> Result | None:
    """Read ``method [/version] = result`` and what follows; None where it is not of that form.

    A method of another version than 1 means something that we do not know, and comes back nameless.
    """
    pairs = _pairs(group)
    if not pairs:
        return None
    (method, value), *rest = pairs
    method, slash, version = method.lower().partition("/")
    if not _KEYWORD.fullmatch(method) or not _KEYWORD.fullmatch(value.lower()):
        return None
    properties: list[tuple[str, str]] = []
    for name, text in rest:
        ptype, dot, prop = name.lower().partition(".")
        if dot and _KEYWORD.fullmatch(ptype) and prop:
            properties.append((f"{ptype}.{prop}", text))
        elif ptype != "reason" and not nameless:
            return None
    if slash and version != _VERSION:
        return Result("", "")
    return Result(method, value.lower(), tuple(properties))


def _pairs(group: _Marks) -> list[tuple[str, str]] | None:
    """Read ``name = value`` over and over; blanks and comments may stand around every sign."""
    joined = _join_names(group)
    if len(joined) % 3:
        return None
    pairs = []
    for name, equals, value in zip(joined[::3], joined[1::3], joined[2::3], strict=True):
        if name[0] != "word" or equals[0] != "=" or value[0] not in {"word", "quoted"}:
            return None
        pairs.append((name[1], value[1]))
    return pairs


def _join_names(group: _Marks) -> _Marks:
    """Put together what belongs to one name or value.

    Those are ``header . from`` and ``dkim / 1`` cut by blanks, base64 with its ``=`` at the end, and a quoted
    local part with its domain.
    """
    out: _Marks = []
    for kind, text in group:
        last = out[-1] if out else ("", "")
        if kind == "word" and last[0] == "word" and (text[0] in "./" or last[1][-1] in "./"):
            out[-1] = ("word", last[1] + text)
        elif kind == "word" and last[0] == "quoted" and text.startswith("@"):
            out[-1] = ("quoted", last[1] + text)
        elif kind == "=" and last[0] == "word" and len(out) % 3 == 0:
            out[-1] = ("word", last[1] + text)
        else:
            out.append((kind, text))
    return out
