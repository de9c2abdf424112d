"""LMTP: its own hello, an answer for each recipient, over TCP and over a Unix socket."""

import stat

import pytest

from storage.vocabulary import Source
from tests.edges.smtp_desk import Desk, eventually


@pytest.fixture(params=["tcp", "unix"])
def desk(request, tmp_path):
    settings = {"socket": "lmtp.sock"} if request.param == "unix" else {}
    with Desk(tmp_path, protocol=Source.LMTP, **settings) as desk:
        yield desk


@pytest.fixture
def client(desk):
    with desk.connect() as client:
        assert client.expect(220) == ["220 mx.desk.test LMTP Postdesk"]
        client.say("LHLO relay.test", 250)
        yield client


def test_lhlo_is_the_only_hello(desk, client):
    assert "250-PIPELINING" in client.say("LHLO relay.test", 250)
    client.say("EHLO relay.test", "500 5.5.1")
    client.say("HELO relay.test", "500 5.5.1")


def test_every_accepted_recipient_has_its_answer(desk, client):
    client.say("MAIL FROM:<cara@cust.test>", 250)
    client.say("RCPT TO:<support@desk.test>", 250)
    client.say("RCPT TO:<nobody@desk.test>", "550 5.1.1")
    client.say("RCPT TO:<support+1@desk.test>", 250)
    client.say("RCPT TO:<SUPPORT@desk.test>", 250)
    client.say("DATA", 354)
    client.send(b"x\r\n.\r\n")
    assert [client.expect(250) for _ in range(3)] == [["250 2.0.0 Queued as 1"]] * 3
    client.say("NOOP", "250 2.0.0 OK")

    (incoming,) = desk.kept
    assert incoming.source is Source.LMTP
    assert incoming.recipients == ("support@desk.test", "support+1@desk.test")


def test_a_failure_is_answered_for_every_recipient(desk, client):
    desk.recorder.error = OSError("gone")
    client.begin("cara@cust.test", "support@desk.test", "support+1@desk.test")
    client.send(b"x\r\n.\r\n")
    assert [client.expect("451 4.3.0") for _ in range(2)]
    client.say("NOOP", 250)


def test_commands_may_come_in_one_segment(desk, client):
    client.send(b"MAIL FROM:<>\r\nRCPT TO:<support@desk.test>\r\nRCPT TO:<postmaster>\r\nDATA\r\n")
    for start in (250, 250, 250, 354):
        client.expect(start)
    client.send(b".\r\nQUIT\r\n")
    for start in (250, 250, 221):
        client.expect(start)


def test_nobody_is_accepted_before_the_ledger_says_so(desk, client):
    desk.recorder.hold = True
    client.begin("cara@cust.test", "support@desk.test", "support+1@desk.test")
    client.send(b"x\r\n.\r\n")
    with eventually() as wait:
        wait(lambda: desk.recorder.waiting)
    client.socket.settimeout(0.1)
    with pytest.raises(TimeoutError):
        client.reply()


def test_the_trace_says_lmtp_and_where_from(desk, client):
    client.begin("cara@cust.test", "support@desk.test", parameters=" SMTPUTF8")
    client.send(b".\r\n")
    client.expect(250)

    (incoming,) = desk.kept
    place = "unix" if incoming.peer == "unix" else "[127.0.0.1]"
    assert f"Received: from relay.test ({place})\r\n".encode() in incoming.trace
    assert b" with UTF8LMTP id " in incoming.trace


def test_a_unix_socket_has_no_limit_per_peer_and_goes_with_the_listener(tmp_path):
    with Desk(tmp_path, protocol=Source.LMTP, socket="lmtp.sock", connection_limit_per_peer=1) as desk:
        path, port = desk.listener.address
        assert (path, port) == (str(tmp_path / "lmtp.sock"), 0)
        assert stat.S_IMODE((tmp_path / "lmtp.sock").stat().st_mode) == 0o660
        with desk.connect() as first, desk.connect() as second:
            first.expect(220)
            second.expect(220)
            first.say("LHLO x", 250)

    assert not (tmp_path / "lmtp.sock").exists()


def test_a_socket_left_behind_by_a_crash_is_replaced(tmp_path):
    with Desk(tmp_path, protocol=Source.LMTP, socket="lmtp.sock") as desk:
        desk.listener._server.close()
        assert (tmp_path / "lmtp.sock").exists()
        with Desk(tmp_path, protocol=Source.LMTP, socket="lmtp.sock") as again, again.connect() as client:
            client.expect(220)
