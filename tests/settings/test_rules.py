"""What must hold between settings, one broken rule at a time."""

import zoneinfo

import pytest

from tests.settings.conftest import ANN, DESK, EXAMPLE

BOB = '[[agent]]\naddress = "bob@corp.test"\nname = "Bob"\n'
TEAM = '[[team]]\nname = "it"\nmembers = ["ann@corp.test"]\n'
MAILBOX = '[[mailbox]]\nhost = "imap.test"\nusername = "support"\npassword_file = "p"\n'


class TestPeople:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            pytest.param(
                '[desk]\nname = "IT\\nBcc: x"\naddress = "support@desk.test"\n' + ANN,
                ["2: desk.name: expected a name in one line of printable characters"],
                id="line end in a name",
            ),
            pytest.param(
                DESK + '[[agent]]\naddress = "ann@corp.test"\nname = " "\n',
                ["6: agent[1].name: expected a name in one line of printable characters"],
                id="blank name",
            ),
            pytest.param(
                DESK + ANN + TEAM + 'addresses = ["a@desk.test", "b@@desk.test"]\n',
                [
                    (
                        "10: team[1].addresses[2]: expected an e-mail address like ann@example.com, "
                        'got "b@@desk.test"'
                    )
                ],
                id="bad address",
            ),
            pytest.param(
                DESK + f'administrators = ["{"a" * 250}@corp.test"]\n' + ANN,
                [
                    (
                        "4: desk.administrators[1]: expected an e-mail address like ann@example.com, "
                        f'got "{"a" * 250}@corp.test"'
                    )
                ],
                id="address longer than RFC 5321 allows",
            ),
            pytest.param(
                DESK + 'timezone = "Europe/Berln"\n' + ANN,
                [
                    (
                        '4: desk.timezone: expected a time zone like Europe/Berlin, got "Europe/Berln" '
                        "(did you mean Europe/Berlin?)"
                    )
                ],
                id="time zone",
            ),
            pytest.param(
                DESK + ANN + 'timezone = "../../etc/passwd"\n',
                ['7: agent[1].timezone: expected a time zone like Europe/Berlin, got "../../etc/passwd"'],
                id="time zone that is a path",
            ),
            pytest.param(
                DESK + 'timezone = ""\n' + ANN,
                ['4: desk.timezone: expected a time zone like Europe/Berlin, got ""'],
                id="no time zone for the desk",
            ),
            pytest.param(
                DESK.replace("support@", "support+x@") + ANN,
                [
                    (
                        "3: desk.address: expected an address without +, got support+x@desk.test "
                        "(or set desk.sub_addressing = false)"
                    )
                ],
                id="desk with a detail",
            ),
            pytest.param(
                DESK + ANN + TEAM + TEAM.replace('"it"', '"IT"'),
                ["11: team[2].name: IT is the name of team[1] already"],
                id="team twice",
            ),
            pytest.param(
                DESK + ANN + 'also = ["b@home.test"]\n' + BOB + 'also = ["B@home.test"]\n',
                ["11: agent[2].also[1]: B@home.test belongs to agent[1] already"],
                id="agent twice",
            ),
            pytest.param(
                DESK
                + ANN
                + TEAM
                + 'addresses = ["support@desk.test"]\n'
                + TEAM.replace('"it"', '"hr"')
                + 'addresses = ["Support@desk.test"]\n',
                ["14: team[2].addresses[1]: Support@desk.test is an address of team[1] already"],
                id="address of two teams",
            ),
            pytest.param(
                DESK + ANN + '[[team]]\nname = "it"\nmembers = ["ann@corp.tst"]\n',
                [
                    (
                        "9: team[1].members[1]: expected the address of an agent, got ann@corp.tst "
                        "(did you mean ann@corp.test?)"
                    )
                ],
                id="member that is no agent",
            ),
            pytest.param(
                DESK + ANN + 'also = ["x@home.test"]\n[[team]]\nname = "it"\nmembers = ["x@home.test"]\n',
                [
                    (
                        "10: team[1].members[1]: expected the address of an agent, got x@home.test "
                        "(did you mean ann@corp.test?)"
                    )
                ],
                id="member by a further address",
            ),
            pytest.param(
                DESK + ANN + '[[team]]\nname = "it"\nmembers = ["zoe@else.example"]\n',
                [
                    (
                        "9: team[1].members[1]: expected the address of an agent, got zoe@else.example "
                        "(add an [[agent]] with that address)"
                    )
                ],
                id="member out of nowhere",
            ),
            pytest.param(
                DESK + ANN + '[[team]]\nname = "it"\nmembers = ["ann@corp.test", "Ann@corp.test"]\n',
                ["9: team[1].members[2]: Ann@corp.test is a member of this team already"],
                id="member twice",
            ),
            pytest.param(
                DESK + ANN + '[[team]]\nname = "it"\n',
                ["7: team[1].members: expected the address of at least one agent"],
                id="team of nobody",
            ),
            pytest.param(DESK, ["agent: missing; expected at least one [[agent]]"], id="nobody at all"),
            pytest.param(
                DESK + 'administrators = ["Support@desk.test"]\n' + ANN,
                [
                    (
                        "4: desk.administrators[1]: expected the address of a person, got Support@desk.test, "
                        "an address of the desk itself"
                    )
                ],
                id="administrator that is the desk",
            ),
            pytest.param(
                DESK + ANN + TEAM + 'addresses = ["ann@corp.test"]\n',
                [
                    (
                        "5: agent[1].address: expected the address of a person, got ann@corp.test, "
                        "an address of the desk itself"
                    )
                ],
                id="agent that is the desk",
            ),
        ],
    )
    def test_a_fault_is_told_with_its_place(self, complaints, text, said):
        assert complaints(text) == said

    def test_an_address_in_another_script_is_taken(self, loaded):
        settings = loaded(DESK + '[[agent]]\naddress = "jürgen@bücher.example"\nname = "Jürgen"\n')

        assert settings.agent[0].address == "jürgen@bücher.example"

    def test_a_desk_without_details_may_have_a_plus_in_its_address(self, loaded):
        text = DESK.replace("support@", "support+x@") + "sub_addressing = false\n" + ANN

        assert loaded(text).desk.address == "support+x@desk.test"

    def test_an_agent_may_be_in_two_teams(self, loaded):
        assert len(loaded(DESK + ANN + TEAM + TEAM.replace('"it"', '"hr"')).team) == 2

    def test_a_machine_without_time_zones_is_told_to_get_them(self, complaints):
        zoneinfo.reset_tzpath(to=())
        zoneinfo.ZoneInfo.clear_cache()
        try:
            (said,) = complaints(DESK + 'timezone = "Europe/Berlin"\n' + ANN)
        finally:
            zoneinfo.reset_tzpath()

        assert said.endswith("(this machine has no time zone database; install tzdata)")


