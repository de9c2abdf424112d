"""The composition root: makes the parts of a running desk out of its settings, and nothing else."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.clock import Clock, system_clock
from daemon.desk.addressing import Roster, fold
from daemon.desk.catalogue import By
from daemon.desk.handling import Handling, HandlingSettings
from daemon.desk.heartbeat import NAME as HEARTBEAT
from daemon.desk.heartbeat import Rhythm
from daemon.desk.monitoring import Monitors
from daemon.desk.service_levels import ServiceLevels
from daemon.desk.silence import quiet
from daemon.edges import calendar_source, directory_source, mail_auth
from daemon.edges.alarm import Crier, Webhook
from daemon.edges.command_runner import CommandRunner
from daemon.edges.courier import Courier
from daemon.edges.hook_caller import HookCaller
from daemon.edges.imap_poller import ImapPoller
from daemon.edges.imap_settings import MailboxSettings
from daemon.edges.mail_auth import MailAuth
from daemon.edges.metrics import MetricsServer
from daemon.edges.oauth import TokenSource
from daemon.edges.oauth_keeper import Keeper
from daemon.edges.reader import Reader
from daemon.edges.scribe import Scribe
from daemon.edges.smtp_listener import SmtpListener
from daemon.edges.smtp_settings import ListenerSettings
from daemon.edges.ticker import Ticker
from daemon.jobs import (
    JOBS,
    agent_digest,
    approval_steps,
    calendar_feeds,
    clock_watch,
    directory_sync,
    fulfilment_watch,
    health_watch,
    surveys,
)
from daemon.jobs.job import Job
from daemon.jobs.running import Runner
from daemon.jobs.timetable import Parts, timetable
from daemon.mail.tokens import Signer
from daemon.services import canned
from daemon.services.alarms import AlarmBook
from daemon.services.apply import Cause
from daemon.services.automation import AutomationBook
from daemon.services.failures import give_up
from daemon.services.fed_days import FedCalendars, web_feeds
from daemon.services.gate import Gate
from daemon.services.health_facts import Watched
from daemon.services.hooks import HookBook
from daemon.services.intake import Intake
from daemon.services.job_facts import CLOCK_JOB
from daemon.services.keyring import Keyring, in_order
from daemon.services.ledger import Ledger
from daemon.services.mailbox_notes import MailboxNotes
from daemon.services.metrics import numbers
from daemon.services.office import Office
from daemon.services.owner import this_owner
from daemon.services.render import Renderer
from daemon.settings import Settings
from daemon.settings.catalogue import load_catalogue
from daemon.settings.service_levels import service_levels, surveys_of, waiting_of
from storage import keys
from storage.database import Database, sqlite_path
from storage.migrations import migrate
from storage.records import OutboxItem
from storage.vocabulary import Source


class Role(StrEnum):
    """A part of the daemon that can run alone; several hosts share the work by role."""

    INTAKE = "intake"
    WORKER = "worker"
    COURIER = "courier"
    CLOCK = "clock"


ALL_ROLES = frozenset(Role)
# A poller that idles says at the latest then that it is there.
IDLE_SECONDS = 300.0


@dataclass(frozen=True)
class Desk:
    """A desk with its database open and up to date, ready to hand out its parts."""

    settings: Settings
    database: Database
    office: Office
    clock: Clock

    @classmethod
    def open(cls, settings: Settings, clock: Clock = system_clock) -> "Desk":
        """Open the database, bring its schema up to date and load the signing keys."""
        database = Database(settings.database.url, settings.base_dir)
        migrate(database)
        roster = Roster.build(settings.desk, settings.team, settings.agent, settings.field)
        keyring = _keyring(database, roster, clock())
        today, fed = clock().date(), FedCalendars.of(settings.calendar)
        with database.read():
            fed.renew(clock())
        office = Office(
            roster=roster,
            signer=keyring.signer,
            library=canned.load(settings.canned_folder, roster),
            renderer=Renderer(settings.template_folder, settings.desk.language),
            renderers=_renderers(settings, roster),
            gate=Gate(roster),
            trust=settings.trust,
            keyring=keyring,
            levels=service_levels(settings, today, fed.days),
            waiting=waiting_of(settings, today, fed.days),
            handling=Handling.of(handling_settings(settings)),
            monitors=Monitors.of(settings.monitor),
            catalogue=load_catalogue(settings),
            surveys=surveys_of(settings, today, fed.days),
            fed=fed,
        )
        return cls(settings, database, office, clock)

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.disconnect()

    def ledger(self, on_recorded: Callable[[], None] = lambda: None) -> Ledger:
        """Start the ledger's writing thread; it calls ``on_recorded`` after every commit."""
        return Ledger(self.database, on_recorded)

    def listeners(self, ledger: Ledger) -> list[SmtpListener]:
        """Make the SMTP and the LMTP listener, those that are configured."""
        return [
            self._listener(settings, protocol, ledger)
            for settings, protocol in (
                (self.settings.listener, Source.SMTP),
                (self.settings.lmtp, Source.LMTP),
            )
            if settings is not None
        ]

    def _listener(self, settings: ListenerSettings, protocol: Source, ledger: Ledger) -> SmtpListener:
        return SmtpListener(
            settings,
            submit=ledger.submit,
            accepts=self.accepts,
            hostname=settings.hostname or socket.gethostname(),
            clock=self.clock,
            protocol=protocol,
            base_dir=self.settings.base_dir,
        )

    def accepts(self, address: str) -> bool:
        """Tell whether mail to this address is for the desk: its own addresses and their postmaster."""
        roster = self.office.roster
        local, _, domain = address.lower().rpartition("@")
        if (local or domain) == "postmaster" and (not local or domain in self._domains()):
            return True
        return roster.is_own(address)

    def _domains(self) -> frozenset[str]:
        return frozenset(own.rpartition("@")[2] for own in self.office.roster.own_addresses)

    def pollers(self, ledger: Ledger) -> list[ImapPoller]:
        """Make a poller for each mailbox."""
        return [self._poller(mailbox, ledger) for mailbox in self.settings.mailbox]

    def _poller(self, mailbox: MailboxSettings, ledger: Ledger) -> ImapPoller:
        notes = MailboxNotes(self.database, mailbox_name(mailbox), self.clock)
        base_dir = self.settings.base_dir
        poller = ImapPoller(mailbox, ledger, base_dir=base_dir, clock=self.clock, on_health=notes.note)
        poller.use(self.tokens().get(mailbox.oauth))
        return poller

    def reader(self) -> Reader:
        """Make the reader, whose child process parses what strangers wrote."""
        return Reader(self._domains())

    def scribe(self) -> Scribe:
        """Make what has mails written by a second process when there is much to do."""
        return Scribe({"": self.office.renderer, **self.office.renderers})

    def intake(self, reader: Reader, scribe: Scribe | None = None) -> Intake:
        """Make the worker of intake."""
        return Intake(
            self.database,
            self.office,
            reader.read_along,
            this_owner("worker"),
            self.clock,
            self._mail_auth(),
            scribe,
        )

    def _mail_auth(self) -> MailAuth | None:
        """Make our own check of authors, where it is asked for (see ``problems_of_machine``)."""
        if self.settings.trust.check != "auto" or not mail_auth.AVAILABLE:
            return None
        listener = self.settings.listener
        hostname = listener.hostname if listener is not None else ""
        return MailAuth(hostname or socket.gethostname(), mail_auth.system_dns())

    def courier(self) -> Courier:
        """Make the courier; a mail that finally fails is told to an agent."""
        return Courier(
            database=self.database,
            settings=self.settings.relay,
            owner=this_owner("courier"),
            clock=self.clock,
            base_dir=self.settings.base_dir,
            on_failure=self.failure_report(),
            tokens=self.tokens().get(self.settings.relay.oauth),
        )

    def crier(self) -> Crier | None:
        """Make what tells alarms, where there is somebody to tell."""
        if not self.settings.alarm.webhook_url:
            return None
        webhook = Webhook(self.settings.alarm, self.settings.base_dir, self.settings.desk.address)
        return Crier(AlarmBook(self.database, self.clock), webhook, self.clock)

    def hook_callers(self) -> list[HookCaller]:
        """Make what tells each hook."""
        desk, base_dir = self.settings.desk.address, self.settings.base_dir
        return [
            HookCaller(HookBook(self.database, self.office, one, self.clock), one, base_dir, desk, self.clock)
            for one in self.settings.hook
        ]

    def command_runner(self) -> CommandRunner | None:
        """Make what runs commands for tasks, where there are any."""
        asks = any(task.command for item in self.office.catalogue.items for task in item.tasks)
        if not self.settings.automation and not asks:
            return None
        owner = this_owner("automation")
        return CommandRunner(
            AutomationBook(self.database, self.office, self.settings.automation, owner, self.clock)
        )

    def metrics(self) -> MetricsServer | None:
        """Open the port where Prometheus asks, where there is one."""
        if not self.settings.metrics.port:
            return None
        names = watched(self.settings)
        return MetricsServer(self.settings.metrics, lambda: numbers(self.database, names, self.clock()))

    def keepers(self) -> list[Keeper]:
        """Make what keeps each OAuth client's tokens alive."""
        return [Keeper(source) for source in self.tokens().values()]

    def tokens(self) -> dict[str, TokenSource]:
        """Return where the access tokens of each OAuth client come from, by its name."""
        return token_sources(self.settings, self.database, self.clock)

    def failure_report(self) -> Callable[[OutboxItem, str], None]:
        """Return what is done, inside the courier's transaction, when a mail finally failed."""

        def report(item: OutboxItem, reply: str) -> None:
            self.office.fed.renew(self.clock())
            give_up(
                self.office,
                item,
                reply,
                Cause("postdesk", f"outbox:{item.id}", self.clock(), self.office.levels),
            )

        return report

    def ticker(self) -> Ticker:
        """Make the clock of the house."""
        return Ticker(self.runner("clock"), jobs_of(self.settings, self.database, self.office.levels))

    def runner(self, role: str) -> Runner:
        """Make what runs jobs for this process, under the name of a role."""
        return Runner(self.database, self.office, this_owner(role), self.clock)


