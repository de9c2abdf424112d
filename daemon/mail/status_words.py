"""The prose that a few servers put into the part of a report that is made for programs (RFC 3464 s 2)."""

import re

_FIELD = re.compile(r"(?im)^(?:reporting-mta|(?:final|original)-recipient|action|status)[ \t]*:")


def status_words(text: str) -> str:
    """Return the words of a part labelled as a delivery status, ``""`` where it holds fields as it should."""
    return "" if _FIELD.search(text) else text
