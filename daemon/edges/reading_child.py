"""The child process that parses: requests come in frames on standard input, readings go to standard output.

It is started by ``edges.reader`` as ``python -m daemon.edges.reading_child``.  A message that takes too much
CPU time or memory ends this process and nothing else; the end of its input ends it as well, so it never
outlives the daemon.
"""

import resource
import signal
import sys
import zlib
from typing import IO

import msgspec

from daemon.edges.reading_wire import READY, Reading, Request, read_frame, write_frame
from daemon.mail.parse import parse

_MIB = 1 << 20
# Before it says that it is ready, the child reads a mail of its own that needs some memory.
_TRIAL_HEADER = (
    b"Subject: trial\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
)
_TRIAL_LINE, _TRIAL_LINES = b"QUJDREVGR0hJSktM\r\n", 60_000
_TRIAL_BYTES = 12 * _TRIAL_LINES


def _bound(memory_bytes: int) -> None:  # pragma: no cover - its process is the reader's child
    """Limit address space and write no core; the parent alone answers the stop signals."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def serve(source: IO[bytes], sink: IO[bytes], cpu_seconds: float) -> None:
    """Answer requests until the source ends; each may use ``cpu_seconds`` before SIGPROF ends the process."""
    decoder = msgspec.msgpack.Decoder(Request)
    encoder = msgspec.msgpack.Encoder()
    while (frame := read_frame(source)) is not None:
        request = decoder.decode(frame)
        expected = request.deflated_bytes or request.size_bytes
        raw = source.read(expected)
        if len(raw) < expected:
            return
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        message = parse(
            zlib.decompress(raw) if request.deflated_bytes else raw,
            null_reverse_path=request.null_reverse_path,
            own_domains=frozenset(request.own_domains),
        )
        signal.setitimer(signal.ITIMER_PROF, 0)
        write_frame(sink, encoder.encode(Reading(request.key, message)))
        del request, raw, message


def main(arguments: list[str]) -> None:  # pragma: no cover - its process is the reader's child
    """Run the child; the arguments are CPU seconds for a message, and memory in MiB."""
    cpu_seconds, memory_mib = float(arguments[0]), int(arguments[1])
    _bound(memory_mib * _MIB)
    trial = parse(_TRIAL_HEADER + _TRIAL_LINE * _TRIAL_LINES)
    if not trial.parts or trial.parts[0].size_bytes != _TRIAL_BYTES:
        raise SystemExit(f"a trial mail could not be read: {'; '.join(trial.defects) or 'no part in it'}")
    write_frame(sys.stdout.buffer, READY)
    serve(sys.stdin.buffer, sys.stdout.buffer, cpu_seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
