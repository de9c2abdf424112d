"""Teams that are desks of their own: what "postdesk check" says about them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.settings import ConfigurationError, Settings, problems_of_machine
from tests.settings.conftest import ANN, DESK

HR = '[[team]]\nname = "hr"\naddresses = ["hr@desk.test"]\nmembers = ["ann@corp.test"]\n'


def problems(loaded: Callable[[str], Settings], text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(DESK + ANN + text)
    return [str(one).partition("postdesk.toml:")[2] for one in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[team]]\nname = "hr"\naddresses = ["hr@desk.test"]\nprivate = true\n',
            "team[1].members: missing; without members all agents see its tickets",
        ),
        (
            '[[team]]\nname = "hr"\nmembers = ["ann@corp.test"]\ndesk_name = "HR"\n',
            "team[1].addresses: missing; a desk of its own needs an address that people write to",
        ),
        (f'{HR}desk_name = "a\\nb"\n', "team[1].desk_name: expected a name in one line"),
        (
            f'{HR}calendar = "mornings"\n',
            'team[1].calendar: expected the name of a [[calendar]], got "mornings"',
        ),
        (f'{HR}timezone = "Europe/Berln"\n', "team[1].timezone: expected a time zone like Europe/Berlin"),
        (f'{HR}language = "xx"\n', "team[1].language: expected one of"),
        (f'{HR}acknowledge = "maybe"\n', "team[1].acknowledge: expected one of"),
        (
            f'{HR}[[category]]\nname = "pay"\nteams = ["hrr"]\n',
            'category[1].teams[1]: expected the name of a [[team]], got "hrr" (did you mean hr?)',
        ),
        (
            f'{HR}[[team]]\nname = "it"\naddresses = ["HR@desk.test"]\n',
            "team[2].addresses[1]: HR@desk.test is an address of team[1] already",
        ),
    ],
)
def test_wrong_desk_is_told_where_and_why(loaded: Callable[[str], Settings], text: str, said: str):
    (found,) = problems(loaded, text)

    assert found.partition(": ")[2].startswith(said)


def test_folder_of_templates_that_is_not_there_is_told(loaded: Callable[[str], Settings], tmp_path: Path):
    settings = loaded(f'{DESK}{ANN}{HR}templates = "templates-hr"\n')

    (found,) = problems_of_machine(settings, {})
    assert str(found).endswith(f"team[1].templates: {tmp_path / 'templates-hr'} is no folder")
    (tmp_path / "templates-hr").mkdir()
    assert problems_of_machine(settings, {}) == ()
