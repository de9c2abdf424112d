"""A courier killed at the worst moments: nothing is lost, and doubles are identical."""

import asyncio
import time
from collections import Counter

import pytest

from daemon.clock import system_clock
from storage import outbox
from storage.records import OutgoingCopy
from storage.vocabulary import OutboxState
from tests.servers.scripted_relay import ScriptedRelay
from tests.servers.warm import ROOT, WarmProcess

MAILS = 30
KILLED_AT = (4, 11, 19)


def queue(database):
    copies = [
        OutgoingCopy(
            key=f"k{number}",
            notice="public-answer",
            recipient=f"person{number}@cust.test",
            reverse_path=None,
            message_id=f"<{number}@desk.test>",
            subject="x",
            pieces=(f"Message-ID: <{number}@desk.test>\r\n\r\n{'Use sand. ' * number}\r\n".encode(),),
        )
        for number in range(MAILS)
    ]
    with database.write():
        outbox.enqueue(copies, system_clock())


class Life:
    """One courier after the other; each mail that came at a chosen number costs a life."""

    def __init__(self, url, connections):
        self.url, self.connections = url, connections
        self.process = None
        self.kills = 0
        self.came = 0

    def begin(self, port):
        words = [self.url, f"smtp://127.0.0.1:{port}", str(self.connections)]
        self.process = WarmProcess("tests.edges.courier_process", words, cwd=ROOT)

    def end(self):
        self.kills += 1
        self.process.kill()

    def kill_at_times(self, _taken):
        self.came += 1
        if self.came in KILLED_AT:
            self.end()


async def live(life, database, moment):
    server = ScriptedRelay(**{moment: life.kill_at_times})
    deadline = time.monotonic() + 60
    async with server:
        life.begin(server.port)
        try:
            while True:
                assert time.monotonic() < deadline, "the mails did not leave in time"
                if life.process.poll() is not None:
                    life.begin(server.port)
                with database.read():
                    if outbox.counts() == {OutboxState.SENT: MAILS}:
                        return server.taken
                await asyncio.sleep(0.02)
        finally:
            life.process.kill()
            life.process.wait(10)


@pytest.mark.parametrize("connections", [1, 3])
# Before the relay has answered for the mail, and when it has but nothing is recorded yet.
@pytest.mark.parametrize("moment", ["on_dot", "after_dot"])
def test_a_killed_courier_loses_nothing_and_doubles_what_it_had_in_hand_at_most(
    database, database_url, moment, connections
):
    queue(database)
    life = Life(database_url, connections)

    taken = asyncio.run(live(life, database, moment))

    copies = Counter(mail.content for mail in taken)
    assert life.kills == len(KILLED_AT)
    assert {content.partition(b"\r\n")[0] for content in copies} == {
        f"Message-ID: <{number}@desk.test>".encode() for number in range(MAILS)
    }
    assert len(copies) == MAILS, "every copy of a mail has the same bytes"
    doubled = len(taken) - MAILS
    assert doubled <= life.kills * connections
    if (moment, connections) == ("on_dot", 1):
        # Killed for certain before it could learn of the relay's answer.
        assert doubled == life.kills
    with database.read():
        assert outbox.counts() == {OutboxState.SENT: MAILS}
