"""Tell the new words of a message from quotes, signatures and footers: a view, the text stays whole."""

from daemon.mail.htmltext import Region
from daemon.mail.marker import REPLY_MARKER
from daemon.mail.message import Cut, Span


def cut(text: str, regions: tuple[Region, ...] = ()) -> Cut:  # noqa: ARG001 - used next
    """Divide a body text; an empty tuple of spans means that all of it is new."""
    at = text.find(REPLY_MARKER)
    if at < 0:
        return Cut()
    line = text.rfind("\n", 0, at) + 1
    return Cut((Span(line, len(text), "below our marker"),), 1.0, "our own marker was found")
