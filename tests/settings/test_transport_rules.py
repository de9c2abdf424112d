"""What must hold for the ways in and out: URLs, listeners and mailboxes, one fault at a time."""

import pytest

from tests.settings.conftest import ANN, DESK, EXAMPLE

MAILBOX = '[[mailbox]]\nhost = "imap.test"\nusername = "support"\npassword_file = "p"\n'


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
            ('tls = "starttls"', ["7: listener.certificate_file: is needed for tls"]),
            ("proxy_protocol = true", ["7: listener.proxy_peers: is needed for proxy_protocol"]),
            (
                "in_flight_limit_bytes = 5",
                ["8: listener.in_flight_limit_bytes: must hold at least one message of message_limit_bytes"],
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
                MAILBOX + 'done_flag = "two words"\n',
                ["7: mailbox[1]: support@imap.test: done_flag 'two words' is no IMAP flag or keyword"],
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
