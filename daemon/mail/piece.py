"""A readable piece of a body: its words, and the HTML that they came from."""

from dataclasses import dataclass

from daemon.mail.htmltext import Region, html_text


@dataclass(slots=True)
class Piece:
    """One readable part: its words, and the HTML that it came from or ``""``."""

    text: str
    html: str = ""
    regions: tuple[Region, ...] = ()
    is_html: bool = False


def without_twins(pieces: list[Piece]) -> list[Piece]:
    """Drop the HTML twin of a plain text where a program sent both side by side."""
    if len(pieces) == 2 and not pieces[0].is_html and pieces[1].is_html and pieces[0].text.strip():
        twin = html_text(pieces[1].html)
        if twin.text.split()[:40] == pieces[0].text.split()[:40]:
            return [Piece(pieces[0].text, pieces[1].html)]
    return pieces


def render(piece: Piece) -> None:
    """Turn a piece that exists only as HTML into words."""
    if piece.is_html:
        done = html_text(piece.html)
        piece.text, piece.regions = done.text, done.regions


def joined(pieces: list[Piece]) -> tuple[str, tuple[Region, ...]]:
    """Put pieces together, a blank line between two; return the text and the regions by its lines."""
    texts: list[str] = []
    regions: list[Region] = []
    line = 0
    for piece in pieces:
        text = piece.text.strip("\n")
        if not text.strip():
            continue
        lead = len(piece.text) - len(piece.text.lstrip("\n"))
        regions += [Region(r.start + line - lead, r.end + line - lead, r.kind) for r in piece.regions]
        texts.append(text)
        line += text.count("\n") + 2
    return "\n\n".join(texts), tuple(regions)
