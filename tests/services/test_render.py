"""Renderer and check: the user's templates beside ours, what they may know, and what is refused."""

import re

import jinja2
import pytest

from daemon.desk.notices import NOTICES
from daemon.desk.samples import samples
from daemon.services.notice_context import known_to
from daemon.services.render import BadTemplateError, Renderer, RenderError, check_templates
from daemon.services.sandbox import MailEnvironment, environment, output
from daemon.shipped import folder
from tests.servers.templates import shipped_renderer

RENDERER = shipped_renderer()
EVERYTHING = {key: value for name in NOTICES for key, value in samples(name)[2].items()}


@pytest.fixture
def user_folder(tmp_path):
    """A folder of the user's own; call it with the path of a template and its source."""

    def write(path, source):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
        return tmp_path

    return write


def usual(name, **changed):
    return {**samples(name)[0], **changed}


class TestOwnTemplates:
    def test_a_file_of_the_user_overrides_the_shipped_one(self, user_folder):
        own = user_folder("ticket-opened/subject.txt.j2", "Ticket {{ ticket.number }}")

        mail = Renderer(own).render("ticket-opened", usual("ticket-opened"))
        assert mail.subject == "Ticket 1042"
        assert "Thank you, your mail has arrived" in mail.text

    def test_a_shared_piece_can_be_overridden_too(self, user_folder):
        own = user_folder("_base/sign.txt.j2", "\nYours, {{ desk.name }}\n")

        assert (
            Renderer(own)
            .render("public-answer", usual("public-answer"))
            .text.endswith("\nYours, IT Support\n")
        )

    def test_a_syntax_error_stops_the_start_with_file_and_line(self, user_folder):
        own = user_folder("ticket-opened/body.txt.j2", "Hello\n{% if %}\n")

        with pytest.raises(
            BadTemplateError, match=r"ticket-opened/body\.txt\.j2:2: Expected an expression"
        ) as caught:
            Renderer(own)
        assert len(caught.value.problems) == 1

    def test_all_problems_are_told_at_once(self, user_folder):
        user_folder("ticket-opened/body.txt.j2", "{% if %}")
        own = user_folder("ticket-openned/body.txt.j2", "")
        user_folder("ticket-new/body.text.j2", "")

        nothing, meant, odd = "overrides nothing: no", "(did you mean", "body.text.j2"
        told = check_templates(own)
        assert [line.replace(str(own), "") for line in told] == [
            f"/ticket-new/body.text.j2: {nothing} file of a notice is called {odd} {meant} body.txt.j2?)",
            f"/ticket-openned/body.txt.j2: {nothing} notice is called ticket-openned {meant} ticket-opened?)",
            "/ticket-opened/body.txt.j2:1: Expected an expression, got 'end of statement block'",
        ]

    def test_a_folder_that_is_not_there_is_told(self, tmp_path):
        assert check_templates(tmp_path / "none") == [f"{tmp_path}/none: no such folder of templates"]

    def test_a_template_that_is_no_text_is_told(self, tmp_path):
        (tmp_path / "ticket-opened").mkdir()
        (tmp_path / "ticket-opened/body.txt.j2").write_bytes(b"\xff\xfe")

        assert re.fullmatch(
            r"ticket-opened/body\.txt\.j2: cannot be read: .*utf-8.*", check_templates(tmp_path)[0]
        )

    def test_a_notice_without_templates_stops_the_start(self, monkeypatch):
        row = NOTICES["ticket-opened"]
        monkeypatch.setitem(NOTICES, "ticket-lost", row)

        with pytest.raises(
            BadTemplateError, match=r"ticket-lost/body\.html\.j2: no such file; every notice needs"
        ):
            Renderer()

    def test_a_name_that_is_not_there_is_told_with_its_line(self, user_folder):
        own = user_folder("ticket-opened/body.txt.j2", "Hello\n{{ ticket.nmae }}")

        assert check_templates(own) == [
            f"ticket-opened: {own}/ticket-opened/body.txt.j2:2: 'dict object' has no attribute 'nmae'"
        ]

    def test_the_shipped_templates_have_no_problems(self):
        assert check_templates() == []

    def test_every_shipped_template_is_of_a_notice_or_shared(self):
        assert {file.name for file in folder("templates").iterdir()} == {*NOTICES, "_base", "_languages"}


