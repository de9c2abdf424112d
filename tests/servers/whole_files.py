"""Which tests each process gets: whole files, and before them the groups, which take longest.

By itself xdist hands out what is in no group test by test, and looks through all that it has handed out
each time: of twelve thousand tests that is a tenth of the computing of all of them.
"""

from collections.abc import Sequence
from itertools import count
from typing import SupportsIndex

from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController


class Collection(list[str]):
    """The names of all tests; their places are known without a search."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self._places = dict(zip(names, count(), strict=False))

    def index(self, name: str, *_between: SupportsIndex) -> int:
        """Return the place of a name; raises KeyError where it is none of them."""
        return self._places[name]


class WholeFiles(LoadGroupScheduling):
    """Hands out groups first, then files, of both those with the most tests first."""

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Take down which tests a process has found."""
        super().add_node_collection(node, collection)
        if node in self.registered_collections:
            self.registered_collections[node] = Collection(collection)

    def _split_scope(self, nodeid: str) -> str:
        group = super()._split_scope(nodeid)
        return nodeid.partition("::")[0] if group == nodeid else group

    def _assign_work_unit(self, node: WorkerController) -> None:
        # They stand in the order of their sizes already.
        first = next((name for name in self.workqueue if not name.endswith(".py")), None)
        if first is not None:
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)
