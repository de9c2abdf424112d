"""All cases: importing a group registers what it plays."""

from tests.attacks import (
    cases_a,
    cases_b,
    cases_c,
    cases_f,
)
from tests.attacks.runner import CASES, NOTHING_TO_ATTACK

__all__ = ["CASES", "GROUPS", "NOTHING_TO_ATTACK"]

GROUPS = (cases_a, cases_b, cases_c, cases_f)
