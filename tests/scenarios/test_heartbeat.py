"""A beat leaves like all mail, comes back like all mail, and has no other effect; silence rings once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from daemon.desk.heartbeat import Rhythm
from daemon.desk.notices import NOTICES
from daemon.desk.silence import quiet
from daemon.jobs import health_watch, heartbeat
from daemon.services.gate import About
from daemon.services.health_facts import Watched, facts
from daemon.services.health_facts import view as health_view
from daemon.services.metrics import numbers
from storage import alarms, heartbeats, outbox
from storage.models import OutboxRow
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail

CARA = "Cara Customer <cara@cust.test>"
ECHO = "echo@elsewhere.test"
RHYTHM = Rhythm((SUPPORT, ECHO), timedelta(minutes=10), timedelta(minutes=15))
WATCHED = Watched(jobs=(), rhythm=RHYTHM)
OFFICE_HOURS = quiet(4, ("mon-fri 08:00-18:00",), "UTC")


def beat(desk: StoryDesk) -> list[Mail]:
    """Let the job run; returns what it sends."""
    with desk.database.write():
        heartbeat.job(RHYTHM).run(desk.office, desk.now)
    return [one for one in desk.mail_out() if one.notice == "heartbeat"]


def told(desk: StoryDesk, watched: Watched = WATCHED) -> list[tuple[str, str]]:
    """Let the desk look at itself; returns what an alarm would tell now."""
    with desk.database.write():
        health_watch.watch(desk.database, watched, desk.now)
        found = alarms.claim(desk.now, timedelta(0))
        for one in found:
            alarms.told(one)
    # Nobody takes the other mail of these stories to its readers.
    return [(one.key, one.state) for one in found if one.key != "outbox"]


def come_back(desk: StoryDesk, sent: Mail, **envelope: Any) -> dict[str, Any]:
    return desk.mail_in(sent.raw, null_reverse_path=True, recipients=(SUPPORT,), **envelope)


class TestBeat:
    def test_goes_to_every_address_once(self, desk: StoryDesk):
        mails = beat(desk)

        assert [(one.notice, one.recipient, one.reverse_path) for one in mails] == [
            ("heartbeat", SUPPORT, None),
            ("heartbeat", ECHO, None),
        ]
        assert {one["Auto-Submitted"] for one in mails} == {"auto-generated"}
        assert not any("Reply-To" in one.parsed for one in mails)

    def test_comes_back_as_ignored_and_is_measured(self, desk: StoryDesk):
        sent = beat(desk)[0]
        desk.advance(seconds=7.25)

        row = come_back(desk, sent)

        assert (row["disposition"], row["ticket"]) == ("ignored", None)
        assert row["reason"] == "heartbeat: back from support@desk.test after 7.25 seconds"
        assert desk.mail_out() == []
        with desk.database.read():
            seen = health_view(facts(desk.database, WATCHED, desk.now), desk.now)["heartbeats"]
        assert seen[0] == {
            "address": SUPPORT,
            "last_sent": desk.now - timedelta(seconds=7.25),
            "last_back": desk.now,
            "round_trip_seconds": 7.25,
            "overdue_since": None,
        }
        assert (seen[1]["address"], seen[1]["last_back"]) == (ECHO, None)

    def test_of_another_server_is_known_with_another_message_id_and_more_fields(self, desk: StoryDesk):
        echoed = beat(desk)[1]
        moved = echoed.raw.replace(b"Message-ID: <", b"Message-ID: <changed.", 1)

        row = desk.mail_in(b"Received: from elsewhere.test\r\nX-Forwarded-To: x\r\n" + moved)

        assert row["reason"].startswith(f"heartbeat: back from {ECHO}")

    def test_that_comes_twice_counts_once(self, desk: StoryDesk):
        sent = beat(desk)[0]
        come_back(desk, sent)
        desk.advance(minutes=5)

        assert come_back(desk, sent)["disposition"] == "duplicate"
        with desk.database.read():
            assert heartbeats.returned()[SUPPORT].took == timedelta(0)

    def test_that_is_overtaken_does_not_set_back(self, desk: StoryDesk):
        slow = beat(desk)[0]
        desk.advance(minutes=10)
        quick = beat(desk)[0]
        come_back(desk, quick)
        desk.advance(minutes=1)
        come_back(desk, slow)

        with desk.database.read():
            assert heartbeats.returned()[SUPPORT].left_at == desk.now - timedelta(minutes=1)

    @pytest.mark.parametrize(
        "change",
        [
            lambda raw: raw.replace(b"\r\n  h", b"\r\n  h9"),
            lambda raw: raw.replace(b"support@desk.test", b"eve@evil.test"),
        ],
        ids=["another number", "another author"],
    )
    def test_that_somebody_changed_is_none(self, desk: StoryDesk, change: Callable[[bytes], bytes]):
        sent = beat(desk)[0]

        row = desk.mail_in(change(sent.raw))

        assert not row["reason"].startswith("heartbeat")
        with desk.database.read():
            assert heartbeats.returned() == {}

    def test_that_somebody_answers_is_a_mail_of_a_person(self, desk: StoryDesk):
        sent = beat(desk)[1]

        row = desk.mail_in(mail(CARA, "Re: heartbeat", f"What is this?\n\n> {sent.text}"))

        assert row["disposition"] == "ticketed"

    def test_is_forgotten_after_two_days(self, desk: StoryDesk):
        beat(desk)
        with desk.database.write():
            for item in outbox.claim("x/1/1/courier", desk.now, timedelta(minutes=1), 10):
                outbox.record_sent(item, "250 ok", desk.now)
        desk.advance(days=2, minutes=1)
        beat(desk)

        with desk.database.read():
            assert OutboxRow.select().count() == 2


class TestGate:
    def test_only_a_beat_may_go_to_the_desk_itself(self, desk: StoryDesk):
        with desk.database.read():
            let_through = [
                name
                for name, notice in NOTICES.items()
                if desk.office.gate.refusal(notice, "Support+x@desk.test", About(), desk.now) is None
            ]

        assert let_through == ["heartbeat"]


class TestAlarm:
    def test_rings_when_a_beat_does_not_come_back_and_ends_with_the_next_that_does(self, desk: StoryDesk):
        for sent in beat(desk):
            come_back(desk, sent)
        lost: list[list[tuple[str, str]]] = []
        for _ in range(3):
            desk.advance(minutes=10)
            come_back(desk, beat(desk)[0])
            lost.append(told(desk))
        desk.advance(minutes=10)
        for sent in beat(desk):
            come_back(desk, sent)

        key = f"heartbeat:{ECHO}"
        assert lost == [[], [], [(key, "raised")]]
        assert told(desk) == [(key, "cleared")]

    def test_tells_of_how_long_and_of_the_last(self, desk: StoryDesk):
        beat(desk)
        desk.advance(minutes=10)
        beat(desk)
        desk.advance(minutes=6)
        with desk.database.read():
            said = [
                one["text"]
                for one in health_view(facts(desk.database, WATCHED, desk.now), desk.now)["findings"]
            ]

        never = "does not come back for 16 minutes; none ever did"
        assert [one for one in said if "heartbeat" in one] == [
            f"the heartbeat mail to {SUPPORT} {never}",
            f"the heartbeat mail to {ECHO} {never}",
        ]

    def test_a_slow_one_is_a_finding_and_no_alarm(self, desk: StoryDesk):
        sent = beat(desk)
        desk.advance(minutes=16)
        for one in sent:
            come_back(desk, one)

        assert told(desk) == []
        with desk.database.read():
            found = health_view(facts(desk.database, WATCHED, desk.now), desk.now)["findings"]
        assert [(one["key"], one["level"]) for one in found if "took 16 minutes" in one["text"]] == [
            (f"heartbeat:{SUPPORT}", "degraded"),
            (f"heartbeat:{ECHO}", "degraded"),
        ]

    def test_says_nothing_of_the_time_in_which_the_desk_stood_still(self, desk: StoryDesk):
        beat(desk)
        desk.advance(days=2)

        assert told(desk) == []


class TestSilence:
    WATCHED = Watched(jobs=(), quiet=OFFICE_HOURS)

    def test_rings_once_and_ends_with_the_next_mail(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        heard = []
        for _ in range(5):
            heard.append(told(desk, self.WATCHED))
            desk.advance(hours=1)
        again = told(desk, self.WATCHED)
        desk.mail_in(mail(CARA, "Screen", "Dark."))

        assert heard == [[], [], [], [], [("silence", "raised")]]
        assert (again, told(desk, self.WATCHED)) == ([], [("silence", "cleared")])

    def test_is_not_broken_by_beats(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        desk.advance(hours=4)
        sent = beat(desk)
        come_back(desk, sent[0])
        come_back(desk, sent[0])

        assert told(desk, self.WATCHED) == [("silence", "raised")]
        with desk.database.read():
            found = health_view(facts(desk.database, self.WATCHED, desk.now), desk.now)["findings"]
        text = "no mail has come for 4 hours of working time"
        assert {"key": "silence", "level": "degraded", "text": text} in found

    def test_waits_over_the_night(self, desk: StoryDesk):
        desk.advance(hours=7)
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        desk.advance(hours=16)

        assert told(desk, self.WATCHED) == []
        desk.advance(hours=2)
        assert told(desk, self.WATCHED) == [("silence", "raised")]

    def test_begins_with_the_first_mail_of_all(self, desk: StoryDesk):
        desk.advance(days=30)

        assert told(desk, self.WATCHED) == []


def test_numbers_tell_of_both(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Printer", "Dead."))
    sent = beat(desk)[0]
    desk.advance(seconds=3)
    come_back(desk, sent)

    found = numbers(desk.database, WATCHED, desk.now).facts

    assert found.last_arrival_at == desk.now - timedelta(seconds=3)
    assert [one.returned.took for one in found.beats if one.returned] == [timedelta(seconds=3)]
