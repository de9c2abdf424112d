"""``postdesk do``: the agents' commands on the command line."""

import pytest

from tests.scenarios.desk import mail

CARA = "Cara Customer <cara@cust.test>"


@pytest.fixture
def opened(desk_folder):
    """A desk with a ticket of Cara's."""
    desk_folder.story.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    desk_folder.story.mail_out()
    return desk_folder


def ticket(desk):
    return desk.postdesk("ticket", "1", "--json").json


def sent(desk):
    """List what left since the acknowledgement and the two mails to the team."""
    copies = desk.postdesk("outbox", "--json").json
    return [(one["notice"], one["recipient"]) for one in reversed(copies)][3:]


def test_commands_are_done_and_told_as_by_mail(opened):
    said = opened.postdesk("do", "1", "take", "#close Thank you for waiting", "--as", "ann")

    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        "done  #take: assigned to you",
        "done  #close Thank you for waiting: the ticket is closed now; your words go to the people on it",
    ]
    found = ticket(opened)
    assert (found["state"], found["assignee"]) == ("closed", "ann@corp.test")
    assert (found["entries"][-1]["text"], found["entries"][-1]["author"]) == (
        "Thank you for waiting",
        "ann@corp.test",
    )
    assert sent(opened) == [("public-answer", "cara@cust.test")]


def test_undo_takes_it_back(opened):
    opened.postdesk("do", "1", "assign bob", "--as", "ann@corp.test")

    said = opened.postdesk("do", "1", "undo", "--as", "ann@corp.test")

    # The clock of this test stands still for the desk, not for the command line: both calls are of today.
    assert said.status == 0
    assert ticket(opened)["assignee"] is None


def test_one_refusal_refuses_all_with_status_1(opened):
    said = opened.postdesk("do", "1", "take", "fulfil", "--as", "ann")

    assert said.status == 1
    assert said.out.startswith(
        "refused  #take: not done, because another line was refused\nrefused  #fulfil: "
    )
    assert ticket(opened)["assignee"] is None
    assert sent(opened) == []


def test_words_are_a_note_where_it_says_so(opened):
    opened.postdesk("do", "1", "note", "--as", "bob", "--words", "She is on leave.")

    entry = ticket(opened)["entries"][-1]
    assert (entry["kind"], entry["text"], entry["author"]) == ("note", "She is on leave.", "bob@corp.test")
    assert sent(opened) == [("internal-note", "ann@corp.test")]


def test_a_list_is_mailed_to_the_agent(opened):
    assert opened.postdesk("do", "1", "queue", "--as", "bob").status == 0

    assert sent(opened) == [("work-list", "bob@corp.test")]


@pytest.mark.parametrize(
    ("number", "agent", "words", "reason"),
    [
        ("1", "zoe", "take", "there is no agent 'zoe'"),
        ("1", "me", "take", "expected the address or the name of an agent"),
        ("9", "ann", "take", "there is no ticket 9"),
    ],
)
def test_what_is_not_there_is_told_with_status_1(opened, number, agent, words, reason):
    said = opened.postdesk("do", number, words, "--as", agent)

    assert said.status == 1
    assert reason in said.out + said.err


def test_json_has_a_line_for_each(opened):
    said = opened.postdesk("do", "1", "take", "--as", "ann", "--json")

    assert said.json == [{"line": "#take", "done": True, "text": "assigned to you"}]
