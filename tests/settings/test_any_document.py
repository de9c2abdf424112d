"""Whatever a file holds, it is loaded or complained of; nothing else comes out of the settings."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from daemon.settings import ConfigurationError, Document, Problem, load
from daemon.settings.showing import as_toml
from tests.settings.test_documents import shape_of

ODD = st.sampled_from(
    [
        "",
        "+@",
        "a@b@c",
        "\x00",
        "smtp://[",
        "postgresql://[::1",
        "sqlite:",
        "maildir:",
        "/",
        "..",
        "Etc/../UTC",
    ]
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.integers(-(2**40), 2**40),
    st.floats(),
    st.booleans(),
    ODD,
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=8),
    st.sampled_from(["ann@corp.test", "support@desk.test", "none", "starttls", "smtp://x", "sqlite:///x"]),
)


def tables(shape: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a table with some of a structure's settings, holding anything, and at times a stranger."""
    fields = {}
    for field in structs.fields(shape):
        inner = shape_of(field.type)
        anything = VALUES | st.lists(VALUES, max_size=2)
        if inner is not None:
            table = tables(inner)
            anything = table | st.lists(table, min_size=1, max_size=2) | VALUES
        fields[field.name] = anything
    return st.fixed_dictionaries({}, optional={**fields, "stranger": VALUES})


@settings(deadline=None, max_examples=80)
@given(document=tables(Document))
def test_it_is_loaded_or_every_problem_has_its_words(document, tmp_path_factory):
    simple = {name: value for name, value in document.items() if not is_table(value)}
    rest = {name: value for name, value in document.items() if is_table(value)}
    path = tmp_path_factory.getbasetemp() / "any.toml"
    top = as_toml({"top": simple}).removeprefix("[top]\n")
    path.write_text(f"{top}\n{as_toml(rest)}", "utf-8", newline="\n")

    for problem in problems_in(path):
        assert problem.text
        assert "not valid TOML" not in problem.text
        assert problem.line or problem.key in {"desk", "agent"}


def problems_in(path: Path) -> tuple[Problem, ...]:
    """Load a file and return its problems, none where it is right."""
    try:
        load(path, {})
    except ConfigurationError as error:
        assert error.problems  # noqa: PT017 - an error without a problem would pass for a success
        return error.problems
    return ()


def is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))
