"""Attacks that stand in no catalogue come to nothing either, and what must hold after any attack holds."""

import pytest

from tests.attacks import (
    runner,
    variations_content,
    variations_identity,
    variations_reports,
    variations_requests,
)
from tests.attacks.conftest import Desks
from tests.attacks.runner import Case
from tests.attacks.variation import VARIATIONS

__all__ = ["variations_content", "variations_identity", "variations_reports", "variations_requests"]

pytestmark = pytest.mark.needs_dovecot


@pytest.mark.parametrize("one", VARIATIONS, ids=lambda one: one.id)
def test_variation_comes_to_nothing(one: Case, desks: Desks):
    desk = desks.get(one, "sqlite")
    try:
        runner.play(one, desk, "smtp")
    except BaseException:
        print(desk.process.said()[-3_000:])
        desks.end(desk)
        raise
