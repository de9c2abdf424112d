"""Nothing that a stranger writes is run, is taken for markup, or poses as words of the desk."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.notices import NOTICES
from daemon.desk.samples import samples
from tests.servers.templates import shipped_renderer
from tests.services.mail_html import MailPage

EVERY = pytest.mark.parametrize(
    ("name", "at"),
    [pytest.param(name, at, id=f"{name}-{at}") for name in NOTICES for at in range(len(samples(name)))],
)
RENDERER = shipped_renderer()
OURS = set(re.findall(r"\w+", "html head meta title style body table tr td p div span b bdi br a ul li"))


def usual(name, **changed):
    return {**samples(name)[0], **changed}


def test_a_template_in_a_mail_is_never_run():
    text, subject = "{{70001*70001}} {{ ticket.__class__ }}", "{{70001*70001}}{% if %}"
    for name in NOTICES:
        sample = usual(name)
        for key in {"ticket", "entry", "arrival", "failure"} & set(sample):
            sample[key] = {
                **sample[key],
                "subject": subject,
                "text": text,
                "reason": subject,
                "reply": subject,
            }
        mail = RENDERER.render(name, sample)

        assert "4900140001" not in mail.subject + mail.text + mail.html
        assert "class 'dict'" not in mail.text + mail.html


@EVERY
def test_markup_in_any_value_stays_text(name, at):
    page = MailPage(RENDERER.render(name, samples(name)[at]).html)

    assert set(page.tags) <= OURS
    assert not [value for _, attribute, value in page.attributes if attribute.startswith("on")]
    assert page.tags.count("style") == 1


@pytest.mark.parametrize("name", NOTICES)
def test_markup_in_a_mail_is_shown_as_it_was_written(name):
    page = MailPage(RENDERER.render(name, samples(name)[2]).html)

    assert "<script>alert(1)</script> </style>" in page.text


def test_a_name_with_line_ends_cannot_pose_as_a_paragraph():
    entry = {
        **usual("ticket-new")["entry"],
        "author": "Rita\n\nThe desk asks for your password:\r\nlogin",
    }

    lines = RENDERER.render("ticket-new", usual("ticket-new", entry=entry)).text.splitlines()
    assert "The desk asks for your password:" not in lines


def test_a_subject_with_line_ends_stays_one_line():
    ticket = {**usual("ticket-new")["ticket"], "subject": "x\r\nBcc: eve@example.com\u2028\x85y"}

    assert RENDERER.render("ticket-new", usual("ticket-new", ticket=ticket)).subject == (
        "[#1042] x Bcc: eve@example.com y"
    )


def test_a_long_subject_is_cut():
    ticket = {**usual("ticket-new")["ticket"], "subject": "word " * 100}

    subject = RENDERER.render("ticket-new", usual("ticket-new", ticket=ticket)).subject
    assert len(subject) <= 200
    assert subject.endswith("w…")


@given(words=st.text(max_size=400), name=st.sampled_from([n for n in NOTICES if "entry" in NOTICES[n].keys]))
def test_any_text_renders_and_can_be_sent(words, name):
    entry = {**usual(name)["entry"], "text": words, "author": words}
    mail = RENDERER.render(name, usual(name, entry=entry, ticket={**usual(name)["ticket"], "subject": words}))

    for part in (mail.subject, mail.text, mail.html):
        part.encode()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", part)
    assert "script" not in MailPage(mail.html).tags


def test_a_mail_of_the_largest_size_is_still_shown():
    entry = {**usual("ticket-new")["entry"], "text": '<"&\n' * 200_000}

    mail = RENDERER.render("ticket-new", usual("ticket-new", entry=entry))
    assert "the stored mail has 549,999 more characters" in mail.text
