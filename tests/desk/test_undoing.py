"""Every kind of change: what it makes of a ticket, as text and back, and that its inverse restores it."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from daemon.desk import changes as c
from daemon.desk.changes import Change
from daemon.desk.outcome import after
from daemon.desk.packing import packed, unpacked
from daemon.desk.undoing import contradictions, inverse, step, taken_back
from storage.records import Entry, Person, Ticket
from storage.vocabulary import (
    EntryKind,
    Level,
    LinkKind,
    ParticipantRole,
    Priority,
    TicketState,
    TicketType,
    Visibility,
)
from tests.commands.asking import NOW, ticket

LATER = NOW + timedelta(minutes=5)
HELD = Entry(3, 7, EntryKind.HELD, Visibility.INTERNAL, "eve@evil.test", "Eve", "Hi", "Hi", 4, NOW)
TAKEN = replace(HELD, kind=EntryKind.MESSAGE, visibility=Visibility.PUBLIC)
ONE_OF_EACH: tuple[Change, ...] = (
    c.MoveState(TicketState.PENDING_DATE, "parts", until=LATER),
    c.RestoreState(TicketState.OPEN, None, None, None),
    c.Assign("ann@corp.test", "why"),
    c.SetTeam("hr", ("hr", "it"), "theirs"),
    c.SetType(TicketType.PROBLEM, TicketState.INVESTIGATING),
    c.SetLevels(Level.HIGH, Level.LOW, Priority.P1, "the board"),
    c.SetCategory("printing"),
    c.SetSubject("The printer prints stripes"),
    c.SetDue(LATER),
    c.SetTags(("vpn", "outage")),
    c.SetField("site", "Berlin"),
    c.SetWatchers(("bob@corp.test",)),
    c.SetAsked(("hugo@corp.test",)),
    c.BookTime(15),
    c.AddRoute("hr"),
    c.AddParticipants(((4, ParticipantRole.COPIED),)),
    c.CopyIn(("dan@cust.test",)),
    c.CopyOut(("dan@cust.test",)),
    c.SetRequester(Person(2, "Dan", "dan@cust.test")),
    c.SetRequester(None),
    c.Remark("follows", (("ticket", "3"),)),
    c.SetRequest("laptop", (("model", "Large"),), "phone", ()),
    c.AcceptHeld(HELD),
    c.RefuseHeld(HELD),
    c.SplitHeld(HELD),
    c.SendHeld(HELD),
    c.PutBack(HELD, TAKEN),
    c.SplitWords("A mouse"),
    c.SplitFrom(9),
    c.Merge(9),
    c.Unmerge(9),
    c.AddLink(LinkKind.PARENT, 9),
    c.RemoveLink(LinkKind.PARENT, 9),
    c.StopMails(("closing",), "ann@corp.test", "not yet"),
    c.StartMails(("closing", "all"), "ann@corp.test"),
    c.TellTask("order", "Hello", "ann@corp.test"),
    c.SetTask("order", "done", "", "started", "late", "ann@corp.test"),
    c.MovePromise(NOW, "the ship is late", None),
)
FULL = {
    "state": TicketState.RESOLVED,
    "resolved_at": NOW,
    "category": "mail",
    "tags": ("old",),
    "fields": (("site", "Paris"),),
    "due_at": NOW,
    "minutes_spent": 30,
    "watchers": ("ann@corp.test",),
}


def test_every_kind_of_change_is_tried_here():
    assert {type(change) for change in ONE_OF_EACH} == set(get_args(Change))


@pytest.mark.parametrize("change", ONE_OF_EACH, ids=lambda change: type(change).__name__)
def test_change_goes_through_text_unchanged(change: Change):
    assert unpacked(packed([change])) == (change,)


def test_a_change_of_a_newer_program_is_an_error_and_not_skipped():
    with pytest.raises(ValueError, match="got 'Teleport'"):
        unpacked('[["Teleport", {}]]')


@pytest.mark.parametrize("facts", [{}, FULL], ids=["bare", "full"])
@pytest.mark.parametrize("change", ONE_OF_EACH, ids=lambda change: type(change).__name__)
def test_inverse_restores_the_ticket(change: Change, facts: dict[str, object]):
    before = ticket(**facts)
    if isinstance(change, c.MoveState) and before.state is TicketState.RESOLVED:
        change = c.MoveState(TicketState.CLOSED)
    if isinstance(change, c.Unmerge):
        before = replace(before, merged_into=9)

    changed = after(before, change, LATER)
    back = changed
    for one in inverse(before, change):
        back = after(back, one, LATER)

    if isinstance(change, c.SplitFrom):
        # A ticket that was opened cannot be unopened; what is written to it is led back.
        assert back.merged_into == change.source
        return
    assert plain(back) == plain(before)


def plain(one: Ticket) -> Ticket:
    return replace(one, updated_at=NOW)


def test_several_changes_are_taken_back_from_the_last_on():
    before = ticket()
    done, now = [], before
    for change in (
        c.Assign("ann@corp.test"),
        c.MoveState(TicketState.OPEN),
        c.Assign("bob@corp.test"),
        c.BookTime(5),
    ):
        done.append((now, change))
        now = after(now, change, LATER)

    made = step(before, now, done)
    for change in taken_back(made):
        now = after(now, change, LATER)

    assert plain(now) == before


class TestContradictions:
    def made(self):
        before = ticket()
        change = c.Assign("ann@corp.test")
        now = after(before, change, LATER)
        return now, step(before, now, [(before, change)])

    def test_none_where_it_is_as_it_was_left(self):
        now, made = self.made()

        assert list(contradictions(now, made)) == []

    def test_none_from_what_was_not_touched(self):
        now, made = self.made()

        assert list(contradictions(after(now, c.SetTags(("x",)), LATER), made)) == []

    def test_what_somebody_changed_since_is_named(self):
        now, made = self.made()

        (said,) = contradictions(after(now, c.Assign(None), LATER), made)
        assert said == "the assignee of ticket 7 is nothing by now, not ann@corp.test"
