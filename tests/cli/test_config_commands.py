"""init writes a desk that works; config shows what is in force and what may be set."""

import json
import tomllib

import pytest

from daemon.cli import run
from daemon.settings import load
from daemon.settings.showing import masked_url, masked_webhook
from tests.settings.conftest import ANN, DESK, EXAMPLE


class TestInit:
    def test_it_writes_a_desk_that_needs_no_other_server(self, tmp_path, capsys):
        folder = tmp_path / "new" / "desk"

        assert run(["init", str(folder)]) == 0
        assert capsys.readouterr().out.startswith(f"wrote {folder}/postdesk.toml\n")
        settings = load(folder / "postdesk.toml")
        assert settings.database.url == "sqlite:///postdesk.db"
        assert settings.listener is not None
        assert (settings.listener.host, settings.listener.port) == ("127.0.0.1", 2525)
        assert settings.relay.url == "maildir:outgoing"
        assert (len(settings.team), len(settings.agent), settings.mailbox) == (1, 1, ())

    def test_it_overwrites_nothing(self, tmp_path, capsys):
        path = tmp_path / "postdesk.toml"
        path.write_text("mine")

        assert run(["init", str(tmp_path)]) == 2
        assert f"{path} is there already; it was left as it is" in capsys.readouterr().err
        assert path.read_text() == "mine"


class TestShow:
    def show(self, tmp_path, capsys, text, *options):
        path = tmp_path / "postdesk.toml"
        path.write_text(text)
        assert run(["--config", str(path), "config", "show", *options]) == 0
        return capsys.readouterr().out

    def test_what_it_prints_loads_to_the_same_settings(self, tmp_path, capsys):
        text = EXAMPLE.replace('name = "Ann"', 'name = "Ann \\"A\\" \\\\ Ü"').replace(
            "port = 2525",
            'port = 2525\ntls = "starttls"\ncertificate_file = "c"\nkey_file = "k"\n'
            '[[listener.accounts]]\nusername = "u"\naddress = "u@corp.test"\npassword_file = "p"',
        )
        shown = self.show(tmp_path, capsys, text)
        before = load(tmp_path / "postdesk.toml")
        (tmp_path / "postdesk.toml").write_text(shown)

        assert load(tmp_path / "postdesk.toml") == before

    def test_defaults_are_in_it(self, tmp_path, capsys):
        shown = tomllib.loads(self.show(tmp_path, capsys, DESK + ANN))

        assert shown["relay"]["starttls"] == "auto"
        (team,) = shown["team"]
        assert (team["name"], team["assignment"]) == ("service-desk", "manual")
        assert (team["addresses"], team["members"]) == (["support@desk.test"], ["ann@corp.test"])
        assert "listener" not in shown

    def test_a_missing_secret_is_no_obstacle_and_a_present_one_is_not_shown(self, tmp_path, capsys):
        without = self.show(tmp_path, capsys, EXAMPLE)
        (tmp_path / "imap.secret").write_text("hunter2")

        assert self.show(tmp_path, capsys, EXAMPLE) == without
        assert "hunter2" not in without

    def test_the_password_of_the_database_is_masked(self, tmp_path, capsys):
        text = DESK + ANN + '[database]\nurl = "postgresql://desk:hunter2@db.test/desk"\n'

        assert 'url = "postgresql://desk:***@db.test/desk"\n' in self.show(tmp_path, capsys, text)

    def test_no_credential_in_any_url_is_shown(self, tmp_path, capsys):
        (tmp_path / "s").write_text("x")
        webhook = "https://u:hunter2@hooks.test/services/hunter2?token=hunter2"
        text = EXAMPLE + f'[alarm]\nwebhook_url = "{webhook}"\nsecret_file = "s"\n'
        shown = self.show(tmp_path, capsys, text)

        assert "hunter2" not in shown
        assert 'webhook_url = "https://***@hooks.test/***?token=***"\n' in shown

    def test_addresses_of_calendar_feeds_are_shown_by_their_host(self, tmp_path, capsys):
        feeds = '["own.ics", "https://ann:hunter2@calendar.test/hunter2/office.ics?key=hunter2"]'
        calendar = f'[[calendar]]\nname = "office"\nhours = ["mon 08:00-09:00"]\nfeeds = {feeds}\n'
        shown = self.show(tmp_path, capsys, DESK + ANN + calendar)

        assert 'feeds = ["own.ics", "https://***@calendar.test/***?key=***"]\n' in shown
        assert "hunter2" not in shown

    def test_json_is_the_same_with_the_same_keys(self, tmp_path, capsys):
        toml = self.show(tmp_path, capsys, EXAMPLE)

        assert json.loads(self.show(tmp_path, capsys, EXAMPLE, "--json")) == tomllib.loads(toml)

    def test_a_wrong_file_is_told_like_everywhere(self, tmp_path, capsys):
        path = tmp_path / "postdesk.toml"
        path.write_text(DESK + ANN + "[listener]\nprot = 1\n")

        assert run(["--config", str(path), "config", "show"]) == 2
        assert capsys.readouterr().err == (
            f"{path}:8: listener.prot: no such setting (did you mean listener.port?)\n"
        )


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("sqlite:///postdesk.db", "sqlite:///postdesk.db"),
        ("postgresql://desk@db/desk", "postgresql://desk@db/desk"),
        ("postgresql://desk:p%40ss:word@db:5432/desk", "postgresql://desk:***@db:5432/desk"),
        ("postgresql://desk:a@b@db/desk", "postgresql://desk:***@db/desk"),
        (
            "postgresql:///desk?user=x&password=hunter2&host=/run",
            "postgresql:///desk?user=x&password=***&host=/run",
        ),
        ("postgresql://db/desk?sslpassword=hunter2", "postgresql://db/desk?sslpassword=***"),
        ("postgresql://db:db@db/db?password=db", "postgresql://db:***@db/db?password=***"),
        ("postgresql:///d?passfile=/etc/p&sslkey=x", "postgresql:///d?passfile=/etc/p&sslkey=***"),
        ("sqlite:///desk#2.db", "sqlite:///desk#2.db"),
        ("smtp://relay.test:25", "smtp://relay.test:25"),
        ("https://login.test/oauth2/token", "https://login.test/oauth2/token"),
        ("https://tok3n@a.test/x", "https://***@a.test/x"),
        ("https://u:hunter2@a.test:8/x", "https://***@a.test:8/x"),
        ("https://a.test/x?sig=hunter2&v=1", "https://a.test/x?sig=***&v=***"),
        ("https://a.test/x?hunter2", "https://a.test/x?***"),
        ("https://a.test/x#hunter2", "https://a.test/x#***"),
        ("https://[hunter2/", "***"),
    ],
)
def test_a_url_keeps_everything_but_its_credentials(url, masked):
    assert masked_url(url) == masked


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("", ""),
        ("https://alarms.test", "https://alarms.test"),
        ("https://hooks.test/services/T0/B0/hunter2", "https://hooks.test/***"),
        ("https://u:hunter2@hooks.test/in?token=hunter2", "https://***@hooks.test/***?token=***"),
    ],
)
def test_a_webhook_keeps_its_host_only(url, masked):
    assert masked_webhook(url) == masked


def test_the_schema_is_json(capsys):
    assert run(["config", "schema"]) == 0

    assert json.loads(capsys.readouterr().out)["required"] == ["desk"]
