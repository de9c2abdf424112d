"""Every notice in every language: catalogues that are complete, places that are filled, and plain mails."""

import ast
import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jinja2
import pytest

from daemon.desk.approval_steps import StepKind
from daemon.desk.approvals import ApprovalState, EndingKind
from daemon.desk.fulfilment import TaskState
from daemon.desk.notices import NOTICES
from daemon.desk.proof import Proof
from daemon.desk.samples import samples
from daemon.desk.sentences import PLACE, sentence
from daemon.mail.marker import REPLY_MARKERS
from daemon.services import languages
from daemon.services.languages import BadCatalogueError, Catalogue, catalogue, chosen, length, written
from daemon.services.render import BadTemplateError, Renderer, check_templates
from daemon.services.sandbox import environment, output
from daemon.shipped import folder
from storage.vocabulary import (
    LANGUAGES,
    Clock,
    EntryKind,
    Level,
    LinkKind,
    SegmentKind,
    TicketState,
    TicketType,
)
from tests.servers.templates import shipped_renderer

RENDERER = shipped_renderer()
SHIPPED = (folder("templates"),)
OTHERS = LANGUAGES[1:]
MORNING = datetime(2024, 1, 15, 9, tzinfo=UTC)
EACH = pytest.mark.parametrize("language", OTHERS)


# What is kept as a word of ours, and said to people in their language.
STORED = (
    *(TicketState, TicketType, EntryKind, Clock, Level, LinkKind, SegmentKind),
    *(ApprovalState, EndingKind, StepKind, TaskState, Proof, ("approve", "reject", "stopped")),
)


@cache
def every_sentence():
    """Return what a catalogue has to have."""
    return {*RENDERER.sentences(), *made_in_code(), *stored_words()}


def made_in_code():
    """Yield the sentences that are made in code."""
    for file in Path(languages.__file__).parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sentence":
                words = node.args[0]
                assert isinstance(words, ast.Constant), f"{file}:{node.lineno}: expected a plain text"
                yield words.value


def stored_words():
    """Yield the words that the filter ``spoken`` and ``term`` read aloud."""
    stored = [word for words in STORED for word in words]
    return {word.replace("-", " ") for word in (*stored, *NOTICES)}


def rendered(source, known=None, html=False, **data):
    templates = jinja2.DictLoader({"t": source})
    return output(
        environment(templates, html=html, catalogue=known or Catalogue()).get_template("t"), data, 1000
    )


@pytest.fixture
def own_catalogue(tmp_path):
    """The user's folder with a catalogue; call it with its entries."""

    def write(entries, name="de.po"):
        file = tmp_path / "_languages" / name
        file.parent.mkdir(exist_ok=True)
        head = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        file.write_text(head + entries, encoding="utf-8")
        return tmp_path

    return write


class TestCatalogues:
    @EACH
    def test_has_every_sentence_and_no_other(self, language):
        known = catalogue(language, SHIPPED)

        assert {*known.sentences, *known.plurals} == every_sentence()

    @EACH
    def test_is_not_english(self, language):
        known = catalogue(language, SHIPPED)
        same = {words for words, told in known.sentences.items() if words == told and " " in words}

        # A word and a number, which are the same in several languages.
        assert same <= {"Ticket {ticket.tag}", "Note {ticket.tag}", "{desk.name}, ticket {ticket.tag}"}

    @EACH
    def test_keeps_labels_within_their_column(self, language):
        known = catalogue(language, SHIPPED)
        texts = "".join(file.read_text("utf-8") for file in SHIPPED[0].rglob("*.txt.j2"))
        labels = re.findall(r'_\("([^"]+)"\) \| column\(11\)', texts)

        assert "Requester" in labels
        assert [label for label in labels if len(known.of(label)) > 9] == []

    def test_words_of_the_user_take_the_place_of_ours(self, own_catalogue):
        own = own_catalogue('msgid "Hello {name},"\nmsgstr "Hallo {name},"\n')

        mail = Renderer(own).render("ticket-opened", {**samples("ticket-opened")[0], "language": "de"})
        assert "Hallo Rita Requester," in mail.text
        assert "Vielen Dank" in mail.text

    @pytest.mark.parametrize(
        ("entries", "fault"),
        [
            (
                'msgid "Hello {name},"\nmsgstr "Hallo {nmae},"\n',
                'de.po:4: expected {name} in "Hallo {nmae},"',
            ),
            ('msgid "Hello,"\nmsgstr "Hallo {name},"\n', "de.po:4: expected no places in"),
            (
                'msgid "*Reply* now"\nmsgstr "Antworten *Sie"\n',
                'de.po:4: expected 2 signs * in "Antworten *Sie"',
            ),
            (
                'msgid "{n} mail"\nmsgid_plural "{n} mails"\nmsgstr[0] "eine"\nmsgstr[1] "viele"\n',
                'de.po:4: expected {n} in "viele"',
            ),
            ("msgid 7", "de.po: cannot be read: "),
        ],
        ids=["misspelt place", "place too many", "bold lost", "count lost", "no catalogue"],
    )
    def test_a_wrong_one_stops_the_start_with_file_and_line(self, own_catalogue, entries, fault):
        own = own_catalogue(entries)

        with pytest.raises(BadTemplateError, match=re.escape(fault)):
            Renderer(own)
        assert any(fault in line for line in check_templates(own))

    def test_a_file_of_no_language_of_ours_is_told(self, own_catalogue):
        own = own_catalogue("", "xx.po")

        assert check_templates(own) == [
            f"{own}/_languages/xx.po: expected a catalogue called de.po, es.po, fr.po, it.po, nl.po"
        ]

    def test_one_that_is_nowhere_is_told(self, tmp_path):
        with pytest.raises(BadCatalogueError, match=r"_languages/de\.po: no such catalogue"):
            catalogue("de", (tmp_path,))


