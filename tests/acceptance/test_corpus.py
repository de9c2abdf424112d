"""Every message of a corpus of real mail goes through a running desk three times, by three ways in."""

import email.parser
import itertools
import json
import re
import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from storage import arrivals, outbox, raws
from storage.database import Database
from storage.records import Arrival
from storage.vocabulary import ArrivalState
from tests.faults.desk_process import AGENT, DeskProcess, Site, wait_until
from tests.servers.dovecot import Dovecot, running_dovecot

pytestmark = [pytest.mark.needs_corpus, pytest.mark.needs_dovecot, pytest.mark.slow]

# The messages are under licences of their own and no part of the project: beside the checkout, or nowhere.
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
SUPPORT = "support@desk.test"
SENDER = "sender@corpus.test"
# Two are what the reader gets, of computing; other programs compute on this machine as well.
SLOWEST = timedelta(seconds=20)
_BARE_LF = re.compile(rb"(?<!\r)\n")


@dataclass
class Passes:
    """A desk with a mailbox, and what was in its ledger after each pass."""

    site: Site
    server: Dovecot
    desk: DeskProcess
    messages: list[dict[str, Any]]
    by_pass: list[list[Arrival]]

    def raw(self, message: dict[str, Any]) -> bytes:
        return (CORPUS / message["file"]).read_bytes()

    def settled(self, count: int) -> list[Arrival]:
        """Wait until so many messages are settled, and return those that no earlier pass had."""
        database = Database(self.site.database_url)

        def are_settled() -> bool:
            with database.read():
                return sum(arrivals.counts().values()) >= count and not arrivals.waiting()

        wait_until(are_settled, 60, f"{count} messages are settled")
        seen = {one.id for passed in self.by_pass for one in passed}
        with database.read():
            found = [one for one in reversed(arrivals.latest(count)) if one.id not in seen]
        database.disconnect()
        return found


@pytest.fixture(scope="module")
def passes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Passes]:
    if not (CORPUS / "expected.json").exists():
        pytest.skip(f"there is no corpus in {CORPUS}; it is no part of the project")
    messages = json.loads((CORPUS / "expected.json").read_text())["messages"]
    with running_dovecot() as server:
        site = Site(tmp_path_factory.mktemp("corpus"), dovecot_port=server.port).write()
        desk = site.start()
        try:
            made = Passes(site, server, desk, messages, [])
            for way_in in (by_smtp, by_imap, by_take):
                way_in(made)
                made.by_pass.append(made.settled(len(messages) * (len(made.by_pass) + 1)))
            assert desk.stop() == 0, desk.said()[-2000:]
            yield made
        finally:
            desk.kill_all()


def by_smtp(passes: Passes) -> None:
    shares = [passes.messages[at::4] for at in range(4)]

    def send(share: list[dict[str, Any]]) -> None:
        with smtplib.SMTP("127.0.0.1", passes.site.port, timeout=60) as client:
            client.ehlo()
            for message in share:
                client.mail(SENDER, ["BODY=8BITMIME"])
                client.rcpt(SUPPORT)
                # As every mail server does: lines end in CRLF; a bare CR is content and stays.
                code, reply = client.data(_BARE_LF.sub(b"\r\n", passes.raw(message)))
                assert code == 250, (message["file"], reply)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(send, shares))


def by_imap(passes: Passes) -> None:
    with passes.server.login("support") as client:
        for message in passes.messages:
            # RFC 9051 s 6.3.12: what is appended has the format of a message, so CRLF here as well.
            client.append("INBOX", _BARE_LF.sub(b"\r\n", passes.raw(message)))


def by_take(passes: Passes) -> None:
    files = [str(CORPUS / message["file"]) for message in passes.messages]
    said = passes.site.command("take", *files)

    assert (said.returncode, said.stdout.strip()) == (
        0,
        f"{len(files)} messages stored".encode(),
    ), said.stderr


class TestEveryMessage:
    def test_is_accounted_for(self, passes: Passes):
        counts = json.loads(passes.site.command("ledger", "--json").stdout)

        assert counts.pop("waiting") == 0
        assert sum(counts.values()) == 3 * len(passes.messages)
        assert passes.server.messages("support") == {}

    def test_raises_nothing(self, passes: Passes):
        troubled = [
            (one.id, one.reason, one.error)
            for passed in passes.by_pass
            for one in passed
            if one.failures or one.deaths or one.error or one.state is ArrivalState.QUARANTINED
            # A header of two authors is set aside on purpose.
            if not one.reason.startswith("broken-header: ")
        ]

        assert troubled == []
        assert "Traceback" not in passes.desk.said()

    def test_keeps_nobody_waiting(self, passes: Passes):
        for passed in passes.by_pass:
            ends = sorted(one.settled_at for one in passed if one.settled_at)

            assert len(ends) == len(passes.messages)
            # One worker settles one after the other: the time between two is the longest that one took.
            assert max(later - earlier for earlier, later in itertools.pairwise(ends)) < SLOWEST

    @pytest.mark.parametrize("number", [1, 2], ids=["by IMAP", "by take"])
    def test_is_known_when_it_comes_again_by_another_way(self, passes: Passes, number: int):
        fresh = [one for one in passes.by_pass[number] if one.disposition != "duplicate"]

        assert [(one.id, one.disposition, one.message_id) for one in fresh] == []


def is_marked(raw: bytes) -> bool:
    """Tell whether a message says by a standard mark that nobody waits for an answer to it."""
    message: Message = email.parser.BytesHeaderParser().parsebytes(raw)
    fields = {name.lower(): str(value).strip().lower() for name, value in message.items()}
    return (
        fields.get("auto-submitted", "no").partition(";")[0].strip() != "no"
        or fields.get("precedence") in {"bulk", "list", "junk", "auto_reply"}
        or any(name.startswith("list-") for name in fields)
        or fields.get("return-path") == "<>"
        or fields.get("content-type", "").startswith("multipart/report")
    )


class TestMachines:
    def test_sender_of_a_marked_message_is_never_written_to(self, passes: Passes):
        marked = {
            message["file"]
            for message in passes.messages
            if any(message["expect"].get(word) for word in ("auto_reply", "bounce", "loop"))
            and is_marked(passes.raw(message))
        }
        database = Database(passes.site.database_url)
        by_digest = {digest_as_sent(passes, message): message["file"] for message in passes.messages}
        with database.read():
            answered = {
                item.arrival_id: item.recipient
                for item in outbox.items(limit=100_000)
                if item.recipient != AGENT
            }
        database.disconnect()

        wrong = [
            (by_digest[one.raw_digest], answered[one.id])
            for one in passes.by_pass[0]
            if one.id in answered and by_digest.get(one.raw_digest) in marked
        ]
        assert len(marked) > 200
        assert wrong == []

    def test_others_are_answered(self, passes: Passes):
        """So that the desk that answers nobody does not pass."""
        tickets = json.loads(passes.site.command("ledger", "--json").stdout)["ticketed"]
        database = Database(passes.site.database_url)
        with database.read():
            told = sum(item.notice == "ticket-opened" for item in outbox.items(limit=100_000))
        database.disconnect()

        assert told > 100
        assert told <= tickets


def digest_as_sent(passes: Passes, message: dict[str, Any]) -> str:
    return raws.digest_of(_BARE_LF.sub(b"\r\n", passes.raw(message)))
