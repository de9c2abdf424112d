"""What "postdesk check" and "config show" say about hooks."""

import pytest

from daemon.settings.hook_rules import HOOK_RULES, is_web_address
from daemon.settings.loading import load
from daemon.settings.machine import problems_of_machine
from daemon.settings.reading import read
from daemon.settings.showing import effective

GOOD = {"name": "chat", "url": "https://chat.test/x", "secret_file": "hook.secret"}


def faults(*hooks: dict) -> list[tuple[tuple, str]]:
    document, problems = read({"desk": {"name": "x", "address": "x@y.test"}, "hook": list(hooks)})
    assert problems == []
    return [(fault.at, fault.text) for rule in HOOK_RULES for fault in rule(document)]


def test_good_hook_has_no_fault():
    assert faults(GOOD, {"name": "ntfy", "kind": "ntfy", "url_file": "ntfy.url"}) == []


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        ({"name": " "}, ("name",), "in one line"),
        ({"url_file": "x"}, ("url",), "got both"),
        ({"url": ""}, ("url",), "got neither"),
        ({"url": "ftp://x"}, ("url",), "begins with https"),
        ({"secret_file": ""}, ("secret_file",), "missing"),
        ({"kind": "slack"}, ("secret_file",), "webhook"),
        ({"events": []}, ("events",), "missing"),
        ({"events": ["openend"]}, ("events", 0), "expected one of opened"),
        ({"events": ["opened", "note"]}, ("events", 1), "internal = true"),
        ({"teams": ["ops"]}, ("teams", 0), "name of a team"),
    ],
)
def test_wrong_hook_is_told_where_and_why(change, at, said):
    found = faults(GOOD | change)

    assert [(one, text) for one, text in found if one == ("hook", 0, *at) and said in text] != []


def test_name_is_given_once():
    assert faults(GOOD, GOOD) == [(("hook", 1, "name"), "chat is the name of hook[1] already")]


@pytest.mark.parametrize(
    "url",
    ["https://user:pass@x.test/", "https://x.test:port/", "https://[x", "https:///x", "http://x y/", "x"],
)
def test_nothing_is_posted_to_what_is_no_plain_web_address(url):
    assert not is_web_address(url)


def test_address_is_shown_without_its_path_and_missing_files_are_told(tmp_path):
    path = tmp_path / "postdesk.toml"
    path.write_text(
        '[desk]\nname = "x"\naddress = "x@y.test"\n[[agent]]\naddress = "ann@corp.test"\nname = "Ann"\n'
        '[[hook]]\nname = "chat"\nurl = "https://chat.test/services/T0/SECRET"\nsecret_file = "gone.secret"\n'
    )
    settings = load(path)

    assert effective(settings)["hook"][0]["url"] == "https://chat.test/***"
    assert [one.key for one in problems_of_machine(settings, {})] == ["hook[1].secret_file"]
