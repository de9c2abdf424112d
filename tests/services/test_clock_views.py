"""What is shown of clocks, for every way in which one can stand."""

from datetime import UTC, datetime, timedelta

from daemon.services.clock_views import lines

START = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)


def view(**fields):
    usual = {
        "clock": "resolution", "run": 1, "state": "running", "rule": "standard", "why": "it is for all",
        "calendar": "", "target_seconds": 3600, "used_seconds": 600, "left_seconds": 3000, "due": None,
        "met": True, "segments": [],
    }  # fmt: skip
    return {**usual, **fields}


def segment(**fields):
    usual = {
        "kind": "running", "started": START, "ended": START + timedelta(days=1), "reason": "it began",
        "ended_reason": "it stopped", "used_seconds": 600,
    }  # fmt: skip
    return {**usual, **fields}


def test_clock_that_stands_still_says_what_is_left():
    assert list(lines([view(state="paused", segments=[segment(kind="paused")])], "UTC")) == [
        "resolution: paused, 50 min left",
        "  promised 1 h around the clock, by standard (it is for all)",
        "  Mon 15 Jan, 09:00 till Tue 16 Jan, 09:00: paused; it began, then it stopped",
    ]


def test_clock_that_is_late_says_by_how_much():
    assert next(lines([view(left_seconds=-900, due=START)], "UTC")) == (
        "resolution: running, 15 min over, due Mon 15 Jan 2024, 09:00 UTC"
    )


def test_promise_that_was_broken_says_so_when_it_is_over():
    assert next(lines([view(state="stopped", left_seconds=-900, used_seconds=4500, met=False)], "UTC")) == (
        "resolution: broken by 15 min, took 1 h 15 min"
    )


def test_clock_without_a_promise_only_counts():
    shown = view(
        target_seconds=None, left_seconds=None, met=None, calendar="office", clock="next-response", run=2
    )

    assert list(lines([shown], "UTC")) == [
        "next response (run 2): running, 10 min so far",
        "  nothing promised; counted on office",
    ]
