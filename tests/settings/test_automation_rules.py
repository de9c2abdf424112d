"""What "postdesk check" says about commands that may run by themselves, and about items that name them."""

import pytest

from daemon.settings.automation_rules import AUTOMATION_RULES, automation_faults
from daemon.settings.catalogue import problems_of_catalogue
from daemon.settings.loading import load
from daemon.settings.reading import read

GOOD = {"name": "make-account", "argv": ["/bin/echo", "{login}"], "user": "nobody"}
FILE = """
[desk]
name = "Desk"
address = "support@desk.test"
[catalogue]
folder = "."
[[agent]]
address = "ann@corp.test"
name = "Ann"
[[team]]
name = "it"
members = ["ann@corp.test"]
[[automation]]
name = "make-account"
argv = ["{program}", "{{login}}"]
user = "{user}"
"""
ITEM = """
[[item]]
id = "account"
title = "Account"
kind = "access"
description = "An account"
team = "it"
[[item.question]]
id = "{question}"
label = "Which name?"
[[item.task]]
id = "make"
title = "Make it"
team = "it"
command = "{command}"
"""


def faults(*given: dict) -> list[tuple[tuple, str]]:
    document, problems = read({"desk": {"name": "x", "address": "x@y.test"}, "automation": list(given)})
    assert problems == []
    return [(fault.at, fault.text) for rule in AUTOMATION_RULES for fault in rule(document)]


def test_a_good_command_has_no_fault():
    assert faults(GOOD, {"name": "other", "argv": ["/bin/sh", "-c", "date"], "as_root": True}) == []


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        ({"name": "Make Account"}, ("name",), "small letters"),
        ({"argv": []}, ("argv",), "missing"),
        ({"argv": ["echo", "{login}"]}, ("argv", 0), "whole path"),
        ({"argv": ["/{login}"]}, ("argv", 0), "whole path"),
        ({"argv": ["/bin/echo", "a\x00"]}, ("argv", 1), "no argument can have"),
        ({"argv": ["/bin/sh", "-c", "echo {login}"]}, ("argv",), "read an answer as code"),
        ({"argv": ["/usr/bin/python3", "-c", "x", "{login}"]}, ("argv",), "read an answer as code"),
        ({"as_root": True}, ("as_root",), "says nothing"),
        ({"user": "root"}, ("user",), "as_root = true"),
    ],
)
def test_a_wrong_command_is_told_where_and_why(change, at, said):
    found = faults(GOOD | change)

    assert [(one, text) for one, text in found if one == ("automation", 0, *at) and said in text] != []


def test_a_name_is_given_once():
    assert faults(GOOD, GOOD) == [
        (("automation", 1, "name"), "make-account is the name of automation[1] already")
    ]


def test_programs_and_users_that_this_machine_lacks_are_told(tmp_path):
    path = tmp_path / "postdesk.toml"
    path.write_text(FILE.format(program="/nowhere/to/be", user="nobody-at-all"))

    assert [(one.at, one.text) for one in automation_faults(load(path))] == [
        (("automation", 0, "argv", 0), "/nowhere/to/be is no program that can be run here"),
        (("automation", 0, "user"), 'this machine has no user "nobody-at-all"'),
    ]


@pytest.mark.parametrize(
    ("question", "command", "said"),
    [
        ("login", "make-account", ""),
        ("login", "make-acount", "did you mean make-account?"),
        ("name", "make-account", 'needs an answer to "login"'),
    ],
)
def test_an_item_names_a_command_and_has_the_answers_that_it_needs(tmp_path, question, command, said):
    (tmp_path / "desk").mkdir()
    path = tmp_path / "desk" / "postdesk.toml"
    catalogue = tmp_path / "items"
    catalogue.mkdir()
    text = FILE.format(program="/bin/echo", user="nobody").replace('folder = "."', 'folder = "../items"')
    path.write_text(text)
    (catalogue / "items.toml").write_text(ITEM.format(question=question, command=command))

    problems = [str(one) for one in problems_of_catalogue(load(path))]

    assert (problems == []) if not said else (len(problems) == 1 and said in problems[0])
