"""The Jinja environments for the mails: plain data in, text out, and no way to anything else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import CodeType
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from daemon.services import languages, wording
from daemon.services.languages import Catalogue
from daemon.services.translation import Translation

# Those of Jinja's filters that neither call, nor format, nor multiply, nor switch escaping off.
_JINJA_FILTERS = (
    "abs",
    "capitalize",
    "count",
    "d",
    "default",
    "e",
    "escape",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "lower",
    "reverse",
    "round",
    "sort",
    "title",
    "trim",
    "truncate",
    "unique",
    "upper",
)
_OUR_FILTERS = {
    "excerpt": wording.excerpt,
    "html_text": wording.html_text,
    "mailto": wording.mailto,
    "plural": wording.plural,
    "prefixed": wording.prefixed,
    "prose": wording.prose,
    "wrapped": wording.wrapped,
    "column": wording.column,
}
_LOOP_WORDS = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_NUMBER_LIMIT = 10**15
_PIECES = 200
# All that we ship in every language, and as many again that desks have of their own.
_COMPILED_TEMPLATES = 2_500


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The code of a template, and what was found in it: see ``MailEnvironment``."""

    code: CodeType
    met: frozenset[str | tuple[str, str]]
    taken_in: tuple[str | None, ...]
    names_reader: bool


class MailEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which a dot finds a key of a dict and nothing else.

    There are no methods, no globals and no formatting of strings; only macros and ``super()`` can be
    called; arithmetic is for numbers; a name that is not there is an error (StrictUndefined); and
    only text and numbers can be printed, so that a template cannot pour out a whole record.
    """

    intercepted_binops = frozenset({"*", "**", "%"})
    catalogue = Catalogue()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # The sentences of the templates that were compiled; those that count are pairs.
        self.met: set[str | tuple[str, str]] = set()
        # What each template takes in, with None for a name that is known only when it runs; and who speaks
        # of the recipient.
        self.taken_in: dict[str, tuple[str | None, ...]] = {}
        self.naming_reader: set[str] = set()

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look up a key of a dict or a word about the loop; anything else is undefined."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP_WORDS:
            return getattr(obj, attribute)
        return self._refused(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look up a key of a dict or a place in a list or a text; anything else is undefined."""
        if isinstance(obj, dict) and isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, (list, str)) and isinstance(argument, (int, slice)):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        return self._refused(obj, str(argument))

    def _refused(self, obj: Any, name: str) -> Any:
        # The text of what is not there raises, and says what it was.
        return str(obj) if isinstance(obj, Undefined) else self.unsafe_undefined(obj, name)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a macro by the short way; all its templates escape alike, so it need not ask who calls."""
        if type(obj) is Macro:
            # What Jinja hands to functions that ask for their surroundings; a macro does not.
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return obj(*args, **kwargs)
        return super().call(context, obj, *args, **kwargs)

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow macros and ``super()`` only."""
        return isinstance(obj, (Macro, BlockReference))

    def wrap_str_format(self, value: Any) -> None:
        """Refuse ``str.format`` before Jinja lets its own wrapped form through."""

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Do arithmetic on numbers of a reasonable size; ``'a' * 10**8`` is refused."""
        if operator == "**" or not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
            raise SecurityError(f"operator {operator} is not allowed here")
        result = super().call_binop(context, operator, left, right)
        if abs(result) > _NUMBER_LIMIT:
            raise SecurityError(f"operator {operator} makes a number above {_NUMBER_LIMIT}")
        return result

    def compile(
        self, source: Any, name: str | None = None, filename: str | None = None, *way: Any, **ways: Any
    ) -> Any:
        """Return the code of a template, which is compiled once for all environments of a kind."""
        if way or ways or not isinstance(source, str):
            return super().compile(source, name, filename, *way, **ways)
        made = _compiled(source, name, filename, html=bool(self.autoescape), catalogue=self.catalogue)
        self.met |= made.met
        self.taken_in[name or ""] = made.taken_in
        if made.names_reader:
            self.naming_reader.add(name or "")
        return made.code

    def compiled_anew(self, source: str, name: str | None, filename: str | None) -> _Compiled:
        """Compile a template in an environment that has compiled no other."""
        code = super().compile(source, name, filename)
        found = name or ""
        return _Compiled(code, frozenset(self.met), self.taken_in[found], found in self.naming_reader)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        try:
            Translation(self.catalogue, self.met, html=bool(self.autoescape)).visit(tree)
        except jinja2.TemplateSyntaxError as fault:
            fault.name, fault.filename = name, filename
            raise
        for block in tree.find_all(nodes.ScopedEvalContextModifier):
            raise jinja2.TemplateSyntaxError("escaping cannot be switched off", block.lineno, name, filename)
        self._note(name or "", tree)
        return tree

    def _note(self, name: str, tree: nodes.Template) -> None:
        self.taken_in[name] = tuple(meta.find_referenced_templates(tree))
        if any(one.name == "recipient" for one in tree.find_all(nodes.Name)):
            self.naming_reader.add(name)


def _printable(value: Any) -> Any:
    if isinstance(value, (str, int, float, Undefined)):
        return value
    raise SecurityError(f"only text and numbers can be printed, not a {type(value).__name__}")


def environment(
    loader: jinja2.BaseLoader, *, html: bool, catalogue: Catalogue = MailEnvironment.catalogue
) -> MailEnvironment:
    """Build the environment for plain text, or for HTML with every value escaped, in one language."""
    made = MailEnvironment(
        loader=loader,
        autoescape=html,
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates are read once, at start; a change on disk asks for a restart.
        auto_reload=False,
        cache_size=-1,
    )
    made.globals.clear()
    made.filters = (
        {name: made.filters[name] for name in _JINJA_FILTERS} | _OUR_FILTERS | _localised(catalogue)
    )
    made.catalogue = catalogue
    return made


# Several desks share most templates, and to compile all of them takes half a second.
@lru_cache(maxsize=_COMPILED_TEMPLATES)
def _compiled(
    source: str, name: str | None, filename: str | None, *, html: bool, catalogue: Catalogue
) -> _Compiled:
    nowhere = jinja2.DictLoader({})
    return environment(nowhere, html=html, catalogue=catalogue).compiled_anew(source, name, filename)


def _localised(catalogue: Catalogue) -> dict[str, Callable[..., object]]:
    """Return the filters that write as this language does."""
    language, told = catalogue.language, catalogue.sentences

    def spoken(value: str) -> str:
        """Return one of our stored words as it is read aloud: ``pending requester``."""
        words = value.replace("-", " ")
        return told.get(words, words)

    def size(size_bytes: int) -> str:
        return languages.size_written(size_bytes, language)

    def number(value: int) -> str:
        return languages.number_written(value, language)

    if language == languages.ENGLISH:
        return {"size": wording.size, "spoken": spoken, "number": "{:,}".format}
    return {"size": size, "spoken": spoken, "number": number}


def output(template: jinja2.Template, data: Mapping[str, object], limit_chars: int) -> str:
    """Render a template; raises ``SecurityError`` as soon as more than ``limit_chars`` have come out."""
    coming = template.generate(data)
    words = ""
    # A few pieces at a time: most mails have fewer, and no template gets far beyond the limit.
    while pieces := list(islice(coming, _PIECES)):
        words += "".join(pieces)
        if len(words) > limit_chars:
            raise SecurityError(f"more than {limit_chars} characters came out")
    return words
