"""The table of attacks in ``docs/attacks.md``; ``make attacks`` plays all and writes it."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.attacks.books import DATABASES
from tests.attacks.catalogue import CASES, DEPARTURES, ELSEWHERE, NOTHING_TO_ATTACK
from tests.attacks.runner import FULL, GROUPS, INTAKES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "attacks.md"
SUMMARY_PAGE = ROOT / "docs" / "security.md"
_SUMMARY = re.compile(r"(?<=<!-- written by make attacks -->\n).*?(?=<!-- end -->)", re.DOTALL)
TITLES = {
    "A": "Identity",
    "B": "Threads and access",
    "C": "Internal words",
    "D": "Approvals",
    "E": "Surveys",
    "F": "Loops and backscatter",
    "G": "Parsers and resources",
    "H": "The SMTP protocol",
    "I": "Mailboxes",
    "J": "HTML and privacy",
    "K": "Commands of agents",
}
HEAD = """# Attacks

Every attack below is played as bytes against a running desk whose relay keeps every byte, by SMTP and by a
Dovecot mailbox that the desk polls (`tests/attacks/`). Each asserts what it expects; after each must hold:

- what was answered with 250, or lay in the mailbox, is in the ledger
- a plain mail sent right afterwards becomes a ticket within five seconds (one more by IMAP) and is answered
- each message cost at most two seconds of CPU and bounded memory; no zombie, no descriptor that stays open
- nobody got mail who should not, and nobody outside saw the words of an internal note
- each record of the log is a line without control characters, words of a body or proofs
- what left is sound mail: CRLF alone, lines of at most 998 bytes, each field once
- every message has exactly one end, and every mail in the outbox left exactly once

`make attacks` plays them by both ways on both databases, as often as they have to be, and writes into this
page what came of it. Each test run plays all of them on SQLite, some on PostgreSQL as well, and the largest
with smaller numbers. `-` means that the attack exists by the other way only. Besides, three families are
made by a machine (`tests/attacks/test_families.py`, `make fuzz`): authors recombined in pairs, mutated mails,
and SMTP dialogues out of a grammar.
"""
Results = Mapping[tuple[str, str, str], str]
COLUMNS = tuple((door, database) for database in DATABASES for door in INTAKES)
NAMES = {"smtp": "SMTP", "imap": "IMAP", "sqlite": "SQLite", "postgresql": "PostgreSQL"}


def page(results: Results) -> str:
    """Return the page for the results by case, door and database."""
    passed = sum(result == "passed" for result in results.values())
    lines = [HEAD, f"{len(CASES)} attacks were played in {len(results)} ways; {passed} of them passed.", ""]
    titles = " | ".join(f"{NAMES[door]}, {NAMES[database]}" for door, database in COLUMNS)
    for group, title in TITLES.items():
        cases = sorted((one for one in CASES.values() if one.group == group), key=lambda one: one.id)
        if cases:
            lines += [
                f"## {group}: {title}",
                "",
                f"| case | attack | {titles} |",
                "|---|---|---|---|---|---|",
            ]
            for one in cases:
                marks = (results.get((one.id, *column), "-") for column in COLUMNS)
                lines.append(f"| {one.id} | {one.name} | {' | '.join(marks)} |")
            lines.append("")
    lines += ["## Where the outcome is another than the one first asked for", ""]
    lines += ["| case | outcome, and why |", "|---|---|"]
    lines += [f"| {number} | {why} |" for number, why in sorted(DEPARTURES.items())]
    lines += ["", "## Played by the tests of one part", "", "| case | attack | tests |", "|---|---|---|"]
    lines += [f"| {number} | {name} | `{where}` |" for number, (name, where) in sorted(ELSEWHERE.items())]
    lines += ["", "## Nothing to attack yet", "", "| case | attack | why |", "|---|---|---|"]
    lines += [f"| {number} | {name} | {why} |" for number, (name, why) in sorted(NOTHING_TO_ATTACK.items())]
    return "\n".join(lines) + "\n"


def summary(results: Results) -> str:
    """Return the table of what became of each group, for the page on security."""
    columns = "".join(f" {NAMES[door]}, {NAMES[database]} |" for door, database in COLUMNS)
    lines = [f"| group | attacks |{columns}", f"|---|---|{'---|' * len(COLUMNS)}"]
    for group, title in TITLES.items():
        numbers = [one.id for one in CASES.values() if one.group == group]
        if numbers:
            cells = (_cell([results.get((number, *column)) for number in numbers]) for column in COLUMNS)
            lines.append(f"| {group}: {title} | {len(numbers)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(outcomes: list[str | None]) -> str:
    played = [one for one in outcomes if one is not None]
    return f"{played.count('passed')} of {len(played)} passed" if played else "-"


def with_summary(text: str, results: Results) -> str:
    """Return the page on security with its table written anew."""
    return _SUMMARY.sub(lambda _: summary(results), text)


class Collector:
    """Gathers what became of each case."""

    def __init__(self) -> None:
        self.results: dict[tuple[str, str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = re.search(r"\[(AT-\d+)-.*-(smtp|imap)-(sqlite|postgresql)\]", report.nodeid)
        if found and (report.when == "call" or report.failed):
            self.results[found.group(1), found.group(2), found.group(3)] = report.outcome


def written() -> dict[tuple[str, str, str], str]:
    """Read the results that the page tells."""
    rows = (line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines())
    found = ((row[0], column, mark) for row in rows for column, mark in zip(COLUMNS, row[2:], strict=False))
    return {(number, *column): mark for number, column, mark in found if number in CASES and mark != "-"}


def main(chosen: list[str]) -> int:
    """Play all attacks, or those named by number, and write what came of them; others stay as they were."""
    assert FULL, "the page tells of the full size; run: make attacks"
    collector = Collector()
    tests = str(Path(__file__).with_name("test_attacks.py"))
    options = ["-k", " or ".join(chosen)] if chosen else []
    status = pytest.main(["-q", "-p", "no:cacheprovider", *options, tests], plugins=[collector])
    before = written() if chosen else {}
    results = {**before, **collector.results}
    PAGE.write_text(page(results), "utf-8")
    SUMMARY_PAGE.write_text(with_summary(SUMMARY_PAGE.read_text("utf-8"), results), "utf-8")
    return int(status)


if __name__ == "__main__":
    assert set(GROUPS) == set(TITLES)
    sys.exit(main(sys.argv[1:]))
