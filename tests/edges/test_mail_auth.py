"""Our own check of SPF, DKIM and DMARC: real signatures, a DNS in a dictionary, and strangers' tricks."""

import base64
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from daemon.edges.dns_lookup import BudgetedDns, DnsTrouble
from daemon.edges.mail_auth import MailAuth, check_mail
from daemon.edges.mail_auth_dmarc import Identity, dmarc_result
from daemon.edges.mail_auth_spf import SpfResult, spf_result
from storage.records import Arrival
from storage.vocabulary import ArrivalState, Source
from tests.edges.signing import SELECTOR, DictDns, key_record, signed, world

NOON = datetime(2024, 1, 15, 12, tzinfo=UTC)
MAIL = b"From: Ann <ann@corp.test>\r\nTo: support@desk.test\r\nSubject: Printer\r\n\r\n#close\r\n"
GOOD_PEER, BAD_PEER = "192.0.2.1", "192.0.2.66"


def arrival(raw: bytes = MAIL, peer: str = BAD_PEER, reverse_path: str | None = "ann@corp.test") -> Arrival:
    return Arrival(
        id=1, source=Source.SMTP, source_key=None, state=ArrivalState.RECEIVED, received_at=NOON,
        raw_digest="", size_bytes=len(raw), full_size_bytes=len(raw), trace=b"", message_id="",
        reverse_path=reverse_path, null_reverse_path=not reverse_path, recipients=(), peer=peer,
        helo="mx.corp.test", auth_user=None, tls="", mailbox="", deaths=0, failures=0, disposition=None,
        reason="", evidence=(), ticket_number=None, settled_at=None, error="",
    )  # fmt: skip


def budgeted(records: dict[tuple[str, str], object] | None = None, seconds: float = 60) -> BudgetedDns:
    return BudgetedDns(DictDns(world() if records is None else records), time.monotonic() + seconds)


def checked(raw: bytes, records: dict[tuple[str, str], object] | None = None, **envelope: object):
    return check_mail(arrival(raw, **envelope), raw, budgeted(records))


def signatures(raw: bytes, records: dict[tuple[str, str], object] | None = None) -> list[str]:
    return [one.result for one in checked(raw, records).signatures]


class TestDmarc:
    @pytest.mark.parametrize(
        ("raw", "peer", "expected"),
        [
            pytest.param(signed(MAIL), BAD_PEER, "pass", id="signed"),
            pytest.param(MAIL, GOOD_PEER, "pass", id="spf"),
            pytest.param(MAIL, BAD_PEER, "fail", id="neither"),
            pytest.param(signed(MAIL).replace(b"#close", b"#reopen"), BAD_PEER, "fail", id="changed body"),
            pytest.param(signed(MAIL).replace(b"Printer", b"Ticket"), BAD_PEER, "fail", id="changed subject"),
            pytest.param(signed(MAIL, "list.test"), BAD_PEER, "fail", id="signed by a stranger"),
            pytest.param(
                signed(signed(MAIL), "list.test"), BAD_PEER, "pass", id="two signatures, ours below"
            ),
            pytest.param(signed(MAIL).replace(b"\r\n", b"\n"), BAD_PEER, "pass", id="bare LF"),
        ],
    )
    def test_result(self, raw, peer, expected):
        assert checked(raw, {**world(), **world("list.test")}, peer=peer).dmarc == expected

    def test_spf_of_another_domain_is_no_proof(self):
        found = checked(MAIL, {**world(), **world("evil.test")}, peer=GOOD_PEER, reverse_path="eve@evil.test")

        assert (found.spf.result, found.dmarc) == ("pass", "fail")

    def test_domain_without_a_policy_proves_nothing(self):
        records = {key: value for key, value in world().items() if not key[0].startswith("_dmarc")}

        assert checked(signed(MAIL), records).dmarc == "none"

    @pytest.mark.parametrize(
        "header",
        [
            b"From: ann@corp.test, bob@corp.test\r\n",
            b"From: ann@corp.test\r\nFrom: eve@evil.test\r\n",
            b"From: ann@corp.test <eve@evil.test>\r\n",
            b"From: Ann\r\n",
            b"Subject: nobody\r\n",
        ],
    )
    def test_who_names_nobody_cannot_be_checked(self, header):
        found = checked(header + b"\r\nhi\r\n", peer=GOOD_PEER)

        assert (found.author_domain, found.dmarc) == ("", "permerror")

    @pytest.mark.parametrize(
        "name", ["_dmarc.corp.test", "corp.test", f"{SELECTOR}._domainkey.corp.test"], ids=str
    )
    def test_trouble_in_the_dns_is_neither_pass_nor_fail(self, name):
        raw = signed(MAIL) if "_domainkey" in name else MAIL

        assert checked(raw, {**world(), (name, "TXT"): DnsTrouble}).dmarc == "temperror"

    def test_trouble_beside_a_pass_does_no_harm(self):
        records = {**world(), (f"{SELECTOR}._domainkey.corp.test", "TXT"): DnsTrouble}

        assert checked(signed(MAIL), records, peer=GOOD_PEER).dmarc == "pass"


