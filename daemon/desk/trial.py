"""What a desk would do with old mail, and in what two configurations differ about it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# What is compared, in this order; every value is a text.
FACTS = ("disposition", "ticket", "type", "priority", "category", "team", "route", "assignee", "notices")
# The facts whose values are few enough to be counted in a table.
COUNTED = ("disposition", "type", "priority", "category", "team", "route", "assignee")
OPENED, NOTHING = "new", "none"
_FITS = ": fits by "


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one mail: the facts by name, and the sentence that gives the reason for some of them."""

    facts: Mapping[str, str]
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that is another one with the new configuration, each with its reason or none."""

    fact: str
    before: str
    after: str
    why_before: str = ""
    why_after: str = ""


def differences(before: Tried, after: Tried) -> list[Difference]:
    """List the facts that differ, in the order of ``FACTS``."""
    found = []
    for fact in FACTS:
        was, becomes = before.facts.get(fact, ""), after.facts.get(fact, "")
        if was != becomes:
            found.append(Difference(fact, was, becomes, before.why.get(fact, ""), after.why.get(fact, "")))
    return found


def reasons(evidence: Iterable[str], reason: str) -> dict[str, str]:
    """Pick the sentence of evidence that gives the reason for each fact; ``reason`` is that of the whole."""
    found = {"disposition": reason}
    for said in evidence:
        if said.startswith("route ") and _FITS in said:
            found["route"] = found["team"] = said
        else:
            for fact, start in _STARTS:
                if said.startswith(start):
                    found.setdefault(fact, said)
    return found


_STARTS = (
    ("type", "type "),
    ("priority", "priority "),
    ("category", "category "),
    ("assignee", "assigned to "),
)


def route_of(evidence: Iterable[str]) -> str:
    """Return the name of the rule that routed the ticket; nothing where none did."""
    fitting = (said for said in evidence if said.startswith("route ") and _FITS in said)
    return next((said.removeprefix("route ").partition(_FITS)[0] for said in fitting), "")


@dataclass
class Summary:
    """How many mails have which facts, before and after."""

    mails: int = 0
    differing: int = 0
    before: Counter[tuple[str, str]] = field(default_factory=Counter)
    after: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, before: Tried, after: Tried, found: Sequence[Difference]) -> None:
        """Count one mail."""
        self.mails += 1
        self.differing += bool(found)
        self.before.update(_counted(before))
        self.after.update(_counted(after))

    def rows(self) -> list[dict[str, object]]:
        """Return a row for each value of each counted fact, most frequent first within its fact."""
        keys = sorted(
            {*self.before, *self.after},
            key=lambda key: (_ORDER.index(key[0]), -max(self.before[key], self.after[key]), key[1]),
        )
        return [
            {
                "fact": fact,
                "value": value,
                "before": self.before[fact, value],
                "after": self.after[fact, value],
                "change": self.after[fact, value] - self.before[fact, value],
            }
            for fact, value in keys
        ]


_NOTICE = "notice"
_ORDER = (*COUNTED, _NOTICE)


def _counted(tried: Tried) -> list[tuple[str, str]]:
    """Name what one mail counts for; what a ticket has counts at its opening only."""
    opened = tried.facts.get("ticket") == OPENED
    facts = [
        (fact, tried.facts.get(fact, "") or NOTHING) for fact in COUNTED if opened or fact == "disposition"
    ]
    return facts + [(_NOTICE, line.partition(" ")[0]) for line in tried.facts.get("notices", "").splitlines()]
