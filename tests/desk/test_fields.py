"""The desk's own fields: what each takes."""

import pytest

from daemon.desk.fields import BadValue, FieldSettings, field_named, value_for
from storage.vocabulary import TicketType

SITE = FieldSettings(name="site", kind="choice", choices=("Berlin", "Paris"))
RISK = FieldSettings(name="risk", types=(TicketType.CHANGE,))


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  a   b ", "a b"),
        ("text", "", ""),
        ("number", "-1.5", "-1.5"),
        ("date", "2024-02-29", "2024-02-29"),
        ("choice", "PARIS", "Paris"),
        ("flag", "On", "yes"),
        ("flag", "0", "no"),
        ("number", " ", ""),
    ],
)
def test_value_is_kept_in_one_form(kind: str, typed: str, kept: str):
    assert value_for(FieldSettings(name="x", kind=kind, choices=SITE.choices), typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        ("text", "x" * 501, "at most 500 printable"),
        ("text", "a\x07", "printable"),
        ("number", "1,5", "expected a number"),
        ("date", "5 jan", "expected a day like 2026-01-05"),
        ("date", "2024-02-30", "expected a day"),
        ("choice", "Rome", "expected one of Berlin, Paris"),
        ("flag", "maybe", "expected yes or no"),
    ],
)
def test_another_value_is_refused_with_what_was_expected(kind: str, typed: str, reason: str):
    with pytest.raises(BadValue, match=reason):
        value_for(FieldSettings(name="x", kind=kind, choices=SITE.choices), typed)


def test_a_field_is_found_by_name_on_the_types_that_have_it():
    assert field_named("Site", (SITE, RISK), TicketType.INCIDENT) is SITE
    assert field_named("risk", (SITE, RISK), TicketType.CHANGE) is RISK
    with pytest.raises(BadValue, match="this incident has no field 'risk'; there are: site"):
        field_named("risk", (SITE, RISK), TicketType.INCIDENT)
    with pytest.raises(BadValue, match="there are: none"):
        field_named("risk", (), TicketType.INCIDENT)
