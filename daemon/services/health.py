"""Say how a desk does: findings in a sentence each, from facts that somebody gathered.  Pure.

What is broken keeps mail from coming in, from being handled or from leaving; what is degraded will, or
has to be looked at by a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.desk import timetable
from daemon.services.feed_facts import FeedFact, feed_trouble
from daemon.services.job_facts import CLOCK_JOB, JobFact, is_failing, is_forgotten, is_overdue
from daemon.services.signs_of_life import BeatFact, SilenceFact
from storage.health import MailboxState, Unsent
from storage.oauth_tokens import StoredTokens

# A message is settled within seconds.
WAITING_DEGRADED, WAITING_BROKEN = timedelta(minutes=5), timedelta(minutes=30)
UNSENT_DEGRADED, UNSENT_BROKEN = timedelta(minutes=30), timedelta(hours=1)
FAILED_WINDOW = timedelta(days=1)
FREE_DEGRADED_BYTES, FREE_BROKEN_BYTES = 1_073_741_824, 134_217_728
EXPIRY_NOTICE = timedelta(days=14)
SILENCE = "silence"
# A sentence names so many tickets and counts the rest.
_NAMED_LIMIT = 5
# What a power cut must not take: anything else forgets mail that was accepted.
_DURABLE = {
    "journal_mode": {"wal"},
    "synchronous": {"full", "extra"},
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_write", "remote_apply", "local"},
}


class Level(StrEnum):
    """How bad a finding is, and the whole is as bad as the worst; a hint keeps nothing from being fine."""

    FINE = "fine"
    HINT = "hint"
    DEGRADED = "degraded"
    BROKEN = "broken"

    @property
    def status(self) -> int:
        """Return the exit status of ``postdesk health``: 0, 1 or 2."""
        return {Level.DEGRADED: 1, Level.BROKEN: 2}.get(self, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; ``key`` stays the same while it lasts."""

    key: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class MailboxFact:
    """A configured mailbox, how long its poller may be silent, and what it told; None where nothing yet."""

    name: str
    silence: timedelta
    state: MailboxState | None


@dataclass(frozen=True, slots=True)
class TokenFact:
    """A configured OAuth client; ``needs_login`` where a person has to log in before it has a token."""

    name: str
    needs_login: bool
    stored: StoredTokens | None


@dataclass(frozen=True, slots=True)
class DatabaseFact:
    """Whether the database answers and takes writes: ``error`` is empty then.

    ``durability`` are its settings by name, as the database spells them.  ``free_bytes`` is None where the
    database is on another machine.
    """

    error: str = ""
    durability: tuple[tuple[str, str], ...] = ()
    free_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is looked at; ``after`` is how long a login may fail before it is an alarm."""

    database: DatabaseFact
    after: timedelta = timedelta(minutes=15)
    waiting_since: datetime | None = None
    quarantined: int = 0
    unsent: Unsent | None = None
    last_sent_at: datetime | None = None
    failed_copies: int = 0
    jobs: tuple[JobFact, ...] = ()
    mailboxes: tuple[MailboxFact, ...] = ()
    tokens: tuple[TokenFact, ...] = ()
    beats: tuple[BeatFact, ...] = ()
    last_arrival_at: datetime | None = None
    silence: SilenceFact | None = None
    fuse_blown_at: datetime | None = None
    # Tickets whose approval waits for somebody who may decide.
    stuck: tuple[int, ...] = ()
    managers_unknown: bool = False
    feeds: tuple[FeedFact, ...] = ()


def findings(facts: Facts, now: datetime) -> tuple[Finding, ...]:
    """List what is not as it should be, the worst first; empty where all is well."""
    found = [
        *_database(facts.database),
        *_intake(facts, now),
        *_outbox(facts, now),
        *_jobs(facts.jobs, now),
    ]
    for mailbox in facts.mailboxes:
        found += _mailbox(mailbox, facts.after, now)
    for token in facts.tokens:
        found += _token(token, facts.after, now)
    for beat in facts.beats:
        found += _beat(beat, now)
    if facts.silence and facts.silence.lasted >= facts.silence.limit:
        text = f"no mail has come for {spelled(facts.silence.lasted)} of working time"
        found.append(Finding(SILENCE, Level.DEGRADED, text))
    if facts.fuse_blown_at is not None:
        text = "the fuse for automatic mail has blown and holds back more; postdesk gate tells of it"
        found.append(Finding("fuse", Level.DEGRADED, text))
    found += _approvals(facts)
    for feed in facts.feeds:
        if text := feed_trouble(feed, now):
            found.append(Finding(f"feed:{feed.key}", Level.DEGRADED, text))
    return tuple(sorted(found, key=lambda finding: -finding.level.status))


def overall(found: tuple[Finding, ...]) -> Level:
    """Return the level of the worst finding that is no hint."""
    levels = (finding.level for finding in found if finding.level is not Level.HINT)
    return max(levels, key=lambda level: level.status, default=Level.FINE)


def spelled(span: timedelta) -> str:
    """Write a span for a person, in the largest unit that leaves it at two or more: ``90 minutes``."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"


