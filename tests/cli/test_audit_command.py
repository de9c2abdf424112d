"""``postdesk audit``: the journals verified and read on the command line."""

import pytest

from daemon.cli import audit
from storage import hot
from tests.cli.operated import Operated
from tests.scenarios.desk import mail

CARA = "Cara <cara@cust.test>"


@pytest.fixture
def told(desk_folder: Operated) -> Operated:
    for subject in ("Printer is dead", "Screen is blue"):
        desk_folder.story.mail_in(mail(CARA, subject, "It says PC LOAD LETTER.\n"))
    return desk_folder


def forge(desk: Operated, number: int) -> int:
    """Change the first line of a ticket's journal and return its id."""
    line = int(desk.story.ticket(number)["events"][0]["id"])
    with desk.story.database.write():
        hot.execute("UPDATE events SET actor = 'eve' WHERE id = ?", (line,))
    return line


class TestVerify:
    def test_whole_journals_end_well(self, told: Operated):
        lines = sum(len(told.story.ticket(number)["events"]) for number in (1, 2))
        said = told.postdesk("audit", "verify")

        assert (said.status, said.out) == (0, f"2 tickets with {lines} lines of journal: all whole\n")
        assert told.postdesk("audit", "verify", "--json").json == {
            "tickets": 2,
            "events": lines,
            "approvals": 0,
            "broken": 0,
            "breaks": [],
        }

    def test_the_first_break_of_a_ticket_is_told_with_its_line(
        self, told: Operated, monkeypatch: pytest.MonkeyPatch
    ):
        line = forge(told, 2)

        said = told.postdesk("audit", "verify")
        assert said.status == 1
        first, end = said.out.splitlines()
        assert first == f"ticket 2, line {line} (chain): the line was changed after it was written"
        assert end.startswith("2 tickets with ")
        assert end.endswith(": 1 broken")

        as_json = told.postdesk("audit", "verify", "--json")
        assert as_json.status == 1
        assert f'"event": {line}' in as_json.out
        monkeypatch.setattr(audit, "BREAKS_LIMIT", 0)
        assert '"breaks": []' in told.postdesk("audit", "verify", "--json").out


class TestShow:
    def test_the_journal_is_printed_line_by_line(self, told: Operated):
        said = told.postdesk("audit", "show", "1")

        first, *others, end = said.out.splitlines()
        assert "opened  by cara@cust.test (arrival:1): type incident" in first
        assert any("entry  by cara@cust.test" in line for line in others)
        assert (said.status, end) == (0, "the chain is whole")

    def test_a_broken_chain_is_said_and_ends_with_status_1(self, told: Operated):
        line = forge(told, 1)

        said = told.postdesk("audit", "show", "1")

        assert (said.status, said.out.splitlines()[-1]) == (1, f"the chain is broken at line {line}")
        assert f'"broken_at": {line}' in told.postdesk("audit", "show", "1", "--json").out

    def test_a_ticket_without_a_journal_says_so(self, told: Operated):
        with told.story.database.write():
            hot.execute("DELETE FROM events WHERE ticket_number = 1")

        assert told.postdesk("audit", "show", "1").out == "the ticket has no journal\n"

    def test_an_unknown_ticket_is_said(self, told: Operated):
        said = told.postdesk("audit", "show", "9")

        assert (said.status, said.err) == (1, "Error: there is no ticket 9\n")
