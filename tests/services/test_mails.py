"""The mails as they leave: complete, readable, escaped, and without anything from elsewhere."""

import re

import jinja2
import pytest

from daemon.desk.notices import NOTICES
from daemon.desk.samples import samples
from tests.servers.templates import shipped_renderer
from tests.services.mail_html import MailPage, contrast

MARKER = "-- reply above this line --"
EVERY = pytest.mark.parametrize(
    ("name", "at"),
    [pytest.param(name, at, id=f"{name}-{at}") for name in NOTICES for at in range(len(samples(name)))],
)
RENDERER = shipped_renderer()


def usual(name, **changed):
    return {**samples(name)[0], **changed}


class TestEveryNotice:
    @EVERY
    def test_renders_into_a_subject_and_two_bodies(self, name, at):
        mail = RENDERER.render(name, samples(name)[at])

        assert 0 < len(mail.subject) <= 200
        assert "\n" not in mail.subject
        assert mail.text.strip()
        assert mail.html.startswith("<!DOCTYPE html>")
        assert mail.html.endswith("</html>\n")

    @EVERY
    def test_prints_no_python(self, name, at):
        mail = RENDERER.render(name, samples(name)[at])

        assert re.search(r"\bNone\b|\[\]|\{\}|Undefined|<built-in", mail.text + mail.html) is None

    @EVERY
    def test_keeps_its_own_lines_short(self, name, at):
        mail = RENDERER.render(name, samples(name)[at])

        assert max(len(line.encode()) for line in mail.text.splitlines()) <= 998
        assert max(len(line.encode()) for line in mail.html.splitlines()) <= 998

    @pytest.mark.parametrize("name", NOTICES)
    def test_wraps_prose_at_78_columns(self, name):
        mail = RENDERER.render(
            name, usual(name, entry={**samples("ticket-new")[0]["entry"], "text": "short"})
        )

        assert [line for line in mail.text.splitlines() if len(line) > 78] == []

    @EVERY
    def test_leaves_at_most_one_line_empty_between_paragraphs_of_ours(self, name, at):
        mail = RENDERER.render(name, samples(name)[at])

        assert "\n\n\n" not in mail.text

    @EVERY
    def test_asks_for_nothing_from_elsewhere(self, name, at):
        page = MailPage(RENDERER.render(name, samples(name)[at]).html)
        links = [value for _, attribute, value in page.attributes if attribute == "href"]
        styles = " ".join(
            [*page.styles, *(value for _, attribute, value in page.attributes if attribute == "style")]
        )

        assert {attribute for _, attribute, _ in page.attributes} & {
            "src",
            "srcset",
            "background",
            "action",
        } == set()
        assert set(page.tags) & {"img", "link", "script", "iframe", "object", "form", "svg", "base"} == set()
        assert [link for link in links if not link.startswith(("http://", "https://", "mailto:"))] == []
        assert re.search(r"url\(|@import|@font-face|expression", styles) is None

    @EVERY
    @pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
    def test_has_a_contrast_of_4_5_everywhere(self, name, at, dark):
        page = MailPage(RENDERER.render(name, samples(name)[at]).html, dark=dark)

        pale = {(ink, paper) for _, ink, paper in page.painted if contrast(ink, paper) < 4.5}
        assert page.painted
        assert pale == set()

    @pytest.mark.parametrize("name", NOTICES)
    def test_says_the_same_in_both_bodies(self, name):
        mail = RENDERER.render(name, usual(name))
        words = set(re.findall(r"[a-z]{4,}", MailPage(mail.html).text.lower()))

        # Words by which only the plain body leads from one part to the next.
        leading = {"about", "from", "held", "said", "what", "with", "write"}
        # A link that HTML has under its words stands there in plain.
        said = re.sub(r"mailto:\S+", "", mail.text.lower())
        assert set(re.findall(r"[a-z]{4,}", said)) - words <= leading

    def test_compiles_no_template_again(self, monkeypatch: pytest.MonkeyPatch):
        """Compiling takes a hundred times as long as rendering."""
        monkeypatch.delattr(jinja2.Environment, "compile")

        for name in NOTICES:
            assert RENDERER.render(name, samples(name)[0]).text


class TestReplyMarker:
    @pytest.mark.parametrize(
        "name",
        ["ticket-opened", "ticket-new", "requester-replied", "public-answer", "internal-note", "mail-held"],
    )
    def test_is_the_first_line_where_a_reply_is_expected(self, name):
        mail = RENDERER.render(name, usual(name, marker=MARKER))

        assert mail.text.splitlines()[0] == MARKER
        assert MailPage(mail.html).text.startswith(MARKER)

    @pytest.mark.parametrize(
        "name", ["mail-quarantined", "budget-digest", "delivery-failed", "answer-refused"]
    )
    def test_is_absent_where_nobody_should_reply(self, name):
        mail = RENDERER.render(name, usual(name, marker=MARKER))

        assert MARKER not in mail.text + mail.html


