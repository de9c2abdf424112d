"""The relay of the fault tests: what it was given is on the disk before it says 250."""

import asyncio
import hashlib
import os
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.scripted_relay import ScriptedRelay, Taken

_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>]+>)")


@dataclass(frozen=True)
class Copy:
    """One mail as it came: with its Message-ID, the digest of its bytes, and to whom."""

    message_id: str
    digest: str
    recipients: tuple[str, ...]


@dataclass
class Sink:
    """Runs in a thread of its own; ``copies`` may be read at any time."""

    path: Path
    port: int = 0
    copies: list[Copy] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    relay: ScriptedRelay = field(default_factory=ScriptedRelay)
    # Set whenever a mail was taken and the answer is about to go out.
    took: threading.Event = field(default_factory=threading.Event)

    def by_message_id(self) -> dict[str, list[Copy]]:
        found: dict[str, list[Copy]] = defaultdict(list)
        for copy in list(self.copies):
            found[copy.message_id].append(copy)
        return found

    def extra_copies(self) -> int:
        return sum(len(copies) - 1 for copies in self.by_message_id().values())

    def _take(self, taken: Taken) -> None:
        begun = max(at for at, said in enumerate(taken.commands) if said.upper().startswith("MAIL "))
        recipients = tuple(
            re.findall(r"<([^>]*)>", said)[0]
            for said in taken.commands[begun:]
            if said.upper().startswith("RCPT ")
        )
        found = _MESSAGE_ID.search(taken.content)
        message_id = found.group(1).decode() if found else ""
        copy = Copy(message_id, hashlib.sha256(taken.content).hexdigest(), recipients)
        with self.path.open("a") as file:
            file.write(f"{copy.message_id} {copy.digest} {' '.join(copy.recipients)}\n")
            file.flush()
            os.fsync(file.fileno())
        self.copies.append(copy)
        self.contents.append(taken.content)
        self.took.set()


@contextmanager
def running_sink(path: Path, relay: ScriptedRelay | None = None) -> Iterator[Sink]:
    """Run a relay that takes everything, or does what its script says."""
    sink = Sink(path, relay=relay or ScriptedRelay())
    sink.relay.on_dot = sink._take
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with sink.relay:
            sink.port = sink.relay.port
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    try:
        assert ready.wait(10), "the relay did not start"
        yield sink
    finally:
        over.set()
        thread.join(10)
