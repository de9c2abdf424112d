"""Hooks against a real HTTP server: what they send, and what they do when the other end does not."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest

from daemon.desk.hook_settings import HookSettings
from daemon.desk.hooks import EVENTS
from daemon.desk.roster import DeskSettings
from daemon.edges.hook_caller import HookCaller
from daemon.services.hooks import HookBook
from storage import hooks, journal
from storage.database import Database
from storage.journal import Line
from storage.models import EventRow
from tests.conftest import MONDAY_MORNING
from tests.edges.hook_listener import Listener, hook_listener
from tests.scenarios.desk import SUPPORT, StoryDesk, mail, reply

__all__ = ["hook_listener"]

SECRET = b"hook-secret"
CARA = "Cara Customer <cara@cust.test>"
BOSS = "boss@corp.test"


@dataclass
class HookedDesk(StoryDesk):
    """A desk with one hook, whose other end listens at ``url``."""

    settings: DeskSettings = field(
        default_factory=lambda: DeskSettings(name="IT Support", address=SUPPORT, administrators=(BOSS,))
    )
    hook: HookSettings = field(default_factory=lambda: HookSettings(name="chat", secret_file="hook.secret"))
    folder: Path = Path()

    @property
    def caller(self) -> HookCaller:
        book = HookBook(self.database, self.office, self.hook, lambda: self.now)
        return HookCaller(book, self.hook, self.folder, SUPPORT, lambda: self.now)

    def wants(self, **changes: object) -> None:
        self.hook = msgspec.structs.replace(self.hook, **changes)

    def tell(self) -> int:
        return self.caller.tell(threading.Event())

    def counts(self) -> dict[str, int]:
        with self.database.read():
            return hooks.counts("chat")


@pytest.fixture
def desk(database: Database, now, listener: Listener, tmp_path: Path) -> Iterator[HookedDesk]:
    (tmp_path / "hook.secret").write_bytes(SECRET + b"\n")
    made = HookedDesk(database, now, folder=tmp_path)
    made.wants(url=listener.url)
    made.tell()
    yield made
    made.close()


def open_ticket(desk: HookedDesk, text: str = "It says PC LOAD LETTER. My password is: Hunter2!x") -> None:
    desk.mail_in(mail(CARA, "Printer is dead", text))


class TestTelling:
    def test_webhook_gets_signed_json_once(self, desk: HookedDesk, listener: Listener):
        open_ticket(desk)
        assert [desk.tell(), desk.tell()] == [1, 0]

        ((path, headers, body),) = listener.asked
        moment, mac = (part.partition("=")[2] for part in headers["Postdesk-Signature"].split(","))
        assert hmac.new(SECRET, f"{moment}.".encode() + body, hashlib.sha256).hexdigest() == mac
        assert int(moment) == int(desk.now.timestamp())
        assert (path, headers["Postdesk-Event"]) == ("/path?key=1", "opened")
        said = json.loads(body)
        assert said["id"] == headers["Idempotency-Key"]
        assert said["desk"] == SUPPORT
        assert said["ticket"] == {
            "number": 1,
            "subject": "Printer is dead",
            "type": "incident",
            "state": "new",
            "priority": "P3",
            "team": "service-desk",
            "assignee": "",
        }
        assert "excerpt" not in said

    def test_what_was_before_a_hook_is_not_told(self, database, now, listener, tmp_path):
        made = HookedDesk(database, now, folder=tmp_path)
        open_ticket(made)
        made.wants(url=listener.url)
        assert made.tell() == 0
        made.close()

        assert listener.asked == []

    def test_excerpt_is_told_if_asked_for_and_has_no_secrets(self, desk: HookedDesk, listener: Listener):
        desk.wants(excerpt=True)
        open_ticket(desk)
        desk.tell()

        (said,) = listener.told
        assert said["excerpt"].startswith("It says PC LOAD LETTER.")
        assert "Hunter2" not in json.dumps(said)

    @pytest.mark.parametrize(("internal", "told"), [(False, []), (True, ["note"])])
    def test_notes_stay_inside_unless_told_otherwise(self, desk: HookedDesk, listener, internal, told):
        open_ticket(desk)
        desk.tell()
        listener.asked.clear()
        desk.wants(events=("note", "resolved"), internal=internal, excerpt=True)
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "She never reads it.", to_ann.note_address))
        desk.tell()

        assert [one["event"] for one in listener.told] == told
        assert ("She never reads it." in json.dumps(listener.told)) == internal

    def test_each_move_is_told_in_its_order(self, desk: HookedDesk, listener: Listener):
        desk.wants(events=tuple(EVENTS), internal=True)
        open_ticket(desk)
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#resolve\n\nPut in letter paper."))
        while desk.tell():
            pass

        events = [one["event"] for one in listener.told]
        assert events[0] == "opened"
        assert {"answered", "resolved", "assigned"} <= set(events)

    def test_bearer_token_and_address_come_from_files(self, desk: HookedDesk, listener: Listener):
        (desk.folder / "ntfy.url").write_text(f"{listener.url}\n")
        (desk.folder / "ntfy.token").write_text("tk_1\n")
        desk.wants(kind="ntfy", url="", url_file="ntfy.url", token_file="ntfy.token", secret_file="")
        open_ticket(desk)
        desk.tell()

        ((_, headers, body),) = listener.asked
        assert (headers["Authorization"], headers["Title"]) == ("Bearer tk_1", "[#1] opened")
        assert body.decode() == "New ticket [#1] (P3, service-desk): Printer is dead"


class TestTrouble:
    def test_failure_is_tried_again_later_with_the_same_bytes(self, desk: HookedDesk, listener: Listener):
        listener.answers = [503]
        open_ticket(desk)
        assert desk.tell() == 1
        desk.advance(seconds=119)
        assert desk.tell() == 0
        desk.advance(seconds=2)  # it asked for two minutes
        assert desk.tell() == 1

        (_, first, body), (_, second, same) = listener.asked
        assert (body, first["Idempotency-Key"]) == (same, second["Idempotency-Key"])
        assert desk.counts() == {"told": 1}

    def test_redirect_is_not_followed(self, desk: HookedDesk, listener: Listener):
        listener.answers = [307]
        open_ticket(desk)
        desk.tell()

        assert len(listener.asked) == 1
        assert desk.counts() == {"waiting": 1}

    def test_file_that_is_gone_is_trouble_of_that_hook_only(self, desk: HookedDesk):
        (desk.folder / "hook.secret").unlink()
        open_ticket(desk)

        assert desk.tell() == 1
        assert desk.counts() == {"waiting": 1}

    def test_it_is_given_up_after_its_time_and_reported_once_a_day(
        self, desk: HookedDesk, listener: Listener
    ):
        listener.answers = [500] * 9
        open_ticket(desk)
        open_ticket(desk, "Another one")
        desk.tell()
        desk.mail_out()
        desk.advance(hours=24)
        desk.tell()

        assert desk.counts() == {"given up": 2}
        (told,) = desk.mail_out()
        assert (told.notice, told.recipient, told.reverse_path) == ("hook-failed", BOSS, None)
        assert "it answers 500" in told.text

    def test_what_is_long_over_is_forgotten(self, desk: HookedDesk):
        open_ticket(desk)
        desk.tell()
        caller = desk.caller
        for days, left in ((29, {"told": 1}), (2, {})):
            desk.advance(days=days)
            caller.book.forget()
            assert desk.counts() == left


class TestDurability:
    def test_line_that_is_committed_late_is_told_too(self, desk: HookedDesk, listener: Listener):
        open_ticket(desk)
        desk.tell()
        with desk.database.write():
            newest = max(row.id for row in EventRow.select())
            journal.append(1, "", [Line("state", "x", "x", {"from": "new", "to": "resolved"})], desk.now)
            EventRow.update(id=newest + 2).where(EventRow.id == newest + 1).execute()
        desk.tell()
        with desk.database.write():
            EventRow.insert(
                id=newest + 1, ticket_number=1, at=desk.now, kind="state", actor="x", cause="x",
                data='{"from": "resolved", "to": "open"}', previous="", hash="",
            ).execute()  # fmt: skip
        desk.wants(events=("resolved", "reopened"))
        desk.tell()

        assert [one["event"] for one in listener.told] == ["opened", "resolved", "reopened"]

    def test_gap_that_nobody_fills_does_not_hold_it_up(self, desk: HookedDesk):
        open_ticket(desk)
        with desk.database.write():
            newest = max(row.id for row in EventRow.select())
            EventRow.update(id=newest + 5).where(EventRow.id == newest).execute()
        desk.tell()
        with desk.database.read():
            assert hooks.cursor("chat") == newest - 1
        desk.advance(minutes=3)
        desk.tell()

        with desk.database.read():
            assert hooks.cursor("chat") == newest + 5

    def test_two_that_tell_the_same_hook_tell_each_message_once(self, desk: HookedDesk, listener: Listener):
        open_ticket(desk)
        one, other = desk.caller.book, desk.caller.book
        one.gather()
        claimed = one.claim()

        assert (other.gather(), other.claim()) == (0, [])
        desk.advance(minutes=3)  # the lease is over
        (again,) = other.claim()
        one.settle(claimed[0], "too late")
        other.settle(again, "")
        assert desk.counts() == {"told": 1}
        assert listener.asked == []

    def test_what_was_claimed_at_a_stop_is_put_back(self, desk: HookedDesk, listener: Listener):
        open_ticket(desk)
        stop = threading.Event()
        stop.set()

        assert desk.caller.tell(stop) == 0
        assert desk.tell() == 1
        assert len(listener.asked) == 1

    def test_whoever_is_killed_while_it_tells_tells_it_again_later(
        self, desk: HookedDesk, database_url: str, listener: Listener
    ):
        reached = threading.Event()

        def hang(_request: BaseHTTPRequestHandler) -> None:
            reached.set()
            listener.over.wait(20)

        listener.answers = [hang]
        open_ticket(desk)
        desk.database.disconnect()
        code = "import sys; from tests.test_hooks import tell_in_child; tell_in_child(*sys.argv[1:])"
        child = subprocess.Popen(
            [sys.executable, "-c", code, database_url, listener.url, str(desk.folder)],
            cwd=Path(__file__).parents[1],
            env={**os.environ, "PYTHONWARNINGS": "default"},
        )
        try:
            assert reached.wait(30)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait(10)
        assert desk.tell() == 0  # still leased
        desk.advance(minutes=3)
        assert desk.tell() == 1

        (_, first, body), (_, second, same) = listener.asked
        assert (body, first["Idempotency-Key"]) == (same, second["Idempotency-Key"])
        assert desk.counts() == {"told": 1}

    def test_it_runs_until_it_is_stopped(self, desk: HookedDesk, listener: Listener):
        open_ticket(desk)
        stop = threading.Event()
        thread = threading.Thread(target=desk.caller.run, args=(stop,))
        thread.start()
        until = time.monotonic() + 20
        while not listener.asked and time.monotonic() < until:
            time.sleep(0.01)
        stop.set()
        thread.join(10)

        assert len(listener.asked) == 1
        assert not thread.is_alive()


def tell_in_child(url: str, target: str, folder: str) -> None:
    """Tell what is due, as another process does."""
    database = Database(url)
    made = HookedDesk(database, MONDAY_MORNING, folder=Path(folder))
    made.wants(url=target, timeout_seconds=6)
    made.tell()


def test_lease_is_longer_than_all_attempts_of_a_claim(desk: HookedDesk):
    open_ticket(desk)
    book = desk.caller.book
    book.gather()
    (call,) = book.claim()

    assert call.lease - desk.now > timedelta(seconds=10 * desk.hook.timeout_seconds)
