"""What results prove of an author: whose, where they stand, and the worst of them."""

import pytest

from daemon.mail.message import AuthenticationField
from daemon.mail.trust import Check, Pin, proof_of_domain
from daemon.mail.trust_domains import a_label, domain_of

PIN = Pin("mx.corp.test")
PASS = "mx.corp.test; dmarc=pass header.from=corp.test"
FAIL = "mx.corp.test; dmarc=fail header.from=corp.test"


def top(*values: str, hops: int = 0, stamped: bool = True) -> list[AuthenticationField]:
    return [AuthenticationField(value, hops, stamped) for value in values]


def check(*values: str, pin: Pin = PIN, domain: str = "corp.test") -> str:
    return proof_of_domain(top(*values), pin, domain).check


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([PASS], Check.PASS),
        (["mx.corp.test; dmarc=pass header.from=CORP.test"], Check.PASS),
        ([PASS, PASS], Check.PASS),
        (["mx.other.test; dmarc=fail", PASS], Check.PASS),
        ([FAIL], Check.FAIL),
        ([PASS, FAIL], Check.FAIL),
        ([FAIL, PASS], Check.FAIL),
        (["mx.corp.test; dmarc=pass header.from=corp.test; dmarc=fail header.from=corp.test"], Check.FAIL),
        ([PASS, "mx.corp.test; dmarc=temperror header.from=corp.test"], Check.UNKNOWN),
        ([PASS, "mx.corp.test; dmarc=pass header.from=evil.test"], Check.UNKNOWN),
        ([PASS, "mx.corp.test; spf=pass smtp.mailfrom=corp.test"], Check.UNKNOWN),
        ([PASS, "mx.corp.test; (broken"], Check.UNKNOWN),
        (["mx.corp.test; dmarc=pass"], Check.UNKNOWN),
        (["mx.corp.test; dmarc=pass header.from=corp.test header.from=evil.test"], Check.UNKNOWN),
        (["mx.corp.test; dmarc=pass header.from=corp.test; dmarc=pass header.from=evil.test"], Check.UNKNOWN),
        (["mx.corp.test; dmarc=pass header.from=corp.test."], Check.UNKNOWN),
        (["mx.corp.test; dmarc=bestguesspass header.from=corp.test"], Check.UNKNOWN),
        (["mx.corp.test; dkim=pass header.d=corp.test"], Check.UNKNOWN),
        ([], Check.UNKNOWN),
    ],
)
def test_worst_of_the_pinned_server_counts(values, expected):
    assert check(*values) == expected


@pytest.mark.parametrize(
    "name",
    [
        "mx.corp.test",
        "MX.Corp.TEST",
        '"mx.corp.test"',
        "mx.corp.test 1",
        "mx.corp.test(x)1",
        "(c) mx.corp.test (d) 1 (e)",
        "\r\n\tmx.corp.test\r\n\t",
    ],
)
def test_every_spelling_of_our_id_is_ours(name):
    assert check(f"{name}; dmarc=fail header.from=corp.test", PASS) == Check.FAIL


@pytest.mark.parametrize(
    "name",
    [
        "mx.corp.test.",
        "xmx.corp.test",
        "mx.corp.test.evil.test",
        "mx.corp.test/1",
        "mx.corp.test 2",
        "mx.corp.test 01",
        "mx。corp.test",
        "mx.c\u043erp.test",
        "mx.corp.test@evil.test",
        "",
    ],
)
def test_other_names_and_versions_prove_nothing(name):
    assert check(f"{name}; dmarc=pass header.from=corp.test") == Check.UNKNOWN


def test_id_is_compared_as_a_label():
    assert check("xn--mx-wia.test; dmarc=pass header.from=corp.test", pin=Pin("mxä.test")) == Check.PASS
    assert check("MXÄ.test; dmarc=pass header.from=corp.test", pin=Pin("xn--mx-wia.test")) == Check.PASS


