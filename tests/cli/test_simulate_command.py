"""``postdesk simulate``: old mail on two configurations, and nothing touched."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import click
import pytest

from daemon.cli import simulating
from daemon.cli.simulate import _compare, _Text
from daemon.cli.simulating import MailClock, date_of
from daemon.desk.trial import Summary
from daemon.services import evidence
from daemon.settings import load
from tests.cli.operated import CONFIGURATION, Operated
from tests.scenarios.desk import mail

CARA = "Cara <cara@cust.test>"
NEW = (
    CONFIGURATION
    + """
[[team]]
name = "network"
members = ["bob@corp.test"]
assignment = "automatic"

[[route]]
name = "tunnel"
words = ["vpn"]
team = "network"
impact = "high"
"""
)


@pytest.fixture
def archive(desk_folder: Operated) -> Operated:
    """A desk with an mbox of three mails beside it: two topics, and an answer to the first."""
    (desk_folder.folder / "new.toml").write_text(NEW)
    first = mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n")
    first_id = str(first["Message-ID"])
    mails = [
        first,
        mail(CARA, "VPN is down", "I cannot work.\n"),
        mail(CARA, "Re: Printer is dead", "Still dead.\n", headers={"In-Reply-To": first_id}),
    ]
    lines = b""
    for hour, one in enumerate(mails, start=9):
        del one["Date"]
        one["Date"] = f"Mon, 15 Jan 2024 {hour:02}:00:00 +0000"
        lines += b"From cara@cust.test Mon Jan 15 09:00:00 2024\n" + one.as_bytes() + b"\n"
    (desk_folder.folder / "old.mbox").write_bytes(lines)
    return desk_folder


def simulate(desk: Operated, *words: str):
    return desk.postdesk("simulate", str(desk.folder / "old.mbox"), *words)


def test_what_would_change_is_told_with_its_rule_and_no_state_is_touched(archive: Operated):
    database = archive.folder / "postdesk.db"
    archive.story.database.disconnect()
    before = hashlib.sha256(database.read_bytes()).digest()

    said = simulate(archive, "--config", str(archive.folder / "new.toml"))

    assert said.status == 1, said.err
    told, table = said.out.split("\n\n")
    assert told.splitlines() == [
        "old.mbox:2  2024-01-15T10:00:00Z  cara@cust.test  VPN is down",
        "  priority    P3 -> P2  (priority P2 by impact high, urgency medium: route: tunnel -> impact high)",
        '  team        service-desk -> network  (route tunnel: fits by word "vpn")',
        '  route       none -> tunnel  (route tunnel: fits by word "vpn")',
        "  assignee    none -> bob@corp.test  (assigned to bob@corp.test: load 0)",
        *(line for line in told.splitlines() if line.startswith("  no longer")),
    ]
    assert table.splitlines()[0] == "3 mails, 1 different"
    assert ["team", "network", "0", "1", "+1"] in [line.split() for line in table.splitlines()]
    assert hashlib.sha256(database.read_bytes()).digest() == before


def test_alone_it_tells_what_becomes_of_each_mail_the_newest_first_counted(archive: Operated):
    said = simulate(archive, "--limit", "2")

    assert said.status == 0, said.err
    assert said.out.startswith("old.mbox:2  2024-01-15T10:00:00Z  cara@cust.test  VPN is down\n")
    assert "old.mbox:1" not in said.out
    assert "ticket-opened to cara@cust.test" in said.out
    assert "2 mails" in said.out


def test_json_names_the_ticket_by_the_mail_that_opened_it(archive: Operated, monkeypatch: pytest.MonkeyPatch):
    # Whoever caused many copies is asked for all of them.
    monkeypatch.setattr(evidence, "_COPIES_OF_ONE", 1)
    found = json.loads(simulate(archive, "--json").out)

    assert [one["before"]["ticket"] for one in found["mails"]] == ["new", "new", "of old.mbox:1"]
    assert [one["at"][11:13] for one in found["mails"]] == ["09", "10", "11"]
    assert found["mails"][0]["before"]["notices"][-1] == "ticket-opened to cara@cust.test"
    assert (found["summary"]["mails"], found["summary"]["differing"]) == (3, 0)


def test_two_equal_configurations_differ_in_nothing(archive: Operated):
    found = simulate(archive, "--config", str(archive.folder / "postdesk.toml"), "--json")

    assert found.json["mails"] == []
    assert found.json["summary"]["mails"] == 3


def test_what_cannot_be_played_is_said(archive: Operated):
    assert archive.postdesk("simulate").status == 2
    missing = archive.postdesk("simulate", str(archive.folder / "none.mbox"))

    assert missing.status == 1
    assert "none.mbox" in missing.err


def test_mail_that_goes_elsewhere_under_the_play_is_no_result(archive: Operated):
    new = archive.folder / "box" / "new"
    new.mkdir(parents=True)
    (new / "1").write_bytes(mail(CARA, "Printer is dead", "x\n").as_bytes())
    settings = load(archive.folder / "postdesk.toml", {})

    with simulating.opened(settings, MailClock()) as stage:
        (one,) = stage.play(iter([("new/1", (new / "1").read_bytes())]))
    kept = io.StringIO(json.dumps(["new/0", {}, {}]) + "\n")
    with pytest.raises(click.ClickException, match="changed while it was played"):
        _compare(kept, iter([one]), _Text(alone=False), Summary())


def test_an_empty_file_of_a_maildir_is_told_once(archive: Operated):
    new = archive.folder / "box" / "new"
    new.mkdir(parents=True)
    (new / "1").write_bytes(b"")
    (new / "2").write_bytes(mail(CARA, "Printer is dead", "x\n").as_bytes())
    said = archive.postdesk("simulate", "--maildir", str(new.parent))

    assert (said.status, said.err) == (1, "postdesk: new/1 is empty\n")


def test_a_wrong_new_configuration_ends_with_status_2(archive: Operated):
    (archive.folder / "new.toml").write_text("[desk]\nname = 7\n")

    assert simulate(archive, "--config", str(archive.folder / "new.toml")).status == 2


class TestClock:
    TODAY = datetime(2024, 1, 20, tzinfo=UTC)

    def test_dates_move_it_on_and_never_back_nor_beyond_today(self):
        clock = MailClock(self.TODAY)
        assert clock() == self.TODAY

        for raw, day in (
            (b"Date: Mon, 15 Jan 2024 10:00:00 +0100\n\nx", 15),
            (b"Date: Sun, 14 Jan 2024 10:00:00 +0100\n\nx", 15),
            (b"Date: Sun, 14 Jan 2094 10:00:00 +0100\n\nx", 15),
            (b"Subject: x\n\nDate: Tue, 16 Jan 2024 10:00:00 +0100", 15),
            (b"date: Tue, 16 Jan 2024 10:00:00 +0100\r\n\r\nx", 16),
        ):
            clock.move(raw)
            assert clock().day == day

    @pytest.mark.parametrize(
        "raw", [b"", b"Date: \n", b"Date: soon\n", b"Date: Mon, 45 Jan 2024 99:00:00\n", b"Date: \xff\xfe\n"]
    )
    def test_a_date_that_is_none_is_no_error(self, raw: bytes):
        assert date_of(raw) is None

    def test_a_date_is_read_in_utc(self):
        assert date_of(b"Date: Mon, 15 Jan 2024 10:00:00 +0100\n\n") == self.TODAY - timedelta(
            days=4, hours=15
        )
