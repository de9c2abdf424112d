"""Variations: attacks of the known classes that stand in no catalogue, by name."""

from collections.abc import Callable
from typing import Any

from tests.attacks import invariants
from tests.attacks.runner import Case, Stage

VARIATIONS: list[Case] = []
TO_T1 = "Re: [#1] The printer is dead"


def variation(*allowed: str) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Register a variation; ``allowed`` may get mail because of it, besides the agents."""

    def register(play: Callable[[Stage], None]) -> Callable[[Stage], None]:
        name = play.__name__.replace("_", "-")
        made = Case(name, name, play, frozenset(allowed), ("smtp",), "usual", invariants.RSS_BYTES, "")
        VARIATIONS.append(made)
        return play

    return register


def powerless(stage: Stage, rows: list[dict[str, Any]]) -> None:
    """Nothing that was asked for was done, and nobody was taken for Ann."""
    for row in rows:
        assert row["disposition"] in {"ticketed", "held", "quarantined", "refused", "ignored"}, row
        assert "author ann@corp.test: verified" not in row["evidence"], row["evidence"]
        if row["ticket_number"]:
            assert stage.ticket(row["ticket_number"])["state"] not in {"closed", "resolved"}, row
