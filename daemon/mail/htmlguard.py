"""What is checked before an HTML tree is built, and the way out where none may be built.

Tree builders are quadratic in nesting depth and in the number of attributes (docs/reading-mail.md), and an
element takes them two hundred bytes and more, so all three are bounded by one linear pass.
"""

import html
import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^<>]*")
_ANY_TAG = re.compile(r"<[^<>]*>?")
_BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^<>]*>")
_OPENS = re.compile(r"(?i)<(script|style|head|title)\b")
# Elements that never nest in themselves: an open one is closed by the next.
_FLAT_NAMES = "br img hr input meta link col area wbr source p li td th tr tbody thead dt dd option"
_FLAT = frozenset(_FLAT_NAMES.split())
TAG_CHARS = 16_384
DEPTH = 400
# What people write has hundreds, a long newsletter or a report some thousands.
ELEMENTS = 40_000


def may_build_tree(text: str) -> bool:
    """Tell whether an HTML text nests at most 400 deep, in 40,000 elements with tags of 16,384 characters."""
    if len(text) <= TAG_CHARS and text.count("<") <= DEPTH:
        return True
    open_tags: dict[str, int] = {}
    depth = elements = 0
    for match in _TAG.finditer(text):
        elements += not match.group(1)
        if match.end() - match.start() > TAG_CHARS or elements > ELEMENTS:
            return False
        name = match.group(2).lower()
        if name in _FLAT:
            continue
        if not match.group(1):
            open_tags[name] = open_tags.get(name, 0) + 1
            depth += 1
        elif open_tags.get(name):
            open_tags[name] -= 1
            depth -= 1
        if depth > DEPTH:
            return False
    return True


def _without_elements(text: str) -> str:
    """Leave out scripts, styles and comments by searching forward only."""
    out, at = [], 0
    lower = text.lower()
    unclosed: set[str] = set()
    while match := _OPENS.search(lower, at):
        name = match.group(1)
        end = -1 if name in unclosed else lower.find(f"</{name}", match.end())
        out.append(text[at : match.start()])
        if end < 0:
            unclosed.add(name)
            at = lower.find(">", match.end()) + 1 or len(text)
            continue
        at = end
    out.append(text[at:])
    return "".join(out)


def stripped(text: str) -> str:
    """Return the words of an HTML text with every tag taken off, for texts that no tree is built of."""
    text = _BREAKS.sub("\n", _without_elements(text))
    text = html.unescape(_ANY_TAG.sub(" ", text))
    return "\n".join(line.strip() for line in text.split("\n")).strip()
