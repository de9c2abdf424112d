"""Answers of people who have tasks: only what is plainly done is done; days and amounts are read right."""

from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk import task_lexicon as lexicon
from daemon.desk.dates import Now
from daemon.desk.task_effort import Effort, effort_of
from daemon.desk.task_words import ANSWERS, Kind, answer_link, reading
from daemon.desk.terms import plain

NOW = Now(datetime(2024, 1, 15, 9, 0, tzinfo=UTC), "Europe/Berlin")
LANGUAGES = ("en", "de", "es", "fr", "it", "nl")


def read(words: str, *, gate: bool = False):
    return reading(words, NOW, "EUR", gate=gate)


DONE = [
    "done", "Done.", "DONE!", "It's done", "done, thanks", "Hi Ann,\n\ndone\n\nBest regards\nVic", "all done",
    "*done*", "- done", "done - the key is under the mat", "done. The invoice follows.", "✅",
    "erledigt", "Ist erledigt.", "Fertig!", "Hallo Ann,\nerledigt\nViele Grüße", "Alles erledigt, danke",
    "hecho", "Ya está", "Listo.", "Está hecho, gracias", "Hola\nterminado",
    "fait", "C'est fait", "C\u2019est fait.", "Terminé !", "Bonjour,\nc'est fait\nCordialement",
    "fatto", "È fatto", "Tutto fatto!", "Completato, grazie", "Buongiorno\nfinito",
    "klaar", "Is klaar.", "Gedaan", "Het is klaar, groeten", "Afgerond",
]  # fmt: skip
NOT_DONE = [
    "", "   ", "not done", "not done yet", "almost done", "done except the screen", "done but no key",
    "done?",    "is it done", "done. When is the next?", "done the first part", "consider it done tomorrow",
    "will be done",
    "done in 2 hours", "done, but the docking station is missing", "done\n\nExcept for the label.",
    "noch nicht erledigt", "fast fertig", "erledigt bis auf das Kabel", "fertig, aber das Netzteil fehlt",
    "erledigt?", "nicht gemacht", "no está hecho", "casi hecho", "hecho, pero falta la llave",
    "pas fait", "c'est presque fait", "fait, mais il manque la clé", "fait sauf l'écran", "non fatto",
    "quasi fatto", "fatto, ma manca la chiave", "niet klaar", "bijna klaar",
    "klaar, maar het scherm ontbreekt",
    "ok", "thanks", "yes", "👍", "We have received your order.", "undone", "done done done it all",
    "I am done with you", "done deal if you pay", "done 12 people came",
]  # fmt: skip


@pytest.mark.parametrize("words", DONE)
def test_done_is_read_in_six_languages(words: str):
    found = read(words)

    assert (found.kind, found.problem) == (Kind.DONE, "")


@pytest.mark.parametrize("words", NOT_DONE)
def test_whatever_may_not_be_done_is_not(words: str):
    assert read(words).kind is not Kind.DONE


@pytest.mark.parametrize(
    ("words", "minutes", "cost"),
    [
        ("done 45min", 45, ()),
        ("done 45 min 120 EUR", 45, (("120.00", "EUR"),)),
        ("done, 1h30", 90, ()),
        ("done 1.5h", 90, ()),
        ("done 1,5 h", 90, ()),
        ("done: 2 hours 15 minutes", 135, ()),
        ("erledigt, 2 Stunden, 1.200,50 €", 120, (("1200.50", "EUR"),)),
        ("erledigt (45 Min., 120 Euro)", 45, (("120.00", "EUR"),)),
        ("hecho, 2 horas", 120, ()),
        ("fait, 3 heures et 49,90 €", 180, (("49.90", "EUR"),)),
        ("fatto, 30 minuti", 30, ()),
        ("klaar, 2 uur", 120, ()),
        ("done\n45min\n120 EUR", 45, (("120.00", "EUR"),)),
        ("done EUR 99.90", 0, (("99.90", "EUR"),)),
        ("done $ 1,200.00", 0, (("1200.00", "USD"),)),
        ("done CHF 1'500", 0, (("1500.00", "CHF"),)),
        ("done 10 EUR and 5.50 EUR", 0, (("15.50", "EUR"),)),
        ("done 10 EUR, 7 USD", 0, (("10.00", "EUR"), ("7.00", "USD"))),
        ("done 20min\nCost: 5 EUR\nThanks", 20, (("5.00", "EUR"),)),
    ],
)
def test_what_it_took_is_read_with_it(words: str, minutes: int, cost: tuple):
    found = read(words)

    assert (found.kind, found.effort) == (Kind.DONE, Effort(minutes, cost))


