"""A category is suggested by the tickets that are nearest, and these are named."""

import time

from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.neighbours import TERMS_PER_TICKET, Example, Neighbours, Suggester, terms_of
from daemon.desk.terms import Terms, Words

PRINTER, NETWORK, ACCOUNT = "hardware/printer", "network", "account"
HISTORY = [
    (1, PRINTER, "Printer jam", "The printer on floor two has a paper jam."),
    (2, PRINTER, "Toner empty", "The printer needs new toner."),
    (3, PRINTER, "Printer offline", "The printer in room nine is offline."),
    (4, NETWORK, "Wifi slow", "The wifi in building four is very slow."),
    (5, NETWORK, "No network", "The cable in room nine has no network."),
    (6, ACCOUNT, "Password", "I forgot my password, please reset it."),
]


def suggester(listed: dict[str, tuple[str, ...]] | None = None) -> Suggester:
    words = {PRINTER: (), NETWORK: (), ACCOUNT: ()} | (listed or {})
    examples = [
        Example(number, category, terms_of(subject, text)) for number, category, subject, text in HISTORY
    ]
    return Suggester(tuple((name, Terms.of(terms)) for name, terms in words.items()), Neighbours.of(examples))


def suggest(subject: str, text: str, made: Suggester | None = None):
    return (made or suggester()).suggest(Words.of(subject, text), terms_of(subject, text))


def test_the_nearest_tickets_give_their_category_and_are_the_reason():
    found = suggest("Printer again", "The printer has a paper jam again.")

    assert found is not None
    assert (found.category, found.nearest[0], found.sure) == (PRINTER, 1, True)
    assert 1 <= len(found.nearest) <= 3
    assert str(found).startswith("hardware/printer (")
    assert "tickets 1" in str(found)


def test_words_of_the_operator_count_from_the_first_day():
    made = Suggester(((NETWORK, Terms.of(("vpn", "wlan*"))),))
    found = made.suggest(Words.of("VPN and WLAN2"), terms_of("VPN", ""))

    assert found is not None
    assert str(found) == 'network (100% of the votes; like the words "vpn, wlan*")'


def test_what_is_like_nothing_has_no_category():
    assert suggest("Lunch", "Canteen menu today") is None
    assert Suggester(()).suggest(Words.of("printer"), ("printer",)) is None


def test_a_category_that_is_no_longer_there_is_not_suggested():
    made = Suggester(((NETWORK, Terms.of(())),), suggester().neighbours)

    found = suggest("Printer offline", "The printer in room nine is offline.", made)
    assert found is None or found.category == NETWORK


def test_a_draw_is_a_guess():
    found = suggest("x", "room nine", suggester({ACCOUNT: ("room",), NETWORK: ("nine",)}))

    assert found is not None
    assert not found.sure


def test_a_little_likeness_is_a_guess():
    found = suggest("Lunch", "Canteen menu please")

    assert found is not None
    assert (found.category, found.share, found.sure) == (ACCOUNT, 1.0, False)


def test_terms_are_the_words_that_stand_there_most_of_the_subject_twice():
    assert terms_of("Re: Drücker 4711", "Der Drucker und der Toner, der!")[:3] == ("drucker", "der", "und")
    assert len(
        terms_of("", " ".join("x" + chr(97 + n) * 3 + chr(97 + m) for n in range(26) for m in range(3)))
    ) == (TERMS_PER_TICKET)


def test_likeness_is_between_none_and_all_and_the_same_ticket_is_nearest():
    made = suggester().neighbours
    near = made.nearest(terms_of(*HISTORY[3][2:]))

    assert near[0][1].number == 4
    assert 0.99 < near[0][0] <= 1.000001


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_mail_can_be_asked_about(subject: str, text: str):
    found = suggest(subject, text)

    assert found is None or 0 < found.share <= 1


def test_two_thousand_tickets_are_searched_in_a_moment():
    common = [f"common{chr(97 + n)}" for n in range(20)]
    many = [
        Example(n, PRINTER if n % 2 else NETWORK, (*common, "rare" + chr(97 + n % 26) * 3))
        for n in range(2_000)
    ]
    made = Neighbours.of(many)
    start = time.thread_time()
    near = made.nearest((*common, "rareaaa"))

    assert time.thread_time() - start < 5
    assert {one.number % 26 for _, one in near} == {0}
