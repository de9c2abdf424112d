"""Canned responses and incident templates: text files with front matter, read into values.

A file begins with a line ``+++``, TOML, and another line ``+++``; what stands below is the text.  ``vpn.txt``
is the file of a name, ``vpn.de.txt`` its text in another language.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from daemon.desk.addressing import Agent, Roster, fold
from daemon.desk.sentences import Sentence, either, sentence
from storage.vocabulary import LANGUAGES, Level, TicketType

_FRONT = re.compile(r"\A\ufeff?\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
RESPONSE: Final = "response"
INCIDENT_TEMPLATE: Final = "incident-template"
_Tag = Annotated[str, Meta(pattern=r"^[^\W_][\w.-]{0,39}$")]
_Short = Annotated[str, Meta(min_length=1, max_length=200)]


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands above the text.

    ``who`` are teams and agents (by address) who may use it, empty for all.  ``attachments`` are files beside
    it.  What follows ``who`` is for incident templates only: what the ticket becomes, and ``tasks`` to do.
    """

    title: _Short
    name: str = ""
    kind: Literal["response", "incident-template"] = RESPONSE
    attachments: tuple[_Short, ...] = ()
    who: tuple[_Short, ...] = ()
    subject: Annotated[str, Meta(max_length=200)] = ""
    type: Literal["", "incident", "service-request", "problem", "change"] = ""
    impact: Literal["", "low", "medium", "high"] = ""
    urgency: Literal["", "low", "medium", "high"] = ""
    tags: tuple[_Tag, ...] = ()
    watchers: tuple[_Short, ...] = ()
    tasks: tuple[_Short, ...] = ()


class BadFrontMatter(ValueError):  # noqa: N818  # an answer as much as an error
    """A file that cannot be read as one of these; its text says why."""


@dataclass(frozen=True, slots=True)
class Canned:
    """One response or template: ``texts`` by language, ``""`` where its file's name has none."""

    name: str
    front: FrontMatter
    texts: Mapping[str, str] = field(default_factory=dict)

    def language_for(self, wanted: str, usual: str) -> str:
        """Return in which of its languages to write: the wanted, else the usual, else what there is."""
        own = next((one for one in (wanted, usual, "") if one in self.texts), None)
        return own if own is not None else next(iter(self.texts))

    def may_use(self, agent: Agent, roster: Roster) -> bool:
        """Tell whether an agent may use it."""
        named = set(map(fold, self.front.who))
        if not named or named & agent.addresses:
            return True
        return any(fold(team.name) in named and agent in roster.members(team.name) for team in roster.teams)

    @property
    def type(self) -> TicketType | None:
        """The type that a template gives, if it gives one."""
        return TicketType(self.front.type) if self.front.type else None

    def levels(self, impact: Level, urgency: Level) -> tuple[Level, Level]:
        """Return impact and urgency, as the template has them where it says so."""
        front = self.front
        return (
            Level(front.impact) if front.impact else impact,
            Level(front.urgency) if front.urgency else urgency,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A text as it goes out: its language, its words, and the names of the files that go along."""

    name: str
    language: str
    text: str
    files: tuple[str, ...] = ()


def read(text: str) -> tuple[FrontMatter, str]:
    """Take a file apart; raises BadFrontMatter."""
    found = _FRONT.match(text)
    if found is None:
        raise BadFrontMatter("expected a line +++, TOML, and another line +++ at the top")
    try:
        front = msgspec.toml.decode(found[1].encode(), type=FrontMatter)
    except msgspec.MsgspecError as error:
        raise BadFrontMatter(f"the front matter cannot be read: {error}") from error
    if front.kind == RESPONSE and front != msgspec.structs.replace(front, **_BLANK):
        raise BadFrontMatter(f"{', '.join(_BLANK)} are for kind = {INCIDENT_TEMPLATE!r} only")
    if front.kind == INCIDENT_TEMPLATE and front.attachments:
        raise BadFrontMatter("attachments are for responses only: the text of a template is a note")
    return front, text[found.end() :].strip("\r\n")


_BLANK: dict[str, str | tuple[str, ...]] = {
    **dict.fromkeys(("subject", "type", "impact", "urgency"), ""),
    **dict.fromkeys(("tags", "watchers", "tasks"), ()),
}


def name_of(stem: str) -> tuple[str, str]:
    """Return the name and the language in the name of a file without its ending: ``vpn.de``, ``vpn``."""
    name, dot, language = stem.rpartition(".")
    return (name, language) if dot and language in LANGUAGES else (stem, "")


def strangers(front: FrontMatter, roster: Roster) -> list[str]:
    """List who is named and is neither a team nor an agent."""
    teams = {fold(team.name) for team in roster.teams}
    who = [one for one in front.who if fold(one) not in teams and roster.agent(one) is None]
    return [*who, *(one for one in front.watchers if roster.agent(one) is None)]


def nearest(word: str, names: Iterable[str]) -> Sentence:
    """Return the names that look like a word, for the end of a refusal."""
    known = sorted(names)
    near = difflib.get_close_matches(word, known, n=3)
    if near:
        return sentence("; did you mean {near}?", near=either(near))
    if not known:
        return sentence("; there is none that you may use")
    return sentence("; there are: {names}", names=", ".join(known[:20]))
