"""Sort the stored reasons of a ticket by the decision that each of them explains."""

import re
from collections.abc import Iterable, Mapping, Sequence

AUTHOR, PLACE, TYPE, CATEGORY, ROUTING = "author", "place", "type", "category", "routing"
PRIORITY, ASSIGNMENT, ANSWER, OTHER = "priority", "assignment", "answer", "other"
DECISIONS = (AUTHOR, PLACE, TYPE, CATEGORY, ROUTING, PRIORITY, ASSIGNMENT, ANSWER, OTHER)
# The first one that fits counts.  The places are those of ``desk.interpretation``.
_SENTENCES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (AUTHOR, re.compile(r"author ")),
    (PLACE, re.compile(r"(?:opening|reply|answer|note|held|unproven[ -]answer|report): ")),
    (TYPE, re.compile(r"type ")),
    (CATEGORY, re.compile(r"category ")),
    (ROUTING, re.compile(r"it asks for \S+, an item of |route |\d+ (?:more|further) routes? ")),
    (PRIORITY, re.compile(r"priority ")),
    (ASSIGNMENT, re.compile(r"assigned to |\S+@\S+: ")),
    (ANSWER, re.compile(r"never answered")),
)
# Lines of the journal that decide nothing, or that are explained elsewhere.
_NO_DECISIONS = frozenset({"opened", "handled", "entry", "held", "masked", "not sent"})
WITHHELD = "not sent"
_CAUSES: Mapping[str, str] = {"arrival": "mail", "job": "the job", "outbox": "copy"}


def sorted_out(evidence: Iterable[str]) -> dict[str, list[str]]:
    """Return the sentences of a mail's evidence by what they explain, in the order of ``DECISIONS``."""
    found: dict[str, list[str]] = {decision: [] for decision in DECISIONS}
    for said in evidence:
        found[next((name for name, start in _SENTENCES if start.match(said)), OTHER)].append(said)
    return {decision: said for decision, said in found.items() if said}


def is_decision(kind: str) -> bool:
    """Tell whether a line of the journal of this kind decides something about the ticket."""
    return kind not in _NO_DECISIONS


def decided(kind: str, data: Mapping[str, str]) -> str:
    """Write what a line of the journal decided, with its reason."""
    was, became, reason = data.get("from"), data.get("to"), data.get("reason")
    known = {"from", "to", "reason"}
    parts = [f"{was or 'none'} -> {became or 'none'}" if was is not None else became or ""]
    parts += [f"{key} {value}" for key, value in data.items() if key not in known and value]
    said = f"{kind}: {', '.join(part for part in parts if part)}".removesuffix(": ")
    return f"{said}, because {reason}" if reason else said


def through(actor: str, cause: str) -> str:
    """Write who did something and by which way, from a line of the journal."""
    way, _, ident = cause.partition(":")
    return f"by {actor} through {_CAUSES.get(way, way)} {ident}" if ident else f"by {actor} ({cause})"


def unexplained(found: Mapping[str, Sequence[str]], *, routes: int, automatic: bool) -> dict[str, str]:
    """Say why no rule decided where none did, by the configuration of today."""
    said = {}
    if ROUTING not in found:
        said[ROUTING] = "no route was looked at" if routes else "there are no routes: the address decides"
    if ASSIGNMENT not in found:
        said[ASSIGNMENT] = "nobody was chosen" if automatic else "its team assigns by hand"
    return said
