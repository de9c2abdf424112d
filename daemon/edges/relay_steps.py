"""Send the text of a large mail step by step (RFC 5321 s 4.1.1.4).

The library makes five copies of a mail on its way into the socket.  Here one step is copied at a time, and
the next one waits until the relay has taken most of it.
"""

import asyncio
import re
from collections.abc import Iterator

from aiosmtplib import SMTP, SMTPDataError, SMTPResponse, SMTPServerDisconnected, SMTPTimeoutError

STEP_BYTES = 262_144
# How often the room in the socket is looked at: the library tells nobody when there is some.
PAUSE_SECONDS = 0.005
_LINE_END = re.compile(rb"\r\n|\n|\r")


async def send_in_steps(client: SMTP, content: bytes, timeout_seconds: float) -> SMTPResponse:
    """Send a mail after its envelope and return the relay's answer to it; raises as ``SMTP.data`` does."""
    try:
        async with asyncio.timeout(timeout_seconds):
            ready = await client.execute_command(b"DATA")
            if ready.code != 354:
                raise SMTPDataError(ready.code, ready.message)
            for step in steps(content):
                await _send(client, step)
            return await client.execute_command(b".", timeout=timeout_seconds)
    except TimeoutError as error:
        raise SMTPTimeoutError("the relay took too long over a large mail") from error


async def _send(client: SMTP, step: bytes) -> None:
    transport = client.transport
    if not isinstance(transport, asyncio.WriteTransport) or transport.is_closing():
        raise SMTPServerDisconnected("the connection was lost in the middle of a large mail")
    transport.write(step)
    while transport.get_write_buffer_size() > STEP_BYTES and not transport.is_closing():  # noqa: ASYNC110  # see above
        await asyncio.sleep(PAUSE_SECONDS)


def steps(content: bytes) -> Iterator[bytes]:
    """Yield a mail as DATA wants it: CRLF alone ends lines, the last one too, and dots are doubled.

    That is RFC 5321 s 2.3.8 and 4.5.2, whatever stands in the mail.
    """
    start, at_line_start = 0, True
    while start < len(content):
        end = _step_end(content, start)
        step = (
            _LINE_END.sub(b"\r\n", content[start:end])
            if _is_mixed(content, start, end)
            else content[start:end]
        )
        step = step.replace(b"\r\n.", b"\r\n..")
        yield b"." + step if at_line_start and step.startswith(b".") else step
        start, at_line_start = end, step.endswith(b"\r\n")
    if not at_line_start:
        yield b"\r\n"


def _step_end(content: bytes, start: int) -> int:
    """Return where a step ends: behind a line, or else not within the two signs that end one."""
    end = start + STEP_BYTES
    if end >= len(content):
        return len(content)
    line_end = content.rfind(b"\n", start, end) + 1
    if line_end:
        return line_end
    return end + 1 if content[end - 1 : end + 1] == b"\r\n" else end


def _is_mixed(content: bytes, start: int, end: int) -> bool:
    pairs = content.count(b"\r\n", start, end)
    return not pairs == content.count(b"\n", start, end) == content.count(b"\r", start, end)
