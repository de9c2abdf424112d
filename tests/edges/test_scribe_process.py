"""The scribe's child begins and ends, and whatever it does not write is written here."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.edges import scribe as scribe_module
from daemon.edges.scribe import PAUSE_SECONDS, REST_SECONDS, START_SECONDS
from daemon.edges.scribe_wire import Answer, answer_out, frame, imprint
from daemon.services.pen import LATER
from daemon.services.render import Renderer
from storage.records import WrittenCopy
from tests.edges.scribe_bench import Bench, descriptors, is_alive, order, until

pytestmark = pytest.mark.usefixtures("several_cores")


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: Bench) -> Callable[[bytes], None]:
    """Call it with what a process says, beside the right first words, that is started in place of ours."""

    def put(says: bytes) -> None:
        program = tmp_path / "stand-in"
        program.write_text(
            f"#!{sys.executable} -IS\n"
            "import sys\n"
            f"sys.stdout.buffer.write({frame(imprint(own.renderers.values()))!r})\n"
            "sys.stdout.buffer.flush()\n"
            "if sys.stdin.buffer.read(1):\n"
            f"    sys.stdout.buffer.write({says!r})\n"
            "    sys.stdout.buffer.flush()\n"
            "sys.stdin.buffer.read()\n"
        )
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(program))

    return put


class TestEnd:
    def test_killed_child_costs_no_mail_and_none_is_started_for_a_while(
        self, own: Bench, caplog: pytest.LogCaptureFixture
    ):
        own.begin()
        first = order()
        own.send(first)
        done = own.scribe.written()
        pid = own.child
        os.kill(pid, signal.SIGSTOP)
        left = [order(), order("ticket-new"), order()]
        own.send(*left[:2])
        own.send(left[2])
        os.kill(pid, signal.SIGKILL)

        assert done == own.here(first)
        assert own.scribe.written() == own.here(*left)
        assert own.scribe.written() == []
        assert not Path(f"/proc/{pid}").exists()
        assert "no second process helps to write mails: it" in caplog.text
        own.clock.seconds += PAUSE_SECONDS - 1
        own.scribe.call()
        assert not own.has_child()
        assert not own.scribe.is_ready()
        own.clock.seconds += 1
        own.scribe.call()
        assert own.has_child()

    def test_child_that_hangs_is_ended_and_its_mail_written_here(
        self, own: Bench, stand_in: Callable[[bytes], None], monkeypatch: pytest.MonkeyPatch
    ):
        stand_in(b"")
        own.begin()
        pid, orders = own.child, [order(), order()]
        monkeypatch.setattr(scribe_module, "ANSWER_SECONDS", 0.05)
        os.kill(pid, signal.SIGSTOP)
        for one in orders:
            own.send(one)

        assert own.scribe.written() == own.here(*orders)
        assert not Path(f"/proc/{pid}").exists()
        assert not own.has_child()

    def test_pen_of_a_child_that_has_gone_hands_its_orders_over_all_the_same(
        self, own: Bench, stand_in: Callable[[bytes], None]
    ):
        stand_in(b"")
        own.begin()
        pen, late, pid = own.scribe.pen(), order(), own.child
        assert pen.write(late) == LATER
        os.kill(pid, signal.SIGKILL)
        until(lambda: not is_alive(pid))
        pen.done()

        assert own.scribe.written() == own.here(late)

    @pytest.mark.parametrize(
        "answer",
        [
            frame(b"\xc1nonsense"),
            frame(answer_out(Answer(trouble="??")).replace(b"??", b"\xff\xfe")),
            frame(answer_out(Answer())),
            frame(answer_out(Answer([WrittenCopy("<other@desk.test>", "s", b"c")]))),
            b"\xff\xff\xff\xff" + b"x" * 9_000,
            b"\0\0",
        ],
        ids=["no MessagePack", "no UTF-8", "nothing", "another mail", "without end", "half"],
    )
    def test_nonsense_from_the_child_is_found_and_ends_it(
        self, own: Bench, stand_in: Callable[[bytes], None], monkeypatch: pytest.MonkeyPatch, answer: bytes
    ):
        stand_in(answer)
        own.begin()
        pid, orders = own.child, [order(), order()]
        monkeypatch.setattr(scribe_module, "ANSWER_SECONDS", 0.3)
        own.send(*orders)

        assert own.scribe.written() == own.here(*orders)
        until(lambda: not own.scribe.pen().lets_wait)
        assert not Path(f"/proc/{pid}").exists()

    def test_words_that_nobody_asked_for_end_it(self, own: Bench, stand_in: Callable[[bytes], None]):
        stand_in(frame(answer_out(Answer(trouble="x"))) * 2)
        own.begin()
        only = order()
        own.send(only)

        assert own.scribe.written() == own.here(only)
        until(lambda: not own.scribe.pen().lets_wait)
        assert not own.has_child()

    def test_child_without_work_is_ended_after_a_while_and_leaves_nothing_behind(
        self, own: Bench, stand_in: Callable[[bytes], None]
    ):
        before = descriptors()
        stand_in(b"")
        own.begin()
        pid = own.child
        own.clock.seconds += REST_SECONDS
        own.scribe.rest()
        assert is_alive(pid)
        own.scribe.written()
        own.clock.seconds += REST_SECONDS
        own.scribe.rest()
        assert is_alive(pid)
        own.clock.seconds += 1
        own.scribe.rest()

        assert not Path(f"/proc/{pid}").exists()
        assert descriptors() == before
        assert not own.scribe.is_ready()

    def test_rest_without_a_child_is_nothing(self, own: Bench):
        own.scribe.rest()

        assert not own.has_child()

    @pytest.mark.parametrize("moment", ["it.is_ready()", "True"], ids=["ready", "at its start"])
    def test_child_ends_without_a_word_when_its_parent_is_killed(self, moment: str):
        code = (
            "import os, signal, time\n"
            "from daemon.edges import scribe\n"
            "from daemon.services.render import Renderer\n"
            "scribe._cores = lambda: 2\n"
            "it = scribe.Scribe({'': Renderer(proven=True)})\n"
            "it.call()\n"
            f"while not {moment}: time.sleep(0.01)\n"
            "print(it._child.process.pid, flush=True)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        child = int(told.stdout)

        until(lambda: not is_alive(child))
        assert told.stderr == b""


class TestStart:
    def test_one_core_starts_none(self, own: Bench, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(scribe_module, "_cores", lambda: 1)
        own.scribe.call()

        assert not own.has_child()

    def test_running_child_is_not_started_twice(self, own: Bench, stand_in: Callable[[bytes], None]):
        stand_in(b"")
        own.begin()
        pid = own.child
        own.scribe.call()

        assert own.child == pid

    def test_child_that_cannot_be_started_is_done_without(
        self, own: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        before = descriptors()
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")
        own.scribe.call()
        own.scribe.call()

        assert not own.scribe.is_ready()
        assert not own.scribe.pen().lets_wait
        assert caplog.text.count("no second process helps to write mails: [Errno 2]") == 1
        assert descriptors() == before

    def test_child_that_ends_at_once_is_done_without(
        self, own: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        monkeypatch.setattr(sys, "executable", "/bin/false")
        own.scribe.call()
        until(lambda: own.scribe.is_ready() or not own.has_child())

        assert not own.scribe.is_ready()
        assert "it has ended" in caplog.text or "its socket is broken" in caplog.text

    def test_child_that_takes_too_long_to_start_is_ended(
        self, own: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        hanging = tmp_path / "python"
        hanging.write_text("#!/bin/sh\nexec sleep 60\n")
        hanging.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(hanging))
        own.scribe.call()
        pid = own.child
        own.clock.seconds += START_SECONDS
        assert not own.scribe.is_ready()
        assert is_alive(pid)
        own.clock.seconds += 1

        assert not own.scribe.is_ready()
        assert not Path(f"/proc/{pid}").exists()
        assert "it did not start within 30 s" in caplog.text

    def test_child_that_is_not_asked_for_during_its_start_is_ended_without_a_word(
        self, own: Bench, stand_in: Callable[[bytes], None], caplog: pytest.LogCaptureFixture
    ):
        stand_in(b"")
        own.scribe.call()
        pid = own.child
        own.clock.seconds += START_SECONDS + 1
        own.scribe.rest()

        assert not Path(f"/proc/{pid}").exists()
        assert caplog.text == ""

    def test_more_open_connections_than_select_can_count_do_no_harm(self, own: Bench):
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limits[1] < 2_048:
            pytest.skip(f"needs 2,048 open files, this machine allows {limits[1]}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(2_048, limits[0]), limits[1]))
        files = [os.open("/dev/null", os.O_RDONLY) for _ in range(1_100)]
        try:
            own.begin()
            one = order()
            own.send(one)

            assert own.scribe._child._socket.fileno() > 1_024
            assert own.scribe.written() == own.here(one)
        finally:
            for file in files:
                os.close(file)
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)


class TestChangedTemplates:
    """The daemon goes on with the templates that it started with, and so do all its mails."""

    def test_change_after_the_daemons_start_keeps_the_child_from_its_work(
        self, template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ):
        bench = Bench({"": Renderer(tmp_path, proven=True)})
        bench.here(order())
        template.write_text("As it is\n")
        # A worker that died and was started anew has the same templates still.
        again = Bench(bench.renderers)
        try:
            again.scribe.call()
            until(lambda: again.scribe.is_ready() or not again.has_child())

            assert not again.scribe.is_ready()
            assert "the program or a template was changed; restart the daemon" in caplog.text
        finally:
            again.scribe.close()
