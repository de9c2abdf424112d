"""The commands beside the way of a message, and commands out of order (RFC 5321 s 3 and 4)."""

import pytest

from tests.edges.smtp_desk import Desk, eventually


@pytest.fixture(scope="module")
def shared():
    with Desk() as desk:
        yield desk


@pytest.fixture
def desk(shared):
    shared.recorder.kept.clear()
    return shared


@pytest.fixture
def client(desk):
    with desk.hello() as client:
        yield client


class TestOtherCommands:
    @pytest.mark.parametrize(
        ("command", "start"),
        [
            ("VRFY support", "252 2.1.5"),
            ("VRFY nobody@nowhere.test", "252 2.1.5"),
            ("VRFY", "501 5.5.4"),
            ("EXPN staff", "502 5.5.1"),
            ("HELP", "214 2.0.0"),
            ("NOOP whatever", "250 2.0.0"),
            ("RSET", "250 2.0.0"),
            ("STARTTLS", "502 5.5.1"),
            ("AUTH PLAIN AGEAYg==", "502 5.5.1"),
            ("BDAT 5 LAST", "500 5.5.1"),
            ("LHLO x", "500 5.5.1"),
        ],
    )
    def test_each_has_its_answer(self, client, command, start):
        client.say(command, start)

    def test_quit_says_goodbye_and_closes(self, client):
        client.say("QUIT", "221 2.0.0")
        assert client.closed()

    def test_the_third_unknown_command_ends_the_session(self, client):
        client.say("FOO", "500 5.5.1")
        client.say("BAR", "500 5.5.1")
        client.say("BAZ", "500 5.5.1")
        client.expect("421 4.7.0")
        assert client.closed()

    def test_a_command_said_too_often_ends_the_session(self, client):
        for _ in range(20):
            client.say("VRFY a", 252)
        client.say("VRFY a", "421 4.7.0")
        assert client.closed()

    @pytest.mark.parametrize(
        "verb", ["POST / HTTP/1.1", "get /", "CONNECT mx:25", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2"]
    )
    def test_at_194_another_protocol_ends_at_its_first_word(self, desk, verb):
        with desk.connect() as client:
            client.expect(220)
            body = "EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<support@desk.test>\r\nDATA\r\nx\r\n.\r\n"
            client.send(f"{verb}\r\nHost: mx\r\n\r\n{body}".encode())
            client.expect("554 5.5.1")
            assert client.closed()

        assert desk.kept == []

    def test_a_command_that_ends_in_a_bare_line_feed_ends_the_session(self, desk):
        with desk.connect() as client:
            client.expect(220)
            client.send(b"EHLO x\nMAIL FROM:<a@b.test>\n")
            client.expect("500 5.5.2")
            assert client.closed()

    def test_bytes_of_tls_end_the_session(self, desk):
        with desk.connect() as client:
            client.expect(220)
            client.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n")
            client.expect("500 5.5.2")
            assert client.closed()


class TestOrder:
    def test_at_195_who_talks_before_the_greeting_is_heard_in_order(self, desk):
        with desk.connect() as client:
            client.send(b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<support@desk.test>\r\nNOOP\r\n")
            for start in (220, 250, 250, 250, 250):
                client.expect(start)

    def test_at_195_data_before_354_ends_the_session(self, desk):
        with desk.connect() as client:
            client.send(
                b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<support@desk.test>\r\nDATA\r\nx: y\r\n\r\n.\r\n"
                b"MAIL FROM:<c@d.test>\r\n"
            )
            for start in (220, 250, 250, 250, "503 5.5.1 Data came"):
                client.expect(start)
            assert client.closed()

        assert desk.kept == []

    def test_a_peer_that_says_all_and_half_closes_gets_every_answer(self, desk, client):
        client.begin()
        client.send(b"x\r\n.\r\nQUIT\r\n")
        client.half_close()

        client.expect("250 2.0.0 Queued")
        client.expect(221)
        assert client.closed()
        assert len(desk.kept) == 1

    def test_a_peer_that_half_closes_before_354_is_hung_up_on(self, desk, client, caplog):
        client.say("MAIL FROM:<a@b.test>", 250)
        client.say("RCPT TO:<support@desk.test>", 250)
        client.send(b"DATA\r\n")
        client.half_close()
        assert client.reply() in ([], ["354 End data with <CR><LF>.<CR><LF>"])
        assert client.closed()

        assert "a command failed" not in caplog.text
        assert desk.kept == []

    def test_a_peer_that_leaves_in_the_middle_of_a_mail_leaves_nothing_behind(self, desk):
        with desk.hello() as client:
            client.begin()
            client.send(b"Subject: half\r\n")
            client.half_close()
            assert client.closed()

        with eventually() as wait:
            wait(lambda: desk.listener.open_connections == 0)
        assert desk.kept == []
        assert desk.listener._reception.in_flight.used_bytes == 0
