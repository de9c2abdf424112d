"""The benchmarks run: what they print of speed is for people and is never asserted, what of memory is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import mix

BENCHMARKS = Path(mix.__file__).parent


def printed(script: str, *arguments: str) -> object:
    command = [sys.executable, str(BENCHMARKS / script), "--quick", "--json", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    return json.loads(done.stdout)


@pytest.mark.parametrize(("part", "lines"), [("accept", 3), ("ticket", 7)])
def test_speed_of_intake_is_measured_in_two_parts(part: str, lines: int, tmp_path: Path):
    figures = printed("intake.py", "--part", part, "--dir", str(tmp_path))

    assert isinstance(figures, list)
    assert len(figures) == lines
    assert all(figure["value"] > 0 for figure in figures)


def test_a_mail_of_25_megabytes_is_taken_with_less_memory_than_six_times_its_size(tmp_path: Path):
    """The whole daemon and its child, what they use when idle included, until the mail is a ticket."""
    figures = printed("intake.py", "--part", "memory", "--dir", str(tmp_path))

    assert isinstance(figures, list)
    idle, size, accepting, ticketing = (figure["value"] for figure in figures)
    assert 10 < idle < 120
    assert size >= 25
    assert 1 < accepting < 6
    assert 1 < ticketing < 6


def test_parsing_is_measured_beside_the_standard_library():
    figures = printed("parse.py")

    assert isinstance(figures, dict)
    assert set(figures) == {"bare_per_second", "read_per_second", "ratio"}


def test_passes_of_the_clock_are_measured_beside_bare_mails(tmp_path: Path):
    figures = printed("clock.py", "--dir", str(tmp_path))

    assert isinstance(figures, list)
    assert [(one["name"], one["count"], one["told"]) for one in figures] == [
        ("approvals of 6", 60, "looked at 60 approvals; lists 6; reminded 60"),
        ("surveys planned", 60, "planned 60; asked 0"),
        ("surveys sent", 60, "planned 0; asked 60"),
        ("late tasks", 60, "looked at 60 requests; reminded 60"),
    ]
    assert all(one["ratio"] > 0 for one in figures)


def test_the_mix_is_the_same_for_the_same_seed_and_every_sender_another():
    mails = mix.mails(100)

    assert mails == mix.mails(100)
    assert mails != mix.mails(100, seed=2)
    assert len({mail.sender for mail in mails}) == 100


def test_the_mix_has_the_kinds_and_sizes_that_were_promised():
    mails = mix.mails(100)

    kinds = {kind: [len(mail.raw) for mail in mails if mail.kind == kind] for kind, _ in mix.SHARES}
    assert {kind: len(sizes) for kind, sizes in kinds.items()} == {
        "text": 60,
        "alternative": 25,
        "inline image": 10,
        "attachment": 5,
    }
    assert all(1_500 < size < 2_500 for size in kinds["text"])
    assert all(13_000 < size < 17_000 for size in kinds["alternative"])
    assert all(50_000 < size < 70_000 for size in kinds["inline image"])
    assert all(400_000 < size < 430_000 for size in kinds["attachment"])
