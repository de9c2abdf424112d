"""The reader's child process: order, limits, restart and its end."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from daemon.edges.reader import Reader, ReadingLimits, Unreadable
from daemon.edges.reading_child import serve
from daemon.edges.reading_wire import Reading, Request, read_frame, write_frame
from daemon.mail.message import Envelope, Kind, Message
from daemon.mail.parse import parse

PLAIN = b"From: Ann <ann@example.com>\r\nSubject: %d\r\n\r\nThe printer is out of paper.\r\n"


@pytest.fixture
def reader():
    it = Reader(own_domains=frozenset({"desk.test"}))
    yield it
    it.close()


def child_id(reader: Reader) -> int:
    assert reader._child is not None
    return reader._child.process.pid


def mails(count: int) -> list[tuple[int, bytes, Envelope]]:
    return [(number, PLAIN % number, Envelope()) for number in range(count)]


def subject(answer: Message | Unreadable) -> str:
    assert isinstance(answer, Message)
    return answer.subject


def test_readings_come_in_the_order_of_the_items_with_their_keys(reader):
    answers = list(reader.read_many(mails(40)))

    assert [(key, subject(answer)) for key, answer in answers] == [(n, str(n)) for n in range(40)]


def test_reading_in_the_child_is_the_reading_of_parse(reader):
    raw = b"From: =?utf-8?q?J=C3=B6?= <j@example.com>\nDate: Mon, 15 Jan 2024 09:00:00 +0000\n\nHallo\n"

    assert reader.read(raw, Envelope()) == parse(raw)


def test_facts_of_the_envelope_reach_the_parser(reader):
    assert reader.read(PLAIN % 1, Envelope(null_reverse_path=True)).verdict.kind is Kind.AUTOMATIC


def test_own_domains_reach_the_parser(reader):
    raw = b"From: a@desk.test\nPostdesk-Loop: support@desk.test\n\nx\n"

    assert reader.read(raw, Envelope()).verdict.kind is Kind.OWN


def test_messages_larger_than_the_pipes_do_not_stop_both_sides(reader):
    body = b"words that fill the pipe in both directions\r\n" * 30_000
    items = [(n, PLAIN % n + body, Envelope()) for n in range(12)]

    answers = list(reader.read_many(items))

    assert [subject(answer) for _, answer in answers] == [str(n) for n in range(12)]


def test_child_that_dies_costs_one_message_and_no_other(reader):
    answers = reader.read_many(mails(20))
    first = next(answers)
    os.kill(child_id(reader), signal.SIGKILL)
    rest = list(answers)

    unreadable = [answer for _, answer in rest if isinstance(answer, Unreadable)]
    assert subject(first[1]) == "0"
    assert [key for key, _ in rest] == list(range(1, 20))
    assert len(unreadable) <= 1
    assert all(answer.reason == "reading ended by signal 9" for answer in unreadable)


def test_message_that_uses_too_much_cpu_time_is_unreadable():
    reader = Reader(limits=ReadingLimits(cpu_seconds=0.02))
    heavy = b"From: a@example.com\nContent-Type: text/html\n\n" + b"<p>word <b>word</b>\n" * 45_000
    try:
        answers = dict(reader.read_many([(1, heavy, Envelope()), (2, PLAIN % 2, Envelope())]))
    finally:
        reader.close()

    assert answers[1] == Unreadable("reading used more than 0.02 s of CPU time")
    assert subject(answers[2]) == "2"


def test_message_that_takes_too_long_by_the_clock_is_unreadable(reader):
    patient = reader._limits
    reader.read(PLAIN % 0, Envelope())
    os.kill(child_id(reader), signal.SIGSTOP)
    reader._limits = ReadingLimits(wall_seconds=0.3)
    answer = reader.read(PLAIN % 1, Envelope())
    reader._limits = patient

    assert answer == Unreadable("reading took longer than 0.3 s")
    assert subject(reader.read(PLAIN % 2, Envelope())) == "2"


def test_message_that_needs_too_much_memory_harms_nothing():
    reader = Reader(limits=ReadingLimits(memory_mib=120))
    large = b"From: a@example.com\nSubject: large\n\n" + b"x" * 60_000_000
    try:
        answers = dict(reader.read_many([(1, large, Envelope()), (2, PLAIN % 2, Envelope())]))
    finally:
        reader.close()

    first = answers[1]
    assert isinstance(first, Unreadable) or "not read fully" in " ".join(first.defects)
    assert subject(answers[2]) == "2"


def test_answers_that_were_not_taken_do_not_reach_the_next_call(reader):
    for _, answer in reader.read_many(mails(8)):
        assert subject(answer) == "0"
        break

    assert [key for key, _ in reader.read_many([(99, PLAIN % 99, Envelope())])] == [99]


def test_child_ends_when_the_reader_is_closed(reader):
    reader.read(PLAIN % 0, Envelope())
    pid = child_id(reader)
    reader.close()

    assert not Path(f"/proc/{pid}").exists()


def test_child_ends_when_the_parent_is_killed():
    code = (
        "import os, signal; from daemon.edges.reader import Reader; "
        "from daemon.mail.message import Envelope\n"
        "r = Reader(); r.read(b'x', Envelope()); print(r._child.process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    child = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).stdout)

    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and _state(child) != "Z" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{child}").exists() or _state(child) == "Z"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


def test_child_has_no_secret_of_the_daemons_environment(reader, monkeypatch):
    monkeypatch.setenv("RELAY_PASSWORD", "secret")
    reader.read(PLAIN % 0, Envelope())

    assert b"RELAY_PASSWORD" not in Path(f"/proc/{child_id(reader)}/environ").read_bytes()


def test_frames_are_answered_one_by_one_until_the_input_ends():
    source = io.BytesIO()
    encoder = msgspec.msgpack.Encoder()
    for key, raw, _ in mails(2):
        write_frame(source, encoder.encode(Request(key, len(raw), False, ())))
        source.write(raw)
    source.write(b"\0\0\0\x09half")
    source.seek(0)
    sink = io.BytesIO()
    serve(source, sink, 2.0)
    sink.seek(0)
    decoder = msgspec.msgpack.Decoder(Reading)

    assert [decoder.decode(read_frame(sink)).message.subject for _ in range(2)] == ["0", "1"]
    assert read_frame(sink) is None


@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_mail_of_25_megabytes_is_read_in_less_than_six_times_its_size(reader, encoding):
    kind = "application/pdf" if encoding == "base64" else "text/plain; charset=utf-8"
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg==\r\n"
    head = f"From: a@example.com\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    raw = head.encode() + line.replace(b"==", b"zz" if encoding == "base64" else b"  ") * 340_000
    reading = reader.read(raw, Envelope())
    status = Path(f"/proc/{child_id(reader)}/status").read_text()
    peak_bytes = int(status.split("VmHWM:")[1].split()[0]) * 1_024

    assert isinstance(reading, Message)
    assert reading.parts[0].size_bytes > 17_000_000
    assert peak_bytes < 6 * len(raw)


def test_idle_child_is_small(reader):
    reader.read(PLAIN % 0, Envelope())
    status = Path(f"/proc/{child_id(reader)}/status").read_text()
    resident_kb = int(status.split("VmRSS:")[1].split()[0])

    assert resident_kb < 45_000
