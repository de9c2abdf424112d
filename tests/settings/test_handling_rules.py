"""What ``check`` says about the settings of priority, types, categories, routes and absences."""

import pytest

from tests.settings.conftest import ANN, DESK

TEAM = '[[team]]\nname = "service-desk"\nmembers = ["ann@corp.test"]\n'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            '[priority]\nimpact_high = ["P1", "P2"]\n',
            "priority.impact_high: expected 3 priorities, for high, medium and low urgency, got 2",
        ),
        (
            '[priority]\nimpact_high = ["P1", "P5", "P3"]\n',
            'priority.impact_high[2]: expected one of "P1", "P2", "P3", "P4", got "P5"',
        ),
        (
            '[priority]\nimpact_high = ["P2", "P1", "P3"]\n',
            "priority.impact_high: expected priorities that do not rise as the urgency falls",
        ),
        (
            '[priority]\nimpact_low = ["P1", "P4", "P4"]\n',
            (
                "priority.impact_low: with high urgency the priority rises as the impact falls "
                "(compare the three rows from top to bottom)"
            ),
        ),
        (
            '[priority]\nvips = ["boss @corp.test"]\n',
            'priority.vips[1]: expected an address, a domain, or either with "*", got "boss @corp.test"',
        ),
        (
            '[classification]\nrequest_words = ["badge", "***"]\n',
            'classification.request_words[2]: expected a word or phrase with letters or digits, got "***"',
        ),
        (
            '[classification]\ndefault_type = "problem"\n',
            'classification.default_type: expected one of "incident", "service-request", got "problem"',
        ),
        (
            '[[service]]\nname = "ERP"\n[[service]]\nname = "erp"\n',
            "service[2].name: erp is the name of service[1] already",
        ),
        (
            '[[category]]\nname = "a/b/c"\n',
            'category[1].name: expected a name like "hardware" or "hardware/printer", got "a/b/c"',
        ),
        (
            '[[category]]\nname = "a\\nb"\n',
            "category[1].name: expected a name in one line of printable characters",
        ),
        (
            '[[route]]\nname = "r"\nteam = "service-desk"\n',
            (
                "route[1]: this route fits every mail; "
                "expected one of addresses, senders, words, categories, services"
            ),
        ),
        (
            '[[route]]\nname = "r"\nwords = ["x"]\n',
            "route[1]: this route does nothing; expected one of team, type, impact, urgency, tags, skills",
        ),
        (
            '[[route]]\nname = "r"\nwords = ["x"]\nteam = "service-dsk"\n',
            'route[1].team: expected the name of a team, got "service-dsk" (did you mean service-desk?)',
        ),
        (
            (
                '[[category]]\nname = "hardware"\n'
                '[[route]]\nname = "r"\ncategories = ["hardwear"]\nteam = "service-desk"\n'
            ),
            'route[1].categories[1]: expected a category, got "hardwear" (did you mean hardware?)',
        ),
        (
            '[[route]]\nname = "r"\nwords = ["x"]\nskills = ["magic"]\n',
            'route[1].skills[1]: expected a skill of an agent, got "magic"',
        ),
        (
            '[[route]]\nname = "r"\nsenders = ["a@b@c"]\nteam = "service-desk"\n',
            'route[1].senders[1]: expected an address, a domain, or either with "*", got "a@b@c"',
        ),
    ],
)
def test_a_setting_that_cannot_work_is_named(complaints, lines: str, said: str):
    (complaint,) = complaints(DESK + TEAM + ANN + lines)

    assert complaint.partition(": ")[2] == said


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "first = 2024-07-14\nlast = 2024-07-01\n",
            "agent[1].absences[1].last: expected a day not before 2024-07-14, got 2024-07-01",
        ),
        (
            'first = 2024-07-14\nlast = "soon"\n',
            'agent[1].absences[1].last: expected a day like 2024-07-01, got "soon"',
        ),
        (
            'first = 2024-07-14\nlast = 2024-07-15\nstand_in = "anne@corp.test"\n',
            (
                "agent[1].absences[1].stand_in: expected the address of an agent, got anne@corp.test "
                "(did you mean ann@corp.test?)"
            ),
        ),
        (
            'first = 2024-07-14\nlast = 2024-07-15\nstand_in = "ann@corp.test"\n',
            "agent[1].absences[1].stand_in: nobody stands in for himself; expected another agent",
        ),
        (
            'first = 2024-07-14\nlast = 2024-07-15\nstand_in = "zzz"\n',
            (
                "agent[1].absences[1].stand_in: expected the address of an agent, got zzz "
                "(add an [[agent]] with that address)"
            ),
        ),
    ],
)
def test_an_absence_that_cannot_be_is_named(complaints, lines: str, said: str):
    (complaint,) = complaints(DESK + TEAM + ANN + "[[agent.absences]]\n" + lines)

    assert complaint.partition(": ")[2] == said


def test_own_settings_that_fit_together_are_taken(loaded):
    settings = loaded(
        DESK
        + TEAM
        + ANN
        + 'skills = ["network"]\ncapacity = 0.5\n[[agent.absences]]\nfirst = 2024-07-01\nlast = 2024-07-01\n'
        '[[category]]\nname = "hardware/printer"\n[[service]]\nname = "ERP"\n'
        '[[route]]\nname = "r"\ncategories = ["hardware"]\nservices = ["ERP"]\nskills = ["network"]\n'
    )

    assert settings.agent[0].capacity == 0.5
    assert settings.route[0].categories == ("hardware",)
