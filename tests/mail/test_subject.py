"""Subjects without prefixes, and the ticket tag in them."""
# ruff: noqa: RUF001, E501 - prefixes of many languages

import pytest

from daemon.mail.subject import bare_subject, ticket_tag

PREFIXES = [
    "Re:", "RE:", "re :", "Re[2]:", "Re(3):", "Re^4:", "RE: RE: Re:", "Fw:", "Fwd:", "FW: RE:", "Fwd: Re: Fwd:",
    "AW:", "Antw:", "Antwort:", "WG:", "SV:", "Sv: VS:", "VS:", "VL:", "VB:", "RES:", "ENC:", "R:", "RIF:", "I:",
    "TR:", "RÉF:", "Réf :", "RÉP:", "RE : TR :", "RV:", "ODP:", "PD:", "Vá:", "YNT:", "İLT:", "İlt:", "BLS:", "TRS:",
    "Doorst:", "Отв:", "Ответ:", "Re: Отв:", "Пересл:", "FW: ВІД:", "ΑΠ:", "ΣΧΕΤ:", "ΠΡΘ:", "回复：", "答复:",
    "回覆:", "转发:", "轉寄:", "返信:", "転送:", "답장:", "전달:", "회신:", "תגובה:", "השב:", "הועבר:", "رد:",
    "ตอบ:", "ส่งต่อ:", "Bal:", "Trả lời:", "Atb:", "Odg:", "Vast:", "Ats:", "Svar:", "Videresendt:",
]  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_prefix_is_taken_off(prefix):
    assert bare_subject(f"{prefix} Printer does not print") == "Printer does not print"


WORDS = [
    "SOFTWARE: crash",
    "Printer: does not print",
    "Reply to all fails",
    "Regarding: your mail",
    "Anwendung: Fehler",
    "Are: these words",
    "12:30 meeting room",
    "Fwding mails fails",
    "Error 500: again",
    "https://example.com fails",
]


@pytest.mark.parametrize("subject", WORDS)
def test_words_are_never_taken_for_prefixes(subject):
    assert bare_subject(subject) == subject


def test_tag_among_the_prefixes_is_kept_in_front():
    assert bare_subject("Re: [#1042] AW: Re: Printer") == "[#1042] Printer"
    assert bare_subject("[#1042] Printer") == "[#1042] Printer"


def test_subject_of_prefixes_alone_stays():
    assert bare_subject("Re: AW:") == "Re: AW:"
    assert bare_subject("") == ""


def test_hundred_thousand_prefixes_are_read_quickly_and_not_all_removed():
    assert len(bare_subject("Re: " * 100_000 + "x")) < 400_001


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("[#1042] Printer", 1042),
        ("AW: [#7] x", 7),
        ("Fwd: Re: x [#12] [#13]", 12),
        ("#1042 Printer", None),
        ("[1042]", None),
        ("[#]", None),
        ("[#" + "9" * 40 + "]", None),
        ("", None),
    ],
)
def test_ticket_tag_is_found(subject, number):
    assert ticket_tag(subject) == number
