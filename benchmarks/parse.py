"""Measure full reading of mail on one core beside the standard library's bare parser: see README.md."""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import bare, mix
from daemon.mail.parse import parse


def read_all(raws: Sequence[bytes]) -> float:
    """Read every message whole and return the seconds that took."""
    started = time.perf_counter()
    for raw in raws:
        parse(raw)
    return time.perf_counter() - started


def measure(count: int, rounds: int) -> dict[str, float]:
    """Return messages per second, each the median of rounds that alternate."""
    raws = [mail.raw for mail in mix.mails(count)]
    # The first messages load modules and tables that every later one finds.
    read_all(raws[:20])
    bare.parse_all(raws[:20])
    pairs = [(bare.parse_all(raws), read_all(raws)) for _ in range(rounds)]
    bare_rate, full_rate = (count / statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    return {"bare_per_second": bare_rate, "read_per_second": full_rate, "ratio": full_rate / bare_rate}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000, help="messages of the mix")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="40 messages, one round")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    figures = measure(40, 1) if options.quick else measure(options.count, options.rounds)
    if options.json:
        print(json.dumps(figures))
        return
    print(f"bare parsing   {figures['bare_per_second']:8.0f} messages/s on one core")
    print(f"full reading   {figures['read_per_second']:8.0f} messages/s on one core  (to reach: 250)")
    print(f"full / bare    {figures['ratio']:8.2f}")


if __name__ == "__main__":
    main()
