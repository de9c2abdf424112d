"""Who a mail is from, where no server in front has checked it: the desk's own SPF, DKIM and DMARC."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daemon.desk.trust_settings import TrustSettings
from daemon.edges.dns_lookup import DnsTrouble
from daemon.edges.mail_auth import MailAuth
from storage import arrivals
from storage.database import Database
from storage.records import Arrival, Incoming
from storage.vocabulary import Source
from tests.edges.signing import DictDns, signed, world
from tests.scenarios.desk import StoryDesk
from tests.scenarios.relayed import (
    BY_ANN,
    CORP_PASS,
    FORGED,
    HOP,
    RELAY,
    arrive,
    assert_no_power,
    raw,
    said_of_author,
    story,
)


class TestOwnCheck:
    """Mail that came straight to the listener, checked by the desk itself."""

    @pytest.fixture
    def checking(self, database: Database, now: Any) -> Iterator[Callable[..., StoryDesk]]:
        ended: list[Callable[[], None]] = []

        def make(records: dict[tuple[str, str], object], trust: TrustSettings | None = None) -> StoryDesk:
            auth = MailAuth("desk.test", DictDns(records))
            desk = story(database, now, trust or TrustSettings(check="auto"))
            desk.intake = replace(desk.intake, authenticator=auth)
            ended.extend([desk.close, auth.close])
            return desk

        yield make
        for end in ended:
            end()

    def test_signed_command_of_an_agent_is_done(self, checking: Callable[..., StoryDesk]):
        desk = checking(world())
        row = arrive(desk, signed(BY_ANN), "203.0.113.9")

        assert row["disposition"] == "acted"
        assert said_of_author(row) == "author ann@corp.test: verified (dmarc=pass by desk.test)"

    def test_result_is_kept_above_the_message(self, checking: Callable[..., StoryDesk]):
        desk = checking(world())
        trace = b"Return-Path: <x@x.test>\r\n" + HOP
        row = arrive(desk, signed(BY_ANN), "203.0.113.9", trace=trace)

        with desk.database.read():
            kept = arrivals.get(row["id"]).trace
        assert kept == (
            b"Authentication-Results: desk.test;\r\n\tdmarc=pass header.from=corp.test;\r\n"
            b"\tspf=none smtp.mailfrom=x.test;\r\n\tdkim=pass header.d=corp.test\r\n" + trace
        )

    @pytest.mark.parametrize(
        ("content", "records", "trust"),
        [
            pytest.param(BY_ANN, world(), "failed (dmarc=fail", id="not signed"),
            pytest.param(
                signed(BY_ANN, "evil.test"), {**world(), **world("evil.test")}, "failed", id="by eve"
            ),
            pytest.param(signed(BY_ANN), {}, "unverified (dmarc=none", id="no policy"),
            pytest.param(
                signed(BY_ANN),
                {**world(), ("_dmarc.corp.test", "TXT"): DnsTrouble},
                "unverified (dmarc=temperror",
                id="no answer",
            ),
            pytest.param(FORGED + BY_ANN, world(), "failed (dmarc=fail by desk.test", id="forged result"),
        ],
    )
    def test_without_a_pass_there_is_no_power(
        self, checking: Callable[..., StoryDesk], content: bytes, records: Any, trust: str
    ):
        desk = checking(records)
        row = arrive(desk, content, "203.0.113.9")

        assert_no_power(desk, row)
        assert said_of_author(row).startswith(f"author ann@corp.test: {trust}")

    def test_mail_of_the_trusted_relay_is_not_checked_again(self, checking: Callable[..., StoryDesk]):
        desk = checking({}, TrustSettings(authserv_id="mx.corp.test", trusted_peers=(RELAY,), check="auto"))
        row = arrive(desk, CORP_PASS + HOP + BY_ANN)

        assert said_of_author(row) == "author ann@corp.test: verified (dmarc=pass by mx.corp.test)"

    def test_a_check_is_made_once_even_where_the_message_has_to_wait(self, database: Database, now: Any):
        class Counting:
            begun = 0

            def begin(self, _arrival: Arrival, _raw: bytes) -> "Future[bytes]":
                self.begun += 1
                done: Future[bytes] = Future()
                done.set_result(b"Authentication-Results: desk.test; dmarc=pass header.from=corp.test\r\n")
                return done

        counting = Counting()
        desk = story(database, now, TrustSettings(check="auto"))
        desk.intake = replace(desk.intake, authenticator=counting)
        question = raw(b"From: dan@cust2.test\r\nReferences: <x@x.test>", "Screen")
        earlier = desk.ledger.submit(Incoming(source=Source.IMAP, raw=question, received_at=now)).result(10)
        with desk.database.write():
            question_id = arrivals.get(earlier.arrival_id).message_id
            arrivals.postpone(earlier.arrival_id, now + timedelta(seconds=90))
        waiting = raw(f"In-Reply-To: {question_id}\r\nFrom: ann@corp.test".encode(), text="#take\n")
        row = arrive(desk, waiting, "203.0.113.9")
        assert row["disposition"] is None
        desk.advance(minutes=2)
        while desk.intake.run_once():
            pass
        desk.close()

        with desk.database.read():
            settled = arrivals.get(row["id"])
        assert counting.begun == 1
        assert "author ann@corp.test: verified (dmarc=pass by desk.test)" in settled.evidence
