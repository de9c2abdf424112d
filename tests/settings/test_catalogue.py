"""What "postdesk check" says about the service catalogue: everything at once, with file, line and a hint."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from daemon import shipped
from daemon.cli import run
from daemon.desk import fulfilment
from daemon.desk.answers import settled
from daemon.desk.calendars import AROUND_THE_CLOCK
from daemon.desk.catalogue import Item, Question, QuestionType, Sender
from daemon.desk.catalogue_list import item_for, listed
from daemon.desk.catalogue_settings import (
    BudgetSettings,
    GroupSettings,
    ItemSettings,
    QuestionSettings,
    StageSettings,
    TaskSettings,
)
from daemon.desk.dates import Now
from daemon.desk.form_marks import question_mark
from daemon.desk.fulfilment_outlook import expected_at
from daemon.desk.request_form import LINK_LIMIT_CHARS, link, typed_answers, written
from daemon.settings import ConfigurationError, load
from daemon.settings.catalogue import load_catalogue, problems_of_catalogue
from daemon.settings.catalogue_items import budget_faults
from daemon.settings.catalogue_surroundings import Surroundings
from tests.calls import calls
from tests.settings.conftest import ANN, DESK

NOW = Now(datetime(2024, 1, 15, 9, tzinfo=UTC), "Europe/Berlin")
TEAM = '[[team]]\nname = "desk"\naddresses = ["support@desk.test"]\nmembers = ["ann@corp.test"]\n'
SLA = '[[sla]]\nname = "usual"\nresolution = "8h"\n'
GOOD = '[[item]]\nid = "a"\ntitle = "A"\nkind = "access"\ndescription = "x"\nteam = "desk"\n'


@pytest.fixture
def desk(tmp_path):
    """Write a desk with these files in its catalogue and load its settings."""

    def written_desk(**files: str):
        (tmp_path / "catalogue").mkdir()
        for name, text in files.items():
            (tmp_path / "catalogue" / name.replace("_", ".")).write_text(text, "utf-8")
        path = tmp_path / "postdesk.toml"
        path.write_text(DESK + '[catalogue]\nfolder = "catalogue"\n' + TEAM + ANN + SLA, "utf-8")
        return load(path)

    return written_desk


@pytest.fixture
def said(desk, tmp_path):
    """Return what is said about an item, from the line number on."""

    def said_about(text: str, **files: str) -> list[str]:
        found = problems_of_catalogue(desk(a_toml=text, **files))
        return [str(one).removeprefix(f"{tmp_path}/catalogue/") for one in found]

    return said_about


def question(name: str, more: str = "") -> str:
    return f'[[item.question]]\nid = "{name}"\nlabel = "What?"\n{more}\n'


def task(name: str, more: str = 'team = "desk"') -> str:
    return f'[[item.task]]\nid = "{name}"\ntitle = "Do it"\n{more}\n'


def stage(more: str) -> str:
    return f"[[item.approval]]\n{more}\n"


NUMBER, DAY = 'type = "number"', 'type = "date"'
CHOICE = 'type = "choice"\nchoices = ["Small", "Large"]'
GROUP = '[[group]]\nname = "g"\nmembers = ["f@x.test"]\n'
CASES = [
    (GOOD.replace('"a"', '"A b"'), "item[1].id: expected small letters, digits, - and _ after a letter, got"),
    (GOOD.replace('"A"', '"A :: B"'), 'item[1].title: expected a text without "::"'),
    (GOOD.replace('"A"', '" "'), "item[1].title: expected one line of printable characters"),
    (GOOD.replace('"x"', '" "'), "item[1].description: expected a text of printable characters"),
    (GOOD.replace('"desk"', '"dsek"'), 'item[1].team: expected the name of a team, got "dsek" (did you mean'),
    (GOOD.replace('"access"', '"acess"'), 'got "acess" (did you mean "access"?)'),
    (GOOD.replace("kind", "knd"), "item[1].knd: no such setting (did you mean item[1].kind?)"),
    (GOOD + 'promised = "soon"', 'item[1].promised: expected working time like "5 days", "8h" or "30m", got'),
    (GOOD + 'owner = "anne@corp.test"', "item[1].owner: expected the address of somebody known here"),
    (GOOD + 'sla = "usuall"', 'item[1].sla: expected the name of an [[sla]], got "usuall" (did you mean usu'),
    (GOOD + 'asked_by = ["department: Sales"]', "for the desk has no directory (name addresses or a domain)"),
    (GOOD + 'asked_by = ["Sales"]', 'expected an address, "@example.com" or "department: Sales", got "Sales'),
    (GOOD + 'addresses = ["b@x.test"]', "got b@x.test (for example support+a@desk.test)"),
    (GOOD + 'words = ["!"]', 'item[1].words[1]: expected a word with letters or digits, got "!"'),
    (GOOD + '[item.templates]\nconfirmed = "no.txt"', "no.txt cannot be read: no such file or directory"),
    (GOOD + '[item.templates]\ntask = "bad.txt"', 'a place in bad.txt that a request can fill, got "nam"'),
    (GOOD + question("x", 'default = "yes"\ntype = "number"'), "item[1].question[1].default: expected a num"),
    (GOOD + question("X"), "item[1].question[1].id: expected small letters"),
    (GOOD + question("x") + question("x"), 'question[2].id: "x" is the id of question 1 already (give each'),
    (GOOD + question("x", 'type = "choice"'), "choices: expected at least two things to choose from"),
    (GOOD + question("x", 'choices = ["a"]'), "only a question of the type choice has choices, this is a te"),
    (GOOD + question("x", 'type = "choice"\nchoices = ["a", "A"]'), 'choices[2]: "A" stands there twice'),
    (GOOD + question("x", "past = true"), "only a date can lie in the past, this is a text"),
    (GOOD + question("x", "most = 3"), "question[1].most: only a number has bounds, this is a text"),
    (GOOD + question("x", NUMBER + "\nleast = 3\nmost = 2"), "expected at least 3, which is least, got 2"),
    (GOOD + question("x", 'when = "y is z"'), 'expected the id of an earlier question, got "y" (there are:'),
    (GOOD + question("x", 'when = "y"'), 'question[1].when: expected a condition like "model is Large"'),
    (GOOD + question("x", 'when = "y answered"') + question("y", 'when = "x answered"'),
     "these questions wait for each other: x, y (let one go first)"),
    (GOOD + question("x", CHOICE) + question("y", 'when = "x is Larg"'), 'an answer to "x", got "Larg" (did'),
    (GOOD + question("x", CHOICE) + question("y", 'when = "x above 1"'), "and only a number can be above"),
    (GOOD + question("x", CHOICE) + question("y", 'when = "x is Small and x is Large"'), "two things at onc"),
    (GOOD + question("x", NUMBER + "\nmost = 3") + question("y", 'when = "x above 3"'), "never above 3"),
    (GOOD + question("x", NUMBER + "\nleast = 3") + question("y", 'when = "x below 3"'), "never below 3"),
    (GOOD + 'price = "x"\n' + question("x"), 'price: expected the id of a number question, got "x"'),
    (GOOD + 'price = "x"\n' + question("x", NUMBER + "\nrequired = false"), "the request would have no pric"),
    (GOOD + 'cost = 1\nprice = "x"\n' + question("x", NUMBER), "this item has a cost already"),
    (GOOD + 'ends = "x"\n' + question("x", DAY), "ends: nothing happens on that day (add a task with at_end"),
    (GOOD + task("x", 'team = "desk"\nat_end = true'), "at_end: it can never start: the item has no end"),
    (GOOD + task("x", ""), "task[1].team: expected either team or to"),
    (GOOD + task("x", 'to = "nobody"'), 'expected an address like facilities@example.com, got "nobody"'),
    (GOOD + task("x", 'to = "support+x@desk.test"'), "is an address of the desk itself (name its team inste"),
    (GOOD + task("x", 'team = "dsk"'), 'task[1].team: expected the name of a team, got "dsk" (did you mean'),
    (GOOD + task("x", 'team = "desk"\ncommand = "rm"'), "expected the name of an [[automation]]"),
    (GOOD + task("x", 'team = "desk"\ndue = "x"'), "task[1].due: expected working time"),
    (GOOD + task("x", 'team = "desk"\ngate = true'), "after: missing; a gate checks what stands here"),
    (GOOD + task("order") + task("x", 'team = "desk"\nafter = ["ordr"]'), "task[2].after[1]: expected the i"),
    (GOOD + task("x", 'team = "desk"\nafter = ["x"]'), "these tasks wait for each other: x"),
    (GOOD + task("x", 'team = "desk"\nafter = ["y"]') + task("y", 'team = "desk"\nafter = ["x"]'),
     "these tasks wait for each other: x, y (let one of them come first)"),
    (GOOD + task("x", 'team = "desk"\nwhen = "q is 1"'), "task[1].when: expected the id of a question"),
    (GOOD + 'ends = "d"\n' + question("d", DAY) + task("t", 'team = "desk"\nat_end = true')
     + task("x", 'team = "desk"\nafter = ["t"]'), 'it can never start: "t" waits for everything that is not'),
    (GOOD + stage('by = "persons"'), "persons: missing; expected at least one address"),
    (GOOD + stage('by = "persons"\npersons = ["ane@corp.test"]'), "(did you mean ann@corp.test?)"),
    (GOOD + stage('by = "manager"\npersons = ["ann@corp.test"]'), 'only by = "persons" has persons'),
    (GOOD + stage('by = "manager"\ngroup = "g"') + GROUP, 'only by = "group" has a group'),
    (GOOD + stage('by = "group"\ngroup = "G1"') + GROUP, 'expected the name of a [[group]], got "G1"'),
    (GOOD + stage('by = "budget-owner"'), "nobody may own the budget"),
    (GOOD + stage('by = "manager"\nover = 10'), "this stage is never needed: the item costs 0, not more tha"),
    (GOOD + stage('by = "manager"\nneeded = "most"'), 'expected any, all, majority or a number like "2", go'),
    (GOOD + stage('by = "group"\ngroup = "g"\nneeded = "2"') + GROUP, "expected at most 1, for so many can"),
    (GOOD + stage('by = "manager"\nwithin = "x"'), "approval[1].within: expected working time"),
    (GOOD + stage('by = "manager"\nwhen = "x"'), "approval[1].when: expected a condition"),
    (GOOD + GROUP + GROUP, '"g" is the name of another group already'),
    (GOOD + '[[group]]\nname = "g"', "group[1].members: missing; expected at least one address"),
    (GOOD + '[[group]]\nname = "g"\nmembers = ["x"]', 'expected an address like ann@example.com, got "x"'),
    (GOOD + '[[group]]\nname = "g"\nmembers = ["x@y.test", "X@y.test"]', "X@y.test stands there twice"),
    (GOOD + '[[budget]]\nowner = "x"', 'expected an address like ann@example.com, got "x"'),
    (GOOD + '[[budget]]\nowner = "x@y.test"\n' * 2, "the budget of all other departments has an owner"),
    (GOOD + '[[budget]]\nowner = "x@y.test"\ndepartment = "IT"', '"IT": nobody is known to be in a'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[expected[:50] for _, expected in CASES])
def test_what_is_wrong_is_said_once_with_its_line(said, text, expected):
    found = [one for one in said(text, bad_txt="Hello {nam}") if expected in one]

    assert len(found) == 1
    assert found[0].startswith("a.toml:")


def test_everything_is_said_at_once_over_all_files(said):
    second = GOOD.replace('"a"', '"b"').replace('"desk"', '"dask"') + 'addresses = ["support+x@desk.test"]\n'
    first = GOOD + 'addresses = ["support+x@desk.test"]\nprice = "p"\n'

    assert said(first, b_toml=second, c_toml=GOOD, d_toml="[[item]\n", e_toml="item = 1\n") == [
        (
            "d.toml:1:7: not valid TOML: expected ']]' at the end of an array declaration "
            "(a line that begins with [[ ends with ]])"
        ),
        'a.toml:8: item a: item[1].price: expected the id of a number question, got "p" (there are: none)',
        'b.toml:6: item b: item[1].team: expected the name of a team, got "dask" (did you mean desk?)',
        (
            'b.toml:7: item b: item[1].addresses[1]: "support+x@desk.test" belongs to another item already: '
            "a.toml, item 1 (a) (choose another)"
        ),
        (
            'c.toml:2: item a: item[1].id: "a" belongs to another item already: a.toml, item 1 (a) '
            "(choose another)"
        ),
        "e.toml:1: item: expected a list, got 1",
    ]


def test_questions_whose_marks_are_the_same_by_chance_are_told(said):
    seen: dict[str, str] = {}
    for number in range(1000):
        name = f"q{number}"
        if seen.setdefault(question_mark("a", name), name) != name:
            break

    place = f"a.toml:12: item a, question {name}: item[1].question[2].id"
    assert said(GOOD + question(seen[question_mark("a", name)]) + question(name)) == [
        f'{place}: "{name}" has by chance the same mark as question 1 (choose another id)'
    ]


@pytest.mark.parametrize(("name", "faults"), [("sales", 0), ("Sails", 1)])
def test_a_department_is_one_of_the_directory_where_there_is_one(tmp_path, name, faults):
    around = Surroundings(tmp_path, departments=("Sales", "IT"))

    found = list(budget_faults([BudgetSettings(owner="a@x.test", department=name)], 0, around))
    assert [(one.at, one.hint) for one in found] == [(("department",), "did you mean Sales?")] * faults


def test_a_good_item_has_nothing_wrong(said):
    assert said(GOOD) == []


def test_without_a_folder_there_is_no_catalogue(tmp_path):
    (tmp_path / "postdesk.toml").write_text(DESK + ANN)

    assert load_catalogue(load(tmp_path / "postdesk.toml")).items == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (GOOD.replace('"desk"', '"dsek"'), "a.toml:6: item a: item[1].team: expected the name of a team"),
        (GOOD + GOOD.replace('"a"', '"b"').replace("kind", "knd"), "a.toml:10: item b: item[2].knd: no such"),
        (
            GOOD + question("size", "past = true"),
            "a.toml:10: item a, question size: item[1].question[1].past: only",
        ),
        (GOOD + task("x", 'team = "dsk"'), "a.toml:10: item a, task x: item[1].task[1].team: expected the"),
        (
            GOOD + '[[group]]\nname = "g"\nmembers = ["x"]',
            "a.toml:9: group g: group[1].members[1]: expected an address",
        ),
        (GOOD.replace('id = "a"', ""), "a.toml:1: item[1].id: missing"),
        (
            GOOD + question("a") + GOOD.replace('id = "a"', ""),
            "a.toml:11: item[2].id: missing",
        ),
    ],
    ids=lambda case: case.partition(": expected")[0][-30:],
)
def test_a_problem_names_what_it_is_about_besides_its_place(said, text, line):
    assert line in "\n".join(said(text))


def test_an_address_of_two_items_is_told_with_the_id_of_the_first(said):
    address = 'addresses = ["support+x@desk.test"]\n'

    (told,) = said(GOOD + address + GOOD.replace('"a"', '"b"') + address)
    assert told.startswith("a.toml:14: item b: item[2].addresses[1]: ")
    assert "belongs to another item already: a.toml, item 1 (a)" in told


def test_a_folder_without_items_is_told(desk, tmp_path):
    (only,) = problems_of_catalogue(desk())
    (tmp_path / "catalogue").rmdir()
    (gone,) = problems_of_catalogue(load(tmp_path / "postdesk.toml"))

    assert "catalogue: has no file *.toml with items" in str(only)
    assert "catalogue: is no folder" in str(gone)


def test_check_refuses_a_desk_whose_catalogue_is_wrong(desk, tmp_path, capsys):
    desk(a_toml=GOOD.replace('"desk"', '"dsek"'))

    assert run(["--config", str(tmp_path / "postdesk.toml"), "check"]) == 2
    assert "a.toml:6: item a: item[1].team: expected the name of a team" in capsys.readouterr().err


def test_texts_are_read_with_the_item(desk):
    settings = desk(a_toml=GOOD + '[item.templates]\nconfirmed = "a.txt"\n', a_txt="Hello {name}\n")

    assert load_catalogue(settings).item("a").texts == {"confirmed": "Hello {name}\n"}


SHIPPED = load_catalogue(load(shipped.folder("config") / "company.toml"))
ASKER = Sender("ann@example.com")


def test_sixty_items_are_loaded_in_less_than_a_second_of_work():
    settings = load(shipped.folder("config") / "company.toml")
    found = []

    # 600,000 take a tenth of a second on a quiet machine.
    assert calls(lambda: found.append(load_catalogue(settings))) < 1_200_000
    assert len(found[0].items) == 60


def an_answer(one: Question, turn: int) -> str:
    """Return an answer that the question takes; another one for another turn where it has several."""
    match one.type:
        case QuestionType.CHOICE:
            return one.choices[turn % len(one.choices)]
        case QuestionType.NUMBER:
            return str((one.most if turn % 2 and one.most else None) or max(one.least, 2))
        case QuestionType.DATE:
            return "2024-01-16"
        case QuestionType.YES_NO:
            return "yes" if turn % 2 else "no"
        case QuestionType.TEXT:
            return f"words {turn}"


def filled(item: Item, turn: int) -> dict[str, str]:
    return {one.id: an_answer(one, turn) for one in item.questions}


@pytest.mark.parametrize("item", SHIPPED.items, ids=[one.id for one in SHIPPED.items])
class TestShippedItems:
    def test_it_stands_in_the_list_with_a_form_that_fits_into_a_link(self, item):
        lines = [line for group in listed(SHIPPED, ASKER, "service@example.com") for line in group.lines]
        (line,) = [one for one in lines if one.id == item.id]

        assert "&body=" in line.link or not item.questions
        assert len(link("service@example.com", item)) <= LINK_LIMIT_CHARS
        assert item_for(SHIPPED, ASKER, [], item.title, written(item, {})).item == item

    def test_its_first_word_leads_to_it(self, item):
        match = item_for(SHIPPED, ASKER, [], item.words.listed[0], "")

        assert item in (match.item, *match.candidates)

    @pytest.mark.parametrize("turn", range(3))
    def test_its_form_comes_back_complete_and_its_tasks_can_all_be_done(self, item, turn):
        typed = typed_answers(
            "\n".join(f"> {line}" for line in written(item, filled(item, turn)).split("\n")), item
        )
        found = settled(item, typed, NOW)
        assert found.gaps == ()
        assert item.cost_of(found.values) >= 0
        assert len(item.stages_of(found.values)) <= len(item.stages)

        work = fulfilment.begun(item, found.values, NOW.moment, AROUND_THE_CLOCK)
        assert expected_at(work, NOW.moment, AROUND_THE_CLOCK) is not None
        for _ in item.tasks:
            for one in fulfilment.startable(work, date(2024, 1, 17)):
                work = fulfilment.started(work, one.id, NOW.moment + timedelta(days=2), AROUND_THE_CLOCK)
                work = fulfilment.done(work, one.id, NOW.moment + timedelta(days=2))
        assert work.finished


PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"


def examples() -> list[str]:
    """Return the blocks of TOML on the page for office managers."""
    return [part.split("```")[0] for part in PAGE.read_text("utf-8").split("```toml\n")[1:]]


def test_the_example_on_the_page_works_as_it_stands(tmp_path):
    desk_part, item_part = examples()[:2]
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "coffee.toml").write_text(item_part, "utf-8")
    company = (shipped.folder("config") / "company.toml").read_text("utf-8")
    assert desk_part.strip() in company
    (tmp_path / "postdesk.toml").write_text(company, "utf-8")

    (item,) = load_catalogue(load(tmp_path / "postdesk.toml")).items

    assert [one.id for one in item.tasks] == ["order", "set-up", "taste"]
    assert settled(item, typed_answers(written(item, filled(item, 0)), item), NOW).gaps == ()


def test_the_complaint_on_the_page_is_the_one_that_is_made(tmp_path):
    wrong = examples()[1].replace('team = "facilities"', 'team = "facilitys"', 1)
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "coffee.toml").write_text(wrong, "utf-8")
    company = (shipped.folder("config") / "company.toml").read_text("utf-8")
    (tmp_path / "postdesk.toml").write_text(company, "utf-8")

    (problem,) = problems_of_catalogue(load(tmp_path / "postdesk.toml"))

    assert str(problem).removeprefix(f"{tmp_path}/") in PAGE.read_text("utf-8")


def test_every_other_piece_on_the_page_is_toml():
    assert [tomllib.loads(piece) for piece in examples()[2:]]


def test_the_page_names_every_setting_of_an_item():
    text = PAGE.read_text("utf-8")
    blocks = (ItemSettings, QuestionSettings, StageSettings, TaskSettings, GroupSettings, BudgetSettings)
    fields = {name for block in blocks for name in block.__struct_fields__}

    assert [name for name in sorted(fields) if f"`{name}`" not in text] == []


def test_a_wrong_catalogue_does_not_load(desk):
    with pytest.raises(ConfigurationError):
        load_catalogue(desk(a_toml=GOOD.replace('"desk"', '"x"')))
