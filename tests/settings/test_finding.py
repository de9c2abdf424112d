"""The configuration is found by option, by variable, here, or system-wide; in this order."""

from pathlib import Path

import pytest

from daemon.settings import ConfigurationError, find


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A working folder and a system-wide file; neither holds a configuration yet."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here / "postdesk.toml", tmp_path / "etc.toml"


def test_the_order_is_option_variable_here_system(places):
    here, system_wide = places
    system_wide.touch()
    variable = {"POSTDESK_CONFIG": "b.toml"}

    assert find(None, {}, system_wide) == system_wide
    here.touch()
    assert find(None, {}, system_wide) == Path("postdesk.toml")
    assert find(None, variable, system_wide) == Path("b.toml")
    assert find("a.toml", variable, system_wide) == Path("a.toml")


def test_all_places_are_named_where_none_has_a_file(places):
    here, system_wide = places

    with pytest.raises(ConfigurationError) as caught:
        find(None, {"POSTDESK_CONFIG": ""}, system_wide)

    assert str(caught.value) == (
        "no configuration found: --config was not given, POSTDESK_CONFIG is not set, "
        f'and neither {here} nor {system_wide} is there ("postdesk init DIR" writes one)'
    )
