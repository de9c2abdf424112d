"""What a template gets to know: plain data, made fit for a mail, and no more than its readers may see.

Whoever may edit a template can print only what is in its context.  So what people outside the team
must not read is taken out here, before any template runs (AT-070, AT-077).
"""

from collections.abc import Callable, Mapping

from daemon.desk.notices import COMMON_KEYS, Notice
from daemon.desk.sentences import Sentence
from daemon.services.languages import ENGLISH
from daemon.services.wording import LINE_LIMIT_CHARS, one_line, whole_text
from storage.vocabulary import EntryKind

# Keys whose text keeps its lines; every other text becomes one line, so that a name or a subject
# cannot pretend to be a paragraph of ours.
_TEXT_KEYS = frozenset({"text", "reply", "mailto"})
_NOBODY: dict[str, object] = {
    "author": "",
    "author_address": "",
    "text": "",
    "at": "",
    "attachments": [],
    "kind": "",
}
Said = Callable[[Sentence], str]
# What a notice is told before it is made fit for a mail: by the keys of ``docs/templates.md``.
Context = dict[str, object]
# What a context need not name.
_DEFAULTS: dict[str, object] = {
    "language": ENGLISH,
    "marker": "",
    "next_step": "",
    "warnings": [],
    "history": [],
    "results": [],
    "commands": [],
    "groups": [],
    "entry": _NOBODY,
    "ticket": {},
    "promise": {},
    "request": {},
    "rating": {},
    "offers": [],
    "reply": {"public": "", "internal": ""},
}
_PUBLIC_KEYS = frozenset(
    {
        "language",
        "desk",
        "recipient",
        "marker",
        "next_step",
        "ticket",
        "entry",
        "arrival",
        "link",
        "promise",
        "reminder",
        "standing",
        "abilities",
        "request",
        "task",
        "move",
        "approval",
        "rating",
        "offers",
        "catalogue",
    }
)
_PUBLIC_FIELDS = {
    "ticket": frozenset({"number", "tag", "subject", "type", "state", "created", "requester"}),
    "entry": frozenset({"author", "text", "at", "attachments", "kind"}),
    "arrival": frozenset({"subject", "reason"}),
    "request": frozenset(
        {"title", "description", "article", "answers", "cost", "promised", "days", "hours", "minutes"}
        | {"own", "gaps", "doubtful", "form", "fill", "change", "cancel"}
    ),
}
# What the history may hold where a reply goes to the requester: mail clients quote.
_PUBLIC_KINDS = frozenset({EntryKind.MESSAGE, EntryKind.ANSWER})


class Fixed(list[dict[str, str]]):
    """A list of our own words, plain already, that goes into notices as it is."""


def known_to(notice: Notice, context: Mapping[str, object], said: Said = str) -> dict[str, object]:
    """Return what the template of this notice may know, with defaults for what may be left out.

    ``said`` says sentences that were made in code in the language of the reader.  Raises TypeError for a
    value that is not text, a number, a list or a dict.
    """
    known = {}
    for key in (*COMMON_KEYS, *notice.keys):
        if notice.audience.public and key not in _PUBLIC_KEYS:
            continue
        value = _known(context[key], key, said) if key in context else _DEFAULTS.get(key)
        if value is None:
            continue
        known[key] = _public_fields(key, value) if notice.audience.public else value
    if notice.outward and "history" in known:
        known["history"] = _public_entries(known["history"])
    return known


def _public_fields(key: str, value: object) -> object:
    fields = _PUBLIC_FIELDS.get(key)
    if fields is None or not isinstance(value, dict):
        return value
    return {name: part for name, part in value.items() if name in fields}


def _public_entries(history: object) -> list[object]:
    entries = history if isinstance(history, list) else []
    return [entry for entry in entries if isinstance(entry, dict) and entry.get("kind") in _PUBLIC_KINDS]


def _known(value: object, key: str, said: Said) -> object:
    # Of our own making and the same for every mail: in English not copied again and again.
    return value if isinstance(value, Fixed) and said is str else _plain(value, key, key, said)


def _plain(value: object, key: str, where: str, said: Said) -> object:
    """Copy plain data, with its texts made fit for a mail; anything that has behaviour is refused."""
    if (
        type(value) is str
        and key not in _TEXT_KEYS
        and value.isprintable()
        and len(value) <= LINE_LIMIT_CHARS
    ):
        return value
    # A text that calls itself HTML would pass by the escaping.
    if isinstance(value, str) and not hasattr(value, "__html__"):
        words = said(value) if isinstance(value, Sentence) else value
        return whole_text(words) if key in _TEXT_KEYS else one_line(words)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(part, str(name), f"{where}.{name}", said) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part, key, f"{where}[{at}]", said) for at, part in enumerate(value)]
    kind = type(value).__name__
    raise TypeError(f"context {where}: expected text, a number, a list or a dict, got {kind}")
