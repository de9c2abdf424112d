"""An incident or a service request, by weights that are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.classification import Classifier, Opened
from daemon.desk.handling_settings import ClassificationSettings
from daemon.desk.terms import Words
from storage.vocabulary import TicketType

INCIDENT, REQUEST = TicketType.INCIDENT, TicketType.SERVICE_REQUEST
CLASSIFIER = Classifier.of(
    ClassificationSettings(
        request_addresses=("Orders@desk.test",), incident_addresses=("help@desk.test",), sender_history=True
    )
)


def classify(subject: str, body: str = "", **more: tuple[object, ...]):
    return CLASSIFIER.classify(Opened(Words.of(subject), Words.of(body), **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        ("Printer broken", "It does not work.", INCIDENT),
        ("New laptop", "I would like a new laptop for our new employee, please.", REQUEST),
        ("Drucker defekt", "Der Drucker geht nicht mehr.", INCIDENT),
        ("Bestellung", "Ich möchte einen neuen Laptop bestellen.", REQUEST),
        ("Imprimante en panne", "Elle ne marche plus.", INCIDENT),
        ("Demande", "Je voudrais installer Photoshop.", REQUEST),
        ("Avería", "El correo no funciona.", INCIDENT),
        ("Solicitud", "Necesito un nuevo portátil.", REQUEST),
        ("Errore", "La stampante non funziona.", INCIDENT),
        ("Richiesta", "Vorrei un nuovo account.", REQUEST),
        ("Storing", "De printer werkt niet.", INCIDENT),
        ("Aanvraag", "Graag een nieuwe laptop bestellen.", REQUEST),
        ("Hello", "Please see below.", INCIDENT),
    ],
)
def test_words_of_six_languages_decide(subject: str, body: str, kind: TicketType):
    assert classify(subject, body).type is kind


def test_every_weight_is_told_with_its_evidence():
    found = classify("Laptop broken", "I would like a replacement", addresses=("orders@desk.test",))

    assert found.type is REQUEST
    assert str(found) == (
        "service-request (5 for service-request: written to orders@desk.test; "
        '2 for incident: "broken" in the subject; 1 for service-request: "would like" in the text; '
        '1 for service-request: "replacement" in the text)'
    )


def test_a_mail_that_says_nothing_is_of_the_usual_type():
    assert str(classify("Hello")) == "incident (nothing speaks for either)"
    requests = Classifier.of(ClassificationSettings(default_type="service-request"))
    assert requests.classify(Opened(Words.of("Hello"), Words.of(""))).type is REQUEST


def test_the_address_outweighs_a_few_words():
    assert classify("New laptop", "order", addresses=("help@desk.test",)).type is INCIDENT


def test_a_long_mail_does_not_decide_by_its_length():
    many = "broken error crash fails failed failure fault down outage offline"

    assert classify("", many, addresses=("orders@desk.test",)).type is REQUEST


def test_the_history_of_the_sender_tips_the_balance_and_no_more():
    history = (REQUEST, REQUEST, REQUEST, INCIDENT)

    assert classify("Hello", history=history).type is REQUEST
    assert str(classify("Hello", history=history).reasons[0]) == (
        "0.5 for service-request: 3 of the sender's last 4 tickets were of this type"
    )
    assert classify("Broken", history=history).type is INCIDENT
    assert classify("Hello", history=(REQUEST, INCIDENT)).reasons == ()


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("How do I print in colour?", ("question",)),
        ("Wie viele Urlaubstage habe ich?", ("question",)),
        ("How do I print? The printer is broken.", ()),
        ("This is unacceptable, I am still waiting.", ("complaint",)),
        ("Une question et une réclamation", ("question", "complaint")),
        ("Good morning", ()),
    ],
)
def test_questions_and_complaints_are_tags(text: str, tags: tuple[str, ...]):
    assert classify("", text).tags == tags


def test_without_the_shipped_words_only_own_words_count():
    own = Classifier.of(ClassificationSettings(shipped_words=False, request_words=("badge",)))

    assert own.classify(Opened(Words.of("broken"), Words.of("how to complain"))).reasons == ()
    assert own.classify(Opened(Words.of("broken badge"), Words.of(""))).type is REQUEST


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_mail_is_an_incident_or_a_request(subject: str, body: str):
    assert classify(subject, body).type in {INCIDENT, REQUEST}
