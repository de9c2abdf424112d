"""Mailboxes in header fields, and the doubts that take an identity away."""

import pytest

from daemon.mail.addresses import disguise_of, parse_addresses, spec_defects
from daemon.mail.message import Mailbox
from daemon.mail.parse import parse

GOOD = {
    "bare": ("ann@corp.test", Mailbox("ann@corp.test")),
    "brackets": ("<ann@corp.test>", Mailbox("ann@corp.test")),
    "name": ("Ann Lee <ann@corp.test>", Mailbox("ann@corp.test", "Ann Lee")),
    "quoted name": ('"Lee, Ann" <ann@corp.test>', Mailbox("ann@corp.test", "Lee, Ann")),
    "escaped quote": (r'"Ann \"A\" Lee" <ann@corp.test>', Mailbox("ann@corp.test", 'Ann "A" Lee')),
    "comment name": ("ann@corp.test (Ann Lee)", Mailbox("ann@corp.test", "Ann Lee")),
    "nested comment": ("ann@corp.test (Ann (IT) Lee)", Mailbox("ann@corp.test", "Ann (IT) Lee")),
    "encoded name": ("=?utf-8?q?J=C3=B6rg?= <j@corp.test>", Mailbox("j@corp.test", "Jörg")),
    "encoded in quotes": ('"=?utf-8?q?J=C3=B6rg?=" <j@corp.test>', Mailbox("j@corp.test", "Jörg")),
    "raw utf-8 name": ("Jörg <j@corp.test>", Mailbox("j@corp.test", "Jörg")),
    "apostrophes": ("'Ann Lee' <ann@corp.test>", Mailbox("ann@corp.test", "Ann Lee")),
    "plus": ("ann+it@corp.test", Mailbox("ann+it@corp.test")),
    "same in name": ("ann@corp.test <ann@corp.test>", Mailbox("ann@corp.test", "ann@corp.test")),
    "address in quotes": ('"ann@corp.test" <eve@evil.test>', Mailbox("eve@evil.test", "ann@corp.test")),
    "address in word": (
        "=?utf-8?b?YW5uQGNvcnAudGVzdA==?= <eve@evil.test>",
        Mailbox("eve@evil.test", "ann@corp.test"),
    ),
    "quoted local part that needs none": ('"ann"@corp.test', Mailbox("ann@corp.test")),
    "quoted local part": ('<"ann lee"@corp.test>', Mailbox('"ann lee"@corp.test')),
    "comma in name": ("Lee, Ann <ann@corp.test>", Mailbox("ann@corp.test", "Lee, Ann")),
    "unicode domain": ("Ann <ann@bücher.test>", Mailbox("ann@bücher.test", "Ann")),
}


@pytest.mark.parametrize(("text", "mailbox"), GOOD.values(), ids=GOOD)
def test_sound_address_is_read_without_defect(text, mailbox):
    assert parse_addresses(text.encode()) == ((mailbox,), [])


DOUBTFUL = {
    "address as name": ("boss@corp.test <a@evil.test>", "a@evil.test", "display name without quotes"),
    "two brackets": ("<a@evil.test>:<boss@corp.test>", "a@evil.test", "group syntax"),
    "two brackets in a row": ("Boss <a@evil.test> <boss@corp.test>", "boss@corp.test", "several bracketed"),
    "group": ("Boss: boss@corp.test, a@evil.test;", "boss@corp.test", "group syntax"),
    "route": ("<@evil.test:boss@corp.test>", "boss@corp.test", "route"),
    "word as local part": ("=?utf-8?q?ann=40corp.test?=@evil.test", "", "outside an encoded"),
    "word in brackets": (
        "<=?utf-8?q?ann?=@evil.test>",
        "=?utf-8?q?ann?=@evil.test",
        "encoded word stands inside",
    ),
    "fullwidth at": ("ann\uff20corp.test", "ann\uff20corp.test", "no domain"),
    "ideographic stop": ("<ann@corp\u3002test>", "ann@corp\u3002test", "imitate"),
    "homograph": ("<ann@\u0441\u043erp.test>", "ann@\u0441\u043erp.test", "mixes scripts"),
    "comment in the middle": ("ann@corp.test(x)@evil.test", "ann@corp.test@evil.test", "several @"),
    "comment hides an at": ("ann(@corp.test)@evil.test", "ann@evil.test", "comment stands inside"),
    "comment in brackets": ("<ann@corp(x).test>", "ann@corp.test", "comment stands inside"),
    "trailing dot": ("ann@corp.test.", "ann@corp.test.", "not of the form"),
    "open bracket": ("Ann <ann@corp.test", "ann@corp.test", "not closed"),
    "open comment": ("ann@corp.test (Ann", "ann@corp.test", "not closed"),
    "stray bracket": ("ann@corp.test>", "ann@corp.test", "was not opened"),
    "no brackets": ("Ann Lee ann@corp.test", "ann@corp.test", "without brackets"),
    "no domain": ("MAILER-DAEMON (Mail System)", "MAILER-DAEMON", "no domain"),
    "blanks": ("<ann @corp.test>", "ann@corp.test", "blanks"),
    "obsolete blanks": ("ann@corp . test", "ann@corp.test", "blanks"),
    "too long": (f"<{'a' * 400}@corp.test>", "a" * 400 + "@corp.test", "320 characters"),
    "control character": ("<ann\x01@corp.test>", "ann\x01@corp.test", "control"),
    "two at in quotes": ('"a b"c@corp.test', "c@corp.test", "without brackets"),
}


