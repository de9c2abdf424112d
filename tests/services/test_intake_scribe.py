"""A second process writes the mails of a shared transaction: what goes out is what always went out."""

import hashlib
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.desk.calendars import Calendar
from daemon.desk.opening_hours import week
from daemon.desk.waiting import Waiting, WaitingSettings
from daemon.edges import scribe as scribe_module
from daemon.edges.reader import Reader
from daemon.edges.scribe import REST_SECONDS, Scribe
from daemon.mail.tokens import Key, Signer
from daemon.services import intake as intake_module
from daemon.services.hands import TOGETHER
from daemon.services.intake import BATCH, Intake
from storage import outbox
from storage.database import Database
from storage.migrations import migrate
from storage.models import OutboxRow
from storage.records import UNWRITTEN, Incoming, WrittenCopy
from storage.vocabulary import ArrivalState, Source
from tests.conftest import MONDAY_MORNING, close
from tests.scenarios.desk import RENDERER, Mail, StoryDesk, mail, reply
from tests.services.test_intake import record, states
from tests.services.test_intake_together import acknowledged, at, everybody, fail

OFFICE = Calendar("office", ZoneInfo("Europe/Berlin"), week(["mon-fri 09:00-17:00"]), lambda _day: False)
Copies = list[tuple[str, str, str | None, bytes]]


@pytest.fixture(scope="module", autouse=True)
def patient() -> Iterator[None]:
    """Let the scribe write all that it may, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scribe_module, "_cores", lambda: 2)
        patch.setattr(scribe_module, "BEHIND", 1_000)
        patch.setattr(scribe_module, "ANSWER_SECONDS", 60.0)
        yield


def started() -> Scribe:
    made = Scribe({"": RENDERER})
    made.call()
    deadline = time.monotonic() + 30
    while not made.is_ready():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return made


@pytest.fixture(scope="module")
def scribe() -> Iterator[Scribe]:
    """A scribe whose child runs, the same for all desks."""
    made = started()
    yield made
    made.close()


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The Message-IDs of the mails whose words came later, those that were undone as well."""
    seen: list[str] = []
    honest = outbox.fill

    def fill(written: Sequence[WrittenCopy]) -> None:
        seen.extend(one.message_id for one in written)
        honest(written)

    monkeypatch.setattr("daemon.services.intake.outbox.fill", fill)
    return seen


@pytest.fixture
def worker(desk: StoryDesk, scribe: Scribe) -> Iterator[Intake]:
    """The desk's worker with a scribe; no mail without words is left at its end, and none that came twice."""
    yield replace(desk.intake, scribe=scribe)
    with desk.database.read():
        rows = list(OutboxRow.select(OutboxRow.subject, OutboxRow.content, OutboxRow.message_id))
        whole = [outbox.content(one.id) for one in outbox.items(limit=1_000)]
    assert [one.message_id for one in rows if one.subject == UNWRITTEN or not bytes(one.content)] == []
    assert [mail for mail in whole if b"\r\n\r\n" not in mail] == []
    assert [name for name, times in Counter(one.message_id for one in rows).items() if times > 1] == []


def counted() -> Callable[[int], bytes]:
    """Make what takes the place of chance, so that two desks choose the same Message-IDs."""
    numbers = count()
    return lambda size: hashlib.sha512(f"{next(numbers)}".encode()).digest()[:size]


def foreseeable(desk: StoryDesk, worker: Intake, reader: Reader) -> Intake:
    """Make a worker that leaves nothing to chance, and has its mail read by another process."""
    signer = Signer([Key("aa", b"k" * 32)], "desk.test", counted())
    return replace(worker, office=replace(desk.office, signer=signer), read_many=reader.read_along)


