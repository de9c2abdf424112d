"""Authentication-Results, read strictly: real servers' fields, forged ones, and any text at all."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.authentication_results import Reading, Result, authentication_fields, read_field
from daemon.mail.scan import read_header

GMAIL = (
    " mx.google.com;\r\n       dkim=pass header.i=@corp.test header.s=s1 header.b=dF/x+Q==;\r\n"
    "       spf=pass (google.com: domain of ann@corp.test designates 192.0.2.1 as permitted sender)"
    " smtp.mailfrom=ann@corp.test;\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=corp.test"
)
MICROSOFT = (
    "spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=corp.test; dkim=pass (signature was verified)\r\n"
    " header.d=corp.test;dmarc=pass action=none header.from=corp.test;compauth=pass reason=100"
)


def dmarc(value: str, *, nameless: bool = False) -> list[tuple[str, set[str]]]:
    reading = read_field(value, nameless=nameless)
    return [(one.value, one.every("header.from")) for one in reading.results if one.method == "dmarc"]


def test_field_of_gmail():
    reading = read_field(GMAIL)

    assert reading.authserv_id == "mx.google.com"
    assert [(one.method, one.value) for one in reading.results] == [
        ("dkim", "pass"),
        ("spf", "pass"),
        ("dmarc", "pass"),
    ]
    assert reading.results[0].properties == (
        ("header.i", "@corp.test"),
        ("header.s", "s1"),
        ("header.b", "dF/x+Q=="),
    )
    assert dmarc(GMAIL) == [("pass", {"corp.test"})]


def test_field_of_microsoft_counts_only_where_that_is_said():
    assert read_field(MICROSOFT) == Reading("spf", broken=True)
    assert read_field(MICROSOFT, nameless=True).authserv_id == ""
    assert dmarc(MICROSOFT, nameless=True) == [("pass", {"corp.test"})]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("mx.corp.test; none", Reading("mx.corp.test")),
        ("mx.corp.test 1; none", Reading("mx.corp.test")),
        ("mx.corp.test (x) 1 (y); none;", Reading("mx.corp.test")),
        ("mx.corp.test", Reading("mx.corp.test")),
        ('"mx.corp.test" ; dmarc=pass', Reading("mx.corp.test", (Result("dmarc", "pass"),))),
        ("MX.corp.TEST;DMARC=Pass", Reading("MX.corp.TEST", (Result("dmarc", "pass"),))),
        ("mx.corp.test; dmarc/1=pass", Reading("mx.corp.test", (Result("dmarc", "pass"),))),
        ("mx.corp.test; dmarc (a) / (b) 1 = (c) pass", Reading("mx.corp.test", (Result("dmarc", "pass"),))),
        ("mx.corp.test 2; dmarc=pass", Reading("mx.corp.test")),
        ("mx.corp.test; dmarc/2=fail", Reading("mx.corp.test")),
        (
            'mx.corp.test; dmarc=fail reason="a; dmarc=pass (b" header . from (c) = corp.test',
            Reading("mx.corp.test", (Result("dmarc", "fail", (("header.from", "corp.test"),)),)),
        ),
        (
            'mx.corp.test; spf=pass smtp.mailfrom="a;dmarc=pass"@corp.test',
            Reading("mx.corp.test", (Result("spf", "pass", (("smtp.mailfrom", "a;dmarc=pass@corp.test"),)),)),
        ),
        (
            "mx.corp.test (a (b) \\) ; dmarc=pass); spf=none",
            Reading("mx.corp.test", (Result("spf", "none"),)),
        ),
    ],
)
def test_grammar(value, expected):
    assert read_field(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        ";",
        "; dmarc=pass",
        "mx.corp.test dmarc=pass",
        "mx.corp.test 1 1; dmarc=pass",
        "mx.corp.test; dmarc",
        "mx.corp.test; dmarc=",
        "mx.corp.test; =pass",
        "mx.corp.test; dmarc=pass header.from",
        "mx.corp.test; dmarc=pass header.from=",
        "mx.corp.test; dmarc=pass action=none",
        "mx.corp.test; dmarc=pass header.from=corp.test(.evil.test",
        "mx.corp.test; dmarc=pass header.from=corp.test).evil.test",
        'mx.corp.test; dmarc=pass header.from="corp.test',
        "mx.corp.test; dmarc=pass header.from=corp.test, evil.test",
        "mx.corp.test; dmarc=pass\0 header.from=corp.test",
        "mx.corp.test; dmarc=p\xe4ss",
        "mx.corp.test; dmärc=pass",
        "mx.corp.test; none dmarc=pass",
        "mx.corp.test; dmarc=pass" + " (x)" * 3_000,
    ],
)
def test_what_leaves_the_grammar_has_no_results(value):
    reading = read_field(value)

    assert reading.broken
    assert reading.results == ()


@given(st.text(max_size=300) | st.text('mx.tes()"\\;=/ \t\r\n1dmarcpshef', max_size=300), st.booleans())
def test_any_text_is_read_without_raising(value, nameless):
    reading = read_field(value, nameless=nameless)

    assert not (reading.broken and reading.results)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "piece", ["(", ")", '"', "\\", '"\\', "( ", "((\\", "=", ";", " ", "a=b ", "a.b=c ", "/", '" "']
)
def test_time_is_linear(piece):
    value = ("mx.corp.test; dmarc=" + piece * 8_192)[:8_192]
    began = time.process_time()
    for _ in range(10):
        read_field(value)

    assert time.process_time() - began < 5


class TestFields:
    def fields(self, *lines: str):
        raw = "".join(f"{line}\r\n" for line in lines).encode() + b"\r\nbody\r\n"
        return authentication_fields(read_header(raw, 0, len(raw)))

    def test_place_of_every_field_is_told(self):
        found = self.fields(
            "AUTHENTICATION-RESULTS: one",
            "Received: from a",
            "Authentication-Results:\r\n two",
            "Received: from b",
            "From: ann@corp.test",
            "Authentication-Results: three",
        )

        assert [(one.value.strip(), one.received_above, one.stamped) for one in found] == [
            ("one", 0, True),
            ("two", 1, True),
            ("three", 2, False),
        ]

    def test_fields_are_bounded_in_number_and_length(self):
        found = self.fields(
            *["Authentication-Results: " + "x" * 20_000] * 8, *["Authentication-Results: y"] * 90
        )

        assert len(found) == 50
        assert max(len(one.value) for one in found) == 8_193
        assert read_field(found[0].value).broken
