"""A configuration is read whole: the example works, and everything wrong is said at once."""

from pathlib import Path

import pytest

from daemon.settings import ConfigurationError, Settings, load
from tests.settings.conftest import ANN, DESK, EXAMPLE


class TestExample:
    def test_it_loads_word_for_word(self, loaded, tmp_path):
        settings = loaded(EXAMPLE)

        assert settings.desk.timezone == "Europe/Berlin"
        assert settings.listener is not None
        assert settings.listener.port == 2525
        assert settings.lmtp is None
        assert [mailbox.password_file for mailbox in settings.mailbox] == ["imap.secret"]
        assert settings.relay.url == "smtp://127.0.0.1:2526"
        assert settings.team[0].members == ("ann@corp.test", "bob@corp.test")
        assert [agent.name for agent in settings.agent] == ["Ann", "Bob"]
        assert (settings.path, settings.base_dir) == (tmp_path / "postdesk.toml", tmp_path)

    def test_every_line_of_it_that_is_misspelt_is_named(self, complaints):
        wrong = EXAMPLE.replace("port = 2525", "prot = 2525").replace("[relay]", "[realy]")

        assert complaints(wrong) == [
            "11: listener.prot: no such setting (did you mean listener.port?)",
            "22: realy: no such setting (did you mean relay?)",
        ]


class TestDefaults:
    def test_a_desk_and_an_agent_are_enough(self, loaded):
        settings = loaded(DESK + ANN)

        assert settings.database.url == "sqlite:///postdesk.db"
        assert settings.relay.url == "maildir:outgoing"
        assert (settings.listener, settings.mailbox) == (None, ())
        assert settings.template_folder is None

    def test_without_a_team_all_agents_are_the_service_desk(self, loaded):
        bob = '[[agent]]\naddress = "bob@corp.test"\nname = "Bob"\n'

        (team,) = loaded(DESK + 'aliases = ["help@desk.test"]\n' + ANN + bob).team

        assert team.name == "service-desk"
        assert team.addresses == ("support@desk.test", "help@desk.test")
        assert team.members == ("ann@corp.test", "bob@corp.test")

    def test_a_relative_name_starts_at_the_file_even_when_the_folder_changes(self, tmp_path, monkeypatch):
        (tmp_path / "desk").mkdir()
        (tmp_path / "desk" / "postdesk.toml").write_text(DESK + ANN + '[templates]\nfolder = "mine"\n')
        monkeypatch.chdir(tmp_path)

        settings = load(Path("desk/postdesk.toml"))

        assert settings.path == Path("desk/postdesk.toml")
        assert settings.template_folder == tmp_path / "desk" / "mine"

    def test_settings_cannot_be_changed(self, loaded):
        settings = loaded(DESK + ANN)

        with pytest.raises(AttributeError):
            settings.path = Path("other")
        assert isinstance(settings, Settings)