def handling_settings(settings: Settings) -> HandlingSettings:
    """Return the sections that decide about new tickets."""
    return HandlingSettings(
        priority=settings.priority,
        classification=settings.classification,
        services=settings.service,
        categories=settings.category,
        routes=settings.route,
        agents=settings.agent,
        workload=settings.workload,
    )


def _renderers(settings: Settings, roster: Roster) -> dict[str, Renderer]:
    """Make what writes the mail of the teams that have templates of their own, by the name of the team."""
    below, own = settings.template_folder, settings.team_folders
    return {team: Renderer(at, roster.desk_of(team).language, below) for team, at in own.items()}


def _keyring(database: Database, roster: Roster, now: datetime) -> Keyring:
    with database.write():
        found = keys.signing_keys() or [keys.add_signing_key(now)]
    return Keyring(Signer(in_order(found, now), roster.domain))


def token_sources(settings: Settings, database: Database, clock: Clock) -> dict[str, TokenSource]:
    """Return where the access tokens of each OAuth client come from, by its name."""
    return {one.name: TokenSource(one, database, settings.base_dir, clock) for one in settings.oauth}


def mailbox_name(mailbox: MailboxSettings) -> str:
    """Name a mailbox as health does; no two have the same, since a folder is read once."""
    folder = (mailbox.folders or (mailbox.folder,))[0]
    return f"{mailbox.username}@{mailbox.host}/{folder}"


