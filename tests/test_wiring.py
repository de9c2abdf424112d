"""The composition root gives every part of a desk what its settings say, and nothing else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daemon.settings import load
from daemon.wiring import ALL_ROLES, Desk, Role
from storage import keys, outbox
from storage.records import Incoming, OutboxItem
from storage.vocabulary import Source
from tests.conftest import FixedClock
from tests.faults.desk_process import AGENT, Site
from tests.faults.senders import letters

LMTP = """
[lmtp]
socket = "lmtp.socket"
"""
SECOND_MAILBOX = """
[[mailbox]]
host = "imap.example.com"
username = "billing"
password_file = "imap.secret"
"""


@pytest.fixture
def opened(tmp_path: Path, clock: FixedClock) -> Iterator[Callable[..., Desk]]:
    """Open a desk whose configuration has these words at its end."""
    made: list[Desk] = []

    def make(more: str = "", *, without: str = "", **settings: object) -> Desk:
        site = Site(tmp_path / "desk", **settings).write()
        text = site.config.read_text().replace(without, "") + more
        site.config.write_text(text)
        made.append(Desk.open(load(site.config), clock))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def test_opening_makes_the_schema_and_one_signing_key_for_ever(opened):
    first = opened()
    token = first.office.signer.message_id(7)
    second = opened()

    with second.database.read():
        assert len(keys.signing_keys()) == 1
    assert second.office.signer.ticket_of_own_id(token) == 7


def test_commands_are_run_where_some_are_allowed(opened):
    allowed = '[[automation]]\nname = "make"\nargv = ["/bin/echo", "{ticket}"]\n'

    assert opened().command_runner() is None
    runner = opened(allowed).command_runner()
    assert runner is not None
    assert [one.name for one in runner.book.settings] == ["make"]


def test_every_role_is_named_once():
    assert {Role.INTAKE, Role.WORKER, Role.COURIER, Role.CLOCK} == ALL_ROLES


class TestListeners:
    def test_smtp_and_lmtp_each_where_they_are_configured(self, opened, tmp_path: Path):
        ledger = (both := opened(LMTP)).ledger()

        assert len(both.listeners(ledger)) == 2
        ledger.close()

    def test_none_where_none_is_configured(self, opened, tmp_path: Path):
        site = Site(tmp_path / "desk").write()
        without = "[listener]" + site.config.read_text().partition("[listener]")[2].partition("[relay]")[0]
        desk = opened(without=without, port=site.port)
        ledger = desk.ledger()

        assert desk.listeners(ledger) == []
        ledger.close()


class TestAccepts:
    @pytest.mark.parametrize(
        "address",
        [
            "support@desk.test",
            "Support@Desk.TEST",
            "support+r1.aa.bb@desk.test",
            "postmaster@desk.test",
            "PostMaster@DESK.test",
            "postmaster",
        ],
    )
    def test_own_addresses_in_every_form_and_their_postmaster(self, opened, address: str):
        assert opened().accepts(address)

    @pytest.mark.parametrize(
        "address",
        [
            "support@other.test",
            "sales@desk.test",
            "postmaster@other.test",
            "supportive@desk.test",
            "",
            "@desk.test",
        ],
    )
    def test_nobody_else_so_that_nothing_is_relayed(self, opened, address: str):
        assert not opened().accepts(address)


class TestPollers:
    def test_one_for_each_mailbox(self, opened):
        desk = opened(SECOND_MAILBOX, dovecot_port=1143)
        ledger = desk.ledger()

        assert [one.name for one in desk.pollers(ledger)] == ["support@127.0.0.1", "billing@imap.example.com"]
        ledger.close()

    def test_none_without_a_mailbox(self, opened):
        desk = opened()
        ledger = desk.ledger()

        assert desk.pollers(ledger) == []
        ledger.close()


def test_lost_mail_is_told_to_an_agent_in_the_transaction_that_gives_it_up(opened, clock: FixedClock):
    desk = opened()
    acknowledgement = acknowledged(desk, clock)

    def give_up(*, then: Exception | None = None) -> None:
        with desk.database.write():
            desk.failure_report()(acknowledgement, "550 no such user")
            if then is not None:
                raise then

    with pytest.raises(ZeroDivisionError):
        give_up(then=ZeroDivisionError())
    undone = sent(desk)
    give_up()

    assert undone == [("ticket-opened", "requester0@cust.test"), ("ticket-new", AGENT)]
    assert sent(desk)[2:] == [("delivery-failed", AGENT)]


def acknowledged(desk: Desk, clock: FixedClock) -> OutboxItem:
    """Let a mail go all the way to its ticket, and return its acknowledgement."""
    ledger, reader = desk.ledger(), desk.reader()
    (letter,) = letters(1, seed=1)
    ledger.submit(Incoming(Source.SMTP, letter.raw, clock())).result(10)
    assert desk.intake(reader).run_once() == 1
    reader.close()
    ledger.close()
    with desk.database.read():
        return next(item for item in outbox.items() if item.notice == "ticket-opened")


def sent(desk: Desk) -> list[tuple[str, str]]:
    with desk.database.read():
        return [(item.notice, item.recipient) for item in reversed(outbox.items())]


def test_roles_that_start_at_the_same_moment_agree_on_the_signing_key(tmp_path: Path):
    """As ``systemctl start postdesk@intake postdesk@worker...`` does on a machine that never ran a desk."""
    site = Site(tmp_path / "desk").write()
    roles = ("worker", "worker", "courier", "clock")

    with ThreadPoolExecutor(4) as threads:
        crew = list(threads.map(site.start, roles))
    try:
        for process in crew:
            assert process.stop() == 0, process.said()
    finally:
        for process in crew:
            process.kill_all()

    desk = Desk.open(load(site.config))
    with desk.database.read():
        assert len(keys.signing_keys()) == 1
    desk.close()
