"""Every attack of the catalogue, through both doors, with what must hold after each.

On SQLite all of them, on PostgreSQL some; ``POSTDESK_ATTACKS=full`` plays all on both, as often as the
catalogue says.
"""

from collections.abc import Iterator

import pytest

from tests.attacks import runner
from tests.attacks.books import DATABASES
from tests.attacks.catalogue import CASES
from tests.attacks.conftest import Desks
from tests.attacks.runner import FULL

pytestmark = pytest.mark.needs_dovecot

# What touches the database most: tokens, threads, doubles, refusals, big and odd content, races.
SAMPLE = frozenset(
    f"AT-{number:03}" for number in (14, 34, 37, 46, 58, 122, 129, 168, 171, 192, 210, 236, 238)
)


def _attacks() -> Iterator[object]:
    order = sorted(CASES.values(), key=lambda one: (one.desk != "usual", one.desk, one.id))
    for database in DATABASES:
        for one in order:
            if database == "postgresql" and not FULL and one.id not in SAMPLE:
                continue
            for intake in one.intakes:
                marks = [pytest.mark.needs_postgres] if database == "postgresql" else []
                name = f"{one.id}-{one.name}-{intake}-{database}"
                yield pytest.param(one.id, intake, database, id=name, marks=marks)


@pytest.mark.parametrize(("number", "intake", "database"), list(_attacks()))
def test_attack_comes_to_nothing(number: str, intake: str, database: str, desks: Desks):
    one = CASES[number]
    desk = desks.get(one, database)
    try:
        runner.play(one, desk, intake)
    except BaseException:
        print(desk.process.said()[-6_000:])
        desks.end(desk)
        raise
