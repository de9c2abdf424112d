"""A listing that has nothing to list says so in a line, and stays an empty array for programs."""

import pytest

from tests.scenarios.desk import mail

NOTHING = {
    "tickets": "no ticket is open; --all lists those that have ended as well",
    "tickets --all": "there are no tickets yet",
    "tickets --all --search vpn": "no ticket matches",
    "tickets --state closed": "no ticket matches",
    "tickets --team service-desk": "no ticket matches",
    "outbox": "there is no outgoing mail yet",
    "outbox --state failed": "no outgoing mail is failed",
    "quarantine": "nothing is in quarantine",
    "approvals": "no approval is open",
    "approvals --stuck": "no approval waits for a person",
    "approvals --ticket 7": "nobody was asked to approve anything for ticket 7",
    "catalogue": "there is no catalogue; [catalogue] folder names one",
    "directory": "nobody is in the directory",
    "directory --search ann": "nobody matches",
    "directory --gone": "nobody has left",
    "fulfilment": "nobody has a task",
    "fulfilment --late": "no task is late",
    "fulfilment --late --blocked": "no task is late and blocked",
    "fulfilment --reliability team --days 30": "no task was done within 30 days",
    "hooks": "there are no hooks",
    "hooks show slack": "nothing waits for slack, and nothing was given up",
    "keys": "there is no key yet; the desk makes one when it starts",
    "oauth status": "there is no [[oauth]] section",
    "satisfaction --answers": "nobody answered a survey that was sent in that time",
    "suppressed": "no address is suppressed",
}


@pytest.mark.parametrize("line", NOTHING)
def test_a_listing_without_rows_says_so(desk_folder, line):
    said = desk_folder.postdesk(*line.split())

    assert (said.status, said.out) == (0, f"{NOTHING[line]}\n")
    assert desk_folder.postdesk(*line.split(), "--json").json == []


@pytest.mark.parametrize(
    ("line", "nothing"),
    [("--list 3", "no message came yet"), ("--state quarantined", "no message is quarantined")],
)
def test_a_ledger_without_messages_says_so_below_its_counts(desk_folder, line, nothing):
    said = desk_folder.postdesk("ledger", *line.split()).out.splitlines()

    assert said[0].split() == ["DISPOSITION", "COUNT"]
    assert said[-2:] == ["", nothing]


@pytest.mark.parametrize("how", [(), ("--preview",)])
def test_a_ticket_about_which_nothing_will_be_mailed_says_so(desk_folder, how):
    desk_folder.story.mail_in(mail("cara@cust.test", "Printer", "It is dead."))

    assert desk_folder.postdesk("mails", "1", *how).out == (
        "nothing will be mailed about ticket 1 by itself\n"
    )
    assert desk_folder.postdesk("mails", "1", *how, "--json").json == []
