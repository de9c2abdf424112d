"""What comes after 354: where it ends, how big it may be, and what it may cost us."""

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.edges import replies
from daemon.edges.smtp_data import DataLimits, DataReader, InFlight, Share, longest_line_exceeds
from tests.edges.smtp_desk import Client, Desk, eventually

ROOT = Path(__file__).parents[2]
SECOND = (
    b"MAIL FROM:<cfo@corp.test>\r\nRCPT TO:<support@desk.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n"
)


@pytest.fixture(scope="module")
def shared():
    with Desk() as desk:
        yield desk


@pytest.fixture
def desk(shared):
    shared.recorder.kept.clear()
    return shared


@pytest.fixture
def client(desk):
    with desk.hello() as client:
        yield client


class TestEndOfData:
    @pytest.mark.parametrize(
        "end",
        [
            b"\n.\n",
            b"\n.\r\n",
            b"\r.\r",
            b"\r.\r\n",
            b"\r\n.\r",
            b"\r\n.\n",
            b"\r\n\0.\r\n",
            b"\r\n.\0\r\n",
            b"\r\r\n.\r\r\n",
            b"\r\n.\r\r\n",
            b"\r\n. \r\n",
        ],
        ids=lambda end: repr(end)[2:-1],
    )
    def test_at_176_smuggle_set_makes_one_message_that_holds_every_byte(self, desk, client, end):
        client.begin()
        client.send(b"Subject: x\r\n\r\nhi" + end + SECOND)
        client.expect("250 2.0.0")
        client.say("NOOP", 250)

        (incoming,) = desk.kept
        unstuffed = end.replace(b"\r\n.", b"\r\n")
        assert incoming.raw == b"Subject: x\r\n\r\nhi" + unstuffed + SECOND.removesuffix(b".\r\n")
        assert incoming.reverse_path == "cara@cust.test"

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            (b".\r\n", b""),
            (b"..\r\n.\r\n", b".\r\n"),
            (b"a\r\n..\r\n...\r\n..x\r\n.y\r\n.\r\n", b"a\r\n.\r\n..\r\n.x\r\ny\r\n"),
            (b"..a\r\n\r\n..b\r\n.\r\n", b".a\r\n\r\n.b\r\n"),
            (b"\r\n.\r\n", b"\r\n"),
            (b"a\n..b\r\n.\r\n", b"a\n..b\r\n"),
        ],
    )
    def test_at_198_dot_stuffing_is_undone_exactly(self, desk, client, sent, kept):
        client.begin()
        client.send(sent)
        client.expect(250)

        assert [incoming.raw for incoming in desk.kept] == [kept]

    def test_the_bytes_may_come_one_by_one(self, desk, client):
        client.begin()
        for byte in b"..a\r\n\r.\r\n.\r\n":
            client.send(bytes([byte]))
        client.expect(250)

        assert desk.kept[0].raw == b".a\r\n\r.\r\n"

    def test_the_next_command_after_the_dot_is_a_command(self, desk, client):
        client.begin()
        client.send(b"x\r\n.\r\nRSET\r\nNOOP\r\n")
        for start in ("250 2.0.0 Queued", 250, 250):
            client.expect(start)


