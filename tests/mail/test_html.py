"""HTML turned into text, HTML made inert, and what is never built."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daemon.mail import htmlsafe
from daemon.mail.htmlguard import may_build_tree, stripped
from daemon.mail.htmlsafe import safe_html
from daemon.mail.htmltext import html_text

TEXTS = {
    "paragraphs": ("<p>one</p><p>two</p>", "one\n\ntwo"),
    "breaks": ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
    "blanks": ("one \n\t two&nbsp;three", "one two three"),
    "list": ("<ul><li>one<li>two</ul>", "- one\n- two"),
    "numbered list": ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
    "nested list": ("<ul><li>one<ul><li>two</ul></ul>", "- one\n\n  - two"),
    "table": ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a b\nc d"),
    "link with target": ('see <a href="https://x.test/a">here</a>', "see here <https://x.test/a>"),
    "link that shows its target": ('<a href="https://x.test/">x.test</a>', "x.test"),
    "link without words": ('<a href="https://x.test/a"></a>word', "word"),
    "mail link": ('<a href="mailto:a@b.test">Ann</a>', "Ann"),
    "script": ("<script>alert(1)</script><style>p{}</style><title>x</title>words", "words"),
    "hidden": ('<div style="display:none">preview</div><p>words</p>', "words"),
    "hidden by size": ('<span style="font-size:0px;color:red">x</span>words', "words"),
    "image with words": ('<img src="cid:a" alt="Screenshot">', "[Screenshot]"),
    "image without words": ('<img src="https://x.test/pixel.gif">', ""),
    "cited": ('<blockquote type="cite">one<br>two</blockquote>', "> one\n> two"),
    "cited twice": (
        '<blockquote type="cite">one<blockquote type="cite">two</blockquote></blockquote>',
        "> one\n>\n> > two",
    ),
    "indented": ('<blockquote style="margin:0 0 0 40px;border:none">one</blockquote>', "one"),
    "preformatted": ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
    "rule": ("one<hr>two", "one\n\ntwo"),
    "signature separator": ("one<br>-- <br>Ann", "one\n-- \nAnn"),
    "comment": ("one<!-- two -->three", "onethree"),
    "no body": ("", ""),
    "entities": ("&lt;b&gt; &amp; &#x20AC;", "<b> & €"),
    "svg": ("<svg><text>x</text></svg>words", "words"),
}


@pytest.mark.parametrize(("html", "text"), TEXTS.values(), ids=TEXTS)
def test_html_becomes_text_that_reads_well(html, text):
    assert html_text(html).text == text


REGIONS = {
    "gmail": ('<div>new</div><div class="gmail_quote">old</div>', "quote", (1, 2)),
    "yahoo": ('<div>new</div><div class="yahoo_quoted">old</div>', "quote", (1, 2)),
    "outlook web": ('<div>new</div><div id="divRplyFwdMsg">From</div>old', "rest", (1, 2)),
    "outlook mobile": ('<div>new</div><div id="appendonsend"></div>old', "rest", (1, 1)),
    "thunderbird": ('new<div class="moz-cite-prefix">On x wrote:</div>', "quote", (1, 2)),
    "gmx": ('new<div name="quote">old</div>', "quote", (1, 2)),
    "outlook desktop": (
        '<p>new</p><div style="border:none;border-top:solid #E1E1E1 1.0pt">From: x</div>',
        "header",
        (2, 3),
    ),
    "signature": ('<div>new</div><div class="gmail_signature">Ann</div>', "signature", (1, 2)),
    "blockquote": ("new<blockquote>old</blockquote>", "block", (2, 3)),
}


@pytest.mark.parametrize(("html", "kind", "lines"), REGIONS.values(), ids=REGIONS)
def test_marks_of_mail_programs_are_reported_by_lines(html, kind, lines):
    found = html_text(html).regions

    assert [(region.kind, (region.start, region.end)) for region in found] == [(kind, lines)]


UNSAFE = {
    "script": "<script>alert(1)</script>",
    "handler": '<img src=x onerror="alert(1)">',
    "javascript": '<a href="javascript:alert(1)">x</a>',
    "data": '<a href="data:text/html,x">x</a>',
    "vbscript": '<a href="vbscript:x">x</a>',
    "svg": "<svg onload=alert(1)>",
    "style": "<style>@import url(http://127.0.0.2:9/x)</style>",
    "inline style": '<p style="background:url(http://127.0.0.2:9/x);position:fixed">x</p>',
    "remote image": '<img src="http://127.0.0.2:9/p.gif">',
    "srcset": '<img srcset="http://127.0.0.2:9/p.gif 2x">',
    "link": '<link rel=stylesheet href="http://127.0.0.2:9/x">',
    "poster": '<video poster="http://127.0.0.2:9/x"></video>',
    "object": '<object data="http://127.0.0.2:9/x"></object>',
    "iframe": '<iframe src="http://127.0.0.2:9/x"></iframe>',
    "form": '<form action="http://127.0.0.2:9/x"><input></form>',
    "base": '<base href="http://127.0.0.2:9/">',
    "mutation": (
        "<math><mtext><table><mglyph><style><!--</style>"
        '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">'
    ),
}


@pytest.mark.parametrize("html", UNSAFE.values(), ids=UNSAFE)
def test_nothing_that_runs_or_is_fetched_survives(html):
    once = safe_html(html)
    again = safe_html(once)

    for inert in (once, again):
        assert "127.0.0.2" not in inert
        assert "alert" not in html_tags(inert)
        assert not any(
            bad in html_tags(inert) for bad in ("script", "javascript", "data:", "style", "onerror")
        )


def html_tags(html: str) -> str:
    """The tags of an HTML text alone; words between them are harmless."""
    return " ".join(piece.partition(">")[0] for piece in html.lower().split("<")[1:] if "title=" not in piece)


def test_images_of_the_mail_and_links_survive():
    html = '<p>see <a href="https://x.test/a">x</a> <img src="cid:a@b" alt="y"></p>'

    assert safe_html(html) == (
        '<p>see <a href="https://x.test/a" rel="noopener noreferrer nofollow">x</a> '
        '<img src="cid:a@b" alt="y"></p>'
    )


def test_lone_surrogates_and_nul_do_not_stop_the_cleaning():
    assert safe_html("<p>a\udcff\0b</p>") == "<p>a\ufffd\ufffdb</p>"


DEEP = "<div>" * 500 + "words" + "</div>" * 500
HUGE_TAG = "<p " + "a=1 " * 10_000 + ">words"


@pytest.mark.parametrize("html", [DEEP, HUGE_TAG], ids=["deep", "huge tag"])
def test_no_tree_is_built_of_hostile_html(html):
    assert not may_build_tree(html)
    assert safe_html(html) == ""
    assert html_text(html).text == "words"
    assert "only its tags were taken off" in html_text(html).note


def test_many_unclosed_paragraphs_are_not_deep():
    assert may_build_tree("<p>a<br>" * 5_000)


def test_stray_end_tags_do_not_hide_depth():
    assert not may_build_tree("</b>" * 1_000 + "<b>" * 500)


def test_stripped_text_has_no_scripts_and_keeps_its_lines():
    assert (
        stripped("<script>bad()</script><p>one</p>two<br>three &amp; <script>open")
        == "one\ntwo\nthree & open"
    )


def test_no_tree_is_built_of_more_elements_than_anybody_writes():
    report = "<table>" + "<tr><td>cell</td></tr>" * 15_000 + "</table>"
    crowd = "<p>word</p>" * 60_000

    assert may_build_tree(report)
    assert not may_build_tree(crowd)
    assert html_text(crowd).text.startswith("word\nword\n")
    assert safe_html(crowd) == ""


# What images and addresses in the mail itself can be spelled with.
SPELLINGS = (
    "CID",
    "cid",
    "c",
    "id",
    ":",
    "&colon;",
    "&#99;",
    "&#x43;",
    "&#58;",
    "https",
    "//x.test/a",
    "\n",
    "\0",
)
VALUES = st.lists(st.sampled_from(SPELLINGS), max_size=5).map("".join)
ELEMENTS = st.builds(
    "<{} {}={}>words</a>".format,
    st.sampled_from(["img", "IMAGE", "im\0g", "a", "A", "p"]),
    st.sampled_from(["src", "href", "SRC", "title"]),
    VALUES.map(repr),
)


@example("<img src='https://x.test/a'>")
@example("<IMAGE src='https://x.test/a'>")
@example("<a href='CID:a'>words</a>")
@example("<a href='cid&colon;a'>words</a>")
@example("<a href='&#99;id:a'>words</a>")
@given(st.lists(ELEMENTS, max_size=3).map("".join))
def test_what_an_attribute_holds_is_looked_at_wherever_it_matters(html: str):
    looked_at = safe_html(html)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(htmlsafe, "_is_asked_about", lambda _html: True)

        assert looked_at == safe_html(html)
