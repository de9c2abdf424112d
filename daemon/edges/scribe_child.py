"""The process that puts mails into words: orders come in on standard input, mails go out on standard output.

It is started by ``edges.scribe`` as ``python -m daemon.edges.scribe_child`` with what its renderers are made
of.  It holds no keys and no database; the end of its input ends it, so it never outlives the daemon.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from daemon.edges.reading_wire import read_frame
from daemon.edges.scribe_wire import Answer, answer_out, frame, imprint, orders_in
from daemon.services.pen import Order, OwnPen, written_by
from daemon.services.render import Renderer
from storage.records import WrittenCopy


def renderers_of(told: str) -> dict[str, Renderer]:
    """Make the renderers of a desk by team; the daemon has found their templates right already."""
    return {
        team: Renderer(_path(folder), language, _path(below), proven=True)
        for team, (folder, language, below) in json.loads(told).items()
    }


def _path(name: str | None) -> Path | None:
    return Path(name) if name is not None else None


@dataclass
class Serving:
    """Writes with renderers whose files were, when it began, those that the ``imprint`` names."""

    renderers: dict[str, Renderer]
    imprint: bytes
    _known: set[tuple[object, ...]] = field(default_factory=set)

    def serve(self, source: IO[bytes], sink: IO[bytes]) -> None:
        """Write what is ordered until the source ends; each list of orders is that of one postbag.

        It ends the process where a template was changed, with which the daemon goes on as it was.
        """
        while (told := read_frame(source)) is not None:
            try:
                data = answer_out(Answer(self._written(orders_in(told))))
            except Exception as error:  # noqa: BLE001
                # The daemon writes it anew, and has the error where it belongs.
                data = answer_out(Answer(trouble=type(error).__name__))
            sink.write(frame(data))
            sink.flush()

    def _written(self, orders: Sequence[Order]) -> list[WrittenCopy]:
        written = written_by(OwnPen(self.renderers.__getitem__), orders)
        # Templates and catalogues are read at the first mail that needs them.
        kinds = {(order.team, order.notice, order.context.get("language")) for order in orders}
        if not kinds <= self._known:
            if imprint(self.renderers.values()) != self.imprint:
                # Its next start says why: it is asked then what it writes with.
                raise SystemExit
            self._known |= kinds
        return written


def main(arguments: list[str]) -> None:  # pragma: no cover - its process is the scribe's child
    """Run the child; the argument is what the renderers are made of."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    renderers = renderers_of(arguments[0])
    written_with = imprint(renderers.values())
    try:
        sys.stdout.buffer.write(frame(written_with))
        sys.stdout.buffer.flush()
        Serving(renderers, written_with).serve(sys.stdin.buffer, sys.stdout.buffer)
    except ConnectionError:
        # The daemon has died: nobody is left who could be told, and what it died of stands elsewhere.
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
