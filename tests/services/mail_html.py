"""Read rendered HTML as a mail program would: its text, its addresses, its colours."""

import re
from html.parser import HTMLParser

VOID = {"br", "meta", "hr", "img", "link", "input"}
_RULE = re.compile(r"([.a-z]+)\{([^}]*)\}")
_DARK = re.compile(r"@media \(prefers-color-scheme:dark\)\{\n(.*?)\n\}\n", re.DOTALL)


def declarations(style: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in style.replace("!important", "").split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


class MailPage(HTMLParser):
    """Walks a page; ``painted`` holds each text with its colour and the colour behind it."""

    def __init__(self, html: str, *, dark: bool = False) -> None:
        super().__init__()
        found = _DARK.search(html)
        assert found, "no rules for the dark scheme"
        self.rules = {name: declarations(body) for name, body in _RULE.findall(found[1])} if dark else {}
        self.stack = [("", "#000000", "#ffffff")]
        self.painted: list[tuple[str, str, str]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: list[str] = []
        self.styles: list[str] = []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in given.items()]
        style = declarations(given.get("style", ""))
        for name in [tag, *(f".{one}" for one in given.get("class", "").split())]:
            style |= self.rules.get(name, {})
        if tag not in VOID:
            _, ink, paper = self.stack[-1]
            self.stack.append((tag, style.get("color", ink), style.get("background", paper)))

    def handle_endtag(self, tag):
        assert self.stack[-1][0] == tag, f"</{tag}> closes <{self.stack[-1][0]}>"
        self.stack.pop()

    def handle_data(self, data):
        inside = [tag for tag, _, _ in self.stack]
        if "style" in inside:
            self.styles.append(data)
        elif data.strip() and "title" not in inside:
            self.painted.append((data, *self.stack[-1][1:]))

    @property
    def text(self) -> str:
        return " ".join(text.strip() for text, _, _ in self.painted)


def contrast(ink: str, paper: str) -> float:
    """WCAG 2.1, 1.4.3: the ratio of the relative luminances, each with 0.05 of glare."""
    bright, dim = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
