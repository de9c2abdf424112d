"""What ``check`` says about the desk's own fields."""

import pytest

from tests.settings.conftest import ANN, DESK

SITE = '[[field]]\nname = "site"\nkind = "choice"\nchoices = ["Berlin", "Paris"]\ntypes = ["incident"]\n'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            '[[field]]\nname = "Site"\n',
            'field[1].name: expected small letters, digits, - and _ after a letter, got "Site"',
        ),
        (SITE + '[[field]]\nname = "site"\n', "field[2].name: site is the name of field[1] already"),
        (
            '[[field]]\nname = "site"\nkind = "choice"\n',
            "field[1].choices: missing; a field of the kind choice needs something to choose from",
        ),
        (
            '[[field]]\nname = "site"\nchoices = ["a"]\n',
            "field[1].choices: only a field of the kind choice has choices, this is a text",
        ),
        (
            '[[field]]\nname = "site"\nkind = "choice"\nchoices = [" "]\n',
            "field[1].choices: expected choices of printable characters",
        ),
        (
            '[[field]]\nname = "site"\ntypes = ["wish"]\n',
            'field[1].types[1]: expected one of incident, service-request, problem, change, got "wish"',
        ),
        (
            '[[field]]\nname = "site"\nkind = "colour"\n',
            'field[1].kind: expected one of "text", "number", "date", "choice", "flag", got "colour"',
        ),
    ],
)
def test_a_field_that_cannot_be_is_told(complaints, lines, said):
    (complaint,) = complaints(DESK + ANN + lines)

    assert complaint.partition(": ")[2] == said


def test_a_field_that_can_be_is_loaded(loaded):
    (field,) = loaded(DESK + ANN + SITE).field

    assert (field.name, field.choices, field.types) == ("site", ("Berlin", "Paris"), ("incident",))