class TestUrls:
    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("postdesk.db", 'expected "sqlite:///file" or "postgresql://user@host/name", got no URL'),
            ("", 'expected "sqlite:///file" or "postgresql://user@host/name", got nothing'),
            (
                "mysql://root:hunter2@db/desk",
                (
                    'expected "sqlite:///file" or "postgresql://user@host/name", '
                    "got something that begins with mysql:"
                ),
            ),
            (
                "sqlite://postdesk.db",
                (
                    'expected "sqlite:///file" or "postgresql://user@host/name", got two slashes '
                    "(write sqlite:///postdesk.db)"
                ),
            ),
            (
                "sqlite:///:memory:",
                (
                    'expected "sqlite:///file" or "postgresql://user@host/name", got no file '
                    "(a desk in memory would forget its mail)"
                ),
            ),
            (
                "postgresql://db.test",
                'expected "sqlite:///file" or "postgresql://user@host/name", got no name of a database',
            ),
            (
                "postgresql://db.test:port/desk",
                (
                    'expected "sqlite:///file" or "postgresql://user@host/name", '
                    "got something that begins with postgresql:"
                ),
            ),
        ],
    )
    def test_a_database_must_be_one_we_know(self, complaints, url, said):
        assert complaints(DESK + ANN + f'[database]\nurl = "{url}"\n') == [f"8: database.url: {said}"]

    @pytest.mark.parametrize(
        "url",
        [
            "sqlite:///postdesk.db",
            "sqlite:////var/lib/postdesk/postdesk.db",
            "postgresql://postgres@/desk?host=/run/postgresql",
            "postgres://desk:secret@[::1]:5432/desk",
        ],
    )
    def test_a_database_that_we_know_is_taken(self, loaded, url):
        assert loaded(DESK + ANN + f'[database]\nurl = "{url}"\n').database.url == url

    @pytest.mark.parametrize(
        ("relay", "said"),
        [
            ('url = "lmtp://x"', ["8: relay.url: {}, got something that begins with lmtp:"]),
            ('url = "smtp://"', ["8: relay.url: {}, got no host"]),
            ('url = "smtp://mail.test/x"', ["8: relay.url: {}, got more than that"]),
            ('url = "smtp://mail.test:99999"', ["8: relay.url: {}, got something that begins with smtp:"]),
            ('url = "maildir:"', ["8: relay.url: {}, got no folder"]),
            (
                'url = "smtp://u:hunter2@mail.test"',
                [
                    (
                        "8: relay.url: a login does not stand in the address of the relay "
                        "(use relay.username with relay.password_file or relay.password_env)"
                    )
                ],
            ),
            (
                'url = "maildir:out"\nusername = "u"',
                ["9: relay.username: a Maildir has no login (leave it out)"],
            ),
            (
                'url = "smtp://mail.test"\nusername = "u"',
                [
                    (
                        "7: relay.password_file: missing; relay.username needs the name of a file that holds "
                        "the password (or set password_env to the name of a variable)"
                    )
                ],
            ),
            (
                'url = "smtp://mail.test"\npassword_env = "P"',
                ["7: relay.username: missing; there is a password but nobody to log in as"],
            ),
            (
                'url = "smtp://mail.test"\nusername = "u"\npassword_env = "P"\npassword_file = "p"',
                ["10: relay.password_env: expected password_file or password_env, got both"],
            ),
            (
                'url = "smtp://mail.test"\nhelo = "a b"',
                ['9: relay.helo: expected a host name like desk.example.com, got "a b"'],
            ),
        ],
    )
    def test_a_relay_must_be_whole(self, complaints, relay, said):
        forms = 'expected "smtp://host:port", "smtps://host:port" or "maildir:folder"'

        assert complaints(DESK + ANN + f"[relay]\n{relay}\n") == [line.format(forms) for line in said]


