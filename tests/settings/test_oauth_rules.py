"""What a configuration with logins by OAuth 2.0 must have, and what is said where it has not."""

import pytest

from daemon.settings import problems_of_machine
from tests.settings.conftest import ANN, DESK

CLIENT = '[[oauth]]\nname = "m365"\nclient_id = "desk"\n'
MAILBOX = '[[mailbox]]\nhost = "imap.test"\nusername = "support"\noauth = "m365"\n'
MICROSOFT = (
    f'{CLIENT}provider = "microsoft"\ntenant = "corp.test"\ngrant = "client_credentials"\n'
    'client_secret_file = "oauth.secret"\n'
)
CUSTOM = f'{CLIENT}token_url = "https://login.test/token"\nrefresh_token_file = "oauth.token"\n'


def test_a_mailbox_and_a_relay_by_token_need_no_password(loaded):
    relay = '[relay]\nurl = "smtp://relay.test"\nusername = "support"\noauth = "m365"\n'

    settings = loaded(DESK + ANN + relay + MICROSOFT + MAILBOX)

    assert (settings.mailbox[0].oauth, settings.relay.oauth) == ("m365", "m365")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MICROSOFT + CUSTOM, "oauth[2].name: is the name of oauth[1] already"),
        (CUSTOM.replace('"m365"', '"m 365"'), "oauth[1].name: expected a name of letters, digits, dots and"),
        (CUSTOM.replace('"desk"', '""'), "oauth[1].client_id: expected a text that is not empty"),
        (MICROSOFT.replace('tenant = "corp.test"\n', ""), "oauth[1].tenant: missing; microsoft needs the"),
        (CUSTOM + 'tenant = "x"\n', "oauth[1].tenant: is read with provider"),
        (
            CUSTOM.replace("token_url", "#"),
            "oauth[1].token_url: missing; only microsoft and google are known",
        ),
        (CUSTOM.replace("https:", "http:"), "oauth[1].token_url: expected an address that begins with https"),
        (CUSTOM.replace("login.test", "login.test:x"), "oauth[1].token_url: expected an address that begins"),
        (
            CUSTOM.replace("refresh_token_file", "#"),
            "oauth[1].refresh_token_file: missing; the grant refresh",
        ),
        (CUSTOM + 'device_url = "https://login.test/d"\n', "oauth[1].device_url: is read with grant"),
        (
            MICROSOFT.replace("client_secret_file", "#"),
            "oauth[1].client_secret_file: missing; the grant client_credentials needs the secret",
        ),
        (MICROSOFT + 'refresh_token_file = "x"\n', "oauth[1].refresh_token_file: is read with grant"),
        (
            CUSTOM.replace("refresh_token_file", "#") + 'grant = "device_code"\n',
            "oauth[1].device_url: missing; the grant device_code begins there",
        ),
        (
            f'{CLIENT}provider = "google"\ngrant = "device_code"\n',
            "oauth[1].grant: google gives no access to mail by device_code",
        ),
        (
            MAILBOX,
            "mailbox[1].oauth: expected the name of an [[oauth]] section, got m365 (there is no [[oauth]]",
        ),
        (CUSTOM + MAILBOX.replace("m365", "gmail"), "got gmail (there are m365)"),
        (
            CUSTOM + MAILBOX + 'password_file = "x"\n',
            "mailbox[1].oauth: expected oauth or a password, got both",
        ),
        (
            '[relay]\nurl = "smtp://relay.test"\noauth = "m365"\n' + CUSTOM,
            "relay.username: missing; relay.oauth needs the mailbox that mail is sent from",
        ),
    ],
)
def test_what_does_not_fit_is_told(complaints, text: str, said: str):
    assert any(said in line for line in complaints(DESK + ANN + text)), complaints(DESK + ANN + text)


def test_http_to_this_machine_will_do(loaded):
    assert loaded(DESK + ANN + CUSTOM.replace("https://login.test", "http://127.0.0.1:99"))


class TestAlarm:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (
                'webhook_url = "ftp://x"\nsecret_file = "s"\n',
                "alarm.webhook_url: expected an address that begins",
            ),
            ('webhook_url = "https://[x"\nsecret_file = "s"\n', "alarm.webhook_url: expected an address"),
            ('webhook_url = "https://alarms.test"\n', "alarm.secret_file: missing; alarms are signed"),
            ('secret_file = "s"\n', "alarm.secret_file: is read with alarm.webhook_url only"),
        ],
    )
    def test_what_does_not_fit_is_told(self, complaints, text: str, said: str):
        assert any(said in line for line in complaints(DESK + ANN + "[alarm]\n" + text))

    def test_files_of_alarm_and_oauth_are_looked_for(self, loaded, tmp_path):
        alarm = '[alarm]\nwebhook_url = "https://alarms.test"\nsecret_file = "alarm.secret"\n'
        found = problems_of_machine(loaded(DESK + ANN + alarm + CUSTOM), {})

        assert [problem.key for problem in found] == ["alarm.secret_file", "oauth[1].refresh_token_file"]
