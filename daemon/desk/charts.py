"""Charts for reports: bars of table cells for mail, SVG in one self-contained page for a file.

Nothing is loaded from anywhere.  Colours follow the reader's scheme (light or dark), labels are text beside
the drawings, so that they stay readable on a phone and can be read aloud.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_CELLS = 20
_SHORT_CHARS = 12
_FULL, _EMPTY = "\u2588", "\u2591"
# The drawing of columns, in units of its own: as wide as a phone.
_WIDTH, _HEIGHT, _FOOT, _HEAD = 360, 150, 18, 14

STYLE = """
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--ink:#1f2328;--soft:#57606a;--line:#d8dee4;
--bar:#2f6fce;--rest:#e3e8ee;--mark:#1f2328;--good:#1a7f4b;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--page:#16181c;--card:#202328;--ink:#e6e8eb;--soft:#a9b1ba;
--line:#3a3f46;--bar:#3c78cf;--rest:#33383f;--mark:#fff;--good:#7ee2a8;--bad:#ffb4ab}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
main{max-width:1000px;margin:0 auto;padding:20px 14px 40px}
h1{font-size:24px;line-height:1.25;margin:0 0 4px}
h2{font-size:17px;margin:0 0 10px}
p{margin:0 0 12px}
.soft{color:var(--soft);font-size:14px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(290px,1fr));gap:14px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;min-width:0;
overflow-wrap:anywhere}
.wide{grid-column:1/-1}
@media (min-width:700px){.two{grid-column:span 2}}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:14px 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 14px}
.tile b{display:block;font-size:26px;line-height:1.2}
.row{margin:0 0 10px}
.row .top{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 12px}
.row .top span:last-child{white-space:nowrap}
svg{display:block;width:100%;overflow:visible}
.bar{height:12px}
.columns{max-width:600px;height:auto}
svg text{fill:var(--ink);font-size:11px;font-family:inherit}
svg .fill{fill:var(--bar)}svg .rest{fill:var(--rest)}svg .mark{stroke:var(--mark);stroke-width:2;
vector-effect:non-scaling-stroke}
svg .axis{stroke:var(--line);vector-effect:non-scaling-stroke}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
th,td.s{white-space:nowrap}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of table cells: the two parts in percent, and the same as text."""

    filled: int
    rest: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart: what it is about, how long its bar is (0 to 1), and the figures in words.

    ``low`` and ``high`` are the bounds of what is known, None for none.
    """

    label: str
    share: float
    told: str
    low: float | None = None
    high: float | None = None


def bar(share: float) -> Bar:
    """Return a bar for a share from 0 to 1; what lies outside is cut."""
    kept = min(max(share, 0.0), 1.0)
    filled, cells = round(kept * 100), round(kept * _CELLS)
    return Bar(filled, 100 - filled, _FULL * cells + _EMPTY * (_CELLS - cells))


def rows(found: Sequence[Row]) -> str:
    """Draw rows with a bar each, with a mark for the bounds where there are any; HTML."""
    return "\n".join(map(_row, found))


def _row(row: Row) -> str:
    filled = min(max(row.share, 0.0), 1.0) * 100
    whisker = ""
    if row.low is not None and row.high is not None:
        low, high = row.low * 100, row.high * 100
        whisker = f'<path class="mark" fill="none" d="M{low:.1f} 3v6M{high:.1f} 3v6M{low:.1f} 6H{high:.1f}"/>'
    return (
        f'<div class="row"><div class="top"><span dir="auto">{escape(row.label)}</span>'
        f"<span>{escape(row.told)}</span></div>"
        f'<svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(row.label)}: {escape(row.told)}"><rect class="rest" width="100" height="12"/>'
        f'<rect class="fill" width="{filled:.1f}" height="12"/>{whisker}</svg></div>'
    )


def columns(found: Sequence[Row], title: str) -> str:
    """Draw a column for each row, left to right, with its share as the height; SVG, nothing for no rows.

    ``told`` stands above the column, ``label`` below it.  Of more columns than fit not every label is shown.
    """
    if not found:
        return ""
    step = _WIDTH / len(found)
    every = max(1, -(-len(found) // 8))
    room = _HEIGHT - _FOOT - _HEAD
    drawn = []
    for at, row in enumerate(found):
        height = min(max(row.share, 0.0), 1.0) * room
        middle, top = (at + 0.5) * step, _HEIGHT - _FOOT - height
        width = min(step * 0.7, 40)
        drawn.append(
            f'<rect class="fill" x="{middle - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}"/>'
        )
        if row.low is not None and row.high is not None:
            low, high = _HEIGHT - _FOOT - row.low * room, _HEIGHT - _FOOT - row.high * room
            drawn.append(f'<path class="mark" d="M{middle:.1f} {low:.1f}V{high:.1f}"/>')
        if at % every == 0:
            drawn.append(
                f'<text x="{middle:.1f}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(row.label)}</text>'
                f'<text x="{middle:.1f}" y="{_HEAD - 4}" text-anchor="middle">{escape(row.told)}</text>'
            )
    base = _HEIGHT - _FOOT
    told = "; ".join(f"{row.label}: {row.told}" for row in found)
    return (
        f'<svg class="columns" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}: {escape(told)}">'
        f'<path class="axis" d="M0 {base}H{_WIDTH}"/>{"".join(drawn)}</svg>'
    )


def tile(value: str, label: str) -> str:
    """Write one figure large, with what it is below."""
    return f'<div class="tile"><b>{escape(value)}</b><span class="soft">{escape(label)}</span></div>'


def card(title: str, content: str, size: str = "") -> str:
    """Put drawings under a title; ``size`` is ``two`` or ``wide`` for more than one column."""
    return f'<section class="{f"card {size}".strip()}"><h2>{escape(title)}</h2>{content}</section>'


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Write a table; short words are never broken."""
    top = "".join(f"<th>{escape(one)}</th>" for one in head)
    body = "".join("<tr>" + "".join(map(_cell, line)) + "</tr>" for line in lines)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    short = ' class="s"' if len(text) <= _SHORT_CHARS else ""
    return f'<td{short} dir="auto">{escape(text)}</td>'


def page(title: str, lead: str, tiles: Sequence[str], cards: Sequence[str], foot: str = "") -> str:
    """Put a report together as one page of HTML that loads nothing."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escape(title)}</h1>\n<p class="soft">{escape(lead)}</p>\n'
        f'<div class="tiles">{"".join(tiles)}</div>\n<div class="cards">\n{chr(10).join(cards)}\n</div>\n'
        f'<p class="soft" style="margin-top:16px">{escape(foot)}</p>\n</main>\n</body>\n</html>\n'
    )
