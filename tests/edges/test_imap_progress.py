import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.edges.imap_poller import reconnect_delay
from daemon.edges.imap_progress import FETCH_WAIT_LIMIT_SECONDS, Progress, UidRanges
from daemon.edges.imap_session import uid_set

UIDS = st.lists(
    st.integers(min_value=1, max_value=60) | st.integers(min_value=2**32 - 9, max_value=2**32 - 1)
)


class TestUidRanges:
    @given(UIDS)
    def test_ranges_hold_exactly_what_was_added(self, uids):
        ranges = UidRanges()
        for uid in uids:
            ranges.add(uid)

        assert [uid for uid in range(62) if uid in ranges] == sorted({uid for uid in uids if uid < 62})
        assert len(ranges) == len(set(uids))
        assert all(uid in ranges for uid in uids)

    @given(UIDS)
    def test_neighbours_share_a_run(self, uids):
        ranges = UidRanges()
        for uid in uids:
            ranges.add(uid)

        assert ranges.runs == sum(uid - 1 not in set(uids) for uid in set(uids))

    @pytest.mark.no_cover
    def test_a_folder_of_a_million_messages_is_one_run(self):
        ranges = UidRanges()
        for uid in range(1, 1_000_001):
            ranges.add(uid)

        assert (ranges.runs, len(ranges)) == (1, 1_000_000)


class TestProgress:
    def test_what_is_settled_unfiled_or_in_trouble_is_not_fresh(self):
        progress = Progress(uidvalidity=7)
        progress.filed([1])
        progress.stored(2)
        progress.put_off(3, now=0.0, limit_seconds=60)

        assert progress.fresh([5, 4, 3, 2, 1, 4]) == [4, 5]

    def test_a_failed_message_is_due_at_once_and_then_later_and_later(self):
        progress = Progress(uidvalidity=7)
        waits = []
        for _ in range(13):
            progress.put_off(3, now=100.0, limit_seconds=FETCH_WAIT_LIMIT_SECONDS)
            waits.append(progress.next_due() - 100.0)

        assert waits == [0, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]

    def test_the_least_tried_message_comes_first(self):
        progress = Progress(uidvalidity=7)
        for uid in (1, 1, 3, 2):
            progress.put_off(uid, now=0.0, limit_seconds=60)

        assert progress.due(now=0.0) == [2, 3]
        assert progress.due(now=30.0) == [2, 3, 1]

    def test_a_stored_message_is_out_of_trouble(self):
        progress = Progress(uidvalidity=7)
        progress.put_off(3, now=0.0, limit_seconds=60)
        progress.stored(3)
        progress.filed([3])

        assert (progress.troubled, progress.unfiled, 3 in progress.settled) == ({}, set(), True)
        assert progress.next_due() is None


class TestUidSet:
    def test_runs_are_written_as_ranges(self):
        assert uid_set([7, 1, 2, 3, 9, 10]) == "1:3,7,9:10"

    @given(st.sets(st.integers(min_value=1, max_value=50), min_size=1))
    def test_a_set_names_exactly_its_uids(self, uids):
        named = set()
        for part in uid_set(list(uids)).split(","):
            first, _, last = part.partition(":")
            named |= set(range(int(first), int(last or first) + 1))

        assert named == uids


class TestReconnectDelay:
    def test_delays_double_up_to_a_minute(self):
        assert [reconnect_delay(failures, 0.0) for failures in range(9)] == [1, 1, 2, 4, 8, 16, 32, 60, 60]

    @given(st.integers(min_value=0, max_value=10_000), st.floats(min_value=0, max_value=1))
    def test_never_more_than_one_try_a_second_nor_less_than_one_a_minute(self, failures, jitter):
        assert 1 <= reconnect_delay(failures, jitter) <= 60
