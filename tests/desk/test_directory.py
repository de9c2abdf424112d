"""Comparing a directory with what is stored, and finding who in it leads nowhere."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.directory import (
    Finding,
    Trouble,
    away_until,
    brake,
    by_name,
    differences,
    findings,
    matching,
)
from storage.records import DirectoryPerson
from tests.desk.directories import people

ANN = DirectoryPerson("ann@example.com", "Ann", "mia@example.com", "Sales")
MIA = DirectoryPerson("mia@example.com", "Mia")


class TestProperties:
    @settings(max_examples=50)
    @given(people(), people())
    def test_differences_lead_from_the_old_to_the_new(self, before, after):
        found = differences(before, after)
        state = {one.address: one for one in before} | {one.address: one for one in found.written}
        for one in found.gone:
            del state[one.address]

        assert state == {one.address: one for one in after}
        assert not differences(after, after)

    @settings(max_examples=50)
    @given(st.lists(st.integers(0, 7), min_size=8, max_size=8))
    def test_every_ring_of_managers_is_found_once(self, above):
        made = [DirectoryPerson(f"p{at}@x.test", manager=f"p{up}@x.test") for at, up in enumerate(above)]
        rings = [one.about for one in findings(made) if one.trouble is Trouble.RING]

        in_rings = set()
        for at in range(8):
            up = above[at]
            for _ in range(8):
                if up == at:
                    in_rings.add(f"p{at}@x.test")
                up = above[up]
        assert sorted(one for ring in rings for one in ring) == sorted(in_rings)
        assert all(ring[0] == min(ring) for ring in rings)


class TestDifferences:
    def test_each_field_is_told_before_and_after(self):
        new = replace(ANN, department="", groups=("a", "b"), active=False)
        (changed,) = differences([ANN, MIA], [MIA, new]).changed

        assert [(one.field, one.before, one.after) for one in changed.fields] == [
            ("department", "Sales", ""),
            ("groups", "", "a, b"),
            ("active", "yes", "no"),
        ]

    def test_who_is_new_and_who_is_gone_is_told(self):
        found = differences([ANN], [MIA])

        assert (found.added, found.gone, str(found)) == ((MIA,), (ANN,), "added 1, changed 0, gone 1")

    @pytest.mark.parametrize(("left", "percent", "holds"), [(2, 20, True), (2, 19.9, False), (0, 0, True)])
    def test_the_brake_knows_how_many_may_disappear(self, left, percent, holds):
        ten = [DirectoryPerson(f"p{at}@example.com") for at in range(10)]

        assert (brake(differences(ten, ten[left:]), percent) == "") is holds

    def test_the_brake_counts_who_is_no_longer_active(self):
        said = brake(differences([ANN, MIA], [replace(ANN, active=False), replace(MIA, title="CEO")]), 20)

        assert said.startswith(
            "1 of 2 people (50 %) would disappear or become inactive, expected at most 20 %"
        )

    def test_who_was_not_active_does_not_disappear(self):
        idle = [replace(ANN, active=False)]

        assert brake(differences([*idle, MIA], [MIA]), 0) == ""

    def test_an_empty_directory_takes_everybody(self):
        assert brake(differences([], [ANN, MIA]), 0) == ""


class TestFindings:
    def test_dead_managers_and_deputies_are_told_with_the_reason(self):
        old = DirectoryPerson("old@example.com", manager="mia@example.com", active=False)
        found = findings(
            [
                MIA,
                old,
                replace(ANN, deputies=("mia@example.com", "x@example.com", "old@example.com")),
                replace(ANN, address="a@example.com", manager="old@example.com"),
                replace(ANN, address="b@example.com", manager="left@example.com"),
                replace(ANN, address="c@example.com", manager="cn=boss,o=x"),
                replace(ANN, address="d@example.com", manager=""),
            ],
            {"left@example.com"},
        )

        assert [str(one) for one in found] == [
            "a@example.com: manager inactive: old@example.com",
            "ann@example.com: deputy unknown: x@example.com",
            "ann@example.com: deputy inactive: old@example.com",
            "b@example.com: manager gone: left@example.com",
            "c@example.com: manager unknown: cn=boss,o=x",
            "d@example.com: no manager",
        ]

    def test_a_ring_is_told_once_from_its_first_address(self):
        found = findings([replace(MIA, manager="ann@example.com"), ANN])

        assert [str(one) for one in found] == [
            "ann@example.com: managers in a ring: ann@example.com -> mia@example.com -> ann@example.com"
        ]

    def test_a_further_address_names_the_same_person(self):
        found = findings([replace(MIA, also=("boss@example.com",)), replace(ANN, manager="boss@example.com")])

        assert found == ()

    def test_somebody_above_all_is_nothing_to_tell(self):
        assert findings([ANN, MIA]) == ()
        assert findings([MIA]) == (Finding(Trouble.NO_MANAGER, "mia@example.com"),)


def test_people_are_found_by_all_the_words_wherever_they_stand():
    clerk = replace(ANN, title="Clerk", roles=("first aid",), also=("lee@home.test",))

    assert matching([clerk, MIA], "SALES clerk AID lee") == [clerk]
    assert matching([clerk, MIA], "sales mia") == []
    assert matching([clerk, MIA], " ") == [clerk, MIA]


def test_names_are_put_together_in_their_order():
    assert by_name([("a", "x"), ("b", "y"), ("a", "w")]) == {"a": ("x", "w"), "b": ("y",)}


@pytest.mark.parametrize(
    ("noted", "until"),
    [(15, 18), (17, 22), (19, 24), (20, 24), (21, 24)],
    ids=["monday", "wednesday", "friday", "saturday", "sunday"],
)
def test_an_absence_without_end_lasts_three_working_days(noted, until):
    assert away_until(date(2024, 1, noted)) == date(2024, 1, until)
