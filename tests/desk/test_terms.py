"""Words and phrases are found without regard to case and accents, and in linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.terms import LIMIT_CHARS, Terms, Words


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("printer", "The PRINTER is dead", True),
        ("print", "The printer is dead", False),
        ("print*", "The printer is dead", True),
        ("no network", "There is no network here", True),
        ("no network", "There is no  \n network here", True),
        ("no network", "no, network", True),
        ("network no", "no network", False),
        ("paper ja*", "a paper jam", True),
        ("défaut", "un DEFAUT", True),
        ("defaut", "un défaut", True),
        ("straße", "in der STRASSE", True),
        ("don't work", "they don\u2019t work", True),
        ("印刷", "会議室のプリンターで印刷できません", True),
        ("印刷*", "会議室で印刷できません", True),
        ("网络", "印刷できません", False),
    ],
)
def test_a_term_is_found_as_a_person_would(term: str, text: str, found: bool):
    assert Terms.of((term,)).found(Words.of(text)) == ((term,) if found else ())


def test_terms_are_returned_as_listed_and_once():
    terms = Terms.of(("VPN", "dead", "no network", "vpn"))

    assert terms.found(Words.of("vpn dead: no network, VPN")) == ("dead", "no network", "vpn")


def test_only_the_beginning_of_a_text_is_looked_at():
    assert not Terms.of(("late",)).found(Words.of("x " * LIMIT_CHARS + "late"))


def test_no_phrase_runs_from_the_subject_into_the_text():
    both = Words.of("there is no").and_those_of(Words.of("network cable here"))

    assert Terms.of(("no network", "cable")).found(both) == ("cable",)
    assert Terms.of(("印刷",)).found(Words.of("x").and_those_of(Words.of("印刷"))) == ("印刷",)


@pytest.mark.parametrize("term", ["", "*", "...", " - "])
def test_a_term_without_letters_can_be_found_nowhere(term: str):
    assert not Terms.of((term,)).can_be_found()
    assert not Terms.of((term,)).found(Words.of("anything ... at all"))


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=5))
def test_any_text_and_any_term_can_be_compared(text: str, terms: list[str]):
    found = Terms.of(terms).found(Words.of(text))

    assert set(found) <= set(terms)


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=8))
def test_every_run_of_words_of_a_text_is_found_in_it(words: list[str]):
    text = Words.of(" ".join(words).upper())

    assert Terms.of((" ".join(words[1:3]) or words[0],)).found(text)


def test_a_hostile_text_takes_no_longer_than_any_other():
    terms = Terms.of(
        [f"a a a a b{number}" for number in range(200)] + [f"a{number}*" for number in range(200)]
    )
    start = time.thread_time()
    for _ in range(5):
        terms.found(Words.of("a " * 100_000))

    assert time.thread_time() - start < 1
