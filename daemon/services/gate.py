"""The one gate for outgoing mail: who may not be written to, and who not that often.

Agents are not counted: they asked for what they get, all but refusals, which a forger could cause.
Everybody else gets so much automatic mail and no more, by address, by who caused it, by domain, by ticket and
by the content that it answers; past that the desk stays silent and the journal of the ticket says so.

What a request goes on by (``Notice.step``), like the question to an approver or a task, is counted by itself
and may come ten times as often: people wait for it.

Whoever forges a victim's address makes the desk answer the victim.  So an address that got all its answers of
an hour gets one an hour from then on, until a day has gone by; people who write less than that never notice.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon.desk.addressing import Roster, fold, without_detail
from daemon.desk.notices import NOTICES, Audience, Notice
from storage import gate_counts, outbox, people

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# The count of all automatic mail is asked of the database this often; in between we count along.
RECOUNT = timedelta(seconds=20)
# A count with a limit like this is not asked for each mail either, as long as it is below half: there may be
# thousands of lines to count.
LARGE_LIMIT = 1_000
_KEYS_KEPT = 10_000
# A fuse that has withheld nothing for so long is whole again: if it blows then, that is told anew.
QUIET = HOUR
# That it still withholds is noted this often.
NOTED = timedelta(minutes=1)
# What an agent is sent because of a mail that did not prove to be the agent's.
UNPROVEN_NOTICES = frozenset({"answer-refused"})
# What a mail is answered with, whoever wrote it: the first that a forger causes.
ANSWERS = tuple(name for name, notice in NOTICES.items() if notice.automatic == "auto-replied")
# What a request goes on by: nobody waits for it because of other mail, nor the other way round.
STEPS = tuple(name for name, notice in NOTICES.items() if notice.step)
# So many steps for each other automatic mail that an address may get within an hour.
STEPS_FACTOR = 10
# The only mail that may go to the desk itself: intake knows it by its token, and answers nothing to it.
TO_ITSELF = "heartbeat"

_BURST = "it got {} automatic answers within an hour, and since then gets one an hour for a day"

_WORD = re.compile(r"[^\W_]+")
# Letters and digits in lower case; all else is a blank.
_FOLDED = bytes(ord(chr(one).lower()) if chr(one).isalnum() else 0x20 for one in range(0x80)) + bytes(0x80)


@dataclass(frozen=True, slots=True)
class About:
    """What a mail is about: who caused it, on which ticket (0 for none), and the gist of what it answers.

    ``suppressed`` has the reasons of the suppressed addresses, where they were asked for already.  ``team``
    is the team of the ticket.
    """

    author: str = ""
    ticket_number: int = 0
    gist: str = ""
    suppressed: Mapping[str, str] | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a mail must not be sent, as a part of a sentence; ``by_fuse`` where it is the fuse that says so."""

    reason: str
    by_fuse: bool = False


def gist(subject: str, text: str) -> str:
    """Return a digest of a mail's words without signs and case; empty where there are none."""
    whole = f"{subject} {text[:2000]}"
    if whole.isascii():
        # A table takes a fifth of the time of the regular expression.
        words = b" ".join(whole.encode().translate(_FOLDED).split()).decode()
    else:
        words = " ".join(_WORD.findall(whole.casefold()))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32] if words else ""