@pytest.mark.parametrize(("text", "address", "reason"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_doubtful_address_has_its_reason(text, address, reason):
    mailboxes, defects = parse_addresses(text.encode())

    assert mailboxes[0].address == address
    assert any(reason in defect for defect in defects), defects


@pytest.mark.parametrize("text", [text for text, _, _ in DOUBTFUL.values()], ids=DOUBTFUL)
def test_doubtful_author_is_nobody_in_particular(text):
    assert parse(b"From: " + text.encode() + b"\r\n\r\nbody").author is None


def test_encoded_word_never_becomes_an_address():
    message = parse(b"From: =?utf-8?q?ann=40corp=2Etest=00?= <eve@evil.test>\r\n\r\nx")

    assert message.header_from == (Mailbox("eve@evil.test", "ann@corp.test"),)


def test_several_authors_are_all_listed():
    message = parse(b"From: ann@corp.test, bob@corp.test\r\n\r\nx")

    assert [box.address for box in message.header_from] == ["ann@corp.test", "bob@corp.test"]
    assert message.author is None


def test_list_is_read_in_order_and_cut_names_are_joined():
    mailboxes, defects = parse_addresses(b"a@b.test, Lee, Ann <c@d.test>; e@f.test,")

    assert [box.address for box in mailboxes] == ["a@b.test", "c@d.test", "e@f.test"]
    assert mailboxes[1].name == "Lee, Ann"
    assert defects == []


def test_group_without_members_names_nobody():
    assert parse_addresses(b"undisclosed-recipients:;")[0] == ()


def test_name_at_the_end_of_a_list_is_kept_with_a_defect():
    mailboxes, defects = parse_addresses(b"a@b.test, Lee,")

    assert [box.address for box in mailboxes] == ["a@b.test", "Lee,"]
    assert defects == ["an address has no domain"]


def test_list_is_read_up_to_its_limit():
    mailboxes, defects = parse_addresses(b", ".join(b"u%d@b.test" % n for n in range(50)), 10)

    assert len(mailboxes) == 10
    assert defects == ["more than 10 addresses, the rest is not read"]


def test_no_value_gives_no_mailbox():
    assert parse_addresses(b"  ") == ((), [])


def test_plain_address_has_no_defect():
    assert spec_defects("ann@corp.test") == []


def test_raw_bytes_in_a_name_are_read_in_the_charset_of_the_body():
    raw = "From: Ольга <o@corp.test>\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\nx".encode("koi8-r")

    assert parse(raw).header_from[0].name == "Ольга"


@pytest.mark.parametrize(
    ("address", "name", "what"),
    [
        ("eve@evil.test", "\u0410nn", "name"),
        ("eve@evil.test", "Ann \u0410nders\u03bfn", "name"),
        ("ann@\u0441\u043erp.test", "", "domain"),
        ("ann@xn--rp-nlc1b.test", "", "domain"),
        ("ann@corp.test", "Ann", ""),
        ("anna@\u043f\u043e\u0447\u0442\u0430.test", "\u0410\u043d\u043d\u0430", ""),
        ("anna@corp.test", "\u0410\u043d\u043d\u0430 Smith", ""),
        ("ann@xn--\u00e9.test", "", ""),
        ("no domain", "", ""),
    ],
)
def test_disguise_is_a_word_or_a_label_of_several_scripts(address: str, name: str, what: str):
    found = disguise_of(Mailbox(address, name))

    assert (what in found) if what else not found