class TestEveryNotice:
    @pytest.mark.no_cover
    @EACH
    def test_is_written_in_the_language_with_the_words_of_the_mail_kept(self, language):
        for name in NOTICES:
            for sample in samples(name):
                mail = RENDERER.render(name, {**sample, "language": language})

                assert f'<html lang="{language}">' in mail.html
                assert PLACE.search(mail.subject + mail.text) is None
                assert "\n\n\n" not in mail.text
                assert "<script" not in mail.html

    @pytest.mark.no_cover
    @EACH
    def test_wraps_prose_at_78_columns(self, language):
        for name in NOTICES:
            short = {**samples("ticket-new")[0]["entry"], "text": "short"}
            mail = RENDERER.render(name, {**samples(name)[0], "entry": short, "language": language})

            assert [line for line in mail.text.splitlines() if len(line) > 78] == []

    def test_says_in_german_what_it_says_in_english(self):
        sample = {**samples("ticket-closed")[0], "language": "de", "marker": REPLY_MARKERS["de"]}

        assert (
            RENDERER.render("ticket-closed", sample).text
            == """\
-- Antwort bitte oberhalb dieser Zeile --

Guten Tag Rita Requester!

Ihr Ticket [#1042] ist geschlossen: The printer on the second floor prints
only stripes

Wenn noch etwas fehlt, antworten Sie auf diese Mail, und wir sehen es uns
noch einmal an.

-- \n\
IT Support, Ticket [#1042]
"""
        )

    def test_a_sentence_made_in_code_is_said_in_the_language_of_the_reader(self):
        told = sentence("{address} cannot be linked.", address="<b>@example.com")
        link = {**samples("address-told")[0]["link"], "state": "refused", "reason": told}

        mail = RENDERER.render("address-told", {**samples("address-told")[0], "link": link, "language": "fr"})
        assert "<b>@example.com ne peut pas être liée." in mail.text
        assert "&lt;b&gt;@example.com ne peut" in mail.html
        assert type(str(told)) is str
        assert told == "<b>@example.com cannot be linked."

    def test_a_hard_space_before_a_colon_is_no_place_to_break(self):
        assert "ticket [#1042]\u00a0: The" in RENDERER.render(
            "ticket-opened", {**samples("ticket-opened")[0], "language": "fr"}
        ).text.replace("\n", " ")


