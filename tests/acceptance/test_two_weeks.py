"""Two weeks at a desk of six agents and 300 mails: nothing forgotten, all fair, in time and explained."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from daemon.cli import run
from daemon.services import views
from storage import outbox
from tests.acceptance.two_weeks import AGENTS, CLOSES, MAILS, OPENS, PEOPLE, TOPICS, TwoWeeks

SPREAD = 1.5
# What must become of each kind of mail; nothing else may.
FATES = {
    "topic": {"ticketed"},
    "answer": {"appended"},
    "ask": {"appended"},
    "wait": {"appended"},
    "solve": {"appended"},
    "told": {"appended"},
    "again": {"appended"},
    "chaser": {"appended"},
    "thanks": {"appended"},
    "away": {"appended"},
    "bounce": {"acted", "appended"},
    "forged": {"held"},
}
Ticket = dict[str, Any]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoWeeks]:
    made = TwoWeeks(tmp_path_factory.mktemp("two-weeks"))
    with made.live():
        made.play()
        yield made


@pytest.fixture(scope="module")
def tickets(story: TwoWeeks) -> list[Ticket]:
    office = story.desk.office
    found = [views.ticket(story.desk.database, one, story.now, office.levels) for one in story.topics]
    return [one for one in found if one is not None]


def test_every_mail_has_the_fate_that_its_kind_deserves(story: TwoWeeks):
    kinds = {kind for kind, _ in story.fates}

    assert story.fates.total() == story.sent == MAILS
    assert kinds == set(FATES), "each kind of mail occurs"
    assert {one for one in story.fates if one[1] not in FATES[one[0]]} == set()
    assert views.ledger_counts(story.desk.database)["waiting"] == 0


def test_mail_came_by_smtp_and_out_of_the_mailbox_and_left_by_the_relay(story: TwoWeeks):
    found = story.doors.books.execute("SELECT source, COUNT(*) FROM arrivals GROUP BY source").fetchall()
    sent = story.doors.books.execute("SELECT state, COUNT(*) FROM outbox GROUP BY state").fetchall()

    assert dict(found).keys() == {"smtp", "imap"}
    assert min(dict(found).values()) > MAILS // 4
    assert sent == [("sent", len(story.doors.relay.mails))]


def test_no_ticket_is_forgotten(tickets: list[Ticket]):
    assert len(tickets) == TOPICS
    for one in tickets:
        answers = [entry for entry in one["entries"] if entry["kind"] == "answer"]
        assert answers, f"ticket {one['number']} has no answer"
        assert {entry["author"] for entry in answers} == {one["assignee"]}
        assert one["state"] in {"resolved", "fulfilled", "closed"}, one["number"]
        told = [copy for copy in one["outgoing"] if copy["recipient"] == one["requester"]]
        assert {"ticket-opened", "public-answer"} <= {copy["notice"] for copy in told}


def test_who_forges_an_agents_mail_moves_nothing(tickets: list[Ticket]):
    held = [entry for one in tickets for entry in one["entries"] if entry["kind"] == "held"]
    causes = {f"arrival:{entry['arrival']}" for entry in held}
    moved = [event["kind"] for one in tickets for event in one["events"] if event["cause"] in causes]

    assert len(held) >= 3
    assert not {"state", "assigned", "priority", "team"} & set(moved)


def test_absence_notices_and_thanks_reopen_nothing(story: TwoWeeks, tickets: list[Ticket]):
    reopened = sum(
        event["kind"] == "state" and event["data"]["from"] in {"resolved", "fulfilled"}
        for one in tickets
        for event in one["events"]
    )

    assert reopened == story.fates["again", "appended"]


def test_only_people_of_the_story_are_written_to(story: TwoWeeks):
    with story.desk.database.read():
        copies = outbox.items(limit=10_000)

    assert {one.recipient for one in copies} <= {*AGENTS, *PEOPLE}
    # One copy each: nobody is told twice of one thing by one mail.
    told = Counter((one.arrival_id, one.notice, one.recipient) for one in copies if one.arrival_id)
    assert set(told.values()) == {1}


def test_work_is_spread_fairly(tickets: list[Ticket]):
    given = Counter(one["assignee"] for one in tickets)

    assert set(given) == set(AGENTS)
    assert max(given.values()) / min(given.values()) <= SPREAD, given


def test_a_warning_comes_before_every_broken_promise(tickets: list[Ticket]):
    broken = warned = 0
    for one in tickets:
        seen: set[str] = set()
        for event in one["events"]:
            clock = event["data"].get("clock", "")
            if event["kind"] == "time runs out":
                seen.add(clock)
                warned += 1
            elif event["kind"] == "promise broken":
                broken += 1
                assert clock in seen, f"ticket {one['number']}: {clock} broke without a warning"
    # Some agents of the story are slow, most are not.
    assert 3 <= broken < warned


def test_readers_are_warned_by_mail_first(story: TwoWeeks):
    with story.desk.database.read():
        copies = sorted(outbox.items(limit=10_000), key=lambda one: one.id)
    first: dict[tuple[int | None, str], list[str]] = {}
    for one in copies:
        if one.notice in {"sla-warning", "sla-breached"} and one.recipient in AGENTS:
            first.setdefault((one.ticket_number, one.recipient), []).append(one.notice)

    assignees = {one.ticket: one for one in story.topics.values()}
    warned = [notices for (number, _), notices in first.items() if number in assignees and len(notices) > 1]
    assert warned
    assert {notices[0] for notices in warned} == {"sla-warning"}


def test_every_clock_is_explained(tickets: list[Ticket]):
    clocks = [clock for one in tickets for clock in one["clocks"]]

    assert {"first-response", "resolution"} <= {clock["clock"] for clock in clocks}
    for clock in clocks:
        assert clock["rule"] == "standard"
        assert clock["calendar"] == "office"
        assert clock["state"] == "stopped"
        for segment in clock["segments"]:
            assert segment["reason"]
            assert segment["ended_reason"]
            assert segment["cause"]
        used = sum(
            open_seconds(one["started"], one["ended"])
            for one in clock["segments"]
            if one["kind"] == "running"
        )
        assert clock["used_seconds"] == used


def open_seconds(start: datetime, end: datetime) -> int:
    """Count the seconds of office hours day by day: slow, and told in other words than the desk's."""
    found, day = timedelta(), start.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        if day.weekday() < 5:
            opens, closes = day + timedelta(hours=OPENS), day + timedelta(hours=CLOSES)
            found += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return int(found.total_seconds())


def test_every_journal_verifies(story: TwoWeeks, capsys: pytest.CaptureFixture[str]):
    assert postdesk(story, "audit", "verify", "--json") == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["tickets"], said["broken"]) == (TOPICS, 0)
    assert said["events"] > 5 * TOPICS


def test_every_assignment_has_its_reason(story: TwoWeeks, capsys: pytest.CaptureFixture[str]):
    assert postdesk(story, "explain", str(TOPICS), "--json") == 0

    said = json.loads(capsys.readouterr().out)
    candidates = said["mails"][0]["why"]["assignment"]
    assert len(candidates) == 1 + len(AGENTS)
    assert candidates[0].startswith("assigned to ")


def postdesk(story: TwoWeeks, *words: str) -> int:
    """Run a command on the folder of the story, beside its desk."""
    story.desk.database.disconnect()
    return run(["--config", str(story.folder / "postdesk.toml"), *words])
