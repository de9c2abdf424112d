"""Copies to send, and a courier at work until something has come about."""

import asyncio
import time

from storage import outbox
from storage.records import OutgoingCopy


def queue(database, now, count=1, **changes):
    def copy(number):
        plain = {
            "key": f"k{number}",
            "notice": "public-answer",
            "recipient": f"person{number}@cust.test",
            "reverse_path": "support@desk.test",
            "message_id": f"<{number}@desk.test>",
            "subject": "x",
            "pieces": (f"Message-ID: <{number}@desk.test>\r\n\r\nUse sand.\r\n".encode(),),
        }
        return OutgoingCopy(**{**plain, **changes})

    with database.write():
        return outbox.enqueue([copy(number) for number in range(count)], now)


def states(database):
    with database.read():
        return outbox.counts()


def items(database):
    with database.read():
        return sorted(outbox.items(limit=1_000), key=lambda item: item.id)


async def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        await asyncio.sleep(0.01)


def story(server, make, condition, **settings):
    """Let a courier work for a scripted relay until the condition holds, then stop it."""

    async def play():
        async with server:
            courier, stop = make(f"smtp://127.0.0.1:{server.port}", **settings), asyncio.Event()
            running = asyncio.create_task(courier.run(stop))
            await until(condition)
            stop.set()
            await asyncio.wait_for(running, 9)

    asyncio.run(play())
