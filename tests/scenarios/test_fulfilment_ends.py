"""Tasks answered without their address, and requests that are called off."""

import pytest

from daemon.desk.catalogue import Task
from daemon.desk.roster import DeskSettings
from tests.scenarios.desk import SUPPORT, reply
from tests.scenarios.fulfilment import (
    DESK,
    FAY,
    ORDER,
    TAKE_BACK,
    VIC,
    Opened,
    begun,
    cancelled,
    desks_opened,
    states,
    to,
)

__all__ = ["desks_opened"]

INSTALL_BESIDE = Task("install", "Install it", team="service-desk")


class TestWithoutTheAddress:
    @pytest.mark.parametrize("to_return_address", [False, True])
    def test_a_verified_reply_to_our_mail_counts_without_its_address(
        self, opened: Opened, *, to_return_address: bool
    ):
        desk = opened(ORDER)
        asked = to(begun(desk), "vic@vendor.test")
        address = asked.reverse_path if to_return_address else SUPPORT

        arrival = desk.mail_in(reply(asked, VIC, "done", address), auth_user="vic@vendor.test")

        assert arrival["disposition"] == "acted"
        assert states(desk) == {"order": "done"}

    def test_an_unproven_reply_to_our_mail_does_nothing(self, opened: Opened):
        desk = opened(ORDER)
        asked = to(begun(desk), "vic@vendor.test")

        arrival = desk.mail_in(reply(asked, VIC, "done", asked.reverse_path))

        assert arrival["disposition"] == "refused"
        assert states(desk) == {"order": "started"}

    def test_on_a_desk_without_sub_addresses_the_code_stands_in_the_words(self, opened: Opened):
        plain = DeskSettings(name="IT", address=SUPPORT, timezone="Europe/Berlin", sub_addressing=False)
        desk = opened(ORDER, settings=plain)
        asked = to(begun(desk), "vic@vendor.test")
        assert asked.reply_address == SUPPORT

        arrival = desk.mail_in(reply(asked, VIC, "done"))

        assert arrival["disposition"] == "acted"
        assert states(desk) == {"order": "done"}


class TestCalledOff:
    def test_whoever_has_a_task_is_told_and_an_answer_later_does_nothing(self, opened: Opened):
        desk = opened(ORDER, INSTALL_BESIDE)
        asked = to(begun(desk), "vic@vendor.test")

        out = cancelled(desk, "Cara has left")
        arrival = desk.mail_in(reply(asked, VIC, "done"))

        assert "Cara has left" in to(out, "vic@vendor.test", "task-told").text
        assert arrival["disposition"] == "refused"
        assert states(desk) == {"order": "skipped", "install": "skipped"}
        assert desk.ticket(1)["state"] == "in-fulfilment"

    def test_what_was_given_already_is_taken_back_at_once(self, opened: Opened):
        desk = opened(DESK, INSTALL_BESIDE, TAKE_BACK, ends="until")
        mails = begun(desk, {"model": "Strong 16", "until": "2024-06-30"})
        desk.mail_in(reply(to(mails, "fay@corp.test"), FAY, "done"))
        desk.mail_out()

        out = cancelled(desk, "Cara has left")

        assert "Fetch it" in to(out, "fay@corp.test").text
        assert states(desk) == {"desk": "done", "install": "skipped", "take-back": "started"}

    @pytest.mark.parametrize(("word", "then"), [("CANCEL", "started"), ("Please close this", "waiting")])
    def test_what_waits_for_its_end_is_taken_back_by_the_word_and_by_no_other(
        self, opened: Opened, word: str, then: str
    ):
        desk = opened(DESK, TAKE_BACK, ends="until")
        mails = begun(desk, {"model": "Strong 16", "until": "2024-06-30"})
        desk.mail_in(reply(to(mails, "fay@corp.test"), FAY, "done"))
        over = to(desk.mail_out(), "cara@corp.test", "request-told")
        assert (desk.ticket(1)["state"], states(desk)["take-back"]) == ("fulfilled", "waiting")

        desk.mail_in(reply(over, "Cara <cara@corp.test>", word))

        out = desk.mail_out()
        assert (desk.ticket(1)["state"], states(desk)["take-back"]) == ("closed", then)
        told = " ".join(to(out, "cara@corp.test", "ticket-closed").text.split())
        assert ("taken back now" in told) == (then == "started")
