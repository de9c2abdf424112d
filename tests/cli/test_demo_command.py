"""``demo``: the story plays to its end, leaves nothing behind, and notices when the desk does otherwise."""

import os
import subprocess
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from daemon.cli import demo, demo_mailbox, demo_stage, run
from daemon.cli.demo_clients import Delivered, written
from daemon.cli.demo_laptop import LAPTOP
from daemon.cli.demo_script import Pause, Story, StoryBroken, Way
from daemon.cli.demo_stage import BEGIN
from daemon.cli.demo_story import ANN, CARA, PRINTER
from daemon.supervisor import Supervisor
from storage.vocabulary import TicketState
from tests.cli.running import POSTDESK, environment
from tests.servers import require_program

STORY = PRINTER.steps
FIRST = STORY[0]


@pytest.fixture
def story(monkeypatch, capsys):
    """Play other steps in this process; the status and what was said about trouble."""

    def played(*steps):
        monkeypatch.setattr(demo, "STORIES", {"printer": replace(PRINTER, steps=steps)})
        status = run(["demo"])
        return status, capsys.readouterr().err

    return played


def test_the_story_plays_from_anywhere_and_leaves_nothing_behind(tmp_path):
    done = subprocess.run(
        [*POSTDESK, "demo", "--story", "printer"],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
        env=environment(TMPDIR=str(tmp_path), POSTDESK_CONFIG="/nonexistent.toml"),
    )

    said = done.stdout.decode("ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # names, as ls shows them
    for step in STORY:
        assert step.narration in " ".join(said.split())
        assert all(f"| {line}".rstrip() in said for line in step.text.splitlines())
    assert "Cara gets:\n+---" in said
    assert '| From:    "Ann Agent (IT Support)" <support@desk.test>\n' in said
    assert "The end: 7 mails in, 11 mails out, one ticket." in said
    assert said.endswith("DISPOSITION  COUNT\nticketed     1\nappended     4\nacted        2\n")


def test_no_line_is_wider_than_a_terminal(capsys):
    run(["demo", "--story", "printer"])

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
    if "no mail" in said:
        monkeypatch.setattr(demo_stage, "PATIENCE_SECONDS", 1.0)

    status, err = story(*steps)

    assert status == 1
    assert err.startswith("Error: the story broke: ")
    assert said in err


def test_mail_that_the_ledger_does_not_count_breaks_the_story(story, monkeypatch):
    monkeypatch.setattr(demo_stage.Stage, "_rest", nothing)
    monkeypatch.setattr(
        demo_stage.views, "ledger_counts", lambda database: {"ticketed": 0, "appended": 0, "acted": 0}
    )

    assert "1 mails went in, the ledger has" in story(FIRST)[1]


def test_a_mail_that_does_not_leave_breaks_the_story(story, monkeypatch):
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


def test_a_desk_that_does_not_come_to_rest_breaks_the_story(story, monkeypatch):
    monkeypatch.setattr(demo_stage, "PATIENCE_SECONDS", 2.0)
    monkeypatch.setattr(demo_stage.Stage, "_waits", lambda stage: True)

    assert "the desk did not come to rest within 2 seconds" in story(FIRST)[1]


def test_a_mail_too_many_breaks_the_story(story):
    said = story(replace(FIRST, expected=FIRST.expected[:2]))[1]

    assert (
        "expected 2 mails; got '[#1] The printer on floor 3 is dead' to" in said or "to bob@corp.test" in said
    )


def test_time_passes_and_what_is_due_happens(story):
    pause = Pause("Two weeks pass.", timedelta(days=15), (), TicketState.CLOSED, jump=timedelta(days=1))

    assert story(FIRST, STORY[1], STORY[4], pause) == (0, "")


def test_mails_are_kept_where_it_is_asked(tmp_path):
    assert run(["demo", "--story", "printer", "--save", str(tmp_path)]) == 0

    kept = sorted(path.name for path in (tmp_path / "printer").iterdir())
    assert len(kept) == 2 * 11
    assert kept[0].startswith("01-1-")
    assert "<html" in (tmp_path / "printer" / kept[1]).read_text("utf-8")


def test_a_story_that_is_not_there_is_refused(capsys):
    assert run(["demo", "--story", "novel"]) == 2
    assert "expected one of printer, laptop, got novel" in capsys.readouterr().err


@pytest.mark.no_cover
@pytest.mark.needs_dovecot
def test_laptop_is_asked_for_approved_delivered_and_rated_in_two_weeks(monkeypatch, capsys, tmp_path):
    require_program("dovecot", "dovecot-imapd")
    monkeypatch.setattr(demo.tempfile, "tempdir", "/tmp")

    assert run(["demo", "--story", "laptop", "--save", str(tmp_path)]) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert all(step.narration in said for step in LAPTOP.steps)
    passed = sum((step.time for step in LAPTOP.steps if isinstance(step, Pause)), timedelta())
    assert timedelta(days=13) < passed <= timedelta(days=14)
    assert "The end: 15 mails in, 33 mails out, 2 tickets." in said
    assert "Dovecot is not" not in said
    assert len(list(tmp_path.glob("laptop/*.html"))) == 33


@pytest.mark.needs_dovecot
def test_every_other_mail_lies_in_the_mailbox_where_there_is_one(monkeypatch, capsys):
    require_program("dovecot", "dovecot-imapd")
    delivered, deliver = [], demo_mailbox.deliver

    def seen(port, raw):
        delivered.append(raw)
        deliver(port, raw)

    monkeypatch.setattr(demo_mailbox, "deliver", seen)
    # pytest's own folders are closed to the user that Dovecot runs as.
    monkeypatch.setattr(demo.tempfile, "tempdir", "/tmp")
    assert run(["demo", "--story", "printer"]) == 0

    assert len(delivered) == len(STORY) // 2
    assert "Dovecot is not" not in capsys.readouterr().out


def test_without_dovecot_all_mail_comes_by_smtp(monkeypatch, capsys):
    monkeypatch.setattr(demo_mailbox, "program", lambda folder: None)

    assert run(["demo", "--story", "printer"]) == 0
    assert "Dovecot is not installed" in capsys.readouterr().out


def test_a_dovecot_that_does_not_start_breaks_the_story(monkeypatch, capsys):
    monkeypatch.setattr(demo_mailbox, "program", lambda folder: "/bin/false")

    assert run(["demo", "--story", "printer"]) == 1
    assert "Dovecot did not start; it said: nothing" in capsys.readouterr().err


class TestClients:
    def mail(self, text, html=""):
        message = EmailMessage()
        message["From"], message["Subject"], message["Message-ID"] = (
            "desk@desk.test",
            "A form",
            "<1@desk.test>",
        )
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        return Delivered(CARA, message)

    def written(self, step, *inbox):
        story = Story("x", "desk@desk.test", {CARA: "Cara", "desk@desk.test": "Desk"}, "", ())
        return written(step, story, {CARA: inbox}, BEGIN)

    def test_a_tapped_link_starts_its_mail(self):
        link = "mailto:desk+a1@desk.test?subject=Re%3A%20it&amp;body=approve%0D%0A"
        got = self.mail("x", f'<p><a class="b" href="{link}"><b>Approve</b></a></p>')

        made = self.written(replace(FIRST, way=Way.TAP, tap="Approve", text=""), got)

        assert (made["To"], made["Subject"]) == ("desk+a1@desk.test", "Re: it")
        assert made.get_content().strip() == "approve"
        with pytest.raises(StoryBroken, match="has no link 'Reject'; its links are Approve"):
            self.written(replace(FIRST, way=Way.TAP, tap="Reject"), got)

    def test_a_form_is_filled_in_where_it_is_quoted(self):
        got = self.mail("[1abc] When?\n:: \n\n[2abd] Which?\n:: Light 13\n")

        made = self.written(replace(FIRST, way=Way.REPLY, text="", filled={"Which?": "Strong"}), got)

        assert "> :: \n> \n> [2abd] Which?\n> :: Strong" in made.get_content()
        with pytest.raises(StoryBroken, match="does not ask for Where"):
            self.written(replace(FIRST, way=Way.REPLY, filled={"Where?": "here"}), got)

    def test_who_has_no_such_mail_cannot_answer_it(self):
        with pytest.raises(StoryBroken, match="has no mail with 'bill' to answer"):
            self.written(replace(FIRST, way=Way.REPLY, answering="bill"), self.mail("x"))


async def nothing(*_arguments, **_words):
    """Send nothing."""


def listening(run_of_desk):
    """Give the desk a port that nobody listens on."""

    async def ran(supervisor, on_ready):
        supervisor.listening.append(("127.0.0.1", 1))
        return await run_of_desk(supervisor, on_ready)

    return ran
