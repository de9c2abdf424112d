"""Part of ``intake.py``: mail accepted over loopback, by Postdesk and by aiosmtpd with nothing behind it.

``python -m benchmarks.accepting postdesk|empty DIRECTORY`` serves until its input ends;
``python -m benchmarks.accepting send PORT COUNT CONNECTIONS`` sends, and prints the seconds that took.
"""

import asyncio
import logging
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks import mix
from benchmarks.ticketing import ROOT, settings
from daemon.edges.smtp_settings import ListenerSettings
from daemon.wiring import Desk

HOST = "127.0.0.1"
CONNECTIONS = 10


def run(kind: str, count: int, folder: Path) -> float:
    """Let a fresh server of this kind accept the mix and return messages per second."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        command = [sys.executable, "-m", "benchmarks.accepting"]
        with subprocess.Popen(
            [*command, kind, place], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            port = server.stdout.readline().decode().strip()
            sending = [*command, "send", port, str(count), str(CONNECTIONS)]
            seconds = float(subprocess.run(sending, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
            server.stdin.close()
            if server.wait() != 0:
                raise SystemExit(f"the server {kind} ended with status {server.returncode}")
    return count / seconds


async def _postdesk(place: Path) -> None:
    """Serve with listener and ledger as the daemon has them; the mail log goes to a file."""
    logging.basicConfig(filename=place / "mail.log", level=logging.INFO, format="%(message)s")
    desk = Desk.open(settings(place / "postdesk.db", ListenerSettings(host=HOST, port=0)))
    ledger = desk.ledger()
    (listener,) = desk.listeners(ledger)
    await listener.start()
    print(listener.address[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await listener.close(1)
    ledger.close()
    desk.close()


class EmptyHandler:
    """Accepts everything and keeps nothing."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Say yes."""
        return "250 OK"


async def _empty() -> None:
    """Serve with the library's own class, as its documentation shows."""
    loop = asyncio.get_running_loop()
    limit = ListenerSettings().message_limit_bytes
    server = await loop.create_server(lambda: SMTP(EmptyHandler(), data_size_limit=limit), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


async def _send(port: int, count: int, connections: int) -> float:
    """Send the mix over kept connections, each command after the reply to the last; return the seconds."""
    waiting = deque(_prepared(mail) for mail in mix.mails(count))
    streams = [await asyncio.open_connection(HOST, port) for _ in range(connections)]
    for reader, writer in streams:
        await _reply(reader, b"220")
        await _say(reader, writer, b"EHLO client.test\r\n", b"250")
    started = time.perf_counter()
    await asyncio.gather(*(_send_from(waiting, *stream) for stream in streams))
    seconds = time.perf_counter() - started
    for _, writer in streams:
        writer.close()
    return seconds


def _prepared(mail: mix.Mail) -> tuple[bytes, bytes]:
    content = mail.raw.replace(b"\r\n.", b"\r\n..")
    return f"MAIL FROM:<{mail.sender}>\r\n".encode(), content + b".\r\n"


async def _send_from(
    waiting: deque[tuple[bytes, bytes]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while waiting:
        sender, content = waiting.popleft()
        await _say(reader, writer, sender, b"250")
        await _say(reader, writer, f"RCPT TO:<{mix.DESK}>\r\n".encode(), b"250")
        await _say(reader, writer, b"DATA\r\n", b"354")
        await _say(reader, writer, content, b"250")


async def _say(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes, expected: bytes
) -> None:
    writer.write(words)
    await writer.drain()
    await _reply(reader, expected)


async def _reply(reader: asyncio.StreamReader, expected: bytes) -> None:
    line = b"---- "
    while line[3:4] == b"-":
        line = await reader.readline()
    if not line.startswith(expected):
        raise SystemExit(f"expected a reply {expected.decode()}, got {line!r}")


def main() -> None:
    """Be the server or the client that the arguments name."""
    match sys.argv[1:]:
        case ["postdesk", place]:
            asyncio.run(_postdesk(Path(place)))
        case ["empty", _]:
            asyncio.run(_empty())
        case ["send", port, count, connections]:
            print(asyncio.run(_send(int(port), int(count), int(connections))))
        case other:
            raise SystemExit(f"expected postdesk, empty or send, got {other}")


if __name__ == "__main__":
    main()