def jobs_of(settings: Settings, database: Database, levels: ServiceLevels | None) -> tuple[Job, ...]:
    """Return the whole timetable of a desk with these settings and promises."""
    source, base_dir = settings.directory, settings.base_dir
    fetching = directory_sync.job(database, source, lambda: directory_source.fetch(source, base_dir))
    feeding = calendar_feeds.job(database, web_feeds(settings.calendar), calendar_source.fetch)
    reaching_out = (*fetching, *feeding)
    return timetable(Parts(database, watched(settings), levels, rhythm_of(settings), reaching_out))


def watched(settings: Settings) -> Watched:
    """Return what health has to look at in a desk with these settings."""
    url = settings.database.url
    path = sqlite_path(url, settings.base_dir) if url.startswith("sqlite:") else None
    timetable = [(job.name, job.every) for job in JOBS]
    timetable += [(agent_digest.NAME, agent_digest.EVERY), (surveys.NAME, surveys.EVERY)]
    steps = (approval_steps, fulfilment_watch)
    timetable += [(one.NAME, one.EVERY) for one in steps]
    timetable += [(clock_watch.NAME, clock_watch.EVERY)] if settings.sla else []
    fetched = directory_sync.every(settings.directory)
    timetable += [(directory_sync.NAME, fetched)] if fetched else []
    feeds = web_feeds(settings.calendar)
    timetable += [(calendar_feeds.NAME, calendar_feeds.EVERY)] if feeds else []
    rhythm, alarm = rhythm_of(settings), settings.alarm
    timetable += [(HEARTBEAT, rhythm.every)] if rhythm else []
    return Watched(
        jobs=(*timetable, (CLOCK_JOB, health_watch.EVERY)),
        mailboxes=tuple((mailbox_name(mailbox), _silence(mailbox)) for mailbox in settings.mailbox),
        tokens=tuple((one.name, one.grant == "device_code") for one in settings.oauth),
        place=path.parent if path else None,
        after=timedelta(minutes=alarm.after_minutes),
        rhythm=rhythm,
        quiet=quiet(alarm.silence_hours, alarm.silence_times, settings.desk.timezone),
        appointments={job.name: job.at for job in JOBS if job.at is not None},
        zone=settings.desk.timezone,
        asks_managers=asks_managers(settings),
        feeds=feeds,
    )


def asks_managers(settings: Settings) -> bool:
    """Tell whether items of the catalogue ask for managers where no source of people is configured."""
    if settings.directory.csv or settings.directory.url:
        return False
    items = load_catalogue(settings).items
    return any(stage.by is By.MANAGER for item in items for stage in item.stages)


def rhythm_of(settings: Settings) -> Rhythm | None:
    """Return how the heart of a desk with these settings beats, None for one without."""
    beats = settings.heartbeat
    if not beats.every_minutes:
        return None
    addresses = tuple(map(fold, beats.addresses or (settings.desk.address,)))
    every, limit = timedelta(minutes=beats.every_minutes), timedelta(minutes=beats.limit_minutes)
    return Rhythm(addresses, every, limit)


def _silence(mailbox: MailboxSettings) -> timedelta:
    """Return how long a poller that is well may say nothing: a wait, and the answer after it."""
    return timedelta(seconds=max(mailbox.poll_seconds, IDLE_SECONDS) + mailbox.timeout_seconds)
