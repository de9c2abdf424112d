"""Render a notice once for all agents of whom nothing but the signed reply addresses differs.

A team of twenty would else have the same words made twenty times.  A reply address differs only in its
detail, which is of one length for all, stands in no text of a stranger, and is never escaped.
"""

from dataclasses import dataclass

from daemon.desk.addressing import detail_of
from daemon.services.letters import Context
from daemon.services.render import Rendered, Renderer

# What is made for one reader alone.
_PERSONAL = frozenset({"recipient", "reply"})


@dataclass(frozen=True, slots=True)
class _Made:
    """What was rendered last, from which common words, and with which details."""

    notice: str
    common: Context
    details: tuple[str, ...]
    rendered: Rendered


@dataclass
class SharedRendering:
    """Renders the notices of one transaction."""

    renderer: Renderer
    _last: _Made | None = None

    def render(self, notice: str, context: Context) -> Rendered:
        """Render a notice; raises what ``Renderer.render`` raises."""
        details = _details(context)
        if not details or self.renderer.names_reader(notice):
            return self.renderer.render(notice, context)
        common = {key: value for key, value in context.items() if key not in _PERSONAL}
        if self._last is None or (self._last.notice, self._last.common) != (notice, common):
            rendered = self.renderer.render(notice, context)
            # Where somebody quotes a reply address of ours, it has to stay as it was quoted.
            quoted = any(detail in repr(common) for detail in details)
            self._last = None if quoted else _Made(notice, common, details, rendered)
            return rendered
        return _with_details(self._last.rendered, self._last.details, details)


def _details(context: Context) -> tuple[str, ...]:
    reply = context.get("reply")
    addresses = reply.values() if isinstance(reply, dict) else ()
    return tuple(detail for detail in map(detail_of, addresses) if detail)


def _with_details(rendered: Rendered, old: tuple[str, ...], new: tuple[str, ...]) -> Rendered:
    subject, text, html = rendered.subject, rendered.text, rendered.html
    for was, becomes in zip(old, new, strict=True):
        subject, text, html = (words.replace(was, becomes) for words in (subject, text, html))
    return Rendered(subject, text, html)
