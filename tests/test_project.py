"""What surrounds the program: installs that agree, and a Makefile that says what is missing."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the project's Makefile in a folder of its own, outside of any other make."""
    outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    environ = {name: value for name, value in os.environ.items() if name not in outer}
    command = ["make", "-f", str(ROOT / "Makefile"), "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environ)


def fake_python(folder: Path, script: str) -> str:
    """Write a program that passes for a Python and return its path."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_every_package_is_pinned():
    extras = PROJECT["optional-dependencies"]
    asked_for = [*PROJECT["dependencies"], *extras["postgres"], *extras["test"]]

    assert [one for one in asked_for if "==" not in one and not one.startswith("postdesk[")] == []


def test_the_build_tool_of_the_tests_is_the_one_that_installs():
    (tool,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]

    assert tool in PROJECT["optional-dependencies"]["test"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(
            '[ "$1" = --version ] && { echo Python 3.9.2; exit; }\nexit 1',
            "Postdesk needs Python 3.11 or newer; {} is Python 3.9.2. "
            "Name another one: make PYTHON=python3.12 run",
            id="old",
        ),
        pytest.param(
            'case "$2" in *version_info*) exit 0;; esac\nexit 1',
            "{} comes without the module venv; on Debian and Ubuntu: apt install python3-venv",
            id="without venv",
        ),
    ],
)
def test_make_run_says_what_is_wrong_with_a_python(tmp_path, script, said):
    (tmp_path / "pyproject.toml").touch()
    python = fake_python(tmp_path, script)

    done = make(tmp_path, "run", f"PYTHON={python}")

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == said.format(python)


def test_make_run_says_that_there_is_no_python(tmp_path):
    (tmp_path / "pyproject.toml").touch()

    done = make(tmp_path, "run", "PYTHON=python-that-is-not-there")

    assert done.stderr.splitlines()[0] == (
        "there is no python-that-is-not-there here; Postdesk needs Python 3.11 or newer"
    )


def test_a_second_make_run_installs_nothing(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    (tmp_path / ".venv" / ".installed").touch()
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "postdesk.toml").touch()

    planned = make(tmp_path, "--dry-run", "--no-print-directory", "run").stdout

    assert planned == "exec .venv/bin/postdesk --config desk/postdesk.toml run\n"


def test_make_clean_keeps_the_desk(tmp_path):
    for name in ("daemon", "storage", "tests", "desk", ".venv"):
        (tmp_path / name / "__pycache__").mkdir(parents=True)
    (tmp_path / "desk" / "postdesk.db").touch()

    assert make(tmp_path, "clean").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["daemon", "desk", "storage", "tests"]
    assert (tmp_path / "desk" / "postdesk.db").exists()
    assert not (tmp_path / "daemon" / "__pycache__").exists()


def test_ci_runs_what_make_test_runs():
    script = (ROOT / ".ci" / "run").read_text("utf-8")

    assert script.startswith("#!/bin/bash\n")
    assert re.search(r"^export CI=true$", script, re.MULTILINE)
    assert script.rstrip().endswith('exec make test "$@"')
    assert all(os.access(ROOT / ".ci" / name, os.X_OK) for name in ("run", "servers"))


class TestServers:
    """What make test says of the mail servers where it cannot install them: as a user, or without apt."""

    def run(self, tmp_path, **environ):
        for name, script in {"id": "echo 1000", "bash": 'exec /bin/bash "$@"'}.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
        text = (ROOT / ".ci" / "servers").read_text("utf-8").replace(":/usr/sbin:/sbin", "")
        return subprocess.run(
            ["/bin/bash", "-c", text],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={"PATH": str(tmp_path), **environ},
        )

    def test_a_user_is_told_what_is_skipped(self, tmp_path):
        done = self.run(tmp_path)

        assert (done.returncode, done.stdout.splitlines()) == (
            0,
            [
                (
                    "dovecot-imapd is not installed and cannot be installed here (not root): "
                    "its tests (pytest -m needs_dovecot) are skipped"
                ),
                (
                    "postfix is not installed and cannot be installed here (not root): "
                    "its tests (pytest -m needs_postfix) are skipped"
                ),
                (
                    "slapd is not installed and cannot be installed here (not root): "
                    "its tests (pytest -m needs_slapd) are skipped"
                ),
            ],
        )

    def test_on_ci_nothing_may_be_skipped(self, tmp_path):
        done = self.run(tmp_path, CI="true")

        assert (done.returncode, done.stderr) == (1, "with CI=true everything must run\n")

    def test_nothing_is_said_when_all_is_there(self, tmp_path):
        for name in ("dovecot", "postfix", "slapd"):
            (tmp_path / name).write_text("#!/bin/sh\n")
            (tmp_path / name).chmod(0o755)

        done = self.run(tmp_path)

        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
