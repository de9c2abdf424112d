"""The relay of the attacked desk: it takes everything and keeps every byte that left the house."""

import asyncio
import contextlib
import email.policy
import functools
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser

_GREETING = b"250-relay.test\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES"
_REPLIES = {
    "EHLO": [_GREETING],
    "MAIL": [b"250 2.1.0 ok"],
    "RCPT": [b"250 2.1.5 ok"],
    "DATA": [b"354 go ahead"],
    "RSET": [b"250 2.0.0 ok"],
    "QUIT": [b"221 2.0.0 bye"],
}


@dataclass(frozen=True)
class Captured:
    """One mail as it left: its envelope and its exact bytes."""

    reverse_path: str
    recipients: tuple[str, ...]
    raw: bytes

    @functools.cached_property
    def parsed(self) -> EmailMessage:
        message = BytesParser(policy=email.policy.default).parsebytes(self.raw)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def text(self) -> str:
        body = self.parsed.get_body(("plain",))
        return body.get_content().replace("\r\n", "\n") if body is not None else ""

    @property
    def words(self) -> str:
        """The text without its line breaks, to look for a sentence in."""
        return " ".join(self.text.split())

    def __getitem__(self, name: str) -> str:
        return str(self.parsed[name] or "")

    @property
    def message_id(self) -> str:
        found = re.search(rb"(?im)^message-id:\s*(<[^>]+>)", self.raw)
        return found.group(1).decode() if found else ""

    @property
    def reply_address(self) -> str:
        return self["Reply-To"].rpartition("<")[2].strip("<> ")

    @property
    def note_address(self) -> str:
        """The address in the text that starts an internal note."""
        found = re.search(r"[a-z0-9]+\+n[^\s<>]+", self.text)
        return found.group() if found else ""

    @property
    def everything(self) -> bytes:
        """The bytes as sent and what its parts decode to, to search in."""
        parts = [part.get_payload(decode=True) or b"" for part in self.parsed.walk()]
        return b"\n".join([self.raw, *(part for part in parts if isinstance(part, bytes))])


class CapturingRelay:
    """Takes everything; ``mails`` may be read at any time, from any thread.

    ``replies`` answer a verb otherwise than with yes; the last of them again and again.
    """

    def __init__(self, **replies: list[bytes]) -> None:
        self.mails: list[Captured] = []
        self.port = 0
        self._replies = {**_REPLIES, **replies}
        self._sessions: set[asyncio.Task[None]] = set()

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Listen until it is told to stop."""
        server = await asyncio.start_server(self._session, "127.0.0.1", 0, limit=2**26)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.current_task()
        assert session is not None
        self._sessions.add(session)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the courier has gone, or the test is over
        finally:
            self._sessions.discard(session)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        paths: list[str] = []
        writer.write(b"220 relay.test ESMTP\r\n")
        while line := await reader.readline():
            verb = line.split()[0].decode().upper()
            if verb == "MAIL":
                paths.clear()
            if verb in {"MAIL", "RCPT"}:
                paths += re.findall(r"<([^>]*)>", line.decode())[:1]
            replies = self._replies.get(verb, [b"502 5.5.2 what?"])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            writer.write(reply + b"\r\n")
            if verb == "DATA" and reply.startswith(b"354"):
                content = await reader.readuntil(b"\r\n.\r\n")
                raw = (b"\r\n" + content[:-3]).replace(b"\r\n.", b"\r\n")[2:]
                self.mails.append(Captured(paths[0], tuple(paths[1:]), raw))
                writer.write(b"250 2.0.0 queued as 4F1\r\n")
            if verb == "QUIT":
                return


@contextlib.contextmanager
def capturing_relay(**replies: list[bytes]) -> Iterator[CapturingRelay]:
    """Run a relay in a thread of its own."""
    made, ready = CapturingRelay(**replies), threading.Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    def run() -> None:
        with contextlib.closing(loop):
            loop.run_until_complete(made.serve(ready, stop))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
