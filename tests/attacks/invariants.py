"""What must be true after every attack, whatever it was (G1 to G8)."""

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.attacks.desk import AttackDesk
from tests.attacks.mails import ANN, BOB, CANARY
from tests.attacks.relay import Captured

CPU_SECONDS = 2.0
# For a connection that says nothing.
CPU_SECONDS_IDLE = 0.001
RSS_BYTES = 64 * 1024 * 1024
# Connections of threads that have worked for the first time, and what is just being closed.
DESCRIPTORS = 12
LINE_LIMIT = 998
_RECORD = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?:INFO|WARNING|ERROR) [\w.]+: \S.*")
_START_UP = ("listening on ", "reading ", "mail goes to ")
_TOKEN = re.compile(r"\+[a-z]\d+\.[a-z0-9]{2}\.[a-z2-7]{26}")
_ONCE = ("from", "to", "subject", "date", "message-id")
AGENTS = frozenset({ANN, BOB})


@dataclass(frozen=True)
class Load:
    """What the processes of a desk use: CPU seconds, the most memory since the last look, descriptors."""

    cpu: float
    memory: dict[int, int]
    descriptors: int
    zombies: int


def load(desk: AttackDesk, *, peak: bool) -> Load:
    """Measure the process tree; without ``peak`` the memory is that of now, and the peak begins anew."""
    root = psutil.Process(desk.process.pid)
    family = [root, *root.children(recursive=True)]
    cpu, memory, descriptors, zombies = 0.0, {}, 0, 0
    for process in family:
        try:
            times = process.cpu_times()
            # Children that have ended are counted by their parent.
            cpu += times.user + times.system + times.children_user + times.children_system
            descriptors += process.num_fds()
            memory[process.pid] = _peak(process.pid) if peak else process.memory_info().rss
            if not peak:
                Path(f"/proc/{process.pid}/clear_refs").write_text("5")
        except (psutil.ZombieProcess, psutil.AccessDenied):
            zombies += 1
        except (psutil.NoSuchProcess, OSError):
            continue
    return Load(cpu, memory, descriptors, zombies)


def _peak(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found.group(1)) * 1024 if found else 0


def light_enough(
    desk: AttackDesk, before: Load, messages: int, *, idle: int = 0, rss_bytes: int = RSS_BYTES
) -> None:
    """G3: bounded CPU and memory, no zombie, no descriptor that stays open."""
    now = load(desk, peak=True)
    cpu_limit = CPU_SECONDS * max(1, messages) + CPU_SECONDS_IDLE * idle
    assert now.cpu - before.cpu <= cpu_limit, f"G3: {now.cpu - before.cpu:.2f} s of CPU"
    grown = sum(max(0, size - before.memory.get(pid, size)) for pid, size in now.memory.items())
    assert grown <= rss_bytes, f"G3: {grown >> 20} MiB more memory"
    assert now.zombies == 0, "G3: a child process that nobody waits for"
    deadline = time.monotonic() + 3
    while (open_now := load(desk, peak=True).descriptors) > before.descriptors + DESCRIPTORS:
        assert time.monotonic() < deadline, f"G3: {open_now} descriptors, {before.descriptors} before"
        time.sleep(0.05)


def only_to(mails: Iterable[Captured], allowed: frozenset[str]) -> None:
    """G4: nobody gets mail who should not; G6: and nobody outside learns what is internal."""
    for one in mails:
        strangers = set(one.recipients) - allowed - AGENTS
        assert not strangers, f"G4: {one['Subject']!r} went to {sorted(strangers)}"
        assert len(one.recipients) == 1, f"G4: one copy, one recipient: {one.recipients}"
        if not set(one.recipients) <= AGENTS:
            assert CANARY.encode() not in one.everything, f"G6: the canary went to {one.recipients}"


