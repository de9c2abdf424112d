"""Which addresses belong to one person."""

from datetime import datetime

import pytest

from storage import identities, people
from storage.database import Database


def test_a_new_address_becomes_the_persons_second(database: Database, now: datetime):
    with database.write():
        cara = people.find_or_add("cara@cust.test", "Cara", now)

        moved = identities.link("Cara@Home.test", cara, now)

        assert moved == ("cara@home.test",)
        assert people.find("cara@home.test") == cara


def test_linking_what_is_linked_changes_nothing(database: Database, now: datetime):
    with database.write():
        cara = people.find_or_add("cara@cust.test", "Cara", now)
        identities.link("cara@home.test", cara, now)

        assert identities.link("cara@home.test", cara, now) == ("cara@cust.test", "cara@home.test")
        assert [one.address for one in people.addresses_of(cara.id)] == ["cara@cust.test", "cara@home.test"]


def test_a_person_without_a_name_gets_the_others(database: Database, now: datetime):
    with database.write():
        home = people.find_or_add("cara@home.test", "Cara", now)
        work = people.find_or_add("cara@cust.test", "", now)

        identities.link("cara@home.test", work, now)

        assert people.by_id(work.id).name == "Cara"
        with pytest.raises(LookupError):
            people.by_id(home.id)


def test_an_address_that_is_taken_away_keeps_the_name(database: Database, now: datetime):
    with database.write():
        cara = people.find_or_add("cara@cust.test", "Cara", now)
        identities.link("cara@home.test", cara, now)

        apart = identities.unlink("cara@home.test", now)

        assert (apart.name, apart.address, apart.id == cara.id) == ("Cara", "cara@home.test", False)


def test_an_address_that_nobody_has_cannot_be_taken_away(database: Database, now: datetime):
    with database.write(), pytest.raises(LookupError, match=r"nobody has the address x@home\.test"):
        identities.unlink("x@home.test", now)
