"""Items of a catalogue: who may ask, what it costs, who decides, and what leads to an item."""

from decimal import Decimal

import pytest

from daemon.desk.catalogue import Catalogue, Sender
from daemon.desk.catalogue_list import asks_for_catalogue, item_for, listed, money
from daemon.desk.catalogue_making import catalogue_of, item_of
from daemon.desk.catalogue_settings import (
    BudgetSettings,
    GroupSettings,
    ItemSettings,
    QuestionSettings,
    StageSettings,
)
from daemon.desk.durations import BadDurationError
from daemon.desk.form_marks import item_mark, question_mark
from daemon.desk.item_texts import filled, places
from daemon.desk.working_time import spoken_work, working_seconds

ANN, STRANGER = Sender("Ann@Example.com", "Sales"), Sender("x@elsewhere.test")


def item(name: str, **more):
    basic = {"title": name.capitalize(), "kind": "order", "description": "It is\n good.", "team": "desk"}
    return item_of(ItemSettings(id=name, **basic | more), {})


@pytest.mark.parametrize(
    ("asked_by", "ann", "stranger"),
    [
        ((), True, True),
        (("@example.com",), True, False),
        (("@ple.com",), False, False),
        (("ann@example.com",), True, False),
        (("department: sales",), True, False),
        (("department: IT",), False, False),
        (("department:",), False, False),
        (("bob@example.com", "@elsewhere.test"), False, True),
    ],
)
def test_who_may_ask_is_an_address_a_domain_or_a_department(asked_by, ann, stranger):
    found = item("laptop", asked_by=asked_by)

    assert (found.may_be_asked_by(ANN), found.may_be_asked_by(STRANGER)) == (ann, stranger)


NUMBERS = (
    QuestionSettings(id="price", label="Price?", type="number"),
    QuestionSettings(id="count", label="How many?", type="number"),
)


@pytest.mark.parametrize(
    ("more", "answers", "cost"),
    [
        ({}, {}, "0"),
        ({"cost": 49.9}, {}, "49.90"),
        ({"cost": 49.9, "count": "count"}, {"count": "3"}, "149.70"),
        ({"price": "price"}, {"price": "12.50"}, "12.50"),
        ({"price": "price", "count": "count"}, {"price": "2", "count": "2"}, "4"),
        ({"cost": 10, "count": "count"}, {}, "10"),
    ],
)
def test_the_cost_follows_from_the_answers(more, answers, cost):
    assert item("laptop", question=NUMBERS, **more).cost_of(answers) == Decimal(cost)


def test_stages_are_left_out_where_their_amount_or_condition_is_not_reached():
    stages = (
        StageSettings(by="manager"),
        StageSettings(by="budget-owner", over=100),
        StageSettings(by="persons", persons=("Bob@example.com",), when="count above 5", within="2 days"),
    )
    found = item("chair", cost=50, count="count", question=NUMBERS, approval=stages)

    needed = [[stage.by.value for stage in found.stages_of({"count": str(n)})] for n in (1, 2, 3, 6)]
    assert needed == [
        ["manager"],
        ["manager"],
        ["manager", "budget-owner"],
        ["manager", "budget-owner", "persons"],
    ]
    assert found.stages[2].persons == ("bob@example.com",)
    assert found.stages[2].within_seconds == 16 * 3600


def test_a_budget_without_a_department_is_that_of_all_others():
    found = catalogue_of(
        [item("chair")],
        [GroupSettings(name="finance", members=("F@x.test",))],
        [BudgetSettings(owner="All@x.test"), BudgetSettings(owner="s@x.test", department="Sales")],
        "EUR",
    )

    assert [found.budget_owner(one) for one in ("sales", "IT", "")] == [
        "s@x.test",
        "all@x.test",
        "all@x.test",
    ]
    assert Catalogue().budget_owner("IT") is None
    assert found.groups == {"finance": ("f@x.test",)}
    assert (found.item("chair"), found.item("door")) == (found.items[0], None)
    assert item("chair", question=NUMBERS).question("price").label == "Price?"


@pytest.mark.parametrize(
    ("text", "seconds", "said"),
    [
        ("", 0, ""),
        ("30m", 1800, "30 min of working time"),
        ("8h", 28800, "1 working day"),
        ("1 day", 28800, "1 working day"),
        ("5 Days", 144000, "5 working days"),
        ("2 weeks", 288000, "10 working days"),
        ("3d", 86400, "3 working days"),
        ("12h", 43200, "12 h of working time"),
    ],
)
def test_working_time_is_read_and_written(text, seconds, said):
    assert working_seconds(text) == seconds
    assert spoken_work(seconds) == said


