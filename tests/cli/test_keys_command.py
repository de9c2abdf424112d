"""``postdesk keys``: listed without their values, and a new one made."""

import pytest

from storage import keys


@pytest.fixture
def keyed(desk_folder):
    with desk_folder.story.database.write():
        keys.add_signing_key(desk_folder.story.now)
    return desk_folder


def test_a_new_key_is_listed_beside_the_old_one(keyed):
    (old,) = keyed.postdesk("keys", "--json").json
    said = keyed.postdesk("keys", "rotate")
    fresh, still = keyed.postdesk("keys", "list", "--json").json

    assert said.status == 0
    assert said.out.startswith(f"key {fresh['id']} signs from ")
    assert said.out.endswith("what older keys signed is valid 400 days more\n")
    assert (old["state"], fresh["state"], still["state"]) == ("signs", "next", "signs")
    assert still["id"] == old["id"]


def test_no_value_is_ever_printed(keyed):
    keyed.postdesk("keys", "rotate")

    said = keyed.postdesk("keys", "--json").json
    assert {name for one in said for name in one} == {"id", "state", "made_at", "signs_from", "until"}


def test_table_has_a_line_for_each(keyed):
    head, line = keyed.postdesk("keys").out.splitlines()

    assert head.split() == ["ID", "STATE", "MADE_AT", "SIGNS_FROM", "UNTIL"]
    assert line.split()[1] == "signs"