def first_mails() -> list[bytes]:
    """Mails of several shapes: plain, with letters of other alphabets, with HTML, with files."""
    found = []
    for number in range(40):
        words = ("The printer is out of paper.", "Der Drucker hat Ärger mit § und €.", "プリンターの紙")[
            number % 3
        ]
        made = mail(f"cara{number}@cust.test", f"Trouble {number} {words}", f"{words}\n" * (number + 1))
        if number % 4 == 1:
            made.add_alternative(f"<p>{words} <b>{number}</b> &lt;script&gt;</p>\n", subtype="html")
        if number % 5 == 2:
            made.add_attachment(bytes(range(256)) * number, maintype="image", subtype="png", filename="s.png")
        if number % 7 == 3:
            made["Cc"] = "eve@cust.test"
        found.append(made.as_bytes())
    return found


def answers(copies: Copies) -> list[bytes]:
    """Answer some of the first mails: requesters say more, agents answer with files, and give commands."""
    found = []
    for one in [Mail(*copy) for copy in copies]:
        if one.notice == "ticket-opened" and one.recipient.endswith("5@cust.test"):
            found.append(reply(one, one.recipient, "It is worse now.\n"))
        elif one.notice == "ticket-new" and one.recipient == "ann@corp.test":
            answer = reply(one, "ann@corp.test", "#take\n#pending requester\n\nPlease look at the file.\n")
            answer.add_attachment(b"%PDF" + bytes(9_000), maintype="application", subtype="pdf")
            found.append(answer)
    return [one.as_bytes() for one in found]


def let_in(desk: StoryDesk, worker: Intake, raws: Sequence[bytes]) -> Copies:
    """Let mails wait in the ledger, settle them and return what went out for them."""
    for raw in raws:
        desk.ledger.submit(Incoming(Source.SMTP, raw, desk.now)).result(10)
    while worker.run_once():
        pass
    return [(one.notice, one.recipient, one.reverse_path, one.raw) for one in desk.mail_out()]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader(own_domains=frozenset({"desk.test"}))
    yield made
    made.close()