class TestShape:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            pytest.param(
                DESK + "[listener]\nport = 70000\n" + ANN,
                ["5: listener.port: expected a whole number from 0 to 65535, got 70000"],
                id="out of range",
            ),
            pytest.param(
                DESK + '[listener]\nport = "25"\n' + ANN,
                [
                    (
                        '5: listener.port: expected a whole number from 0 to 65535, got "25" '
                        "(write it without quotes)"
                    )
                ],
                id="number in quotes",
            ),
            pytest.param(
                DESK + '[listener]\nproxy_protocol = "False"\n' + ANN,
                ['5: listener.proxy_protocol: expected true or false, got "False" (write it without quotes)'],
                id="truth in quotes",
            ),
            pytest.param(
                DESK + "[listener]\nconnection_limit = true\n" + ANN,
                ["5: listener.connection_limit: expected a whole number of at least 1, got true"],
                id="truth for a number",
            ),
            pytest.param(
                DESK + "[relay]\ntimeout_seconds = nan\n" + ANN,
                ["5: relay.timeout_seconds: expected a number above 0, got nan"],
                id="not a number",
            ),
            pytest.param(
                DESK + "[relay]\ngive_up_after_hours = inf\n" + ANN,
                ["5: relay.give_up_after_hours: expected a number above 0, got inf"],
                id="endless",
            ),
            pytest.param(
                DESK + "[database]\nurl = 5\n" + ANN,
                ["5: database.url: expected a text, got 5 (write it in quotes)"],
                id="number for a text",
            ),
            pytest.param(
                DESK + "[database]\nurl = 2024-01-15\n" + ANN,
                ["5: database.url: expected a text, got the time 2024-01-15 (write it in quotes)"],
                id="date for a text",
            ),
            pytest.param(
                DESK + "[database]\nurl = ['a']\n" + ANN,
                ["5: database.url: expected a text, got a list"],
                id="list for a text",
            ),
            pytest.param(
                '[desk]\nname = ""\naddress = "support@desk.test"\n' + ANN,
                ['2: desk.name: expected a text that is not empty, got ""'],
                id="empty",
            ),
            pytest.param(
                DESK + '[relay]\nstarttls = "Requred"\n' + ANN,
                [
                    (
                        '5: relay.starttls: expected one of "auto", "required", "never", got "Requred" '
                        '(did you mean "required"?)'
                    )
                ],
                id="typo in a word",
            ),
            pytest.param(
                DESK + '[relay]\nstarttls = "xyz"\n' + ANN,
                ['5: relay.starttls: expected one of "auto", "required", "never", got "xyz"'],
                id="unknown word",
            ),
            pytest.param(
                DESK + 'aliases = "help@desk.test"\n' + ANN,
                ['4: desk.aliases: expected a list, got "help@desk.test" (write ["help@desk.test"])'],
                id="text for a list",
            ),
            pytest.param(
                DESK + "aliases = 5\n" + ANN,
                ["4: desk.aliases: expected a list, got 5"],
                id="number for a list",
            ),
            pytest.param(
                DESK + 'aliases = [\n  "help@desk.test",\n  5,\n]\n' + ANN,
                ["6: desk.aliases[2]: expected a text, got 5 (write it in quotes)"],
                id="wrong element of a list",
            ),
            pytest.param(
                DESK + '[mailbox]\nhost = "imap.test"\n' + ANN,
                [
                    (
                        "4: mailbox: expected a list, got a table "
                        "(write [[mailbox]] in double brackets, once for each)"
                    )
                ],
                id="single brackets",
            ),
            pytest.param(
                DESK + "[[listener]]\nport = 25\n" + ANN,
                ["4: listener: expected one table, got a list (write [listener] once, in single brackets)"],
                id="double brackets",
            ),
            pytest.param(
                "listener = 5\n" + DESK + ANN,
                ["1: listener: expected one table, got 5"],
                id="number for a table",
            ),
            pytest.param(
                "agent = ['ann@corp.test']\n" + DESK,
                ['1: agent[1]: expected one table, got "ann@corp.test"'],
                id="text for an agent",
            ),
            pytest.param(
                DESK + "[[agent]]\n",
                [
                    "4: agent[1].address: missing; expected a text that is not empty",
                    "4: agent[1].name: missing; expected a text that is not empty",
                ],
                id="missing",
            ),
            pytest.param(ANN, ["desk: missing; expected a table"], id="no desk"),
            pytest.param(
                DESK + '[listener]\naccounts = [{username = "u", adress = "u@corp.test"}]\n' + ANN,
                [
                    "5: listener.accounts: need tls: passwords never travel in the clear",
                    (
                        "5: listener.accounts[1].adress: no such setting "
                        "(did you mean listener.accounts[1].address?)"
                    ),
                    "5: listener.accounts[1].address: missing; expected a text",
                    "5: listener.accounts[1].password_file: missing; expected a text",
                ],
                id="inside an inline table",
            ),
        ],
    )
    def test_what_does_not_fit_is_said_with_what_was_expected(self, complaints, text, said):
        assert sorted(complaints(text)) == sorted(said)

    def test_a_long_value_is_shortened(self, complaints):
        (said,) = complaints(DESK + f'[listener]\nport = "{"9" * 500}x"\n' + ANN)

        assert said.endswith('999..."')
        assert len(said) < 160

    def test_a_typo_is_met_with_the_nearest_setting(self, complaints):
        assert complaints(DESK + ANN + '[listener]\nhots = "::"\n') == [
            "8: listener.hots: no such setting (did you mean listener.host?)"
        ]

    def test_a_setting_in_the_wrong_section_is_shown_its_own(self, complaints):
        assert complaints(DESK + "give_up_after_hours = 5\n" + ANN) == [
            "4: desk.give_up_after_hours: no such setting (it belongs into [relay])"
        ]

    def test_a_name_like_nothing_gets_the_list_of_settings(self, complaints):
        assert complaints(DESK + ANN + "[templates]\nzzz = 1\n") == [
            "8: templates.zzz: no such setting (there are folder)"
        ]

    @pytest.mark.parametrize("name", ["password", "secret", "token"])
    def test_a_secret_in_the_file_is_refused_and_not_repeated(self, complaints, name):
        (said,) = complaints(DESK + ANN + f'[relay]\n{name} = "hunter2"\n')

        assert said.startswith(f"8: relay.{name}: no such setting (a secret does not stand in this file;")
        assert "hunter2" not in said

    def test_everything_is_said_at_once_in_the_order_of_the_file(self, complaints):
        text = (
            '[desk]\nname = "x"\nadress = "a"\ntimezone = "Europe/Berln"\n'
            '[[agent]]\naddress = "ann"\nname = "Ann"\n[relay]\nconnections = 0\nurl = "ftp://x"\n'
        )

        assert [said.split(":")[:2] for said in complaints(text)] == [
            ["1", " desk.address"],
            ["3", " desk.adress"],
            ["4", " desk.timezone"],
            ["6", " agent[1].address"],
            ["9", " relay.connections"],
            ["10", " relay.url"],
        ]


