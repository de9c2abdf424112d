"""What "postdesk check" says about the rules of monitoring mail."""

import pytest

from daemon import shipped
from daemon.settings import load
from daemon.settings.monitor_rules import MONITOR_RULES
from daemon.settings.reading import read

GOOD = {
    "name": "nagios",
    "senders": ["nagios@mon.test"],
    "subjects": ["{state} {host}"],
    "key": "{host}",
    "problem": ["problem"],
    "recovery": ["recovery"],
}


def faults(*monitors: dict) -> list[tuple[tuple, str]]:
    document, problems = read({"desk": {"name": "x", "address": "x@y.test"}, "monitor": list(monitors)})
    assert problems == []
    return [(fault.at, fault.text) for rule in MONITOR_RULES for fault in rule(document)]


def test_good_rule_has_no_fault():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        ({"name": "\n"}, ("name",), "in one line"),
        ({"subjects": ["{state"]}, ("subjects", 0), "expected a name in braces"),
        ({"lines": ["{a}{b}"]}, ("lines", 0), "expected text between"),
        ({"subjects": ["{state} x", "{state} {host}"]}, ("subjects", 0), "finds {host}"),
        ({"subjects": ["{host} x"]}, ("subjects", 0), "finds {state}"),
        ({"key": "web"}, ("key",), "at least one name"),
        ({"key": "{"}, ("key",), "expected a name in braces"),
        ({"senders": []}, ("senders",), "missing"),
        ({"problem": ["!"]}, ("problem", 0), "letters or digits"),
        ({"problem": ["recovery"]}, ("recovery", 0), '"recovery" stands under problem as well'),
        ({"team": "ops"}, ("team",), "expected the name of a team"),
        ({"senders": ["a b"]}, ("senders", 0), "expected an address"),
        ({"senders": ["*"]}, ("senders", 0), "expected an address"),
        ({"peers": ["nagios"]}, ("peers", 0), "expected an address, a network"),
    ],
)
def test_wrong_rule_is_told_where_and_why(change, at, said):
    found = faults(GOOD | change)

    assert [(one, text) for one, text in found if one == ("monitor", 0, *at) and said in text] != []


def test_name_is_given_once():
    assert faults(GOOD, GOOD)[0] == (("monitor", 1, "name"), "nagios is the name of monitor[1] already")


def test_lines_can_find_what_a_subject_does_not():
    assert (
        faults(GOOD | {"subjects": ["{state}"], "lines": ["Host: {host}"], "peers": ["unix", "10.0.0.0/8"]})
        == []
    )


def test_shipped_rules_go_into_a_desk_as_they_are(tmp_path):
    folder = shipped.folder("config")
    both = (folder / "example.toml").read_text("utf-8") + (folder / "monitors.toml").read_text("utf-8")
    (tmp_path / "postdesk.toml").write_text(both, "utf-8")

    assert len(load(tmp_path / "postdesk.toml").monitor) == 7