@pytest.fixture(scope="module")
def expected(
    reader: Reader,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Copies]:
    """What a desk sends that writes all by itself."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('plain')}/plain.db")
    migrate(database)
    desk = StoryDesk(database, MONDAY_MORNING)
    worker = foreseeable(desk, desk.intake, reader)
    first = let_in(desk, worker, first_mails())
    desk.advance(minutes=5)
    second = let_in(desk, worker, answers(first))
    desk.close()
    close(database)
    return [first, second]


def test_what_goes_out_is_to_the_byte_what_a_desk_without_a_scribe_sends(
    expected: list[Copies], desk: StoryDesk, worker: Intake, reader: Reader, filled: list[str]
):
    helped = foreseeable(desk, worker, reader)
    first = let_in(desk, helped, first_mails())
    desk.advance(minutes=5)
    second = let_in(desk, helped, answers(first))

    assert first == expected[0]
    assert second == expected[1]
    assert len(first) >= 120
    assert len(second) > 40
    assert len(filled) == len(set(filled)) > (len(first) + len(second)) // 4


def test_message_that_fails_takes_its_hand_back_and_nothing_is_doubled_or_lost(
    desk: StoryDesk, worker: Intake, filled: list[str], monkeypatch: pytest.MonkeyPatch
):
    ids = record(desk, 2 * TOGETHER)
    with monkeypatch.context() as patched:
        patched.setattr(intake_module, "settle", at(ids[5], fail))
        worker.run_once()

    settled = states(desk, ids)
    assert settled.count(ArrivalState.SETTLED) == len(ids) - 1
    assert settled[5] is not ArrivalState.SETTLED
    assert acknowledged(desk) == sorted(
        one for one in everybody(*range(len(ids))) if one != "cara5@cust.test"
    )
    # The second hand had its mails written by the scribe, and none of the first one's.
    assert filled
    assert len(filled) == len(set(filled)) <= 3 * (TOGETHER - 1)
    with desk.database.read():
        assert set(filled) <= {one.message_id for one in outbox.items(limit=1_000)}
    desk.advance(seconds=5)
    worker.run_once()
    assert acknowledged(desk) == ["cara5@cust.test"]


def test_command_that_looks_into_the_outbox_sees_the_mails_of_the_messages_before_it(
    desk: StoryDesk, worker: Intake, filled: list[str]
):
    waiting = Waiting.of(WaitingSettings(remind_after="8h"), OFFICE)
    worker = replace(worker, office=replace(desk.office, waiting=waiting))
    desk.mail_in(mail("cara@cust.test", "Printer", "It is out of paper.\n"))
    to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
    hand = [
        mail("dan@cust.test", "Screen", "It is black.\n"),
        reply(to_ann, "ann@corp.test", "#pending requester\n\nWhich one?\n"),
        reply(to_ann, "ann@corp.test", "#mails\n", to_ann.note_address),
        mail("eve@cust.test", "Mouse", "It is slow.\n"),
    ]

    sent = [Mail(*one) for one in let_in(desk, worker, [one.as_bytes() for one in hand])]

    # Each was settled alone, since the words that the command looks for were not there.
    assert filled == []
    assert [one.recipient for one in sent if one.notice == "ticket-opened"] == [
        "dan@cust.test",
        "eve@cust.test",
    ]
    assert [one.recipient for one in sent if one.notice == "public-answer"] == ["cara@cust.test"]
    receipts = [one.text for one in sent if one.notice == "command-results"]
    assert [receipt.count("done  ") for receipt in receipts] == [1, 1]
    assert receipts[1].count('"Re: [#1] Printer"') == 4, "three reminders and the end, with their subjects"


def test_scribe_killed_in_the_middle_of_a_hand_costs_nothing(
    desk: StoryDesk, worker: Intake, filled: list[str], monkeypatch: pytest.MonkeyPatch
):
    own = started()
    assert own._child is not None
    pid = own._child.process.pid
    ids = record(desk, TOGETHER)
    monkeypatch.setattr(intake_module, "settle", at(ids[3], lambda: os.kill(pid, signal.SIGKILL)))
    try:
        replace(worker, scribe=own).run_once()

        assert own._child is None
    finally:
        own.close()
    assert states(desk, ids) == [ArrivalState.SETTLED] * TOGETHER
    assert acknowledged(desk) == sorted(everybody(*range(TOGETHER)))
    assert len(filled) == len(set(filled)) > 0


def test_stopped_scribe_is_not_waited_for_without_end(
    desk: StoryDesk, worker: Intake, filled: list[str], monkeypatch: pytest.MonkeyPatch
):
    own = started()
    assert own._child is not None
    os.kill(own._child.process.pid, signal.SIGSTOP)
    monkeypatch.setattr(scribe_module, "ANSWER_SECONDS", 0.1)
    ids = record(desk, TOGETHER)
    try:
        replace(worker, scribe=own).run_once()

        assert own._child is None
    finally:
        own.close()
    assert states(desk, ids) == [ArrivalState.SETTLED] * TOGETHER
    assert acknowledged(desk) == sorted(everybody(*range(TOGETHER)))


class TestCalling:
    """A scribe comes when there is much to do, and goes when there is nothing."""

    @pytest.fixture
    def scribe(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scribe]:
        """A scribe whose child never gets ready; seconds pass at ``rest`` as they are asked for."""
        hanging = tmp_path / "python"
        hanging.write_text("#!/bin/sh\nexec sleep 60\n")
        hanging.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(hanging))
        self.seconds = 0.0
        made = Scribe({"": RENDERER}, lambda: self.seconds)
        yield made
        made.close()

    def test_full_batch_calls_it_and_an_empty_one_lets_it_rest(
        self, desk: StoryDesk, worker: Intake, scribe: Scribe
    ):
        record(desk, BATCH - 1)
        assert worker.run_once() == BATCH - 1
        assert scribe._child is None
        for number in range(BATCH):
            raw = mail(f"dan{number}@cust.test", f"More {number}", "Text\n").as_bytes()
            desk.ledger.submit(Incoming(Source.SMTP, raw, desk.now)).result(5)
        assert worker.run_once() == BATCH
        assert scribe._child is not None
        self.seconds += REST_SECONDS + 1
        assert worker.run_once() == 0

        assert scribe._child is None
        assert len(acknowledged(desk)) == 2 * BATCH - 1
