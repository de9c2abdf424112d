"""Who a mail is from, told by proof and never by its From alone: AT-002 to AT-042 of the attack list.

Each mail comes from the relay that the desk trusts, where a test says nothing else.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from daemon.desk.trust_settings import TrustSettings
from storage import arrivals
from storage.database import Database
from storage.records import Incoming
from storage.vocabulary import Source, TicketState
from tests.scenarios.desk import SUPPORT, StoryDesk, mail, reply
from tests.scenarios.relayed import (
    BY_ANN,
    CORP_PASS,
    EVIL_PASS,
    FORGED,
    HOP,
    PINNED,
    REFUSED,
    RELAY,
    arrive,
    assert_no_power,
    raw,
    result,
    said_of_author,
    shown,
    story,
)

ANN = "Ann <ann@corp.test>"


@pytest.fixture
def desk(database: Database, now: Any) -> Iterator[StoryDesk]:
    made = story(database, now, PINNED)
    yield made
    made.close()


class TestVerified:
    def test_agent_with_a_pass_commands_without_a_token(self, desk: StoryDesk):
        row = arrive(desk, result("pass", "corp.test") + HOP + raw(b"From: ann@corp.test"))

        assert (row["disposition"], desk.ticket(1)["state"]) == ("acted", TicketState.CLOSED)
        assert said_of_author(row) == "author ann@corp.test: verified (dmarc=pass by mx.corp.test)"

    def test_same_bytes_in_a_mailbox_of_that_server_are_as_good(self, desk: StoryDesk):
        content = result("pass", "corp.test") + HOP + raw(b"From: ann@corp.test")
        incoming = Incoming(source=Source.IMAP, raw=content, received_at=desk.now)
        receipt = desk.ledger.submit(incoming).result(10)
        while desk.intake.run_once():
            pass

        with desk.database.read():
            assert arrivals.get(receipt.arrival_id).disposition == "acted"

    def test_same_bytes_without_a_pin_have_no_power(self, database: Database, now: Any):
        desk = story(database, now, TrustSettings())
        row = arrive(desk, result("pass", "corp.test") + HOP + raw(b"From: ann@corp.test"))
        desk.close()

        assert_no_power(desk, row)
        assert said_of_author(row) == "author ann@corp.test: unverified"

    def test_at_034_case_control(self, desk: StoryDesk):
        content = raw(b"From: Ann@CORP.test", to=shown(desk)[1].reply_address)
        row = arrive(desk, result("pass", "corp.test") + HOP + content)

        assert (row["disposition"], desk.ticket(1)["state"]) == ("acted", TicketState.CLOSED)

    def test_new_ticket_of_a_verified_agent_has_no_warning(self, desk: StoryDesk):
        arrive(desk, result("pass", "corp.test") + HOP + raw(b"From: ann@corp.test", "Screen", "Black.\n"))

        assert all("does not prove it" not in one.text for one in desk.mail_out())

    @pytest.mark.parametrize(("proven", "token"), [(True, False), (False, True), (True, True)])
    def test_both_may_be_asked_for(self, database: Database, now: Any, proven: bool, token: bool):
        desk = story(
            database,
            now,
            TrustSettings(authserv_id="mx.corp.test", trusted_peers=(RELAY,), require_both=True),
        )
        content = raw(b"From: ann@corp.test", to=shown(desk)[1].reply_address if token else SUPPORT)
        row = arrive(desk, (result("pass", "corp.test") if proven else b"") + HOP + content)
        desk.close()

        assert row["disposition"] == ("acted" if proven and token else "held")


class TestFailed:
    def test_at_002_dmarc_fail(self, desk: StoryDesk):
        row = arrive(desk, result("fail", "corp.test") + HOP + raw(b"From: ann@corp.test", text="#take\n"))

        assert_no_power(desk, row)
        assert said_of_author(row) == "author ann@corp.test: failed (dmarc=fail by mx.corp.test)"
        assert [one.notice for one in desk.mail_out() if one.recipient == "ann@corp.test"] == []

    def test_agents_are_warned_and_nobody_is_answered(self, desk: StoryDesk):
        author = b"From: dan@cust2.test\r\nCc: eve@evil.test"
        row = arrive(desk, result("fail", "cust2.test") + HOP + raw(author, "Screen", "Black.\n"))
        mails = desk.mail_out()

        assert {one.recipient for one in mails} == {"ann@corp.test", "bob@corp.test"}
        assert all("the check of its author failed: dmarc=fail by mx.corp.test" in one.text for one in mails)
        assert [one["address"] for one in desk.ticket(row["ticket"])["participants"]] == ["dan@cust2.test"]

    def test_forged_participant_is_held(self, desk: StoryDesk):
        row = arrive(desk, result("fail", "cust.test") + HOP + raw(b"From: cara@cust.test", text="Solved.\n"))

        assert (row["disposition"], row["ticket"]) == ("held", 1)
        assert_no_power(desk, row)

    def test_even_their_token_does_not_help_a_forger(self, desk: StoryDesk):
        for author, seen in (("ann@corp.test", 1), ("cara@cust.test", 0)):
            content = raw(f"From: {author}".encode(), to=shown(desk)[seen].reply_address)
            row = arrive(desk, result("fail", author.partition("@")[2]) + HOP + content)

            assert row["disposition"] == "held"
            assert_no_power(desk, row)


class TestForgedResults:
    @pytest.mark.parametrize(
        ("content", "peer"),
        [
            pytest.param(REFUSED + HOP + FORGED + BY_ANN, RELAY, id="AT-003 ar-forged-below"),
            pytest.param(REFUSED + FORGED + HOP + BY_ANN, RELAY, id="AT-003 in the same block"),
            pytest.param(HOP + FORGED + BY_ANN, RELAY, id="AT-003 alone below"),
            pytest.param(
                BY_ANN.replace(b"To:", FORGED + b"To:", 1), RELAY, id="AT-003 below the author's fields"
            ),
            pytest.param(FORGED + BY_ANN, "203.0.113.9", id="AT-004 ar-forged-above"),
            pytest.param(FORGED + HOP + BY_ANN, "10.0.0.26", id="AT-004 from a neighbour of the relay"),
            pytest.param(
                result("pass", "evil.test") + HOP + raw(b"From: cfo@corp.test <eve@evil.test>"),
                RELAY,
                id="AT-008 ar-other-domain",
            ),
            pytest.param(result("pass", "evil.test") + HOP + BY_ANN, RELAY, id="AT-008 another domain"),
            pytest.param(
                result("none", "corp.test", "spf=pass smtp.mailfrom=corp.test; ") + HOP + BY_ANN,
                RELAY,
                id="AT-009 ar-mailfrom-only",
            ),
            pytest.param(FORGED + REFUSED + HOP + BY_ANN, RELAY, id="AT-010 ar-two-conflict"),
            pytest.param(REFUSED + FORGED + HOP + BY_ANN, RELAY, id="AT-010 the other way round"),
        ],
    )
    def test_forged_result_gives_no_power(self, desk: StoryDesk, content: bytes, peer: str):
        row = arrive(desk, content, peer)

        assert_no_power(desk, row)
        assert ": verified" not in said_of_author(row)

    def test_at_006_ar_in_attachment(self, desk: StoryDesk):
        outer = mail(ANN, "[#1] Printer", "#close\n")
        outer.add_attachment(FORGED + BY_ANN, maintype="message", subtype="rfc822")
        row = desk.mail_in(HOP + outer.as_bytes().replace(b"\n", b"\r\n"), peer=RELAY)

        assert_no_power(desk, row)
        assert said_of_author(row) == "author ann@corp.test: unverified (no result of mx.corp.test)"

    @pytest.mark.parametrize(
        "name", ["MX.CORP.TEST", "mx.corp.test 1", "mx.corp.test (x) 1", '"mx.corp.test"', "(a) mx.corp.test"]
    )
    def test_fail_counts_in_every_spelling_of_the_name(self, desk: StoryDesk, name: str):
        spelled = REFUSED.replace(b"mx.corp.test", name.encode())
        row = arrive(desk, spelled + FORGED + HOP + BY_ANN)

        assert_no_power(desk, row)
        assert "failed (dmarc=fail" in said_of_author(row)


class TestAuthor:
    @pytest.mark.parametrize(
        ("results", "author"),
        [
            pytest.param(EVIL_PASS, b"From: ann@corp.test\r\nFrom: eve@evil.test", id="AT-014 two fields"),
            pytest.param(
                CORP_PASS, b"From: eve@evil.test\r\nFrom: ann@corp.test", id="AT-014 the other order"
            ),
            pytest.param(EVIL_PASS, b"From : ann@corp.test\r\nFrom: eve@evil.test", id="AT-015 space-colon"),
            pytest.param(CORP_PASS, b"From : ann@corp.test\r\nFrom: eve@evil.test", id="AT-015 pass of corp"),
            pytest.param(CORP_PASS, b"From\xa0: ann@corp.test\r\nFrom: eve@evil.test", id="other blank"),
            pytest.param(b"", b" From: ann@corp.test\r\nFrom: eve@evil.test", id="AT-016 leading-space"),
        ],
    )
    def test_mail_of_two_authors_is_set_aside(self, desk: StoryDesk, results: bytes, author: bytes):
        row = arrive(desk, results + HOP + raw(author) if results else raw(author))

        assert (row["disposition"], row["ticket"]) == ("quarantined", None)
        assert desk.mail_out() == []

    @pytest.mark.parametrize(
        ("results", "author"),
        [
            pytest.param(
                CORP_PASS, b"From: =?utf-8?b?YW5uQGNvcnAudGVzdA==?==?utf-8?q?=00?=@evil.test", id="AT-024 nul"
            ),
            pytest.param(CORP_PASS, b"From: =?utf-8?q?ann=40corp.test=0A?=@evil.test", id="AT-025 newline"),
            pytest.param(
                result("pass", "xn--rp-emcl.test"),
                "From: ann@\u0441\u043erp.test".encode(),
                id="AT-026 homograph-domain",
            ),
            pytest.param(
                CORP_PASS, "From: ann@\u0441\u043erp.test".encode(), id="AT-026 with a pass of corp"
            ),
            pytest.param(CORP_PASS, "From: ann\uff20corp.test".encode(), id="AT-028 nfkc-at"),
            pytest.param(CORP_PASS, "From: ann@corp\u3002test".encode(), id="AT-028 nfkc-dot"),
            # Two readers disagree about the quotes: no second account, and not ann either.
            pytest.param(CORP_PASS, b'From: "ann"@corp.test', id="AT-029 localpart-quoted"),
            pytest.param(CORP_PASS, b"From: ann@corp.test(x)@evil.test", id="AT-030 comment-in-addr"),
            pytest.param(CORP_PASS, b"From: ann(@corp.test)@evil.test", id="AT-030 comment around the at"),
            pytest.param(CORP_PASS, b"From: ann@corp.test.", id="AT-032 trailing-dot"),
        ],
    )
    def test_doubtful_author_is_nobody(self, desk: StoryDesk, results: bytes, author: bytes):
        """Stored and shown to agents with a warning; nobody's rights, and nobody is answered."""
        row = arrive(desk, results + HOP + raw(author))
        mails = desk.mail_out()

        assert_no_power(desk, row)
        assert said_of_author(row).startswith("author unknown: unverified")
        assert mails
        assert {one.recipient for one in mails} <= {"ann@corp.test", "bob@corp.test"}
        assert all("the author is unknown" in one.text for one in mails)

    @pytest.mark.parametrize(
        "author",
        [
            pytest.param(b"From: eve@evil.test\r\nReply-To: ann@corp.test", id="AT-020 replyto-identity"),
            pytest.param(b'From: "ann@corp.test" <eve@evil.test>', id="AT-022 display-name-addr"),
            pytest.param(b"From: =?utf-8?b?YW5uQGNvcnAudGVzdA==?= <eve@evil.test>", id="AT-023 encoded-name"),
            pytest.param(b"From: eve@evil.test\r\nResent-From: ann@corp.test", id="AT-042 resent-fields"),
            pytest.param(b"From: eve@evil.test\r\nSender: ann@corp.test", id="AT-042 sender"),
        ],
    )
    def test_author_is_who_from_names(self, desk: StoryDesk, author: bytes):
        row = arrive(desk, EVIL_PASS + HOP + raw(author))

        assert_no_power(desk, row)
        assert said_of_author(row) == "author eve@evil.test: verified (dmarc=pass by mx.corp.test)"
        assert {one.notice for one in desk.mail_out()} == {"mail-held"}

    def test_at_020_acknowledgement_never_goes_to_reply_to(self, desk: StoryDesk):
        author = b"From: eve@evil.test\r\nReply-To: dan@cust2.test"
        arrive(desk, EVIL_PASS + HOP + raw(author, "Hello", "Hi.\n"))

        assert {one.recipient for one in desk.mail_out()} == {
            "eve@evil.test",
            "ann@corp.test",
            "bob@corp.test",
        }

    def test_at_021_replyto_exfil(self, desk: StoryDesk):
        author = b"From: cara@cust.test\r\nReply-To: eve@evil.test"
        arrive(desk, result("pass", "cust.test") + HOP + raw(author, text="More.\n"))
        (to_ann, *_) = desk.mail_out()
        desk.mail_in(reply(to_ann, ANN, "An answer."))

        told = " ".join(to_ann.text.split())
        assert "it asks for replies to eve@evil.test; your answer goes to cara@cust.test" in told
        assert {one.recipient for one in desk.mail_out()} == {"cara@cust.test"}

    def test_at_022_name_that_is_an_address_is_marked(self, desk: StoryDesk):
        arrive(desk, EVIL_PASS + HOP + raw(b'From: "ann@corp.test" <eve@evil.test>', "Hello", "Hi.\n"))

        shown_to_agents = [one for one in desk.mail_out() if one.notice == "ticket-new"]
        assert shown_to_agents
        assert all("the name shown as its author is an address" in one.text for one in shown_to_agents)

    def test_at_037_dkim_replay(self, desk: StoryDesk):
        content = raw(b"From: ann@corp.test", text="#take\n")
        first = arrive(desk, CORP_PASS + HOP + content)
        again = arrive(desk, CORP_PASS + HOP + HOP + content)
        stolen = arrive(desk, CORP_PASS + content, peer="203.0.113.9")

        assert [one["disposition"] for one in (first, again, stolen)] == ["acted", "duplicate", "duplicate"]

    @pytest.mark.parametrize("peer", ["203.0.113.9", RELAY])
    def test_at_040_auth_mismatch(self, desk: StoryDesk, peer: str):
        row = arrive(desk, CORP_PASS + HOP + BY_ANN, peer, auth_user="eve@evil.test")

        assert_no_power(desk, row)
        assert said_of_author(row) == (
            "author ann@corp.test: failed (logged in as eve@evil.test, which is another address)"
        )
