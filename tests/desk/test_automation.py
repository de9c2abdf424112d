"""An answer stays inside of its one argument, and what would be an option or hidden goes to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.automation import NotRunnable, filled, places


def test_places_are_named_once_in_their_order():
    assert places(("/bin/x", "--user={login}", "{ticket}", "{login}-{item}")) == ("login", "ticket", "item")


def test_each_argument_stays_one():
    assert filled(("/bin/x", "-u", "{a} {b}", "x"), {"a": "1 2", "b": "; rm"}) == (
        "/bin/x",
        "-u",
        "1 2 ; rm",
        "x",
    )


def test_a_value_is_never_read_as_a_place():
    assert filled(("{a}",), {"a": "{b}", "b": "secret"}) == ("{b}",)


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        ("{a}", "-rf", "read as an option"),
        ("{a}", "--all", "read as an option"),
        ("x{a}", "a\nb", "control characters"),
        ("x{a}", "a\x00b", "control characters"),
        ("x{a}", "x" * 501, "more than 500"),
        ("{c}", "x", 'no answer to "c"'),
    ],
)
def test_what_no_argument_may_be_is_refused(argument: str, value: str, said: str):
    with pytest.raises(NotRunnable, match=said):
        filled((argument,), {"a": value})


def test_a_minus_inside_of_an_argument_is_none_of_an_option():
    assert filled(("--user={a}",), {"a": "-x"}) == ("--user=-x",)


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=40))
def test_there_are_as_many_arguments_as_were_allowed(argv: list[str], value: str):
    given_argv = [one.replace("{", "") for one in argv] + ["--x={a}"]
    try:
        made = filled(given_argv, {"a": value})
    except NotRunnable:
        return

    assert made == (*given_argv[:-1], f"--x={value}")