def _database(fact: DatabaseFact) -> Iterator[Finding]:
    if fact.error:
        yield Finding("database", Level.BROKEN, f"the database does not take anything: {fact.error}")
    for name, value in fact.durability:
        if value not in _DURABLE[name]:
            good = " or ".join(sorted(_DURABLE[name]))
            text = f"{name} of the database is {value}, expected {good}: a power cut can take accepted mail"
            yield Finding(f"durability:{name}", Level.DEGRADED, text)
    if fact.free_bytes is not None and fact.free_bytes < FREE_DEGRADED_BYTES:
        level = Level.BROKEN if fact.free_bytes < FREE_BROKEN_BYTES else Level.DEGRADED
        free = fact.free_bytes // 1_048_576
        yield Finding("disk", level, f"the disk of the database has {free} MiB left")


def _intake(facts: Facts, now: datetime) -> Iterator[Finding]:
    if facts.waiting_since and now - facts.waiting_since > WAITING_DEGRADED:
        waited = now - facts.waiting_since
        level = Level.BROKEN if waited > WAITING_BROKEN else Level.DEGRADED
        text = f"the oldest message that is not settled waits for {spelled(waited)}: is a worker running?"
        yield Finding("intake", level, text)
    if facts.quarantined:
        text = f'{facts.quarantined} messages are in quarantine; see "postdesk quarantine"'
        yield Finding("quarantine", Level.DEGRADED, text)


def _outbox(facts: Facts, now: datetime) -> Iterator[Finding]:
    unsent = facts.unsent
    if unsent and now - unsent.created_at > UNSENT_DEGRADED:
        waited = now - unsent.created_at
        stands = facts.last_sent_at is None or facts.last_sent_at <= unsent.created_at
        level = Level.BROKEN if stands and waited > UNSENT_BROKEN else Level.DEGRADED
        said = f", the relay said: {unsent.last_reply}" if unsent.last_reply else ""
        tried = f"after {unsent.attempts} attempts" if unsent.attempts else "untried"
        text = f"outgoing copy {unsent.id} waits for {spelled(waited)}, {tried}{said}"
        yield Finding("outbox", level, text)
    if facts.failed_copies:
        text = (
            f'{facts.failed_copies} copies were given up within a day; see "postdesk outbox --state failed"'
        )
        yield Finding("failed-copies", Level.DEGRADED, text)


def _jobs(jobs: tuple[JobFact, ...], now: datetime) -> Iterator[Finding]:
    for job in jobs:
        if job.name == CLOCK_JOB and is_overdue(job, now):
            seen = (
                f"was last seen {spelled(now - job.last_run_at)} ago" if job.last_run_at else "was never seen"
            )
            yield Finding("clock", Level.BROKEN, f"the clock of the desk {seen}: nothing happens by itself")
            # Without a clock every job is late; that would only repeat it.
            return
    for job in jobs:
        text = _trouble(job, now)
        if text:
            yield Finding(f"job:{job.name}", Level.DEGRADED, text)


def _approvals(facts: Facts) -> Iterator[Finding]:
    if facts.stuck:
        named = ", ".join(map(str, facts.stuck[:_NAMED_LIMIT]))
        more = f" and {len(facts.stuck) - _NAMED_LIMIT} more" if len(facts.stuck) > _NAMED_LIMIT else ""
        text = f'nobody is known who may decide about tickets {named}{more}; see "postdesk approvals --stuck"'
        yield Finding("approvals", Level.DEGRADED, text)
    if facts.managers_unknown:
        # Nobody waits for it yet: a request that does is stuck, and told above.
        text = (
            "items of the catalogue ask for the manager, and the directory is empty, so the agents will have "
            'to name somebody: name a source in [directory], or load people with "postdesk directory import"'
        )
        yield Finding("managers", Level.HINT, text)


