"""``postdesk explain``: the rule behind every decision about a ticket."""

from dataclasses import replace

import pytest

from daemon.desk.handling import Handling, HandlingSettings
from daemon.desk.handling_settings import RouteSettings
from tests.cli.operated import Operated
from tests.scenarios.desk import mail

CARA = "Cara <cara@cust.test>"
ROUTES = (
    RouteSettings(name="people", words=("payroll",), team="service-desk"),
    RouteSettings(name="tunnel", words=("vpn",), team="service-desk", impact="high"),
    RouteSettings(name="rest", words=("printer",), team="service-desk"),
)


@pytest.fixture
def routed(desk_folder: Operated) -> Operated:
    story = desk_folder.story
    handling = Handling.of(HandlingSettings(routes=ROUTES, agents=story.agents))
    story.office = replace(story.office, handling=handling)
    story.intake = replace(story.intake, office=story.office)
    story.mail_in(mail(CARA, "VPN is down", "I cannot work.\n"))
    story.mail_in(mail("Ann <ann@corp.test>", "[#1] VPN", "#take\n#resolve\n"), auth_user="ann@corp.test")
    return desk_folder


def test_every_decision_is_told_with_its_rule(routed: Operated):
    lines = routed.postdesk("explain", "1").out.splitlines()

    assert lines[0] == "#1  VPN is down"
    assert lines[1].startswith(
        "  type incident, state resolved, priority P2, team service-desk, assignee ann@"
    )
    assert lines[2] == "mail 1, 2024-01-15T09:00:00Z: ticketed: a new topic"
    told = "\n".join(lines)
    assert "  author      cara@cust.test: unverified" in lines
    assert "  routing     route people: does not fit, no such word" in lines
    assert '              route tunnel: fits by word "vpn"' in lines
    assert "              1 further route not looked at" in lines
    assert "  priority    P2 by impact high, urgency medium: route: tunnel -> impact high" in lines
    assert "  assignment  its team assigns by hand" in lines
    assert "assigned: ann@corp.test" in told
    assert "state: new -> open" in told
    assert "(by ann@corp.test through mail 2)" in told


def test_whom_the_gate_did_not_write_to_is_told(routed: Operated):
    for number in range(2, 8):
        routed.story.mail_in(mail(CARA, f"Matter {number}", "x\n"))
    robot = mail(CARA, "Broken", "x\n", headers={"Auto-Submitted": "auto-generated"})
    number = routed.story.mail_in(robot)["ticket"]

    assert "  answer      never answered" in routed.postdesk("explain", str(number)).out
    last = routed.postdesk("explain", str(number - 1)).out.partition("not sent\n")[2]
    assert last.startswith("  2024-01-15T09:00:00Z  ticket-opened to cara@cust.test: ")


def test_json_has_the_sentences_by_decision(routed: Operated):
    found = routed.postdesk("explain", "#1", "--json").json

    assert sorted(found) == [
        "approvals", "clocks", "decisions", "mails", "no_rule", "stands", "subject", "ticket", "withheld",
    ]  # fmt: skip
    assert found["mails"][0]["why"]["routing"][1] == 'route tunnel: fits by word "vpn"'
    assert found["no_rule"] == {"assignment": "its team assigns by hand"}
    assert {"event", "at", "kind", "decided", "by"} == set(found["decisions"][0])


def test_a_mail_is_explained_by_its_number_or_its_message_id(routed: Operated):
    ident = routed.postdesk("trace", "1", "--json").json[0]["message_id"]

    by_number = routed.postdesk("explain", "mail:1")
    assert by_number.out == routed.postdesk("explain", ident).out
    assert by_number.out.startswith("mail 1, 2024-01-15T09:00:00Z: ticketed: a new topic\n")
    assert routed.postdesk("explain", "mail:1", "--json").json[0]["why"]["author"]


def test_what_is_not_there_is_said(routed: Operated):
    assert "there is no ticket 9; a mail is named by mail:9" in routed.postdesk("explain", "9").err
    assert routed.postdesk("explain", "mail:9").err == "Error: the ledger has no message 9\n"
