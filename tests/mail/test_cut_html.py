"""New words in HTML mails, told by what mail programs mark in its structure."""
# ruff: noqa: E501 - HTML stands here as programs write it

import pytest

from daemon.mail.parse import parse
from tests.mail.build import mail

HTML = {
    "gmail": (
        '<div dir="ltr">It works.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Jan 15, 2024 '
        'at 9:00 AM Support &lt;support@desk.test&gt; wrote:<br></div><blockquote class="gmail_quote" '
        'style="border-left:1px solid #ccc">Try it</blockquote></div>'
    ),
    "outlook desktop": (
        '<div><p>It works.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Support<br>'
        "<b>Sent:</b> Monday<br><b>To:</b> Ann<br><b>Subject:</b> x</p></div><p>Try it</p></div>"
    ),
    "outlook web": (
        '<div>It works.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Support<br><b>Sent:</b> Monday<br>'
        "<b>To:</b> Ann</div><div>Try it</div>"
    ),
    "outlook mobile": '<div>It works.</div><div id="ms-outlook-mobile-signature">Get Outlook for iOS</div>'
    '<div id="appendonsend"></div><hr><div>Von: Support<br>Gesendet: Montag<br>An: Ann</div><div>Try it</div>',
    "apple": (
        '<div>It works.<br><div><br><blockquote type="cite"><div>On 15 Jan 2024, at 09:00, Support '
        "&lt;support@desk.test&gt; wrote:</div><br><div>Try it</div></blockquote></div></div>"
    ),
    "thunderbird": (
        '<p>It works.</p><div class="moz-cite-prefix">On 15.01.24 09:00, Support wrote:<br></div>'
        '<blockquote type="cite">Try it</blockquote>'
    ),
    "yahoo": (
        '<div>It works.</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, January 15, 2024, '
        "Support &lt;support@desk.test&gt; wrote:</div><div>Try it</div></div>"
    ),
    "proton": (
        '<div>It works.</div><div class="protonmail_quote">On Monday, January 15th, 2024 at 9:00 AM, Support '
        '&lt;support@desk.test&gt; wrote:<br><blockquote type="cite">Try it</blockquote></div>'
    ),
    "gmx": (
        '<div>It works.</div><div name="quote" style="border-left:2px solid"><div><b>Gesendet:</b> Montag<br>'
        "<b>Von:</b> Support<br><b>An:</b> Ann<br><b>Betreff:</b> x</div><div>Try it</div></div>"
    ),
    "yandex": '<div>It works.</div><div>15.01.2024, 09:00, "Support" &lt;support@desk.test&gt;:</div>'
    "<blockquote><p>Try it</p></blockquote>",
    "zimbra": '<div>It works.</div><hr id="zwchr"><div><b>From: </b>Support<br><b>To: </b>Ann<br>'
    "<b>Sent: </b>Monday<br><b>Subject: </b>x</div><div>Try it</div>",
    "samsung": "<div>It works.</div><div>-------- Original message --------</div><div>From: Support</div>"
    "<div>Date: 15/01/2024 09:00 (GMT+01:00)</div><div>To: Ann</div><div>Subject: x</div><div>Try it</div>",
    "hotmail": "<div>It works.<br><br><hr>Date: Mon, 15 Jan 2024 09:00:00<br>From: Support<br>To: Ann<br>"
    "Subject: x<br><br>Try it</div>",
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_quotation_in_html_is_cut_by_its_structure(html):
    assert parse(mail(html, content_type="text/html")).new_text == "It works."


def test_rule_without_a_header_block_below_cuts_nothing():
    html = "<div>Hi<div>there</div></div><hr><div>Bob</div>"

    assert parse(mail(html, content_type="text/html")).new_text.split() == ["Hi", "there", "Bob"]


def test_rule_above_the_author_and_the_date_of_a_mail_begins_a_quotation():
    html = "Reply<div><hr><div><b>From: bob@example.com</b> <b>Date: Thu, 24 Mar 2016</b></div><div>Old</div></div>"

    assert parse(mail(html, content_type="text/html")).new_text == "Reply"


def test_section_that_outlook_for_mac_marks_is_cut():
    html = '<div>It works.</div><span id="OLK_SRC_BODY_SECTION"><div>From: Bob<br>Date: today<br>To: Ann</div>old</span>'

    assert parse(mail(html, content_type="text/html")).new_text == "It works."


def test_indented_passage_of_html_is_no_quotation():
    html = '<p>Do this:</p><blockquote style="margin:0 0 0 40px;border:none">step one</blockquote><p>Then call.</p>'

    assert parse(mail(html, content_type="text/html")).new_text == "Do this:\n\nstep one\n\nThen call."


def test_gmail_block_that_holds_no_quotation_stays():
    html = '<div>See below</div><div class="gmail_quote"><div>my own words</div></div>'

    assert "my own words" in parse(mail(html, content_type="text/html")).new_text