class TestFile:
    def test_a_syntax_error_has_line_and_column(self, complaints):
        assert complaints('[desk]\nname = "IT\n') == [
            "2:11: not valid TOML: illegal character '\\n' (the quote that ends the text is missing)"
        ]

    def test_a_syntax_error_at_the_end_has_the_last_line(self, complaints):
        (said,) = complaints('[desk]\nname = """IT')

        assert said.startswith("2: not valid TOML: ")

    def test_a_table_that_stands_twice_is_named(self, complaints):
        (said,) = complaints(DESK + "[relay]\n[relay]\n")

        assert said.startswith(
            "5:7: not valid TOML: cannot declare ('relay',) twice (it stands further up already"
        )

    @pytest.mark.parametrize(
        ("line", "hint"),
        [
            ("name = Support", "write a text in straight quotes"),
            ("name = \u201cSupport\u201d", "write a text in straight quotes"),
            ("reopen_days = yes", "yes or no as true or false"),
            ("reopen_days = 1,5", "a number has a point, never a comma"),
            ('administrators = ["a@x.test" "b@x.test"]', "a comma between two values is missing"),
            ('name "Support"', "a line is a name, = and a value"),
            ('address = "a@x.test"', "it stands further up already"),
            ('name = "C:\\quarters"', "write the text in single quotes"),
        ],
    )
    def test_a_syntax_error_tells_people_who_never_wrote_toml_what_to_do(self, complaints, line, hint):
        (said,) = complaints(DESK + line + "\n")

        assert said.startswith("4:")
        assert hint in said

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(ConfigurationError) as caught:
            load(tmp_path / "none.toml")

        assert str(caught.value) == f"{tmp_path}/none.toml: cannot be read: no such file or directory"

    def test_a_file_in_another_encoding_is_told_its_line(self, tmp_path):
        path = tmp_path / "postdesk.toml"
        path.write_bytes(DESK.encode() + b'[[agent]]\nname = "J\xfcrgen"\n')

        with pytest.raises(ConfigurationError) as caught:
            load(path)

        assert str(caught.value) == f"{path}:5: expected a text in UTF-8"

    def test_a_file_from_windows_is_read(self, tmp_path):
        path = tmp_path / "postdesk.toml"
        path.write_bytes(b"\xef\xbb\xbf" + (DESK + ANN).replace("\n", "\r\n").encode())

        assert load(path).desk.name == "IT Support"
