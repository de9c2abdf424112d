"""What a template cannot do, whoever wrote it."""

import jinja2
import pytest

from daemon.desk.samples import samples
from daemon.services.render import check_templates
from daemon.services.sandbox import environment, output
from daemon.shipped import folder
from tests.servers.templates import shipped_renderer

ATTACKS = [
    "{{ ticket.__class__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ desk['__class__'] }}",
    "{{ ticket.items() }}",
    "{{ desk.name.upper() }}",
    "{{ '{0.__class__}'.format(desk) }}",
    "{{ desk.name.format_map(desk) }}",
    "{{ desk | attr('name') }}",
    "{{ '%0100000000d' % 3 }}",
    "{{ '{:>100000000}'.format(1) }}",
    "{{ 'a' * 100000000 }}",
    "{{ [0] * 100000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 1000000000 * 1000000000 }}",
    "{{ 'a' | center(100000000) }}",
    "{{ range(5) | list }}",
    "{{ cycler }}",
    "{{ lipsum() }}",
    "{{ dict(a=1) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ desk.name.nothing }}",
    "{{ desk.nothing.more }}",
    "{{ desk.name[5000] }}",
    "{{ 1 / 0 }}",
    "{{ 1 + 'a' }}",
    "{{ ticket }}",
    "{{ entry.attachments }}",
    "{{ entry.text | safe }}",
    "{{ entry.text | tojson }}",
    "{% autoescape false %}{{ entry.text }}{% endautoescape %}",
    "{% include '../../pyproject.toml' %}",
    "{% include '/etc/passwd' %}",
    "{% include 'attack' %}",
    "{% for one in entry.text recursive %}{{ loop(entry.text) }}{% endfor %}",
    "{% for one in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for a in entry.text %}{% for b in entry.text %}{{ entry.text }}{% endfor %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "{{ ''[desk] }}",
]


FAULTS = (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, RecursionError)
LOADER = jinja2.FileSystemLoader(folder("templates"))


@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
@pytest.mark.parametrize("source", ATTACKS)
def test_an_attack_in_a_template_ends_in_an_error(source, html):
    made = environment(jinja2.ChoiceLoader([jinja2.DictLoader({"attack": source}), LOADER]), html=html)

    with pytest.raises(FAULTS):
        output(made.get_template("attack"), samples("ticket-new")[0], 200_000)


@pytest.mark.parametrize("source", ["{{ ticket.__class__ }}", "{{ entry.text | safe }}", "{{ 1 / 0 }}"])
def test_an_attack_is_found_before_a_mail_depends_on_it(tmp_path, source):
    (tmp_path / "ticket-new").mkdir()
    (tmp_path / "ticket-new/body.html.j2").write_text(source, encoding="utf-8")

    told = check_templates(tmp_path)
    assert told
    assert all("ticket-new/body.html.j2:1: " in line for line in told)


def test_escaping_cannot_be_switched_off(tmp_path):
    (tmp_path / "ticket-new").mkdir()
    (tmp_path / "ticket-new/body.html.j2").write_text(
        "\n{% autoescape false %}{% endautoescape %}", encoding="utf-8"
    )

    assert check_templates(tmp_path) == [
        f"{tmp_path}/ticket-new/body.html.j2:2: escaping cannot be switched off"
    ]


def rendered(source, **data):
    return output(environment(jinja2.DictLoader({"t": source}), html=False).get_template("t"), data, 1000)


def test_keys_lists_loops_numbers_and_macros_are_there():
    source = (
        "{% macro twice(n) %}{{ n * 2 }}{% endmacro %}"
        "{% for one in people %}{{ loop.index }}/{{ loop.length }} "
        "{{ one.name }} {{ one['age'] % 7 }} {% endfor %}"
        "{{ twice(people[0].age) }} {{ people[0].name[:2] }}"
    )

    people = [{"name": "Rita", "age": 40}, {"name": "Carl", "age": 41}]
    assert rendered(source, people=people) == "1/2 Rita 5 2/2 Carl 6 80 Ri"


def test_a_key_named_like_a_method_of_a_dict_is_the_key():
    assert rendered("{{ shop.items }}", shop={"items": "three"}) == "three"


def test_a_block_of_the_layout_can_be_kept():
    templates = {
        "base": "{% block top %}base{% endblock %}",
        "t": "{% extends 'base' %}{% block top %}{{ super() }}!{% endblock %}",
    }

    assert output(environment(jinja2.DictLoader(templates), html=False).get_template("t"), {}, 100) == "base!"


def test_text_that_calls_itself_html_is_refused_at_the_door():
    class Sly(str):
        __slots__ = ()

        def __html__(self):
            return "<script>"

    renderer, sample = shipped_renderer(), samples("ticket-new")[0]
    with pytest.raises(
        Exception, match=r"context desk\.name: expected text, a number, a list or a dict, got Sly"
    ):
        renderer.render("ticket-new", {**sample, "desk": {"name": Sly("x"), "address": "a@example.com"}})


@pytest.mark.parametrize(
    "value", [None, object(), b"bytes", {1, 2}, len], ids=lambda value: type(value).__name__
)
def test_a_value_that_is_no_plain_data_is_refused(value):
    renderer, sample = shipped_renderer(), samples("ticket-new")[0]

    with pytest.raises(Exception, match=r"ticket-new: context warnings\[0\]: expected text, a number"):
        renderer.render("ticket-new", {**sample, "warnings": [value]})