def test_a_working_time_that_nobody_has_is_asked_about():
    assert "hours or minutes" in read("done 999h").problem


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("blocked: no parts", "no parts"),
        ("Blocked because the door is locked.", "the door is locked"),
        (
            "blocked\n\nThe supplier has closed.\n\nBest regards\nVic",
            "The supplier has closed. Best regards Vic",
        ),
        ("blockiert, weil die Tür zu ist", "die Tür zu ist"),
        ("bloqueado porque falta la llave", "falta la llave"),
        ("bloqué : plus de stock", "plus de stock"),
        ("bloccato, manca la chiave", "manca la chiave"),
        ("geblokkeerd omdat de deur dicht is", "de deur dicht is"),
    ],
)
def test_a_block_has_its_reason(words: str, why: str):
    found = read(words)

    assert found.kind is Kind.BLOCKED
    assert found.why.startswith(why.partition(" Best")[0])


def test_a_block_without_a_reason_is_asked_for_one():
    assert read("blocked").problem


@pytest.mark.parametrize(
    ("words", "day", "why"),
    [
        ("by friday", "2024-01-19 16:00", ""),
        ("by 2024-02-01", "2024-02-01 16:00", ""),
        ("by friday because the ship is late", "2024-01-19 16:00", "the ship is late"),
        ("By Friday, 14:00, the part is late", "2024-01-19 13:00", "the part is late"),
        ("by jan 19 14:00, the part is late", "2024-01-19 13:00", "the part is late"),
        ("by friday\nThe ship is late.", "2024-01-19 16:00", "The ship is late"),
        ("bis Freitag, weil es schneit", "2024-01-19 16:00", "es schneit"),
        ("bis 1.2.2024: Lieferung verspätet", "2024-02-01 16:00", "Lieferung verspätet"),
        ("bis morgen", "2024-01-16 16:00", ""),
        ("para el viernes porque nieva", "2024-01-19 16:00", "nieva"),
        ("d'ici vendredi, grève", "2024-01-19 16:00", "grève"),
        ("entro venerdì perché nevica", "2024-01-19 16:00", "nevica"),
        ("voor vrijdag, want het sneeuwt", "2024-01-19 16:00", "het sneeuwt"),
        ("bis Freitag 19. Januar, weil es schneit", "2024-01-19 16:00", "es schneit"),
    ],
)
def test_another_day_is_read_with_its_reason(words: str, day: str, why: str):
    found = read(words)

    assert (found.kind, found.why) == (Kind.BY, why)
    assert found.until is not None
    assert f"{found.until:%Y-%m-%d %H:%M}" == day


@pytest.mark.parametrize("words", ["by 2020-01-01", "by 2031-01-01"])
def test_a_day_that_cannot_be_is_told(words: str):
    assert "ahead" in read(words).problem


@pytest.mark.parametrize(
    "words", ["by the way, who is it for?", "bis dann", "para qué?", "per favore", "voor wie?"]
)
def test_words_that_begin_like_a_day_are_for_people(words: str):
    assert read(words).kind is Kind.WORDS


