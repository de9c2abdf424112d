"""The exact account of one desk after its faults: what was sent in against tickets, mail and ledger."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from storage import arrivals, outbox, tickets
from storage.database import Database
from storage.models import database as bound
from storage.records import OutboxItem
from storage.tickets import Filter
from storage.vocabulary import OutboxState
from tests.faults.desk_process import AGENT, Site, wait_until
from tests.faults.senders import Letter
from tests.faults.sink import Sink

EVERYTHING = 1_000_000


@dataclass(frozen=True)
class Account:
    """What an audit found right: how many tickets, messages in the ledger, copies sent, copies too many."""

    tickets: int
    arrivals: int
    duplicates: int
    sent: int
    extra_copies: int

    def __str__(self) -> str:
        return (
            f"{self.tickets} tickets of {self.arrivals} arrivals ({self.duplicates} duplicates); "
            f"{self.sent} mails sent, {self.extra_copies} of them twice; 0 lost"
        )


def wait_for_rest(database: Database, seconds: float, arrived: int = 1) -> None:
    """Wait until at least so many messages arrived, all are settled, and no mail waits to leave."""

    def is_at_rest() -> bool:
        with database.read():
            total = sum(arrivals.counts().values())
            return total >= arrived and not arrivals.waiting() and outbox.next_due_at() is None

    wait_until(is_at_rest, seconds, "everything settled and sent")


def audit(site: Site, database: Database, wanted: Sequence[Letter], sink: Sink) -> Account:
    """Compare and return the account; every difference is an AssertionError with the names of the mails."""
    _sound(database)
    counts = json.loads(site.command("ledger", "--json").stdout)
    settled = counts["ticketed"] + counts["duplicate"]
    assert {word: count for word, count in counts.items() if count} == {
        word: counts[word] for word in ("ticketed", "duplicate") if counts[word]
    }, f"something else than a ticket or a duplicate became of a message: {counts}"
    _one_ticket_each(database, wanted)
    sent = _one_mail_each(database, wanted)
    _at_the_relay(sent, sink)
    return Account(counts["ticketed"], settled, counts["duplicate"], len(sent), sink.extra_copies())


def _sound(database: Database) -> None:
    if not database.is_sqlite:
        return
    with database.read():
        assert bound.execute_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert bound.execute_sql("PRAGMA foreign_key_check").fetchall() == []


def _one_ticket_each(database: Database, wanted: Sequence[Letter]) -> None:
    with database.read():
        found = tickets.matching(Filter(limit=EVERYTHING))
        senders = Counter(ticket.requester.address for ticket in found if ticket.requester)
        entries = bound.execute_sql("SELECT COUNT(*), COUNT(DISTINCT ticket_number) FROM entries").fetchone()
    expected = Counter(letter.sender for letter in wanted)
    assert senders == expected, f"lost {expected - senders}, double {senders - expected}"
    assert len(found) == len(wanted)
    assert entries == (len(wanted), len(wanted)), "a message was entered twice, or not at all"


def _one_mail_each(database: Database, wanted: Sequence[Letter]) -> list[OutboxItem]:
    with database.read():
        items = outbox.items(limit=EVERYTHING)
    assert {item.state for item in items} <= {OutboxState.SENT}
    mails = Counter((item.notice, item.recipient) for item in items)
    expected = Counter(("ticket-opened", letter.sender) for letter in wanted)
    expected[("ticket-new", AGENT)] = len(wanted)
    assert mails == expected, f"missing {expected - mails}, too many {mails - expected}"
    return items


def _at_the_relay(sent: Sequence[OutboxItem], sink: Sink) -> None:
    copies = sink.by_message_id()
    assert set(copies) == {item.message_id for item in sent}, "what left is not what was to leave"
    by_id = {item.message_id: item for item in sent}
    for message_id, same in copies.items():
        assert len({copy.digest for copy in same}) == 1, f"two attempts of {message_id} differ"
        assert {copy.recipients for copy in same} == {(by_id[message_id].recipient,)}
