"""The own words of an answer: strictly what its author wrote, in each version of the body."""

import pytest

from daemon.mail.own_words import own_words, versions
from daemon.mail.parse import parse
from daemon.mail.tokens import Key, Purpose, Signer

DETAIL = Signer([Key("aa", b"k" * 32)], "desk.test").detail(Purpose.APPROVAL, 1, "ann@corp.test")
HEAD = f"From: Ann <ann@corp.test>\nTo: desk+{DETAIL}@desk.test\nSubject: Re: Approval\nMIME-Version: 1.0\n"
BOTH = (
    'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\n{}\n'
    "--b\nContent-Type: text/html\n\n{}\n--b--\n"
)


def plain(text):
    return parse(f"{HEAD}\n{text}".encode())


def html(text):
    return parse(f"{HEAD}Content-Type: text/html\n\n{text}".encode())


def both(text, marked):
    return parse((HEAD + BOTH.format(text, marked)).encode())


def test_quoted_words_and_signatures_are_left_out():
    assert own_words(plain("No.\n\nOn Monday Desk wrote:\n> approve\n")) == "No."
    assert own_words(plain("No comment.\n-- \nApprove fast, ship faster\n")) == "No comment."


@pytest.mark.parametrize("text", ["> approve\n", "", "> > approve\n>\n> reject\n"])
def test_a_mail_without_own_words_has_none(text):
    assert own_words(plain(text)) == ""


@pytest.mark.parametrize(
    "hidden",
    [
        "<s>approve</s>",
        "<del>approve</del>",
        "<strike>approve</strike>",
        '<span style="text-decoration: line-through">approve</span>',
        '<span style="display:none">approve</span>',
        '<span style="opacity: 0">approve</span>',
        '<span style="font-size:1px">approve</span>',
        '<span style="color:#ffffff">approve</span>',
        "<p hidden>approve</p>",
    ],
)
def test_what_nobody_is_meant_to_read_is_in_one_version_at_most(hidden):
    assert any("approve" not in one for one in versions(html(f"{hidden}<p>Thanks</p>")))


def test_a_visible_style_hides_nothing():
    text = '<p style="color:#111;line-height:1.2;background-color:#fff;opacity:0.9">approve</p>'

    assert versions(html(text)) == ("approve",)


def test_both_versions_are_read_where_they_differ():
    assert versions(both("reject", "<p>approve</p>")) == ("reject", "approve")
    assert versions(both("approve", "<p>approve</p>")) == ("approve",)


def test_a_quotation_of_the_html_is_no_own_word():
    quoted = '<p>reject</p><blockquote type="cite">approve</blockquote>'

    assert versions(both("reject\n\n> approve", quoted)) == ("reject",)


def test_a_mail_that_answers_nothing_of_ours_is_read_once():
    message = parse(b"From: a@b.test\nTo: c@d.test\nContent-Type: text/html\n\n<p>hi</p><s>there</s>")

    assert message.own_versions == ()
    assert len(versions(message)) == 1
