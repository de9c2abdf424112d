"""A relay that says exactly what the test wants, and remembers every byte that it was sent."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

DROP = b""  # in place of a reply: close the connection without a word

EXTENSIONS = ("SIZE 26214400", "8BITMIME", "ENHANCEDSTATUSCODES")
REPLIES = {
    "CONNECT": b"220 relay.test ESMTP",
    "MAIL": b"250 2.1.0 ok",
    "RCPT": b"250 2.1.5 ok",
    "DATA": b"354 go ahead",
    ".": b"250 2.0.0 queued as 4F1",
    "RSET": b"250 2.0.0 ok",
    "QUIT": b"221 2.0.0 bye",
    "STARTTLS": b"220 2.0.0 ready",
    "AUTH": b"235 2.7.0 welcome",
    "HELO": b"250 relay.test",
}


@dataclass
class Taken:
    """One mail as it came over the wire, without dot-stuffing and without the final dot."""

    commands: list[str]
    content: bytes


@dataclass
class ScriptedRelay:
    """Answers each command with the next of its ``script``, the last one again and again, else with yes.

    ``on_dot`` is called with each mail before its reply goes out, ``after_dot`` afterwards.
    """

    script: dict[str, list[bytes]] = field(default_factory=dict)
    extensions: tuple[str, ...] = EXTENSIONS
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    delays: dict[str, float] = field(default_factory=dict)
    on_dot: Callable[[Taken], None] = lambda _taken: None
    after_dot: Callable[[Taken], None] = lambda _taken: None
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    # What came over the wire in every session, byte for byte, up to the end of the session.
    wire: bytearray = field(default_factory=bytearray)
    port: int = 0

    async def __aenter__(self) -> Self:
        self._used: dict[str, int] = defaultdict(int)
        self._sessions: set[asyncio.Task[None]] = set()
        context = self.tls if self.implicit_tls else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context, limit=2**26)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    def _reply(self, verb: str) -> bytes:
        lines = self.script.get(verb)
        if not lines:
            return REPLIES.get(verb, b"502 5.5.2 what?")
        at = min(self._used[verb], len(lines) - 1)
        self._used[verb] += 1
        return lines[at]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.current_task()
        assert session is not None
        self._sessions.add(session)
        self.connections += 1
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the courier has gone, or the test is over
        finally:
            self._sessions.discard(session)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said: list[str] = []
        if not await self._say(writer, "CONNECT"):
            return
        while line := await reader.readline():
            self.wire += line
            command = line.rstrip(b"\r\n").decode("utf-8", "replace")
            verb = command.split(" ")[0].upper()
            said.append(command)
            self.commands.append(command)
            if verb == "EHLO":
                if not await self._greet(writer):
                    return
            elif verb == "STARTTLS" and self.tls is not None:
                await self._say(writer, verb)
                await writer.start_tls(self.tls)
            elif verb == "DATA":
                if not await self._say(writer, verb):
                    return
                if self._last.startswith(b"354") and not await self._take(reader, writer, said):
                    return
            elif not await self._say(writer, verb) or verb == "QUIT":
                return

    async def _greet(self, writer: asyncio.StreamWriter) -> bool:
        if "EHLO" in self.script:
            return await self._say(writer, "EHLO")
        lines = ["relay.test", *self.extensions]
        marks = ["-"] * (len(lines) - 1) + [" "]
        writer.write(
            "".join(f"250{mark}{line}\r\n" for mark, line in zip(marks, lines, strict=True)).encode()
        )
        await writer.drain()
        return True

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: list[str]
    ) -> bool:
        content = b""
        while not content.endswith(b"\r\n.\r\n") and content != b".\r\n":
            content += await reader.readline()
            if reader.at_eof():
                return False
        self.wire += content
        taken = Taken(list(said), (b"\r\n" + content[:-3]).replace(b"\r\n..", b"\r\n.")[2:])
        self.on_dot(taken)
        self.taken.append(taken)
        went_on = await self._say(writer, ".")
        self.after_dot(taken)
        return went_on

    async def _say(self, writer: asyncio.StreamWriter, verb: str) -> bool:
        """Answer; False where the answer was to hang up."""
        await asyncio.sleep(self.delays.get(verb, 0))
        self._last = self._reply(verb)
        if self._last == DROP:
            return False
        writer.write(self._last + b"\r\n")
        await writer.drain()
        # RFC 5321 s 3.8: who says 421 hangs up.
        return not self._last.startswith(b"421")
