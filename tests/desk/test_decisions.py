"""What approvers answer is read right or asked back, in fifteen languages and however a client quotes it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk import decision_words, doubt_words
from daemon.desk.answer_lexicon import LIMIT_CHARS, folded
from daemon.desk.decision_lexicon import LEXICON
from daemon.desk.decisions import Answer, Reading, agreed, decision
from daemon.desk.misspelling import one_letter_off
from daemon.mail.message import Kind
from daemon.mail.parse import parse
from tests.desk.decision_phrases import PHRASES, TABLE

# What the language has to be known for: the same word means something else in another one.
HINTED = {("pl", "no"), ("cs", "no")}
DECIDING = {Answer.APPROVE, Answer.REJECT}


def test_the_table_has_fifteen_languages_and_more_than_three_hundred_phrases():
    assert {language for _, language, _ in TABLE} == set(
        "en de fr es it nl pt pl sv da nb fi cs tr hu".split()  # noqa: SIM905
    )
    assert len({phrase for _, _, phrase in TABLE}) > 600
    assert PHRASES.keys() == set(Answer)


@pytest.mark.parametrize("answer", list(Answer))
def test_every_phrase_is_read_as_it_is_meant(answer):
    wrong = [
        (language, hint, phrase, decision(phrase, language=hint))
        for wanted, language, phrase in TABLE
        if wanted == answer
        for hint in ("", language)
        if (language, phrase) not in HINTED or hint
        if not (phrase == "tak" and hint)
        if decision(phrase, language=hint).answer is not answer
    ]

    assert wrong == []


class TestLanguages:
    @pytest.mark.parametrize(
        ("word", "language", "answer"),
        [
            ("tak", "", Answer.NOTHING),
            ("tak", "da", Answer.NOTHING),
            ("tak", "pl", Answer.APPROVE),
            ("no", "", Answer.REJECT),
            ("no", "pl", Answer.NOTHING),
            ("ne", "tr", Answer.NOTHING),
            ("ne", "cs", Answer.REJECT),
            ("igen", "sv", Answer.NOTHING),
        ],
    )
    def test_a_word_decides_in_the_languages_where_it_does(self, word, language, answer):
        assert decision(word, language=language).answer is answer

    def test_a_word_that_denies_in_another_language_is_harmless_where_the_language_is_known(self):
        text = "Approuvé.\n\nEn bleu et en vert"

        assert decision(text, language="fr").answer is Answer.APPROVE
        assert decision(text).answer is Answer.NOTHING


class TestEvidence:
    def test_the_words_that_decided_and_the_comment_are_kept(self):
        assert decision("Hi Bob,\n\nI approve.\n\nPlease use cost centre 4711.") == Reading(
            Answer.APPROVE, "I approve", "Please use cost centre 4711"
        )
        assert decision("Rejected: too dear!") == Reading(Answer.REJECT, "Rejected", "too dear")
        assert decision("J’approuve, merci") == Reading(Answer.APPROVE, "J’approuve", "merci")  # noqa: RUF001

    def test_what_was_unclear_is_told(self):
        assert decision("approve the blue one").reason == 'it says more than a decision: "the"'
        assert decision("not approved").reason == "it denies an approval, and refuses nothing"
        assert decision("Approved.\n\nSorry").reason == 'it may be no plain decision: "Sorry"'

    @pytest.mark.parametrize(
        ("text", "proposed"),
        [
            ("I am not the right person, ask Bob Miller", "Bob Miller"),
            ("Wrong person. Ask bob@corp.test please", "bob@corp.test"),
            ("Wrong person. Ask bob@corp.test or ann@corp.test", ""),
            ("Ich bin nicht zuständig, fragen Sie bitte Herrn Meier.", "Herrn Meier"),
            ("Not my budget.", ""),
            ("Not my budget, ask Bob who knows", "Bob"),
        ],
    )
    def test_who_is_proposed_is_told(self, text, proposed):
        assert (decision(text).answer, decision(text).proposed) == (Answer.NOT_ME, proposed)

    def test_the_authors_own_name_is_no_more_than_a_signature(self):
        assert decision("Yes, ann smith", author="Ann Smith").answer is Answer.APPROVE
        assert decision("Yes, ann smith").answer is Answer.NOTHING
        assert decision("Yes\n\nAnn Smith").answer is Answer.APPROVE


class TestGreetings:
    @pytest.mark.parametrize(
        "text", ["Hello, Bob, approve", "Hello Bob!\napprove", "Dear Ann Mary Lee Smith,\napprove"]
    )
    def test_a_greeting_decides_nothing(self, text):
        assert decision(text).answer is Answer.APPROVE

    @pytest.mark.parametrize("text", ["Hello", "Hello Bob,", "Hi approve", "Dear A B C D E F,\napprove"])
    def test_a_greeting_is_no_more_than_one(self, text):
        assert decision(text).answer is Answer.NOTHING


def test_an_approval_beside_its_denial_is_asked_back():
    read = decision("Approved.\n\nI cannot approve this")

    assert (read.answer, read.reason) == (Answer.BOTH, "it approves and denies it")


class TestWhatNeverCounts:
    @pytest.mark.parametrize("text", ["approve", "reject", "ja", "👍", "not me, ask bob@corp.test"])
    def test_automatic_mail(self, text):
        assert decision(text, human=False) == Reading(Answer.NOTHING, reason="automatic mail decides nothing")

    @pytest.mark.parametrize(
        "text", ["", " \n ", "> Reply APPROVE or REJECT", "> approve\n> approve", "\u200b", "..."]
    )
    def test_an_answer_without_own_words(self, text):
        assert decision(text).reason == "it has no words of its own"

    def test_a_signature(self):
        assert decision("No comment.\n-- \nApprove fast, ship faster").answer is Answer.NOTHING

    def test_a_subject_alone(self):
        assert decision("").answer is Answer.NOTHING

    @pytest.mark.parametrize(
        "text", ["app\u200brove", "app\u00adrove", "ap\u2060prove", "\u202eevorppa", "a\u0338pprove"]
    )
    def test_hidden_and_struck_out_letters(self, text):
        assert decision(text).answer is Answer.NOTHING

    def test_letters_of_another_script(self):
        for word in ("\u0430pprove", "appr\u043eve", "approv\u0435", "\u0443es"):
            assert decision(word).answer is Answer.NOTHING

    def test_a_hidden_character_beside_a_word_is_harmless(self):
        assert decision("\ufeffapprove\u200b").answer is Answer.APPROVE

    def test_a_long_text(self):
        assert decision("approve\n\n" + "word " * LIMIT_CHARS).answer is Answer.NOTHING
        assert decision("approve\n\n" + "word " * 150).answer is Answer.NOTHING

    def test_two_versions_of_a_mail_that_differ(self):
        assert agreed(decision("reject"), decision("approve")).answer is Answer.NOTHING
        assert agreed(decision("approve"), decision("approve")).answer is Answer.APPROVE


QUOTED = "Please decide: laptop, 900 EUR.\nReply APPROVE or REJECT.\nThis is not approved yet."
HEAD = (
    "From: Desk <desk@desk.test>\nSent: Monday, January 15, 2024 9:00 AM\n"
    "To: Ann <ann@corp.test>\nSubject: Approval"
)


def cited(mark="> "):
    return "\n".join(mark + line for line in QUOTED.split("\n"))


# How ten clients show the mail that is answered; {} is what the approver wrote.
CLIENTS = {
    "Gmail": f"{{}}\n\nOn Mon, Jan 15, 2024 at 9:00 AM Desk <desk@desk.test> wrote:\n\n{cited()}\n",
    "Thunderbird": f"{{}}\n\nAm 15.01.24 um 09:00 schrieb Desk:\n{cited()}\n",
    "Outlook": f"{{}}\n\n________________________________\n{HEAD}\n\n{QUOTED}\n",
    "Outlook, old": f"{{}}\n\n-----Original Message-----\n{HEAD}\n\n{QUOTED}\n",
    "Apple Mail": f"{{}}\n\n> On 15. Jan 2024, at 09:00, Desk <desk@desk.test> wrote:\n> \n{cited()}\n",
    "iPhone": (
        "{}\n\nSent from my iPhone\n\n> On 15. Jan 2024, at 09:00, Desk <desk@desk.test> wrote:\n> \n"
        + cited()
        + "\n"
    ),
    "Yahoo": (
        "{}\n\n    On Monday, January 15, 2024 at 09:00:00 AM GMT+1, Desk <desk@desk.test> wrote:  \n \n "
        + QUOTED
    ),
    "Outlook, French": (
        "{}\n\nDe : Desk <desk@desk.test>\nEnvoyé : lundi 15 janvier 2024 09:00\nÀ : Ann\nObjet : Demande\n\n"
        + QUOTED
    ),
    "mutt": (
        "On Mon, Jan 15, 2024 at 09:00:00AM +0000, Desk wrote:\n"
        + cited()
        + "\n\n{}\n\n-- \nAnn Smith\nApprove fast, ship faster\n"
    ),
    "HTML": "{}",
}
HTML = (
    '<html><body><div>{}</div><br><div class="gmail_quote"><div>On Mon, Jan 15, 2024 Desk wrote:<br></div>'
    "<blockquote>Reply APPROVE or REJECT.<br>This is not approved yet.</blockquote></div></body></html>"
)  # fmt: skip
SAMPLE = [entry for entry in TABLE if entry[2].isprintable()][::12]


def answered(client, phrase):
    """Return the new words, strictly, of a mail in which somebody answers so with this client."""
    kind, body = ("plain", CLIENTS[client].replace("{}", phrase))
    if client == "HTML":
        kind, body = "html", HTML.replace("{}", phrase.replace("&", "&amp;").replace("<", "&lt;"))
    raw = (
        "From: Ann <ann@corp.test>\nTo: desk+a1.x.y@desk.test\nSubject: Re: Approval\nMIME-Version: 1.0\n"
        f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}"
    )
    message = parse(raw.encode())
    assert message.verdict.kind is Kind.HUMAN
    kept, at = [], 0
    for span in message.cut.spans:
        kept.append(message.text[at : span.start])
        at = span.end
    return "".join([*kept, message.text[at:]]).strip()


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_is_the_same_however_its_client_quotes(client):
    for answer, language, phrase in SAMPLE:
        read = decision(answered(client, phrase), language="" if phrase != "no" else language)
        assert read.answer == answer, (phrase, answered(client, phrase), read)


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_without_own_words_decides_nothing_in_any_client(client):
    assert decision(answered(client, "")).answer not in DECIDING


APPROVING = decision_words.APPROVE.split("|")
NEGATING = doubt_words.NEGATIONS.split("|")
YES_WORDS = [*APPROVING, *decision_words.AGREE.split("|")]
DOUBTING = [
    *doubt_words.CONDITIONS.split("|"),
    *doubt_words.RETRACTIONS.split("|"),
    *doubt_words.DOUBTS.split("|"),
    *decision_words.REJECT.split("|"),
]
fillers = st.lists(
    st.sampled_from([*decision_words.FILLERS.split("|"), *decision_words.THANKS.split("|")]), max_size=3
)
marks = st.sampled_from([" ", ", ", ". ", "\n", "\n\n", " - ", ": ", "! "])


@given(
    st.permutations([0, 1]),
    st.sampled_from(YES_WORDS),
    st.sampled_from(NEGATING),
    fillers,
    st.tuples(marks, marks),
)
@settings(max_examples=400, deadline=None)
def test_no_text_of_a_denial_and_an_approval_approves(order, yes, denial, polite, between):
    first, second = ([yes, denial][place] for place in order)
    text = between[0].join([*polite[:1], first, *polite[1:]]) + between[1] + second

    assert decision(text).answer is not Answer.APPROVE, text


@given(
    st.sampled_from(YES_WORDS),
    st.sampled_from(
        f"{doubt_words.CONDITIONS}|{doubt_words.RETRACTIONS}|{doubt_words.DOUBTS}|{decision_words.REJECT}".split(
            "|"
        )
    ),
    marks,
)
@settings(max_examples=300, deadline=None)
def test_no_text_of_an_approval_and_a_doubt_approves(yes, doubt, mark):
    assert decision(yes + mark + doubt).answer is not Answer.APPROVE


@given(
    st.sampled_from(YES_WORDS),
    st.text(st.characters(categories=("L",), max_codepoint=0x17F), min_size=2, max_size=12),
)
@settings(max_examples=300, deadline=None)
def test_an_unknown_word_in_the_sentence_is_no_approval(yes, word):
    phrases = {folded(one) for one in (word, f"{yes} {word}", f"{word} {yes}")}
    if not phrases & LEXICON.kinds.keys():
        assert decision(f"{yes} {word}").answer is not Answer.APPROVE
        assert decision(f"{word} {yes}").answer is not Answer.APPROVE


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_an_error(text):
    assert decision(text).answer in Answer


def test_hostile_text_is_read_in_no_time():
    started = time.thread_time()
    for text in (
        "no " * 660,
        "approve," * 240,
        "a." * 990,
        "\n" * 1_999,
        "@." * 990,
        "-" * 1_999,
        "1." * 990,
    ):
        decision(text)

    assert time.thread_time() - started < 5


class TestTables:
    def test_no_sentence_that_says_why_hides_a_word_that_doubts(self):
        doubtful = {"retraction", "doubt", "condition", "assent", "approve", "agree"}
        hidden = {
            word
            for key, kinds in LEXICON.kinds.items()
            if "statement" in kinds
            for word in key
            if LEXICON.kinds.get((word,), frozenset()) & doubtful
        }

        # The Hungarian "if" is "has" in Italian, and the German and the Czech "yes" are "already" elsewhere.
        assert hidden <= {"ha", "ja", "jo"}

    def test_nothing_polite_denies_or_doubts(self):
        doubtful = {"negation", "retraction", "doubt", "condition", "question"}
        polite = {
            " ".join(key)
            for key, kinds in LEXICON.kinds.items()
            if kinds & {"filler", "please"} and kinds & doubtful
        }

        assert polite == set()

    def test_no_word_approves_and_rejects(self):
        yes, no = {"approve", "agree"}, {"reject", "disagree", "denied"}

        assert [key for key, kinds in LEXICON.kinds.items() if kinds & yes and kinds & no] == []

    def test_no_approval_is_one_slip_away_from_a_refusal(self):
        by_kind = {
            kind: [key[0] for key, kinds in LEXICON.kinds.items() if len(key) == 1 and kind in kinds]
            for kind in ("approve", "reject", "denied")
        }
        near = [
            (yes, no)
            for yes in by_kind["approve"]
            for no in by_kind["reject"] + by_kind["denied"]
            if one_letter_off(yes, no)
        ]

        assert near == []

    def test_every_word_that_may_be_typed_wrong_decides(self):
        for phrase in decision_words.TYPED_WRONG.split("|"):
            assert LEXICON.kinds[folded(phrase)] & {"approve", "reject"}, phrase


@pytest.mark.parametrize(
    ("typed", "meant", "near"),
    [
        ("aprove", "approve", True),
        ("apporve", "approve", True),
        ("approvee", "approve", True),
        ("appruve", "approve", True),
        ("approve", "approve", False),
        ("improve", "approve", False),
        ("xpprove", "approve", False),
        ("apprv", "approve", False),
        ("approv\u0435", "approve", False),
        ("rejct", "reject", True),
        ("reje", "reject", False),
    ],
)
def test_one_slip_of_the_finger_is_understood(typed, meant, near):
    assert one_letter_off(typed, meant) is near