class TestListeners:
    @pytest.mark.parametrize(
        ("listener", "said"),
        [
            (
                'tls = "starttls"',
                [
                    '7: listener.certificate_file: missing; tls = "starttls" needs it',
                    '7: listener.key_file: missing; tls = "starttls" needs it',
                ],
            ),
            (
                "proxy_protocol = true",
                [
                    (
                        "7: listener.proxy_peers: missing; proxy_protocol = true needs the addresses of the "
                        "proxies (else every client could claim any address)"
                    )
                ],
            ),
            (
                'proxy_peers = ["10.0.0.0/8", "proxy.test"]',
                ["8: listener.proxy_peers[2]: expected an IP address or network, got proxy.test"],
            ),
            (
                'hostname = "-desk"',
                ['8: listener.hostname: expected a host name like desk.example.com, got "-desk"'],
            ),
            (
                (
                    'tls = "implicit"\ncertificate_file = "c"\nkey_file = "k"\n'
                    'accounts = [{username = "u", address = "u@corp.test", password_file = ""},\n'
                    '  {username = "u", address = "v", password_file = "p"}]'
                ),
                [
                    "11: listener.accounts[1].password_file: expected a text that is not empty",
                    (
                        "12: listener.accounts[2].address: expected an e-mail address like ann@example.com, "
                        'got "v"'
                    ),
                    "12: listener.accounts[2].username: there is an account u already",
                ],
            ),
        ],
    )
    def test_what_tls_accounts_and_proxies_need_is_asked_for(self, complaints, listener, said):
        assert complaints(DESK + ANN + f"[listener]\n{listener}\n") == said

    def test_two_listeners_cannot_share_a_port(self, complaints):
        assert complaints(DESK + ANN + "[listener]\n[lmtp]\n") == [
            "8: lmtp.port: port 2525 of 127.0.0.1 is the listener's already"
        ]

    def test_a_listener_on_a_socket_needs_no_port_of_its_own(self, loaded):
        settings = loaded(DESK + ANN + '[listener]\n[lmtp]\nsocket = "lmtp.sock"\n')

        assert settings.lmtp is not None

    def test_two_listeners_may_let_the_system_choose(self, loaded):
        assert loaded(DESK + ANN + "[listener]\nport = 0\n[lmtp]\nport = 0\n").lmtp is not None


class TestMailboxes:
    @pytest.mark.parametrize(
        ("mailbox", "said"),
        [
            (
                MAILBOX.replace('password_file = "p"\n', ""),
                [
                    (
                        "7: mailbox[1].password_file: missing; expected the name of a file that holds the "
                        "password (or set password_env to the name of a variable)"
                    )
                ],
            ),
            (
                MAILBOX + 'password_env = "P"\n',
                ["11: mailbox[1].password_env: expected password_file or password_env, got both"],
            ),
            (
                MAILBOX.replace('"imap.test"', '""'),
                ["8: mailbox[1].host: expected a text that is not empty"],
            ),
            (
                MAILBOX + 'folder = "Post"\nfolders = ["A", "B"]\n',
                ["11: mailbox[1].folder: expected folder or folders, got both (put it into folders)"],
            ),
            (
                MAILBOX + 'folders = ["A", ""]\n',
                ["11: mailbox[1].folders: expected a text that is not empty"],
            ),
            (
                MAILBOX + 'done_folder = "INBOX"\n',
                ["11: mailbox[1].done_folder: expected another folder than the one that is read, got INBOX"],
            ),
            (
                MAILBOX + MAILBOX.replace("imap.test", "IMAP.test"),
                ["11: mailbox[2]: folder INBOX is read by mailbox[1] already"],
            ),
            (
                MAILBOX + 'address = "support"\n',
                ['11: mailbox[1].address: expected an e-mail address like ann@example.com, got "support"'],
            ),
        ],
    )
    def test_a_mailbox_must_be_whole(self, complaints, mailbox, said):
        assert complaints(DESK + ANN + mailbox) == said

    def test_several_folders_of_one_account_may_be_two_mailboxes(self, loaded):
        settings = loaded(EXAMPLE + MAILBOX + MAILBOX + 'folder = "Alarms"\n')

        assert len(settings.mailbox) == 3
