"""Stored reasons, each by the decision that it explains."""

import pytest

from daemon.desk.explanation import decided, is_decision, sorted_out, through, unexplained


def test_every_sentence_finds_its_decision():
    found = sorted_out(
        [
            "author cara@cust.test: verified (DKIM)",
            "opening: it answers nothing that we know",
            "type incident (nothing speaks for either)",
            "category perhaps network",
            "route a: does not fit, no such word",
            "3 more routes do not fit",
            "it asks for laptop, an item of service-desk: the subject has laptop",
            "it asks for leaver, which is not for cara@cust.test: the subject has leaver",
            "priority P1 by impact high, urgency high: VIP",
            "assigned to bob@corp.test: load 0",
            "ann@corp.test: away till Friday",
            "never answered (robot): a robot",
            "ticket 4 ended more than 14 days ago",
        ]
    )

    assert {name: len(said) for name, said in found.items()} == {
        "author": 1,
        "place": 1,
        "type": 1,
        "category": 1,
        "routing": 3,
        "priority": 1,
        "assignment": 2,
        "answer": 1,
        "other": 2,
    }


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("state", {"from": "new", "to": "open", "reason": "x"}, "state: new -> open, because x"),
        ("assigned", {"to": "bob", "reason": "load 0"}, "assigned: bob, because load 0"),
        ("category", {"from": "", "to": "vpn"}, "category: none -> vpn"),
        ("priority", {"impact": "high", "reason": ""}, "priority: impact high"),
        ("merged no longer", {}, "merged no longer"),
    ],
)  # fmt: skip
def test_a_line_of_the_journal_is_a_sentence(kind: str, data: dict[str, str], said: str):
    assert decided(kind, data) == said


def test_who_and_by_which_way():
    assert through("ann", "arrival:7") == "by ann through mail 7"
    assert through("postdesk", "job:waiting") == "by postdesk through the job waiting"
    assert through("operator eva", "cli") == "by operator eva (cli)"


def test_filing_words_decides_nothing():
    assert is_decision("state")
    assert not is_decision("entry")


def test_where_no_rule_decided_the_configuration_says_why():
    assert unexplained({}, routes=0, automatic=False) == {
        "routing": "there are no routes: the address decides",
        "assignment": "its team assigns by hand",
    }
    assert unexplained({}, routes=2, automatic=True) == {
        "routing": "no route was looked at",
        "assignment": "nobody was chosen",
    }
    assert unexplained({"routing": ["x"], "assignment": ["y"]}, routes=2, automatic=True) == {}
