"""Measure the way of mail into tickets, each figure beside something known in the same run: README.md."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import accepting, memory, stock, ticketing

PARTS = ("accept", "ticket", "memory")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: mails, tickets that are stored already, and rounds of each kind."""

    mails: int
    tickets: int
    accept_rounds: int
    ticket_rounds: int
    big_bytes: int


FULL = Size(mails=2_000, tickets=200_000, accept_rounds=5, ticket_rounds=3, big_bytes=memory.BIG_BYTES)
QUICK = Size(mails=20, tickets=40, accept_rounds=1, ticket_rounds=1, big_bytes=memory.BIG_BYTES)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report; ``target`` is what the project promises, empty for what stands beside it."""

    name: str
    value: float
    unit: str
    target: str = ""


def accept_figures(size: Size, folder: Path) -> list[Figure]:
    """Measure accepted mail: Postdesk and the empty handler take turns."""
    kinds = ("postdesk", "empty")
    rounds = [[accepting.run(kind, size.mails, folder) for kind in kinds] for _ in range(size.accept_rounds)]
    ours, empty = map(statistics.median, zip(*rounds, strict=True))
    ratios = [one / other for one, other in rounds]
    return [
        Figure("accepted, durable", ours, "mails/s"),
        Figure("accepted by aiosmtpd with an empty handler", empty, "mails/s"),
        Figure("accepted / empty handler", statistics.median(ratios), "", ">= 0.6"),
    ]


def ticket_figures(size: Size, folder: Path, kept: Path) -> list[Figure]:
    """Measure tickets: bare parsing, an empty database and a full one take turns."""
    full = _stocked(size.tickets, kept)
    turns: tuple[Callable[[], float], ...] = (
        lambda: _bare(size.mails, "mail-parser"),
        lambda: _bare(size.mails, "email"),
        lambda: _ticketed(size.mails, folder, None),
        lambda: _ticketed(size.mails, folder, full),
    )
    rounds = [[turn() for turn in turns] for _ in range(size.ticket_rounds)]
    parsed, floor, empty, stocked = map(statistics.median, zip(*rounds, strict=True))
    return [
        Figure("ticketed, database empty", empty, "mails/s", ">= 200"),
        Figure("parsed by mail-parser alone", parsed, "mails/s"),
        Figure("ticketed / mail-parser", statistics.median(one[2] / one[0] for one in rounds), "", ">= 0.3"),
        Figure("parsed by the standard library's compat32", floor, "mails/s"),
        Figure("ticketed / compat32", statistics.median(one[2] / one[1] for one in rounds), ""),
        Figure(f"ticketed, {size.tickets:,} tickets stored", stocked, "mails/s"),
        Figure("stored / empty", statistics.median(one[3] / one[2] for one in rounds), "", ">= 0.8"),
    ]


def memory_figures(size: Size, folder: Path) -> list[Figure]:
    """Measure the memory of the whole daemon."""
    found = memory.measure(folder, size.big_bytes)
    return [
        Figure("memory of the idle daemon", found.idle / 1e6, "MB", "< 120"),
        Figure("size of the big mail", found.mail / 1e6, "MB"),
        Figure("memory until it is accepted / its size", found.peak_accepting / found.mail, "", "< 6"),
        Figure("memory until it is a ticket / its size", found.peak_ticketing / found.mail, "", "< 6"),
    ]


def _bare(count: int, parser: str) -> float:
    """Parse in a fresh process, as the worker that it is compared with is one."""
    mails = f"[one.raw for one in mix.mails({count})]"
    code = f"from benchmarks import bare, mix; print(bare.parse_all({mails}, {parser!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ticketing.ROOT, check=True, stdout=subprocess.PIPE
    )
    return count / float(done.stdout)


def _ticketed(count: int, folder: Path, stocked: Path | None) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        database = Path(place) / "postdesk.db"
        if stocked is not None:
            shutil.copyfile(stocked, database)
            # The copy is written out before, not during, the measurement.
            os.sync()
        return ticketing.run(database, count)


def _stocked(tickets: int, kept: Path) -> Path:
    """Return a database with so many tickets, made where it is not there from an earlier run."""
    path = kept / f"stock-{tickets}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        stock.fill(unfinished, tickets)
        unfinished.rename(path)
    return path


def measure(size: Size, parts: tuple[str, ...], folder: Path, kept: Path) -> list[Figure]:
    """Measure the parts asked for, in their order."""
    found: list[Figure] = []
    if "accept" in parts:
        found += accept_figures(size, folder)
    if "ticket" in parts:
        found += ticket_figures(size, folder, kept)
    if "memory" in parts:
        found += memory_figures(size, folder)
    return found


def _size(options: argparse.Namespace) -> Size:
    if options.quick:
        return QUICK
    rounds = options.rounds
    return Size(
        mails=options.mails,
        tickets=options.tickets,
        accept_rounds=rounds or FULL.accept_rounds,
        ticket_rounds=rounds or FULL.ticket_rounds,
        big_bytes=FULL.big_bytes,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a few mails, to see that it works; only memory counts"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--mails", type=int, default=FULL.mails)
    parser.add_argument("--tickets", type=int, default=FULL.tickets, help="tickets in the full database")
    parser.add_argument("--rounds", type=int, help="instead of 5 for accepting and 3 for ticketing")
    parser.add_argument(
        "--part", choices=PARTS, action="append", help="measure this part only; may be repeated"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the full database there for the next run"
    )
    parser.add_argument("--dir", type=Path, help="where databases are written; it should be a real disk")
    return parser.parse_args()


def main() -> None:
    """Print the figures."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.dir, prefix="postdesk-benchmark-") as name:
        folder = Path(name)
        kept = options.keep or folder
        kept.mkdir(parents=True, exist_ok=True)
        figures = measure(_size(options), tuple(options.part or PARTS), folder, kept.resolve())
    if options.json:
        print(json.dumps([asdict(one) for one in figures], indent=2))
        return
    for one in figures:
        value = f"{one.value:,.0f}" if one.value >= 10 else f"{one.value:.2f}"
        print(f"{one.name:<46}{value:>8} {one.unit:<8}{one.target}".rstrip())


if __name__ == "__main__":
    main()
