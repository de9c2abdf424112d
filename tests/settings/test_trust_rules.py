"""The section [trust]: what cannot stand together, what it needs of the machine, and what comes of it."""

import importlib.util

import pytest

from daemon.edges.mail_auth import MailAuth
from daemon.settings import problems_of_machine
from daemon.wiring import Desk
from tests.settings.conftest import ANN, DESK

BASE = DESK + ANN


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            'authserv_id = "mx.test"\ntrusted_peers = ["10.0.0.1", "mx.test"]',
            (
                "9: trust.trusted_peers[2]: expected an address, a network such as 10.0.0.0/8, "
                'or "unix", got "mx.test"'
            ),
        ),
        (
            'trusted_peers = ["unix"]',
            (
                "7: trust.authserv_id: missing; trusted_peers needs the name under which they write "
                "their results"
            ),
        ),
        (
            'authserv_id = "mx test"',
            "8: trust.authserv_id: expected a name like mx.example.com, without blanks",
        ),
        ('check = "always"', '8: trust.check: expected one of "never", "auto", got "always"'),
        ("trusted_hops = 0", "8: trust.trusted_hops: expected a whole number from 1 to 20, got 0"),
    ],
)
def test_a_fault_is_named(complaints, section, said):
    assert complaints(f"{BASE}[trust]\n{section}\n") == [said]


@pytest.mark.parametrize(
    "section",
    [
        'authserv_id = "mx.test"\ntrusted_peers = ["10.0.0.0/8", "2001:db8::1", "unix"]\ntrusted_hops = 3',
        'microsoft = true\ntrusted_peers = ["10.0.0.1"]',
        "require_both = true",
    ],
)
def test_what_fits_together_loads(loaded, section):
    loaded(f"{BASE}[trust]\n{section}\n")


def test_packages_that_are_missing_are_named(loaded, monkeypatch, tmp_path):
    settings = loaded(f'{BASE}[trust]\ncheck = "auto"\n')
    assert problems_of_machine(settings, {}) == ()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in {"dkim", "spf"} else name)

    assert [str(one) for one in problems_of_machine(settings, {})] == [
        (
            f"{tmp_path}/postdesk.toml:8: trust.check: the packages that check mail are not installed: "
            'dkim, spf (install "postdesk[auth]")'
        )
    ]


@pytest.mark.parametrize(("check", "made"), [("auto", MailAuth), ("never", type(None))])
def test_the_worker_checks_where_it_is_asked_to(loaded, check, made):
    desk = Desk.open(loaded(f'{BASE}[listener]\nhostname = "desk.test"\n[trust]\ncheck = "{check}"\n'))
    reader = desk.reader()
    try:
        intake = desk.intake(reader)
        assert type(intake.authenticator) is made
        assert intake.office.trust.check == check
        if intake.authenticator is not None:
            intake.authenticator.close()
    finally:
        reader.close()
        desk.close()