@pytest.mark.parametrize("text", ["0 days", "0h", "soon", "5", "1 month"])
def test_what_is_no_working_time_is_told(text):
    with pytest.raises(BadDurationError, match="expected"):
        working_seconds(text)


def test_marks_have_no_vowels_and_stay_as_they_are():
    # Forms that people have in their mail would be lost by another way to make them.
    assert (item_mark("laptop"), question_mark("laptop", "model")) == ("rfzbt", "zdd")
    assert not set(item_mark("anything") + question_mark("any", "thing")) & set("aeiouy")


def test_texts_are_filled_with_values_that_are_never_read_as_places():
    text = "Hello {name}, your {model} comes. {gone}{ no }"

    assert places(text) == ("name", "model", "gone")
    assert filled(text, {"name": "{model}", "model": "L"}) == "Hello {model}, your L comes. { no }"


CATALOGUE = Catalogue(
    (
        item("laptop", words=("laptop", "new computer"), cost=1250, group="Computers", promised="10 days"),
        item("repair", kind="delivery", words=("repair", "laptop repair"), addresses=("desk+fix@x.test",)),
        item("badge", kind="access", words=("badge",), asked_by=("@example.com",), cost=4.5),
        item("key", kind="access", words=("badge",), approval=(StageSettings(by="manager"),)),
    )
)


class TestList:
    def test_everybody_sees_what_he_may_ask_for_under_its_heading(self):
        def seen(sender):
            return [
                (one.title, [line.id for line in one.lines])
                for one in listed(CATALOGUE, sender, "desk@x.test")
            ]

        assert seen(ANN) == [
            ("Computers", ["laptop"]),
            ("Delivery", ["repair"]),
            ("Access", ["badge", "key"]),
        ]
        assert seen(STRANGER)[2] == ("Access", ["key"])

    def test_a_line_says_what_it_costs_how_long_it_takes_and_where_to_ask(self):
        lines = [line for group in listed(CATALOGUE, ANN, "desk@x.test") for line in group.lines]

        assert [(line.cost, line.promised, line.needs_approval) for line in lines] == [
            ("1,250 EUR", "10 working days", False),
            ("", "", False),
            ("4.50 EUR", "", False),
            ("", "", True),
        ]
        assert lines[0].description == "It is good."
        assert lines[0].link.startswith("mailto:desk@x.test?subject=Laptop")
        assert lines[1].link.startswith("mailto:desk+fix@x.test?subject=Repair")

    def test_nothing_costs_nothing(self):
        assert [money(Decimal(one), "EUR") for one in ("0", "1000", "0.5")] == ["", "1,000 EUR", "0.50 EUR"]


class TestWhatLeadsToAnItem:
    def found(self, subject="", text="", recipients=("desk@x.test",), sender=ANN):
        match = item_for(CATALOGUE, sender, recipients, subject, text)
        return match.item and match.item.id, match.why, [one.id for one in match.candidates]

    def test_a_mark_goes_before_everything_else(self):
        subject, mark = "laptop", item_mark("key")

        assert self.found(subject, f"[0{mark}]", ["desk+fix@x.test"])[0] == "key"

    def test_an_address_goes_before_words(self):
        assert self.found("laptop", recipients=["Desk+Fix@x.test"]) == (
            "repair",
            "it was written to desk+fix@x.test",
            [],
        )

    def test_most_words_decide(self):
        assert self.found("A new computer, a laptop") == (
            "laptop",
            "the subject has laptop, new computer",
            [],
        )
        assert self.found("Laptop repair")[0] == "repair"

    def test_a_draw_is_not_decided(self):
        assert self.found("badge") == (None, "", ["badge", "key"])

    def test_words_lead_nobody_to_what_he_may_not_ask_for(self):
        assert self.found("badge", sender=STRANGER)[0] == "key"

    def test_words_of_the_text_are_no_request(self):
        assert self.found("Hello", "my laptop") == (None, "", [])


@pytest.mark.parametrize(
    ("subject", "text", "asks"),
    [
        ("catalogue", "", True),
        ("Katalog!", "Guten Tag", True),
        ("", "  Catálogo ", True),
        ("Service catalogue", "", True),
        ("The catalogue is wrong", "", False),
        ("Hello", "Please send the catalogue to Bob", False),
        ("", "", False),
    ],
)
def test_the_list_is_asked_for_by_one_word(subject, text, asks):
    assert asks_for_catalogue(subject, text) is asks
