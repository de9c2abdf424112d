"""The keys of ``--json`` are those that docs/commands.md promises, and every command stands there."""

import re
from pathlib import Path

import pytest

from daemon import cli
from tests.cli.operated import break_on
from tests.scenarios.desk import mail, reply

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
RAW = mail("Cara <cara@cust.test>", "Printer is dead", "It says PC LOAD LETTER.\n")


def documented(heading: str) -> list[str]:
    """Return the keys under a heading: what stands in code type before the colon of a part of a list item."""
    section = PAGE.split(f"\n### {heading}\n", 1)[1].split("\n### ", 1)[0]
    items = [line for line in section.splitlines() if line.startswith("- ")]
    parts = [part for item in items for part in item.split(";")]
    return [key for part in parts for key in re.findall(r"`([a-z_0-9]+)`", part.split(":")[0])]


@pytest.fixture
def desk(desk_folder):
    """A ticket with an answer, and a message in quarantine."""
    desk_folder.story.mail_in(RAW)
    _, to_ann, _ = desk_folder.story.mail_out()
    desk_folder.story.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))
    break_on(desk_folder.story, b"Subject: broken\n\nx\n")
    return desk_folder


def test_a_ticket_and_what_it_is_made_of(desk):
    (ticket,) = desk.postdesk("tickets", "--json", "--search", "Printer").json

    assert sorted(ticket) == sorted(documented("A ticket"))
    assert sorted(ticket["participants"][0]) == sorted(documented("A participant"))
    assert sorted(ticket["entries"][0]) == sorted(documented("An entry"))
    assert sorted(ticket["entries"][0]["parts"][0]) == sorted(documented("A part"))
    assert sorted(ticket["events"][0]) == sorted(documented("An event"))
    assert sorted(ticket["outgoing"][0]) == sorted(documented("An outgoing copy"))


def test_what_other_programs_were_promised_is_among_them():
    of_ticket = {"number", "type", "state", "priority", "team", "assignee", "requester", "subject", "created"}

    assert {*of_ticket, "entries", "events"} <= set(documented("A ticket"))
    assert {"kind", "author", "text", "at", "parts"} <= set(documented("An entry"))


def test_a_copy_in_the_outbox(desk):
    keys = documented("An outgoing copy")

    assert sorted(desk.postdesk("outbox", "--json").json[0]) == sorted(keys)
    assert sorted(desk.postdesk("outbox", "show", "1", "--json").json) == sorted([*keys, "content"])


def test_an_arrival_and_its_way(desk):
    arrival = documented("An arrival")
    traced = sorted([*arrival, *documented("A traced message")])

    assert sorted(desk.postdesk("quarantine", "--json").json[0]) == sorted(arrival)
    assert sorted(desk.postdesk("trace", "1", "--json").json[0]) == traced
    assert sorted(desk.postdesk("quarantine", "show", "3", "--json").json) == sorted([*traced, "content"])


def test_the_ledger(desk):
    counts = documented("The ledger")
    listed = desk.postdesk("ledger", "--list", "1", "--json").json

    assert sorted(desk.postdesk("ledger", "--json").json) == sorted(counts)
    assert sorted(listed) == sorted([*counts, "arrivals"])
    assert sorted(listed["arrivals"][0]) == sorted(documented("An arrival"))


def test_a_replayed_message(desk):
    replayed = desk.postdesk("replay", "1", "--json").json

    assert sorted(replayed) == sorted(documented("A replayed message"))
    assert sorted(replayed["parts"][0]) == sorted(documented("A part"))


def test_a_job_and_a_planned_mail(desk):
    desk.postdesk("do", "1", "pending requester", "--as", "ann")
    planned = desk.postdesk("mails", "1", "--json").json

    assert sorted(desk.postdesk("jobs", "--json").json[0]) == sorted(documented("A job"))
    assert sorted([*planned[0], "content"]) == sorted(documented("A planned mail"))


@pytest.mark.parametrize("command", [one.name for one in cli.COMMANDS])
def test_every_command_stands_on_the_page(command):
    assert re.search(rf"^\| `postdesk {command}\b", PAGE, re.MULTILINE), f"docs/commands.md lacks {command}"
