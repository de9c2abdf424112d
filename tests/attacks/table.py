"""The table of attacks in ``docs/attacks.md``; ``python -m tests.attacks.table`` plays all and writes it."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.attacks.catalogue import CASES, ELSEWHERE, NOTHING_TO_ATTACK
from tests.attacks.runner import GROUPS, INTAKES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "attacks.md"
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

`python -m tests.attacks.table` plays them and writes this page. `-` means that the attack exists by the other
way only. Besides, three families are made by a machine (`tests/attacks/test_families.py`, `make fuzz`):
authors recombined in pairs, mutated mails, and SMTP dialogues out of a grammar.
"""
Results = Mapping[tuple[str, str], str]


def page(results: Results) -> str:
    """Return the page for the results by case and door."""
    lines = [HEAD]
    for group, title in TITLES.items():
        cases = sorted((one for one in CASES.values() if one.group == group), key=lambda one: one.id)
        if cases:
            lines += [f"## {group}: {title}", "", "| case | attack | SMTP | IMAP |", "|---|---|---|---|"]
            for one in cases:
                marks = (results.get((one.id, door), "-") for door in INTAKES)
                lines.append(f"| {one.id} | {one.name} | {' | '.join(marks)} |")
            lines.append("")
    lines += ["## Played by the tests of one part", "", "| case | attack | tests |", "|---|---|---|"]
    lines += [f"| {number} | {name} | `{where}` |" for number, (name, where) in sorted(ELSEWHERE.items())]
    lines += ["", "## Nothing to attack yet", "", "| case | attack | why |", "|---|---|---|"]
    lines += [f"| {number} | {name} | {why} |" for number, (name, why) in sorted(NOTHING_TO_ATTACK.items())]
    return "\n".join(lines) + "\n"


class Collector:
    """Gathers what became of each case."""

    def __init__(self) -> None:
        self.results: dict[tuple[str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = re.search(r"\[(AT-\d+)-.*-(smtp|imap)", report.nodeid)
        if found and (report.when == "call" or report.failed):
            self.results[found.group(1), found.group(2)] = report.outcome


def main() -> int:
    collector = Collector()
    status = pytest.main(["-q", str(Path(__file__).with_name("test_attacks.py"))], plugins=[collector])
    PAGE.write_text(page(collector.results), "utf-8")
    return int(status)


if __name__ == "__main__":
    assert set(GROUPS) == set(TITLES)
    sys.exit(main())
