"""What comes between 354 and the final dot: read in large pieces, bounded, ended by CRLF.CRLF alone.

RFC 5321 s 4.1.1.4 (end of data), s 4.5.2 (transparency), s 2.3.8 (a line ends in CRLF and in nothing else).
"""

import asyncio
import io
from dataclasses import dataclass, field

from daemon.edges import replies
from daemon.edges.replies import Reply

_END = b"\r\n.\r\n"
# The line end of the DATA command, put before the first line so that a dot there reads like any other.
FIRST_LINE_END = b"\r\n"
# So much is read and thrown away after a refusal, so that the peer hears it; then the line is cut.
DRAIN_LIMIT_BYTES = 10_485_760


@dataclass(slots=True)
class InFlight:
    """The bytes of all messages that are being received or stored, against one limit."""

    limit_bytes: int
    used_bytes: int = 0

    @property
    def free_bytes(self) -> int:
        """How much more may be held now."""
        return self.limit_bytes - self.used_bytes


@dataclass(slots=True)
class Share:
    """One message's part of what is in flight."""

    pool: InFlight
    held_bytes: int = 0

    def take(self, size_bytes: int) -> bool:
        """Hold more bytes, or return False and hold no more than before."""
        if size_bytes > self.pool.free_bytes:
            return False
        self.pool.used_bytes += size_bytes
        self.held_bytes += size_bytes
        return True

    def give_back(self) -> None:
        """Hold nothing any more; harmless when repeated."""
        self.pool.used_bytes -= self.held_bytes
        self.held_bytes = 0


@dataclass(frozen=True, slots=True)
class DataLimits:
    """What one message may have: bytes in all, and bytes in a line without its CRLF."""

    message_bytes: int
    line_bytes: int


@dataclass(frozen=True, slots=True)
class Data:
    """What came: the content, or the refusal.  ``cut`` says that the peer went on past every bound."""

    content: bytes = b""
    refusal: Reply | None = None
    cut: bool = False


class Unstuffed:
    """A message in the making: what was read goes in piece by piece, without the dots that were stuffed.

    The pieces grow into one block, so that a large mail is at no time in memory twice.
    """

    def __init__(self) -> None:
        self._content = io.BytesIO()
        # The line end at the end of what came: a dot may follow that goes.
        self._line_end = b""
        self._skipped_bytes = len(FIRST_LINE_END)
        self.pieces = 0

    @property
    def ends_in_cr(self) -> bool:
        """Whether a CR came last."""
        return self._line_end == b"\r"

    def add(self, piece: bytes) -> None:
        """Take in a piece; the first one begins with ``FIRST_LINE_END``."""
        self.pieces += 1
        came = self._line_end + piece
        self._line_end = next((end for end in (b"\r\n", b"\r") if came.endswith(end)), b"")
        whole = came[: len(came) - len(self._line_end)]
        if whole:
            # The line end before a dot belongs to the line above: each dot that begins a line goes, once.
            self._content.write(whole.replace(b"\r\n.", b"\r\n")[self._skipped_bytes :])
            self._skipped_bytes = 0

    def content(self) -> bytes:
        """Return the message once its end has come: that dot is gone like the others, its CRLF still held."""
        return self._content.getvalue()


@dataclass(slots=True)
class DataReader:
    """Reads one message; nothing is kept once it is refused, and then only so much more is read."""

    reader: asyncio.StreamReader
    limits: DataLimits
    share: Share
    refusal: Reply | None = None
    kept: Unstuffed = field(default_factory=Unstuffed)
    size_bytes: int = 0
    open_line_bytes: int = 0
    drained_bytes: int = 0

    async def read(self) -> Data:
        """Return the message without its final dot, dots unstuffed, once CRLF.CRLF has come.

        ``FIRST_LINE_END`` must have been fed to the reader before.  Raises IncompleteReadError when the peer
        goes away.  The share stays held by an accepted message; else it is given back.
        """
        try:
            return await self._read()
        except BaseException:
            self.share.give_back()
            raise

    async def _read(self) -> Data:
        ended = False
        while not ended:
            try:
                piece = await self.reader.readuntil(_END)
                ended = True
            except asyncio.LimitOverrunError as overrun:
                piece = await self.reader.read(overrun.consumed)
            self._add(piece)
            if self.drained_bytes > DRAIN_LIMIT_BYTES and not ended:
                return Data(refusal=self.refusal, cut=True)
        return self._whole()

    def _add(self, piece: bytes) -> None:
        if self.refusal is not None:
            self.drained_bytes += len(piece)
            return
        # A stuffed dot does not count (RFC 1870 s 4); one torn apart by two pieces is weighed at the end.
        self.size_bytes += len(piece) - piece.count(b"\r\n.")
        self.open_line_bytes = self._open_line(piece)
        self.kept.add(piece)
        if self.size_bytes > self.limits.message_bytes + self.kept.pieces + len(_END):
            self._refuse(replies.TOO_BIG)
        elif self.open_line_bytes > self.limits.line_bytes + 1:  # a CR whose LF is still to come
            self._refuse(replies.BODY_LINE_TOO_LONG)
        elif not self.share.take(len(piece)):
            self._refuse(replies.TOO_MUCH_AT_ONCE)

    def _open_line(self, piece: bytes) -> int:
        """Return how long the line is that the piece leaves without an end."""
        last = piece.rfind(b"\r\n")
        if last >= 0:
            return len(piece) - last - 2
        torn = piece.startswith(b"\n") and self.kept.ends_in_cr
        return len(piece) - 1 if torn else self.open_line_bytes + len(piece)

    def _refuse(self, refusal: Reply) -> None:
        self.refusal = refusal
        self.kept = Unstuffed()
        self.share.give_back()

    def _whole(self) -> Data:
        if self.refusal is not None:
            return Data(refusal=self.refusal)
        content, self.kept = self.kept.content(), Unstuffed()
        if len(content) > self.limits.message_bytes:
            self._refuse(replies.TOO_BIG)
        elif longest_line_exceeds(content, self.limits.line_bytes):
            self._refuse(replies.BODY_LINE_TOO_LONG)
        return Data(refusal=self.refusal) if self.refusal is not None else Data(content)


def longest_line_exceeds(content: bytes, limit_bytes: int) -> bool:
    """Say whether any line, without its CRLF, is longer than the limit; looks at each byte twice at most."""
    start, end = 0, len(content)
    while end - start > limit_bytes:
        line_end = content.rfind(b"\r\n", start, start + limit_bytes + 2)
        if line_end < 0:
            return True
        start = line_end + 2
    return False
