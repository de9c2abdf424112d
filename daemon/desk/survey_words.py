"""What an answer to a survey comes to: a rating, a complaint that it is not solved, a doubt, or other words.

A mail may say itself in several versions (plain and HTML): they have to agree.
"""
# ruff: noqa: RUF001 - the words of many languages

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from daemon.desk.ratings import Rating, rating
from daemon.desk.terms import Terms, Words

# A text that is longer, or of more lines, is more than a rating that went wrong: a person has to read it.
_DOUBT_LIMIT_CHARS = 60
# Words that say so plainly that it does not work that they count beside any rating.
_PLAINLY = (
    "still broken|still not|still does not|still doesn't|still down|still the same|not working|"
    "does not work|doesn't work|doesnt work|did not work|didn't work|broken again|not fixed|not solved|"
    "not resolved|nothing works|happened again|came back|immer noch nicht|immer noch kaputt|"
    "noch immer nicht|geht nicht|geht immer noch|funktioniert nicht|funktioniert immer noch nicht|"
    "wieder kaputt|nicht gelöst|nicht behoben|ne marche pas|ne marche toujours pas|marche toujours pas|"
    "ne fonctionne pas|ne fonctionne toujours pas|toujours en panne|toujours cassé|pas résolu|"
    "pas réparé|no funciona|sigue sin|sigue roto|todavía no|aún no|sin resolver|no está resuelto|"
    "non funziona|ancora rotto|ancora guasto|non è risolto|non risolto|werkt niet|werkt nog steeds niet|"
    "nog steeds niet|nog steeds kapot|weer kapot|niet opgelost|não funciona|continua sem|"
    "ainda não|não foi resolvido|não está resolvido|nie działa|nadal nie|wciąż nie|nierozwiązane|"
    "fungerar inte|fortfarande inte|inte löst|virker ikke|virker stadig ikke|stadig ikke|ikke løst|"
    "fungerer ikke|fungerer fortsatt ikke|fortsatt ikke|ei toimi|ei vieläkään|vieläkin rikki|"
    "nefunguje|stále nefunguje|pořád nefunguje|není vyřešeno|çalışmıyor|hâlâ çalışmıyor|çözülmedi|"
    "nem működik|még mindig nem|nincs megoldva"
)
# The same beside a low rating, where fewer words are enough.
_BRIEFLY = (
    "still|broken|kaputt|immer noch|noch immer|toujours|en panne|sigue|todavía|roto|ancora|rotto|guasto|"
    "nog steeds|kapot|ainda|quebrado|avariado|nadal|wciąż|zepsute|fortfarande|trasig|trasigt|stadig|"
    "ødelagt|fortsatt|edelleen|rikki|stále|pořád|rozbité|hâlâ|bozuk|még mindig"
)
_UNSOLVED = Terms.of(_PLAINLY.split("|"))
_UNSOLVED_IF_LOW = Terms.of(_BRIEFLY.split("|"))


class Meaning(StrEnum):
    """What is to be done with an answer."""

    RATING = "rating"  # a score, maybe with a sentence
    UNSOLVED = "unsolved"  # no score, but the words say that it does not work
    DOUBT = "doubt"  # meant as a rating, most likely, but not clear
    WORDS = "words"  # something else that a person has to read
    NOTHING = "nothing"  # no words at all, or nothing but courtesy


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it was read; ``rating`` is that of the first version, without a score if it is none."""

    meaning: Meaning
    rating: Rating
    unsolved: bool = False


def heard(versions: Sequence[str], *, courtesy: bool, language: str, low_score: int) -> Heard:
    """Read the own words of a person's answer to a survey, in every version that the mail has."""
    read = [rating(text, language=language) for text in versions]
    first, text = read[0], versions[0]
    if not any(one.strip() for one in versions) or (courtesy and first.score is None):
        return Heard(Meaning.NOTHING, first)
    if len({one.score for one in read}) > 1:
        return Heard(Meaning.DOUBT, Rating(None, reason="its plain text and its HTML say different things"))
    words = Words.of(text)
    if first.score is None:
        if _UNSOLVED.found(words):
            return Heard(Meaning.UNSOLVED, first, unsolved=True)
        brief = len(text.strip()) <= _DOUBT_LIMIT_CHARS and "\n" not in text.strip()
        return Heard(Meaning.DOUBT if brief else Meaning.WORDS, first)
    said = Words.of(first.sentence)
    low = first.score <= low_score and bool(_UNSOLVED_IF_LOW.found(said))
    return Heard(Meaning.RATING, first, unsolved=low or bool(_UNSOLVED.found(said)))
