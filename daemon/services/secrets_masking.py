"""Mask secrets that people write into mail, before it is stored as text or shown; the raw message keeps them.

Only what is a secret by its form is masked: the value after a word for password, a private key, a card number
whose digits and checksum are right.  Numbers of tickets, phones and devices stay.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

MASK = "[masked]"

_KEY_BLOCK = re.compile(
    r"-----BEGIN ((?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?)-----"
    # Without its end the block lasts as long as the lines look like one.
    r"(?:[^-]{0,20000}?-----END \1-----|(?:\s+[A-Za-z0-9+/=:, -]{1,100}(?=\s|$))*)"
)
_WORDS = (
    "password|passwort|kennwort|passwd|pwd|passphrase|passcode|mot de passe|contraseña|senha|palavra-passe|"
    "wachtwoord|lösenord|adgangskode|passord|salasana|hasło|heslo|jelszó|parola|şifre|пароль|密码|密碼|パスワード|"
    "비밀번호|pin|api[ _-]?key|client[ _-]?secret|access[ _-]?token"
)
# In every one of the words above, folded, is one of these: looking for them first is many times faster.
_HINTS = (
    "passw",
    "kennwort",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "passe",
    "contraseña",
    "senha",
    "wachtwoord",
    "lösenord",
    "adgangskode",
    "passord",
    "salasana",
    "hasło",
    "heslo",
    "jelszó",
    "parola",
    "şifre",
    "пароль",
    "密码",
    "密碼",
    "パスワード",
    "비밀번호",
    "pin",
    "key",
    "secret",
    "token",
)
_COLONS = ":=\uff1a"
_LABELLED = re.compile(
    rf"(?<!\w)(?P<label>{_WORDS})(?!\w)"
    rf"(?P<between>[ \t]*[{_COLONS}][ \t]*(?:\r?\n[ \t]*)?|[ \t]+(?:is|ist|lautet|est|es)[ \t]*:?[ \t]+)"
    r"(?P<value>[^\s,;<>]{3,128})(?=(?P<rest>[^\n]{0,200}))",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"(?<![\w+#.,/=-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}|\d{13,19})"
    r"(?![\w-]|[.,]\d)",
    re.ASCII,
)
# What every card number begins with, and hardly any telephone number has.
_EIGHT_DIGITS = re.compile(r"\d{4}[ -]?\d{4}", re.ASCII)
# The beginnings of card numbers with the lengths they come in (ISO/IEC 7812).
_CARDS = (
    (re.compile(r"4"), {13, 16, 19}),
    (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"30[0-5]|3[689]"), {14}),
    (re.compile(r"6011|64[4-9]|65|35(?:2[89]|[3-8])"), {16}),
    (re.compile(r"62"), {16, 17, 18, 19}),
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with its secrets masked; ``kinds`` says how many of which, empty where there were none."""

    text: str
    kinds: str = ""


def mask(text: str) -> Masked:
    """Mask the secrets in a text."""
    found: Counter[str] = Counter()
    masked = text
    # Most texts have neither, and a look for one word or a run of digits costs next to nothing.
    if "PRIVATE KEY" in text:
        masked = _KEY_BLOCK.sub(_counted(found, "private key", lambda _: "[private key masked]"), masked)
    folded = text.casefold()
    if any(hint in folded for hint in _HINTS):
        masked = _LABELLED.sub(lambda match: _of_label(match, found), masked)
    if _EIGHT_DIGITS.search(masked):
        masked = _CARD.sub(lambda match: _of_card(match, found), masked)
    return Masked(masked, ", ".join(f"{count} {kind}" for kind, count in sorted(found.items())))


def _counted(
    found: "Counter[str]", kind: str, instead: Callable[[re.Match[str]], str]
) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        found[kind] += 1
        return instead(match)

    return replace


def _of_label(match: re.Match[str], found: "Counter[str]") -> str:
    value = match["value"].rstrip(".!?)\"'")
    alone = not match["rest"].strip(" .!?)\"'") and any(sign in match["between"] for sign in _COLONS)
    if value.startswith(MASK[:5]) or not (_looks_made_up(value) or alone):
        return match[0]
    found["password"] += 1
    return match["label"] + match["between"] + MASK + match["value"][len(value) :]


def _looks_made_up(value: str) -> bool:
    """Tell whether a value is no word: it has a digit, a sign inside, or capitals after small letters."""
    if "://" in value:
        return False
    mixed = any(a.islower() and b.isupper() for a, b in pairwise(value))
    return mixed or any(letter.isdigit() or letter in "!@#$%^&*_+=~|" for letter in value)


def _of_card(match: re.Match[str], found: "Counter[str]") -> str:
    digits = "".join(letter for letter in match[0] if letter.isdigit())
    if not any(start.match(digits) and len(digits) in lengths for start, lengths in _CARDS):
        return match[0]
    if not _passes_luhn(digits) or len(set(digits)) == 1:
        return match[0]
    found["card number"] += 1
    return f"[card number masked, ends {digits[-4:]}]"


def _passes_luhn(digits: str) -> bool:
    """Check the checksum (ISO/IEC 7812-1 annex B): every second digit from the right counts double."""
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
