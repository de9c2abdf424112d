"""The words of decisions as one lexicon, and what a word is in the language of whoever wrote it."""

from collections.abc import Iterable

from daemon.desk import decision_words as words
from daemon.desk import doubt_words as doubts
from daemon.desk.answer_lexicon import Clause, Item, Lexicon, folded
from daemon.desk.misspelling import one_letter_off

_TABLES = {
    "approve": words.APPROVE, "agree": words.AGREE, "reject": words.REJECT, "disagree": words.DISAGREE,
    "denied": words.DENIED,
    "filler": words.FILLERS, "please": words.PLEASE, "thanks": words.THANKS, "greeting": words.GREETINGS,
    "closing": words.CLOSINGS, "reason": words.REASONS, "regret": words.REGRETS,
    "statement": words.STATEMENTS, "duty": words.DUTIES,
    "condition": doubts.CONDITIONS,
    "question": doubts.QUESTIONS, "opener": doubts.OPENERS, "negation": doubts.NEGATIONS,
    "retraction": doubts.RETRACTIONS, "doubt": doubts.DOUBTS, "assent": doubts.ASSENT,
    "not-me": doubts.NOT_ME, "ask": doubts.ASK,
}  # fmt: skip
LEXICON = Lexicon.of(_TABLES)
YES = frozenset({"approve", "agree"})
NO = frozenset({"reject", "disagree"})
POLITE = frozenset({"filler", "please", "thanks", "closing"})
DOUBTS = ("negation", "retraction", "doubt", "regret", "condition")
_TYPED_WRONG = {
    key[0]: kind
    for phrase in words.TYPED_WRONG.split("|")
    if len(key := folded(phrase)) == 1
    for kind in LEXICON.kinds[key] & {"approve", "reject"}
}
# A slip may lie between an approval and its denial, as in Turkish: what denies is compared as well.
_TYPED_WRONG |= {
    key[0]: "denied" for key, kinds in LEXICON.kinds.items() if len(key) == 1 and "denied" in kinds
}
_NO_TYPOS = frozenset(words.NO_TYPOS.split("|"))


_NEEDS, _DENY_NEED, _NEEDLESS, _BESIDE_NEED = (
    {key for phrase in table.split("|") for key in folded(phrase)}
    for table in (words.NEEDS, words.DENY_NEED, words.NEEDLESS, words.BESIDE_NEED)
)


# A name has so many words at most.
NAME_WORDS = 4


def meant(key: tuple[str, ...]) -> str:
    """Return the kind of decision that a misspelt word means, where it can mean one only."""
    if len(key) != 1 or key[0] in _NO_TYPOS:
        return ""
    found = {kind for word, kind in _TYPED_WRONG.items() if one_letter_off(key[0], word)}
    kind = found.pop() if len(found) == 1 else ""
    return "" if kind == "denied" else kind


def clause_in(clause: Clause, language: str) -> Clause:
    """Return a clause whose words are what they are in a language, where it is known."""
    last = len(clause.items) - 1
    read = []
    for at, item in enumerate(clause.items):
        kinds, word = item.kinds, " ".join(folded(item.words))
        only, never = words.ONLY_IN.get(word), words.NOT_IN.get(word, ())
        if (only is not None and language not in only) or language in never:
            kinds -= YES | NO
        if language and language not in doubts.DOUBTFUL_IN.get(word, {language}):
            kinds -= {*DOUBTS, "question", "opener"}
        # The Spanish and Italian "yes" without its accent is "if" where something follows.
        if word == "si" and at < last and not clause.items[at + 1].kinds & (POLITE | YES):
            kinds |= {"condition"}
        read.append(Item(item.words, kinds, item.end))
    return Clause(tuple(read), clause.line, clause.sentence, clause.start, clause.blank, clause.trails)


def needless(items: Iterable[Item]) -> bool:
    """Tell whether these words, behind a "no", say that nobody needs it, and nothing else."""
    said = [word for item in items for word in folded(item.words)]
    counted = [sum(word in table for word in said) for table in (_NEEDS, _DENY_NEED, _NEEDLESS)]
    known = _NEEDS | _DENY_NEED | _NEEDLESS | _BESIDE_NEED
    return counted in ([1, 1, 0], [0, 0, 1]) and known.issuperset(said)


def named_first(items: tuple[Item, ...]) -> str:
    """Return the name that items begin with, politeness left out."""
    found: list[str] = []
    for item in items:
        if item.is_name or (found and item.words.isalpha() and item.words[0].isupper()):
            found.append(item.words)
        elif found or not item.kinds & {"please", "filler"}:
            break
    return " ".join(found[:NAME_WORDS])


def without_greeting(clauses: list[Clause]) -> list[Clause]:
    """Leave a greeting out, with the name behind it."""
    if not clauses or "greeting" not in clauses[0].items[0].kinds:
        return clauses
    named = all(item.is_name or item.kinds & {"greeting"} for item in clauses[0].items)
    if not named or len(clauses[0].items) > NAME_WORDS + 1:
        return clauses
    rest = clauses[1:]
    # "Hello, Bob": the name stands behind a comma.
    if rest and rest[0].line == clauses[0].line and all(item.is_name for item in rest[0].items) and rest[1:]:
        return rest[1:]
    return rest
