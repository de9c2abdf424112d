"""Part of ``intake.py``: a worker of intake empties a ledger, in a process of its own.

``python -m benchmarks.ticketing DATABASE COUNT`` files the mails, times the worker and prints JSON.
"""

import argparse
import cProfile
import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import mix
from daemon.clock import system_clock
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.edges.smtp_settings import ListenerSettings
from daemon.settings.sections import DatabaseSettings, Settings
from daemon.wiring import Desk
from storage.models import database as tables
from storage.records import Incoming
from storage.vocabulary import Source

ROOT = Path(__file__).resolve().parents[1]
AGENTS = ("ann@corp.test", "bob@corp.test")


def settings(database: Path, listener: ListenerSettings | None = None) -> Settings:
    """Return the settings of the desk that is measured: one team of two agents."""
    return Settings(
        # The limits against floods would silence the desk: what is measured is one.
        desk=DeskSettings(
            name="IT Support",
            address=mix.DESK,
            timezone="Europe/Berlin",
            auto_mail_per_hour=10_000_000,
            auto_mail_per_domain_and_hour=10_000_000,
            auto_mail_per_content_and_hour=10_000_000,
        ),
        database=DatabaseSettings(url=f"sqlite:///{database}"),
        listener=listener,
        team=(TeamSettings(name="service-desk", addresses=(mix.DESK,), members=AGENTS),),
        agent=tuple(AgentSettings(address=one, name=one.partition("@")[0].title()) for one in AGENTS),
        path=database,
        base_dir=database.parent,
    )


def run(database: Path, count: int) -> float:
    """Run the measurement in a process of its own; return tickets per second."""
    command = [sys.executable, "-m", "benchmarks.ticketing", str(database), str(count)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return float(json.loads(done.stdout)["ticketed_per_second"])


def measure(database: Path, count: int, profile: str = "") -> dict[str, float]:
    """File the mails in the ledger, then time the worker until nothing waits.

    Return tickets per second, and the time of one processor that the worker without its child took for each.
    """
    desk = Desk.open(settings(database))
    ledger = desk.ledger()
    receipts = [ledger.submit(_incoming(mail)) for mail in mix.mails(count)]
    for receipt in receipts:
        receipt.result()
    ledger.close()
    before = _counts()
    reader = desk.reader()
    scribe = desk.scribe()
    intake = desk.intake(reader, scribe)
    # The child is a part of the running daemon: its start is not what is measured.
    reader.read(b"From: a@b.test\r\n\r\n", _incoming(mix.mails(1)[0]))
    profiler = cProfile.Profile() if profile else None
    if profiler:
        profiler.enable()
    started, worked = time.perf_counter(), time.process_time()
    while intake.run_once():
        pass
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    if profiler:
        profiler.disable()
        profiler.dump_stats(profile)
    _check(before, count)
    reader.close()
    scribe.close()
    desk.close()
    return {"ticketed_per_second": count / seconds, "worker_cpu_ms": worked / count * 1_000}


def _incoming(mail: mix.Mail) -> Incoming:
    return Incoming(
        source=Source.SMTP,
        raw=mail.raw,
        received_at=system_clock(),
        reverse_path=mail.sender,
        recipients=(mix.DESK,),
        peer="192.0.2.1",
        helo="mx.customer.test",
    )


def _counts() -> tuple[int, int]:
    tables.connect(reuse_if_open=True)
    count = "SELECT (SELECT COUNT(*) FROM tickets), (SELECT COUNT(*) FROM outbox)"
    tickets, copies = tables.execute_sql(count).fetchone()
    return tickets, copies


def _check(before: tuple[int, int], count: int) -> None:
    """Refuse a figure for work that was not done: a ticket a mail, and a mail to everybody concerned."""
    tickets, copies = (after - earlier for after, earlier in zip(_counts(), before, strict=True))
    expected = (count, count * (1 + len(AGENTS)))
    if (tickets, copies) != expected:
        raise SystemExit(f"expected {expected} new tickets and outgoing mails, got {(tickets, copies)}")


def main() -> None:
    """Print tickets per second as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--profile", default="", help="write a profile of the worker's thread to this file")
    options = parser.parse_args()
    print(json.dumps(measure(options.database.resolve(), options.count, options.profile)))


if __name__ == "__main__":
    main()