def test_domain_is_compared_as_a_label():
    u_label = "mx.corp.test; dmarc=pass header.from=bücher.test"

    assert check(u_label, domain=a_label("BÜCHER.test")) == Check.PASS
    assert check(u_label, domain="xn--bcher-kva.test") == Check.PASS


def test_nobodys_domain_is_never_proven():
    assert check("mx.corp.test; dmarc=pass", domain="") == Check.UNKNOWN
    assert check('mx.corp.test; dmarc=pass header.from=""', domain="") == Check.UNKNOWN


def test_only_what_stands_above_the_trusted_hops_counts():
    fields = [*top(FAIL), *top(PASS, hops=1), *top(PASS, hops=2), *top(FAIL, stamped=False)]

    assert proof_of_domain(fields[1:], PIN, "corp.test").silent
    assert proof_of_domain(fields[1:], Pin("mx.corp.test", 2), "corp.test").check is Check.PASS
    assert proof_of_domain(fields, Pin("mx.corp.test", 3), "corp.test").check is Check.FAIL
    assert proof_of_domain(fields[3:], PIN, "corp.test").why == (
        "the result in the name of mx.corp.test stands below the trusted hops and is not believed"
    )


def test_an_empty_pin_believes_nobody():
    fields = top(PASS, "; dmarc=pass header.from=corp.test", "dmarc=pass header.from=corp.test")

    assert proof_of_domain(fields, Pin(""), "corp.test").why == (
        "no result of the server in front; 3 of other servers are not believed"
    )


def test_nameless_fields_are_believed_where_that_is_said():
    value = "spf=pass smtp.mailfrom=corp.test;dmarc=pass action=none header.from=corp.test;compauth=pass"

    assert check(value) == Check.UNKNOWN
    assert check(value, pin=Pin("", nameless=True)) == Check.PASS
    assert check(PASS, pin=Pin("", nameless=True)) == Check.UNKNOWN


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([PASS], "dmarc=pass by mx.corp.test"),
        ([FAIL], "dmarc=fail by mx.corp.test"),
        (["mx.corp.test; dmarc=none"], "dmarc=none by mx.corp.test"),
        (["mx.corp.test; spf=pass"], "mx.corp.test says nothing of DMARC (spf=pass)"),
        (["mx.corp.test; none"], "mx.corp.test says nothing of DMARC (nothing was checked)"),
        (["mx.corp.test; ("], "the result of mx.corp.test cannot be read"),
        (["mx.corp.test; dmarc=pass header.from=evil.test"], "dmarc=pass by mx.corp.test is for evil.test"),
        (["mx.corp.test; dmarc=pass"], "dmarc=pass by mx.corp.test is for no domain"),
        ([], "no result of mx.corp.test"),
    ],
)
def test_reason_is_told(values, why):
    assert proof_of_domain(top(*values), PIN, "corp.test").why == why


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("Corp.TEST", "corp.test"),
        ("bücher.test", "xn--bcher-kva.test"),
        ("straße.test", "xn--strae-oqa.test"),  # IDNA 2008 keeps what IDNA 2003 made "strasse"
        ("\u0441\u043erp.test", "xn--rp-emcl.test"),
        ("corp.test.", ""),
        ("corp..test", ""),
        ("corp。test", ""),
        ("\uff43orp.test", ""),
        ("co rp.test", ""),
        ("[192.0.2.1]", ""),
        ("☃.test", ""),
        ("-corp.test", ""),
        ("a" * 64 + ".test", ""),
        ("ä" * 70 + ".test", ""),
        (".".join(["abcdefgh"] * 40), ""),
        ("", ""),
    ],
)
def test_a_label(domain, expected):
    assert a_label(domain) == expected


def test_domain_of_an_address():
    assert domain_of("ann@Corp.test") == "corp.test"
    assert domain_of("ann") == domain_of("@corp.test") == domain_of("ann@") == ""
