"""The scribe has mails written by its child: to the byte what would be written here."""

import os
import quopri
import signal
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.desk.notices import NOTICES
from daemon.desk.samples import samples
from daemon.desk.sentences import sentence
from daemon.edges import scribe as scribe_module
from daemon.edges.scribe import ORDERS_BYTES
from daemon.mail.compose import Attachment
from daemon.mail.fields_out import CompositionError
from daemon.mail.message import Mailbox
from daemon.services.render import Renderer, RenderError
from storage.records import Splice, WrittenCopy
from storage.vocabulary import LANGUAGES
from tests.edges.scribe_bench import BILLING, Bench, for_agent, order, until

pytestmark = pytest.mark.usefixtures("several_cores")


@pytest.fixture(scope="module")
def running(renderers: dict[str, Renderer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    file = tmp_path_factory.mktemp("files") / "a file of the daemon"
    with pytest.MonkeyPatch.context() as patch, file.open("w") as opened:
        os.set_inheritable(opened.fileno(), True)
        patch.setenv("RELAY_PASSWORD", "secret")
        made = Bench(renderers).begin()
    yield made
    made.scribe.close()


@pytest.fixture
def bench(running: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A bench whose child runs, and is the only one that writes; it is the same for all tests."""
    pid = running.child

    def refuse(_renderer: object) -> None:
        raise AssertionError("written here")

    with monkeypatch.context() as patch:
        patch.setattr(scribe_module, "OwnPen", refuse)
        yield running
    with suppress(RenderError, CompositionError):
        running.scribe.written()
    running.scribe.forget()
    assert running.child == pid


class TestWords:
    """What the child writes is to the byte what this process would have written."""

    def test_every_notice_in_all_languages_from_the_templates_of_desk_and_team(self, bench: Bench):
        for at, language in enumerate(LANGUAGES):
            orders = [
                order(notice, sample, ("", BILLING)[number % 2], context={"language": language})
                for number, notice in enumerate(list(NOTICES)[at :: len(LANGUAGES)])
                for sample in range(len(samples(notice)))
            ]
            bench.send(*orders)

            expected = bench.here(*orders)
            assert bench.scribe.written() == expected, language

    def test_templates_of_the_user_count(self, bench: Bench):
        orders = [order(), order("ticket-new", team=BILLING)]
        bench.send(*orders)

        desk, team = bench.scribe.written()
        assert desk.subject == "Ticket 1042 of the desk"
        assert "Für das Team".encode() in quoted(team)

    def test_sentences_made_in_code_are_said_in_the_language_of_the_reader(self, bench: Bench):
        words = sentence("The ticket itself is open again, since it is not solved.")
        orders = [order("public-answer", context={"language": "de", "next_step": words}) for _ in range(2)]
        bench.send(*orders)

        written = bench.scribe.written()
        assert written == bench.here(*orders)
        assert b"is open again" not in quoted(written[0])

    def test_agents_who_share_a_letter_have_addresses_of_their_own(self, bench: Bench):
        orders = [for_agent("Ann", "a"), for_agent("Bob", "b")]
        bench.send(*orders)

        ann, bob = bench.scribe.written()
        assert [ann, bob] == bench.here(*orders)
        for letter, mine, others in ((ann, "a", "b"), (bob, "b", "a")):
            assert mine * 26 in quoted(letter).replace(b"=\r\n", b"").decode()
            assert others * 26 not in quoted(letter).replace(b"=\r\n", b"").decode()

    def test_files_go_along_as_they_are_and_as_a_place_in_a_raw_message(self, bench: Bench):
        splice = Splice("d" * 64, 17, 4_000, in_base64=True)
        files = (
            Attachment("Größe.png", "image/png", "base64", splice),
            Attachment("notes.txt", "text/plain", "", b"Caf\xe9\n" * 500, charset="latin-1"),
            Attachment("logo.gif", "image/gif", "base64", b"GIF89a" * 99, content_id="logo@x", inline=True),
        )
        orders = [order("public-answer", attachments=files), for_agent("Ann", "a", attachments=files)]
        bench.send(*orders)

        written = bench.scribe.written()
        assert written == bench.here(*orders)
        assert ["d" * 64, 17, 4_000, True] in msgspec.msgpack.decode(zlib.decompress(written[0].content))

    def test_postbags_come_back_in_their_order_each_once(self, bench: Bench):
        bags = [[order() for _ in range(size)] for size in (1, 3)]
        for bag in bags:
            bench.send(*bag)

        assert bench.scribe.written() == bench.here(*bags[0], *bags[1])
        assert bench.scribe.written() == []

    def test_pen_without_orders_sends_nothing(self, bench: Bench):
        bench.scribe.pen().done()

        assert bench.scribe.written() == []


def quoted(copy: WrittenCopy) -> bytes:
    """Return the bytes of a mail that stand in the outbox, base64 decoded nowhere."""
    pieces = msgspec.msgpack.decode(zlib.decompress(copy.content))
    joined = b"".join(one for one in pieces if isinstance(one, bytes))
    return quopri.decodestring(joined)


class TestTrouble:
    @pytest.mark.parametrize(
        "bad",
        [
            lambda: order(context={"ticket": {"number": object}}),
            lambda: replace(order(), notice="ticket-lost"),
            lambda: order(message_id="no id"),
            lambda: order(to=Mailbox("no address")),
        ],
        ids=["context", "notice", "Message-ID", "address"],
    )
    def test_what_cannot_be_written_raises_here_as_it_always_did(self, running: Bench, bad: Any):
        good, other, wrong = order(), order(), bad()
        running.send(good)
        with pytest.raises((RenderError, CompositionError)) as expected:
            running.here(wrong)
        with pytest.raises((RenderError, CompositionError)) as told:
            running.asked(other, wrong)
        running.scribe.forget()

        assert (type(told.value), str(told.value)) == (type(expected.value), str(expected.value))
        # The transaction was rolled back: those that were in it are ordered anew.
        running.send(good, other)
        assert running.scribe.written() == running.here(good, other)

    def test_answers_that_nobody_wants_any_more_reach_no_later_transaction(self, running: Bench):
        undone, kept = [order(), order()], order()
        for one in undone:
            running.send(one)
        running.scribe.forget()
        until(lambda: running.scribe.pen().lets_wait)
        running.send(kept)

        assert running.scribe.written() == running.here(kept)

    def test_trouble_that_nobody_wants_any_more_is_no_trouble(self, running: Bench):
        running.send(order(message_id="no id"))
        running.scribe.forget()
        assert running.scribe.written() == []

    def test_more_than_the_child_keeps_up_with_is_written_here(self, running: Bench):
        os.kill(running.child, signal.SIGSTOP)
        try:
            sent = [order(), order()]
            for one in sent:
                running.send(one)
            assert not running.scribe.pen().lets_wait
        finally:
            os.kill(running.child, signal.SIGCONT)

        assert running.scribe.written() == running.here(*sent)

    def test_large_orders_are_written_here(self, running: Bench):
        file = Attachment("a.bin", "application/octet-stream", "", os.urandom(ORDERS_BYTES))
        large = order("public-answer", attachments=(file,))
        os.kill(running.child, signal.SIGSTOP)
        try:
            running.send(large)

            assert running.scribe.written() == running.here(large)
        finally:
            os.kill(running.child, signal.SIGCONT)

    def test_orders_larger_than_the_buffer_of_the_socket_do_not_stop_both_sides(self, bench: Bench):
        files = tuple(
            Attachment(f"{at}.bin", "application/octet-stream", "", os.urandom(ORDERS_BYTES // 2 - 9_000))
            for at in range(2)
        )
        orders = [order("public-answer", attachments=(file,)) for file in files]
        for one in orders:
            bench.send(one)

        assert bench.scribe.written() == bench.here(*orders)


class TestChild:
    def test_signals_that_stop_the_daemon_are_not_for_the_child(self, bench: Bench):
        for one in (signal.SIGINT, signal.SIGTERM):
            os.kill(bench.child, one)
        last = order()
        bench.send(last)

        assert bench.scribe.written() == bench.here(last)

    def test_child_has_no_secret_of_the_daemons_environment(self, bench: Bench):
        environment = Path(f"/proc/{bench.child}/environ").read_bytes()

        assert b"RELAY_PASSWORD" not in environment
        assert b"PATH=" in environment

    def test_child_inherits_no_file_of_the_daemon(self, bench: Bench):
        open_files = [os.readlink(one) for one in Path(f"/proc/{bench.child}/fd").iterdir()]  # noqa: PTH115

        assert len([one for one in open_files if one.startswith("socket:")]) >= 2
        assert [one for one in open_files if one.endswith("/a file of the daemon")] == []
