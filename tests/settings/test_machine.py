"""What the settings name outside of their file is looked for by check and run, not by load."""

import importlib.util

from daemon.settings import load, problems_of_machine
from tests.edges.smtp_desk import certificate
from tests.settings.conftest import ANN, DESK, EXAMPLE


def said(settings, environ=None):
    return [str(problem) for problem in problems_of_machine(settings, environ or {})]


def test_a_secret_that_is_missing_or_empty_is_named(loaded, tmp_path):
    settings = loaded(EXAMPLE)
    missing = said(settings)
    (tmp_path / "imap.secret").write_text("\n")
    empty = said(settings)
    (tmp_path / "imap.secret").write_text("hunter2\n")

    assert missing == [
        (
            f"{tmp_path}/postdesk.toml:18: mailbox[1].password_file: {tmp_path}/imap.secret cannot be read: "
            "no such file or directory (the name starts at the configuration's folder)"
        )
    ]
    assert empty == [
        f"{tmp_path}/postdesk.toml:18: mailbox[1].password_file: {tmp_path}/imap.secret is empty"
    ]
    assert said(settings) == []


def test_a_variable_that_is_missing_or_empty_is_named(loaded):
    settings = loaded(
        EXAMPLE.replace('password_file = "imap.secret"', 'password_env = "IMAP"')
        + '[templates]\nfolder = "."\n'
    )

    assert len(said(settings)) == len(said(settings, {"IMAP": ""})) == 1
    assert said(settings)[0].endswith(
        ":18: mailbox[1].password_env: the environment has no variable IMAP, or it is empty"
    )
    assert said(settings, {"IMAP": "hunter2"}) == []


def test_files_of_listeners_and_relay_are_looked_for(loaded, tmp_path):
    (tmp_path / "key.pem").write_text("key")
    text = (
        DESK
        + ANN
        + '[listener]\ntls = "starttls"\ncertificate_file = "cert.pem"\nkey_file = "key.pem"\n'
        + '[[listener.accounts]]\nusername = "u"\naddress = "u@corp.test"\npassword_file = "u.secret"\n'
        + '[lmtp]\nport = 24\ncertificate_file = "unused.pem"\n'
        + '[relay]\nurl = "smtp://mail.test"\ncertificate_authority_file = "ca.pem"\n'
    )

    assert [line.split(": ")[0:3] for line in said(loaded(text))] == [
        [
            f"{tmp_path}/postdesk.toml:9",
            "listener.certificate_file",
            f"{tmp_path}/cert.pem cannot be read",
        ],
        [
            f"{tmp_path}/postdesk.toml:14",
            "listener.accounts[1].password_file",
            f"{tmp_path}/u.secret cannot be read",
        ],
        [
            f"{tmp_path}/postdesk.toml:20",
            "relay.certificate_authority_file",
            f"{tmp_path}/ca.pem cannot be read",
        ],
    ]


def test_folders_that_are_missing_are_named(loaded, tmp_path):
    text = DESK + ANN + '[lmtp]\nsocket = "run/lmtp.sock"\n[templates]\nfolder = "mine"\n'

    assert said(loaded(text)) == [
        f"{tmp_path}/postdesk.toml:10: templates.folder: {tmp_path}/mine is no folder",
        f"{tmp_path}/postdesk.toml:8: lmtp.socket: {tmp_path}/run is no folder",
    ]


def test_a_driver_that_is_not_installed_is_named(loaded, monkeypatch):
    settings = loaded(DESK + ANN + '[database]\nurl = "postgresql://db.test/desk"\n')
    with_driver = said(settings)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert with_driver == []
    assert said(settings)[0].endswith(
        'database.url: the driver for PostgreSQL is not installed (install "postdesk[postgres]")'
    )


class TestCredentials:
    TEXT = (
        EXAMPLE.replace('"imap.secret"', '"credential:imap"')
        + '[lmtp]\nport = 24\ntls = "starttls"\ncertificate_file = "credential:tls.pem"\nkey_file = "k.pem"\n'
        + '[[lmtp.accounts]]\nusername = "credential:u"\naddress = "u@corp.test"\n'
        + 'password_file = "credential:u"\n'
    )

    def test_a_credential_is_a_file_in_the_folder_of_the_service(self, tmp_path):
        path = tmp_path / "postdesk.toml"
        path.write_text(self.TEXT)

        settings = load(path, {"CREDENTIALS_DIRECTORY": "/run/credentials/postdesk@intake.service"})

        assert settings.mailbox[0].password_file == "/run/credentials/postdesk@intake.service/imap"
        assert settings.lmtp is not None
        assert settings.lmtp.certificate_file == "/run/credentials/postdesk@intake.service/tls.pem"
        assert settings.lmtp.key_file == "k.pem"
        assert settings.lmtp.accounts[0].password_file == "/run/credentials/postdesk@intake.service/u"
        assert settings.lmtp.accounts[0].username == "credential:u"

    def test_outside_of_a_service_a_credential_is_missing(self, tmp_path):
        path = tmp_path / "postdesk.toml"
        path.write_text(EXAMPLE.replace('"imap.secret"', '"credential:imap"'))

        assert said(load(path, {})) == [
            (
                f"{path}:18: mailbox[1].password_file: there is no credential imap: CREDENTIALS_DIRECTORY "
                "is not set (start Postdesk by a systemd unit with LoadCredential=imap:FILE)"
            )
        ]


class TestCertificates:
    TEXT = DESK + ANN + '[listener]\ntls = "implicit"\ncertificate_file = "mx.pem"\n'

    def test_a_certificate_with_its_key_in_one_file_is_enough(self, loaded, tmp_path):
        certificate(tmp_path)

        assert said(loaded(self.TEXT)) == []

    def test_a_certificate_without_its_key_is_told(self, loaded, tmp_path):
        (tmp_path / "mx.pem").write_bytes(certificate(tmp_path).with_name("cert.pem").read_bytes())

        (line,) = said(loaded(self.TEXT))

        assert line.startswith(
            f"{tmp_path}/postdesk.toml:9: listener.certificate_file: {tmp_path}/mx.pem cannot be used: "
        )
        assert line.endswith("(it must hold a certificate that fits its key, in PEM)")

    def test_authorities_that_are_none_are_told(self, loaded, tmp_path):
        (tmp_path / "ca.pem").write_text("nothing\n")

        (line,) = said(loaded(DESK + ANN + '[relay]\ncertificate_authority_file = "ca.pem"\n'))

        place = f"{tmp_path}/postdesk.toml:8: relay.certificate_authority_file"
        assert line.startswith(f"{place}: {tmp_path}/ca.pem cannot be used: ")
