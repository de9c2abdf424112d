"""Turn HTML into text that reads well: lists, tables, links with targets, quotes as quotes.

The tree of selectolax is walked with a stack of our own.  What mail programs mark as quoted text is
reported as regions of lines, so that the cut can work on the structure of the HTML.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.mail.htmlguard import may_build_tree, stripped


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROP = _names("script style template noscript title head object svg math select textarea iframe")
_BLOCK = _names(
    "p div br tr li table blockquote h1 h2 h3 h4 h5 h6 hr ul ol pre dl dt dd center section article header "
    "footer main aside form fieldset address figure figcaption tbody thead body"
)
_PARAGRAPH = _names("p h1 h2 h3 h4 h5 h6 ul ol pre table blockquote dl")
_ATTRIBUTED = _names("a img blockquote div span hr p table td ol font section b i u")
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_HIDDEN = re.compile(
    r"(?i)display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)"
)
# What a strict reading leaves out besides: words that are struck out, or that nobody sees.
_STRUCK = _names("s strike del")
_UNSEEN = re.compile(
    r"(?i)line-through|opacity\s*:\s*0*\.?0*\s*(?:;|$)|max-(?:height|width)\s*:\s*0|(?<![\w-])height\s*:\s*0|"
    r"text-indent\s*:\s*-|(?:left|top)\s*:\s*-\d{3}|(?<!-)color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent)|"
    r"font-size\s*:\s*[01](?:\.\d*)?\s*(?:px|pt)"
)
_BAR = re.compile(r"(?i)border-left\s*:\s*(?!none|0)|border-left-(?:width|style)")
_QUOTE_CLASS = re.compile(
    r"(?i)(?:^|\s)(?:gmail_quote|gmail_extra|yahoo_quoted|protonmail_quote|zmail_extra|moz-cite-prefix|"
    r"tutanota_quote|front-blockquote|ntes-mailmaster-quote|OutlookMessageHeader|quoted-text|"
    r"mail_quote|gmail_quote_container|freebirdFormviewerViewResponsesIndividualQuote|skiff_quote)(?:\s|$)"
)
_REST_ID = re.compile(
    r"(?i)^(?:x_)*(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|zwchr|"
    r"reply-intro|ms-outlook-mobile-body-separator-line|isReplyContent|oriMsgHtmlSeperator)$"
)
_QUOTE_ID = re.compile(r"(?i)^(?:x_)*(?:yahoo_quoted|_?yqt|replyBlockquote|OLK_SRC_BODY_SECTION)")
_HEADER_BORDER = re.compile(
    r"(?i)border-top\s*:\s*(?:solid\s+#?(?:E1E1E1|B5C4DF|CCCCCC)|#?(?:E1E1E1|B5C4DF|CCCCCC)\s[^;]*solid)"
)
_SIGNATURE_CLASS = re.compile(
    r"(?i)(?:^|\s)(?:gmail_signature|moz-signature|x_?gmail_signature|protonmail_signature_block\S*)(?:\s|$)"
)
_SIGNATURE_ID = re.compile(
    r"(?i)^(?:x_)*(?:ms-outlook-mobile-signature|Signature|AppleMailSignature|lblSignature|composer_signature)$"
)


@dataclass(frozen=True, slots=True)
class Region:
    """Lines ``[start:end)`` that the HTML marks.

    ``kind`` is ``quote``, ``block`` (a blockquote, perhaps only indented), ``rest`` (all that follows),
    ``header`` (of a quoted mail), ``rule`` (a line across, where the region begins) or ``signature``.
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class HtmlText:
    r"""The text of an HTML body with ``\\n`` line ends, and the regions of its lines."""

    text: str
    regions: tuple[Region, ...] = ()
    note: str = ""


@dataclass
class _Writer:
    """Builds lines; blanks are squeezed, quote marks stand before every line of a quotation."""

    lines: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    quote: int = 0
    pre: int = 0
    prefix: str = ""

    def text(self, words: str) -> None:
        if self.pre:
            first, *more = words.split("\n")
            self.current.append(first)
            for line in more:
                self.end_line()
                self.current.append(line)
            return
        self.current.append(words)

    def _line(self) -> str:
        joined = "".join(self.current)
        return joined.rstrip() if self.pre else _BLANKS.sub(" ", joined).strip()

    def end_line(self, *, force: bool = False) -> None:
        line = self._line()
        self.current = []
        if not line and not force and not self.pre:
            return
        line = self.prefix + line if line else line
        self.prefix = " " * len(self.prefix) if line else self.prefix
        mark = "> " * self.quote
        self.lines.append((mark + line).rstrip() if line != "--" else mark + "-- ")

    def blank_line(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self.quote).rstrip())

    def in_line(self) -> bool:
        return bool(_BLANKS.sub("", "".join(self.current)))


@dataclass
class _Walk:
    """The state of one walk: open lists and regions beside the writer."""

    out: _Writer = field(default_factory=_Writer)
    regions: list[Region] = field(default_factory=list)
    counters: list[int] = field(default_factory=list)
    strict: bool = False


def _region_kind(tag: str, attributes: dict[str, str | None]) -> str:
    """Say what an element marks as not new, by the ids and classes that mail programs write."""
    identity = attributes.get("id") or ""
    classes = attributes.get("class") or ""
    style = attributes.get("style") or ""
    if identity and _REST_ID.match(identity):
        return "rest"
    if (classes and _SIGNATURE_CLASS.search(classes)) or (identity and _SIGNATURE_ID.match(identity)):
        return "signature"
    if (classes and _QUOTE_CLASS.search(classes)) or (identity and _QUOTE_ID.match(identity)):
        return "quote"
    if attributes.get("name") == "quote" or (tag == "blockquote" and attributes.get("type") == "cite"):
        return "quote"
    if tag in {"div", "p", "table"} and style and _HEADER_BORDER.search(style):
        return "header"
    return "block" if tag == "blockquote" else ""