def _trouble(job: JobFact, now: datetime) -> str:
    """Say what is wrong with a job, or nothing; what it failed with tells more than that it is late."""
    state = job.state
    if state is not None and state.stopped_at is not None:
        stopped = (
            f"the job {job.name} is stopped for {spelled(now - state.stopped_at)} by {state.switched_by}"
        )
        again = f'"postdesk jobs start {job.name}" lets it run'
        return f"{stopped}; {again}" if is_forgotten(job, now) else ""
    if state is not None and state.failed_at is not None and is_failing(job):
        ago = spelled(now - state.failed_at)
        times = f"{state.failures} times in a row, last {ago} ago"
        return f"the job {job.name} failed {times}: {state.last_failure}"
    if is_overdue(job, now):
        late = f"last ran {spelled(now - job.last_run_at)} ago" if job.last_run_at else "has never run"
        due = f"every {spelled(job.every)}" if job.at is None else timetable.spelled(job.at)
        return f"the job {job.name} is overdue: it {late} and is due {due}"
    return ""


def _mailbox(mailbox: MailboxFact, after: timedelta, now: datetime) -> Iterator[Finding]:
    key, state = f"mailbox:{mailbox.name}", mailbox.state
    if state is None:
        yield Finding(key, Level.DEGRADED, f"mailbox {mailbox.name} has not been read yet")
        return
    silence = now - state.updated_at
    if silence > mailbox.silence + after:
        text = f"nothing was heard of mailbox {mailbox.name} for {spelled(silence)}: is its poller running?"
        yield Finding(key, Level.BROKEN, text)
    elif state.failing_since is not None:
        failing = now - state.failing_since
        level = Level.BROKEN if failing > after else Level.DEGRADED
        last = (
            f"last read {spelled(now - state.last_success_at)} ago" if state.last_success_at else "never read"
        )
        text = f"mailbox {mailbox.name} cannot be read for {spelled(failing)} ({last}): {state.last_error}"
        yield Finding(key, level, text)
    elif state.waiting:
        text = (
            f"mailbox {mailbox.name} holds {state.waiting} messages that cannot be taken: {state.last_error}"
        )
        yield Finding(key, Level.DEGRADED, text)


def _token(token: TokenFact, after: timedelta, now: datetime) -> Iterator[Finding]:
    key, stored = f"oauth:{token.name}", token.stored
    if token.needs_login and (stored is None or not stored.refresh_token):
        text = f'oauth {token.name} has no token; run "postdesk oauth login {token.name}"'
        yield Finding(key, Level.BROKEN, text)
    elif stored is None:
        return
    elif stored.refused:
        text = f"the provider refuses oauth {token.name}, a person has to log in again: {stored.last_error}"
        yield Finding(key, Level.BROKEN, text)
    elif stored.failing_since is not None:
        failing = now - stored.failing_since
        level = Level.BROKEN if failing > after else Level.DEGRADED
        text = f"oauth {token.name} gets no token for {spelled(failing)}: {stored.last_error}"
        yield Finding(key, level, text)
    if stored is not None and stored.refresh_token and not stored.refused:
        yield from _expiry(token.name, stored.refresh_until, now)


def _beat(beat: BeatFact, now: datetime) -> Iterator[Finding]:
    key, back = f"heartbeat:{beat.address}", beat.returned
    if beat.overdue_since is not None:
        last = f"the last one that did left {spelled(now - back.left_at)} ago" if back else "none ever did"
        missed = spelled(now - beat.overdue_since)
        text = f"the heartbeat mail to {beat.address} does not come back for {missed}; {last}"
        yield Finding(key, Level.BROKEN, text)
    elif back is not None and back.took > beat.limit:
        text = f"the last heartbeat mail to {beat.address} took {spelled(back.took)}"
        yield Finding(key, Level.DEGRADED, text)


def _expiry(name: str, until: datetime | None, now: datetime) -> Iterator[Finding]:
    if until is None or until - now > EXPIRY_NOTICE:
        return
    key = f"oauth-expiry:{name}"
    if until <= now:
        text = f"the refresh token of oauth {name} expired {spelled(now - until)} ago; a person has to log in"
        yield Finding(key, Level.BROKEN, text)
    else:
        text = f"the refresh token of oauth {name} expires in {spelled(until - now)}; a person has to log in"
        yield Finding(key, Level.DEGRADED, text)
