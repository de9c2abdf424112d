"""The scanner finds the line of every key that tomllib reads, wherever TOML lets it stand."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.settings.places import lines
from daemon.settings.problems import Key


def paths(value: Any, above: Key = ()) -> list[Key]:
    """List every key and array element of a document."""
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    else:
        return []
    return [path for step, inner in steps for path in ((*above, step), *paths(inner, (*above, step)))]


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        pytest.param("a = 1\nb = 2\n", ("b",), 2, id="plain"),
        pytest.param("# one\n\n  a = 1", ("a",), 3, id="comments, blank lines and indentation"),
        pytest.param("[t]\na = 1\n[u]\na = 2", ("u", "a"), 4, id="table"),
        pytest.param("[ t . u ]\na = 1", ("t", "u", "a"), 2, id="dotted table with blanks"),
        pytest.param("a.b.c = 1\na.b.d = 2", ("a", "b", "d"), 2, id="dotted key"),
        pytest.param("[[t]]\na = 1\n[[t]]\na = 2", ("t", 1, "a"), 4, id="array of tables"),
        pytest.param("[[t]]\n[[t]]\n[t.u]\na = 1", ("t", 1, "u", "a"), 4, id="table in the newest element"),
        pytest.param("[[t]]\n[[t.u]]\n[[t.u]]\na = 1", ("t", 0, "u", 1, "a"), 4, id="array in an array"),
        pytest.param('a = """\nb = 1\n"""\nb = 2', ("b",), 4, id="key inside a multi-line text"),
        pytest.param("a = '''\nb = 1\n'''\nb = 2", ("b",), 4, id="key inside a multi-line literal"),
        pytest.param('a = """x\\"""" \nb = 2', ("b",), 2, id="escaped quote before the end"),
        pytest.param('a = """x"""""\nb = 2', ("b",), 2, id="two quotes before the end"),
        pytest.param('a = [\n 1,\n "]", # ]\n 3,\n]\nb = 2', ("b",), 6, id="array over lines"),
        pytest.param('a = [\n 1,\n "]", # ]\n 3,\n]\nb = 2', ("a", 2), 4, id="element of an array"),
        pytest.param("a = [ [1],\n [2, 3] ]", ("a", 1, 1), 2, id="array of arrays"),
        pytest.param("a = { b = 1, c.d = '}' }\ne = 2", ("a", "c", "d"), 1, id="inline table"),
        pytest.param("a = [\n{ b = 1 },\n{ b = 2 } ]", ("a", 1, "b"), 3, id="array of inline tables"),
        pytest.param("a = []\nb = {}\nc = 1", ("c",), 3, id="empty array and table"),
        pytest.param("\"a b\" = 1\n'c.d' = 2", ("c.d",), 2, id="quoted keys"),
        pytest.param('"\\u00e4" = 1', ("\u00e4",), 1, id="escaped key"),
        pytest.param("a = 2024-01-15 09:00:00\nb = 1", ("b",), 2, id="time with a blank"),
        pytest.param(
            '[a]\nb = "#"\n\n[c] # [d]\ne = 1', ("c", "e"), 5, id="hash in a text, comment on a table"
        ),
    ],
)
def test_a_key_is_found_on_its_line(text, key, line):
    assert key in paths(tomllib.loads(text))

    assert lines(text)[key] == line


def test_a_table_stands_where_its_header_is_and_a_repeated_one_where_it_first_is():
    found = lines("[[t]]\na = 1\n\n[[t]]\na = 2\n")

    assert (found[("t",)], found[("t", 0)], found[("t", 1)]) == (1, 1, 4)


NAMES = st.sampled_from(["a", "b", "key", '"x y"', "'p.q'", '"\\""'])
BLANKS = st.sampled_from(["", " ", "\t"])
TEXTS = st.sampled_from(
    ['""', "''", '"a # b"', "'c:\\'", '"\\\\"', '"""\n[x]\ny = 1\\"\n"""', "'''\n]}\n'''", '"""a"" """']
)
SCALARS = st.one_of(TEXTS, st.sampled_from(["1", "-2.5e3", "true", "1979-05-27 07:32:00", "nan", "0xff"]))


def _arrays(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    gaps = st.sampled_from(["", " ", "\n", " # ,]\n"])
    return st.tuples(st.lists(items, max_size=3), gaps).map(
        lambda drawn: f"[{drawn[1]}" + f",{drawn[1]}".join(drawn[0]) + f"{drawn[1]}]"
    )


def _inline_tables(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(NAMES, values), max_size=3, unique_by=lambda pair: pair[0])
    return pairs.map(lambda drawn: "{" + ", ".join(f"{name} = {value}" for name, value in drawn) + "}")


# Line ends inside of a table that stands in one line are possible only in arrays and long texts.
VALUES = st.recursive(SCALARS, lambda inner: _arrays(inner) | _inline_tables(inner), max_leaves=6)
PAIRS = st.builds("{}{} = {}{}".format, BLANKS, NAMES, VALUES, st.sampled_from(["", " # note", "\t#[x]"]))
HEADERS = st.builds(
    lambda names, kind, blank: kind.format(f"{blank}.{blank}".join(names)),
    st.lists(NAMES, min_size=1, max_size=3),
    st.sampled_from(["[{}]", "[[{}]]", "[ {} ] # x"]),
    BLANKS,
)


@settings(deadline=None)  # a machine that is busy with other tests is no defect
@given(st.lists(st.one_of(PAIRS, HEADERS, st.just(""), st.just("# a = 1")), max_size=12))
def test_every_key_of_every_document_is_found_on_a_line_that_names_it(statements):
    text = ""
    for statement in statements:
        longer = f"{text}{statement}\n"
        try:
            tomllib.loads(longer)
        except tomllib.TOMLDecodeError:
            continue  # a key that is there already; the rest of the document counts
        text = longer

    found = lines(text)

    assert set(found) == set(paths(tomllib.loads(text)))
    written = text.split("\n")
    for key, line in found.items():
        name = next(step for step in reversed(key) if isinstance(step, str))
        if isinstance(key[-1], str):
            assert name.replace('"', '\\"') in written[line - 1]
