"""Large mails on their way to the relay: the same bytes as any other mail, a step at a time."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.edges import relay_steps
from daemon.edges.relay import open_relay
from daemon.services.delivery import LARGE_BYTES, Deferred, Delivered, Refused
from tests.edges.relay_story import ITEM, MAIL, deliver, settings_for
from tests.servers.scripted_relay import DROP, ScriptedRelay

LARGE = MAIL + b".\r\n..x\r\n" + (b"." * 900 + b"\r\n" + b"y" * 90 + b"\r\n") * (LARGE_BYTES // 950)


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"x", b".\r\n", b"long "])).map(b"".join))
def test_steps_are_the_mail_with_crlf_and_doubled_dots_wherever_it_is_cut(content):
    whole = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    if whole and not whole.endswith(b"\r\n"):
        whole += b"\r\n"
    expected = (b"\r\n" + whole).replace(b"\r\n.", b"\r\n..")[2:]

    for size in (1, 2, 3, 7):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(relay_steps, "STEP_BYTES", size)
            assert b"".join(relay_steps.steps(content)) == expected


def test_large_mail_arrives_byte_for_byte_and_the_connection_serves_the_next():
    server = ScriptedRelay()

    outcomes = deliver(server, (ITEM, LARGE), (ITEM, MAIL))

    assert outcomes == [Delivered("250 2.0.0 queued as 4F1")] * 2
    assert [taken.content for taken in server.taken] == [LARGE, MAIL]
    assert (server.connections, server.commands.count("DATA")) == (1, 2)
    assert not re.search(rb"[^\r]\n|\r[^\n]", server.wire)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ({"DATA": [b"554 5.7.1 not you"]}, Refused("554 5.7.1 not you")),
        ({".": [b"552 5.3.4 too big"]}, Refused("552 5.3.4 too big")),
        ({".": [b"451 4.3.0 later"]}, Deferred("451 4.3.0 later")),
    ],
)
def test_what_the_relay_says_to_a_large_mail_counts_as_to_any_other(script, expected):
    assert deliver(ScriptedRelay(script), (ITEM, LARGE)) == [expected]


@pytest.mark.parametrize("verb", ["DATA", "."])
def test_connection_that_ends_over_a_large_mail_is_transient(verb):
    (outcome,) = deliver(ScriptedRelay({verb: [DROP]}), (ITEM, LARGE))

    assert isinstance(outcome, Deferred)


def deliver_to(after_354, **changes):
    """Hand a mail that no socket has room for to a relay that says yes, and then does as it is told."""

    async def converse(reader, writer):
        try:
            writer.write(b"220 relay.test\r\n")
            while line := await reader.readline():
                if line.startswith(b"DATA"):
                    writer.write(b"354 go ahead\r\n")
                    await after_354(writer)
                    return
                writer.write(b"250 ok\r\n")
        finally:
            writer.transport.abort()

    async def story():
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        place = type("Place", (), {"port": server.sockets[0].getsockname()[1]})
        async with server:
            return await relay_outcome(place, **changes)

    return asyncio.run(story())


async def relay_outcome(place, **changes):
    relay = open_relay(settings_for(place, **changes), None)
    outcome = await relay.deliver(ITEM, MAIL + (b"z" * 98 + b"\r\n") * 200_000)
    await relay.close()
    return outcome


def test_relay_that_takes_no_more_is_given_up_for_now():
    async def take_nothing(_writer):
        await asyncio.sleep(0.6)

    outcome = deliver_to(take_nothing, timeout_seconds=0.02)

    assert isinstance(outcome, Deferred)
    assert "took too long" in outcome.reply


def test_relay_that_hangs_up_in_the_middle_is_transient():
    async def hang_up(writer):
        await asyncio.sleep(0.05)
        writer.transport.abort()

    outcome = deliver_to(hang_up)

    assert isinstance(outcome, Deferred)
    assert "the relay did not answer for the mail" in outcome.reply
