"""A desk that reads its mailbox by token, from the person's login to the end of the token."""

import json
from pathlib import Path

import pytest

from tests.cli.operated import configured
from tests.cli.running import answer, eventually, postdesk, running
from tests.cli.test_health_command import documented
from tests.servers.dovecot import running_dovecot
from tests.servers.oauth_provider import Provider, running_provider

OAUTH = """
[[oauth]]
name = "m365"
client_id = "desk"
grant = "device_code"
token_url = "{token}"
device_url = "{device}"
scope = "mail"

[[mailbox]]
host = "127.0.0.1"
port = {port}
security = "none"
username = "support"
oauth = "m365"
"""
MAIL = b"From: cara@cust.test\r\nTo: support@desk.test\r\nSubject: by token\r\n\r\nx\r\n"


@pytest.mark.needs_dovecot
def test_a_desk_reads_its_mailbox_by_token_after_one_login(tmp_path: Path):
    config = configured(tmp_path)
    with running_provider(Provider()) as provider, running_dovecot(oauth="xoauth2") as server:
        text = OAUTH.format(token=provider.token_url, device=provider.device_url, port=server.port)
        config.write_text(config.read_text() + text)
        postdesk(config, "migrate")
        before = postdesk(config, "oauth", "status")
        provider.device_answers = ["authorization_pending"]

        login = postdesk(config, "oauth", "login", "m365")
        after = answer(config, "oauth", "status")
        checked = postdesk(config, "check", "--online")
        with running(config) as desk:
            desk.port()
            server.append("support", MAIL)
            tickets = eventually(lambda: answer(config, "tickets"))
            healthy = eventually(lambda: postdesk(config, "health").returncode == 0)
            assert desk.stop() == 0
            log = desk.log.read_text()

    assert before.returncode == 1
    assert login.returncode == 0, login.stderr
    assert b"Open https://login.example.com/device and type the code WDJB-MJHT" in login.stdout
    assert after[0]["has_refresh_token"] is True
    assert sorted(after[0]) == sorted(documented("An OAuth client"))
    assert b"mailbox support@127.0.0.1: fine" in checked.stdout, checked.stderr
    assert [ticket["subject"] for ticket in tickets] == ["by token"]
    assert healthy
    shown = login.stdout + login.stderr + json.dumps(after).encode() + log.encode()
    assert not any(token.encode() in shown for token in provider.given)


@pytest.mark.parametrize(
    ("name", "words"),
    [("gmail", b"there is no [[oauth]] section gmail; there is m365"), ("m365", b"needs grant = ")],
)
def test_a_login_that_cannot_be_is_told(tmp_path: Path, name: str, words: bytes):
    config = configured(tmp_path)
    text = OAUTH.format(token="https://login.test/token", device="", port=1).replace('device_url = ""\n', "")
    text = text.replace('"device_code"', '"client_credentials"\nclient_secret_file = "x"')
    config.write_text(config.read_text() + text)

    said = postdesk(config, "oauth", "login", name)

    assert said.returncode == 1
    assert words in said.stderr


def test_a_provider_that_refuses_a_login_is_told(tmp_path: Path):
    config = configured(tmp_path)
    with running_provider(Provider()) as provider:
        provider.trouble = lambda _form: (400, {"error": "unauthorized_client"})
        text = OAUTH.format(token=provider.token_url, device=provider.device_url, port=1)
        config.write_text(config.read_text() + text)
        postdesk(config, "migrate")

        said = postdesk(config, "oauth", "login", "m365")

    assert said.returncode == 1
    assert b"oauth m365: 127.0.0.1:" in said.stderr
    assert b"answers 400: unauthorized_client" in said.stderr
