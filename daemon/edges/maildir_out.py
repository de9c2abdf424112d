"""Lay copies into a Maildir: the way out of a desk that has no relay."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daemon.mail.addresses_out import mail_address
from daemon.mail.fields_out import CompositionError, clean
from daemon.services.delivery import REPLY_LIMIT_CHARS, Deferred, Delivered, Outcome, Refused
from storage.records import OutboxItem

FOLDERS = ("tmp", "new", "cur")


@dataclass(frozen=True, slots=True)
class MaildirRelay:
    """A folder in Maildir form, made when it is first needed."""

    folder: Path

    async def deliver(
        self, item: OutboxItem, content: bytes, may_send: Callable[[], bool] = lambda: True
    ) -> Outcome:
        """Lay one copy down and say what came of it; one that lies there already stays alone."""
        if not may_send():
            return Deferred("not sent: the copy is no longer ours")
        try:
            return await asyncio.to_thread(self.lay_down, item, content)
        except CompositionError as error:
            return Refused(clean(f"not sent: {error}", REPLY_LIMIT_CHARS))
        except OSError as error:
            return Deferred(clean(f"{self.folder}: {error}", REPLY_LIMIT_CHARS))

    async def rest(self) -> None:
        """There is no connection that could rest."""

    async def close(self) -> None:
        """There is no connection to close."""

    def prepare(self) -> None:
        """Make the folders; raises OSError where that cannot be."""
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    def lay_down(self, item: OutboxItem, content: bytes) -> Delivered:
        """Write the copy so that a power cut leaves it whole or not at all; durable on return.

        This is final delivery, so the envelope goes into the header (RFC 5321 s 4.4).
        """
        self.prepare()
        name = file_name(item)
        if not self._lies_there(name):
            unfinished = self.folder / "tmp" / f"{name}.{os.getpid()}"
            reverse_path = mail_address(item.reverse_path) if item.reverse_path is not None else ""
            envelope = f"Return-Path: <{reverse_path}>\r\nDelivered-To: {mail_address(item.recipient)}\r\n"
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(envelope.encode())
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.folder / "new" / name)
        _sync_folder(self.folder / "new")
        return Delivered(f"250 laid into {self.folder.name}/new/{name}")

    def _lies_there(self, name: str) -> bool:
        """Whether an earlier attempt got as far as that, read by somebody or not."""
        if (self.folder / "new" / name).exists():
            return True
        with os.scandir(self.folder / "cur") as entries:
            return any(entry.name.partition(":")[0] == name for entry in entries)


def file_name(item: OutboxItem) -> str:
    """Return the copy's name: the same for every attempt, another for every copy of any desk."""
    mark = hashlib.sha256(item.message_id.encode()).hexdigest()[:16]
    return f"{int(item.created_at.timestamp())}.{item.id}.{mark}"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
