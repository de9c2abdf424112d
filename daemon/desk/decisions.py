"""Read what an approver answered: a plain decision, or anything else, which is asked back.

A decision is read only where everything at the beginning of the own words is known: the decision itself and
politeness.  A condition, a question, a denial, a joke or an unknown word, and no decision is made of it: a
question costs a mail, a wrong decision costs the trust.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from daemon.desk.answer_lexicon import LIMIT_CHARS, Clause, HiddenCharactersError, Item, folded, visible
from daemon.desk.decision_lexicon import (
    DOUBTS,
    LEXICON,
    NAME_WORDS,
    NO,
    POLITE,
    YES,
    clause_in,
    meant,
    named_first,
    needless,
    without_greeting,
)

_COMMENT_CHARS = 600
# "max. 500", "500 max", "< 500".
_LIMIT = re.compile(r"(?i)\bmax\b\.?[^\w\n]{0,3}\d|\d[^\w\n]{0,3}(?:\w{1,5} )?max\b|[<\u2264%]")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")


class Answer(StrEnum):
    """What an answer comes to; only the first two decide anything."""

    APPROVE = "approve"
    REJECT = "reject"
    QUESTION = "question"
    CONDITIONAL = "conditional"
    BOTH = "both"
    NOT_ME = "not-me"
    DELEGATE = "delegate"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer as it was read: ``words`` are those that decided, ``comment`` what else was said with them.

    ``proposed`` is the person named in place of the approver, by address or by name, or empty.  ``reason``
    says why an answer is no decision.
    """

    answer: Answer
    words: str = ""
    comment: str = ""
    proposed: str = ""
    reason: str = ""


def decision(new_text: str, *, human: bool = True, language: str = "", author: str = "") -> Reading:
    """Read the new words of an answer to a request for approval.

    ``new_text`` is the text without quotation and signature, empty where the mail has nothing else; automatic
    mail (``human`` False) never decides.  ``language`` (two letters) is that of the approver as it is known
    from elsewhere, not guessed from this answer.  ``author`` is their display name, which may stand below.
    """
    if not human:
        return Reading(Answer.NOTHING, reason="automatic mail decides nothing")
    try:
        text = visible(new_text)
    except HiddenCharactersError as error:
        return Reading(Answer.NOTHING, reason=str(error))
    if not text:
        return Reading(Answer.NOTHING, reason="it has no words of its own")
    if len(text) > LIMIT_CHARS:
        return Reading(Answer.NOTHING, reason="it is too long to be a plain decision")
    return _Answer(text, language, author).reading()


def agreed(first: Reading, second: Reading) -> Reading:
    """Return the reading of a mail's two versions, plain and HTML; where they differ it is none."""
    if first.answer is second.answer:
        return first
    return Reading(Answer.NOTHING, reason="the plain text and the HTML of the mail say different things")


