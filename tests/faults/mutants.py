"""Desks that are broken on purpose: ``python -m tests.faults.mutants`` is ``postdesk`` with one defect.

The environment variable MUTANT names it.  Each must be caught by the audit, else the audit is worth nothing.
"""

import os
import signal
import sys
import time
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from daemon.cli import main
from daemon.edges import scribe
from daemon.edges.scribe import Scribe
from daemon.services import intake
from daemon.services.delivery import Delivery
from daemon.services.ledger import Ledger
from daemon.services.settle import Letter
from storage import arrivals, outbox
from storage.arrivals import Outcome
from storage.records import Incoming, OutboxItem, Receipt


def answer_before_the_commit() -> None:
    honest = Ledger._record

    def submit(self: Ledger, incoming: Incoming) -> Future[Receipt]:
        promised: Future[Receipt] = Future()
        promised.set_result(Receipt(1))
        honest_submit(self, incoming)
        return promised

    def slowly(self: Ledger, messages: Any) -> list[Receipt]:
        time.sleep(0.2)
        return honest(self, messages)

    honest_submit = Ledger.submit
    Ledger.submit = submit
    Ledger._record = slowly


def forget_what_was_settled() -> None:
    arrivals.claim_content = lambda *_words: None


def call_it_sent_before_it_is() -> None:
    honest = Delivery.claim

    def claim(self: Delivery, now: datetime, limit: int) -> list[OutboxItem]:
        items = honest(self, now, limit)
        with self.database.write():
            for item in items:
                outbox.record_sent(item, "sent", now)
        return items

    Delivery.claim = claim


def write_a_new_message_id_for_each_attempt() -> None:
    honest = Delivery.small_content

    def small_content(self: Delivery, item: OutboxItem) -> bytes | None:
        fresh = f"<{time.monotonic_ns()}@desk.test>".encode()
        return honest(self, item).replace(item.message_id.encode(), fresh, 1)

    Delivery.small_content = small_content


def lease_for_two_seconds() -> None:
    """No defect: for the tests of workers that sleep longer than that."""
    intake.LEASE = timedelta(seconds=2)


def die_of_the_fourth() -> None:
    """No defect either: a message that ends the worker, in the middle of a transaction."""
    honest = intake.settle

    def settle(letter: Letter, *given: Any) -> Outcome:
        outcome = honest(letter, *given)
        if letter.message.subject.endswith(" number 3"):
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    intake.settle = settle


def have_a_scribe_from_the_first_mail_on() -> None:
    """No defect: the second process writes as soon as there are two mails."""
    honest = Scribe.is_ready

    def is_ready(self: Scribe) -> bool:
        self.call()
        while self._child is not None and not honest(self):
            time.sleep(0.005)
        return honest(self)

    scribe._cores = lambda: 2
    Scribe.is_ready = is_ready


MUTANTS = {
    one.__name__: one
    for one in (
        answer_before_the_commit,
        forget_what_was_settled,
        call_it_sent_before_it_is,
        write_a_new_message_id_for_each_attempt,
        lease_for_two_seconds,
        die_of_the_fourth,
        have_a_scribe_from_the_first_mail_on,
    )
}

if __name__ == "__main__":
    MUTANTS[os.environ["MUTANT"]]()
    main(sys.argv[1:])
