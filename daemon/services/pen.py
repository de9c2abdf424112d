"""Who puts a mail into words: an order says what is to be written, and a pen writes it, here or elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from daemon.mail.compose import Draft
from daemon.services.notice_context import Context
from daemon.services.render import Renderer
from daemon.services.shared import SharedWriting
from storage.packing import packed
from storage.records import UNWRITTEN, Splice, WrittenCopy


@dataclass(frozen=True, slots=True)
class Order:
    """A mail that has no words yet: ``draft`` is without subject and texts, ``context`` is what they tell.

    ``team`` is whose templates say it; empty for those of the desk.
    """

    team: str
    notice: str
    context: Context
    draft: Draft


@dataclass(frozen=True, slots=True)
class Written:
    """A mail in words; its pieces are joined in order."""

    subject: str
    pieces: tuple[bytes | Splice, ...]


# What an order gets whose mail is written later in its transaction.
LATER = Written(UNWRITTEN, ())


class Pen(Protocol):
    """Writes the mail of one postbag."""

    # Whether orders may be answered by ``LATER``.
    lets_wait: bool

    def write(self, order: Order) -> Written:
        """Write one mail; raises what ``Renderer.render`` and ``compose`` raise."""
        ...

    def done(self) -> None:
        """Note that the postbag is about to be posted with all that was ordered until now."""
        ...


class Scribe(Protocol):
    """Has the mail of a transaction written elsewhere while its caller goes on."""

    def call(self) -> None:
        """Have it come where it is not there: there is much to do."""
        ...

    def is_ready(self) -> bool:
        """Tell whether orders are taken."""
        ...

    def pen(self, left: int) -> Pen:
        """Return the pen for a postbag; ``left`` messages of the transaction are left, this included.

        It answers every order by ``LATER``, or writes here where that is sooner.
        """
        ...

    def written(self) -> Sequence[WrittenCopy]:
        """Return all that was ordered since the last call, once it is written; raises as a pen does."""
        ...

    def forget(self) -> None:
        """Drop what was ordered since then: its transaction has been rolled back."""
        ...

    def rest(self) -> None:
        """Note that there is nothing to do at the moment."""
        ...


@dataclass
class OwnPen:
    """Writes at once, in this process; agents who get the same words share them."""

    renderer: Callable[[str], Renderer]
    lets_wait: bool = False
    _writing: dict[str, SharedWriting] = field(default_factory=dict)

    def write(self, order: Order) -> Written:
        """Write one mail; raises what ``Renderer.render`` and ``compose`` raise."""
        writing = self._writing.get(order.team)
        if writing is None:
            writing = self._writing[order.team] = SharedWriting(self.renderer(order.team))
        words = writing.render(order.notice, order.context)
        draft = replace(order.draft, subject=words.subject, text=words.text, html=words.html)
        return Written(words.subject, writing.compose(draft))

    def done(self) -> None:
        """Nothing is left to be done."""


def written_by(pen: Pen, orders: Sequence[Order]) -> list[WrittenCopy]:
    """Write orders, those of one postbag, as the outbox keeps them; raises what the pen raises."""
    made = ((order.draft.message_id, pen.write(order)) for order in orders)
    return [WrittenCopy(message_id, one.subject, packed(one.pieces)) for message_id, one in made]
