"""Commands run as another user, with nothing of ours, for a limited time, and never through a shell."""

import os
import pwd
import sys
import threading
import time
from pathlib import Path

import pytest

from daemon.desk.automation_settings import AutomationSettings
from daemon.edges.command_runner import OUTPUT_BYTES, run_command

ROOT = os.geteuid() == 0
NEVER = threading.Event()
# Whoever runs the same tests beside us sleeps another time.
LONG = f"61.{os.getpid()}"


def settings(**more) -> AutomationSettings:
    own = {} if not ROOT else {"user": "nobody"}
    return AutomationSettings(**{"name": "test", "argv": ("/bin/true",), **own, **more})


def run(*argv: str, **more):
    return run_command(settings(**more), argv, NEVER)


class TestWhatItSees:
    @pytest.mark.skipif(not ROOT, reason="only root can run commands as others")
    def test_runs_as_the_user_with_no_group_of_ours(self):
        found = run("/usr/bin/id")

        who = pwd.getpwnam("nobody")
        assert found.problem == ""
        assert f"uid={who.pw_uid}(nobody)" in found.output
        assert "root" not in found.output

    def test_an_argument_stays_one_whatever_it_holds(self, tmp_path: Path):
        target = tmp_path / "made"
        hostile = f"$(touch {target}); `touch {target}` | touch {target} && 'x \"y"

        found = run("/usr/bin/printf", "[%s]", hostile, "second")

        assert found.output == f"[{hostile}][second]"
        assert not target.exists()

    def test_the_environment_is_clean_and_the_folder_its_own(self, monkeypatch):
        monkeypatch.setenv("POSTDESK_SECRET", "hunter2")

        shown, where = run("/usr/bin/env"), run("/bin/pwd")

        names = sorted(line.partition("=")[0] for line in shown.output.splitlines())
        assert names == ["HOME", "LANG", "PATH", "TMPDIR"]
        assert "postdesk-task-" in where.output
        assert not Path(where.output).exists()

    def test_there_is_nothing_to_read(self):
        assert run("/bin/cat").output == ""

    def test_no_file_of_ours_is_open(self, tmp_path: Path):
        with (tmp_path / "open").open("w") as mine:
            os.set_inheritable(mine.fileno(), True)
            found = run("/bin/ls", "-l", "/proc/self/fd")

        assert str(tmp_path) not in found.output


class TestHowItEnds:
    def test_a_status_is_told_with_what_it_wrote(self):
        found = run("/bin/sh", "-c", "echo oops >&2; exit 3")

        assert (found.problem, found.output) == ("it ended with status 3", "oops")

    def test_what_takes_too_long_is_killed_with_its_children(self):
        began = time.monotonic()
        found = run("/bin/sh", "-c", f"sleep {LONG} & echo started; wait", timeout_seconds=1)

        assert found.problem == "it took longer than 1 seconds and was stopped"
        assert found.output in {"", "started"}, "a busy machine may not come so far"
        assert time.monotonic() - began < 50
        assert _is_gone(LONG)

    def test_whoever_closes_its_output_is_watched_all_the_same(self):
        found = run("/bin/sh", "-c", f"exec >&- 2>&-; sleep {LONG}", timeout_seconds=1)

        assert found.problem == "it took longer than 1 seconds and was stopped"
        assert _is_gone(LONG)

    def test_a_stop_of_the_daemon_ends_it(self):
        stopping = threading.Event()
        stopping.set()

        found = run_command(settings(timeout_seconds=60), ("/bin/sleep", "60"), stopping)

        assert found.problem == "the daemon was stopped while it ran"

    def test_a_program_that_is_not_there_is_told(self):
        assert run("/nowhere/to/be/found").problem == "it could not be started: no such file or directory"

    def test_a_signal_is_told(self):
        assert run("/bin/sh", "-c", "kill -TERM $$").problem == "it was ended by signal 15"

    def test_much_output_is_cut_and_never_held(self):
        found = run(sys.executable, "-c", "print('x' * 50_000_000)")

        assert found.problem == ""
        assert len(found.output) < OUTPUT_BYTES + 100
        assert found.output.endswith("(only its beginning is kept)")

    def test_bytes_that_are_no_text_do_no_harm(self):
        found = run("/usr/bin/printf", "a\\377\\033[31mb\\000c")

        assert found.output == "a\ufffd\ufffd[31mb\ufffdc"


class TestWhoMayNot:
    @pytest.mark.skipif(not ROOT, reason="only root could run them as root")
    def test_nothing_runs_as_root_unless_that_is_said(self):
        assert "does not run as root" in run("/usr/bin/id", user="").problem
        assert "not allowed to run as root" in run("/usr/bin/id", user="root").problem
        assert "uid=0" in run("/usr/bin/id", user="", as_root=True).output

    def test_a_user_who_is_not_there_is_told(self):
        assert run("/usr/bin/id", user="nobody-at-all").problem == "this machine has no user nobody-at-all"

    def test_a_daemon_that_is_not_root_runs_nothing_as_others(self, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 4711)

        assert "only a daemon that runs as root" in run("/usr/bin/id", user="nobody").problem


def _is_gone(mark: str) -> bool:
    """Tell whether no process has these words; one that was killed takes a moment to go."""
    end = time.monotonic() + 10
    while mark in _commands():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _commands() -> str:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                found.append(
                    (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                )
            except OSError:
                continue
    return "\n".join(found)
