"""What is told of a desk's health, from facts alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.desk.timetable import daily
from daemon.services.feed_facts import FeedFact
from daemon.services.health import (
    DatabaseFact,
    Facts,
    Level,
    MailboxFact,
    TokenFact,
    findings,
    overall,
    spelled,
)
from daemon.services.job_facts import CLOCK_JOB, JobFact, is_overdue
from storage.calendar_feeds import FeedCopy
from storage.health import MailboxState, Unsent
from storage.jobs import JobState
from storage.oauth_tokens import StoredTokens
from tests.conftest import MONDAY_MORNING as NOW

MIB = 1_048_576
WELL = Facts(
    DatabaseFact("", (("journal_mode", "wal"), ("synchronous", "full")), 50_000 * MIB),
    jobs=(JobFact(CLOCK_JOB, timedelta(minutes=1), NOW - timedelta(seconds=30)),),
)
STORED = StoredTokens(
    name="m365", client="c", seed="s", refresh_token="r1", former_token="", refresh_since=NOW,
    refresh_until=None, access_token="a1", access_since=NOW, access_until=NOW, failing_since=None,
    refused=False, last_error="", not_before=None,
)  # fmt: skip


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def told(**changes: object) -> list[str]:
    """Return what is said of a desk that is well but for this."""
    return [f"{one.level}: {one.key}: {one.text}" for one in findings(replace(WELL, **changes), NOW)]


def mailbox(**changes: object) -> tuple[MailboxFact, ...]:
    name = "support@imap.test/INBOX"
    state = MailboxState(name, NOW, None, "", 0, 0, NOW)
    return (MailboxFact(name, minutes(6), replace(state, **changes)),)


def token(**changes: object) -> tuple[TokenFact, ...]:
    return (TokenFact("m365", needs_login=False, stored=replace(STORED, **changes)),)


def test_a_desk_that_is_well_has_no_findings():
    assert told(mailboxes=mailbox(), tokens=token()) == []
    assert overall(findings(WELL, NOW)).status == 0


@pytest.mark.parametrize(
    ("waited", "level"), [(4, ""), (6, "degraded"), (29, "degraded"), (31, "broken")], ids=str
)
def test_a_message_that_waits(waited: int, level: str):
    said = told(waiting_since=NOW - minutes(waited))

    assert [line.partition(":")[0] for line in said] == ([level] if level else [])


def test_messages_in_quarantine_wait_for_a_person():
    assert told(quarantined=3) == [
        'degraded: quarantine: 3 messages are in quarantine; see "postdesk quarantine"'
    ]


class TestOutbox:
    def test_a_copy_that_waits_while_others_leave_is_degraded(self):
        unsent = Unsent(7, NOW - minutes(180), 4, "451 4.7.1 greylisted")

        assert told(unsent=unsent, last_sent_at=NOW - minutes(5)) == [
            (
                "degraded: outbox: outgoing copy 7 waits for 3 hours, after 4 attempts, the relay said: "
                "451 4.7.1 greylisted"
            )
        ]

    @pytest.mark.parametrize("last_sent_at", [None, NOW - minutes(62)], ids=["never", "before"])
    def test_a_relay_that_takes_nothing_is_broken(self, last_sent_at):
        unsent = Unsent(7, NOW - minutes(61), 0, "")

        assert told(unsent=unsent, last_sent_at=last_sent_at) == [
            "broken: outbox: outgoing copy 7 waits for 61 minutes, untried"
        ]

    def test_a_copy_gets_half_an_hour(self):
        assert told(unsent=Unsent(7, NOW - minutes(30), 1, "")) == []

    def test_copies_that_were_given_up(self):
        (line,) = told(failed_copies=2)

        assert line.startswith("degraded: failed-copies: 2 copies were given up within a day")


def test_a_blown_fuse():
    (line,) = told(fuse_blown_at=NOW)

    assert line.startswith("degraded: fuse: the fuse for automatic mail has blown")


def test_approvals_that_are_stuck_are_named_up_to_five():
    (line,) = told(stuck=(3, 4))
    assert line == (
        "degraded: approvals: nobody is known who may decide about tickets 3, 4; see "
        '"postdesk approvals --stuck"'
    )

    (line,) = told(stuck=tuple(range(1, 9)))
    assert "tickets 1, 2, 3, 4, 5 and 3 more;" in line


def test_managers_that_nobody_knows():
    (line,) = told(managers_unknown=True)

    assert line.startswith("hint: managers: items of the catalogue ask for the manager")


def test_a_feed_that_never_came_is_degraded():
    copy = FeedCopy("key", NOW, failing_since=NOW, problem="it answers 404")
    found = findings(
        Facts(DatabaseFact(), feeds=(FeedFact("calendar office, feed 1", "its name", copy),)), NOW
    )

    assert [(one.key, one.level) for one in found] == [("feed:calendar office, feed 1", Level.DEGRADED)]
    assert found[0].text.startswith("its name could never be fetched")


def test_a_hint_leaves_a_desk_fine_and_stands_behind_what_is_worse():
    hinted = findings(Facts(DatabaseFact(), managers_unknown=True), NOW)
    stuck = findings(Facts(DatabaseFact(), managers_unknown=True, stuck=(3,)), NOW)

    assert (overall(hinted), overall(hinted).status) == (Level.FINE, 0)
    assert [one.level for one in stuck] == [Level.DEGRADED, Level.HINT]
    assert overall(stuck) is Level.DEGRADED


class TestJobs:
    def test_a_dead_clock_is_one_finding_and_not_one_for_each_job(self):
        late = tuple(
            JobFact(name, minutes(1), NOW - timedelta(hours=3)) for name in (CLOCK_JOB, "close-resolved")
        )

        assert told(jobs=late) == [
            "broken: clock: the clock of the desk was last seen 3 hours ago: nothing happens by itself"
        ]

    def test_a_clock_that_never_went(self):
        assert told(jobs=(JobFact(CLOCK_JOB, minutes(1), None),)) == [
            "broken: clock: the clock of the desk was never seen: nothing happens by itself"
        ]

    @pytest.mark.parametrize(
        ("ran", "late"),
        [(NOW - minutes(24), ""), (NOW - minutes(26), "last ran 26 minutes ago"), (None, "has never run")],
    )
    def test_a_job_gets_a_quarter_of_an_hour_beyond_its_time(self, ran, late: str):
        said = told(jobs=(*WELL.jobs, JobFact("close-resolved", minutes(10), ran)))

        assert said == (
            [
                (
                    "degraded: job:close-resolved: the job close-resolved is overdue: "
                    f"it {late} and is due every 10 minutes"
                )
            ]
            if late
            else []
        )
        assert is_overdue(JobFact("close-resolved", minutes(10), ran), NOW) is bool(late)

    @pytest.mark.parametrize(
        ("since", "late"),
        [
            (NOW - minutes(24 * 60 + 2 * 60 + 16), "last ran 26 hours ago"),
            (NOW - minutes(2 * 60), ""),
            (None, ""),
        ],
        ids=["missed this morning's", "ran this morning", "not asked about yet"],
    )
    def test_an_appointment_is_late_a_quarter_of_an_hour_after_it(self, since, late: str):
        # Nine in UTC is ten in Berlin; the appointment was at eight.
        state = JobState("report", since, "", since_at=since)
        fact = JobFact("report", timedelta(days=1), since, daily("08:00"), "Europe/Berlin", state)

        said = told(jobs=(*WELL.jobs, fact))

        expected = f"degraded: job:report: the job report is overdue: it {late} and is due daily at 08:00"
        assert said == ([expected] if late else [])

    def test_a_new_appointment_that_was_missed_is_late_without_a_run(self):
        state = JobState("report", None, "", since_at=NOW - timedelta(days=2))
        fact = JobFact("report", timedelta(days=1), None, daily("08:00"), "Europe/Berlin", state)

        (line,) = told(jobs=(*WELL.jobs, fact))

        assert line.endswith("it has never run and is due daily at 08:00")

    @pytest.mark.parametrize("failures", [1, 2, 3, 9])
    def test_three_failures_in_a_row_are_told_with_the_last(self, failures: int):
        state = JobState(
            "report", None, "", failures=failures, failed_at=NOW - minutes(5), last_failure="OSError: full"
        )

        said = told(jobs=(*WELL.jobs, JobFact("report", timedelta(days=1), NOW, state=state)))

        times = f"{failures} times in a row, last 5 minutes ago: OSError: full"
        expected = f"degraded: job:report: the job report failed {times}"
        assert said == ([expected] if failures >= 3 else [])

    @pytest.mark.parametrize(("hours", "told_of"), [(24, False), (25, True)])
    def test_a_stopped_job_is_not_late_but_remembered_after_a_day(self, hours: int, told_of: bool):
        stopped = NOW - timedelta(hours=hours)
        state = JobState("report", None, "", stopped_at=stopped, switched_by="operator ann")

        said = told(jobs=(*WELL.jobs, JobFact("report", minutes(5), stopped, state=state)))

        expected = (
            f"degraded: job:report: the job report is stopped for {hours} hours by operator ann; "
            '"postdesk jobs start report" lets it run'
        )
        assert said == ([expected] if told_of else [])


class TestMailboxes:
    def test_one_that_was_never_read_is_degraded(self):
        (line,) = told(mailboxes=(MailboxFact("support@imap.test/INBOX", minutes(6), None),))

        assert line == (
            "degraded: mailbox:support@imap.test/INBOX: mailbox support@imap.test/INBOX has not been read yet"
        )

    @pytest.mark.parametrize(("failing", "level"), [(14, "degraded"), (16, "broken")])
    def test_one_whose_login_fails_is_broken_after_the_time_of_the_settings(self, failing, level):
        (line,) = told(
            mailboxes=mailbox(
                failing_since=NOW - minutes(failing), last_error="login failed: NO no such user"
            )
        )

        assert line.startswith(f"{level}: mailbox:")
        assert line.endswith(
            f"cannot be read for {failing} minutes (last read 0 seconds ago): login failed: NO no such user"
        )

    def test_one_that_was_never_read_since_it_fails(self):
        (line,) = told(mailboxes=mailbox(failing_since=NOW, last_error="no route", last_success_at=None))

        assert "(never read): no route" in line

    def test_a_poller_that_says_nothing_is_broken_whatever_it_said_last(self):
        (line,) = told(mailboxes=mailbox(updated_at=NOW - minutes(22)))

        assert line.startswith("broken: mailbox:")
        assert "nothing was heard of mailbox support@imap.test/INBOX for 22 minutes" in line
        assert told(mailboxes=mailbox(updated_at=NOW - minutes(20))) == []

    def test_messages_that_cannot_be_taken_are_told(self):
        (line,) = told(mailboxes=mailbox(waiting=2, last_error="UID 7: too large"))

        assert line.endswith("holds 2 messages that cannot be taken: UID 7: too large")


class TestTokens:
    def test_one_that_nobody_logged_in_for_is_broken(self):
        assert told(tokens=(TokenFact("m365", needs_login=True, stored=None),)) == [
            'broken: oauth:m365: oauth m365 has no token; run "postdesk oauth login m365"'
        ]

    def test_one_that_was_not_asked_for_yet_is_fine(self):
        assert told(tokens=(TokenFact("m365", needs_login=False, stored=None),)) == []

    def test_a_refusal_is_broken_at_once(self):
        (line,) = told(tokens=token(refused=True, failing_since=NOW, last_error="invalid_grant"))

        assert line == (
            "broken: oauth:m365: the provider refuses oauth m365, a person has to log in again: invalid_grant"
        )

    @pytest.mark.parametrize(("failing", "level"), [(14, "degraded"), (16, "broken")])
    def test_a_provider_that_is_away_is_broken_after_the_time_of_the_settings(self, failing, level):
        (line,) = told(tokens=token(failing_since=NOW - minutes(failing), last_error="503"))

        assert line == f"{level}: oauth:m365: oauth m365 gets no token for {failing} minutes: 503"

    @pytest.mark.parametrize(
        ("days", "said"),
        [
            (15, []),
            (
                13,
                [
                    (
                        "degraded: oauth-expiry:m365: the refresh token of oauth m365 expires in 13 days; "
                        "a person has to log in"
                    )
                ],
            ),
            (
                -2,
                [
                    (
                        "broken: oauth-expiry:m365: the refresh token of oauth m365 expired 2 days ago; "
                        "a person has to log in"
                    )
                ],
            ),
        ],
    )
    def test_the_end_of_a_refresh_token_is_told_two_weeks_before(self, days: int, said: list[str]):
        assert told(tokens=token(refresh_until=NOW + timedelta(days=days))) == said


class TestDatabase:
    def test_one_that_takes_nothing_is_broken(self):
        (line,) = told(database=DatabaseFact("attempt to write a readonly database"))

        assert (
            line
            == "broken: database: the database does not take anything: attempt to write a readonly database"
        )

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("synchronous", "normal"),
            ("journal_mode", "delete"),
            ("fsync", "off"),
            ("synchronous_commit", "off"),
        ],
    )
    def test_a_weak_setting_is_told_with_what_it_should_be(self, name: str, value: str):
        (line,) = told(database=DatabaseFact("", ((name, value),)))

        assert line.startswith(f"degraded: durability:{name}: {name} of the database is {value}, expected ")

    @pytest.mark.parametrize(("free", "level"), [(1024, ""), (1023, "degraded"), (127, "broken")])
    def test_a_disk_that_fills_up(self, free: int, level: str):
        said = told(database=DatabaseFact("", (), free * MIB))

        assert said == ([f"{level}: disk: the disk of the database has {free} MiB left"] if level else [])


def test_the_worst_comes_first_and_decides():
    found = findings(replace(WELL, quarantined=1, waiting_since=NOW - minutes(40)), NOW)

    assert [one.key for one in found] == ["intake", "quarantine"]
    assert overall(found) is Level.BROKEN
    assert overall(found).status == 2


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=90), "90 days"),
        (timedelta(seconds=-5), "0 seconds"),
    ],
)
def test_a_span_is_told_in_a_unit_that_leaves_it_readable(span: timedelta, words: str):
    assert spelled(span) == words
