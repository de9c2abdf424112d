"""A real Dovecot of our own: any user, password ``secret``, plain and TLS ports on loopback.

It runs without root, and as root too (then as the user nobody), and is ready in about a tenth of a second.
"""

import base64
import contextlib
import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from imapclient import IMAPClient

from daemon.cli import demo_mailbox
from tests.servers import free_port, require_program
from tests.servers.oauth_provider import JWT_KEY

PASSWORD = "secret"

# What the tests ask for beside what the demo's server has; the last word counts.  The values that cost a test
# seconds by default are the delays after a failed login and the interval at which Dovecot looks whether an
# idling client's folder has changed.
_MORE = """
disable_plaintext_auth = {plaintext_disabled}
auth_mechanisms = {mechanisms}
auth_failure_delay = 0 secs
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mailbox_idle_check_interval = 1s
{extra}
{oauth_passdb}
service imap-login {{
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


# Each passdb must name its mechanisms: with one that has no passdb of its own Dovecot 2.3 falls over.
_OAUTH_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = {mechanisms}
  args = {folder}/oauth2.conf
}}
"""
_OAUTH = """
introspection_mode = local
username_attribute = email
local_validation_key_dict = fs:posix:prefix={folder}/keys/
"""


class Dovecot:
    """One server in a folder of its own.

    ``oauth`` are mechanisms for logins by token, as ``xoauth2 oauthbearer``: JWTs signed with
    ``tests.servers.oauth_provider.JWT_KEY`` (HS256, claims sub, email, iat, exp).
    ``extra`` is added to its configuration, as ``imap_capability = IMAP4rev1 UIDPLUS`` to hide the rest.
    """

    def __init__(
        self, folder: Path, *, extra: str = "", plaintext_disabled: bool = False, oauth: str = ""
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.tls_port = free_port()
        self._program = require_program("dovecot", "dovecot-imapd")
        self._process: subprocess.Popen[bytes] | None = None
        self._user = pwd.getpwnam("nobody" if os.getuid() == 0 else getpass.getuser())
        self._make_folders()
        self._make_certificate()
        self._make_oauth()
        self._configure(extra, "yes" if plaintext_disabled else "no", oauth)
        if os.getuid() == 0:
            self._give_away()

    @property
    def certificate(self) -> Path:
        """The certificate for localhost and 127.0.0.1, which is its own authority."""
        return self.folder / "cert.pem"

    def start(self) -> "Dovecot":
        """Start the server and wait until it greets."""
        identity = {}
        if os.getuid() == 0:
            identity = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen(
            [self._program, "-F", "-c", self.folder / "dovecot.conf"],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **identity,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._greets():
                return self
            time.sleep(0.01)
        raise RuntimeError(f"Dovecot did not start:\n{self.log()}")

    def stop(self) -> None:
        """End the server and its children, which would keep their connections open otherwise."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(10)
        self._kill_group()
        self._process = None

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self._process is None:
            return
        self._kill_group()
        self._process.wait(10)
        self._process = None
        (self.folder / "run" / "master.pid").unlink(missing_ok=True)
        # A process killed while it writes the list of UIDs leaves its lock, which the next one would
        # respect for two minutes.
        for lock in (self.folder / "mail").rglob("*.lock"):
            lock.unlink(missing_ok=True)

    @contextlib.contextmanager
    def login(self, user: str) -> Iterator[IMAPClient]:
        """A client of the user, logged in on the plain port, to look and to act as a person would."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20) as client:
            client.login(user, PASSWORD)
            yield client

    def append(
        self, user: str, *messages: bytes, folder: str = "INBOX", flags: tuple[bytes, ...] = ()
    ) -> None:
        """Put messages into a folder of the user, which is made where it is missing."""
        with self.login(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for raw in messages:
                client.append(folder, raw, flags)

    def messages(self, user: str, folder: str = "INBOX") -> dict[int, tuple[bytes, tuple[bytes, ...]]]:
        """What the folder holds: the bytes and the flags by UID; nothing where there is no such folder."""
        with self.login(user) as client:
            if not client.folder_exists(folder):
                return {}
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"]) if client.search() else {}
            return {uid: (data[b"BODY[]"], data[b"FLAGS"]) for uid, data in found.items()}

    def held(self, user: str, folder: str = "INBOX") -> int:
        """How many messages the folder holds, for those who wait: seen on the disk, without a login."""
        home = self.folder / "mail" / user
        place = home if folder == "INBOX" else home / f".{folder}"
        return sum(1 for part in ("new", "cur") for _ in (place / part).glob("*"))

    def change_uidvalidity(self, user: str, folder: str = "INBOX") -> None:
        """Give the folder a new UIDVALIDITY; its messages are numbered anew."""
        self.administer("mailbox", "update", "-u", user, "--uid-validity", str(int(time.time()) + 7), folder)

    def administer(self, *arguments: str) -> str:
        """Run ``doveadm`` with the server's configuration, as the server's user."""
        program = require_program("doveadm", "dovecot-core")
        identity = {"user": self._user.pw_uid, "group": self._user.pw_gid} if os.getuid() == 0 else {}
        finished = subprocess.run(
            [program, "-c", self.folder / "dovecot.conf", *arguments],
            cwd=self.folder,
            capture_output=True,
            check=True,
            text=True,
            **identity,
        )
        return finished.stdout

    def log(self) -> str:
        """The server's log so far."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                return probe.recv(100).startswith(b"* OK")
        except OSError:
            return False

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _make_folders(self) -> None:
        # pytest's own folders are closed to other users, and root's server runs as one of them.
        self.folder.chmod(0o755)
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir()

    def _make_certificate(self) -> None:
        program = require_program("openssl", "openssl")
        words = (
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
        )
        names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        files = ["-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"]
        subprocess.run([program, *words.split(), *names, *files], check=True, capture_output=True)

    def _make_oauth(self) -> None:
        keys = self.folder / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_text(base64.b64encode(JWT_KEY).decode())
        (self.folder / "oauth2.conf").write_text(_OAUTH.format(folder=self.folder))

    def _configure(self, extra: str, plaintext_disabled: str, oauth: str) -> None:
        passdb = _OAUTH_PASSDB.format(folder=self.folder, mechanisms=oauth) if oauth else ""
        more = _MORE.format(
            folder=self.folder,
            tls_port=self.tls_port,
            plaintext_disabled=plaintext_disabled,
            mechanisms=f"plain login {oauth}",
            oauth_passdb=passdb,
            extra=extra,
        )
        words = demo_mailbox.configuration(self.folder, self.port, self._user, PASSWORD) + more
        (self.folder / "dovecot.conf").write_text(words)

    def _give_away(self) -> None:
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)


@contextlib.contextmanager
def running_dovecot(
    *, extra: str = "", plaintext_disabled: bool = False, oauth: str = ""
) -> Iterator[Dovecot]:
    """A started server in a temporary folder, ended and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="postdesk-dovecot-"))
    server = Dovecot(folder, extra=extra, plaintext_disabled=plaintext_disabled, oauth=oauth)
    try:
        yield server.start()
    finally:
        server.kill()  # Quicker than to wait for its children, and nobody will look at its files again.
        shutil.rmtree(folder, ignore_errors=True)