def _open(state: _Walk, node: LexborNode, tag: str) -> tuple[bool, str, int, str]:
    """Write what an element begins with; (skip it, region kind, first line, text after it)."""
    out = state.out
    attributes = node.attributes if tag in _ATTRIBUTED else {}
    style = attributes.get("style") or "" if attributes else ""
    if style and _HIDDEN.search(style):
        return True, "", 0, ""
    if state.strict and (tag in _STRUCK or _UNSEEN.search(style) or "hidden" in attributes):
        return True, "", 0, ""
    if tag == "br":
        out.end_line(force=True)
        return True, "", 0, ""
    after = ""
    if tag in _BLOCK:
        if tag in _PARAGRAPH:
            out.blank_line()
        else:
            out.end_line()
    kind = _region_kind(tag, attributes) if attributes or tag == "blockquote" else ""
    if kind:
        out.end_line()
    first = len(out.lines)
    if tag in {"a", "img", "hr", "li", "ul", "ol", "td", "th", "pre", "blockquote"}:
        after = _open_special(state, node, tag, attributes)
    return False, kind, first, after


def _open_special(state: _Walk, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> str:
    out = state.out
    if tag == "a":
        return _target(node, attributes)
    if tag == "img":
        out.text(_image(attributes))
    elif tag == "hr":
        out.blank_line()
        state.regions.append(Region(len(out.lines), len(out.lines), "rule"))
    elif tag in {"ul", "ol"}:
        state.counters.append(1 if tag == "ol" else 0)
    elif tag == "li":
        number = state.counters[-1] if state.counters else 0
        out.prefix = "  " * (len(state.counters) - 1) + (f"{number}. " if number else "- ")
        if number:
            state.counters[-1] += 1
    elif tag in {"td", "th"} and out.in_line():
        out.text(" ")
    elif tag == "pre":
        out.pre += 1
    elif tag == "blockquote" and _is_citation(attributes):
        out.quote += 1
        return "unquote"
    return ""


def _is_citation(attributes: dict[str, str | None]) -> bool:
    """Tell a quotation from a passage that is only indented."""
    style = attributes.get("style") or ""
    return attributes.get("type") == "cite" or "cite" in attributes or bool(_BAR.search(style))


def _target(node: LexborNode, attributes: dict[str, str | None]) -> str:
    """Return `` <target>`` for a link whose words do not show where it leads."""
    target = (attributes.get("href") or "").strip()[:500]
    if not target.lower().startswith(("http://", "https://")):
        return ""
    words = node.text(deep=True).strip() if node.child is not None else ""
    bare = target.split("://", 1)[1].rstrip("/").removeprefix("www.")
    if not words or bare.lower() in words.lower() or words.lower().rstrip("/") in target.lower():
        return ""
    return f" <{_BLANKS.sub('', target)}>"


def _image(attributes: dict[str, str | None]) -> str:
    words = (attributes.get("alt") or "").strip()
    return f"[{_BLANKS.sub(' ', words)[:100]}]" if words else ""


def _close(state: _Walk, tag: str, kind: str, first: int, after: str) -> None:
    out = state.out
    if after == "unquote":
        out.end_line()
        while out.lines and out.lines[-1] and not out.lines[-1].strip("> "):
            out.lines.pop()
        out.quote -= 1
    elif after:
        out.text(after)
    if tag in _BLOCK:
        if tag in _PARAGRAPH:
            out.blank_line()
        else:
            out.end_line()
    if kind:
        out.end_line()
        state.regions.append(Region(first, len(out.lines), kind))
    if tag == "pre":
        out.pre -= 1
    elif tag in {"ul", "ol"} and state.counters:
        state.counters.pop()
    elif tag == "li":
        out.prefix = ""


def _walk(root: LexborNode, *, strict: bool) -> _Walk:
    """Walk the tree in document order with a stack of open elements."""
    state = _Walk(strict=strict)
    stack: list[tuple[LexborNode, str, str, int, str]] = []
    node: LexborNode | None = root
    while node is not None or stack:
        if node is None:
            node, tag, kind, first, after = stack.pop()
            _close(state, tag, kind, first, after)
            node = node.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            state.out.text(node.text_content or "")
        elif tag not in _DROP and not tag.startswith(("-", "!", "_")):
            skip, kind, first, after = _open(state, node, tag)
            if not skip:
                stack.append((node, tag, kind, first, after))
                node = node.child
                continue
        node = node.next
    state.out.end_line()
    return state


def html_text(html: str, *, strict: bool = False) -> HtmlText:
    """Return the readable text of an HTML document; never raises and never fetches anything.

    A document that nests too deep, or has huge tags or too many, is only stripped of them; the note says so.
    ``strict`` leaves out what is struck out, and what is written so that nobody sees it.
    """
    if not may_build_tree(html):
        return HtmlText(
            stripped(html), (), "HTML too large or too deeply nested, only its tags were taken off"
        )
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return HtmlText("")
    state = _walk(root, strict=strict)
    lines = state.out.lines
    while lines and not lines[-1].strip():
        lines.pop()
    lead = 0
    while lead < len(lines) and not lines[lead].strip():
        lead += 1
    last = len(lines)
    regions = tuple(
        Region(max(region.start - lead, 0), min(region.end, last) - lead, region.kind)
        for region in sorted(state.regions, key=lambda region: region.start)
        if min(region.end, last) > region.start or (region.kind in {"rest", "rule"} and region.start < last)
    )
    return HtmlText("\n".join(lines[lead:]), regions)
