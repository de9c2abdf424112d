"""Secrets are masked by their form; what only looks a little like one stays."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.services import secrets_masking
from daemon.services.addresses import without_tokens
from daemon.services.secrets_masking import mask

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\nabc+/=\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "expected", "kinds"),
    [
        ("My password: hunter2 ok", "My password: [masked] ok", "1 password"),
        ("Password = Geheim!9", "Password = [masked]", "1 password"),
        ("Passwort: Sommer", "Passwort: [masked]", "1 password"),
        ("password:\nhunter2\nbye", "password:\n[masked]\nbye", "1 password"),
        ("the password is Xy7-pq.", "the password is [masked].", "1 password"),
        ("Kennwort lautet: aB3", "Kennwort lautet: [masked]", "1 password"),
        ("PIN: 4711", "PIN: [masked]", "1 password"),
        ("api_key=sk_live_123", "api_key=[masked]", "1 password"),
        ("пароль: Zima2024", "пароль: [masked]", "1 password"),
        (f"see\n{KEY}\nbye", "see\n[private key masked]\nbye", "1 private key"),
        ("card 4111 1111 1111 1111, thanks", "card [card number masked, ends 1111], thanks", "1 card number"),
        ("5555-5555-5555-4444", "[card number masked, ends 4444]", "1 card number"),
        ("3782 822463 10005", "[card number masked, ends 0005]", "1 card number"),
        ("6011111111111117.", "[card number masked, ends 1117].", "1 card number"),
    ],
)
def test_masked(text: str, expected: str, kinds: str):
    masked = mask(text)

    assert (masked.text, masked.kinds) == (expected, kinds)
    assert mask(masked.text).text == masked.text


@pytest.mark.parametrize(
    "text",
    [
        "My password is wrong.",
        "Password: please reset it for me",
        "the password is expired since Monday",
        "reset password, then log in",
        "Password: https://corp.test/reset1 is the page",
        "passwordless: yes2",
        "[#4111111111111111] and ticket 1042",
        "phone +4111111111111111",
        "call 0049 171 1234567 or (030) 1234-5678",
        "IMEI 490154203237518",
        "serial 4111111111111112",
        "order 8944500102198304826",
        "10.41.11.11.11.11 4111111111111111.5",
        "0000000000000000",
        "shipping pins: 4 pieces",
    ],
)
def test_left_alone(text: str):
    assert mask(text).text == text
    assert mask(text).kinds == ""


def test_key_without_an_end_is_masked_too():
    assert "MIIE" not in mask(KEY.rpartition("\n")[0]).text


def test_several_are_counted():
    assert mask("password: a1b2, PIN: 1234, 4111111111111111").kinds == "1 card number, 2 password"


@given(st.text(max_size=400))
def test_any_text_without_a_label_digits_or_key_stays(text: str):
    if not any(letter.isdigit() for letter in text) and ":" not in text and "=" not in text:
        assert mask(text.replace("is", "").replace("es", "")).kinds == ""


@pytest.mark.no_cover
@pytest.mark.parametrize("piece", ["password: ", "4111 ", "-----BEGIN PRIVATE KEY-----", "pin is ", "1", "="])
def test_hostile_repetition_takes_no_time(piece: str):
    started = time.thread_time()

    mask(piece * (300_000 // len(piece)))

    assert time.thread_time() - started < 5


MAC = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"To: support+r1.ab.{MAC}@desk.test!", "To: support@desk.test!"),
        (f"Support+N1042.A7.{MAC.upper()}@Desk.test", "Support@Desk.test"),
        (f"mailto:support%2Br1.ab.{MAC}@desk.test", "mailto:support@desk.test"),
        (f"support+r1.ab.{MAC}x@desk.test", f"support+r1.ab.{MAC}x@desk.test"),
        ("a+b@desk.test", "a+b@desk.test"),
    ],
)
def test_signed_addresses_become_plain_ones(text: str, expected: str):
    assert without_tokens(text) == expected


@pytest.mark.parametrize("word", secrets_masking._WORDS.replace("[ _-]?", " ").split("|"))
@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.title])
def test_every_word_for_a_secret_is_found_in_any_capitals(word: str, spelled):
    assert secrets_masking.mask(f"{spelled(word)}: Xy7!abc").text.endswith(secrets_masking.MASK)
