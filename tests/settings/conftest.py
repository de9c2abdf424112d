"""A desk that is right, to be made wrong in one place, and the example that is promised to work."""

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.settings import ConfigurationError, Settings, load

DESK = '[desk]\nname = "IT Support"\naddress = "support@desk.test"\n'
ANN = '[[agent]]\naddress = "ann@corp.test"\nname = "Ann"\n'
# The example that the project promised to read word for word.
EXAMPLE = """\
[desk]
name = "IT Support"
address = "support@desk.test"
timezone = "Europe/Berlin"

[database]
url = "sqlite:///postdesk.db"        # relative to this file

[listener]
host = "127.0.0.1"
port = 2525

[[mailbox]]
host = "127.0.0.1"
port = 1143
security = "none"                    # none | starttls | tls
username = "support"
password_file = "imap.secret"
folder = "INBOX"
done_folder = "Processed"

[relay]
url = "smtp://127.0.0.1:2526"        # or "maildir:outgoing"

[[team]]
name = "service-desk"
addresses = ["support@desk.test"]
members = ["ann@corp.test", "bob@corp.test"]

[[agent]]
address = "ann@corp.test"
name = "Ann"

[[agent]]
address = "bob@corp.test"
name = "Bob"
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[str], Settings]:
    """Load a text as ``postdesk.toml``."""

    def load_text(text: str) -> Settings:
        path = tmp_path / "postdesk.toml"
        path.write_text(text, "utf-8")
        return load(path)

    return load_text


@pytest.fixture
def complaints(loaded: Callable[[str], Settings], tmp_path: Path) -> Callable[[str], list[str]]:
    """Load a text that is wrong and return what is said about it, from the line number on."""

    def complaints_about(text: str) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            loaded(text)
        place = f"{tmp_path / 'postdesk.toml'}:"
        assert all(str(problem).startswith(place) for problem in caught.value.problems)
        return [str(problem).removeprefix(place).lstrip() for problem in caught.value.problems]

    return complaints_about
