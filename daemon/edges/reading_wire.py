"""What goes over the pipes between a ``Reader`` and its child: frames of MessagePack."""

import struct
from typing import IO

import msgspec

from daemon.mail.message import Message

# A frame is its length as four bytes, big endian, and then that many bytes of MessagePack.
LENGTH = struct.Struct(">I")
# The first frame of a child: it has started, and has read a mail of its own for a trial.
READY = b"ready"


class Request(msgspec.Struct, frozen=True, array_like=True):
    """What the envelope and the desk say of one message, whose ``size_bytes`` bytes follow the frame.

    Where ``deflated_bytes`` is not 0, so many follow instead, which inflate to the message.
    A large message in the same frame would be held twice on either side.
    """

    key: int
    size_bytes: int
    null_reverse_path: bool
    own_domains: tuple[str, ...]
    deflated_bytes: int = 0


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """The answer to the request of the same key."""

    key: int
    message: Message


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write one frame and hand it to the system."""
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Read one frame; None at the end of the stream, also where it ends within a frame."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size: int = LENGTH.unpack(head)[0]
    data = stream.read(size)
    return data if len(data) == size else None
