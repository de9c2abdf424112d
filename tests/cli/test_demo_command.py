"""``demo``: the story plays to its end, leaves nothing behind, and notices when the desk does otherwise."""

import os
import subprocess
import time
from dataclasses import replace

import pytest

from daemon.cli import demo, demo_stage, run
from daemon.cli.demo_story import ANN, CARA, STORY
from daemon.supervisor import Supervisor
from storage.vocabulary import TicketState
from tests.cli.running import POSTDESK, environment

FIRST = STORY[0]


@pytest.fixture
def story(monkeypatch, capsys):
    """Play other steps in this process; the status and what was said about trouble."""

    def played(*steps):
        monkeypatch.setattr(demo, "STORY", steps)
        status = run(["demo"])
        return status, capsys.readouterr().err

    return played


def test_the_story_plays_from_anywhere_and_leaves_nothing_behind(tmp_path):
    started = time.monotonic()
    done = subprocess.run(
        [*POSTDESK, "demo"],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
        env=environment(TMPDIR=str(tmp_path), POSTDESK_CONFIG="/nonexistent.toml"),
    )
    seconds = time.monotonic() - started

    said = done.stdout.decode("ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert seconds < 20
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # names, as ls shows them
    for step in STORY:
        assert step.narration in said
        assert all(f"| {line}".rstrip() in said for line in step.text.splitlines())
    assert "Cara gets:\n+---" in said
    assert '| From:    "Ann Agent (IT Support)" <support@desk.test>\n' in said
    assert "The end: 7 mails in, 11 mails out, one ticket." in said
    assert said.endswith("DISPOSITION  COUNT\nticketed     1\nappended     4\nacted        2\n")


def test_no_line_is_wider_than_a_terminal(story, capsys):
    run(["demo"])

    shown = capsys.readouterr().out.partition("postdesk tickets")[0]
    assert max(map(len, shown.splitlines())) <= 84


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((replace(FIRST, state=TicketState.OPEN),), "expected ticket 1 to be open, it is new"),
        (
            (replace(FIRST, expected=((CARA, "[#2]"), *FIRST.expected[1:])),),
            "expected '[#2]' to cara@customer.test; got ",
        ),
        (
            (replace(FIRST, expected=(*FIRST.expected, (ANN, "x"))),),
            "no mail within 1 seconds after: Cara has",
        ),
        (
            (FIRST, replace(STORY[2], author=CARA)),
            "the mail to cara@customer.test names no address for notes",
        ),
    ],
)
def test_what_is_not_as_told_breaks_the_story(story, monkeypatch, steps, said):
    monkeypatch.setattr(demo_stage, "PATIENCE_SECONDS", 1.0)

    status, err = story(*steps)

    assert status == 1
    assert err.startswith("Error: the story broke: ")
    assert said in err


def test_mail_that_the_ledger_does_not_count_breaks_the_story(story, monkeypatch):
    monkeypatch.setattr(
        demo_stage.views, "ledger_counts", lambda database: {"ticketed": 0, "appended": 0, "acted": 0}
    )

    assert "1 mails went in, the ledger has" in story(FIRST)[1]


def test_a_mail_that_does_not_leave_breaks_the_story(story, monkeypatch):
    monkeypatch.setattr(demo_stage, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(demo_stage.views, "outbox_rows", lambda *_: [{"state": "sent"}, {"state": "failed"}])

    assert "3 mails came out, the outbox has ['sent', 'failed']" in story(FIRST)[1]


def test_a_desk_that_stops_early_breaks_the_story(story, monkeypatch):
    async def stops(supervisor, on_ready):
        on_ready(supervisor)
        return 0

    monkeypatch.setattr(demo_stage.aiosmtplib, "send", nothing)
    monkeypatch.setattr(Supervisor, "run", listening(stops))

    assert story(FIRST) == (1, "Error: the story broke: the desk stopped in the middle of the story\n")


def test_a_desk_that_does_not_start_breaks_the_story(story, monkeypatch):
    async def fails(supervisor, on_ready):
        raise OSError("no loopback here")

    monkeypatch.setattr(Supervisor, "run", fails)

    assert story(FIRST) == (1, "Error: the story broke: the desk did not start: no loopback here\n")


def test_a_desk_that_ends_badly_breaks_the_story(story, monkeypatch):
    stop = Supervisor.stop
    monkeypatch.setattr(Supervisor, "stop", lambda supervisor: stop(supervisor, 1))

    assert story(FIRST) == (1, "Error: the story broke: the desk ended with status 1\n")


async def nothing(*_arguments, **_words):
    """Send nothing."""


def listening(run_of_desk):
    """Give the desk a port that nobody listens on."""

    async def ran(supervisor, on_ready):
        supervisor.listening.append(("127.0.0.1", 1))
        return await run_of_desk(supervisor, on_ready)

    return ran
