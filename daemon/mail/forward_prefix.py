"""What the outermost prefix of a subject says: a forward, a reply, or either."""

import re

from daemon.mail.forward_words import EITHER_PREFIXES, FORWARD_PREFIXES, PASSED_OVER
from daemon.mail.subject import bare_subject

_LEAD_CHARS = 40
_NUMBER = re.compile(r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|[\^*]?\d{1,3})\Z")
_TAG = re.compile(r"\s*\[[^\[\]]{0,60}\]\s*")


def outer_prefix(subject: str) -> str:
    """Return ``forward``, ``reply``, ``either`` or ``""``: what the outermost prefix of a subject says."""
    rest = subject[:400].replace("\u0130", "i")
    for _ in range(5):
        if tag := _TAG.match(rest):
            rest = rest[tag.end() :]
            continue
        word, colon, after = rest[:_LEAD_CHARS].replace("\uff1a", ":").partition(":")
        if not colon:
            return ""
        word = _NUMBER.sub("", word.strip()).strip().rstrip(".").lower()
        if word in PASSED_OVER:
            rest = rest[len(rest[:_LEAD_CHARS]) - len(after) :]
            continue
        if word in FORWARD_PREFIXES:
            return "forward"
        if word in EITHER_PREFIXES:
            return "either"
        return "reply" if bare_subject(f"{word}: x") == "x" else ""
    return ""
