"""The frame of the command line: where settings come from, how errors end, what output looks like."""

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import click
import pytest

from daemon import __main__, cli
from daemon.cli import postdesk, run
from daemon.cli.context import pass_invocation
from daemon.cli.output import emit, emit_json, iso, printable
from storage.vocabulary import TicketState
from tests.settings.conftest import ANN, DESK

ROOT = Path(__file__).parents[2]


@pytest.fixture
def command(monkeypatch):
    """Register a command for the time of a test."""

    def register(function):
        one = click.command(name="probe")(pass_invocation(function))
        monkeypatch.setitem(postdesk.commands, "probe", one)

    return register


@pytest.fixture
def desk(tmp_path):
    path = tmp_path / "postdesk.toml"
    path.write_text(DESK + ANN)
    return path


class TestSettings:
    def test_they_come_from_the_option_and_are_read_when_asked_for(self, command, desk):
        seen = []
        command(lambda invocation: seen.append(invocation.settings.desk.name))

        assert run(["--config", str(desk), "probe"]) == 0
        assert seen == ["IT Support"]

    def test_they_come_from_the_variable_and_from_the_working_folder(self, command, desk, monkeypatch):
        seen = []
        command(lambda invocation: seen.append(invocation.settings.path))
        monkeypatch.setenv("POSTDESK_CONFIG", str(desk))
        run(["probe"])
        monkeypatch.delenv("POSTDESK_CONFIG")
        monkeypatch.chdir(desk.parent)
        run(["probe"])

        assert seen == [desk, Path("postdesk.toml")]

    def test_a_command_that_needs_none_runs_without(self, command, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        command(lambda invocation: None)

        assert run(["probe"]) == 0

    def test_problems_are_told_one_a_line_with_status_2(self, command, desk, capsys):
        desk.write_text(DESK + ANN + "[listener]\nprot = 25\nhots = '::'\n")
        command(lambda invocation: invocation.settings)

        assert run(["--config", str(desk), "probe"]) == 2
        assert capsys.readouterr().err.splitlines() == [
            f"{desk}:8: listener.prot: no such setting (did you mean listener.port?)",
            f"{desk}:9: listener.hots: no such setting (did you mean listener.host?)",
        ]


class TestEndings:
    @pytest.mark.parametrize(("returned", "status"), [(None, 0), (0, 0), (1, 1), (2, 2)])
    def test_what_a_command_returns_is_the_status(self, command, returned, status):
        command(lambda invocation: returned)

        assert run(["probe"]) == status

    def test_wrong_use_is_status_2(self, capsys):
        assert run(["--no-such-option"]) == 2
        assert "No such option" in capsys.readouterr().err

    def test_an_unknown_command_is_status_2(self, capsys):
        assert run(["tikets"]) == 2
        assert "No such command 'tikets'" in capsys.readouterr().err

    def test_an_error_is_one_line_and_status_1(self, command, capsys):
        def fail(invocation):
            raise OSError("no route\nto host")

        command(fail)

        assert run(["probe"]) == 1
        assert capsys.readouterr().err == "postdesk: no route to host (--debug shows where)\n"

    def test_an_error_without_words_has_its_name(self, command, capsys):
        def fail(invocation):
            raise NotImplementedError

        command(fail)
        run(["probe"])

        assert capsys.readouterr().err == "postdesk: NotImplementedError (--debug shows where)\n"

    def test_debug_shows_where_an_error_arose(self, command, capsys):
        def fail(invocation):
            raise ZeroDivisionError("out of numbers")

        command(fail)

        assert run(["--debug", "probe"]) == 1
        assert "in fail\n" in capsys.readouterr().err

    def test_an_interrupt_is_status_1_without_traceback(self, command, capsys):
        def interrupted(invocation):
            raise KeyboardInterrupt

        command(interrupted)

        assert run(["probe"]) == 1
        assert capsys.readouterr().err.splitlines()[-1] == "postdesk: interrupted"

    def test_main_ends_the_process_with_the_status(self, command):
        command(lambda invocation: 1)

        with pytest.raises(SystemExit) as caught:
            __main__.main(["probe"])
        assert caught.value.code == 1

    def test_a_reader_that_goes_away_is_no_error(self):
        writer = f"{sys.executable} -m daemon config schema | head -c 1"

        done = subprocess.run(writer, shell=True, cwd=ROOT, capture_output=True, check=False, timeout=30)

        assert (done.stdout, done.stderr) == (b"{", b"")

    def test_the_version_is_that_of_the_distribution(self, capsys, monkeypatch):
        def unknown(name):
            raise cli.metadata.PackageNotFoundError(name)

        assert run(["--version"]) == 0
        assert capsys.readouterr().out == f"postdesk, version {cli.version()}\n"
        monkeypatch.setattr(cli.metadata, "version", lambda name: "1.2.3")
        assert cli.version() == "1.2.3"
        monkeypatch.setattr(cli.metadata, "version", unknown)
        assert cli.version() == "from a checkout, not installed"

    def test_the_help_has_a_line_for_every_command(self, capsys):
        assert run(["--help"]) == 0
        said = capsys.readouterr().out
        for command in cli.COMMANDS:
            assert f"\n  {command.name} " in said
            assert command.get_short_help_str().rstrip("."), f"{command.name} has no help"


@dataclass(frozen=True)
class Line:
    at: datetime
    raw: bytes


class TestOutput:
    ROWS = (
        {"number": 1, "subject": "Drucker", "at": datetime(2024, 1, 15, 9, 0, 0, 5, tzinfo=UTC)},
        {"number": 1042, "subject": "日本語", "at": None, "done": True, "to": ["a@x.test", "b@x.test"]},
    )

    def test_a_table_is_aligned_whatever_the_script(self, capsys):
        emit(self.ROWS, ["number", "subject", "at", "done", "to"], as_json=False)

        assert capsys.readouterr().out == (
            "NUMBER  SUBJECT  AT                    DONE  TO\n"
            "1       Drucker  2024-01-15T09:00:00Z\n"
            "1042    日本語                         yes   a@x.test, b@x.test\n"
        )

    def test_json_has_every_key_of_every_row(self, capsys):
        emit(self.ROWS, ["number"], as_json=True)

        assert json.loads(capsys.readouterr().out) == [
            {"number": 1, "subject": "Drucker", "at": "2024-01-15T09:00:00.000005Z"},
            {"number": 1042, "subject": "日本語", "at": None, "done": True, "to": ["a@x.test", "b@x.test"]},
        ]

    def test_no_rows_are_an_empty_array_or_nothing(self, capsys):
        emit([], ["number"], as_json=False)
        emit(iter(()), ["number"], as_json=True)

        assert capsys.readouterr().out == "[]\n"

    def test_json_knows_the_values_of_the_program(self, capsys):
        moment = datetime(2024, 1, 15, 10, 0, tzinfo=timezone(timedelta(hours=1)))
        emit_json(
            {
                "line": Line(moment, b"caf\xe9"),
                "state": TicketState.OPEN,
                "path": Path("/srv"),
                "wait": timedelta(minutes=1),
                "of": (1, 2),
            }
        )

        assert json.loads(capsys.readouterr().out) == {
            "line": {"at": "2024-01-15T09:00:00Z", "raw": "caf\\xe9"},
            "state": "open",
            "path": "/srv",
            "wait": 60.0,
            "of": [1, 2],
        }

    def test_json_refuses_what_it_does_not_know(self):
        with pytest.raises(TypeError, match="expected a value that can be printed, got complex"):
            emit_json(1j)

    def test_json_cannot_command_a_terminal(self, capsys):
        emit_json("\x1b[2J\x9b2J")

        assert capsys.readouterr().out == '"\\u001b[2J\\u009b2J"\n'

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("a\r\nb\tc", "a  b c"),
            ("\x1b[2J\x9b2J", " [2J 2J"),
            ("invoice\u202efdp.exe", "invoicefdp.exe"),
            ("broken \udce9", "broken  "),
            ("two\u2028lines", "two lines"),
            ("Grüße 👍", "Grüße 👍"),
        ],
    )
    def test_a_table_cannot_command_a_terminal(self, text, shown):
        assert printable(text) == shown

    def test_a_long_text_is_cut_in_a_table_and_whole_in_json(self, capsys):
        rows = [{"subject": "x" * 100}]
        emit(rows, ["subject"], as_json=False)
        table = capsys.readouterr().out
        emit(rows, ["subject"], as_json=True)

        assert table == "SUBJECT\n" + "x" * 59 + "…\n"
        assert json.loads(capsys.readouterr().out) == rows

    def test_a_combining_mark_takes_no_room(self, capsys):
        emit([{"a": "e\u0301", "b": 1}, {"a": "ee", "b": 2}], ["a", "b"], as_json=False)

        assert capsys.readouterr().out == "A   B\ne\u0301   1\nee  2\n"

    def test_a_moment_is_utc_with_z(self):
        assert iso(datetime(2024, 1, 15, 10, tzinfo=timezone(timedelta(hours=1)))) == "2024-01-15T09:00:00Z"


def test_the_command_in_pyproject_is_this_main():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["scripts"] == {"postdesk": "daemon.__main__:main"}
    assert __main__.main is cli.main
