"""Patterns with named places: what they find, and that nothing can make them slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.line_patterns import BadPatternError, LinePattern, LineTemplate, squeezed

FITS = [
    (
        "** {state} Host Alert: {host} is {level} **",
        "** PROBLEM Host Alert: web01 is DOWN **",
        {"state": "PROBLEM", "host": "web01", "level": "DOWN"},
    ),
    (
        "[{service}] [{state}] {}",
        "[Intranet] [\U0001f534 Down] timeout",
        {"service": "Intranet", "state": "\U0001f534 Down"},
    ),
    (
        "{state}: {trigger}",
        "Resolved in 5m 3s: Load: too high",
        {"state": "Resolved in 5m 3s", "trigger": "Load: too high"},
    ),
    ("{}{{{name}}}{}", "x {web} y", {"name": "web"}),
    ("{}[{name}]", "[web]", {"name": "web"}),
    ("Server  is\tdown", " Server is   down ", {}),
    ("{all}", "anything at all", {"all": "anything at all"}),
]


@pytest.mark.parametrize(("pattern", "line", "found"), FITS)
def test_pattern_finds_what_stands_in_its_places(pattern, line, found):
    assert LinePattern.of(pattern).match(line) == found


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("Host {host} is {state}", "host web01 is down"),
        ("Host {host} is {state}", "Host  is down"),
        ("Host {host} is down!", "Host web01 is down"),
        ("{a}-{b}", "-x"),
        ("{a}-{b}", "x-"),
        ("aba{}aba", "aba"),
        ("{a} is {b} is", "x is"),
        ("Server is down", "Server is down again"),
        ("{host}", "   "),
    ],
)
def test_line_that_does_not_fit_as_a_whole_gives_nothing(pattern, line):
    assert LinePattern.of(pattern).match(line) is None


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{host", 'got "{" alone'),
        ("{Host}", 'got "{" alone'),
        ("host}", 'got "}" alone'),
        ("{a}{b}", "between two places"),
        ("{a} {a}", "{a} twice"),
        ("  ", "expected a pattern"),
    ],
)
def test_pattern_that_cannot_be_understood_says_what_was_expected(pattern, said):
    with pytest.raises(BadPatternError) as caught:
        LinePattern.of(pattern)

    assert said in str(caught.value)


def test_template_is_filled_with_values_and_names_those_that_are_missing():
    template = LineTemplate.of("{host}/{service}!")

    assert template.filled({"host": "web01", "service": "HTTP"}) == "web01/HTTP!"
    assert template.missing({"host": "web01", "service": ""}) == ("service",)
    with pytest.raises(BadPatternError):
        LineTemplate.of("{host}/{}")


WORDS = st.text("ab{} []", max_size=12)


@given(st.lists(st.tuples(st.sampled_from([" is ", "/", ": ", "-"]), st.text("abc", min_size=1)), max_size=4))
def test_what_a_template_writes_its_pattern_reads(pieces):
    names = [f"n{at}" for at in range(len(pieces))]
    source = "".join(f"{literal}{{{name}}}" for (literal, _), name in zip(pieces, names, strict=True)) or "x"
    values = {name: value for (_, value), name in zip(pieces, names, strict=True)}

    written = LineTemplate.of(source).filled(values)

    assert LinePattern.of(source).match(written) == values


@given(WORDS, WORDS)
def test_any_pattern_is_read_or_refused_and_any_line_fits_or_does_not(source, line):
    try:
        pattern = LinePattern.of(source)
    except BadPatternError:
        return
    found = pattern.match(line)

    assert found is None or all(value and value in squeezed(line) for value in found.values())


def test_the_worst_line_takes_no_time():
    # As a regular expression with as many groups this would run for years.
    pattern = LinePattern.of("".join(f"{{n{at}}}a" for at in range(60)) + "b")
    started = time.process_time()

    assert pattern.match("a" * 100_000) is None
    assert time.process_time() - started < 1