class TestCompiledSentences:
    GERMAN = Catalogue(
        "de",
        {"It is *{ticket.tag}*: {subject}": "<Es> ist {subject}, *{ticket.tag}*", "none": "keine"},
        {("{n} file", "{n} files"): ("eine Datei", "{n} Dateien")},
    )
    FRENCH = Catalogue("fr", {}, {("{n} file", "{n} files"): ("{n} fichier", "{n} fichiers")}, True)

    def test_are_escaped_in_html_with_their_values(self):
        source = '{{ _("It is *{ticket.tag}*: {subject}", subject=bdi(s)) }}'

        told = rendered(source, self.GERMAN, html=True, ticket={"tag": "<1>"}, s="a & b")
        assert told == "&lt;Es&gt; ist <bdi>a &amp; b</bdi>, <b>&lt;1&gt;</b>"

    def test_have_no_marks_in_text(self):
        source = '{{ _("It is *{ticket.tag}*: {subject}", subject=bdi(s)) | upper }}'

        assert rendered(source, self.GERMAN, ticket={"tag": "x"}, s="a") == "<ES> IST A, X"

    def test_stay_markup_where_they_are_handed_on(self):
        source = (
            '{% macro m(w) %}[{{ w }}]{% endmacro %}{{ m(_("*{a}* & *b*")) }}{{ m(_("*c*")) }}{{ m(_("<")) }}'
        )

        assert rendered(source, html=True, a="<") == "[<b>&lt;</b> &amp; <b>b</b>][<b>c</b>][&lt;]"

    def test_are_fixed_text_between_what_is_filled_in(self):
        made = environment(jinja2.DictLoader({}), html=False, catalogue=self.GERMAN)

        code = made.compile('a {{ _("none") }} {{ _("none") | column(8) }}b', raw=True)
        assert "'a keine keine   b'" in code

    @pytest.mark.parametrize(
        ("known", "told"),
        [
            (Catalogue(), ["0 files", "1 file", "2 files", "1,200 files"]),
            (GERMAN, ["0 Dateien", "eine Datei", "2 Dateien", "1.200 Dateien"]),
            (FRENCH, ["0 fichier", "1 fichier", "2 fichiers", "1\u202f200 fichiers"]),
        ],
        ids=["en", "de", "fr"],
    )
    def test_count_as_the_language_does(self, known, told):
        source = '{{ _n("{n} file", "{n} files", n=count) }}'

        assert [rendered(source, known, count=count) for count in (0, 1, 2, 1200)] == told

    @pytest.mark.parametrize(
        ("source", "fault"),
        [
            ("\n{{ _(words) }}", "t:2: expected 1 text in quotes to translate"),
            ('{{ _n("a", n=1) }}', "t:1: expected 2 texts in quotes"),
            ('{{ _n("a", "b") }}', "t:1: _n counts n: expected n="),
            ('{{ _("a {b}", c=1) }}', "t:1: no place {c} in the sentence"),
            ("{{ bdi() }}", "t:1: bdi takes one value"),
        ],
    )
    def test_that_are_wrong_are_told_with_their_line(self, source, fault):
        with pytest.raises(jinja2.TemplateSyntaxError) as caught:
            rendered(source)

        assert fault in f"{caught.value.name}:{caught.value.lineno}: {caught.value.message}"

    def test_a_place_without_a_value_is_an_error(self):
        with pytest.raises(jinja2.UndefinedError, match="nothing"):
            rendered('{{ _("a {nothing}") }}')


class TestValues:
    def test_moments_are_written_as_the_language_does(self):
        assert [written(MORNING, "Europe/Berlin", language) for language in LANGUAGES] == [
            "Mon 15 Jan 2024, 10:00 CET",
            "Mo., 15. Jan. 2024, 10:00 CET",
            "lun, 15 ene 2024, 10:00 CET",
            "lun. 15 janv. 2024, 10:00 CET",
            "lun 15 gen 2024, 10:00 CET",
            "ma 15 jan 2024, 10:00 CET",
        ]

    def test_sizes_are_written_as_the_language_does(self):
        def told(language):
            known = Catalogue(language)
            return rendered("{{ 900 | size }}, {{ 1250000 | size }}", known).replace("\u202f", " ")

        assert {language: told(language).replace("\u00a0", " ") for language in LANGUAGES} == {
            "en": "900 bytes, 1.2 MB",
            "de": "900 Byte, 1,2 MB",
            "es": "900 B, 1,2 MB",
            "fr": "900 o, 1,2 Mo",
            "it": "900 byte, 1,2 MB",
            "nl": "900 byte, 1,2 MB",
        }

    @pytest.mark.parametrize(
        ("seconds", "told"),
        [(0, "0 Min."), (45, "45 Sek."), (3600, "1 Std."), (5400, "1 Std. 30 Min."), (-5, "0 Min.")],
    )
    def test_lengths_are_written_as_the_language_does(self, seconds, told):
        assert length(seconds, "de").replace("\u00a0", " ") == told

    def test_a_length_in_english_is_short(self):
        assert length(5400) == "1 h 30 min"

    @pytest.mark.parametrize(
        ("known", "language"), [("fr", "fr"), ("", "de"), ("pt", "en")], ids=["ours", "unknown", "not ours"]
    )
    def test_who_writes_a_language_that_we_do_not_gets_english(self, known, language):
        assert chosen(known, "de") == language


def test_a_desk_that_writes_only_english_never_loads_babel():
    code = (
        "import sys; from daemon.services.render import Renderer; from daemon.desk.samples import samples;"
        "Renderer().render('ticket-new', samples('ticket-new')[0]); print('babel' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
