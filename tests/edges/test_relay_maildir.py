"""The Maildir as the way out: durable, whole, and never twice."""

import asyncio
import mailbox
import os
import stat
from dataclasses import replace

import pytest

from daemon.edges.maildir_out import file_name
from daemon.edges.relay import RelayError, check_relay, open_relay
from daemon.edges.relay_settings import RelaySettings
from daemon.services.delivery import Deferred, Delivered, Refused
from tests.edges.relay_story import ITEM, MAIL

SETTINGS = RelaySettings(url="maildir:outgoing")


def deliver(folder, item=ITEM, **options):
    async def story():
        relay = open_relay(SETTINGS, folder)
        outcome = await relay.deliver(item, MAIL, **options)
        await relay.rest()
        await relay.close()
        return outcome

    return asyncio.run(story())


def laid_down(folder):
    return sorted((folder / "outgoing" / "new").iterdir())


def test_a_copy_lies_there_with_its_envelope(tmp_path):
    outcome = deliver(tmp_path, replace(ITEM, reverse_path=None))

    (file,) = laid_down(tmp_path)
    assert outcome == Delivered(f"250 laid into outgoing/new/{file.name}")
    assert file.read_bytes() == b"Return-Path: <>\r\nDelivered-To: cara@cust.test\r\n" + MAIL
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (read,) = mailbox.Maildir(tmp_path / "outgoing", create=False)
    assert read["To"] == "cara@cust.test"
    assert list((tmp_path / "outgoing" / "tmp").iterdir()) == []


def test_a_second_attempt_does_not_double(tmp_path):
    deliver(tmp_path)
    assert isinstance(deliver(tmp_path), Delivered)

    assert len(laid_down(tmp_path)) == 1


def test_a_copy_that_was_read_already_is_not_laid_down_again(tmp_path):
    deliver(tmp_path)
    (file,) = laid_down(tmp_path)
    file.rename(tmp_path / "outgoing" / "cur" / f"{file.name}:2,S")

    assert isinstance(deliver(tmp_path), Delivered)

    assert laid_down(tmp_path) == []


def test_what_a_killed_attempt_left_half_written_does_no_harm(tmp_path):
    open_relay(SETTINGS, tmp_path).prepare()
    (tmp_path / "outgoing" / "tmp" / f"{file_name(ITEM)}.{os.getpid()}").write_bytes(b"half a ma" * 999)

    deliver(tmp_path)

    (file,) = laid_down(tmp_path)
    assert file.read_bytes().endswith(MAIL)
    assert len(file.read_bytes()) < 500


def test_two_copies_never_share_a_name(tmp_path):
    deliver(tmp_path)
    deliver(tmp_path, replace(ITEM, message_id="<other@desk.test>"))
    deliver(tmp_path, replace(ITEM, id=43))

    assert len(laid_down(tmp_path)) == 3


def test_a_folder_that_cannot_be_made_is_transient(tmp_path):
    (tmp_path / "outgoing").write_text("a file")

    outcome = deliver(tmp_path)

    assert isinstance(outcome, Deferred)
    assert "outgoing" in outcome.reply


def test_an_address_that_is_none_is_refused(tmp_path):
    assert isinstance(deliver(tmp_path, replace(ITEM, recipient="a\r\nb@c.test")), Refused)
    assert laid_down(tmp_path) == []


def test_what_is_no_longer_ours_is_not_laid_down(tmp_path):
    assert isinstance(deliver(tmp_path, may_send=lambda: False), Deferred)
    assert not (tmp_path / "outgoing").exists()


def test_checking_says_whether_mail_can_be_laid_down(tmp_path):
    assert asyncio.run(check_relay(SETTINGS, tmp_path)) == f"{tmp_path}/outgoing can be written to"

    (tmp_path / "file").write_text("x")
    with pytest.raises(RelayError, match=r"relay\.url maildir:file"):
        asyncio.run(check_relay(RelaySettings(url="maildir:file"), tmp_path))
