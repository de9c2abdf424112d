"""The words that our templates have beyond Jinja's; all are gone once a template is compiled.

``_("sentence with {places}")`` is the sentence in the language of the environment, ``_n(one, many, n=count)``
one of two by a count, ``bdi(value)`` a value whose direction of writing does not spread (HTML only).  In a
sentence ``*words*`` are bold in HTML.  What stands in ``{a.b}`` is a name of the template or a value given
behind the sentence, as ``name=value``; values are escaped like all others.
"""

import re
from collections.abc import Iterator

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import escape

from daemon.desk.sentences import PLACE
from daemon.services.languages import Catalogue

_BOLD = re.compile(r"\*([^*]*)\*")
Values = dict[str, nodes.Expr]


class Translation(NodeTransformer):
    """Puts the words of one catalogue into the tree of a template.

    One is made for each template.  ``met`` takes up the sentences, those that count as pairs.
    """

    def __init__(self, catalogue: Catalogue, met: set[str | tuple[str, str]], *, html: bool) -> None:
        self._catalogue, self._met, self._html = catalogue, met, html
        self._ours: set[int] = set()

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:  # noqa: N802  # jinja2's name for it
        """Print the pieces of a sentence one by one, so that what is fixed joins the text around it."""
        self.generic_visit(node)
        return list(self._printed(node.nodes, node.lineno))

    def _printed(self, printed: list[nodes.Expr], line: int) -> Iterator[nodes.Node]:
        run: list[nodes.Expr] = []
        for one in printed:
            if isinstance(one, nodes.CondExpr) and self._has_ours(one) and one.expr2 is not None:
                yield nodes.Output(run, lineno=line)
                run = []
                yes, no = (list(self._printed([part], line)) for part in (one.expr1, one.expr2))
                yield nodes.If(one.test, yes, [], no, lineno=line)
            else:
                run += self._pieces(one)
        yield nodes.Output(run, lineno=line)

    def _has_ours(self, choice: nodes.CondExpr) -> bool:
        return any(id(one) in self._ours for one in (choice.expr1, choice.expr2))

    def _pieces(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        if isinstance(node, nodes.Concat) and id(node) in self._ours:
            for one in node.nodes:
                yield from self._pieces(one)
        else:
            yield node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802  # jinja2's name for it
        """Resolve a call of ours."""
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name == "_":
            return self._sentence(node)
        if name == "_n":
            return self._counted(node)
        return self._isolated(node) if name == "bdi" else node

    def _sentence(self, call: nodes.Call) -> nodes.Expr:
        (words,) = _texts(call, 1)
        self._met.add(words)
        values = {one.key: one.value for one in call.kwargs}
        _expect_places(call, values, words)
        return self._filled(self._catalogue.of(words), values, call.lineno)

    def _counted(self, call: nodes.Call) -> nodes.Expr:
        one, many = _texts(call, 2)
        self._met.add((one, many))
        values = {value.key: value.value for value in call.kwargs}
        if "n" not in values:
            raise TemplateSyntaxError("_n counts n: expected n=... behind its two sentences", call.lineno)
        _expect_places(call, values, f"{{n}}{one}{many}")
        count = values["n"]
        values["n"] = nodes.Filter(count, "number", [], [], None, None, lineno=call.lineno)
        one, many = self._catalogue.of_plural(one, many)
        several = nodes.Operand("gt" if self._catalogue.zero_is_one else "ne", nodes.Const(1))
        return nodes.CondExpr(
            nodes.Compare(count, [several], lineno=call.lineno),
            self._filled(many, values, call.lineno),
            self._filled(one, values, call.lineno),
            lineno=call.lineno,
        )

    def _isolated(self, call: nodes.Call) -> nodes.Expr:
        if len(call.args) != 1 or call.kwargs:
            raise TemplateSyntaxError("bdi takes one value", call.lineno)
        return (
            self._joined([_literal("<bdi>", marked=True), call.args[0], _literal("</bdi>", marked=True)])
            if self._html
            else call.args[0]
        )

    def _filled(self, words: str, values: Values, line: int) -> nodes.Expr:
        """Return a sentence with its values; its words are text, which HTML escapes."""
        marked = self._html and "*" in words
        fixed = _BOLD.sub(r"<b>\1</b>", str(escape(words))) if marked else words.replace("*", "")
        # A text between two places, a place, a text, and so on.
        pieces = [
            _value(part, values, line) if at % 2 else _literal(part, marked=marked)
            for at, part in enumerate(PLACE.split(fixed))
            if part
        ]
        filled = pieces[0] if len(pieces) == 1 else self._joined(pieces)
        filled.set_lineno(line)
        return filled

    def _joined(self, pieces: list[nodes.Expr]) -> nodes.Concat:
        joined = nodes.Concat(pieces)
        self._ours.add(id(joined))
        return joined


def _literal(words: str, *, marked: bool) -> nodes.Expr:
    return nodes.MarkSafe(nodes.Const(words)) if marked else nodes.Const(words)


def _value(name: str, values: Values, line: int) -> nodes.Expr:
    if name in values:
        return values[name]
    first, *rest = name.split(".")
    found: nodes.Expr = values.get(first, nodes.Name(first, "load", lineno=line))
    for key in rest:
        found = nodes.Getattr(found, key, "load", lineno=line)
    return found


def _texts(call: nodes.Call, count: int) -> list[str]:
    found = [one.value for one in call.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
    if len(found) != count or len(call.args) != count or call.dyn_args or call.dyn_kwargs:
        raise TemplateSyntaxError(
            f"expected {count} {'text' if count == 1 else 'texts'} in quotes to translate", call.lineno
        )
    return found


def _expect_places(call: nodes.Call, values: Values, words: str) -> None:
    places = {name.partition(".")[0] for name in PLACE.findall(words)}
    for name in values.keys() - places:
        raise TemplateSyntaxError(f"no place {{{name}}} in the sentence", call.lineno)
