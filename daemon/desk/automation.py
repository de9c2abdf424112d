"""What a command is called with: the arguments that an operator allowed, with the answers in their places.

No shell reads them.  What an answer holds stays inside of the one argument in which its place stands.
"""

import re
from collections.abc import Mapping, Sequence

# What every request has beside its answers.
TICKET, ITEM, REQUESTER = "ticket", "item", "requester"
PLACES = (TICKET, ITEM, REQUESTER)
VALUE_CHARS = 500
_PLACE = re.compile(r"\{([a-z][a-z0-9_-]*)\}")


class NotRunnable(Exception):  # noqa: N818  # an answer to the agents
    """A command that must not run with these answers; the text says why."""


def places(argv: Sequence[str]) -> tuple[str, ...]:
    """Return the names in braces, each once, in their order."""
    return tuple(dict.fromkeys(name for argument in argv for name in _PLACE.findall(argument)))


def filled(argv: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Put the values into their places, each argument staying one; raises NotRunnable.

    A value with control characters, or one that would be read as an option, goes into no command.  An empty
    one stays an empty argument.
    """
    return tuple(_argument(argument, values) for argument in argv)


def _argument(argument: str, values: Mapping[str, str]) -> str:
    made = _PLACE.sub(lambda place: _value(place[1], values), argument)
    begins = _PLACE.match(argument)
    if begins is not None and made.startswith("-"):
        raise NotRunnable(f'the answer to "{begins[1]}" begins with "-", which would be read as an option')
    return made


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise NotRunnable(f'there is no answer to "{name}"')
    value = values[name]
    if not value.isprintable():
        raise NotRunnable(f'the answer to "{name}" has control characters')
    if len(value) > VALUE_CHARS:
        raise NotRunnable(f'the answer to "{name}" has more than {VALUE_CHARS} characters')
    return value
