"""``postdesk mails``: what will be mailed about a ticket by itself, in full, and a stop for it."""

import pytest

from tests.cli.operated import Operated
from tests.scenarios.desk import mail


@pytest.fixture
def waiting(desk_folder: Operated) -> Operated:
    """A desk with a ticket that waits for its requester."""
    desk_folder.story.mail_in(mail("Cara <cara@cust.test>", "Printer is dead", "It says PC LOAD LETTER."))
    desk_folder.postdesk("do", "1", "pending requester", "--as", "ann", "--words", "Which one?")
    return desk_folder


def test_planned_mail_is_listed_with_its_subject(waiting: Operated):
    listed = waiting.postdesk("mails", "1", "--json").json
    table = waiting.postdesk("mails", "1").out.splitlines()

    kinds = ["waiting-reminder"] * 3 + ["closing"]
    assert [one["kind"] for one in listed] == kinds
    assert {one["to"] for one in listed} == {"cara@cust.test"}
    assert all("Printer is dead" in one["subject"] and "content" not in one for one in listed)
    assert table[0].split() == ["AT", "KIND", "TO", "WHY", "SUBJECT", "STOPPED"]
    assert [line.split()[1] for line in table[1:]] == kinds


def test_preview_shows_each_mail_in_full(waiting: Operated):
    shown = waiting.postdesk("mails", "1", "--preview").out
    as_json = waiting.postdesk("mails", "1", "--preview", "--json").json

    assert shown.count("To: Cara <cara@cust.test>") == 4
    assert shown.count("Which one?") >= 3, "what was asked stands in the reminders"
    assert "(reminder 2 of 3)" in shown
    assert all(one["content"].startswith("Date: ") for one in as_json)
    assert waiting.postdesk("outbox", "--json").out.count("waiting-reminder") == 0


def test_closing_without_a_mail_has_no_preview(waiting: Operated):
    waiting.postdesk("do", "1", "resolve", "--as", "ann")

    (line,) = waiting.postdesk("mails", "1", "--preview").out.splitlines()

    assert line.endswith("closing, without a mail (nobody disagreed within 14 days)")


def test_stop_and_start_stand_in_the_journal_with_the_operator(waiting: Operated):
    stopped = waiting.postdesk("mails", "1", "--stop", "closing", "--why", "not before the fair")
    listed = waiting.postdesk("mails", "1", "--json").json
    started = waiting.postdesk("mails", "1", "--start", "all")

    assert stopped.out == "closing is stopped for ticket 1\n"
    assert [one["stopped_why"] for one in listed] == ["", "", "", "not before the fair"]
    assert listed[-1]["stopped_by"].startswith("operator ")
    assert started.out == "closing goes its way again for ticket 1\n"
    events = waiting.postdesk("tickets", "--json", "--search", "Printer").json[0]["events"][-2:]
    assert [one["kind"] for one in events] == ["mail stopped", "mail started"]
    assert all(one["actor"].startswith("operator ") for one in events)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["9"], "there is no ticket 9"),
        (["9", "--stop", "all"], "there is no ticket 9"),
        (["1", "--start", "closing"], "closing is not stopped for ticket 1"),
        (["1", "--start", "all"], "all is not stopped for ticket 1"),
        (["1", "--stop", "all", "--start", "all"], "expected --stop or --start, got both"),
        (["1", "--why", "so"], "--why goes with --stop"),
        (["1", "--stop", "reminders"], "'reminders' is not one of"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(waiting: Operated, words: list[str], said: str):
    answer = waiting.postdesk("mails", *words)

    assert answer.status in {1, 2}
    assert said in answer.err


def test_stopped_already_is_said_whatever_stops_it(waiting: Operated):
    waiting.postdesk("mails", "1", "--stop", "all")

    again = waiting.postdesk("mails", "1", "--stop", "closing")
    one = waiting.postdesk("mails", "1", "--start", "closing")

    assert again.err == "Error: closing is stopped already for ticket 1\n"
    assert one.err == "Error: all automatic mail of the ticket is stopped; --start all lets it go again\n"
