"""What two configurations differ in: facts compared, reasons picked, mails counted."""

from daemon.desk.trial import Difference, Summary, Tried, differences, reasons, route_of

EVIDENCE = (
    "author cara@cust.test: unverified",
    "type incident (2 for incident: down in the subject)",
    "route hr: does not fit, no such word",
    'route vpn: fits by word "vpn"',
    "priority P2 by impact high, urgency medium: route: vpn -> impact high",
    "assigned to bob@corp.test: load 0",
)
OPENED = {"disposition": "ticketed", "ticket": "new", "team": "it", "priority": "P3", "notices": ""}


def test_the_reason_of_each_fact_is_its_sentence():
    found = reasons(EVIDENCE, "a new topic")

    assert found["disposition"] == "a new topic"
    assert found["team"] == found["route"] == EVIDENCE[3]
    assert (found["type"], found["priority"], found["assignee"]) == (EVIDENCE[1], EVIDENCE[4], EVIDENCE[5])


def test_the_route_is_the_rule_that_fits():
    assert route_of(EVIDENCE) == "vpn"
    assert route_of(EVIDENCE[:3]) == ""


def test_only_what_differs_is_listed_in_the_order_of_the_facts():
    before = Tried(OPENED, {"priority": "nothing stands out"})
    after = Tried({**OPENED, "team": "net", "priority": "P1"}, {"priority": "the boss waits"})

    assert differences(before, before) == []
    assert differences(before, after) == [
        Difference("priority", "P3", "P1", "nothing stands out", "the boss waits"),
        Difference("team", "it", "net"),
    ]


def test_the_table_counts_what_tickets_open_with_and_every_notice():
    summary = Summary()
    opened = Tried({**OPENED, "notices": "ticket-new to ann@x\nticket-new to bob@x"})
    replied = Tried({"disposition": "appended", "ticket": "of a:1", "notices": "requester-replied to ann@x"})
    ignored = Tried({"disposition": "ignored", "ticket": "none"})
    summary.add(opened, opened, [])
    summary.add(replied, ignored, differences(replied, ignored))

    rows = {
        (row["fact"], row["value"]): (row["before"], row["after"], row["change"]) for row in summary.rows()
    }
    assert (summary.mails, summary.differing) == (2, 1)
    assert rows["disposition", "appended"] == (1, 0, -1)
    assert rows["disposition", "ignored"] == (0, 1, 1)
    assert rows["team", "it"] == (1, 1, 0)
    assert rows["assignee", "none"] == (1, 1, 0)
    assert rows["notice", "ticket-new"] == (2, 2, 0)
    assert rows["notice", "requester-replied"] == (1, 0, -1)
