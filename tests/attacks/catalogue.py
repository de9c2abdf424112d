"""All cases: importing a group registers what it plays."""

from tests.attacks import (
    cases_a,
    cases_b,
    cases_c,
    cases_d,
    cases_d_decided,
    cases_e,
    cases_f,
    cases_g,
    cases_g_values,
    cases_h,
    cases_i,
    cases_j,
    cases_k,
)
from tests.attacks.runner import CASES, DEPARTURES, ELSEWHERE, NOTHING_TO_ATTACK

__all__ = ["CASES", "DEPARTURES", "ELSEWHERE", "MODULES", "NOTHING_TO_ATTACK"]

MODULES = (
    cases_a,
    cases_b,
    cases_c,
    cases_d,
    cases_d_decided,
    cases_e,
    cases_f,
    cases_g,
    cases_g_values,
    cases_h,
    cases_i,
    cases_j,
    cases_k,
)
