"""The folder of canned responses and incident templates: read and tried at the start, rendered when used."""

import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jinja2

from daemon.desk import canned
from daemon.desk.addressing import Agent, Roster
from daemon.desk.canned import BadFrontMatter, Canned, Sent
from daemon.mail.compose import Attachment
from daemon.services import sandbox
from daemon.services.wording import one_line
from storage.records import Ticket

TEXT_LIMIT_CHARS = 50_000
_FILES_LIMIT = 2_000
# What a text that is wrong can raise while it runs.
_FAULTS = (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, RecursionError)
_RITA = {"name": "Rita Requester", "address": "rita@example.com"}
_SAMPLE_TICKET: dict[str, object] = {
    "number": 1042,
    "tag": "[#1042]",
    "subject": "No VPN at home",
    "type": "incident",
    "state": "open",
    "priority": "P3",
    "category": "network",
}
Words = Mapping[str, Mapping[str, object]]


class BadCannedError(Exception):
    """Files are wrong; ``problems`` has one sentence for each, with its file."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Library:
    """All responses and templates of a desk, by name; ``attachments`` are the files of each."""

    known: Mapping[str, Canned] = field(default_factory=dict)
    attachments: Mapping[str, tuple[Attachment, ...]] = field(default_factory=dict)
    templates: Mapping[tuple[str, str], jinja2.Template] = field(default_factory=dict)

    def usable(self, agent: Agent, roster: Roster) -> dict[str, Canned]:
        """Return those that an agent may use, by name and in the order of names."""
        return {name: one for name, one in sorted(self.known.items()) if one.may_use(agent, roster)}

    def rendered(self, name: str, ticket: Ticket, agent: Agent, roster: Roster) -> Sent:
        """Write a text for a ticket, in the language of its requester; raises BadCannedError."""
        one, person = self.known[name], ticket.requester
        language = one.language_for(person.language if person else "", roster.desk.language)
        words = _words(ticket, agent, roster)
        try:
            text = sandbox.output(self.templates[name, language], words, TEXT_LIMIT_CHARS)
        except _FAULTS as fault:
            raise BadCannedError([f"{name}: {fault}"]) from fault
        files = tuple(file.name for file in self.attachments.get(name, ()))
        return Sent(name, language, text.strip(), files)


def load(folder: Path | None, roster: Roster) -> Library:
    """Read a folder and try every text on sample tickets; raises BadCannedError with all that is wrong."""
    if folder is None:
        return Library()
    if not folder.is_dir():
        raise BadCannedError([f"{folder}: no such folder (see canned in [desk])"])
    reader = _Reader(folder, roster)
    reader.read()
    if reader.problems:
        raise BadCannedError(reader.problems)
    return Library(reader.known, reader.attachments, reader.templates)


def problems(folder: Path, roster: Roster) -> tuple[str, ...]:
    """List what is wrong with the files of a folder, for ``check`` and ``run``; empty when all is well."""
    try:
        load(folder, roster)
    except BadCannedError as error:
        return error.problems
    return ()


@dataclass
class _Reader:
    """Reads the files of a folder and gathers what is wrong with them."""

    folder: Path
    roster: Roster
    known: dict[str, Canned] = field(default_factory=dict)
    attachments: dict[str, tuple[Attachment, ...]] = field(default_factory=dict)
    templates: dict[tuple[str, str], jinja2.Template] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def read(self) -> None:
        """Read every text file, those without a language in their names first."""
        files = sorted(self.folder.glob("*.txt"), key=lambda file: (file.stem.count("."), file.name))
        for file in files[:_FILES_LIMIT]:
            try:
                self._take(file)
            except (OSError, UnicodeDecodeError, BadFrontMatter) as error:
                self.problems.append(f"{file}: {error}")

    def _take(self, file: Path) -> None:
        name, language = canned.name_of(file.stem)
        front, text = canned.read(file.read_text("utf-8"))
        name = front.name or name
        if not canned.NAME.fullmatch(name):
            raise BadFrontMatter(f"expected a name of small letters, digits and -, got {name[:50]!r}")
        known = self.known.get(name)
        if known is not None and (language in known.texts or known.front.kind != front.kind):
            raise BadFrontMatter(f"there is a {known.front.kind} {name} already, in this language")
        strangers = canned.strangers(front, self.roster)
        if strangers:
            raise BadFrontMatter(f"no team and no agent: {', '.join(strangers)}")
        if known is None:
            self.attachments[name] = tuple(self._attachments(front.attachments))
        first = known.front if known is not None else front
        self.known[name] = Canned(name, first, {**(known.texts if known is not None else {}), language: text})
        self.templates[name, language] = self._tried(text)

    def _attachments(self, names: tuple[str, ...]) -> Iterator[Attachment]:
        left = self.roster.desk.attachments_limit_bytes
        for name in names:
            if Path(name).name != name:
                raise BadFrontMatter(f"an attachment lies beside its text; got {name[:80]!r}")
            content = (self.folder / name).read_bytes()
            # In base64 three bytes become four.
            left -= len(content) * 4 // 3
            if left < 0:
                limit = self.roster.desk.attachments_limit_bytes
                raise BadFrontMatter(f"its attachments are together above {limit} bytes")
            guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
            yield Attachment(name=name, content_type=guessed, encoding="", content=content)

    def _tried(self, text: str) -> jinja2.Template:
        """Compile a text and render it with every kind of sample."""
        made = sandbox.environment(jinja2.DictLoader({}), html=False)
        try:
            template = made.from_string(text)
            for sample in _samples():
                sandbox.output(template, sample, TEXT_LIMIT_CHARS)
        except _FAULTS as fault:
            line = (
                f"line {fault.lineno} of its text: " if isinstance(fault, jinja2.TemplateSyntaxError) else ""
            )
            raise BadFrontMatter(f"{line}{fault}") from fault
        return template


def _samples() -> Iterator[Words]:
    desk = {"name": "IT Support", "address": "support@example.com"}
    agent = {"name": "Ann", "address": "ann@example.com"}
    yield {"ticket": _SAMPLE_TICKET, "requester": _RITA, "agent": agent, "desk": desk}
    bare = {**_SAMPLE_TICKET, "subject": "", "category": ""}
    nobody = {"name": "", "address": ""}
    yield {"ticket": bare, "requester": nobody, "agent": agent, "desk": desk}


def _words(ticket: Ticket, agent: Agent, roster: Roster) -> Words:
    """Return what a text may speak of: the ticket, its requester, the agent and the desk."""
    person = ticket.requester
    return {
        "ticket": {
            "number": ticket.number,
            "tag": f"[#{ticket.number}]",
            "subject": one_line(ticket.subject),
            "type": str(ticket.type),
            "state": str(ticket.state),
            "priority": str(ticket.priority),
            "category": one_line(ticket.category),
        },
        "requester": {
            "name": one_line(person.name) if person else "",
            "address": person.address if person else "",
        },
        "agent": {"name": agent.name, "address": agent.address},
        "desk": {"name": roster.desk.name, "address": roster.desk.address},
    }
