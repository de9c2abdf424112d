"""Dialogues nobody would write: the listener answers or hangs up, and the next sender is served."""

import contextlib
import re
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edges.smtp_desk import Desk

COMMANDS = [
    b"EHLO x\r\n",
    b"HELO x\r\n",
    b"LHLO x\r\n",
    b"MAIL FROM:<a@b.test>\r\n",
    b"MAIL FROM:<> SIZE=5 SMTPUTF8\r\n",
    b"RCPT TO:<support@desk.test>\r\n",
    b"RCPT TO:<x@other.test>\r\n",
    b"DATA\r\n",
    b"Subject: x\r\n\r\nhello\r\n",
    b"\r\n.\r\n",
    b".\r\n",
    b"\n.\n",
    b"\r\n.\r",
    b"RSET\r\n",
    b"NOOP\r\n",
    b"QUIT\r\n",
    b"STARTTLS\r\n",
    b"AUTH PLAIN\r\n",
    b"AUTH LOGIN =\r\n",
    b"VRFY a\r\n",
    b"GET / HTTP/1.1\r\n",
    b"\r\n",
    b"\n",
    b"\0",
    b"\xff\xfe\r\n",
    b"x" * 70_000,
]
PIECES = st.one_of(st.sampled_from(COMMANDS), st.binary(max_size=40))
REPLY_LINE = re.compile(rb"[2-5][0-9]{2}[ -][ -~]*")


@pytest.fixture(scope="module")
def desk():
    with Desk(connection_limit_per_peer=20) as desk:
        yield desk


@given(pieces=st.lists(PIECES, max_size=25), greeted=st.booleans(), at_once=st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_dialogue_is_answered_in_form_and_every_250_is_a_mail_we_have(desk, pieces, greeted, at_once):
    before = len(desk.kept)
    start = b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<support@desk.test>\r\n" if greeted else b""
    answers = b""
    with socket.create_connection(desk.listener.address, 5) as client, contextlib.suppress(OSError):
        for piece in [b"".join([start, *pieces])] if at_once else [start, *pieces]:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        while data := client.recv(65536):
            answers += data

    lines = answers.split(b"\r\n")[:-1]
    assert all(REPLY_LINE.fullmatch(line) for line in lines), lines
    queued = sum(b" Queued as " in line for line in lines)
    assert queued <= len(desk.kept) - before


def test_after_all_that_a_mail_is_taken(desk):
    with desk.hello() as client:
        client.mail(b"Subject: probe\r\n\r\n")

    assert desk.kept[-1].raw == b"Subject: probe\r\n\r\n"
    assert desk.listener._reception.in_flight.used_bytes == 0
