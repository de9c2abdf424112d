"""A pass over much that is due: in order, a few at once, and past what fails."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from daemon.jobs.passes import Pass, batches, told
from storage import hot
from storage.database import Database
from storage.models import JobRow


class Killed(BaseException):
    """What ends a process at any place: nothing on the way catches it."""


@dataclass
class Work:
    """Jobs that are due until they are done, by number; a look at a ``bad`` one fails after it wrote."""

    database: Database
    bad: dict[int, BaseException] = field(default_factory=dict)
    tried: list[list[int]] = field(default_factory=list)
    undone: int = 0

    def fill(self, count: int) -> None:
        with self.database.write():
            hot.insert(JobRow, [{"name": f"{number:03}"} for number in range(1, count + 1)])

    def due(self, beyond: int) -> list[int]:
        sql = "SELECT name FROM jobs WHERE last_result = '' AND name > ? ORDER BY name LIMIT 3"
        return [int(name) for (name,) in hot.query(sql, (f"{beyond:03}",))]

    def look(self, few: Sequence[int]) -> Counter[str]:
        self.tried.append(list(few))
        for one in few:
            hot.execute("UPDATE jobs SET last_result = 'done' WHERE name = ?", (f"{one:03}",))
            if one in self.bad:
                raise self.bad[one]
        return Counter(done=len(few))

    def put_off(self, one: int) -> None:
        hot.execute("UPDATE jobs SET last_result = 'put off' WHERE name = ?", (f"{one:03}",))

    def undo(self) -> None:
        self.undone += 1

    def results(self) -> Counter[str]:
        with self.database.read():
            return Counter(result for (result,) in hot.query("SELECT last_result FROM jobs"))

    def go(self, limit: int = 100) -> tuple[int, Counter[str]]:
        looks: Pass[int] = Pass(self.database, "job", self.look, self.put_off, self.undo)
        return looks.through(self.due, 0, limit)


@pytest.fixture
def work(database: Database) -> Work:
    return Work(database)


def test_all_that_is_due_is_looked_at_a_few_at_once(work: Work):
    work.fill(7)

    assert work.go() == (7, Counter(done=7))
    assert work.tried == [[1, 2, 3], [4, 5, 6], [7]]
    assert work.go() == (0, Counter())


def test_one_that_fails_is_put_off_and_keeps_no_other_from_its_turn(
    work: Work, caplog: pytest.LogCaptureFixture
):
    work.fill(5)
    work.bad = {2: ValueError("a text that nobody can read")}

    assert work.go() == (5, Counter(done=4))
    assert work.tried == [[1, 2, 3], [1], [2], [3], [4, 5]]
    assert work.results() == {"done": 4, "put off": 1}
    assert work.undone == len(([1, 2, 3], [2]))
    assert "job 2 could not be looked at" in caplog.text
    assert "a text that nobody can read" in caplog.text


def test_nothing_is_done_twice_where_the_process_dies_in_the_middle(work: Work):
    work.fill(8)
    work.bad = {5: Killed()}
    with pytest.raises(Killed):
        work.go()
    work.database.reset()
    assert work.results() == {"done": 3, "": 5}

    work.bad, work.tried = {}, []
    assert work.go() == (5, Counter(done=5))
    assert work.tried == [[4, 5, 6], [7, 8]]


def test_it_ends_with_the_limit_and_goes_on_the_next_time(work: Work):
    work.fill(8)

    assert work.go(limit=4) == (6, Counter(done=6))
    assert work.go(limit=4) == (2, Counter(done=2))


def test_what_cannot_even_be_put_off_ends_the_pass(work: Work):
    work.fill(2)
    work.bad = {1: ValueError("bad")}
    refuses: Pass[int] = Pass(work.database, "job", work.look, lambda one: 1 // 0, work.undo)

    with pytest.raises(ZeroDivisionError):
        refuses.through(work.due, 0, 10)
    work.database.reset()
    assert work.results() == {"": 2}


def test_what_is_there_is_divided_into_a_few_at_a_time():
    assert list(batches(["a", "b", "c"], 2)) == [["a", "b"], ["c"]]
    assert list(batches([], 2)) == []


def test_what_was_done_is_told_by_name():
    assert told(Counter({"reminded": 2, "": 5, "ended": 1})) == "; ended 1; reminded 2"
    assert told(Counter()) == ""
