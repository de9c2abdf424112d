"""The reader's child process: order, limits, restart and its end."""

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from daemon.edges import reading_process
from daemon.edges.reader import Reader, ReadingLimits, Unreadable
from daemon.edges.reading_child import serve
from daemon.edges.reading_wire import Reading, Request, read_frame, write_frame
from daemon.mail.message import Envelope, Kind, Message
from daemon.mail.parse import parse
from daemon.services.reading import NOT_READ_YET, ReadingUnavailable, StoredRaw

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


def stored(stretches: list[bytes], size_bytes: int | None = None) -> StoredRaw:
    size_bytes = sum(map(len, stretches)) if size_bytes is None else size_bytes
    return StoredRaw(size_bytes, lambda: (stretch for stretch in stretches))


def test_large_message_is_got_in_stretches_while_it_is_read(reader):
    raw = PLAIN % 1 + b"so many words\r\n" * 200_000
    stretches = [raw[at : at + 99_991] for at in range(0, len(raw), 99_991)]
    items = [(1, stored(stretches), Envelope()), (2, PLAIN % 2, Envelope())]

    answers = dict(reader.read_many(items))

    assert answers[1] == parse(raw)
    assert subject(answers[2]) == "2"


def test_large_message_is_sent_again_to_the_child_after_one_that_died(reader):
    large = stored([PLAIN % 9, b"", b"x" * 100_000])

    def after_a_death() -> object:
        answers = reader.read_many([*mails(3), (9, large, Envelope())])
        next(answers)
        os.kill(child_id(reader), signal.SIGKILL)
        return dict(answers)[9]

    # Where the child had the large one in hand already, that one is blamed: then once more.
    found = (after_a_death() for _ in range(20))
    assert subject(next(one for one in found if isinstance(one, Message))) == "9"


class GoneError(Exception):
    """What the database says."""


def test_error_of_getting_a_large_message_is_told_to_the_caller_and_blames_none(reader):
    def fail():
        yield PLAIN % 2
        raise GoneError

    answers = reader.read_many([(1, PLAIN % 1, Envelope()), (2, StoredRaw(10_000, fail), Envelope())])
    first = next(answers)
    with pytest.raises(GoneError):
        next(answers)

    assert subject(first[1]) == "1"
    assert subject(reader.read(PLAIN % 3, Envelope())) == "3"


@pytest.mark.parametrize("size_bytes", [10, 10_000], ids=["too much", "too little"])
def test_stored_message_of_another_size_than_promised_is_an_error(reader, size_bytes):
    with pytest.raises(ValueError, match=f"a message of {size_bytes} bytes is stored with"):
        list(reader.read_many([(1, stored([PLAIN % 1], size_bytes), Envelope())]))


def test_slow_database_is_not_taken_for_a_slow_child():
    reader = Reader(limits=ReadingLimits(wall_seconds=0.2))

    def slowly():
        yield PLAIN % 1
        time.sleep(0.5)
        yield b"the end\r\n"

    try:
        reader.start()
        answer = reader.read(StoredRaw(len(PLAIN % 1) + 9, slowly), Envelope())
    finally:
        reader.close()

    assert subject(answer) == "1"


def test_child_that_died_with_nothing_to_read_blames_no_message(reader):
    reader.read(PLAIN % 0, Envelope())
    os.kill(child_id(reader), signal.SIGKILL)
    reader._child.process.wait()

    assert subject(reader.read(PLAIN % 1, Envelope())) == "1"


class TestStart:
    """A child that cannot be started is an outage: no message is answered for."""

    def refused(self, reader: Reader) -> str:
        try:
            with pytest.raises(ReadingUnavailable) as unavailable:
                list(reader.read_many(mails(2)))
        finally:
            reader.close()
        return str(unavailable.value)

    def test_interpreter_that_is_not_there(self, monkeypatch):
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")

        assert "its process cannot be started: [Errno 2]" in self.refused(Reader())

    def test_interpreter_that_ends_at_once(self, monkeypatch):
        monkeypatch.setattr(sys, "executable", shutil.which("false"))

        assert self.refused(Reader()) == "its process ended at its start with exit status 1"

    def test_memory_limit_too_low_for_any_mail(self):
        assert "its process ended at its start" in self.refused(Reader(limits=ReadingLimits(memory_mib=1)))

    def test_child_that_hangs_is_ended(self, monkeypatch, tmp_path):
        monkeypatch.setattr(reading_process, "START_SECONDS", 0.1)
        hanging = tmp_path / "python"
        hanging.write_text("#!/bin/sh\nexec sleep 60\n")
        hanging.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(hanging))

        assert self.refused(Reader()) == "its process did not start within 0.1 s"

    def test_thread_that_cannot_be_started_leaves_no_process(self, monkeypatch):
        def refuse(_thread):
            raise RuntimeError("can't start new thread")

        before = children()
        monkeypatch.setattr("threading.Thread.start", refuse)

        assert "can't start new thread" in self.refused(Reader())
        assert children() == before


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


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


def test_caller_is_told_of_a_wait_and_readings_that_are_there_come_without_one(reader):
    reader.start()
    os.kill(child_id(reader), signal.SIGSTOP)
    along = reader.read_along(mails(3))
    first = next(along)
    os.kill(child_id(reader), signal.SIGCONT)
    then = next(along)
    deadline = time.monotonic() + 20
    while reader._child.answers.qsize() < 2 and time.monotonic() < deadline:
        time.sleep(0.005)

    assert first == (0, NOT_READ_YET)
    assert (then[0], subject(then[1])) == (0, "0")
    assert [(key, subject(answer)) for key, answer in along] == [(1, "1"), (2, "2")]
