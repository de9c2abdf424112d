import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.decision_batch import batch
from daemon.desk.decisions import Answer


def read(text, **more):
    return [(one.number, str(one.answer), one.comment) for one in batch(text, **more).decisions]


EXPECTED = [(12, "approve", ""), (15, "approve", ""), (14, "reject", "too dear")]


@pytest.mark.parametrize(
    "text",
    [
        "approve 12 15, reject 14 too dear",
        "Approve 12, 15\nReject 14: too dear",
        "approve #12 and #15; reject 14 - too dear",
        "Hi Bob,\n\nI approve 12 15.\nReject 14, too dear\n\nRegards\nAnn",
        "approved: 12, 15. rejected: 14 too dear",
        "approve 12,15; reject 14 too dear",
        "yes 12 15, no 14 too dear",
    ],
)
def test_many_decisions_stand_in_one_answer(text):
    assert read(text) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "genehmigt 12 und 15, abgelehnt 14 zu teuer",
        "approuvé 12 et 15, refusé 14 trop cher",
        "aprobado 12 y 15, rechazado 14 muy caro",
        "approvo 12 e 15, rifiuto 14 troppo caro",
        "goedgekeurd 12 en 15, afgewezen 14 te duur",
        "aprovo 12 e 15, rejeito 14 muito caro",
        "zatwierdzam 12 i 15, odrzucam 14 zbyt drogie",
        "godkänner 12 och 15, avslår 14 dyrt",
        "godkender 12 og 15, afviser 14 dyrt",
        "godkjenner 12 og 15, avviser 14 dyrt",
        "hyväksyn 12 ja 15, hylkään 14 kallis",
        "schvaluji 12 a 15, zamítám 14 drahé",
        "onaylıyorum 12 ve 15, reddediyorum 14 pahalı",  # noqa: RUF001
        "jóváhagyom 12 és 15, elutasítom 14 drága",
    ],
)
def test_the_words_of_all_languages_decide(text):
    assert [one[:2] for one in read(text)] == [one[:2] for one in EXPECTED]
    assert read(text)[2][2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("approve 12 if cheap", 'it may be no plain decision: "if"'),
        ("approve 12. wait, no", 'it may be no plain decision: "wait"'),
        ("do not approve 12", '"do not approve" stands before the first decision'),
        ("approve 12 not 14", 'it says more than a decision: "not"'),
        ("approve all", 'it says more than a decision: "all"'),
        ("approve 12-15", 'it says more than a decision: "12-15"'),
        ("approve.\n12 is fine", '"approve" stands without a number'),
        ("approve, reject 14", '"approve" stands without a number'),
        ("approve", '"approve" stands without a number'),
        ("reject 14 too dear approve 15", '"approve" may be another decision'),
        ("approve 12, reject 12", "it says yes and no to 12"),
        ("approve 12?", "it asks something"),
        ("approve 0", "0 is no number of a decision"),
        ("approve 1234567890", "1234567890 is no number of a decision"),
        ("12 15", '"12" stands before the first decision'),
        ("", "it decides about no number"),
        ("Regards\napprove 12", '"Regards" stands before the first decision'),
        ("approve 12\nRegards\nreject 14", '"reject 14" may be another decision'),
        ("approve 12 lol", 'it may be no plain decision: "lol"'),
        ("approve 12 the blue one", 'it says more than a decision: "the"'),
        ("app\u200brove 12", "it has hidden characters inside of words"),
        ("approve \u0661\u0662", 'it says more than a decision: "\u0661\u0662"'),
        ("approve 12 " + "x" * 2_000, "it is too long for plain decisions"),
    ],
)  # fmt: skip
def test_where_a_part_is_not_clear_nothing_counts(text, reason):
    assert (batch(text).decisions, batch(text).reason) == ((), reason)


def test_automatic_mail_settles_nothing():
    assert batch("approve 12", human=False).reason == "automatic mail decides nothing"


def test_a_number_that_stands_twice_is_decided_once():
    assert read("approve 12, 12, 15") == EXPECTED[:2]


def test_a_no_of_a_language_where_it_means_something_else_rejects_nothing():
    assert read("no 14", language="en") == [(14, "reject", "")]
    assert read("no 14", language="pl") == []


PIECES = ["approve", "reject", "12", "14", "not", "if", "and", "\n", ",", "dear"]


@given(st.lists(st.sampled_from(PIECES), max_size=9))
@settings(max_examples=300, deadline=None)
def test_a_number_is_approved_only_by_the_decision_before_it(words):
    text = " ".join(words)
    approved = {str(one.number) for one in batch(text).decisions if one.answer is Answer.APPROVE}
    last, wanted = "", set()
    for word in words:
        last = word if word in {"approve", "reject"} else last
        if word.isdigit() and last == "approve":
            wanted.add(word)

    assert approved <= wanted
    if approved:
        assert not {"not", "if"} & set(words) or "reject" in words
