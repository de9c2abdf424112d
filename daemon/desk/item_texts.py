"""Words of an item's own: plain text with places in braces, ``{name}`` or the id of a question."""

import re
from collections.abc import Mapping

# What every request has; the answers to its questions are further places.
PLACES = ("name", "number", "title", "promised", "cost")
_PLACE = re.compile(r"\{([a-z][a-z0-9_-]*)\}")


def places(text: str) -> tuple[str, ...]:
    """Return the names in braces, each once, in their order."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values into their places; one without a value becomes empty.  No value is read as a place."""
    return _PLACE.sub(lambda match: values.get(match[1], ""), text)
