"""SMTP spoken as bytes, for attackers: nothing is checked, mended or encoded on the way out."""

import re
import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

# From here comes what the organisation's own server has checked; every other address is anybody's.
TRUSTED, ANYBODY = "127.0.0.1", "127.0.0.2"


class Wire:
    """One connection; ``said`` keeps every byte that the desk answered."""

    def __init__(self, port: int, *, source: str = ANYBODY, timeout: float = 15, greet: bool = True) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout, source_address=(source, 0))
        self.said = b""
        self._rest = b""
        if greet:
            assert self.reply() == 220, self.said
            assert self.say(b"EHLO attacker.test") == 250, self.said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sock.close()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reply(self) -> int:
        """Read one whole reply and return its code; 0 where the desk has hung up."""
        while True:
            found = re.match(rb"(?:(\d{3})-[^\r\n]*\r\n)*(\d{3})(?: [^\r\n]*)?\r\n", self._rest)
            if found:
                self._rest = self._rest[found.end() :]
                return int(found.group(2))
            try:
                data = self.sock.recv(65_536)
            except ConnectionError:
                return 0
            if not data:
                return 0
            self.said += data
            self._rest += data

    def say(self, command: bytes) -> int:
        """Send one line and return the code of its answer; 0 where the desk has hung up."""
        try:
            self.send(command + b"\r\n")
        except ConnectionError:
            return 0
        return self.reply()

    def begin(self, reverse_path: str, recipients: Sequence[str], parameters: str = "") -> int:
        """Come to the 354, or return the first answer that is none of 250 and 354."""
        codes = [self.say(f"MAIL FROM:<{reverse_path}>{parameters}".encode())]
        codes += [self.say(f"RCPT TO:<{recipient}>".encode()) for recipient in recipients]
        refused = [code for code in codes if code != 250]
        return refused[0] if refused else self.say(b"DATA")

    def mail(self, raw: bytes, reverse_path: str, recipients: Sequence[str], parameters: str = "") -> int:
        """Send one mail; its last line gets a CRLF where it has none."""
        code = self.begin(reverse_path, recipients, parameters)
        if code != 354:
            return code
        try:
            self.send(stuffed(raw) + b".\r\n")
        except ConnectionError:
            return self.reply()
        return self.reply()

    def rest(self) -> bytes:
        """Read until the desk hangs up and return what it still said."""
        before = len(self.said)
        while self.reply():
            pass
        return self.said[before:]


def stuffed(raw: bytes) -> bytes:
    """Return a mail as it stands on the wire (RFC 5321 s 4.5.2), up to its final dot."""
    whole = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return (b"\r\n" + whole).replace(b"\r\n.", b"\r\n..")[2:]
