"""The form of an item as plain text, written into a mail and read back out of the reply.

A question is a block: its mark in brackets, its words, and behind ``::`` the answer.  Reading relies on the
marks and the sign only: words may be translated, lines quoted and wrapped anew, blank lines come and go.

    [2kqx] Which model? (Standard / Large)
    :: Standard
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise, zip_longest
from urllib.parse import quote

from daemon.desk.answers import expected
from daemon.desk.catalogue import Catalogue, Item, Question, QuestionType
from daemon.desk.conditions import Clause
from daemon.desk.form_marks import MARK_LETTERS
from daemon.desk.sentences import Sentence, sentence

# Longer links are cut or refused by some programs (2,083 is the smallest limit that was met); such a form is
# asked for by its subject alone and sent in the answer.
LINK_LIMIT_CHARS = 2_000
# More of a mail is not read: the longest form with the longest answers, quoted some times.
LIMIT_CHARS = 500_000
SIGN = "::"
_LF, _CRLF = "\n", "\r\n"
_QUOTED = re.compile(r"(?:\s?>)+ ?")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANKS = re.compile("[^\\S\n]")
# Translators and phones write other brackets, capitals, and blanks inside.
_MARK = re.compile(
    rf"[\[\uff3b\u3010(]\s*\d{{0,2}}\s*({MARK_LETTERS}{{3}}|{MARK_LETTERS}{{5}})\s*[\]\uff3d\u3011)]",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:^|(?<=\s))(?:::|\uff1a\uff1a)\s*")
_HINT = r"(?:\s*[(\uff08][^()\uff08\uff09]{0,400}[)\uff09])?"
_SIGNATURE = re.compile(r"^--\s*$", re.MULTILINE)
# What is left of a line where a program made a list of the form, or joined quoted lines.
_BULLETS = re.compile("(?:^|\n)[ ]*[-*>\u2022][ ]*(?=\n|$)")
_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class FormWords:
    """The words of a form that no item has; ``said`` says them in the language of whoever fills it in."""

    said: Callable[[Sentence], str] = str

    @property
    def intro(self) -> str:
        """The sentence above the questions."""
        return self.said(sentence("Please write your answers behind the two colons and send this mail."))

    @property
    def optional(self) -> str:
        """What stands beside a question that may be left out."""
        return self.said(sentence("optional"))

    def only_if(self, clauses: Iterable[str]) -> str:
        """Return what stands beside a question that is asked under a condition."""
        joined = f" {self.said(sentence('and'))} ".join(clauses)
        return self.said(sentence("only if: {condition}", condition=joined))

    def clause(self, label: str, clause: Clause) -> str:
        """Return one test of an answer, by the words of its question."""
        words = {"question": label, "value": clause.value}
        match clause.test:
            case "is":
                return self.said(sentence("{question} is {value}", **words))
            case "is not":
                return self.said(sentence("{question} is not {value}", **words))
            case "above":
                return self.said(sentence("{question} above {value}", **words))
            case "below":
                return self.said(sentence("{question} below {value}", **words))
            case _:
                return self.said(sentence("{question} answered", question=label))


ENGLISH = FormWords()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What stood behind a mark; ``depth`` is how often the line was quoted."""

    question: str
    text: str
    depth: int


def written(
    item: Item,
    answers: Mapping[str, str],
    only: Collection[str] | None = None,
    words: FormWords = ENGLISH,
    settled: Mapping[str, str] | None = None,
) -> str:
    r"""Write the form with the answers that are known, all questions or ``only`` those; lines end in ``\\n``.

    What has no answer has its default.  A question whose condition holds by what is ``settled`` already is
    asked without it.
    """
    asked = [one for one in item.questions if only is None or one.id in only]
    blocks = [words.intro]
    for question in asked:
        given = " ".join(answers.get(question.id, question.default).split())
        number = item.questions.index(question) + 1
        blocks.append(
            f"[{number}{question.mark}] {_prompt(item, question, words, settled or {})}\n{SIGN} {given}"
        )
    return "\n\n".join([*blocks, f"[0{item.mark}]"]) + "\n"


def subject(item: Item) -> str:
    """Return the subject of a mail that asks for the item: its title and its mark."""
    return f"{item.title} [0{item.mark}]"


def link(address: str, item: Item, words: FormWords = ENGLISH) -> str:
    """Return the ``mailto:`` link that starts a mail with the form in it.

    Where the form is too long for a link, the mail has a subject only.
    """
    return mail_link(address, subject(item), written(item, {}, words=words) if item.questions else "")


def mail_link(address: str, about: str, body: str) -> str:
    """Return a ``mailto:`` link with subject and body, without the body where it would be too long.

    Line breaks are CR LF (RFC 6068 s 2 and s 5).
    """
    bare = f"mailto:{quote(address, safe='@+')}?subject={quote(about, safe='')}"
    whole = f"{bare}&body={quote(body.replace(_LF, _CRLF), safe='')}"
    return whole if body and len(whole) <= LINK_LIMIT_CHARS else bare


def typed_answers(text: str, item: Item) -> dict[str, str]:
    """Return the answers in a text, by question, each in one line; an empty answer is none.

    Give it the whole text of a mail: answers may stand inside of quoted lines.  Of several answers to one
    question that counts which was quoted least, and of those the first.
    """
    found: dict[str, _Answer] = {}
    for answer in _answers(text, item):
        before = found.get(answer.question)
        if answer.text and (before is None or answer.depth < before.depth):
            found[answer.question] = answer
    return {one.id: found[one.id].text for one in item.questions if one.id in found}