SPF_PASS = Identity("corp.test", "pass")


class TestTree:
    """RFC 9989 s 4.10: organizational domains without a list of public suffixes."""

    def result(self, author: str, spf: str, **records: str) -> str:
        names = {(f"_dmarc.{name.replace('__', '.')}", "TXT"): text for name, text in records.items()}
        return dmarc_result(author, Identity(spf, "pass"), [], DictDns(names))

    @pytest.mark.parametrize(
        ("author", "spf", "records", "expected"),
        [
            ("corp.test", "corp.test", {"corp__test": "v=DMARC1; p=none"}, "pass"),
            ("corp.test", "corp.test", {"corp__test": "v=DMARC1"}, "pass"),
            ("mail.corp.test", "corp.test", {"corp__test": "v=DMARC1"}, "pass"),
            ("corp.test", "mail.corp.test", {"corp__test": "v=DMARC1"}, "pass"),
            ("a.corp.test", "b.corp.test", {"corp__test": "v=DMARC1; aspf=r"}, "pass"),
            ("a.corp.test", "corp.test", {"corp__test": "v=DMARC1; aspf=s"}, "fail"),
            ("corp.test", "corp.test", {"corp__test": "v=DMARC1; aspf=s"}, "pass"),
            ("corp.test", "evil.test", {"corp__test": "v=DMARC1"}, "fail"),
            ("corp.test", "evil.test", {"corp__test": "v=DMARC1", "test": "v=DMARC1; psd=y"}, "fail"),
            ("a.corp.test", "corp.test", {"test": "v=DMARC1; psd=y"}, "pass"),
            ("corp.test", "evilcorp.test", {"corp__test": "v=DMARC1", "evilcorp__test": "v=DMARC1"}, "fail"),
            (
                "a.corp.test",
                "b.corp.test",
                {"a__corp__test": "v=DMARC1; psd=n", "corp__test": "v=DMARC1"},
                "fail",
            ),
            (
                "corp.test",
                "a.corp.test",
                {"corp__test": "v=DMARC1; psd=y", "a__corp__test": "v=DMARC1"},
                "fail",
            ),
            ("corp.test", "corp.test", {"corp__test": "v=DMARC1; psd=y"}, "pass"),
            ("corp.test", "corp.test", {}, "none"),
            ("corp.test", "corp.test", {"corp__test": "v=DMARC2; p=none"}, "none"),
            ("corp.test", "corp.test", {"corp__test": "p=none; v=DMARC1"}, "none"),
        ],
    )
    def test_alignment(self, author, spf, records, expected):
        assert self.result(author, spf, **records) == expected

    def test_several_records_count_as_none(self):
        dns = DictDns({("_dmarc.corp.test", "TXT"): ("v=DMARC1; p=none", "v=DMARC1; p=reject")})

        assert dmarc_result("corp.test", SPF_PASS, [], dns) == "none"

    def test_a_deep_name_is_walked_in_eight_questions(self):
        dns = DictDns()
        deep = ".".join(["x"] * 60) + ".corp.test"

        assert dmarc_result(deep, SPF_PASS, [], dns) == "none"
        assert [name for name, _ in dns.asked] == [
            f"_dmarc.{deep}",
            *("_dmarc." + "x." * count + "corp.test" for count in (5, 4, 3, 2, 1, 0)),
            "_dmarc.test",
        ]


class PassesForFrom(bytes):
    """The name of a field that says once that it is From: dkimpy signs nothing without that one."""

    __slots__ = ()
    passed: ClassVar[set[bytes]] = set()

    def lower(self) -> "PassesForFrom":
        return self

    def __eq__(self, other: object) -> bool:
        if other == b"from" and not self.passed:
            self.passed.add(bytes(self))
            return True
        return bytes(self) == other

    def __hash__(self) -> int:
        return hash(bytes(self))


