"""How values become words."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader

from daemon.services import wording
from daemon.services.sandbox import environment


class Reader(HTMLParser):
    """What a person reads of a piece of HTML: ``<br>`` ends a line, other white space is a space."""

    def __init__(self, html):
        super().__init__()
        self.text = ""
        self.links = []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            self.text += "\n"
        else:
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.text += data.replace("\n", "").replace("\u00a0", " ")


class TestHtmlText:
    @given(
        st.text(
            alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t <&>\"'"),
            max_size=300,
        )
    )
    def test_reads_as_the_text_that_went_in(self, text):
        shown = wording.whole_text(text)

        assert Reader(wording.html_text(shown)).text == shown.replace("\t", "    ").replace("\u00a0", " ")

    def test_keeps_lines_and_indents_without_style(self):
        assert wording.html_text("a\n  b  c\n d") == "a<br>\n\u00a0 b\u00a0 c<br>\n\u00a0d"

    @pytest.mark.parametrize(
        ("text", "links"),
        [
            ("see https://example.com/a?b=1&c=2.", ["https://example.com/a?b=1&c=2"]),
            ("(http://example.com)", ["http://example.com"]),
            ("https://en.example.org/wiki/Mail_(band)", ["https://en.example.org/wiki/Mail_(band)"]),
            ('http://example.com/"onclick=x', ["http://example.com/"]),
            ("HTTPS://EXAMPLE.COM", ["HTTPS://EXAMPLE.COM"]),
            ("javascript:alert(1) data:text/html,x ftp://example.com file:///etc www.example.com", []),
            ("xhttp://example.com", []),
        ],
    )
    def test_makes_only_http_and_https_live(self, text, links):
        assert Reader(wording.html_text(text)).links == links

    def test_a_text_of_nothing_but_links_does_not_explode(self):
        text = "http://a.example/ " * 10_000

        assert wording.html_text(text).count("<a ") == 200


class TestOneLine:
    @pytest.mark.parametrize(
        ("value", "line"),
        [
            ("plain", "plain"),
            (" a\r\n b\u2028c\x85d ", "a b c d"),
            ("bell\x07 null\x00 half\ud800", "bell null half"),
            ("over\u202eride\u2066", "override"),
            ("x" * 600, "x" * 499 + "…"),
            ("naïve \U0001f468\u200d\U0001f469", "naïve \U0001f468\u200d\U0001f469"),
        ],
    )
    def test_is_one_line_that_can_be_sent(self, value, line):
        assert wording.one_line(value) == line


class TestWholeText:
    def test_keeps_lines_and_drops_what_no_mail_can_carry(self):
        assert wording.whole_text("\r\na\r\n\tb\x00\rc\x1b\n\n") == "a\n\tb\nc"

    def test_says_how_much_was_cut(self):
        text = wording.whole_text("x" * 250_123)

        assert text.endswith("x\n\n[cut here: the stored mail has 123 more characters]")


class TestExcerpt:
    @pytest.mark.parametrize(
        ("value", "limit", "cut"),
        [
            ("one  two\nthree", 20, "one two three"),
            ("one two three", 10, "one two…"),
            ("abcdefghijkl", 10, "abcdefghi…"),
            ("a" + " " * 100 + "b", 10, "a…"),
        ],
    )
    def test_is_the_beginning_as_one_line(self, value, limit, cut):
        assert wording.excerpt(value, limit) == cut

    @given(st.text(max_size=500), st.integers(2, 100))
    def test_is_never_longer_than_asked(self, value, limit):
        assert len(wording.excerpt(value, limit)) <= limit


class TestProse:
    def test_wraps_each_paragraph_and_breaks_no_word(self):
        assert wording.prose("aaa bbb\nccc\n\n\n dddddddd e", 7) == "aaa bbb\nccc\n\ndddddddd\ne"

    def test_of_nothing_is_nothing(self):
        assert wording.prose(" \n\n ") == ""


def test_a_prefix_leaves_no_space_at_the_end_of_an_empty_line():
    assert wording.prefixed("a\n\nb", "> ") == "> a\n>\n> b"


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (99_500, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (5 * 10**9, "5.0 GB"),
    ],
)
def test_a_size_is_in_the_unit_that_reads_best(size_bytes, words):
    assert wording.size(size_bytes) == words


def test_a_mailto_link_carries_address_and_subject_encoded():
    assert (
        wording.mailto("a+b@example.com", "Re: [#1] x&y")
        == "mailto:a+b@example.com?subject=Re%3A%20%5B%231%5D%20x%26y"
    )
    assert wording.mailto('a"?b@example.com') == "mailto:a%22%3Fb@example.com"


def test_counts_carry_their_noun():
    assert [wording.plural(count, "mail", "mails") for count in (0, 1, 1234)] == [
        "0 mails",
        "1 mail",
        "1,234 mails",
    ]


def test_stored_words_are_read_aloud():
    assert (
        environment(DictLoader({}), html=False).filters["spoken"]("pending-requester") == "pending requester"
    )


def test_lines_of_ours_are_wrapped_each_by_itself():
    assert wording.wrapped("one two three\n  four five six\n\nseven", 9) == (
        "one two\nthree\n  four\n  five\n  six\n\nseven"
    )
