"""Recognise a mail that is nothing but courtesy: thanks, a greeting, a smile, a reaction.

Every word must be one of courtesy; a question mark, a digit, a link, an unknown word or picture and the mail
is a mail like any other.  When in doubt it is no courtesy: a reopened ticket costs a glance, a complaint
taken for thanks costs a customer.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from daemon.mail import courtesy_scripts as scripts
from daemon.mail import courtesy_words as words
from daemon.mail.courtesy_reactions import NOT_WRITTEN, is_reaction, strange_picture
from daemon.mail.subject import bare_subject

_CHARS_LIMIT = 600
_LINES_LIMIT = 12
_PHRASE_WORDS = 6
_NAME_LINES = 3
_NAME_WORDS = 4
# Letters with the marks that some scripts write above and below them.
_LETTERS = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f])*"
_WORD = re.compile(rf"{_LETTERS}(?:['-]{_LETTERS})*")
_CLAUSE_ENDS = re.compile(
    r"[.!,;:\u2026\u3002\uff01\uff0c\u3001\uff0e\uff1a\uff1b\u061b\u060c~\uff5e-]|\s[\u2013\u2014]"
)
_HARMLESS = re.compile(r"[\s'\"()*_\u2010-\u201f\u00ab\u00bb\u300c\u300d\u00b7\u00bf\u00a1&+]*")
# The quick test: what nearly every mail has that says more, beside the quotation of a reaction.
_SAYS_MORE = re.compile(r"[0-9?@/\\]")
_WORDS_LIMIT = 60
_IN_QUOTES = re.compile(r"\A[^\n]{0,40}[\u201c\u201d\u201e\"\u00ab\u2018]")
_SMILE = re.compile(r"(?:[:;=]['-]?[)\]DpP]+|\^_?\^|<3|\(y\)|[xX]D)(?=\s|$|[.!,])")
_FROWN = re.compile(r"[:;=]['-]?[(\[/|]|D:|>:")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_HONOURED = re.compile("\\S{1,12}?(?:様|さま|さん|先生|님|님께|씨|经理|老师|小姐|女士|คุณ)")
_PLAIN_LETTERS = str.maketrans("łøđıæœ", "lodiao")


def _plain(phrase: str) -> str:
    """Return a phrase without accents, as many people type it."""
    decomposed = unicodedata.normalize("NFKD", phrase.translate(_PLAIN_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _both(phrases: frozenset[str]) -> frozenset[str]:
    return phrases | {_plain(phrase) for phrase in phrases}


_THANKS = _both(words.THANKS)
_EXTRAS = _both(words.EXTRAS)
_FOR = _both(words.FOR)
_OBJECTS = _both(words.OBJECTS)
_GREETINGS = _both(words.GREETINGS)
_CLOSINGS = _both(words.CLOSINGS)
_RUNS = {phrase.replace(" ", "") for phrase in scripts.UNSPACED | scripts.UNSPACED_EXTRAS}
_RUN_EXTRAS = {phrase.replace(" ", "") for phrase in scripts.UNSPACED_EXTRAS}
_LONGEST_RUN = max(map(len, _RUNS))


@dataclass(slots=True)
class _Reader:
    """Reads line after line; ``polite`` once a courtesy was found, ``closing`` once the letter ends."""

    names: frozenset[str]
    polite: bool = False
    closing: bool = False
    name_lines: int = 0
    comma: bool = field(default=False)

    def line(self, line: str) -> bool:
        """Read a line; False where it says anything else."""
        if _SMILE.search(line):
            line = _SMILE.sub(" ", line)
            self.polite = True
        bare = "".join(char for char in line if char not in scripts.FACES)
        self.polite = self.polite or len(bare) < len(line)
        found = _WORD.findall(bare)
        if found and " ".join(found).lower() in _CLOSINGS:
            self.closing = True
            self.polite = self.polite or " ".join(found).lower() in _THANKS
            return self._only_words(bare)
        if (self.closing or self._known(found)) and self._is_name(bare, found):
            return True
        return self._clauses(bare)

    def _known(self, found: list[str]) -> bool:
        return bool(found) and all(word.lower() in self.names for word in found)

    def _is_name(self, bare: str, found: list[str]) -> bool:
        """Accept the name of the writer below the end of the letter, a few lines at most."""
        named = found and len(found) <= _NAME_WORDS and self._only_words(bare)
        if not named or not all(
            word[0].isupper() or word in words.PARTICLES or not word[0].islower() for word in found
        ):
            return False
        # Thanks below the end of a letter are thanks.
        if " ".join(found).lower() in _THANKS:
            return False
        self.name_lines += 1
        return self.name_lines <= _NAME_LINES

    def _only_words(self, bare: str) -> bool:
        rest = _CLAUSE_ENDS.sub(" ", _WORD.sub(" ", bare))
        return _HARMLESS.fullmatch(rest) is not None

    def _clauses(self, bare: str) -> bool:
        at = 0
        self.comma = False
        for end in [*_CLAUSE_ENDS.finditer(bare), None]:
            piece = bare[at : end.start() if end else len(bare)]
            last = end is None or not bare[end.end() :].strip(" .!")
            if piece.strip() and not self._clause(piece, last=last):
                return False
            if piece.strip():
                self.comma = end is not None and end.group() == ","
            at = end.end() if end else at
        return True

    def _clause(self, piece: str, *, last: bool) -> bool:
        if _UNSPACED.search(piece):
            return self._run(_HARMLESS.sub("", piece).lower())
        if not self._only_words(piece):
            return False
        found = _WORD.findall(piece)
        if not found:
            return True
        if last and ((self.comma and len(found) == 1 and _may_be_name(found[0])) or self._known(found)):
            return True
        return self._words(found)

    def _words(self, found: list[str]) -> bool:
        """Read the words of a clause, the longest known phrase first."""
        lower = [word.lower() for word in found]
        at, mode = 0, ""
        while at < len(lower):
            size, kind = _longest(lower, at, mode)
            if kind == "thanks":
                self.polite, mode = True, "thanks"
            elif kind == "greeting":
                self.polite, mode = True, "greeting"
            elif kind == "for":
                mode = "for"
            elif not kind:
                return self._ends_in_name(found[at:], mode)
            at += size
        # Extras alone say something that is no courtesy: "yes", "all".
        return bool(mode)

    def _ends_in_name(self, rest: list[str], mode: str) -> bool:
        """Accept ``Thanks Bob`` and ``Dear Mr Smith``."""
        while rest and rest[0].lower() in words.TITLES:
            rest = rest[1:]
        most = {"greeting": 3, "thanks": 1, "for": 0}.get(mode, 0)
        return len(rest) <= most and all(_may_be_name(word) for word in rest)

    def _run(self, text: str) -> bool:
        """Read a clause without blanks: known phrases one behind the other, a name with its title before."""
        if _HONOURED.fullmatch(text) and not self.polite:
            return True
        at = 0
        while at < len(text):
            size = next((n for n in range(_LONGEST_RUN, 0, -1) if text[at : at + n] in _RUNS), 0)
            if not size:
                return False
            self.polite = self.polite or text[at : at + size] not in _RUN_EXTRAS
            at += size
        return True


def _longest(lower: list[str], at: int, mode: str) -> tuple[int, str]:
    """Return how many words the longest phrase at a place has, and its kind."""
    tables = [("thanks", _THANKS)]
    if mode != "for":
        tables.append(("greeting", _GREETINGS))
    else:
        tables.append(("object", _OBJECTS))
    if mode in {"thanks", "for"}:
        tables.append(("for", _FOR))
    tables.append(("extra", _EXTRAS))
    for size in range(min(_PHRASE_WORDS, len(lower) - at), 0, -1):
        phrase = " ".join(lower[at : at + size])
        kind = next((kind for kind, table in tables if phrase in table), "")
        if kind:
            return size, kind
    # What one is thankful for follows without a word between in some languages.
    return (1, "for") if mode == "thanks" and lower[at] in words.BARE_OBJECTS else (0, "")


def _may_be_name(word: str) -> bool:
    return word[0].isupper() and not word.isupper() and word.lower() not in _OBJECTS


def _names(author: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(author))


def is_courtesy(new_text: str, subject: str = "", *, answers: bool = True, author: str = "") -> bool:
    """Tell whether the new words of a mail are courtesy and nothing else; in doubt they are not.

    ``answers`` says that the mail is a reply: one that opens a topic says what it is about in its subject,
    unless that is courtesy as well.  ``author`` is the writer's display name, which may stand below.
    """
    says_more = _SAYS_MORE.search(new_text) or new_text.count(" ") > _WORDS_LIMIT
    if len(new_text) > _CHARS_LIMIT or (says_more and not _IN_QUOTES.search(new_text)):
        return False
    text = unicodedata.normalize("NFC", new_text).translate(NOT_WRITTEN).replace("\u0130", "i").strip()
    text = text.replace("\u2019", "'").replace("\u00a0", " ")
    if not answers and not _is_polite_topic(subject):
        return False
    if is_reaction(text):
        return True
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines or len(lines) > _LINES_LIMIT or _FROWN.search(text) or not _plain_enough(text):
        return False
    reader = _Reader(_names(author))
    return all(reader.line(line) for line in lines) and reader.polite


def _is_polite_topic(subject: str) -> bool:
    topic = bare_subject(subject)
    return topic != subject.strip() or not topic or is_courtesy(topic)


def _plain_enough(text: str) -> bool:
    """Tell whether there is no question, number, link or picture that may say anything."""
    if any(char in "?\uff1f\u061f\u037e@/\\#%=<>$\u20ac" for char in _SMILE.sub(" ", text)):
        return False
    bare = "".join(char for char in text if char not in scripts.FACES)
    return not any(char.isnumeric() and not _UNSPACED.match(char) for char in bare) and not strange_picture(
        bare
    )
