"""Tickets, people, entries, journal, keys and jobs."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import arrivals, entries, jobs, journal, keys, people, threads, tickets
from storage.database import Database
from storage.entries import NewEntry
from storage.journal import Line
from storage.records import Event, Incoming, StoredPart
from storage.tickets import Filter, NewTicket
from storage.vocabulary import (
    EntryKind,
    Level,
    ParticipantRole,
    Priority,
    Source,
    TicketState,
    TicketType,
    Visibility,
)

NEW = NewTicket(
    type=TicketType.INCIDENT,
    state=TicketState.NEW,
    impact=Level.MEDIUM,
    urgency=Level.MEDIUM,
    priority=Priority.P3,
    team="it",
    requester_id=None,
    subject="Printer",
    root_message_id="<root@x>",
)


class TestPeople:
    def test_person_is_met_once_whatever_the_case_of_the_address(self, database: Database, now: datetime):
        with database.write():
            cara = people.find_or_add("Cara@Cust.test", "", now)
            again = people.find_or_add("cara@cust.TEST", "Cara", now)
            third = people.find_or_add("cara@cust.test", "Somebody Else", now)

        assert cara.id == again.id == third.id
        assert (again.name, third.name, again.address) == ("Cara", "Cara", "cara@cust.test")

    def test_nobody_is_none_and_an_unknown_number_an_error(self, database: Database):
        with database.read():
            assert people.find("nobody@x.test") is None
            with pytest.raises(LookupError, match="there is no person 99"):
                people.by_id(99)

    def test_suppression_is_kept_and_lifted(self, database: Database, now: datetime):
        with database.write():
            people.find_or_add("cara@cust.test", "", now)
            people.suppress("Cara@cust.test", "5.1.1")
            assert people.suppressions(["CARA@cust.test", "x@y.test"]) == {"cara@cust.test": "5.1.1"}
            people.suppress("cara@cust.test", "")
            assert people.suppressions(["cara@cust.test"]) == {}

    def test_addresses_of_a_person_are_listed(self, database: Database, now: datetime):
        with database.write():
            cara = people.find_or_add("cara@cust.test", "", now)
            assert [one.address for one in people.addresses_of(cara.id)] == ["cara@cust.test"]


class TestTickets:
    def test_ticket_comes_back_with_requester_and_routes(self, database: Database, now: datetime):
        with database.write():
            cara = people.find_or_add("cara@cust.test", "Cara", now)
            number = tickets.add(replace(NEW, requester_id=cara.id), ("it", "hr"), now)
            found = tickets.lock(number)

        assert found is not None
        assert (found.requester, found.routes, found.root_message_id) == (cara, ("it", "hr"), "<root@x>")
        assert found.created_at == now

    def test_unknown_ticket_is_none(self, database: Database):
        with database.write():
            assert tickets.get(99) is None
            assert tickets.lock(99) is None

    def test_route_is_added_once(self, database: Database, now: datetime):
        with database.write():
            number = tickets.add(NEW, ("it",), now)
            assert tickets.add_route(number, "hr")
            assert not tickets.add_route(number, "it")

    def test_participants_keep_their_first_role_and_order(self, database: Database, now: datetime):
        with database.write():
            number = tickets.add(NEW, ("it",), now)
            dan, cara = (people.find_or_add(f"{name}@cust.test", "", now) for name in ("dan", "cara"))
            tickets.add_participants(number, [(cara.id, ParticipantRole.REQUESTER)])
            tickets.add_participants(
                number, [(cara.id, ParticipantRole.COPIED), (dan.id, ParticipantRole.COPIED)]
            )
            tickets.add_participants(number, [])
            found = tickets.participants(number)

        assert [(one.person.address, one.role) for one in found] == [
            ("cara@cust.test", ParticipantRole.REQUESTER),
            ("dan@cust.test", ParticipantRole.COPIED),
        ]

    def test_last_known_message_id_leads_to_its_ticket(self, database: Database, now: datetime):
        with database.write():
            tickets.remember_message_ids(["<a@x>", "<b@x>"], 1)
            tickets.remember_message_ids(["<b@x>", "<c@x>"], 2)
            tickets.remember_message_ids([], 3)

            assert tickets.find_by_message_ids(["<a@x>", "<c@x>", "<unknown@x>"]) == 2
            assert tickets.find_by_message_ids(["<b@x>"]) == 1
            assert tickets.find_by_message_ids(["<unknown@x>"]) is None
            assert tickets.find_by_message_ids([]) is None

    def test_every_column_comes_back_as_it_was_written(self, database: Database, now: datetime):
        written: dict[str, Any] = {
            "type": TicketType.SERVICE_REQUEST,
            "state": TicketState.CLOSED,
            "assignee": "ann@corp.test",
            "resolved_at": now + timedelta(hours=1),
            "closed_at": now + timedelta(hours=2),
            "due_at": now + timedelta(hours=3),
            "pending_until": now + timedelta(hours=4),
            "journal_hash": "ab",
            "category": "hardware",
            "tags": ("red", "blue"),
            "fields": (("floor", "3"), ("room", "x 1")),
            "watchers": ("ben@corp.test",),
            "asked": ("cara@corp.test", "dan@corp.test"),
            "minutes_spent": 25,
            "merged_into": 1,
        }
        with database.write():
            cara = people.find_or_add("cara@cust.test", "Cara", now)
            tickets.add(NEW, ("it",), now)
            number = tickets.add(replace(NEW, requester_id=cara.id), ("it", "hr"), now)
            tickets.change(number, written)
            found = tickets.lock_all([3, number, 1])

            assert [one.number for one in found] == [1, number]
            assert {name: getattr(found[1], name) for name in written} == written
            assert (found[1].requester, found[1].routes, found[1].created_at) == (cara, ("it", "hr"), now)
            assert found[0].requester is None
            assert [tickets.get(1), tickets.lock(number)] == found
            assert tickets.matching(Filter()) == found[::-1]
            assert (tickets.lock_all([]), tickets.get(3), tickets.lock(3)) == ([], None, None)

    def test_several_are_changed_at_once_each_in_columns_of_its_own(self, database: Database, now: datetime):
        with database.write():
            for _ in range(3):
                tickets.add(NEW, (), now)
            later = now + timedelta(hours=1)
            tickets.change_all(
                {1: {"tags": ("red",)}, 2: {"tags": ()}, 3: {"state": TicketState.CLOSED, "closed_at": later}}
            )
            found = tickets.lock_all([1, 2, 3])

        assert [one.tags for one in found] == [("red",), (), ()]
        assert [(one.state, one.closed_at) for one in found[1:]] == [("new", None), ("closed", later)]

    def test_filter_asks_for_state_team_and_words(self, database: Database, now: datetime):
        with database.write():
            first = tickets.add(NEW, ("it",), now)
            second = tickets.add(replace(NEW, team="hr", subject="Holiday 100%"), ("hr",), now)
            tickets.change(first, {"state": "closed"})

            def numbers(**wanted: object) -> list[int]:
                return [one.number for one in tickets.matching(Filter(**wanted))]

            assert numbers() == [second, first]
            assert numbers(limit=1) == [second]
            assert numbers(states=(TicketState.CLOSED,)) == [first]
            assert numbers(team="hr") == [second]
            assert numbers(search="holiday") == [second]
            assert numbers(search="%") == [second]
            assert tickets.count_by_state() == {"closed": 1, "new": 1}

    def test_long_resolved_tickets_are_found(self, database: Database, now: datetime):
        with database.write():
            number = tickets.add(NEW, ("it",), now)
            tickets.change(number, {"state": "resolved", "resolved_at": now})
            assert tickets.done_before([TicketState.RESOLVED], now, 10) == []
            assert tickets.done_before([TicketState.RESOLVED], now + timedelta(seconds=1), 10) == [number]


class TestEntries:
    def test_entries_keep_order_and_whole_text(self, database: Database, now: datetime):
        with database.write():
            number = tickets.add(NEW, ("it",), now)
            for word in ("one", "two", "three"):
                entries.add(
                    number,
                    NewEntry(EntryKind.MESSAGE, Visibility.PUBLIC, "a@b", "A", word, f"{word}\n> quote"),
                    now,
                )
            found = entries.of_ticket(number)
            before = entries.latest(number, 1, before=found[-1].id)

        assert [entry.text for entry in found] == ["one", "two", "three"]
        assert found[0].body == "one\n> quote"
        assert [entry.text for entry in before] == ["two"]

    def test_one_arrival_makes_one_entry(self, database: Database, now: datetime):
        entry = NewEntry(EntryKind.MESSAGE, Visibility.PUBLIC, "a@b", "A", "x", "x", arrival_id=5)

        def twice() -> None:
            with database.write():
                number = tickets.add(NEW, ("it",), now)
                entries.add(number, entry, now)
                entries.add(number, entry, now)

        with pytest.raises(Exception, match=r"(?i)unique"):
            twice()

    def test_parts_come_back_in_order(self, database: Database):
        part = StoredPart(3, "1", "text/plain", "a.txt", 5, "s" * 64, "attachment", "", 10, 15, "base64", "")
        with database.write():
            entries.add_parts([part, replace(part, path="2")])
            entries.add_parts([])
            assert entries.parts_of([3]) == [part, replace(part, path="2")]
            assert entries.parts_of([]) == []


class TestJournal:
    LINES = (
        Line("opened", "cara", "arrival:1", {"a": "b"}),
        Line("state", "ann", "arrival:2", {"to": "open"}),
    )

    def written(self, now: datetime) -> tuple[list[Event], str]:
        number = tickets.add(NEW, ("it",), now)
        last = journal.append(number, "", self.LINES[:1], now)
        last = journal.append(number, last, self.LINES[1:], now)
        return journal.of_ticket(number), last

    def test_whole_chain_holds(self, database: Database, now: datetime):
        with database.write():
            events, last = self.written(now)

        assert journal.broken_link(events, last) is None
        assert journal.broken_link([], "") is None

    def test_lines_of_several_are_chained_each_to_its_own(self, database: Database, now: datetime):
        line = Line("note", "ann", "cli", {})
        with database.write():
            first = journal.append(1, "", [line], now)
            last = journal.append_all([(1, first, [line, line]), (2, "", []), (3, "", [line])], now)
            found = [journal.of_ticket(number) for number in (1, 2, 3)]

        assert [len(events) for events in found] == [3, 0, 1]
        assert [journal.broken_link(*each) for each in zip(found, last, strict=True)] == [None] * 3

    @pytest.mark.parametrize("field", ["kind", "actor", "cause", "previous", "hash"])
    def test_changed_line_shows(self, database: Database, now: datetime, field: str):
        with database.write():
            events, last = self.written(now)

        changed = [replace(events[0], **{field: "forged"}), events[1]]
        assert journal.broken_link(changed, last) == events[0].id

    def test_cut_off_line_shows(self, database: Database, now: datetime):
        with database.write():
            events, last = self.written(now)

        assert journal.broken_link(events[:1], last) == events[0].id
        assert journal.broken_link(events[1:], last) == events[1].id
        assert journal.broken_link([], last) == 0

    @given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.datetimes())
    def test_no_two_lines_have_one_hash(self, words: list[str], at: datetime):
        lines = [Line(word, "a", "b", {"n": str(number)}) for number, word in enumerate(words)]

        assert len({journal.chained("", at, line) for line in lines}) == len(lines)

    def test_what_was_held_back_is_listed(self, database: Database, now: datetime):
        with database.write():
            journal.append(1, "", [Line("not sent", "p", "c", {"to": "v@x", "reason": "too many"})], now)
            assert journal.withheld_since(now) == [("v@x", "too many")]
            assert journal.withheld_since(now + timedelta(seconds=1)) == []


def test_keys_are_kept_newest_first(database: Database, now: datetime):
    with database.write():
        assert keys.signing_keys() == []
        old = keys.add_signing_key(now)
        new = keys.add_signing_key(now + timedelta(days=1))
        found = keys.signing_keys()

    assert found == [new, old]
    assert len(new.value) == 32
    assert new.id != old.id


class TestJobs:
    EVERY, LEASE = timedelta(hours=1), timedelta(minutes=10)

    def test_job_is_taken_when_due_by_one_owner_at_a_time(self, database: Database, now: datetime):
        with database.write():
            assert jobs.take("j", "one", now, self.EVERY, self.LEASE)
            assert not jobs.take("j", "two", now, self.EVERY, self.LEASE)
            jobs.done("j", "one", now, "did it")
            assert not jobs.take("j", "two", now + timedelta(minutes=59), self.EVERY, self.LEASE)
            assert jobs.take("j", "two", now + self.EVERY, self.EVERY, self.LEASE)
            assert [(one.name, one.last_run_at, one.last_result) for one in jobs.states()] == [
                ("j", now, "did it")
            ]

    def test_job_of_a_dead_owner_is_free_after_its_lease(self, database: Database, now: datetime):
        with database.write():
            jobs.take("j", "dead", now, self.EVERY, self.LEASE)
            assert jobs.take("j", "two", now + self.LEASE + timedelta(seconds=1), self.EVERY, self.LEASE)


def test_each_address_has_seen_what_it_got_and_wrote(database: Database, now: datetime):
    with database.write():
        number = tickets.add(NEW, ("it",), now)
        (receipt,) = arrivals.insert_many([(Incoming(Source.SMTP, b"x", now), "d", "<hers@x>")])
        said = NewEntry(
            EntryKind.MESSAGE, Visibility.PUBLIC, "cara@cust.test", "", "x", "x", receipt.arrival_id
        )
        entries.add(number, said, now)

        assert threads.seen(number) == {"cara@cust.test": ["<hers@x>"]}
        assert threads.seen(number + 1) == {}
