"""A priority comes from impact and urgency, and these from signals that can be named."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.handling_settings import PrioritySettings, ServiceSettings
from daemon.desk.lifecycle import MATRIX
from daemon.desk.priority import Assessor, Report, Signal, matrix_of, similar
from daemon.desk.terms import Words
from storage.vocabulary import Level, Priority

SERVICES = (ServiceSettings(name="ERP", words=("sap*",), critical=True), ServiceSettings(name="Wiki"))
ASSESSOR = Assessor.of(PrioritySettings(vips=("ceo@corp.test", "board.test"), similar_reports=3), SERVICES)


def assess(text: str, sender: str = "cara@cust.test", count: int = 0):
    return ASSESSOR.assess(Report(Words.of(text), sender, count))


def signals(text: str, **more: object) -> list[str]:
    return [str(one) for one in assess(text, **more).signals]  # type: ignore[arg-type]


class TestSignals:
    def test_an_ordinary_mail_has_none_and_is_in_the_middle(self):
        plain = assess("My printer is out of toner.")

        assert (plain.signals, plain.impact, plain.urgency, plain.priority) == (
            (),
            Level.MEDIUM,
            Level.MEDIUM,
            Priority.P3,
        )

    @pytest.mark.parametrize(
        "text",
        [
            "Nobody can print and everyone is waiting",
            "Bei allen geht das Netz nicht",
            "Tout le monde est bloqué",
            "Nadie puede entrar",
            "Nessuno riesce a stampare",
            "Niemand kan inloggen",
            "25 users are affected",
            "alle 12 Mitarbeiter sind betroffen",
            "nos 30 collègues",
            "20 empleados sin red",
            "15 dipendenti fermi",
            "11 van onze medewerkers",
        ],
    )
    def test_many_people_make_a_high_impact_in_six_languages(self, text: str):
        found = assess(text)

        assert found.impact is Level.HIGH
        assert found.signals[0].name == "people affected"

    @pytest.mark.parametrize(
        "text",
        ["Hi everyone, my mouse is dead", "Bonjour tout le monde", "3 users cannot print", "room 4711"],
    )
    def test_a_greeting_or_few_people_are_no_many_people(self, text: str):
        assert signals(text) == []

    def test_a_greeting_does_not_hide_who_is_affected(self):
        assert signals("Hi everyone, everyone is offline") == ['people affected: "everyone" -> impact high']

    @pytest.mark.parametrize(
        ("text", "name", "effect"),
        [
            ("I got a phishing mail", "security", "urgency high"),
            ("Mein Konto wurde gehackt", "security", "urgency high"),
            ("Datenschutzverletzung", "compliance", "impact high"),
            ("violación de datos", "compliance", "impact high"),
            ("the payroll stops", "money", "urgency high"),
            ("les fiches de paie", "money", "urgency high"),
            ("this is urgent", "urgent words", "urgency high"),
            ("con la massima urgenza", "urgent words", "urgency high"),
            ("met spoed", "urgent words", "urgency high"),
            ("geen haast", "can wait", "urgency low"),
            ("SAPGUI does not start", "critical service", "impact high"),
        ],
    )
    def test_a_signal_names_its_words_and_its_effect(self, text: str, name: str, effect: str):
        (signal,) = signals(text)

        assert signal.startswith(f"{name}: ")
        assert signal.endswith(f" -> {effect}")

    def test_what_is_not_urgent_is_not_urgent(self):
        assert signals("This is not urgent at all.") == ['can wait: "not urgent" -> urgency low']

    def test_a_service_that_is_not_critical_changes_nothing(self):
        assert signals("The wiki is slow") == []
        assert [one.name for one in ASSESSOR.services_in(Words.of("wiki and SAP"))] == ["ERP", "Wiki"]

    @pytest.mark.parametrize("sender", ["ceo@corp.test", "any@board.test"])
    def test_an_important_person_is_urgent(self, sender: str):
        assert signals("A question", sender=sender) == [f"important person: {sender} -> urgency high"]

    def test_reports_like_it_are_a_signal_from_the_number_that_is_set(self):
        assert signals("Wifi", count=2) == []
        assert signals("Wifi", count=3) == ["similar reports: 3 reports like it in 30 minutes -> impact high"]

    def test_what_a_route_asks_for_is_a_signal_as_well(self):
        asked = (Signal("route", "plant", impact=Level.HIGH),)
        found = ASSESSOR.assess(Report(Words.of("no hurry"), asked=asked))

        assert (found.impact, found.urgency, found.priority) == (Level.HIGH, Level.LOW, Priority.P3)

    def test_a_high_signal_wins_over_calm_words(self):
        assert assess("phishing, but no rush").urgency is Level.HIGH

    def test_many_words_are_told_shortly(self):
        (signal,) = signals("phishing ransomware malware virus trojan")

        assert signal == 'security: "phishing", "ransomware", "malware" and 2 more -> urgency high'

    def test_own_words_add_to_the_shipped_or_stand_alone(self):
        own = PrioritySettings(shipped_words=False, security_words=("badge lost",))
        assessor = Assessor.of(own)

        assert assessor.assess(Report(Words.of("phishing, urgent"))).signals == ()
        assert assessor.assess(Report(Words.of("my badge lost"))).urgency is Level.HIGH

    @given(st.text(max_size=200))
    def test_any_text_has_a_priority_of_the_matrix(self, text: str):
        found = assess(text)

        assert found.priority is MATRIX[found.impact, found.urgency]


class TestMatrix:
    def test_the_default_rows_are_the_matrix_of_the_life_cycle(self):
        assert matrix_of(PrioritySettings()) == MATRIX

    def test_own_rows_decide(self):
        assessor = Assessor.of(PrioritySettings(impact_medium=("P1", "P4", "P4")))

        assert assessor.assess(Report(Words.of("printer"))).priority is Priority.P4
        assert set(assessor.matrix) == set(itertools.product(Level, Level))


class TestSimilar:
    def test_subjects_of_half_the_same_words_are_alike(self):
        others = [
            "Re: Wifi down in building 7",
            "wifi is down",
            "Printer paper jam",
            "",
            "Building wifi down!",
        ]

        assert similar("Wifi down building 4", others) == 3

    def test_a_subject_without_words_is_like_nothing(self):
        assert similar("4711", ["4711", ""]) == 0
