"""Which row counts for a ticket, and what it promises."""

import pytest

from daemon.desk.calendars import AROUND_THE_CLOCK
from daemon.desk.durations import BadDurationError, seconds_of, spoken_length
from daemon.desk.service_levels import NO_PROMISE, EscalationSettings, Level, ServiceLevels, SlaSettings
from storage.vocabulary import Clock, Priority, TicketState, TicketType
from tests.desk.ticketing import ticket


def levels(*rows: SlaSettings) -> ServiceLevels:
    return ServiceLevels.build(rows, {}, frozenset({"ann@corp.test"}))


def chosen(*rows: SlaSettings, **fields: object) -> tuple[str, str]:
    promise = levels(*rows).promise(ticket(**fields))
    return promise.rule, promise.why


GOLD = SlaSettings(name="gold", priorities=("P1", "P2"), requesters=("@cust.test", "boss@other.test"))
REQUESTS = SlaSettings(name="requests", types=("service-request",), teams=("hr",))
ALL = SlaSettings(name="all")


class TestChoice:
    @pytest.mark.parametrize(
        ("fields", "found"),
        [
            ({"priority": Priority.P1}, ("gold", "the first that fits: P1, requester @cust.test")),
            ({"priority": Priority.P3}, ("all", "the first that fits: it is for every ticket")),
            (
                {"priority": Priority.P1, "requester": None},
                ("all", "the first that fits: it is for every ticket"),
            ),
            (
                {"type": TicketType.SERVICE_REQUEST, "team": "hr"},
                ("requests", "the first that fits: service-request, hr"),
            ),
            ({"type": TicketType.SERVICE_REQUEST}, ("all", "the first that fits: it is for every ticket")),
        ],
    )
    def test_first_row_that_fits_counts_and_says_by_what(self, fields, found):
        assert chosen(GOLD, REQUESTS, ALL, **fields) == found

    @pytest.mark.parametrize(
        ("wanted", "fits"),
        [
            ("@cust.test", True),
            ("cara@CUST.test", True),
            ("@test", True),
            ("@ust.test", False),
            ("ara@cust.test", False),
            ("bob@cust.test", False),
        ],
    )
    def test_customer_is_an_address_or_a_domain_with_those_below_it(self, wanted, fits):
        assert chosen(SlaSettings(name="theirs", requesters=(wanted,)))[0] == ("theirs" if fits else "")

    def test_where_no_row_fits_nothing_is_promised(self):
        assert levels(REQUESTS).promise(ticket()) is NO_PROMISE

    def test_unknown_calendar_is_around_the_clock(self):
        assert levels(ALL).calendar("gone") is AROUND_THE_CLOCK

    def test_fingerprint_is_of_the_rows(self):
        assert levels(ALL).fingerprint == levels(SlaSettings(name="all")).fingerprint
        assert levels(ALL).fingerprint != levels(ALL, GOLD).fingerprint


class TestPromise:
    def test_targets_pauses_and_rings(self):
        row = SlaSettings(
            name="all",
            first_response="1h",
            resolution="1h 30m",
            update="4h",
            pause=("pending-vendor",),
            ring_minutes=5,
        )

        promise = levels(row).promise(ticket())

        assert promise.targets == {Clock.FIRST_RESPONSE: 3600, Clock.RESOLUTION: 5400, Clock.UPDATE: 14_400}
        assert promise.pause == {TicketState.PENDING_VENDOR}
        assert promise.ring_seconds == 300

    def test_levels_are_warnings_breach_and_escalations_in_order(self):
        row = SlaSettings(
            name="all",
            warn_at=(0.8,),
            escalation=(
                EscalationSettings(share=1.5, to=("owner",), priority="P2", assign_to="owner"),
                EscalationSettings(share=1.5, to=(), priority="P1"),
                EscalationSettings(share=0.8, to=("team", "ann@corp.test")),
            ),
        )

        promise = levels(row).promise(ticket())

        assert promise.levels == (
            Level(0.8, ("assignee", "team", "ann@corp.test")),
            Level(1.0, ("assignee",)),
            Level(1.5, ("owner",), Priority.P1, "owner"),
        )
        assert promise.ladder == (("assignee",), ("team", "ann@corp.test"), ("owner",))


class TestLengths:
    @pytest.mark.parametrize(
        ("text", "seconds"), [("8h", 28_800), ("30m", 1800), ("1h 30m", 5400), ("1H30M", 5400), ("90m", 5400)]
    )
    def test_hours_and_minutes(self, text, seconds):
        assert seconds_of(text) == seconds

    @pytest.mark.parametrize("text", ["", "8", "0h", "soon", "30m 1h", "-1h"])
    def test_what_is_none_is_told(self, text):
        with pytest.raises(BadDurationError) as caught:
            seconds_of(text)

        assert str(caught.value) == f'expected a length of time like "30m", "8h" or "1h 30m", got "{text}"'

    def test_days_are_to_be_written_in_hours(self):
        with pytest.raises(BadDurationError, match="write a day in hours of its calendar"):
            seconds_of("2d")

    @pytest.mark.parametrize(
        ("seconds", "said"),
        [
            (0, "0 min"),
            (-5, "0 min"),
            (42, "42 s"),
            (60, "1 min"),
            (3599, "59 min"),
            (5400, "1 h 30 min"),
            (7200, "2 h"),
        ],
    )
    def test_what_people_read(self, seconds, said):
        assert spoken_length(seconds) == said