def without_form(text: str, item: Item, intros: Collection[str] = ()) -> str:
    """Return what stands in a text beside the form of an item, stripped; the whole where that is unsure.

    ``intros`` are the sentences that may stand above a form.  A form is left out only where it is whole and
    holds nothing but its questions with an answer in a paragraph each: words for people are never lost.
    """
    bare = _BLANKS.sub(" ", text[:LIMIT_CHARS].replace("\r\n", "\n"))
    questions = {question.mark: question for question in item.questions}
    marks = [one for one in _MARK.finditer(bare) if one[1].lower() in {*questions, item.mark}]
    names = [one[1].lower() for one in marks]
    if not marks or names[-1] != item.mark or len(set(names)) < len(names) or len(text) > LIMIT_CHARS:
        return text
    start = bare.rfind("\n", 0, marks[0].start()) + 1
    blocks = [bare[one.end() : after.start()] for one, after in pairwise(marks)]
    if bare[start : marks[0].start()].strip() or not all(
        _holds_only_an_answer(block, questions[name]) for name, block in zip(names, blocks, strict=False)
    ):
        return text
    before, after = bare[:start].strip(), bare[marks[-1].end() :].strip()
    intro = next((one for one in intros if " ".join(before.split()).endswith(one)), "")
    if intro:
        before = _without_end(before, intro)
    return "\n\n".join(filter(None, (before, after)))


def _without_end(text: str, end: str) -> str:
    """Return a text without the words at its end, however they are wrapped."""
    words = r"\s+".join(re.escape(word) for word in end.split())
    return re.sub(rf"{words}\s*\Z", "", text).strip()


def _holds_only_an_answer(block: str, question: Question) -> bool:
    label = r"\s+".join(re.escape(word) for word in question.label.split())
    found = re.match(rf"\s*{label}{_HINT}\s*(?:::|\uff1a\uff1a)", block)
    return found is not None and _PARAGRAPH.search(block[found.end() :].strip()) is None


def marked_item(text: str, catalogue: Catalogue) -> Item | None:
    """Return the item whose mark stands first in a text, or None."""
    by_mark = {item.mark: item for item in catalogue.items}
    letters = (match[1].lower() for match in _MARK.finditer(_INVISIBLE.sub("", text[:LIMIT_CHARS])))
    return next((by_mark[one] for one in letters if one in by_mark), None)


def without_mark(text: str) -> str:
    """Return a subject without the marks of forms, in one line."""
    return " ".join(_MARK.sub(" ", text).split())


def _prompt(item: Item, question: Question, words: FormWords, settled: Mapping[str, str]) -> str:
    labels = {one.id: one.label.rstrip("?: ") for one in item.questions}
    open_ones = () if question.when.holds(settled) else question.when.clauses
    clauses = [words.clause(labels[one.question], one) for one in open_ones]
    takes = expected(question)
    hints = [
        words.said(takes) if isinstance(takes, Sentence) else takes,
        words.only_if(clauses) if clauses else "",
        "" if question.required else words.optional,
    ]
    said = ", ".join(hint for hint in hints if hint)
    # The brackets of a choice would end those of the hint.
    return f"{question.label} ({said.translate(str.maketrans('()', '[]'))})" if said else question.label


def _answers(text: str, item: Item) -> Iterator[_Answer]:
    lines, depths = _unquoted(text[:LIMIT_CHARS])
    bare = "\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    questions = {question.mark: question for question in item.questions}
    marks = [one for one in _MARK.finditer(bare) if one[1].lower() in {*questions, item.mark}]
    # The block of a mark goes on to the next one.
    for mark, after in zip_longest(marks, marks[1:]):
        question = questions.get(mark[1].lower())
        if question is None:
            continue
        end = after.start() if after else len(bare)
        start, found = _answer(bare[mark.end() : end], question)
        line = bisect_right(starts, mark.end() + start) - 1
        yield _Answer(question.id, found, depths[min(line, len(depths) - 1)])


def _unquoted(text: str) -> tuple[list[str], list[int]]:
    """Return the lines without their quote marks, and how many of those each had."""
    plain_text = _BLANKS.sub(" ", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines, depths = [], []
    for line in plain_text.split("\n"):
        marks = _QUOTED.match(line)
        lines.append(line[marks.end() :] if marks else line)
        depths.append(marks[0].count(">") if marks else 0)
    return lines, depths


def _answer(block: str, question: Question) -> tuple[int, str]:
    """Return where the answer in a block begins, and the answer."""
    label = r"\s+".join(re.escape(word) for word in question.label.split())
    prompt = re.match(rf"\s*{label}{_HINT}", block, re.IGNORECASE)
    sign = _SIGN.search(block)
    after = sign.end() if sign else prompt.end() if prompt else 0
    text = _own(block[after:], question)
    if text or sign is None or prompt is None or prompt.end() > sign.start():
        return _first_letter(block, after), text
    # Some write behind the question, before our sign.
    return _first_letter(block, prompt.end()), _own(block[prompt.end() : sign.start()], question)


def _first_letter(block: str, start: int) -> int:
    return len(block) - len(block[start:].lstrip()) if block[start:].strip() else start


def _own(text: str, question: Question) -> str:
    """Return what belongs to the answer: to the signature; of what takes few words its first paragraph."""
    signature = _SIGNATURE.search(text)
    text = _BULLETS.sub("\n", text[: signature.start()] if signature else text).strip()
    if question.type is not QuestionType.TEXT:
        text = _PARAGRAPH.split(text, maxsplit=1)[0]
    return " ".join(text.split())
