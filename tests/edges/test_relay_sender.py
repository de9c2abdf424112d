"""Relays that do not take signed return addresses: the mail leaves with the plain one, and says so."""

import logging
from dataclasses import replace

import pytest

from daemon.desk.roster import DeskSettings
from daemon.mail.tokens import Key, Signer
from daemon.services.delivery import Deferred, Delivered, Refused
from daemon.services.return_addresses import Sent, return_address
from tests.edges.relay_story import ITEM, MAIL, deliver
from tests.servers.scripted_relay import ScriptedRelay

PLAIN = "support@desk.test"
SIGNED = return_address(
    PLAIN,
    Sent(1042, "cara@cust.test", "<42@desk.test>"),
    DeskSettings(name="IT", address=PLAIN),
    Signer([Key("aa", b"k" * 32)], "desk.test"),
)
COPY = replace(ITEM, reverse_path=SIGNED)
TAKEN = Delivered("250 2.0.0 queued as 4F1")
TAKEN_PLAIN = Delivered("250 2.0.0 queued as 4F1", PLAIN)


def senders(server: ScriptedRelay) -> list[str]:
    return [one.removeprefix("MAIL FROM:") for one in server.commands if one.startswith("MAIL")]


def test_a_relay_that_takes_anything_gets_the_signed_one():
    server = ScriptedRelay()

    assert deliver(server, (COPY, MAIL), (COPY, MAIL)) == [TAKEN, TAKEN]
    assert senders(server) == [f"<{SIGNED}>"] * 2


@pytest.mark.parametrize(
    ("verb", "reply"),
    [
        ("MAIL", b"550 go away"),
        ("RCPT", b"553 5.7.1 <x@desk.test>: Sender address rejected: not owned by user desk"),
        (".", b"554 5.2.252 SendAsDenied; desk@corp.test not allowed to send as x"),
        (".", b"550 5.7.60 SMTP; Client does not have permissions"),
        (".", b"554 Message rejected: not verified in region: %b" % SIGNED.encode()),
    ],
    ids=["any word at MAIL", "postfix", "exchange online", "exchange", "names the address"],
)
def test_a_refusal_of_the_sender_is_tried_with_the_plain_one(verb: str, reply: bytes, caplog):
    yes = {"MAIL": b"250 ok", "RCPT": b"250 ok", ".": b"250 2.0.0 queued as 4F1"}
    server = ScriptedRelay({verb: [reply, yes[verb]]})

    with caplog.at_level(logging.WARNING):
        outcomes = deliver(server, *[(COPY, MAIL)] * 3)

    assert outcomes == [TAKEN_PLAIN] * 3
    # Once known, nothing is offered in vain.
    assert senders(server) == [f"<{SIGNED}>", *[f"<{PLAIN}>"] * 3]
    assert len(server.taken) - (verb == ".") == 3
    (told,) = [one.getMessage() for one in caplog.records]
    assert "signed_return_address = false" in told
    assert "+b" not in told


def test_a_recipient_who_does_not_exist_is_not_tried_again():
    server = ScriptedRelay({"RCPT": [b"550 5.1.1 <cara@cust.test>: user unknown"]})

    assert deliver(server, (COPY, MAIL)) == [Refused("550 5.1.1 <cara@cust.test>: user unknown")]
    assert len(senders(server)) == 1


def test_what_is_refused_by_either_address_is_refused_and_nothing_is_learned():
    server = ScriptedRelay({"MAIL": [b"550 no", b"550 5.7.1 no to you", b"250 ok"]})

    assert deliver(server, (COPY, MAIL), (COPY, MAIL)) == [Refused("550 5.7.1 no to you"), TAKEN]
    assert senders(server) == [f"<{SIGNED}>", f"<{PLAIN}>", f"<{SIGNED}>"]


def test_a_relay_that_has_taken_signed_ones_is_offered_them_again():
    server = ScriptedRelay({"MAIL": [b"250 ok", b"550 no", b"250 ok"]})

    assert deliver(server, *[(COPY, MAIL)] * 3) == [TAKEN, TAKEN_PLAIN, TAKEN]
    assert senders(server) == [f"<{SIGNED}>", f"<{SIGNED}>", f"<{PLAIN}>", f"<{SIGNED}>"]


def test_what_the_relay_puts_off_is_not_tried_with_another_address():
    server = ScriptedRelay({"MAIL": [b"451 4.7.1 <x>: Sender address rejected: try later"]})

    (outcome,) = deliver(server, (COPY, MAIL))

    assert isinstance(outcome, Deferred)
    assert len(senders(server)) == 1


@pytest.mark.parametrize("path", [None, PLAIN], ids=["null", "plain"])
def test_other_return_addresses_are_tried_once(path: str | None):
    server = ScriptedRelay({"MAIL": [b"550 no"]})

    assert deliver(server, (replace(ITEM, reverse_path=path), MAIL)) == [Refused("550 no")]
    assert len(senders(server)) == 1


def test_the_signature_stands_in_no_reply_that_is_kept():
    server = ScriptedRelay({"RCPT": [b"550 5.7.1 <%b> may not write to this user" % SIGNED.encode()]})

    (outcome,) = deliver(server, (COPY, MAIL))

    assert outcome == Refused(f"550 5.7.1 <{PLAIN}> may not write to this user")
