"""Take our signed reply addresses out of words that others will read: whoever has one could use it."""

import re

# The detail of a reply address as ``mail.tokens`` makes it, also as it stands in a mailto link.
_DETAIL = re.compile(
    r"(?:\+|%2b)[a-z]\d{1,12}\.[a-z0-9]{2}\.[a-z2-7]{26}(?![a-z0-9])", re.ASCII | re.IGNORECASE
)


def without_tokens(text: str) -> str:
    """Return the text with plain addresses in place of the signed ones."""
    return _DETAIL.sub("", text)