class TestSharing:
    def test_a_second_desk_has_only_templates_of_its_own_compiled(self, user_folder, monkeypatch):
        own = user_folder("ticket-opened/subject.txt.j2", "Ticket {{ ticket.number }}, of a second desk")
        compiled = []
        generate = MailEnvironment._generate

        def noted(self, tree, name, *rest, **how):
            compiled.append(name)
            return generate(self, tree, name, *rest, **how)

        monkeypatch.setattr(MailEnvironment, "_generate", noted)
        assert Renderer(own).render("ticket-opened", usual("ticket-opened")).subject.endswith("second desk")
        assert compiled == ["ticket-opened/subject.txt.j2"]

    def test_what_was_found_in_a_template_is_known_to_all_who_have_it(self, user_folder):
        own = Renderer(user_folder("ticket-opened/subject.txt.j2", '{{ _("Told {n} times", n=1) }}'))

        assert own.sentences() - RENDERER.sentences() == {"Told {n} times"}
        assert RENDERER.sentences() < own.sentences()
        named = {name for name in NOTICES if RENDERER.names_reader(name)}
        assert named
        assert {name for name in NOTICES if own.names_reader(name)} == named


AGENTS_ONLY = [
    "{{ ticket.priority }}",
    "{{ ticket.assignee }}",
    "{{ ticket.team }}",
    "{{ ticket.copied | length }}",
    "{{ ticket.notes }}",
    "{{ ticket._meta }}",
    "{{ entry.author_address }}",
    "{{ history[0].text }}",
    "{{ reply.internal }}",
    "{{ warnings[0] }}",
    "{{ arrival.sender }}",
    "{{ failure.reply }}",
]


class TestPublicScope:
    @pytest.mark.parametrize("name", [name for name, row in NOTICES.items() if row.audience.public])
    @pytest.mark.parametrize("source", AGENTS_ONLY)
    def test_a_template_for_people_outside_cannot_print_what_is_the_teams(self, name, source):
        template = environment(jinja2.DictLoader({"t": source}), html=False).get_template("t")

        with pytest.raises(jinja2.UndefinedError):
            output(template, known_to(NOTICES[name], EVERYTHING), 1000)

    def test_such_a_template_stops_the_check(self, user_folder):
        own = user_folder("ticket-opened/body.txt.j2", "{{ ticket.priority }}")

        assert check_templates(own) == [
            f"ticket-opened: {own}/ticket-opened/body.txt.j2:1: 'dict object' has no attribute 'priority'"
        ]

    def test_a_notice_whose_reply_goes_out_carries_no_internal_words(self):
        canary = "CANARY-7731"
        history = [
            {
                "author": "Bob",
                "author_address": "",
                "text": canary,
                "at": "Mon",
                "kind": kind,
                "attachments": [],
            }
            for kind in ("note", "held", "report")
        ]
        for name in ("ticket-new", "requester-replied", "duplicate-route"):
            mail = RENDERER.render(name, usual(name, history=history))
            assert canary not in mail.text + mail.html

        assert canary in RENDERER.render("internal-note", usual("internal-note", history=history)).text


class TestRefusals:
    def test_an_unknown_notice_is_refused(self):
        with pytest.raises(RenderError, match="ticket-lost: no such notice"):
            RENDERER.render("ticket-lost", {})

    def test_a_context_without_what_the_template_needs_is_refused(self):
        with pytest.raises(
            RenderError, match=r"^mail-quarantined: .*subject\.txt\.j2:1: 'arrival' is undefined$"
        ):
            RENDERER.render("mail-quarantined", {"desk": {"name": "x", "address": "y"}})