@dataclass
class Gate:
    """Decides for one mail to one recipient; ``refusal`` gives the reason or None."""

    roster: Roster
    _total: int = 0
    _counted_at: datetime | None = field(default=None)
    _reopened_at: datetime | None = field(default=None)
    # Of large counts: how many there were, and when that was asked of the database.
    _large: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def refusal(self, notice: Notice, recipient: str, about: About, now: datetime) -> Withheld | None:
        """Return why this mail must not be sent, or None where it may."""
        reason = next(filter(None, self._reasons(notice, fold(recipient), about, now)), None)
        if reason is not None:
            return Withheld(reason)
        blown = self._over_fuse(now) if self._is_counted(notice, recipient) else None
        return Withheld(blown, by_fuse=True) if blown is not None else None

    def count(self, notice: Notice, recipient: str, about: About, now: datetime) -> None:
        """Count a mail that was let through; inside the caller's transaction."""
        if not self._is_counted(notice, recipient):
            return
        keys = list(self._limits(notice, fold(recipient), about))
        gate_counts.add(keys, now)
        for key in self._large.keys() & set(keys):
            number, counted_at = self._large[key]
            self._large[key] = number + 1, counted_at
        if self.roster.agent(recipient) is None:
            self._total += 1

    def recount(self) -> None:
        """Ask the database how much was sent before the next mail: what was counted last is undone."""
        self._counted_at = None

    def _is_counted(self, notice: Notice, recipient: str) -> bool:
        """Tell whether budgets are for this mail; the one that tells of budgets must come through."""
        if notice.automatic is None or notice.audience is Audience.ADMINISTRATOR:
            return False
        return self.roster.agent(recipient) is None or notice.name in UNPROVEN_NOTICES

    def _reasons(self, notice: Notice, recipient: str, about: About, now: datetime) -> Iterable[str | None]:
        own = self.roster.is_own(recipient) and notice.name != TO_ITSELF
        yield "it is an address of the desk itself" if own else None
        suppressed = about.suppressed
        if suppressed is None:
            suppressed = people.suppressions([recipient])
        yield f"mail to it is suppressed: {suppressed[recipient]}" if recipient in suppressed else None
        if not self._is_counted(notice, recipient):
            return
        if self.roster.agent(recipient) is None and not notice.step:
            yield self._over_budget(notice, recipient, now)
        yield self._over_limit(self._limits(notice, recipient, about), now)

    def _limits(self, notice: Notice, recipient: str, about: About) -> dict[str, int]:
        """Return the keys that this mail is counted under, with their limits for an hour."""
        desk = self.roster.desk
        if notice.name in UNPROVEN_NOTICES:
            return {f"refusals to {recipient}": desk.auto_mail_per_address_and_hour}
        limits = {f"domain {recipient.rpartition('@')[2]}": desk.auto_mail_per_domain_and_hour}
        if notice.step:
            return limits | {f"steps {recipient}": STEPS_FACTOR * desk.auto_mail_per_address_and_hour}
        if "+" in recipient and notice.name in ANSWERS:
            limits[_mailbox(recipient)] = desk.auto_mail_per_address_and_hour
        if about.author:
            limits[f"pair {fold(about.author)} > {recipient}"] = desk.auto_mail_per_pair_and_hour
        if about.ticket_number:
            limits[f"ticket {about.ticket_number}"] = desk.auto_mail_per_ticket_and_hour
        if about.gist:
            limits[f"content {about.gist}"] = desk.auto_mail_per_content_and_hour
        own = self.roster.team(about.team).auto_mail_per_hour if about.team else 0
        if own:
            limits[f"team {about.team}"] = own
        return limits

    def _over_limit(self, limits: dict[str, int], now: datetime) -> str | None:
        counted = {key: self._large[key][0] for key in limits if self._is_fresh(key, limits[key], now)}
        asked = [key for key in limits if key not in counted]
        counted |= gate_counts.since(asked, now - HOUR)
        self._keep_large(counted, {key: limits[key] for key in asked}, now)
        over = (key for key, limit in limits.items() if counted.get(key, 0) >= limit)
        return next((f"{counted[key]} automatic mails within an hour: {key}" for key in over), None)

    def _is_fresh(self, key: str, limit: int, now: datetime) -> bool:
        number, counted_at = self._large.get(key, (limit, now))
        return number < limit // 2 and counted_at <= now < counted_at + RECOUNT

    def _keep_large(self, counted: Mapping[str, int], limits: Mapping[str, int], now: datetime) -> None:
        if len(self._large) > _KEYS_KEPT:
            self._large.clear()
        self._large |= {key: (counted.get(key, 0), now) for key in limits if limits[key] >= LARGE_LIMIT}

    def _over_budget(self, notice: Notice, recipient: str, now: datetime) -> str | None:
        desk = self.roster.desk
        hourly, daily = desk.auto_mail_per_address_and_hour, desk.auto_mail_per_address_and_day
        today = outbox.automatic_count(recipient, now - DAY, STEPS)
        if today >= daily:
            return f"it got {today} automatic mails within a day"
        if today >= hourly and outbox.automatic_count(recipient, now - HOUR, STEPS) >= hourly:
            return f"it got {hourly} automatic mails within an hour"
        if notice.name not in ANSWERS:
            return None
        if today >= hourly and after_burst(gate_counts.answers(recipient, now - DAY, ANSWERS), hourly, now):
            return _BURST.format(hourly)
        # Its other forms lead to the same person.
        if "+" in recipient and after_burst(gate_counts.moments(_mailbox(recipient), now - DAY), hourly, now):
            return _BURST.format(hourly)
        return None

    def _over_fuse(self, now: datetime) -> str | None:
        limit = self.roster.desk.auto_mail_per_hour
        if self._counted_at is None or not self._counted_at <= now < self._counted_at + RECOUNT:
            self._recount(now)
        # Whoever reopens the gate expects mail now, not at the next count.
        if self._total >= limit and gate_counts.reopened_at() != self._reopened_at:
            self._recount(now)
        if self._total >= limit:
            return f"the desk sent {self._total} automatic mails within an hour: the fuse is blown"
        return None

    def _recount(self, now: datetime) -> None:
        self._reopened_at = gate_counts.reopened_at()
        self._total = outbox.automatic_total(fuse_since(now))
        self._counted_at = now


def after_burst(answers: Sequence[datetime], burst: int, now: datetime) -> bool:
    """Tell whether the next answer has to wait: there was a burst, and the last one is less than an hour ago.

    ``answers`` are those of a day, oldest first; ``burst`` of them within an hour make one.
    """
    if not answers or answers[-1] < now - HOUR:
        return False
    return any(last - first <= HOUR for first, last in zip(answers, answers[burst - 1 :], strict=False))


def _mailbox(recipient: str) -> str:
    """Name the count of an address together with its sub-addresses."""
    return f"mailbox {without_detail(recipient)}"


def fuse_blew(now: datetime) -> str:
    """Note that the fuse withholds a mail, and name the time that it blew; empty where that one is known.

    It has blown anew if it withheld nothing for an hour, or the gate was reopened meanwhile.  The name is the
    same for all processes that see it at once.
    """
    known = blown_fuse(now)
    if known is not None and now < known + NOTED:
        return ""
    last = gate_counts.blown_at()
    gate_counts.note_blown(now)
    return "" if known is not None else f"fuse:{last.isoformat() if last else 'first'}"


def blown_fuse(now: datetime) -> datetime | None:
    """Return when the fuse last withheld a mail; None after a quiet hour, or since the gate was reopened."""
    last, reopened = gate_counts.blown_at(), gate_counts.reopened_at()
    if last is None or not last <= now < last + QUIET or (reopened and last < reopened <= now):
        return None
    return last


def fuse_since(now: datetime) -> datetime:
    """Return from when on the fuse counts: an hour back, or since the gate was reopened."""
    reopened = gate_counts.reopened_at()
    return max(now - HOUR, reopened) if reopened is not None and reopened <= now else now - HOUR
