"""What requesters say in a few words, in six languages: what is meant, and what is only a reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.requester_words import TONGUES, Word, spoken
from storage.vocabulary import LANGUAGES
from tests.desk.requester_sayings import MEANT, REPLIES

SAID = [
    (language, word, text) for language in MEANT for word, said in MEANT[language].items() for text in said
]
UNMEANT = [(language, text) for language in REPLIES for text in REPLIES[language]]


def test_every_language_of_the_desk_has_every_word_and_enough_to_try_it_with():
    assert set(TONGUES) == set(MEANT) == set(REPLIES) == set(LANGUAGES)
    for language in LANGUAGES:
        assert set(TONGUES[language].words) == set(Word)
        assert set(MEANT[language]) == set(map(str, Word))
        assert sum(map(len, MEANT[language].values())) >= 25
        assert len(REPLIES[language]) >= 25


@pytest.mark.parametrize(("language", "word", "text"), SAID, ids=[f"{one[0]}-{one[2][:30]}" for one in SAID])
def test_a_phrase_is_understood(language, word, text):
    found = spoken(text)

    assert found is not None, text
    assert found.word == word
    assert language in found.languages


@pytest.mark.parametrize(("language", "text"), UNMEANT, ids=[f"{one[0]}-{one[1][:30]}" for one in UNMEANT])
def test_anything_more_is_a_reply(language, text):
    assert spoken(text) is None


@pytest.mark.parametrize(("language", "word", "text"), SAID[::7], ids=[one[2][:30] for one in SAID[::7]])
def test_a_phrase_in_a_sentence_is_a_reply(language, word, text):
    assert spoken(f"{text} xyzzy") is None
    assert spoken(f"xyzzy {text}") is None


@pytest.mark.parametrize(
    "text",
    [
        "Hi Ann,\n\nplease close this.\n\nKind regards,\nRita Requester\nSales",
        "Sehr geehrte Frau Müller,\nbitte schließen\nMit freundlichen Grüßen\nRita",
        "please close this\nRita",
        "Close [#42], please",
        "PLEASE CLOSE TICKET 42!!!",
        "*please close this*",
    ],
)
def test_greeting_closing_name_and_number_may_stand_around_it(text):
    found = spoken(text, names=("Rita Requester", "Ann"), number=42)

    assert found is not None
    assert found.word is Word.CLOSE


@pytest.mark.parametrize(
    "text",
    [
        "please close this\nThanks\nnot before Monday",
        "please close this\nThanks\nNo Wait",
        "please close this\n\nBest\nRita\nSales\nHamburg\nGermany",
        "please close this\nPaul",
        "please close #43",
        "close this £",
        "please close this " * 30,
        "a\n" * 9 + "close this",
        "please",
        "Hi Ann,\nDear all,",
        "...",
    ],
)
def test_what_stands_around_it_says_no_more(text):
    assert spoken(text, names=("Rita Requester", "Ann"), number=42) is None


def test_a_word_of_several_languages_names_them_all():
    found = spoken("no")

    assert found is not None
    assert {"en", "es", "it"} <= set(found.languages)


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text):
    found = spoken(text, names=(text[:10],), number=7)

    assert found is None or found.languages