class TestWholeMails:
    def test_an_acknowledgement_tells_the_number_and_what_happens_next(self):
        assert (
            RENDERER.render("ticket-opened", usual("ticket-opened")).text
            == """\
-- reply above this line --

Hello Rita Requester,

Thank you, your mail has arrived. It is ticket [#1042]: The printer on the
second floor prints only stripes

A person will read it and answer you by mail. There is nothing else you need
to do.

You can expect an answer by Mon 15 Jan 2024, 11:00 CET, and a solution by
Tue 16 Jan 2024, 10:00 CET.

We took it as an incident: something does not work as it should. If you want
to have something instead, reply with the word REQUEST.

If you want to add something, reply to this mail.

-- \n\
IT Support, ticket [#1042]
"""
        )

    def test_an_answer_is_the_agents_words_and_a_small_footer(self):
        mail = RENDERER.render("public-answer", usual("public-answer"))

        assert (
            mail.text
            == """\
-- reply above this line --

Hello Rita,

the drum is worn out. A new one comes tomorrow before ten; until then the printer
in room 2.11 is yours as well.

Kind regards
Ann

-- \n\
IT Support, ticket [#1042]
"""
        )
        assert "ann@example.com" not in mail.html

    def test_agents_see_who_wrote_the_text_the_context_and_how_to_answer(self):
        assert (
            RENDERER.render("requester-replied", usual("requester-replied")).text
            == """\
-- reply above this line --

Rita Requester <rita@example.com> wrote, Mon 15 Jan 2024, 10:00

Now it prints nothing at all.

______________________________________________________________________
Ticket [#1042]  The printer on the second floor prints only stripes

  State      open, P3, incident
  Team       service-desk
  Assignee   Ann
  Requester  Rita Requester <rita@example.com>
  Copied     Carl Copied <carl@example.com>
  Opened     Mon 15 Jan 2024, 10:00

How to answer

  Reply to this mail: your words go to Rita Requester and 1 copied person.
  A note for agents only: write to
    support+n1042.k7f3.b6xh3pd9ae@example.com
  Commands, at the top of your mail, one on a line: #take #resolve #close
  #note #help

Earlier, newest first

  Ann, answer, Mon 15 Jan 2024, 10:20
    Hello Rita, the drum is worn out. A new one comes tomorrow before ten;
    until then the printer in room 2.11 is yours as well. Kind regards Ann
"""
        )

    def test_command_results_say_of_each_line_what_became_of_it(self):
        assert (
            RENDERER.render("command-results", usual("command-results")).text
            == """\
-- reply above this line --

What became of your commands on ticket [#1042]:

refused  #take
         not done, because another line was refused
refused  #clsoe
         there is no command #clsoe (did you mean #close?); #help lists them
         all

Nothing in your mail was done, and its words were not sent. Correct it and
send it again.

  Commands, at the top of your mail, one on a line: #take #resolve #close
  #note #help

-- \n\
IT Support, ticket [#1042]
"""
        )

    def test_commands_that_were_done_are_not_called_refused(self):
        mail = RENDERER.render("command-results", samples("command-results")[1])

        assert "done     #take\n         assigned to you\n" in mail.text
        assert "refused" not in mail.text + MailPage(mail.html).text
        assert "Nothing in your mail was done" not in mail.text + mail.html

    def test_subjects_of_one_ticket_thread_together(self):
        subjects = {
            RENDERER.render(name, usual(name)).subject for name in NOTICES if "entry" in NOTICES[name].keys
        }

        tagged = "[#1042] The printer on the second floor prints only stripes"
        assert subjects == {tagged, f"Re: {tagged}", f"Well again: {tagged}", "Not sent: [#1042] Printer"}

    def test_a_sub_address_is_given_as_a_mailto_link_with_the_tag(self):
        html = RENDERER.render("ticket-new", usual("ticket-new")).html

        link = "mailto:support+n1042.k7f3.b6xh3pd9ae@example.com?subject=Note%20%5B%231042%5D"
        assert f'href="{link}"' in html

    def test_without_an_internal_address_none_is_offered(self):
        mail = RENDERER.render(
            "ticket-new", usual("ticket-new", reply={"public": "a@example.com", "internal": ""})
        )

        assert "note for agents only" not in mail.text + mail.html

    def test_an_answer_that_solves_says_so_and_how_to_object(self):
        ticket = {**usual("public-answer")["ticket"], "state": "resolved"}

        mail = RENDERER.render("public-answer", usual("public-answer", ticket=ticket))
        sentence = (
            "Is it solved? Reply with the one word YES or NO. If we hear nothing, we take it as solved."
        )
        assert " ".join(mail.text.split()).endswith(f"Ann {sentence} -- IT Support, ticket [#1042]")
        assert sentence in MailPage(mail.html).text.replace("NO .", "NO.")

    def test_an_answer_that_closes_says_how_to_object(self):
        ticket = {**usual("public-answer")["ticket"], "state": "closed"}

        mail = RENDERER.render("public-answer", usual("public-answer", ticket=ticket))
        sentence = "We take this as solved. If it is not, reply to this mail."
        assert mail.text.endswith(f"Kind regards\nAnn\n\n{sentence}\n\n-- \nIT Support, ticket [#1042]\n")
        assert sentence in MailPage(mail.html).text

    def test_agents_are_told_where_nobody_can_be_answered(self):
        ticket = {
            **usual("ticket-new")["ticket"],
            "requester": {"name": "somebody unknown", "address": ""},
            "copied": [],
        }

        mail = RENDERER.render("ticket-new", usual("ticket-new", ticket=ticket))
        assert "Nobody outside can be answered" in mail.text
        assert "Nobody outside can be answered" in mail.html
        assert "your words go to" not in mail.text + mail.html
