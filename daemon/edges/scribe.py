"""Have mails put into words by a process of its own, so that settling goes on meanwhile on another core.

It only ever makes the desk faster: whatever the child does not answer, the daemon writes itself.
"""

import json
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from daemon.edges.scribe_process import ScribeGoneError, ScribeProcess
from daemon.edges.scribe_wire import Answer, NotAnAnswerError, answer_in, imprint, orders_in, orders_out
from daemon.services.pen import LATER, Order, OwnPen, Pen, Written, written_by
from daemon.services.render import Renderer
from storage.records import WrittenCopy

log = logging.getLogger("postdesk.scribe")

# The child has memory of its own, which is given back when nothing came for so long.
REST_SECONDS = 30.0
# It answers within milliseconds; a transaction waits meanwhile.
ANSWER_SECONDS = 2.0
# Beyond all measure for a start, also on a machine that has other work.
START_SECONDS = 30.0
# After a failure the daemon writes by itself for a while.
PAUSE_SECONDS = 60.0
# Postbags that wait for the child; with as many the daemon writes the next one itself rather than waits.
BEHIND = 2
# Orders beyond this size, which have files in them, would be copied more than written.
ORDERS_BYTES = 1 << 20


@dataclass
class _Sent:
    """The orders of one postbag as they were sent, empty once nobody wants the answer."""

    told: bytes
    message_ids: list[str]


class Scribe:
    """Has mails written by a child, started when there is much to do.  Not safe for several threads."""

    def __init__(
        self, renderers: Mapping[str, Renderer], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Take what is written with: the renderers of the teams that have their own, and the desk's as ""."""
        self._renderers = renderers
        self._imprint = _imprint_of(tuple(renderers.values()))
        self._monotonic = monotonic
        self._child: ScribeProcess | None = None
        self._is_ready = False
        # Until when a child may take to start, then may stay without work; after a failure, until when none
        # is started.
        self._until = 0.0
        self._sent: deque[_Sent] = deque()
        self._written: list[WrittenCopy] = []

    def call(self) -> None:
        """Start the child where there is none: there is much to do."""
        now = self._monotonic()
        # A process of its own gains nothing where there is one core.
        if self._child is not None or now < self._until or _cores() == 1:
            return
        try:
            self._child = ScribeProcess(_made_of(self._renderers))
            self._until = now + START_SECONDS
        except OSError as error:
            self._give_up(error)

    def is_ready(self) -> bool:
        """Tell whether orders are taken."""
        if self._child is not None and not self._is_ready:
            try:
                self._look_whether_ready(self._child)
            except ScribeGoneError as error:
                self._give_up(error)
        return self._is_ready

    def pen(self, left: int = BEHIND + 1) -> Pen:
        """Return a pen that answers by ``LATER``, or one that writes here where the child is behind.

        That is sooner with few messages ``left`` in the transaction: at its end nobody should have to wait.
        """
        self._collect()
        if self._child is None or len(self._sent) >= min(BEHIND, left - 1):
            return OwnPen(self._renderers.__getitem__)
        return ScribePen(self)

    def order(self, orders: Sequence[Order]) -> None:
        """Have the mails of one postbag written; raises what a pen raises where that is done here."""
        told = orders_out(orders)
        if self._child is None or len(told) > ORDERS_BYTES:
            self._written += self._written_here(told)
            return
        self._sent.append(_Sent(told, [order.draft.message_id for order in orders]))
        try:
            self._child.send(told)
        except ScribeGoneError as error:
            self._give_up(error)

    def written(self) -> list[WrittenCopy]:
        """Return all that was ordered since the last call, once it is written; raises as a pen does."""
        while self._sent:
            self._collect(ANSWER_SECONDS)
        found, self._written = self._written, []
        if self._child is not None:
            self._until = self._monotonic() + REST_SECONDS
        return found

    def forget(self) -> None:
        """Drop what was ordered: its transaction has been rolled back."""
        self._written = []
        for one in self._sent:
            one.told = b""

    def rest(self) -> None:
        """End the child where there has been nothing to do for long."""
        if self._child is not None and self._monotonic() > self._until:
            self.close()

    def close(self) -> None:
        """End the child."""
        child, self._child, self._is_ready = self._child, None, False
        self._sent.clear()
        if child is not None:
            child.close()

    def _look_whether_ready(self, child: ScribeProcess) -> None:
        now = self._monotonic()
        for data in child.answers():
            if data != self._imprint:
                raise ScribeGoneError("the program or a template was changed; restart the daemon")
            self._is_ready, self._until = True, now + REST_SECONDS
            log.info("there is much to do: a second process helps to write mails")
            return
        if now > self._until:
            raise ScribeGoneError(f"it did not start within {START_SECONDS:g} s")

    def _collect(self, seconds: float = 0.0) -> None:
        """Take the answers that are there; wait so long for one that is due, then do without the child."""
        if self._child is None:
            return
        try:
            for data in self._child.wait(seconds) if seconds else self._child.answers():
                self._note(self._answer_in(data))
        except ScribeGoneError as error:
            self._give_up(error)

    def _answer_in(self, data: bytes) -> Answer:
        """Read the answer to what was sent first; raises ScribeGoneError for what is none."""
        try:
            answer = answer_in(data)
        except NotAnAnswerError as error:
            raise ScribeGoneError(f"it does not answer in our words: {error}") from error
        # A mail that it left out would be committed without words.
        asked = self._sent[0].message_ids if self._sent else None
        if asked is None or not (answer.trouble or [one.message_id for one in answer.written] == asked):
            raise ScribeGoneError("it answers something else than what it was asked for")
        return answer

    def _note(self, answer: Answer) -> None:
        """Take an answer; what could not be written there is written here, and raises here."""
        sent = self._sent.popleft()
        if sent.told:
            self._written += self._written_here(sent.told) if answer.trouble else answer.written

    def _give_up(self, error: Exception) -> None:
        """End the child, and write here what it has not written."""
        log.warning("for now no second process helps to write mails: %s", error)
        left = [one.told for one in self._sent if one.told]
        self.close()
        self._until = self._monotonic() + PAUSE_SECONDS
        for told in left:
            self._written += self._written_here(told)

    def _written_here(self, told: bytes) -> list[WrittenCopy]:
        return written_by(OwnPen(self._renderers.__getitem__), orders_in(told))


@dataclass
class ScribePen:
    """Gathers the orders of one postbag for the scribe."""

    scribe: Scribe
    lets_wait: bool = True
    _orders: list[Order] = field(default_factory=list)

    def write(self, order: Order) -> Written:
        """Take an order; its words come later."""
        self._orders.append(order)
        return LATER

    def done(self) -> None:
        """Hand over what was ordered until now; raises what a pen raises where the scribe writes here."""
        if self._orders:
            orders, self._orders = self._orders, []
            self.scribe.order(orders)


@lru_cache(maxsize=4)
def _imprint_of(renderers: tuple[Renderer, ...]) -> bytes:
    """Name the files once: a worker that starts anew goes on with renderers of the files as they were."""
    return imprint(renderers)


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _made_of(renderers: Mapping[str, Renderer]) -> str:
    """Tell the child what its renderers are made of."""

    def told(renderer: Renderer) -> tuple[str | None, str, str | None]:
        made_of = renderer.made_of
        folder, below = made_of.user_folder, made_of.below
        return str(folder) if folder else None, made_of.language, str(below) if below else None

    return json.dumps({team: told(one) for team, one in renderers.items()})
