"""Verify the journals: every chain of hashes, and that a journal played again gives what the tables have."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from daemon.desk.journal_replay import REQUESTER, Replay
from daemon.desk.linking import LINKED, UNLINKED
from storage import audit, journal
from storage.audit import Account
from storage.database import Database
from storage.records import Event

# So many tickets are looked at in one transaction: all that belongs together is of one moment, and a desk
# at work is not kept from tidying up.
TICKETS_PER_LOOK = 200
# Higher than any number of a ticket.
_NO_END = 2**31 - 1
CHAIN, REPLAY, LOST = "chain", "replay", "lost"


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing about a ticket that does not hold; ``event`` is the line of its journal, 0 for none."""

    ticket: int
    event: int
    kind: str
    told: str


@dataclass
class Audit:
    """One look at all journals of a database; the counts grow while ``breaks`` is read."""

    database: Database
    on_looked: Callable[[int], None] = lambda _tickets: None
    tickets: int = 0
    events: int = 0

    def breaks(self) -> Iterator[Break]:
        """Yield the first break of every ticket that has one, by number; only some tickets are in memory."""
        after: int | None = 0
        while after is not None:
            with self.database.snapshot():
                accounts = audit.accounts(after, TICKETS_PER_LOOK)
                last = accounts[-1].number if len(accounts) == TICKETS_PER_LOOK else _NO_END
                found = sorted(self._look(accounts, after, last), key=lambda one: one.ticket)
            self.tickets += len(accounts)
            self.on_looked(len(accounts))
            yield from found
            after = None if last == _NO_END else last

    def _look(self, accounts: list[Account], after: int, last: int) -> Iterator[Break]:
        waiting = {account.number: account for account in accounts}
        for number, lines in groupby(audit.events(after, last), key=lambda event: event.ticket_number):
            account = waiting.pop(number, None)
            found = self._verified(account, lines) if account else self._orphan(number, lines)  # noqa: B031
            if found is not None:
                yield found
        for account in waiting.values():
            yield Break(account.number, 0, CHAIN, "the ticket has no journal")

    def _orphan(self, number: int, lines: Iterator[Event]) -> Break:
        first, count = next(lines).id, 1 + sum(1 for _ in lines)
        self.events += count
        return Break(number, first, LOST, f"there are {count} lines of a journal, but no such ticket")

    def _verified(self, account: Account, lines: Iterator[Event]) -> Break | None:
        replay, previous, event = Replay(), "", None
        for event in lines:
            self.events += 1
            broken = journal.misfit(event, previous)
            if broken:
                self.events += sum(1 for _ in lines)
                return Break(account.number, event.id, CHAIN, broken)
            previous = event.hash
            replay.follow(event)
        if previous != account.journal_hash and event is not None:
            return Break(
                account.number, event.id, CHAIN, "the journal ends here, but the ticket names a later line"
            )
        return self._compared(account, replay)

    def _compared(self, account: Account, replay: Replay) -> Break | None:
        for name, said, has in replay.differences(account.facts):
            told = f"{name} is {has or 'empty'} in the tables, {said or 'empty'} by the journal"
            return Break(account.number, replay.written_by.get(name, 0), REPLAY, told)
        said = replay.facts.get(REQUESTER, "").lower()
        if said in account.requester or not (said or account.requester) or said in self._moved:
            return None
        has = ", ".join(sorted(account.requester)) or "nobody"
        told = f"the requester is {has} in the tables, {said or 'nobody'} by the journal"
        return Break(account.number, replay.written_by.get(REQUESTER, 0), REPLAY, told)

    @cached_property
    def _moved(self) -> set[str]:
        """The addresses that were linked to another person or taken from one, as the journals tell."""
        return audit.moved_addresses((LINKED, UNLINKED))
