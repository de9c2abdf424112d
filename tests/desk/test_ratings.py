# ruff: noqa: RUF001 - the words of many languages
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk import rating_words
from daemon.desk.answer_lexicon import folded
from daemon.desk.ratings import Rating, rating, standing

NOW = datetime(2024, 1, 15, 9, tzinfo=UTC)

READ = {
    1: (
        "1|1/5|1 - terrible|★|★☆☆☆☆|*|😡|terrible|Very bad service|1!|furchtbar|"
        "sehr schlecht|1 von 5|nul|catastrophique|"
        "pésimo|muy malo|pessimo|verschrikkelijk|péssimo|okropnie|beznadziejnie|"
        "fruktansvärt|forfærdelig|forferdelig|"
        "kamala|hrozné|berbat|szörnyű|one|eins"
    ),
    2: (
        "2|2/5|2 out of 5|★★|★★☆☆☆|🙁|👎|bad|not good|schlecht|nicht gut|mauvais|déçu|malo|"
        "male|slecht|ruim|źle|"
        "dåligt|dårligt|ikke bra|huono|špatně|kötü|rossz|two|zwei|deux|dos|twee|dois|dwa|"
        "två|kaksi|dva|iki|kettő"
    ),
    3: (
        "3|3/5|3 sur 5|★★★|★★★☆☆|😐|average|so so|geht so|na ja|moyen|bof|regular|así: 3|"
        "così così|matig|mais ou menos|"
        "średnio|sådär|middels|keskinkertainen|průměr|orta|közepes|three|trzy|kolme|tři|üç|három"
    ),
    4: (
        "4|4 fine|4/5|4 / 5|4 of 5|4 out of 5, thanks|4 von 5 Punkten|4 sur 5|4 de 5|"
        "4 su 5|4 van de 5|4 z 5|4 av 5|4 ud af 5|"
        "5 üzerinden 4|5-ből 4|⭐⭐⭐⭐|★★★★☆|🙂|👍|4️⃣|4.|4, but it took a while|Hi,\n4|"
        "4\nThanks\nAnn|4 stars|Good, thanks|gut|"
        "bien|satisfait|bueno|buono|goed|bom|dobrze|bra|godt|hyvä|dobře|iyi|jó|four|vier|"
        "quatre|cuatro|quattro|neljä|négy"
    ),
    5: (
        "5|5/5|5!!!|5 great help|5 - thank you|５|*****|★★★★★|⭐⭐⭐⭐⭐|😍|🤩🤩|😀|great|"
        "Great, thank you!|Excellent service.|"
        "very good|super|Sehr gut, danke|Hervorragend|parfait|très bien, merci|Excelente|"
        "muy bien|Ottimo|perfetto|"
        "Uitstekend|zeer tevreden|ótimo|Perfeito|Świetnie|bardzo dobrze|jättebra|"
        "mycket bra|Fremragende|meget god|"
        "veldig bra|erinomainen|Výborně|harika|çok iyi|Kiváló|nagyon jó|five|fünf|cinq|"
        "cinco|vijf|pięć|fem|viisi|pět|beş"
    ),
}  # fmt: skip
TABLE = [
    (score, text) for score, texts in READ.items() for text in texts.split("|") if not text.startswith("así")
]

UNREAD = (
    "11|-1|٥|4.5|4,5|1e0|0|6|10|4/10|5/10|3/3|3 or 4|3-4|3 - 4|4 5|4 oder 5|3 à 4|3, 4|"
    "5 days|5 days without an answer|"
    "2 hours later|3x|1st|5%|4€|5 Tage|3 jours|1 of your people|2 von euren Leuten|"
    "1 - excellent|1 great|5 - terrible|5 horrible|"
    "5 furchtbar|4?|great?|I will be back in 5 days|Ich bin 5 Tage weg|not bad|"
    "kein Problem|thanks|ok|++|"
    "great, but it broke again|Great. It broke again.|Super. Immer noch kaputt|good or bad|"
    "very good, very bad|"
    "★★★★★★|★★☆|******|😀😡|😀 not working|great lol|Excellent... not|five days|to|fire|due|"
    "en|I rate you 5|2024|5th|"
    "great...|🚀|No|unsubscribe|good morning|hello|5a|5 4"
)