class _Answer:
    """The clauses of one answer and what is asked of them."""

    def __init__(self, text: str, language: str, author: str) -> None:
        self.text = text
        self.names = set(folded(author))
        found = [clause_in(clause, language) for clause in LEXICON.clauses(text)]
        self.clauses = without_greeting(found)
        first = self.clauses[0].sentence if self.clauses else 0
        self.head = [clause for clause in self.clauses if clause.sentence == first]
        self.rest = [clause for clause in self.clauses if clause.sentence != first]

    def reading(self) -> Reading:
        if not self.clauses:
            return Reading(Answer.NOTHING, reason="it has no words of its own")
        return self.of_others() or self.no_plain_decision() or self.plain_decision()

    def of_others(self) -> Reading | None:
        """Read "I am not the right person, ask Bob" and "delegate to bob@corp.test"."""
        for clause in self.clauses:
            if clause.has("not-me"):
                return Reading(Answer.NOT_ME, clause.words, proposed=self.proposed())
        asked = self.head[0].items[0].kinds if self.head else frozenset[str]()
        if "ask" in asked and (proposed := self.proposed()):
            return Reading(Answer.DELEGATE, self.head[0].words, proposed=proposed)
        return None

    def proposed(self) -> str:
        """Return whom the answer names: its one address, or the name behind "ask"."""
        addresses = set(_ADDRESS.findall(self.text))
        if addresses:
            return addresses.pop() if len(addresses) == 1 else ""
        for clause in self.clauses:
            at = next((at for at, item in enumerate(clause.items) if "ask" in item.kinds), None)
            if at is not None:
                return named_first(clause.items[at + 1 :])
        return ""

    def no_plain_decision(self) -> Reading | None:
        """Read answers that have a decision in them and are none, or None."""
        head, everywhere = _kinds(self.head), _kinds(self.clauses)
        says_yes = bool(head & YES) or "approve" in everywhere
        says_no = bool(head & NO) or "reject" in everywhere
        said = self.head[0].words
        if says_yes and says_no:
            return Reading(Answer.BOTH, said, reason="it says yes and no")
        if says_yes and "denied" in everywhere:
            return Reading(Answer.BOTH, said, reason="it approves and denies it")
        if "?" in self.text or self.asks():
            return Reading(Answer.QUESTION, said, reason="it asks something")
        # The Italian "has" is "if" in Hungarian.
        conditional = any(one.has("condition") and not needless(one.items) for one in self.clauses)
        if (says_yes or says_no) and (conditional or (says_yes and _LIMIT.search(self.text))):
            return Reading(Answer.CONDITIONAL, said, reason="it names a condition")
        return None

    def asks(self) -> bool:
        """Tell whether a clause begins like a question, with its mark left out."""
        begins = [clause.items[0].kinds for clause in self.clauses]
        opened = "opener" in begins[0] and not begins[0] & (YES | NO)
        return opened or any("question" in kinds and not kinds & (YES | NO) for kinds in begins)

    def plain_decision(self) -> Reading:
        # The words that say it outright speak for those beside them: "yes, approved".
        said = _kinds(self.head) & {"approve", "reject"} or YES | NO
        at = next((at for at, clause in enumerate(self.head) if clause.has(*said)), None)
        if at is None:
            return self.typed_wrong()
        item = next(item for item in self.head[at].items if item.kinds & said)
        if any(clause.trails for clause in self.head):
            return Reading(Answer.NOTHING, reason="it is not finished")
        if not self.leads_up(at, item):
            return Reading(Answer.NOTHING, reason="it says more than a decision before it comes to it")
        return self.approval(item) if item.kinds & YES else self.rejection(at, item)

    def leads_up(self, at: int, item: Item) -> bool:
        """Tell whether only politeness stands before the decision; a "please" makes a request of it."""
        before = [one for clause in self.head[:at] for one in clause.items]
        inside = self.head[at].items
        before += inside[: inside.index(item)]
        fitting = {"filler", "thanks", *YES, *NO} | ({"regret"} if item.kinds & NO else set())
        return all(one.kinds & fitting for one in before)

    def approval(self, item: Item) -> Reading:
        more = [one for clause in self.head for one in self.unexplained(clause)]
        if more:
            return Reading(Answer.NOTHING, reason=f'it says more than a decision: "{more[0].words}"')
        doubtful = self.doubtful(self.clauses, *DOUBTS)
        if doubtful:
            return doubtful
        agreeing = [
            folded(one.words)
            for clause in self.head
            for one in clause.items
            if one.kinds & YES and one.words.isalpha()
        ]
        if len(set(agreeing)) < len(agreeing):
            return Reading(Answer.NOTHING, reason="it says yes so often that it may mean no")
        if "approve" not in item.kinds and not self.only_signed(self.rest):
            return Reading(Answer.NOTHING, reason="it agrees and goes on with something else")
        if self.runs_on():
            return Reading(Answer.NOTHING, reason="other words follow without a blank line")
        return self.made(Answer.APPROVE, item)

    def rejection(self, at: int, item: Item) -> Reading:
        items = self.head[at].items
        after = items[items.index(item) + 1 :]
        reason = [] if needless(after) else [one for one in after if not self.polite(one)]
        # "Rejected because ..." needs more than the one word, and "rejected, not!" is no refusal.
        bare = any(
            all("negation" in one.kinds for one in clause.items)
            for clause in self.clauses
            if clause is not self.head[at]
        )
        if bare or (reason and ("reason" not in after[0].kinds or len(after) == 1)):
            said = reason[0].words if reason else "not"
            return Reading(Answer.NOTHING, reason=f'it says more than a decision: "{said}"')
        following = [*self.head[at + 1 :], *self.rest]
        if any(clause.has("agree") and clause.items[0].kinds & {"agree"} for clause in following):
            return Reading(Answer.BOTH, item.words, reason="it says yes and no")
        doubtful = self.doubtful([self.head[at], *following], "retraction")
        if doubtful:
            return doubtful
        if "reject" not in item.kinds and not self.refuses(reason, following):
            return Reading(Answer.NOTHING, reason="it says no to something, and why is not clear")
        return self.made(Answer.REJECT, item)

    def refuses(self, reason: list[Item], following: list[Clause]) -> bool:
        """Tell whether what stands beside a bare "no" is a reason for it, or nothing but politeness."""
        if any(clause.has("assent") for clause in following):
            return False
        if self.only_signed(following):
            return True
        told = [one for one in following[0].items if "filler" not in one.kinds] if following else []
        begins = told[0].kinds if told else frozenset[str]()
        return (
            bool(reason)
            or bool(begins & {"reason", "negation"})
            or any(one.has("denied") for one in following)
            or self.says_why(following)
            or (bool(following) and needless(following[0].items) and self.only_signed(following[1:]))
        )

    def says_why(self, following: list[Clause]) -> bool:
        """Tell whether a bare "no" is a sentence of its own, and the next one says what speaks against it."""
        if len(self.head) > 1 or any(clause.has(*YES, "doubt") for clause in following):
            return False
        return any(one.has("statement") for one in following if one.sentence == following[0].sentence)

    def polite(self, item: Item) -> bool:
        known = item.kinds & (POLITE | YES | NO | {"regret"})
        return bool(known) or set(folded(item.words)) <= self.names

    def unexplained(self, clause: Clause) -> list[Item]:
        """Return the items of a clause that are neither decision nor politeness; a name ends a letter."""
        found = []
        names = clause is self.head[-1] and clause is not self.head[0]
        signed = names and len(clause.items) <= NAME_WORDS and all(one.is_name for one in clause.items)
        for item in clause.items:
            if not self.polite(item) and not (signed and item.is_name):
                found.append(item)
            signed = signed or bool(item.kinds & {"closing", "thanks"})
        return found

    def doubtful(self, clauses: list[Clause], *kinds: str) -> Reading | None:
        if sum(len(clause.words) for clause in clauses) > _COMMENT_CHARS:
            return Reading(Answer.NOTHING, reason="it says much more than a decision")
        for clause in clauses:
            for item in clause.items:
                if item.kinds & set(kinds) and not item.kinds & {"filler", "thanks", "closing"}:
                    return Reading(Answer.NOTHING, reason=f'it may be no plain decision: "{item.words}"')
        return None

    def only_signed(self, clauses: list[Clause]) -> bool:
        """Tell whether nothing follows but politeness and the name of the writer."""
        closed = False
        for clause in clauses:
            if closed or all(self.polite(item) for item in clause.items):
                closed = closed or clause.items[0].kinds >= {"closing"}
                continue
            named = len(clause.items) <= NAME_WORDS and all(
                item.is_name or self.polite(item) for item in clause.items
            )
            if not named or not (clause.line > self.head[-1].line or "thanks" in clause.items[0].kinds):
                return False
        return True

    def runs_on(self) -> bool:
        """Tell whether words of another kind follow without a blank line: they may belong to the decision."""
        if not self.rest or self.rest[0].blank or self.only_signed(self.rest):
            return False
        return not self.rest[0].items[0].kinds & {"please", "thanks", "closing"}

    def typed_wrong(self) -> Reading:
        """Read a decision that has one letter wrong, where it stands alone beside politeness."""
        unknown = [item for clause in self.head for item in clause.items if not self.polite(item)]
        if len(unknown) == 1 and not unknown[0].kinds and not any(clause.trails for clause in self.head):
            kind = meant(folded(unknown[0].words))
            at = next(at for at, clause in enumerate(self.head) if unknown[0] in clause.items)
            if kind and self.leads_up(at, unknown[0]):
                doubtful = self.doubtful(self.rest, *DOUBTS)
                if not doubtful and self.only_signed(self.rest):
                    return self.made(Answer(kind), unknown[0])
        denied = "denied" in _kinds(self.clauses)
        why = "it denies an approval, and refuses nothing" if denied else "it has no word that decides"
        return Reading(Answer.NOTHING, reason=why)

    def made(self, answer: Answer, item: Item) -> Reading:
        return Reading(answer, item.words, self.text[item.end :].strip(" \n\t,.:;!-\u2013\u2014"))


def _kinds(clauses: list[Clause]) -> frozenset[str]:
    return frozenset().union(*(item.kinds for clause in clauses for item in clause.items))
