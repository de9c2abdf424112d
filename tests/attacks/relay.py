"""The relay of the attacked desk: it takes everything and keeps every byte that left the house."""

import asyncio
import contextlib
import email.policy
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser

from tests.servers.scripted_relay import ScriptedRelay, Taken

_EXTENSIONS = ("SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")


@dataclass(frozen=True)
class Captured:
    """One mail as it left: its envelope and its exact bytes."""

    reverse_path: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
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
    """Runs in a thread of its own; ``mails`` may be read at any time."""

    def __init__(self, **script: list[bytes]) -> None:
        self.mails: list[Captured] = []
        self.relay = ScriptedRelay(script=script, extensions=_EXTENSIONS, on_dot=self._take)
        self.port = 0

    def _take(self, taken: Taken) -> None:
        begun = max(at for at, said in enumerate(taken.commands) if said.upper().startswith("MAIL "))
        paths = [re.findall(r"<([^>]*)>", said)[0] for said in taken.commands[begun:] if "<" in said]
        self.mails.append(Captured(paths[0], tuple(paths[1:]), taken.content))


@contextlib.contextmanager
def capturing_relay(**script: list[bytes]) -> Iterator[CapturingRelay]:
    """Run a relay; ``script`` answers commands otherwise than with yes (see ``ScriptedRelay``)."""
    made, ready = CapturingRelay(**script), threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with made.relay:
            made.port = made.relay.port
            ready.set()
            await stop.wait()

    def run() -> None:
        with contextlib.closing(loop):
            loop.run_until_complete(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
