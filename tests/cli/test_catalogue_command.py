"""``postdesk catalogue``, and the request of a ticket in ``postdesk ticket``."""

import shutil

from daemon import cli
from daemon.shipped import folder
from storage import requests
from tests.cli.operated import Operated
from tests.scenarios.company import catalogue, item
from tests.scenarios.desk import mail


def with_catalogue(desk: Operated) -> Operated:
    shutil.copytree(folder("config") / "catalogue", desk.folder / "catalogue")
    company = (folder("config") / "company.toml").read_text("utf-8")
    (desk.folder / "postdesk.toml").write_text(company)
    return desk


def test_list_has_a_line_for_each_item(desk_folder: Operated):
    desk = with_catalogue(desk_folder)
    laptop = next(one for one in desk.postdesk("catalogue", "--json").json if one["id"] == "laptop")

    assert len(desk.postdesk("catalogue").out.splitlines()) == len(catalogue().items) + 1
    assert (laptop["cost"], laptop["promised"]) == ("1,250 EUR", "10 working days")
    assert laptop["approval"] == ["manager", "budget-owner over 500.00"]


def test_show_prints_the_form_as_people_get_it(desk_folder: Operated):
    desk = with_catalogue(desk_folder)
    said = desk.postdesk("catalogue", "show", "laptop").out
    shown = desk.postdesk("catalogue", "show", "laptop", "--json").json

    assert [one.label for one in item("laptop").questions if one.label not in said] == []
    assert f"Subject: New laptop [0{item('laptop').mark}]" in said
    assert ":: Standard 14" in shown["form"]
    assert shown["link"].startswith("mailto:service@example.com?subject=New%20laptop")


def test_unknown_item_is_named_with_those_that_there_are(desk_folder: Operated):
    said = with_catalogue(desk_folder).postdesk("catalogue", "show", "lapdog")

    assert said.status == cli.FOUND
    assert "no item lapdog in the catalogue: account, password," in said.err


def test_ticket_shows_what_it_asks_for(desk_folder: Operated):
    desk = desk_folder
    desk.story.mail_in(mail("cara@cust.test", "Laptop", "Please."))
    with desk.story.database.write():
        requests.add(1, "laptop", {"model": "Light 13", "start": "2024-02-01"}, desk.story.now)
        requests.answer(1, {"model": "Light 13", "start": "2024-02-02"}, desk.story.now)
    said = desk.postdesk("ticket", "1")

    assert "asks for   laptop (changed, version 2)" in said.out
    assert "  start    2024-02-02" in said.out
    assert desk.postdesk("ticket", "1", "--json").json["request"] == {
        "item": "laptop",
        "version": 2,
        "answers": {"model": "Light 13", "start": "2024-02-02"},
    }
