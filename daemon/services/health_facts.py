"""Gather the facts of health from the database, and lay them out under keys that stay the same."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.desk.heartbeat import Rhythm
from daemon.desk.silence import Quiet
from daemon.desk.timetable import Appointment
from daemon.desk.web_feeds import WebFeed
from daemon.services.feed_facts import FeedFact, feed_facts
from daemon.services.gate import blown_fuse
from daemon.services.health import (
    FAILED_WINDOW,
    DatabaseFact,
    Facts,
    Finding,
    MailboxFact,
    TokenFact,
    findings,
    overall,
)
from daemon.services.job_facts import JobFact, is_overdue
from daemon.services.signs_of_life import BeatFact, beats, silence
from storage import approvals, directory, health, heartbeats, jobs, oauth_tokens
from storage.database import Database, DatabaseError, InterfaceError
from storage.jobs import JobState

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """What the configuration has to be watched: names with what is allowed to each.

    ``jobs`` are names and intervals, ``appointments`` those that have a time of day, in ``zone``,
    ``mailboxes`` names and how long a poller may be silent, ``tokens``
    names and whether a person has to log in for them.  ``rhythm`` is that of the heart, ``quiet`` how long no
    mail may come; None where nobody asks for it.  ``place`` is a folder on the disk of the database,
    None where that is on another machine.  ``asks_managers`` says that items of the catalogue ask for the
    manager, and that people come from no source.
    """

    jobs: tuple[tuple[str, timedelta], ...]
    mailboxes: tuple[tuple[str, timedelta], ...] = ()
    tokens: tuple[tuple[str, bool], ...] = ()
    place: Path | None = None
    after: timedelta = timedelta(minutes=15)
    rhythm: Rhythm | None = None
    quiet: Quiet | None = None
    appointments: Mapping[str, Appointment] = field(default_factory=dict)
    zone: str = "UTC"
    asks_managers: bool = False
    # Calendar feeds from the web.
    feeds: tuple[WebFeed, ...] = ()


def gather(database: Database, watched: Watched, now: datetime) -> Facts:
    """Ask the database in a transaction of its own, and write a row to see whether that can be done.

    A database that does not answer, or takes nothing, is a fact as well; nothing is raised for it.
    """
    try:
        with database.write():
            health.probe(now)
        with database.read():
            return facts(database, watched, now)
    except (DatabaseError, InterfaceError, OSError) as error:
        database.reset()
        said = " ".join(str(error).split()) or type(error).__name__
        return Facts(DatabaseFact(said, free_bytes=_free_bytes(watched.place)), watched.after)


def facts(database: Database, watched: Watched, now: datetime) -> Facts:
    """Return the facts; the caller holds the transaction."""
    runs, states = {one.name: one for one in jobs.states()}, health.mailboxes()
    durability = health.durability(sqlite=database.is_sqlite)
    last_arrival_at = heartbeats.last_arrival_at()
    return Facts(
        database=DatabaseFact("", durability, _free_bytes(watched.place)),
        after=watched.after,
        waiting_since=health.oldest_waiting_at(),
        quarantined=health.quarantined(),
        unsent=health.oldest_unsent(),
        last_sent_at=health.last_sent_at(),
        failed_copies=health.failed_since(now - FAILED_WINDOW),
        jobs=tuple(_job_fact(watched, name, every, runs.get(name)) for name, every in watched.jobs),
        mailboxes=tuple(MailboxFact(name, silence, states.get(name)) for name, silence in watched.mailboxes),
        tokens=tuple(TokenFact(name, login, oauth_tokens.get(name)) for name, login in watched.tokens),
        beats=beats(watched.rhythm, now) if watched.rhythm else (),
        last_arrival_at=last_arrival_at,
        silence=silence(watched.quiet, last_arrival_at, now) if watched.quiet else None,
        fuse_blown_at=blown_fuse(now),
        stuck=tuple(approvals.numbers_of_tickets(approvals.open_ids(stuck=True))),
        managers_unknown=watched.asks_managers and directory.is_empty(),
        feeds=feed_facts(watched.feeds),
    )


def _job_fact(watched: Watched, name: str, every: timedelta, state: JobState | None) -> JobFact:
    last = state.last_run_at if state is not None else None
    return JobFact(name, every, last, watched.appointments.get(name), watched.zone, state)


def _free_bytes(place: Path | None) -> int | None:
    return shutil.disk_usage(place).free if place is not None else None


def view(found: Facts, now: datetime) -> View:
    """Return findings and facts under stable keys; docs/health.md tells them."""
    listed = findings(found, now)
    level = overall(listed)
    unsent = found.unsent
    return {
        "health": str(level),
        "status": level.status,
        "findings": finding_views(listed),
        "waiting_since": found.waiting_since,
        "quarantined": found.quarantined,
        "unsent_since": unsent.created_at if unsent else None,
        "last_sent": found.last_sent_at,
        "failed_copies": found.failed_copies,
        "jobs": [_job(job, now) for job in found.jobs],
        "mailboxes": [_mailbox(mailbox) for mailbox in found.mailboxes],
        "oauth": [_token(token) for token in found.tokens],
        "heartbeats": [_beat(beat) for beat in found.beats],
        "feeds": [_feed(feed) for feed in found.feeds],
        "last_arrival": found.last_arrival_at,
        "database": {
            "writable": not found.database.error,
            "durability": dict(found.database.durability),
            "free_bytes": found.database.free_bytes,
        },
    }


def finding_views(listed: Iterable[Finding]) -> list[View]:
    """Return findings under stable keys."""
    return [{"key": one.key, "level": str(one.level), "text": one.text} for one in listed]


def _job(job: JobFact, now: datetime) -> View:
    return {
        "name": job.name,
        "every_seconds": int(job.every.total_seconds()),
        "last_run": job.last_run_at,
        "overdue": is_overdue(job, now),
        "failures": job.failures,
        "last_failure": job.state.last_failure if job.state else "",
        "failed": job.state.failed_at if job.state else None,
        "stopped": job.stopped_at,
    }


def _mailbox(mailbox: MailboxFact) -> View:
    state = mailbox.state
    return {
        "name": mailbox.name,
        "last_success": state.last_success_at if state else None,
        "failing_since": state.failing_since if state else None,
        "error": state.last_error if state else "",
        "waiting": state.waiting if state else 0,
        "updated": state.updated_at if state else None,
    }


def _beat(beat: BeatFact) -> View:
    back = beat.returned
    return {
        "address": beat.address,
        "last_sent": back.left_at if back else None,
        "last_back": back.back_at if back else None,
        "round_trip_seconds": back.took.total_seconds() if back else None,
        "overdue_since": beat.overdue_since,
    }


def _feed(feed: FeedFact) -> View:
    copy = feed.copy
    return {
        "name": feed.name,
        "last_success": copy.good_at if copy else None,
        "failing_since": copy.failing_since if copy else None,
        "error": copy.problem if copy else "",
        "days": len(copy.days) if copy else 0,
    }


def _token(token: TokenFact) -> View:
    """Tell of a client's tokens without any token."""
    stored = token.stored
    return {
        "name": token.name,
        "has_refresh_token": bool(stored and stored.refresh_token),
        "refresh_since": stored.refresh_since if stored else None,
        "refresh_until": stored.refresh_until if stored else None,
        "access_until": stored.access_until if stored and stored.access_token else None,
        "failing_since": stored.failing_since if stored else None,
        "refused": bool(stored and stored.refused),
        "error": stored.last_error if stored else "",
    }
