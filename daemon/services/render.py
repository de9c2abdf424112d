"""Turn a notice and its context into the words of a mail.

Templates are compiled once, when the renderer is made: one that is missing or wrong stops the start,
not a mail.  A person's words are only ever values; nothing that came by mail is read as a template.
"""

import difflib
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jinja2

from daemon.desk.notices import NOTICES
from daemon.desk.samples import samples
from daemon.desk.sentences import Sentence
from daemon.services import sandbox
from daemon.services.languages import ENGLISH, BadCatalogueError, Catalogue, catalogue
from daemon.services.languages import FOLDER as LANGUAGE_FOLDER
from daemon.services.notice_context import Said, known_to
from daemon.shipped import folder
from storage.vocabulary import LANGUAGES

OUTPUT_LIMIT_CHARS = 2_000_000
_SUBJECT_LIMIT_CHARS = 200
_FILES = ("subject.txt.j2", "body.txt.j2", "body.html.j2")
_SHARED = "_base"

# What a template that is wrong can raise while it runs.
_TEMPLATE_FAULTS = (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What a renderer is made of: see there."""

    user_folder: Path | None
    language: str
    below: Path | None


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one mail; ``subject`` is one line, the bodies end in a line feed."""

    subject: str
    text: str
    html: str


class BadTemplateError(Exception):
    """Templates are missing or wrong; ``problems`` has one sentence for each, with file and line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class RenderError(Exception):
    """A notice could not be rendered from its context; the message names notice, place and reason."""


@dataclass(frozen=True, slots=True)
class _Language:
    """The environments of one language, and the templates that were compiled in it."""

    catalogue: Catalogue
    text: sandbox.MailEnvironment
    html: sandbox.MailEnvironment
    templates: dict[str, tuple[jinja2.Template, ...]] = field(default_factory=dict)

    @property
    def said(self) -> Said:
        """What says sentences that were made in code."""
        return str if self.catalogue.language == ENGLISH else self.catalogue.said

    def environment(self, name: str) -> sandbox.MailEnvironment:
        """Return the environment for a template of this name."""
        return self.html if name.endswith(".html.j2") else self.text

    def of(self, notice: str) -> tuple[jinja2.Template, ...]:
        """Return the templates of a notice, compiled on the first call."""
        found = self.templates.get(notice)
        if found is None:
            files = ((f"{notice}/{file}", self.environment(file)) for file in _FILES)
            found = self.templates[notice] = tuple(where.get_template(name) for name, where in files)
        return found


class Renderer:
    """All templates, compiled; the user's folder overrides the shipped one file by file.

    Those in ``language`` are compiled at once, those in others when the first mail needs one.  ``below`` is
    a folder whose files stand between the two.  ``proven`` says that another renderer was made of the very
    same files: then nothing is looked at before a mail needs it.
    """

    def __init__(
        self,
        user_folder: Path | None = None,
        language: str = ENGLISH,
        below: Path | None = None,
        *,
        proven: bool = False,
    ) -> None:
        self.made_of = MadeOf(user_folder, language, below)
        self.folders = (*(one for one in (user_folder, below) if one), folder("templates"))
        self._loader = jinja2.FileSystemLoader(self.folders)
        self._usual = language
        self._languages: dict[str, _Language] = {}
        self._naming_reader: dict[str, bool] = {}
        if not proven:
            self._prove(user_folder)

    def _prove(self, user_folder: Path | None) -> None:
        """Look at every file and compile it; raises BadTemplateError with all that is wrong."""
        # What is used at once, and what the user has changed.
        tried = {self._usual, *_changed_languages(user_folder)}
        untold = list(self.problems_of_catalogues(sorted(tried)))
        problems = [*_strays(user_folder), *(untold or self._unreadable())]
        if problems:
            raise BadTemplateError(problems)
        for name in NOTICES:
            self._language(self._usual).of(name)

    def render(self, notice: str, context: Mapping[str, object]) -> Rendered:
        """Render a notice; raises ``RenderError`` for an unknown notice, a bad context or a bad template.

        ``docs/templates.md`` lists the keys of the context: dicts, lists, text and numbers only.  It is
        written in the ``language`` that the context names.
        """
        if notice not in NOTICES:
            raise RenderError(f"{notice}: no such notice")
        language = self._language(str(context.get("language", ENGLISH)))
        try:
            data = known_to(NOTICES[notice], context, language.said)
            subject, text, html = (
                sandbox.output(one, data, OUTPUT_LIMIT_CHARS) for one in language.of(notice)
            )
        except _TEMPLATE_FAULTS as fault:
            raise RenderError(f"{notice}: {_place(fault)}{_reason(fault)}") from fault
        return Rendered(_subject(subject), text.strip("\n") + "\n", html.strip("\n") + "\n")

    def said(self, words: Sentence, language: str) -> str:
        """Say a sentence that was made in code; raises ``BadCatalogueError`` where the catalogue is wrong."""
        return self._language(language).catalogue.said(words)

    def sentences(self) -> frozenset[str | tuple[str, str]]:
        """Return the sentences of all templates, those that count as pairs."""
        usual = self._language(self._usual)
        return frozenset(usual.text.met | usual.html.met)

    def _language(self, name: str) -> _Language:
        found = self._languages.get(name)
        if found is None:
            known = catalogue(name, self.folders)
            text, html = (
                sandbox.environment(self._loader, html=one, catalogue=known) for one in (False, True)
            )
            found = self._languages[name] = _Language(known, text, html)
        return found

    def names_reader(self, notice: str) -> bool:
        """Say whether the templates of a notice speak of their reader, so that each has words of his own."""
        found = self._naming_reader.get(notice)
        if found is None:
            found = self._naming_reader[notice] = self._speaks_of_reader(notice)
        return found

    def _speaks_of_reader(self, notice: str) -> bool:
        """Look through the templates of a notice and all that they take in."""
        waiting, seen = [f"{notice}/{file}" for file in _FILES], set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            where = self._environment(name)
            where.get_template(name)
            taken_in = where.taken_in[name]
            if name in where.naming_reader or None in taken_in:
                return True
            waiting += [one for one in taken_in if one is not None]
        return False

    def _environment(self, name: str) -> sandbox.MailEnvironment:
        return self._language(self._usual).environment(name)

    def problems_of_catalogues(self, names: Iterable[str]) -> Iterator[str]:
        """Read catalogues and yield what is wrong with them."""
        for name in names:
            try:
                catalogue(name, self.folders)
            except BadCatalogueError as fault:
                yield from fault.problems

    def _unreadable(self) -> Iterator[str]:
        wanted = {f"{name}/{file}" for name in NOTICES for file in _FILES}
        shared = {name for name in self._loader.list_templates() if name.startswith(f"{_SHARED}/")}
        for name in sorted(wanted | shared):
            try:
                self._environment(name).get_template(name)
            except jinja2.TemplateNotFound:
                yield f"{self.folders[-1] / name}: no such file; every notice needs {', '.join(_FILES)}"
            except jinja2.TemplateSyntaxError as fault:
                yield f"{fault.filename or name}:{fault.lineno}: {fault.message}"
            except (OSError, UnicodeDecodeError) as fault:
                yield f"{name}: cannot be read: {fault}"


def check_templates(user_folder: Path | None = None, below: Path | None = None) -> list[str]:
    """Render every notice with every sample, read every catalogue, and return the problems in words.

    The samples are rendered in English: a translation has the places of its sentence, and so what fits one
    language fits all.
    """
    try:
        renderer = Renderer(user_folder, below=below)
    except BadTemplateError as fault:
        return list(fault.problems)
    problems = list(renderer.problems_of_catalogues(LANGUAGES))
    for notice in NOTICES:
        for sample in samples(notice):
            try:
                renderer.render(notice, sample)
            except RenderError as fault:
                problems.append(str(fault))
    return list(dict.fromkeys(problems))


def _strays(user_folder: Path | None) -> Iterator[str]:
    """Find files of the user's that would override nothing: a misspelt name must not pass unseen."""
    if user_folder is None:
        return
    if not user_folder.is_dir():
        yield f"{user_folder}: no such folder of templates"
    for file in sorted(user_folder.rglob("*.j2")):
        folder, name = file.relative_to(user_folder).parent.as_posix(), file.name
        if folder == _SHARED or (folder in NOTICES and name in _FILES):
            continue
        known, given = (_FILES, name) if folder in NOTICES else (tuple(NOTICES), folder)
        close = difflib.get_close_matches(given, known, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        kind = "file of a notice" if known is _FILES else "notice"
        yield f"{file}: overrides nothing: no {kind} is called {given}{hint}"
    for file in sorted((user_folder / LANGUAGE_FOLDER).glob("*")):
        if file.suffix != ".po" or file.stem not in LANGUAGES[1:]:
            yield f"{file}: expected a catalogue called {', '.join(f'{one}.po' for one in LANGUAGES[1:])}"


def _changed_languages(user_folder: Path | None) -> Iterator[str]:
    files = (user_folder / LANGUAGE_FOLDER).glob("*.po") if user_folder else ()
    yield from (file.stem for file in files if file.stem in LANGUAGES)


def _subject(rendered: str) -> str:
    line = " ".join(rendered.split())
    return line if len(line) <= _SUBJECT_LIMIT_CHARS else line[: _SUBJECT_LIMIT_CHARS - 1].rstrip() + "…"


def _place(fault: BaseException) -> str:
    """Name the line of the template at which a fault arose, or nothing where it arose outside of one."""
    frames = [one for one in traceback.extract_tb(fault.__traceback__) if one.filename.endswith(".j2")]
    return f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""


def _reason(fault: BaseException) -> str:
    return (fault.message if isinstance(fault, jinja2.TemplateError) else str(fault)) or type(fault).__name__
