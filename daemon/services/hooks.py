"""Find out what a hook is to be told, hand it to whoever tells it, and note what came of it.

The journals are read behind the desk's back, so that no mail ever waits for a hook.  What a message is about
was committed before, and each line makes one message for each hook, whatever dies in between.
"""

import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.desk import hooks as rules
from daemon.desk.hook_settings import HookSettings
from daemon.services.apply import Cause
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import entries, hooks, journal, tickets
from storage.database import Database
from storage.hooks import Call
from storage.records import Entry, Event, Ticket
from storage.vocabulary import EntryKind, Visibility

__all__ = ["Call", "HookBook"]

log = logging.getLogger("postdesk.hooks")

LINES = 500
CALLS = 10
# How long a claim holds beyond the time that all its attempts can take.
SPARE = timedelta(minutes=1)
# A number that is missing in the journals is of a transaction that was undone, or is still under way; none
# takes so long.
PATIENCE = timedelta(minutes=2)
KEPT = timedelta(days=30)
FAILED = "hook-failed"
_KINDS = {
    "opened": EntryKind.MESSAGE,
    "message": EntryKind.MESSAGE,
    "answered": EntryKind.ANSWER,
    "note": EntryKind.NOTE,
    "held": EntryKind.HELD,
}


@dataclass
class HookBook:
    """The messages of one hook."""

    database: Database
    office: Office
    hook: HookSettings
    clock: Clock
    _forgot_at: datetime | None = field(default=None)

    def gather(self) -> int:
        """Queue what has happened since the last time, and return how many messages that made."""
        now = self.clock()
        with self.database.read():
            known = hooks.cursor(self.hook.name)
            if known is not None and not journal.lines_after(known, 1):
                return 0
        with self.database.write():
            start = hooks.begin(self.hook.name)
            lines = journal.lines_after(start, LINES)
            made = [(line.id, told) for line in lines if (told := self._told(line))]
            count = hooks.add(self.hook.name, made, now)
            hooks.move_cursor(self.hook.name, _looked_at(start, lines, now))
        return count

    def _told(self, line: Event) -> str:
        """Return the message about a line of a journal, empty for one that this hook is not told of."""
        ticket = tickets.get(line.ticket_number)
        event = rules.event_of(line, ticket.created_at) if ticket is not None else ""
        if ticket is None or not event or not rules.is_wanted(self.hook, event, ticket):
            return ""
        if self.office.roster.team(ticket.team).private and ticket.team not in self.hook.teams:
            # Its tickets are for its members; a hook hears of them only where it names that team.
            return ""
        if self.office.roster.is_private(ticket.team) and ticket.team not in self.hook.teams:
            return ""
        excerpt = self._excerpt(line, event, ticket) if self.hook.excerpt else ""
        said = rules.message(line, event, ticket, self.office.roster.desk.address, excerpt)
        return json.dumps(asdict(said), ensure_ascii=False)

    def _excerpt(self, line: Event, event: str, ticket: Ticket) -> str:
        """Return the words that an event is about, with secrets masked; internal ones only if asked for."""
        kind = _KINDS.get(event)
        said = [one for one in entries.of_ticket(ticket.number) if one.kind is kind and one.at == line.at]
        shown = [one for one in said if self.hook.internal or _is_public(one)]
        return " ".join(shown[0].text.split()) if shown else ""

    def claim(self) -> list[Call]:
        """Take what is to be told now."""
        now, timeout = self.clock(), timedelta(seconds=self.hook.timeout_seconds)
        with self.database.write():
            return hooks.claim(self.hook.name, now, CALLS * timeout + SPARE, CALLS)

    def give_back(self, calls: list[Call]) -> None:
        """Let others tell what was claimed and not tried."""
        with self.database.write():
            for call in calls:
                hooks.give_back(call, self.clock())

    def settle(self, call: Call, wrong: str, asked_seconds: int | None = None) -> None:
        """Note what came of an attempt; what could not be told for long is given up, and reported."""
        now = self.clock()
        over = now - call.created_at >= timedelta(hours=self.hook.give_up_after_hours)
        again_at = None if over else now + rules.next_delay(call.attempts, asked_seconds)
        with self.database.write():
            ours = hooks.settle(call, wrong, now, again_at, told=not wrong)
            if ours and wrong and over:
                self._report(wrong, now)

    def _report(self, wrong: str, now: datetime) -> None:
        """Tell the administrators, once a day for each hook, inside the caller's transaction."""
        log.error("hook %s: a message is given up: %s", self.hook.name, wrong)
        found = hooks.counts(self.hook.name)
        cause = Cause("postdesk", f"hook:{self.hook.name}:{now.date().isoformat()}", now)
        postbag = Postbag(self.office, cause)
        for address in self.office.roster.desk.administrators:
            reader = self.office.letters.reader(address)
            told = {
                "name": self.hook.name,
                "reason": wrong,
                "given_up": found.get(hooks.GIVEN_UP, 0),
                "waiting": found.get(hooks.WAITING, 0),
                "hours": self.hook.give_up_after_hours,
                "at": reader.told(now),
            }
            postbag.write(FAILED, reader, None, hook=told)
        postbag.post()

    def forget(self) -> None:
        """Drop what is long over, once a day."""
        now = self.clock()
        if self._forgot_at is not None and now - self._forgot_at < timedelta(days=1):
            return
        self._forgot_at = now
        with self.database.write():
            hooks.forget(now - KEPT)

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.disconnect()


def _is_public(entry: Entry) -> bool:
    return entry.visibility is Visibility.PUBLIC


def _looked_at(start: int, lines: list[Event], now: datetime) -> int:
    """Return the line up to which nothing can come any more: before a gap that may still be filled."""
    at = start
    for line in lines:
        if line.id != at + 1 and now - line.at < PATIENCE:
            break
        at = line.id
    return at
