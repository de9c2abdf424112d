"""What a task took, as whoever did it writes that: ``45min``, ``1h30``, ``120 EUR``, ``€ 49,90``."""

import re
from dataclasses import dataclass
from decimal import Decimal

from daemon.desk import task_lexicon as words
from daemon.desk.terms import plain

_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_TIME = re.compile(
    rf"(?P<hours>\d{{1,3}}(?:[.,]\d{{1,2}})?) ?(?:{words.HOURS})\b\.? ?"
    rf"(?:(?P<rest>\d{{1,2}}) ?(?:(?:{words.MINUTES})\b|(?!\w)))?"
    rf"|(?P<short>\d{{1,2}})h(?P<more>\d{{2}})(?!\w)|(?P<minutes>\d{{1,4}}) ?(?:{words.MINUTES})\b\.?",
    re.ASCII,
)
_COST = re.compile(
    rf"(?P<sign>[€$£¥]) ?(?P<behind>{_NUMBER})|(?P<before>{_NUMBER}) ?(?P<unit>[€$£¥]|[a-z]{{3}}\b|euros?\b)"
    rf"|(?P<named>[a-z]{{3}}) (?P<amount>{_NUMBER})",
)
_MARKS = " .,;:!+/()-\u2013\u2014="


@dataclass(frozen=True, slots=True)
class Effort:
    """Minutes of work, and amounts with their currencies."""

    minutes: int = 0
    cost: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Effort") -> "Effort":
        """Return both together; amounts of one currency are added up."""
        return Effort(self.minutes + other.minutes, summed((*self.cost, *other.cost)))


NOTHING = Effort()


def summed(amounts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Add amounts up by currency, in the order in which the currencies come."""
    found: dict[str, Decimal] = {}
    for amount, currency in amounts:
        found[currency] = found.get(currency, Decimal(0)) + Decimal(amount)
    return tuple((f"{amount:.2f}", currency) for currency, amount in found.items())


def effort_of(text: str, currency: str) -> tuple[Effort, str]:
    """Return the times and amounts that a text begins with, and what is left of it.

    The rest begins with the first word that says nothing of either; empty where there is none.
    """
    minutes, cost, at = 0, list[tuple[str, str]](), 0
    folded = _aligned(text)
    while at < len(text):
        skipped = _skipped(folded, at)
        if skipped > at:
            at = skipped
            continue
        time, price = _TIME.match(folded, at), _COST.match(folded, at)
        amount = _amount(price, currency) if price is not None else None
        if price is not None and amount is not None:
            cost.append(amount)
            at = price.end()
        elif time is not None:
            minutes += _minutes(time)
            at = time.end()
        else:
            break
    if not minutes and not cost:
        return NOTHING, text.strip()
    return Effort(minutes, summed(tuple(cost))), text[at:].strip()


def _aligned(text: str) -> str:
    """Return a text as it is compared, each character at its place."""
    return "".join(one if len(one := plain(char)) == 1 else char.lower()[:1] for char in text)


def _skipped(text: str, at: int) -> int:
    """Return where something begins that is neither a mark nor a word between numbers."""
    while at < len(text) and text[at] in _MARKS:
        at += 1
    word = re.match(r"[^\W\d_]+", text[at:])
    if word is not None and word[0] in words.EFFORT and (at == 0 or not text[at - 1].isdigit()):
        return at + word.end()
    return at


def _minutes(found: re.Match[str]) -> int:
    if found["short"]:
        return int(found["short"]) * 60 + int(found["more"])
    if found["minutes"]:
        return int(found["minutes"])
    return round(float(found["hours"].replace(",", ".")) * 60) + int(found["rest"] or 0)


def _amount(found: re.Match[str], currency: str) -> tuple[str, str] | None:
    typed = found["behind"] or found["before"] or found["amount"]
    name = (found["sign"] or found["unit"] or found["named"] or "").upper()
    name = "EUR" if name.startswith("EURO") else words.SIGNS.get(name, name)
    if name not in words.CURRENCIES | {currency}:
        return None
    return f"{_decimal(typed):.2f}", name


def _decimal(typed: str) -> Decimal:
    """Read an amount as it is written in either half of Europe: three digits behind a mark are thousands."""
    bare = typed.replace("'", "").replace(" ", "")
    found = re.fullmatch(r"(.*)[.,](\d{1,2})", bare)
    whole, cents = (found[1], found[2]) if found else (bare, "")
    return Decimal(f"{re.sub(r'[.,]', '', whole) or '0'}.{cents or '0'}")
