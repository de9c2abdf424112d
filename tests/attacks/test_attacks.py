"""Every attack of the catalogue, through both doors, with what must hold after each."""

from collections.abc import Iterator

import pytest

from tests.attacks import runner
from tests.attacks.catalogue import CASES
from tests.attacks.conftest import Desks

pytestmark = pytest.mark.needs_dovecot


def _attacks() -> Iterator[object]:
    order = sorted(CASES.values(), key=lambda one: (one.group, one.fresh, one.desk, one.id))
    for intake in runner.INTAKES:
        for one in order:
            if intake in one.intakes:
                group = pytest.mark.xdist_group(f"attacks-{one.group}-{intake}")
                yield pytest.param(one.id, intake, id=f"{one.id}-{one.name}-{intake}", marks=group)


@pytest.mark.parametrize(("number", "intake"), list(_attacks()))
def test_attack_comes_to_nothing(number: str, intake: str, desks: Desks):
    one = CASES[number]
    desk = desks.get(one, intake)
    try:
        runner.play(one, desk, intake)
    except BaseException:
        print(desk.process.said()[-6_000:])
        desks.end()
        raise
