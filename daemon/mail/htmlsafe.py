"""Strangers' HTML made inert for showing: an allow-list of elements, nothing that is fetched from outside."""

import re

import nh3

from daemon.mail.htmlguard import may_build_tree

_NAMES = """a abbr b big blockquote br caption center cite code col colgroup dd del div dl dt em font
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody
    td tfoot th thead tr tt u ul"""
_TAGS = frozenset(_NAMES.split())
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start"},
    "font": {"color"},
}
_SCHEMES = {"http", "https", "mailto", "cid"}
_SURROGATES = re.compile("[\ud800-\udfff\0]")
# Without these there is nothing for ``_attribute`` to take out, and to ask it about each attribute is slow:
# an image, and an address in the mail itself, also where its letters are written as references.
_ASKED_ABOUT = ("<im", "cid:", "&#", "&colon")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep only images that lie in the mail itself: no remote fetch, no tracking pixel."""
    if tag == "img" and name == "src":
        return value if value.lower().startswith("cid:") else None
    return None if tag == "a" and value.lower().startswith("cid:") else value


def _is_asked_about(html: str) -> bool:
    low = html.lower()
    return any(sign in low for sign in _ASKED_ABOUT)


def safe_html(html: str) -> str:
    """Return inert HTML, or ``""`` where the document is too large or too deeply nested to be read safely."""
    if not html or not may_build_tree(html):
        return ""
    return nh3.clean(
        _SURROGATES.sub("\ufffd", html),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_attribute if _is_asked_about(html) else None,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
