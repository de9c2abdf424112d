"""Which tests each process gets: whole files, those that wait for other programs all to one of them.

By itself xdist hands out the files with the most tests first, so those with few tests that take long come
last, when there is nothing left to do beside them; and it looks through all that it has handed out each
time: of twelve thousand tests that is a tenth of the computing of all of them.
"""

from collections.abc import Sequence
from itertools import count
from typing import SupportsIndex

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

# They start, kill and await processes more than they compute: whoever has them leaves the machine to others.
# None of them bears a second one beside it well.
AWAITING = (
    "tests/faults/",
    "tests/test_supervisor.py",
    "tests/test_watchdog.py",
    "tests/acceptance/",
    "tests/attacks/",
    "tests/jobs/test_approval_kills.py",
    "tests/edges/test_courier_killed.py",
    "tests/cli/test_demo_command.py",
    "tests/test_wiring.py",
)
# Few tests that take long: they are not to be what all others wait for.
LONG = (
    "tests/test_benchmarks.py",
    "tests/jobs/test_approval_clock.py",
    "tests/services/test_commands_property.py",
    "tests/scenarios/test_approval_attacks.py",
)


class Collection(list[str]):
    """The names of all tests; their places are known without a search."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self._places = dict(zip(names, count(), strict=False))

    def index(self, name: str, *_between: SupportsIndex) -> int:
        """Return the place of a name; raises KeyError where it is none of them."""
        return self._places[name]


class WholeFiles(LoadFileScheduling):
    """Hands out those that wait to one process at a time, and the others with the most tests first."""

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Take down which tests a process has found."""
        super().add_node_collection(node, collection)
        if node in self.registered_collections:
            self.registered_collections[node] = Collection(collection)

    def _assign_work_unit(self, node: WorkerController) -> None:
        # They stand in the order of their numbers of tests already.
        if not self._somebody_waits(node):
            order = [*filter(_awaits, self.workqueue)]
        else:
            others = [file for file in self.workqueue if not _awaits(file)]
            order = [*(file for file in others if file.startswith(LONG)), *others]
        if order:
            self.workqueue.move_to_end(order[0], last=False)
        super()._assign_work_unit(node)

    def _somebody_waits(self, asking: WorkerController) -> bool:
        """Tell whether another process than the one that asks has files that wait."""
        return any(
            _awaits(file) and not all(tests.values())
            for node, files in self.assigned_work.items()
            if node is not asking
            for file, tests in files.items()
        )


def _awaits(file: str) -> bool:
    return file.startswith(AWAITING)