class TestSignatures:
    def test_part_of_the_body_is_no_proof(self):
        raw = signed(MAIL, length=True) + b"appended\r\n"
        found = checked(raw)

        assert ([one.result for one in found.signatures], found.dmarc) == (["policy"], "permerror")

    def test_signature_that_leaves_out_from_is_no_proof(self):
        raw = signed(MAIL, include_headers=[PassesForFrom(b"subject"), b"to"])
        forged = raw.replace(b"From: Ann <ann@corp.test>", b"From: cfo@corp.test")

        assert (signatures(raw), signatures(forged)) == (["policy"], ["policy"])

    @pytest.mark.parametrize("extra", [b"Subject: Close it", b"To: eve@evil.test"])
    def test_company_of_a_signed_field_is_no_proof(self, extra):
        raw = signed(MAIL)
        top = raw.index(b"From: Ann")
        changed = raw[:top] + extra + b"\r\n" + raw[top:]

        assert checked(changed).dmarc != "pass"

    def test_second_from_is_no_proof(self):
        raw = b"From: eve@evil.test\r\n" + signed(MAIL)

        assert (signatures(raw), checked(raw).author_domain) == (["permerror"], "")

    @pytest.mark.parametrize(
        "forged",
        [
            pytest.param(b"From: ann@corp.test\r\r#close\r\n", id="bare CR ends the header for us"),
            pytest.param(b"From : ann@corp.test\r\n", id="blank before the colon"),
            pytest.param(b" From: ann@corp.test\r\n", id="folded first line"),
            pytest.param(b"From: ann@corp.test\r\n\x00: x\r\n", id="NUL"),
            pytest.param(b"x" * 300_000 + b": y\r\n", id="longer than we read"),
        ],
    )
    def test_header_that_two_readers_read_differently_is_no_proof(self, forged):
        assert signatures(forged + signed(MAIL)) != ["pass"]

    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(MAIL.replace(b"\r\n\r\n", b"\r\nno blank line above\r\n"), id="no blank line"),
            pytest.param(MAIL.replace(b"To:", b"X: y\r\n" * 1_100 + b"To:"), id="more fields than we read"),
        ],
    )
    def test_where_the_header_ends_for_us_but_not_for_dkimpy_nothing_is_proven(self, raw):
        field = signed(MAIL).partition(b"From: Ann")[0]

        assert signatures(field + raw) == ["permerror"]

    def test_five_signatures_are_verified(self):
        raw = MAIL
        for _ in range(7):
            raw = signed(raw)

        assert signatures(raw) == ["pass"] * 5

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            ((), "fail"),
            ("v=DKIM1; p=", "fail"),
            ("v=DKIM1; p=!!!", "fail"),
            ("garbage", "fail"),
            ("v=DKIM1; k=ed25519; p=" + base64.b64encode(b"k" * 32).decode(), "fail"),
            ("v=DKIM1; p=" + "A" * 60_000, "fail"),
            (("v=DKIM1; p=", "v=DKIM1; p="), "fail"),
            (DnsTrouble, "temperror"),
        ],
        ids=["missing", "revoked", "no base64", "no tags", "other kind", "huge", "two", "trouble"],
    )
    def test_bad_keys(self, record, expected):
        assert signatures(signed(MAIL), {(f"{SELECTOR}._domainkey.corp.test", "TXT"): record}) == [expected]

    def test_weak_keys_and_old_hashes_prove_nothing(self):
        weak = {(f"{SELECTOR}._domainkey.corp.test", "TXT"): key_record(512)}

        assert signatures(signed(MAIL, bits=512), weak) == ["fail"]
        assert signatures(signed(MAIL, signature_algorithm=b"rsa-sha1")) == ["policy"]

    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(signed(MAIL) + b" " * 3_000_000, id="a line of blanks"),
            pytest.param(b"DKIM-Signature: b=" + b" " * 60_000 + b"!\r\n" + MAIL, id="blanks in a signature"),
            pytest.param(b"DKIM-Signature: v=1; h=" + b":" * 4_000 + b"\r\n" + MAIL, id="many names"),
            pytest.param(b"DKIM-Signature:\r\n" * 900 + MAIL, id="many signatures"),
        ],
    )
    def test_no_mail_makes_much_work(self, raw):
        began = time.process_time()

        assert "pass" not in signatures(raw)
        assert time.process_time() - began < 5


