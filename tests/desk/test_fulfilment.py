"""Tasks have their turn in order, nothing waits for ever, and promises are kept or moved with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk import fulfilment as work_of
from daemon.desk.calendars import AROUND_THE_CLOCK
from daemon.desk.catalogue_making import item_of
from daemon.desk.catalogue_settings import ItemSettings, QuestionSettings, TaskSettings
from daemon.desk.fulfilment import NotPossible, TaskState, Work
from daemon.desk.fulfilment_outlook import expected_at, kept, progress

NOW = datetime(2024, 1, 15, 9, tzinfo=UTC)
TODAY = NOW.date()
HOUR = timedelta(hours=1)


def begun(*tasks: TaskSettings, answers: dict[str, str] | None = None, promised: str = "10h") -> Work:
    item = item_of(
        ItemSettings(
            id="x", title="X", kind="access", description="x", team="desk", promised=promised, ends="until",
            question=(QuestionSettings(id="until", label="Until?", type="date"),), task=tasks,
        ),
        {},
    )  # fmt: skip
    return work_of.begun(item, answers or {}, NOW, AROUND_THE_CLOCK)


def task(name: str, *after: str, **more) -> TaskSettings:
    return TaskSettings(id=name, title=name, team="desk", after=after, **{"due": "2h"} | more)


def start(work: Work, name: str, now: datetime = NOW) -> Work:
    return work_of.started(work, name, now, AROUND_THE_CLOCK)


def finish(work: Work, name: str, now: datetime = NOW) -> Work:
    return work_of.done(start(work, name, now), name, now)


def turn(work: Work, today: date = TODAY) -> list[str]:
    return [one.id for one in work_of.startable(work, today)]


class TestOrder:
    def test_a_task_waits_for_those_it_comes_after(self):
        work = begun(task("order"), task("install", "order"), task("bring", "install"), task("badge"))

        assert turn(work) == ["order", "badge"]
        assert turn(finish(work, "order")) == ["install", "badge"]

    def test_behind_a_skipped_task_stands_what_it_would_have_waited_for(self):
        work = begun(task("a"), task("b", "a", when="until answered"), task("c", "b"))

        assert work.run("b").state is TaskState.SKIPPED
        assert turn(work) == ["a"]
        assert turn(finish(work, "a")) == ["c"]

    def test_what_is_for_the_end_waits_for_the_whole_last_day_and_for_everything_else(self):
        work = begun(task("give"), task("take", at_end=True), answers={"until": "2024-02-01"})
        given_to = finish(work, "give")

        assert turn(work, date(2024, 3, 1)) == ["give"]
        assert turn(given_to) == []
        assert (given_to.fulfilled, given_to.finished) == (True, False)
        assert turn(given_to, date(2024, 2, 1)) == []
        assert turn(given_to, date(2024, 2, 2)) == ["take"]
        assert finish(given_to, "take", datetime(2024, 2, 2, 8, tzinfo=UTC)).finished

    def test_an_access_without_an_end_has_nothing_to_take_back(self):
        assert finish(begun(task("give"), task("take", at_end=True)), "give").finished

    def test_an_item_without_tasks_is_fulfilled_at_once(self):
        assert begun().finished

    @pytest.mark.parametrize(
        ("step", "said"),
        [
            (lambda work: start(work, "b"), "it is not the turn of the task b: it waits for a"),
            (lambda work: work_of.done(work, "b", NOW), "it is not the turn of the task b: it waits for a"),
            (lambda work: work_of.done(work, "a", NOW), "the turn of the task a: it was not started"),
            (lambda work: start(finish(work, "a"), "a"), "the task a is done already"),
            (lambda work: work_of.done(finish(work, "a"), "a", NOW), "the task a is done already"),
            (lambda work: start(work, "c"), 'there is no task "c"; there are: a, b, take'),
            (lambda work: start(work, "take"), "it is not the turn of the task take before the access ends"),
            (lambda work: work_of.blocked(start(work, "a"), "a", " "), "expected a reason, got none"),
            (lambda work: work_of.resumed(work, "a"), "the task a is waiting, not blocked"),
            (lambda work: work_of.promised_by(start(work, "a"), "a", NOW, NOW), "09:00 is over already"),
            (lambda work: work_of.sent_back(start(work, "a"), "a", "no"), "the task a checks nothing"),
            (lambda work: work_of.moved(work, NOW, "late", NOW), "2024-01-15 09:00 is over already"),
            (lambda work: work_of.moved(work, NOW + HOUR, "", NOW), "expected a reason, got none"),
        ],
    )  # fmt: skip
    def test_a_step_that_is_not_possible_says_why(self, step, said):
        with pytest.raises(NotPossible) as caught:
            step(begun(task("a"), task("b", "a"), task("take", at_end=True), answers={"until": "2024-02-01"}))

        assert said in str(caught.value)


class TestAnswers:
    def test_blocked_keeps_the_reason_until_it_goes_on(self):
        work = work_of.blocked(start(begun(task("a")), "a"), "a", " no  parts ")

        assert (work.run("a").state, work.run("a").why) == (TaskState.BLOCKED, "no parts")
        assert work_of.resumed(work, "a").run("a").why == ""
        assert work_of.done(work, "a", NOW).finished

    def test_by_friday_moves_the_date_of_the_task(self):
        friday = NOW + timedelta(days=4)
        work = work_of.promised_by(start(begun(task("a")), "a"), "a", friday, NOW)

        assert work.run("a").due_at == friday

    def test_a_gate_that_fails_gives_back_what_it_checks_and_nothing_else(self):
        work = begun(
            task("a"), task("b"), task("skip", "b", when="until answered"), task("gate", "skip", gate=True)
        )
        work = start(finish(finish(work, "a"), "b"), "gate")
        work = work_of.sent_back(work, "gate", "not clean")

        assert [one.state.value for one in work.runs] == ["done", "waiting", "skipped", "waiting"]
        assert work.run("b").why == "not clean"
        assert turn(work) == ["b"]

    def test_the_time_of_a_task_runs_from_its_start(self):
        assert start(begun(task("a")), "a", NOW + HOUR).run("a").due_at == NOW + 3 * HOUR
        assert start(begun(task("a", due="")), "a").run("a").due_at is None


class TestPromise:
    def test_it_follows_from_the_item(self):
        assert begun(task("a")).promised_at == NOW + 10 * HOUR
        assert begun(task("a"), promised="").promised_at is None

    def test_it_is_moved_with_a_reason_that_stays(self):
        work = work_of.moved(begun(task("a")), NOW + 20 * HOUR, "the vendor is late", NOW + HOUR)

        assert work.promised_at == NOW + 20 * HOUR
        assert [(one.before, one.why) for one in work.moves] == [(NOW + 10 * HOUR, "the vendor is late")]

    @pytest.mark.parametrize(("hours", "was_kept"), [(10, True), (11, False)])
    def test_only_the_first_promise_counts_for_reliability(self, hours, was_kept):
        work = work_of.moved(begun(task("a")), NOW + 20 * HOUR, "late", NOW + HOUR)

        assert kept(work) is None
        assert kept(finish(work, "a", NOW + hours * HOUR)) is was_kept

    def test_nothing_promised_is_neither_kept_nor_broken(self):
        assert kept(finish(begun(task("a"), promised=""), "a")) is None
        assert kept(begun()) is True

    def test_the_end_is_expected_along_the_longest_way(self):
        work = begun(
            task("a", due="3h"), task("b", due="1h"), task("c", "a", "b"), task("d", "c", when="x is y")
        )

        assert expected_at(work, NOW, AROUND_THE_CLOCK) == NOW + 5 * HOUR
        late = start(work, "a")
        assert expected_at(late, NOW + 4 * HOUR, AROUND_THE_CLOCK) == NOW + 7 * HOUR
        done = finish(finish(work, "a"), "b")
        assert expected_at(done, NOW + HOUR, AROUND_THE_CLOCK) == NOW + 3 * HOUR

    def test_nobody_knows_the_end_while_something_is_blocked(self):
        assert (
            expected_at(work_of.blocked(start(begun(task("a")), "a"), "a", "no"), NOW, AROUND_THE_CLOCK)
            is None
        )

    def test_a_calendar_that_never_has_so_much_time_gives_no_end(self):
        never = AROUND_THE_CLOCK.__class__("never", AROUND_THE_CLOCK.zone, ((),) * 7, lambda _day: True)

        assert expected_at(begun(task("a")), NOW, never) is None

    def test_progress_counts_what_the_request_has(self):
        work = begun(task("a"), task("b"), task("c", when="x is y"), task("d"))
        work = work_of.blocked(start(start(finish(work, "a"), "b"), "d"), "d", "no key")
        found = progress(work, NOW + 3 * HOUR)

        assert (found.done, found.total, found.blocked, found.late) == (1, 3, ("d",), ("b", "d"))


@st.composite
def graphs(draw):
    """Tasks without a cycle, some with conditions, gates and the end of an access, in any written order."""
    count = draw(st.integers(1, 8))
    tasks = []
    for index in range(count):
        end = draw(st.booleans()) if index > count // 2 else False
        before = [one.id for one in tasks if end or not one.at_end]
        after = draw(st.lists(st.sampled_from(before), unique=True, max_size=3)) if before else []
        when = draw(st.sampled_from(["", "", "until answered", "other is yes"]))
        tasks.append(
            task(f"t{index}", *after, when=when, at_end=end, gate=bool(after) and draw(st.booleans()))
        )
    return draw(st.permutations(tasks)), draw(st.sampled_from([{}, {"until": "2024-01-16"}]))


@given(graphs(), st.data())
def test_no_order_of_answers_ends_in_a_standstill_or_breaks_the_order(graph, data):
    tasks, answers = graph
    work, now, returned = begun(*tasks, answers=answers), NOW, 0
    for _ in range(200):
        if work.finished:
            break
        ready = [one.id for one in work_of.startable(work, now.date())]
        active = [one.task.id for one in work.runs if one.state in work_of.ACTIVE]
        if not ready and not active:
            # Only the end of an access can be waited for, and everything else is done by then.
            assert work.fulfilled
            assert work.ends_on is not None
            assert now.date() <= work.ends_on
            now += timedelta(days=1)
            continue
        name = data.draw(st.sampled_from([*ready, *active]))
        now += HOUR
        run = work.run(name)
        if name in ready:
            work = start(work, name, now)
            assert all(work.run(one).state in {TaskState.DONE, TaskState.SKIPPED} for one in run.task.after)
        elif run.task.gate and returned < 3 and data.draw(st.booleans()):
            work, returned = work_of.sent_back(work, name, "again"), returned + 1
        elif run.state is TaskState.STARTED and data.draw(st.booleans()):
            work = work_of.blocked(work, name, "no parts")
        else:
            work = work_of.done(work, name, now)
        assert expected_at(work, now, AROUND_THE_CLOCK) is not None or progress(work, now).blocked

    assert work.finished


class TestByHand:
    def test_what_is_left_out_lets_the_next_one_start(self):
        work = begun(task("order"), task("install", "order"))

        left = work_of.skipped(start(work, "order"), "order", "in stock")

        assert [one.id for one in work_of.startable(left, TODAY)] == ["install"]
        assert left.run("order").why == "in stock"

    def test_nothing_is_left_out_without_a_reason_or_twice(self):
        work = begun(task("order"))

        with pytest.raises(NotPossible, match="reason"):
            work_of.skipped(work, "order", " ")
        with pytest.raises(NotPossible, match="done already"):
            work_of.skipped(finish(work, "order"), "order", "why")

    def test_a_task_that_is_put_back_lets_what_it_made_start_wait_again(self):
        work = start(finish(begun(task("order"), task("install", "order")), "order"), "install")

        back = work_of.put_back(work, "order", TaskState.STARTED, "")

        assert [one.state for one in back.runs] == [TaskState.STARTED, TaskState.WAITING]

    def test_nothing_is_put_back_behind_what_is_done(self):
        work = finish(begun(task("order"), task("install", "order")), "order")
        work = finish(work, "install")

        with pytest.raises(NotPossible, match="install, which comes after order, is done already"):
            work_of.put_back(work, "order", TaskState.STARTED, "")

    def test_calling_off_takes_back_at_once_what_was_given(self):
        answers = {"until": "2024-06-30"}
        work = begun(task("give"), task("tell", "give"), task("take", at_end=True), answers=answers)
        given_work = finish(work, "give")

        off = work_of.called_off(given_work, "she left", TODAY)

        assert [one.state for one in off.runs] == [TaskState.DONE, TaskState.SKIPPED, TaskState.WAITING]
        assert [one.id for one in work_of.startable(off, TODAY)] == ["take"]

    def test_calling_off_what_was_not_given_leaves_nothing(self):
        work = begun(task("give"), task("take", at_end=True), answers={"until": "2024-06-30"})

        off = work_of.called_off(start(work, "give"), "she left", TODAY)

        assert off.finished
        assert work_of.startable(off, TODAY) == ()
