"""The process that puts mails into words: orders come in on standard input, mails go out on standard output.

It is started by ``edges.scribe`` as ``python -m daemon.edges.scribe_child`` with what its renderers are made
of.  It holds no keys and no database; the end of its input ends it, so it never outlives the daemon.
"""

import json
import signal
import sys
from pathlib import Path
from typing import IO

from daemon.edges.reading_wire import read_frame
from daemon.edges.scribe_wire import Answer, answer_out, frame, imprint, orders_in
from daemon.services.pen import OwnPen, written_by
from daemon.services.render import Renderer


def renderers_of(told: str) -> dict[str, Renderer]:
    """Make the renderers of a desk by team; the daemon has found their templates right already."""
    return {
        team: Renderer(_path(folder), language, _path(below), proven=True)
        for team, (folder, language, below) in json.loads(told).items()
    }


def _path(name: str | None) -> Path | None:
    return Path(name) if name is not None else None


def serve(source: IO[bytes], sink: IO[bytes], renderers: dict[str, Renderer]) -> None:
    """Write what is ordered until the source ends; each list of orders is that of one postbag."""
    while (told := read_frame(source)) is not None:
        try:
            answer = Answer(written_by(OwnPen(renderers.__getitem__), orders_in(told)))
        except Exception as error:  # noqa: BLE001
            # The daemon writes it anew, and has the error where it belongs.
            answer = Answer(trouble=f"{type(error).__name__}: {error}")
        sink.write(frame(answer_out(answer)))
        sink.flush()


def main(arguments: list[str]) -> None:  # pragma: no cover - its process is the scribe's child
    """Run the child; the argument is what the renderers are made of."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    renderers = renderers_of(arguments[0])
    sys.stdout.buffer.write(frame(imprint(renderers.values())))
    sys.stdout.buffer.flush()
    serve(sys.stdin.buffer, sys.stdout.buffer, renderers)


if __name__ == "__main__":
    main(sys.argv[1:])