def clean_log(text: str, sent: Iterable[bytes]) -> None:
    """G5: a record is a line; no control character, no words of a body, no token in it."""
    lines = text.split("\n")
    for line in lines[:-1]:
        assert _RECORD.fullmatch(line) or line.startswith(_START_UP), f"G5: no record: {line[:200]!r}"
        assert line.isprintable(), f"G5: control characters: {line[:200]!r}"
    assert lines[-1] == "", f"G5: no end of line: {lines[-1][:200]!r}"
    assert CANARY not in text, "G5: words of a note are in the log"
    assert not _TOKEN.search(text), "G5: a reply address that proves something is in the log"
    for words in _body_lines(sent):
        assert words not in text, f"G5: words of a body are in the log: {words[:80]!r}"


def _body_lines(sent: Iterable[bytes]) -> Iterable[str]:
    for raw in sent:
        body = raw[:200_000].replace(b"\r\n", b"\n").partition(b"\n\n")[2].decode("latin-1")
        for line in body.split("\n")[:200]:
            # Short lines and names of types stand in a log for other reasons.
            if len(line.strip()) >= 24 and ":" not in line:
                yield line.strip()


def clean_bytes(mails: Iterable[Captured]) -> None:
    """G7: what leaves is sound mail: CRLF and no other line end, short lines, each field once."""
    for one in mails:
        bare = one.raw.replace(b"\r\n", b"")
        assert not set(b"\r\n\0") & set(bare), f"G7: a bare CR, LF or NUL in {one['Subject']!r}"
        longest = max(map(len, one.raw.split(b"\r\n")))
        assert longest <= LINE_LIMIT, f"G7: a line of {longest} bytes"
        header = one.raw.partition(b"\r\n\r\n")[0]
        names = Counter(re.findall(rb"(?m)^([!-9;-~]+):", header))
        counted = Counter({name.decode().lower(): 0 for name in names})
        for name, count in names.items():
            counted[name.decode().lower()] += count
        wrong = {name: counted[name] for name in _ONCE if counted[name] != 1}
        assert not wrong, f"G7: fields that must stand once: {wrong}"
        more = {name for name, count in counted.items() if count > 1 and name != "received"}
        assert not more, f"G7: fields that stand several times: {more}"
        assert "bcc" not in counted, "G7: a Bcc field left the house"
        assert not one.parsed.defects, f"G7: {one.parsed.defects}"


def stored(rows: list[dict[str, object]], accepted: Iterable[bytes], *, exact: bool) -> None:
    """G1: what was answered with 250, or lay in the mailbox, is in the ledger."""
    accepted = list(accepted)
    assert len(rows) == len(accepted), f"G1: {len(accepted)} messages accepted, {len(rows)} in the ledger"
    if exact:
        wanted = Counter(hashlib.sha256(raw).hexdigest() for raw in accepted)
        found = Counter(str(row["raw_digest"]) for row in rows)
        assert found == wanted, "G1: the bytes in the ledger are not those that were sent"


def balanced(desk: AttackDesk, first: int, mails: list[Captured], first_mail: int) -> None:
    """G8: each arrival has exactly one end, each mail left exactly once."""
    unfinished = desk.rows(
        "SELECT id, state, disposition FROM arrivals WHERE id > ? AND NOT (disposition IS NOT NULL"
        " AND settled_at IS NOT NULL AND state IN ('settled', 'quarantined'))",
        first,
    )
    assert unfinished == [], f"G8: {unfinished}"
    copies = desk.rows("SELECT message_id, recipient, state FROM outbox WHERE id > ?", first_mail)
    queued = Counter(str(copy["message_id"]) for copy in copies if copy["state"] in ("sent", "bounced"))
    left = Counter(one.message_id for one in mails)
    assert left == queued, f"G8: left and not queued {left - queued}, queued and not left {queued - left}"
    assert max(left.values(), default=1) == 1, "G8: a mail left twice"
    failed = [copy for copy in copies if copy["state"] not in ("sent", "bounced")]
    assert failed == [], f"G8: {failed}"
    assert desk.books.dangling() == [], "G8: rows that point nowhere"
