"""The catalogue as somebody sees it who may ask for some of it, and what in a mail leads to an item."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from daemon.desk.addressing import fold, without_detail
from daemon.desk.catalogue import Catalogue, Item, Sender
from daemon.desk.request_form import ENGLISH, FormWords, link, marked_item
from daemon.desk.terms import Words, plain
from daemon.desk.working_time import spoken_work

_LONGEST = 60
# What people call a catalogue in the languages that the desk writes.
_CATALOGUE = frozenset(
    {"catalogue", "catalog", "katalog", "servicekatalog", "catalogo", "catalogus", "service catalogue",
     "service catalog", "catalogue de services", "catalogo de servicios", "catalogo dei servizi",
     "dienstencatalogus"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """An item as the list shows it; ``cost`` and ``promised`` are empty where there is nothing to say."""

    id: str
    title: str
    description: str
    cost: str
    promised: str
    needs_approval: bool
    link: str


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The item that a mail asks for and what said so; else ``candidates`` are those it could be.

    It is ``sure`` where a mark or an address says so, and not only words.  ``in_text`` tells that the words
    of the candidates stand below the subject: they are offered, and decide nothing.
    """

    item: Item | None = None
    why: str = ""
    sure: bool = False
    candidates: tuple[Item, ...] = ()
    in_text: bool = False


def listed(
    catalogue: Catalogue, sender: Sender, address: str, words: FormWords = ENGLISH
) -> tuple[Group, ...]:
    """List what somebody may ask for, in the order of the catalogue; the links start a mail to ``address``.

    An item with an address of its own is asked for there.  Items without a heading stand under their kind.
    """
    groups: dict[str, list[Line]] = {}
    for item in catalogue.items:
        if item.may_be_asked_by(sender):
            to = item.addresses[0] if item.addresses else address
            heading = item.group or item.kind.value.capitalize()
            groups.setdefault(heading, []).append(_line(item, catalogue.currency, link(to, item, words)))
    return tuple(Group(title, tuple(lines)) for title, lines in groups.items())


def money(amount: Decimal, currency: str) -> str:
    """Write an amount: ``1,200 EUR``, ``49.90 EUR``; empty for nothing."""
    if not amount:
        return ""
    return (
        f"{amount:,.0f} {currency}" if amount == amount.to_integral_value() else f"{amount:,.2f} {currency}"
    )


def asks_for_catalogue(subject: str, text: str) -> bool:
    """Tell whether a mail asks for the list: the word is its subject, or all that is written."""
    short = [one.strip() for one in (subject, text)]
    return any(
        " ".join(plain(one).split()).strip(" .!?") in _CATALOGUE for one in short if len(one) <= _LONGEST
    )


def item_for(
    catalogue: Catalogue, sender: Sender, recipients: Iterable[str], subject: str, text: str
) -> Match:
    """Say which item a mail asks for: by a mark, by the address it went to, or by the words of its subject.

    Words decide only where one item has more of them than any other; a mark or an address names an item even
    to those who may not ask for it, so that they can be told.
    """
    marked = marked_item(f"{subject}\n{text}", catalogue)
    if marked:
        return Match(marked, "its mark stands in the mail", sure=True)
    addressed = _addressed(catalogue, recipients)
    if addressed:
        return addressed
    return _worded(catalogue, sender, Words.of(subject))


def named_in(catalogue: Catalogue, sender: Sender, text: str) -> Match:
    """Return the items that somebody may ask for whose words stand in a text, as candidates."""
    words = Words.of(text)
    found = (one for one in catalogue.items if one.may_be_asked_by(sender) and one.words.found(words))
    return Match(candidates=tuple(found), in_text=True)


def _line(item: Item, currency: str, mailto: str) -> Line:
    return Line(
        id=item.id,
        title=item.title,
        description=item.description,
        cost=money(item.cost, currency),
        promised=spoken_work(item.promised_seconds),
        needs_approval=bool(item.stages),
        link=mailto,
    )


def _addressed(catalogue: Catalogue, recipients: Iterable[str]) -> Match | None:
    """Find an address of an item: as it was written to, else without its detail (RFC 5233)."""
    written = [fold(one) for one in recipients]
    for address in (*written, *map(without_detail, written)):
        found = next((one for one in catalogue.items if address in one.addresses), None)
        if found:
            return Match(found, f"it was written to {address}", sure=True)
    return None


def _worded(catalogue: Catalogue, sender: Sender, words: Words) -> Match:
    found = [(one, one.words.found(words)) for one in catalogue.items if one.may_be_asked_by(sender)]
    most = max((len(terms) for _, terms in found), default=0)
    if not most:
        return Match()
    best = [(item, terms) for item, terms in found if len(terms) == most]
    if len(best) > 1:
        return Match(candidates=tuple(item for item, _ in best))
    item, terms = best[0]
    return Match(item, f"the subject has {', '.join(terms)}")