class TestSpf:
    def result(self, record: object, peer: str = GOOD_PEER, path: str = "ann@corp.test", **more: object):
        names = {tuple(name.split("/")): value for name, value in more.items()}
        return spf_result(peer, path, "mx.corp.test", budgeted({("corp.test", "TXT"): record, **names}))

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            ("v=spf1 ip4:192.0.2.1 -all", "pass"),
            ("v=spf1 -all", "fail"),
            ("v=spf1 ~all", "softfail"),
            ("v=spf1 ?all", "neutral"),
            ((), "none"),
            ("v=spf1 nonsense -all", "permerror"),
            (("v=spf1 -all", "v=spf1 +all"), "permerror"),
            ("v=spf1 include:corp.test -all", "permerror"),
            ("v=spf1 exists:%{l}.%{d}. ip4:192.0.2.300 -all", "permerror"),
            ("v=spf1 \xff -all", "permerror"),
            (DnsTrouble, "temperror"),
        ],
        ids=str,
    )
    def test_record(self, record, expected):
        assert self.result(record).result == expected

    def test_mechanisms_ask_our_dns(self):
        names = {
            "mail.corp.test/A": "192.0.2.1",
            "corp.test/MX": ("10 mail.corp.test",),
            "1.2.0.192.in-addr.arpa/PTR": "mail.corp.test",
        }

        for mechanism in ("a:mail.corp.test", "mx", "ptr", "exists:mail.%{d}"):
            assert self.result(f"v=spf1 {mechanism} -all", **names).result == "pass"
        six = {"mail.corp.test/AAAA": "2001:db8::1"}
        assert self.result("v=spf1 a:mail.corp.test -all", "2001:db8::1", **six).result == "pass"

    def test_three_questions_without_an_answer_end_it(self):
        assert self.result("v=spf1 a:x.test a:y.test a:z.test a:w.test +all").result == "permerror"

    def test_null_reverse_path_is_checked_by_helo(self):
        dns = budgeted({("mx.corp.test", "TXT"): "v=spf1 ip4:192.0.2.1 -all"})

        assert spf_result(GOOD_PEER, "", "MX.corp.test", dns) == SpfResult(
            "pass", "mx.corp.test", of_helo=True
        )
        assert spf_result(GOOD_PEER, "", "[192.0.2.1]", dns) == SpfResult("none", "", of_helo=True)

    def test_this_machine_has_no_address_that_a_record_could_name(self):
        assert self.result("v=spf1 +all", "127.0.0.1").result == "none"

    def test_domain_is_that_behind_the_last_at(self):
        records = {("evil.test", "TXT"): "v=spf1 +all", ("corp.test", "TXT"): "v=spf1 -all"}

        assert spf_result(GOOD_PEER, '"x@evil.test"@corp.test', "h.test", budgeted(records)) == SpfResult(
            "fail", "corp.test"
        )


class TestField:
    def field(self, raw: bytes, dns: object, seconds: float = 60.0, **envelope: object) -> str:
        auth = MailAuth("desk.test", dns, budget_seconds=seconds)
        try:
            return auth.begin(arrival(raw, **envelope), raw).result(10).decode()
        finally:
            auth.close()

    def test_everything_is_told_dmarc_first(self):
        assert self.field(signed(MAIL), DictDns(world()), peer=GOOD_PEER) == (
            "Authentication-Results: desk.test;\r\n"
            "\tdmarc=pass header.from=corp.test;\r\n"
            "\tspf=pass smtp.mailfrom=corp.test;\r\n"
            "\tdkim=pass header.d=corp.test\r\n"
        )

    def test_strangers_words_cannot_leave_their_place(self):
        raw = b"DKIM-Signature: v=1; d=x(\x01; dmarc=pass; s=s; h=from; bh=x; b=x; a=rsa-sha256\r\n" + MAIL

        assert self.field(raw, DictDns(world()), reverse_path='"a;dmarc=pass"@[x;y]') == (
            "Authentication-Results: desk.test;\r\n"
            "\tdmarc=fail header.from=corp.test;\r\n"
            "\tspf=none;\r\n"
            "\tdkim=fail\r\n"
        )

    def test_time_that_is_over_is_trouble(self):
        assert "dmarc=temperror" in self.field(MAIL, DictDns(world()), seconds=-1.0)

    def test_questions_are_counted(self):
        dns = replace(budgeted(), questions=2)
        raw = signed(MAIL, "a.test")

        assert check_mail(arrival(raw), raw, dns).dmarc == "temperror"

    def test_a_check_that_breaks_is_trouble_and_no_more(self, caplog):
        class Broken:
            def lookup(self, name: str, kind: str) -> tuple[str, ...]:
                raise RuntimeError(name + kind)

        assert "dmarc=temperror;" in self.field(MAIL, Broken())
        assert "arrival 1 could not be checked" in caplog.text