class TestCheck:
    @pytest.mark.parametrize(
        "words", ["ok", "done", "passt", "va bene", "d'accord", "akkoord", "sí", "yes, thanks"]
    )
    def test_well(self, words: str):
        assert read(words, gate=True).kind is Kind.DONE

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ("again: it wobbles", "it wobbles"),
            ("nochmal, es wackelt", "es wackelt"),
            ("à refaire : ça bouge", "ça bouge"),
            ("not ok, it wobbles", "it wobbles"),
        ],
    )
    def test_once_more(self, words: str, why: str):
        found = read(words, gate=True)

        assert (found.kind, found.why) == (Kind.AGAIN, why)

    @pytest.mark.parametrize("words", ["ok but it wobbles", "yes?", "ok, not really"])
    def test_half_well_is_for_people(self, words: str):
        assert read(words, gate=True).kind is Kind.WORDS

    def test_again_needs_a_reason(self):
        assert read("again", gate=True).problem

    def test_a_task_that_checks_nothing_is_not_sent_back(self):
        assert read("again: it wobbles").kind is Kind.WORDS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted({*ANSWERS["task"], *ANSWERS["gate"]}))
def test_every_button_writes_what_is_read_so(kind: str, language: str):
    link = answer_link("support+t1.aa.x@desk.test", kind, "[#1]", language, "t1.aa." + "a" * 26)
    body = link.partition("&body=")[2]
    written = unquote(body).replace("\r\n", "\n")
    typed = _filled(written, kind, language)

    assert link.startswith("mailto:support+t1.aa.x@desk.test?subject=Re%3A%20%5B%231%5D&body=")
    wanted = {"done": Kind.DONE, "ok": Kind.DONE, "blocked": Kind.BLOCKED, "again": Kind.AGAIN, "by": Kind.BY}
    found = read(typed, gate=kind in {"ok", "again"})
    assert (found.kind, found.problem) == (wanted[kind], "")


_DAY = {"en": "friday", "de": "Freitag", "es": "viernes", "fr": "vendredi", "it": "venerdì", "nl": "vrijdag"}


def _filled(body: str, kind: str, language: str) -> str:
    """Fill a button's mail in as somebody would: a day, a reason."""

    first, _, rest = body.partition("\n")
    if kind == "by":
        because, _, code = rest.partition("\n")
        return f"{first}{_DAY[language]}\n{because}it snows\n{code}"
    return f"{first}it snows\n{rest}" if kind in {"blocked", "again"} else body


@given(st.text(max_size=300))
def test_any_text_is_read_and_its_reason_is_bounded(text: str):
    found = read(text)

    assert len(found.why) <= 400
    assert "\n" not in found.why


@given(st.sampled_from(sorted(lexicon.DONE)), st.sampled_from(sorted(lexicon.DOUBT)), st.booleans())
def test_no_word_of_doubt_stands_beside_done(phrase: str, doubt: str, below: bool):
    words = f"{phrase}\n{doubt} the cable" if below else f"{phrase}, {doubt} the cable"

    assert read(words).kind is not Kind.DONE


@given(
    st.sampled_from(sorted(lexicon.DONE)),
    st.sampled_from(["", ".", "!", " !", ", thanks", "\n\nBest regards"]),
    st.sampled_from([str.lower, str.upper, str.capitalize]),
)
def test_every_phrase_is_known_in_any_case_and_with_any_end(phrase, end, case):
    assert read(case(phrase) + end).kind is Kind.DONE


@given(st.integers(1, 59), st.integers(0, 99), st.integers(1, 999_999), st.integers(0, 99))
def test_numbers_come_back_as_they_were_written(minutes: int, hours: int, whole: int, cents: int):
    for thousands, point in ((",", "."), (".", ",")):
        written = f"{whole:,}.{cents:02d}".replace(",", "x").replace(".", point).replace("x", thousands)
        found, left = effort_of(f"{hours}h {minutes}min {written} EUR", "EUR")

        assert (found.minutes, left) == (hours * 60 + minutes, "")
        assert found.cost == ((f"{whole}.{cents:02d}", "EUR"),)


@given(st.text(max_size=100))
def test_any_text_has_an_effort_and_a_rest(text: str):
    effort, left = effort_of(text, "EUR")

    assert effort.minutes >= 0
    assert len(left) <= len(text)


def test_no_phrase_says_two_things():
    kinds = (lexicon.DONE, lexicon.BLOCKED, lexicon.AGAIN, lexicon.BY)
    every = [phrase for kind in kinds for phrase in kind]

    assert sorted(set(every)) == sorted(every)
    assert all(plain(phrase) == phrase for phrase in every)
