"""Name the language of a message: what its common words say, and what its header claims."""

import re

from daemon.mail.scan import Header

_TAG = re.compile(rb"\s*([A-Za-z]{2})(?:[-_][A-Za-z0-9]+)*\s*(?:,|\Z)")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
)
_COMMON = {
    "en": "the and you is not my with have please this that can for are was we your our hello thanks",
    "de": "der die und ich nicht ist das mit bitte wir sie ein für auf habe den zu im kein keine hallo",
    "fr": "le les et je pas est vous pour bonjour nous une dans merci avec votre du des mon ne que depuis",
    "es": "el los que por para una con gracias hola está no mi del como su la y se necesito puedo desde",
    "it": "il che non per una sono con grazie ciao della buongiorno mi di ho nel la è si da questo salve",
    "pt": "o não que para uma com você obrigado olá está os em do por bom",
    "nl": "de het een niet ik van is dat met voor bedankt wij kan graag op en hallo mijn heb geen we",
    "sv": "och jag det att inte är en som på för med hej kan den tack",
    "da": "og jeg det at ikke er en som på for med hej kan den tak af",
    "pl": "nie jest się na do proszę dziękuję dzień dobry że mam i to czy",
    # ruff: noqa: RUF001 - these are Russian words
    "ru": "и в не на я что с по это как у меня здравствуйте спасибо для",
    "cs": "a je se na že to jsem prosím děkuji dobrý den ne mám pro v",
    "tr": "ve bir bu için ben değil teşekkürler merhaba ile çok ama var lütfen da de",
}
_SETS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_SAMPLE_CHARS = 1_200
_LEAST_HITS = 3
# The languages in which a word is common.
_LANGUAGES_OF = {
    word: tuple(language for language, common in _SETS.items() if word in common)
    for word in frozenset[str]().union(*_SETS.values())
}


def language_of(text: str) -> str:
    """Return the two-letter code of the language by its script or its common words; ``""`` where unsure.

    What a person wrote newly is the text to ask about: the words below may be ours.
    """
    sample = text[:_SAMPLE_CHARS].lower()
    if not sample.isascii():
        for language, script in _SCRIPTS:
            if len(script.findall(sample)) > len(sample) // 20 + 2:
                return language
    hits = dict.fromkeys(_SETS, 0)
    for word in _WORD.findall(sample):
        for language in _LANGUAGES_OF.get(word, ()):
            hits[language] += 1
    best, second = sorted(hits.values(), reverse=True)[:2]
    if best < _LEAST_HITS or best < second * 1.3:
        return ""
    return max(hits, key=hits.__getitem__)


def claimed_language(header: Header) -> str:
    """Return the two-letter code in Content-Language (RFC 3282), or ``""``.

    Some programs name there the language of their menus, so words go before it.
    """
    match = _TAG.match(header.first("content-language"))
    return match.group(1).decode("ascii").lower() if match else ""