class TestSize:
    def test_at_184_size_lie_is_refused_where_it_is_announced(self, client):
        client.say("MAIL FROM:<cara@cust.test> SIZE=99999999999", "552 5.3.4")
        client.say("MAIL FROM:<cara@cust.test> SIZE=26214401", "552 5.3.4")
        client.say("MAIL FROM:<cara@cust.test> SIZE=26214400", "250")

    def test_at_184_size_lie_is_refused_at_the_end_when_it_is_bearable(self):
        with Desk(message_limit_bytes=100_000) as desk, desk.hello() as client:
            client.begin("cara@cust.test", "support@desk.test", parameters=" SIZE=100")
            client.send(b"0123456789abcde\r\n" * 60_000 + b".\r\n")
            client.expect("552 5.3.4")
            client.mail(b"small\r\n")

        assert [incoming.raw for incoming in desk.kept] == [b"small\r\n"]

    def test_at_184_size_lie_is_cut_off_when_it_does_not_end(self):
        with Desk(message_limit_bytes=100_000) as desk, desk.hello() as client:
            client.begin("cara@cust.test", "support@desk.test", parameters=" SIZE=100")
            sent = client.flood(b"0123456789abcde\r\n" * 4_000, 100_000_000)
            with eventually() as wait:
                wait(lambda: desk.listener.open_connections == 0)

        assert sent < 30_000_000
        assert desk.kept == []

    @pytest.mark.parametrize(("size", "start"), [(1_000, "250"), (1_001, "552 5.3.4")])
    def test_the_limit_counts_the_content_without_its_stuffing(self, size, start):
        content = (b".\r\n" * 400)[: size - 2] + b"\r\n"
        stuffed = b"\r\n".join(
            b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n")[:-1]
        )
        with Desk(message_limit_bytes=1_000) as desk, desk.hello() as client:
            client.begin()
            client.send(stuffed + b"\r\n.\r\n")
            client.expect(start)

    @pytest.mark.parametrize(("length", "start"), [(1_000, "250"), (1_001, "554 5.6.0")])
    def test_a_line_may_be_as_long_as_the_limit(self, length, start):
        with Desk(line_limit_bytes=1_000) as desk, desk.hello() as client:
            client.mail(b"a\r\n" + b"x" * length + b"\r\nb\r\n", start)
            client.say("NOOP", 250)

    def test_at_180_an_endless_line_is_cut_off(self, desk, client):
        client.begin()

        assert client.flood(b"x" * 1_000_000, 200_000_000) < 30_000_000
        assert desk.kept == []

    def test_at_181_an_endless_command_is_cut_off(self, client):
        assert client.flood(b"x" * 1_000_000, 50_000_000) < 10_000_000

    def test_an_endless_command_is_told_why(self, client):
        client.send(b"x" * 65_600)
        client.expect("500 5.5.2")

    def test_mail_in_flight_is_bounded_over_all_sessions(self):
        sizes = {"message_limit_bytes": 1_000_000, "in_flight_limit_bytes": 1_100_000}
        with Desk(**sizes) as desk, desk.hello() as first, desk.hello() as second:
            first.begin()
            first.send(b"0123456789abcde\r\n" * 50_000)
            pool = desk.listener._reception.in_flight
            with eventually() as wait:
                wait(lambda: pool.used_bytes > 700_000)
            second.say("MAIL FROM:<dan@cust2.test> SIZE=500000", "452 4.3.1")
            second.begin("dan@cust2.test")
            second.send(b"0123456789abcde\r\n" * 30_000 + b".\r\n")
            second.expect("452 4.3.1")
            first.send(b".\r\n")
            first.expect(250)
            second.mail(b"0123456789abcde\r\n" * 30_000)

            assert pool.used_bytes == 0

    def test_a_message_counts_as_in_flight_until_it_is_stored(self):
        with Desk() as desk, desk.hello() as client:
            desk.recorder.hold = True
            client.begin()
            client.send(b"x" * 1_000 + b"\r\n.\r\n")
            with eventually() as wait:
                wait(lambda: desk.recorder.waiting)
            held = desk.listener._reception.in_flight.used_bytes
            desk.loop.call_soon_threadsafe(desk.recorder.release)
            client.expect(250)

            assert held >= 1_000
            assert desk.listener._reception.in_flight.used_bytes == 0


MEASURE = """
    import re, sys
    from pathlib import Path
    from tests.edges.smtp_desk import Desk

    def peak():
        # Not ru_maxrss: a child inherits that from whoever started it.
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

    with Desk() as desk:
        with desk.hello() as client:
            client.mail()
        before = peak()
        print(*desk.listener.address, flush=True)
        sys.stdin.readline()
        print(peak() - before, len(desk.kept) and len(desk.kept[-1].raw), flush=True)
"""


