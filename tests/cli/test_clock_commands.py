"""``postdesk ticket`` shows service-level clocks, and ``do`` and ``quarantine`` keep them."""

from dataclasses import replace

import pytest

from daemon.settings import load
from daemon.settings.service_levels import service_levels
from tests.cli.test_documented_keys import documented
from tests.scenarios.desk import mail

SLA = '\n[[sla]]\nname = "standard"\nfirst_response = "1h"\n'


@pytest.fixture
def promising(desk_folder):
    """A desk that promises an answer within the hour, with a ticket."""
    file = desk_folder.folder / "postdesk.toml"
    file.write_text(file.read_text() + SLA)
    story = desk_folder.story
    story.office = replace(story.office, levels=service_levels(load(file), story.now.date()))
    story.intake = replace(story.intake, office=story.office)
    story.mail_in(mail("Cara <cara@cust.test>", "Printer is dead", "It says PC LOAD LETTER.\n"))
    return desk_folder


def test_clocks_have_the_documented_keys(promising):
    (first, resolution) = promising.postdesk("ticket", "1", "--json").json["clocks"]

    assert sorted(first) == sorted(documented("A clock"))
    assert sorted(first["segments"][0]) == sorted(documented("A segment"))
    assert (first["clock"], first["target_seconds"], first["rule"]) == ("first-response", 3600, "standard")
    # It was opened years before today, when the command runs.
    assert first["left_seconds"] < 0
    assert resolution["target_seconds"] is None


def test_people_read_the_same(promising):
    lines = promising.postdesk("ticket", "1").out.splitlines()

    at = lines.index("clocks")
    assert lines[at + 1].startswith("  first response: running, ")
    assert lines[at + 2] == (
        "    promised 1 h around the clock, by standard (the first that fits: it is for every ticket)"
    )


def test_all_tickets_have_them_in_json(promising):
    (ticket,) = promising.postdesk("tickets", "--json").json

    assert [one["clock"] for one in ticket["clocks"]] == ["first-response", "resolution"]


def test_desk_without_promises_shows_no_clocks(desk_folder):
    desk_folder.story.mail_in(mail("Cara <cara@cust.test>", "Printer is dead", "It says PC LOAD LETTER.\n"))

    assert desk_folder.postdesk("ticket", "1", "--json").json["clocks"] == []
    assert "clocks" not in desk_folder.postdesk("ticket", "1").out.splitlines()


def test_what_is_done_by_command_moves_the_clocks(promising):
    said = promising.postdesk("do", "1", "close", "--as", "ann@corp.test")
    (first, _) = promising.postdesk("ticket", "1", "--json").json["clocks"]

    assert said.status == 0
    assert (first["state"], first["segments"][0]["ended_reason"]) == ("stopped", "the ticket is closed")


def test_calendar_that_cannot_be_used_is_one_line(promising):
    file = promising.folder / "postdesk.toml"
    file.write_text(
        file.read_text() + '[[calendar]]\nname = "x"\nhours = ["mon 8:00-9:00"]\nfeeds = ["no.ics"]\n'
    )

    said = promising.postdesk("ticket", "1")

    assert said.status == 1
    assert said.err.startswith("Error: a calendar cannot be used: ")
    assert said.err.count("\n") == 1
