"""The fuse against floods: the administrators hear of it once, at once, each time that it blows."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from daemon.desk.roster import DeskSettings
from daemon.services import gate_views
from daemon.services.gate import NOTED, QUIET
from daemon.services.health import findings
from daemon.services.health_facts import Watched, gather
from storage import gate_counts
from storage.database import Database
from storage.models import database as bound
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

ROOT = "root@corp.test"
LIMIT = 2


def made(database: Database, now: datetime, *administrators: str) -> StoryDesk:
    settings = DeskSettings(
        name="IT Support", address=SUPPORT, administrators=administrators, auto_mail_per_hour=LIMIT
    )
    return StoryDesk(database, now, settings=settings)


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    """A desk whose fuse blows with the third automatic mail within an hour."""
    one = made(database, now, ROOT, "second@corp.test")
    yield one
    one.close()


def write(desk: StoryDesk, *names: str) -> list[Mail]:
    """Let each of these people open a ticket; returns what left for anybody but agents."""
    for name in names:
        desk.mail_in(mail(f"{name}@{name}.test", f"About {name}", f"Words of {name}."))
    return [one for one in desk.mail_out() if one.notice in {"ticket-opened", "budget-digest"}]


def digests(mails: list[Mail]) -> list[str]:
    return [one.recipient for one in mails if one.notice == "budget-digest"]


def test_blown_fuse_is_told_to_every_administrator_with_the_mail_that_blew_it(desk: StoryDesk):
    assert digests(write(desk, "red", "green")) == []

    mails = write(desk, "blue")

    assert [(one.notice, one.recipient) for one in mails] == [
        ("budget-digest", ROOT),
        ("budget-digest", "second@corp.test"),
    ]
    digest = mails[0]
    words = " ".join(digest.text.split())
    assert digest["Subject"] == "IT Support: the fuse for automatic mail has blown"
    assert "The fuse has blown. The desk has sent as many automatic mails within an hour as it may" in words
    assert "from now on automatic mail to people outside is held back" in words
    assert '"postdesk gate reopen" lets automatic mail out again at once' in words
    assert "1 blue@blue.test: the desk sent 2 automatic mails within an hour: the fuse is blown" in words
    assert (digest["Auto-Submitted"], digest.reverse_path) == ("auto-generated", None)


def test_more_of_the_flood_is_told_no_more(desk: StoryDesk):
    write(desk, "red", "green", "blue")

    assert write(desk, "white", "black", "grey") == []


def test_flood_that_lasts_for_hours_is_one_digest(desk: StoryDesk):
    """Each hour there is room for some mail again, and the fuse blows anew: it is the same flood."""
    write(desk, "red", "green", "blue")

    told = []
    for half in range(6):
        desk.advance(minutes=30)
        told += digests(write(desk, f"more{half}", f"again{half}", f"still{half}"))

    assert told == []


def test_next_flood_after_a_quiet_hour_is_told_again(desk: StoryDesk):
    write(desk, "red", "green", "blue")

    desk.now += QUIET
    assert digests(write(desk, "white", "black", "grey")) == [ROOT, "second@corp.test"]


def test_fuse_that_blows_again_after_it_was_reopened_is_told_again(desk: StoryDesk):
    write(desk, "red", "green", "blue")
    desk.advance(seconds=1)
    gate_views.reopen(desk.database, desk.now)

    desk.advance(seconds=1)
    mails = write(desk, "white", "black", "grey")

    assert [(one.notice, one.recipient) for one in mails] == [
        ("ticket-opened", "white@white.test"),
        ("ticket-opened", "black@black.test"),
        ("budget-digest", ROOT),
        ("budget-digest", "second@corp.test"),
    ]


def test_reopened_gate_lets_the_very_next_mail_out_and_nothing_that_was_withheld(desk: StoryDesk):
    write(desk, "red", "green", "blue")

    desk.advance(milliseconds=1)
    gate_views.reopen(desk.database, desk.now)
    mails = write(desk, "white")

    assert [one.recipient for one in mails] == ["white@white.test"]


def test_what_agents_write_passes_a_blown_fuse(desk: StoryDesk):
    desk.mail_in(mail("red@red.test", "About red", "Words of red."))
    to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
    write(desk, "green", "blue")

    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))

    assert [(one.notice, one.recipient) for one in desk.mail_out()] == [("public-answer", "red@red.test")]


def test_desk_without_administrators_says_so_in_its_log(
    database: Database, now: datetime, caplog: pytest.LogCaptureFixture
):
    desk = made(database, now)
    with caplog.at_level(logging.WARNING, "postdesk.gate"):
        assert write(desk, "red", "green", "blue", "white")[LIMIT:] == []
    desk.close()

    assert [one.getMessage() for one in caplog.records] == [
        "the desk sent 2 automatic mails within an hour: the fuse is blown; administrators who are told: 0"
    ]


def test_two_processes_that_see_it_at_once_write_one_digest(desk: StoryDesk):
    write(desk, "red", "green", "blue")
    # The other one has not seen the mark of this one, which is not committed yet.
    with desk.database.write():
        bound.execute_sql("DELETE FROM gate_marks")

    assert write(desk, "white") == []


def test_clock_that_was_put_back_does_not_silence_it(desk: StoryDesk):
    write(desk, "red", "green", "blue")

    desk.now -= timedelta(days=3)
    assert digests(write(desk, "white", "black", "grey")) == [ROOT, "second@corp.test"]


def test_that_it_still_withholds_is_noted_once_a_minute(desk: StoryDesk):
    write(desk, "red", "green", "blue")
    first = desk.now

    seen = []
    for _ in range(3):
        desk.now += NOTED / 2
        write(desk, f"more{desk.now.second}")
        with desk.database.read():
            seen.append(gate_counts.blown_at())

    assert seen == [first, first + NOTED, first + NOTED]


def health_of(desk: StoryDesk) -> list[str]:
    found = gather(desk.database, Watched(jobs=()), desk.now)
    return [one.key for one in findings(found, desk.now) if one.key == "fuse"]


def test_health_tells_of_a_blown_fuse_until_the_gate_is_reopened(desk: StoryDesk):
    write(desk, "red", "green")
    assert health_of(desk) == []

    write(desk, "blue")
    assert health_of(desk) == ["fuse"]

    desk.advance(seconds=1)
    gate_views.reopen(desk.database, desk.now)
    assert health_of(desk) == []