def _measured(talk) -> tuple[int, int]:
    """Run a listener in a process of its own; return by how much its peak grew, and the last mail's size."""
    command = [sys.executable, "-c", textwrap.dedent(MEASURE)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        host, port = process.stdout.readline().split()
        talk((host, int(port)))
        out, _ = process.communicate("\n")
    grown, size = out.split()
    return int(grown), int(size)


class TestMemory:
    def test_a_mail_of_25_megabytes_takes_less_than_six_times_its_size(self):
        content = b"Subject: big\r\n\r\n" + (b"." + b"0123456789abcde" * 5 + b"\r\n") * 325_000

        def talk(address):
            with _client(address) as client:
                client.begin()
                client.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
                client.expect(250)

        grown, size = _measured(talk)

        assert size == len(content) > 25_000_000
        assert size < grown < 6 * size

    @pytest.mark.parametrize(
        "data", [True, False], ids=["at-180-endless-data-line", "at-181-endless-command"]
    )
    def test_an_endless_line_costs_no_memory(self, data):
        def talk(address):
            with _client(address) as client:
                if data:
                    client.begin()
                assert client.flood(b"x" * 1_000_000, 200_000_000) < 30_000_000

        grown, _ = _measured(talk)

        assert grown < 16_000_000


def _client(address):
    client = Client(address)
    client.expect(220)
    client.say("EHLO cust.test", 250)
    return client


def _read(pieces: list[bytes], limits: DataLimits, pool: InFlight):
    async def read():
        reader = asyncio.StreamReader(limit=16)
        reader.feed_data(b"\r\n")
        task = asyncio.ensure_future(DataReader(reader, limits, Share(pool)).read())
        for piece in pieces:
            reader.feed_data(piece)
            await asyncio.sleep(0)
        reader.feed_eof()
        return await task, await reader.read()

    return asyncio.run(read())


LINES = st.lists(
    st.sampled_from([b".", b"..", b".x", b"", b"a", b"\r", b"\n", b"\r.", b"\n.", b"x" * 40, b"\0"])
)


class TestReader:
    @given(LINES, st.lists(st.integers(1, 30), min_size=1))
    def test_what_was_stuffed_comes_back_however_it_is_cut_up(self, lines, cuts):
        content = b"".join(line + b"\r\n" for line in lines)
        stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
        stream, pieces = stuffed + b".\r\nNEXT", []
        while stream:
            length = cuts[len(pieces) % len(cuts)]
            pieces.append(stream[:length])
            stream = stream[length:]
        pool = InFlight(1_000_000)

        data, rest = _read(pieces, DataLimits(100_000, 1_000), pool)

        assert (data.content, data.refusal, rest) == (content, None, b"NEXT")
        assert pool.used_bytes >= len(content)

    def test_a_line_end_torn_between_two_pieces_ends_the_line(self):
        stream = b"\r\n".join([b"x" * 45] * 40)
        pieces = [stream[at : at + 7] for at in range(0, len(stream), 7)]

        data, _ = _read([*pieces, b"\r\n.\r\n"], DataLimits(100_000, 45), InFlight(100_000))

        assert data == type(data)(stream + b"\r\n")

    def test_a_long_line_is_noticed_before_the_end(self):
        pool = InFlight(100_000)
        data, _ = _read([b"x" * 50] * 10 + [b"\r\n.\r\n"], DataLimits(100_000, 100), pool)

        assert data.refusal == replies.BODY_LINE_TOO_LONG
        assert pool.used_bytes == 0

    def test_who_leaves_in_the_middle_gives_the_share_back(self):
        pool = InFlight(100_000)
        with pytest.raises(asyncio.IncompleteReadError):
            _read([b"x" * 500], DataLimits(100_000, 1_000), pool)

        assert pool.used_bytes == 0

    @given(st.lists(st.integers(0, 12), max_size=30), st.integers(1, 10))
    def test_the_longest_line_is_found(self, lengths, limit):
        content = b"".join(b"x" * length + b"\r\n" for length in lengths)

        assert longest_line_exceeds(content, limit) == any(length > limit for length in lengths)
