"""The settings of a mailbox, and the check of a login."""

import pytest

from daemon.edges.imap_account import Account, MailboxError
from daemon.edges.imap_poller import ImapPoller
from daemon.edges.imap_session import check_login
from daemon.edges.imap_settings import MailboxSettings
from daemon.edges.imap_wire import StopSignal
from tests.edges.imap_fake import FakeImap, MemoryLedger, mailbox


@pytest.fixture
def account(tmp_path):
    def make(**others):
        usual = {"host": "imap.example.com", "username": "support", "password_file": "imap.secret"}
        return Account.of(MailboxSettings(**(usual | others)), tmp_path)

    return make


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"username": "a\r\nA1 LOGOUT"}, "username is empty or holds a control character"),
            ({"username": ""}, "username is empty"),
            ({"host": "imap\x00"}, "host is empty or holds a control character"),
            ({"folder": ""}, "folder 1 is empty"),
            ({"folders": ("INBOX", "x\ny")}, "folder 2 is empty or holds a control character"),
            ({"done_folder": "x\r\ny"}, "done_folder is empty or holds a control character"),
            ({"folders": ("INBOX", "inbox")}, "a folder stands twice"),
            ({"done_folder": "Inbox"}, "done_folder Inbox is one of the folders that are read"),
            ({"done_flag": "two words"}, "done_flag 'two words' is no IMAP flag"),
            ({"done_flag": ""}, "done_flag '' is no IMAP flag"),
            ({"password_env": "SECRET"}, "give either password_file or password_env"),
            ({"password_file": ""}, "give either password_file or password_env"),
        ],
    )
    def test_settings_that_cannot_stand_are_told_by_name(self, account, settings, words):
        with pytest.raises(MailboxError, match=f"@.*{words}"):
            account(**settings)

    def test_a_poller_refuses_them_at_once(self, tmp_path, clock):
        settings = MailboxSettings(host="h", username="u")
        with pytest.raises(MailboxError, match="give either"):
            ImapPoller(settings, MemoryLedger(), base_dir=tmp_path, clock=clock)

    @pytest.mark.parametrize(
        ("settings", "port"),
        [({}, 993), ({"security": "starttls"}, 143), ({"security": "none"}, 143), ({"port": 1143}, 1143)],
    )
    def test_the_port_follows_from_the_security(self, account, settings, port):
        assert account(**settings).port == port

    def test_folders_go_before_folder(self, account):
        assert account(folder="A").folders == ("A",)
        assert account(folder="A", folders=("B", "C")).folders == ("B", "C")

    def test_a_source_key_names_account_folder_uidvalidity_and_uid(self, account):
        assert account().source_key("INBOX", 77, 5) == "imap:support@imap.example.com:993/INBOX/77/5"


class TestPassword:
    def test_it_is_read_from_a_file_beside_the_configuration(self, account, tmp_path):
        (tmp_path / "imap.secret").write_text(" pass word \r\n")

        assert account().password() == " pass word "

    def test_it_is_read_from_the_environment(self, account, monkeypatch):
        monkeypatch.setenv("IMAP_PASSWORD", "geheim")

        assert account(password_file="", password_env="IMAP_PASSWORD").password() == "geheim"

    def test_a_missing_one_is_told_by_its_place(self, account, monkeypatch):
        monkeypatch.delenv("IMAP_PASSWORD", raising=False)
        with pytest.raises(MailboxError, match=r"password_file .*imap\.secret: .*No such file"):
            account().password()
        with pytest.raises(MailboxError, match="no environment variable IMAP_PASSWORD"):
            account(password_file="", password_env="IMAP_PASSWORD").password()

    @pytest.mark.parametrize("content", [b"", b"\n", b"one\r\ntwo", b"\xff\xfe"])
    def test_one_that_cannot_be_a_password_is_told_without_its_text(self, account, tmp_path, content):
        (tmp_path / "imap.secret").write_bytes(content)
        with pytest.raises(MailboxError, match="password") as caught:
            account().password()

        assert "two" not in str(caught.value)


class TestCheckLogin:
    def test_a_good_login_looks_at_each_folder_and_changes_nothing(self, tmp_path):
        with FakeImap() as server:
            check_login(mailbox(server.port, tmp_path, folders=("A", "B")), tmp_path)

        assert [command.split(" ", 1)[1] for command in server.commands][-3:] == [
            'EXAMINE "A"',
            'EXAMINE "B"',
            "LOGOUT",
        ]

    def test_a_wrong_password_is_told(self, tmp_path):
        with FakeImap() as server:
            settings = mailbox(server.port, tmp_path, username="other")
            with pytest.raises(MailboxError, match=r"other@127\.0\.0\.1: login failed: .*wrong"):
                check_login(settings, tmp_path)

    def test_a_missing_folder_is_told(self, tmp_path):
        with FakeImap() as server:
            server.scripts["EXAMINE"] = lambda peer, tag, _: peer.send(f"{tag} NO no such folder")
            with pytest.raises(MailboxError, match=r"folder Lost: .*no such folder"):
                check_login(mailbox(server.port, tmp_path, folder="Lost"), tmp_path)

    def test_a_server_that_is_not_there_is_told(self, tmp_path):
        with FakeImap() as server:
            port = server.port
        with pytest.raises(MailboxError, match=f"Connection refused: 127.0.0.1:{port}"):
            check_login(mailbox(port, tmp_path), tmp_path)

    def test_a_missing_authority_is_told(self, tmp_path):
        with FakeImap() as server:
            settings = mailbox(server.port, tmp_path, security="tls", certificate_authority_file="ca.pem")
            with pytest.raises(MailboxError, match=r"certificate_authority_file ca\.pem: .*No such file"):
                check_login(settings, tmp_path)

    def test_a_server_that_hangs_up_at_the_end_is_no_failure(self, tmp_path):
        with FakeImap() as server:
            server.scripts["LOGOUT"] = lambda peer, *_: peer.hang_up()
            check_login(mailbox(server.port, tmp_path), tmp_path)


class TestStopSignal:
    def test_it_is_given_once_and_stays_given(self):
        stop = StopSignal()
        before = (stop.is_set(), stop.wait(0))
        stop.set()
        stop.set()

        assert before == (False, False)
        assert (stop.is_set(), stop.wait(10), stop.wait(10)) == (True, True, True)