@pytest.mark.parametrize("score", READ)
def test_a_rating_is_read_in_every_language(score):
    wrong = [
        (text, rating(text)) for wanted, text in TABLE if wanted == score and rating(text).score != score
    ]

    assert wrong == []


def test_what_may_be_anything_else_is_no_rating_and_the_reason_is_told():
    read = {text: rating(text) for text in UNREAD.split("|")}

    assert {text: one.score for text, one in read.items() if one.score is not None} == {}
    assert [text for text, one in read.items() if not one.reason] == []


@pytest.mark.parametrize(
    ("text", "shown", "sentence"),
    [
        ("4 fine", "4", "fine"),
        ("5/5 - thank you very much!", "5/5", "thank you very much"),
        ("2\n\nNobody called for three days, then 5 people.",
         "2", "Nobody called for three days, then 5 people"),
        ("★★☆☆☆ slow", "★★☆☆☆", "slow"),
        ("furchtbar. Niemand hat geantwortet", "furchtbar", "Niemand hat geantwortet"),
        ("😡 nobody called", "😡", "nobody called"),
        ("Hallo Bob,\n5 danke", "5", "danke"),
        ("5 üzerinden 4, teşekkürler", "5 üzerinden 4", "teşekkürler"),
    ],
)  # fmt: skip
def test_what_else_was_said_is_kept(text, shown, sentence):
    assert (rating(text).words, rating(text).sentence) == (shown, sentence)


@pytest.mark.parametrize(
    ("word", "language", "score"),
    [("to", "da", 2), ("fire", "nb", 4), ("due", "it", 2), ("en", "sv", 1), ("en", "fr", None),
     ("öt", "hu", 5), ("öt", "", None)],
)  # fmt: skip
def test_number_words_that_are_others_elsewhere_need_the_language(word, language, score):
    assert rating(word, language=language).score == score


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has no words of its own"),
        ("> 5", "it has no words of its own"),
        ("5\u200b4", "it has hidden characters inside of words"),
        ("1 - excellent", "the number and the words contradict each other"),
        ("5 days", 'it counts something: "days"'),
        ("3 or 4", "it names two numbers"),
        ("9", 'expected a number from 1 to 5, got "9"'),
        ("4/10", 'expected a number from 1 to 5, got "4/10"'),
        ("★★★★★★", "expected up to 5 stars, got 6"),
        ("😀😡", "the faces contradict each other"),
        ("great. Not.", "what follows may contradict the rating"),
        ("good bad", "it does not say one rating clearly"),
        ("my printer", "it does not begin with a rating"),
    ],
)
def test_the_reason_is_a_sentence(text, reason):
    assert rating(text) == Rating(None, reason=reason)


def test_automatic_mail_never_rates():
    assert rating("5", human=False) == Rating(None, reason="automatic mail rates nothing")


class TestStanding:
    closes = NOW + timedelta(days=7)

    def test_the_last_rating_in_the_window_counts(self):
        answers = [
            (NOW + timedelta(days=2), rating("5")),
            (NOW, rating("2")),
            (NOW + timedelta(days=3), rating("thanks")),
            (NOW + timedelta(days=7), rating("1")),
        ]

        assert standing(answers, self.closes) == Rating(5, "5")

    def test_without_a_rating_nothing_counts(self):
        assert standing([(NOW, rating("hm"))], self.closes) is None


def test_no_word_has_two_ratings():
    seen = {}
    for tables in (rating_words.WORDS, rating_words.NUMBERS):
        for score, table in tables.items():
            for phrase in table.split("|"):
                assert seen.setdefault(folded(phrase), score) == score, phrase


@given(st.text(max_size=200), st.sampled_from("12345"))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_a_number_means_itself_or_nothing(text, digit):
    assert rating(text).score in {None, 1, 2, 3, 4, 5}
    assert rating(f"{digit} {text}").score in {None, int(digit)}


def test_hostile_text_is_read_in_no_time():
    started = time.thread_time()
    for text in (
        "5" * 9_000,
        "*" * 9_000,
        "★" * 9_000,
        "good " * 2_000,
        "😀" * 9_000,
        "5 " * 5_000,
        " " * 9_000 + "x",
    ):
        rating(text)

    assert time.thread_time() - started < 5
