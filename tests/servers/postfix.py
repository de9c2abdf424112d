"""Postfix as the relay: its smtp-sink, which takes or refuses as it is told, and a whole Postfix of our own.

The whole one needs root, as Postfix always does.
"""

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import free_port, require_program

PEOPLE = ("cara@cust.test", "dan@cust.test", "jörg@cust.test", "ann@corp.test", "bob@corp.test")

_MAIN = """
compatibility_level = 3.6
multi_instance_name = postfix-{name}
multi_instance_enable = yes
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = {commands}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
local_recipient_maps =
smtputf8_enable = yes
enable_long_queue_ids = yes
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/relay.pem
smtpd_tls_key_file = {folder}/relay.pem
smtpd_error_sleep_time = 0
in_flow_delay = 0
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/people
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
tlsmgr unix - - n 1000? 1 tlsmgr
smtp unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class SunkMail:
    """One mail as smtp-sink wrote it down; ``content`` has LF line ends."""

    mail: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass(frozen=True)
class Sink:
    """A running smtp-sink."""

    port: int
    folder: Path

    def mails(self) -> list[SunkMail]:
        """Everything that was taken so far, in the order of the files' names."""
        return [_sunk(file.read_bytes()) for file in sorted(self.folder.iterdir())]


def _sunk(dump: bytes) -> SunkMail:
    head, _, rest = dump.partition(b"Received: ")
    content = re.sub(rb"\A[^\n]*\n(?:[ \t][^\n]*\n)*", b"", rest)[:-1]
    (mail,) = re.findall(r"X-Mail-Args: (.*)", head.decode())
    return SunkMail(mail, tuple(re.findall(r"X-Rcpt-Args: (.*)", head.decode())), content)


@contextlib.contextmanager
def smtp_sink(*options: str) -> Iterator[Sink]:
    """Run smtp-sink with further options, such as ``-r RCPT`` for 4xx and ``-f RCPT`` for 5xx."""
    program = require_program("smtp-sink", "postfix")
    folder, port = Path(tempfile.mkdtemp(prefix="postdesk-sink-")), free_port()
    user: tuple[str, ...] = ()
    if os.geteuid() == 0:
        user = ("-u", "nobody")
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    command = [program, *user, *options, "-d", f"{folder}/%M%S.", f"inet:127.0.0.1:{port}", "100"]
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for_port(port, process)
        yield Sink(port, folder)
    finally:
        process.terminate()
        process.wait(5)
        shutil.rmtree(folder)
        (folder.parent / f"{folder.name}.log").unlink()


@dataclass(frozen=True)
class Postfix:
    """A running Postfix that delivers to the mailboxes of its ``people`` and knows nobody else there."""

    port: int
    folder: Path

    @property
    def certificate(self) -> Path:
        """Its certificate, which it has signed itself, for localhost."""
        return self.folder / "relay.pem"

    def mails(self, address: str, count: int = 1) -> list[bytes]:
        """The mails of one mailbox as they were delivered, LF line ends, once there are ``count``."""
        local, _, domain = address.partition("@")
        deadline = time.monotonic() + 20
        while True:
            files = sorted((self.folder / "mail" / domain / local / "new").glob("*"))
            if len(files) >= count:
                return [file.read_bytes() for file in files]
            if time.monotonic() > deadline:
                log = "".join(file.read_text() for file in self.folder.glob("[ls][oa][gi]*"))
                pytest.fail(f"{len(files)} of {count} mails for {address} came; Postfix says:\n{log}")
            time.sleep(0.05)


@contextlib.contextmanager
def postfix(people: Sequence[str] = PEOPLE) -> Iterator[Postfix]:
    """Run a whole Postfix below a temporary folder; nothing of a Postfix of the machine is touched."""
    program = require_program("postfix", "postfix")
    if os.geteuid() != 0:
        reason = "Postfix runs as root only"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Postfix's own users must get in, which the folders of pytest do not allow.
    folder = Path(tempfile.mkdtemp(prefix="postdesk-postfix-"))
    folder.chmod(0o755)
    server = Postfix(free_port(), folder)
    master = None
    try:
        daemons = _configure(server, program, people)
        make_certificate(server.certificate)
        # Not by "postfix start" and "postfix stop", shell scripts that take two seconds each.
        with (folder / "said").open("wb") as said:
            command = [f"{daemons}/master", "-c", str(folder / "conf"), "-d"]
            master = subprocess.Popen(command, stdout=said, stderr=said)
        _wait_for_port(server.port, master)
        yield server
    finally:
        if master is not None:
            master.terminate()
            master.wait(10)
        shutil.rmtree(folder)


def _configure(server: Postfix, program: str, people: Sequence[str]) -> str:
    folder, nobody = server.folder, pwd.getpwnam("nobody")
    for name in ("conf", "queue", "data", "mail"):
        (folder / name).mkdir()
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "hold", "incoming", "private", "trace"):
        (folder / "queue" / name).mkdir(mode=0o700)
        shutil.chown(folder / "queue" / name, "postfix")
    for name in ("maildrop", "public"):
        (folder / "queue" / name).mkdir()
        shutil.chown(folder / "queue" / name, "postfix", "postdrop")
        (folder / "queue" / name).chmod(0o1730 if name == "maildrop" else 0o2710)
    (folder / "queue" / "pid").mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", "nobody")
    daemons: str = next(
        path for path in ("/usr/lib/postfix/sbin", "/usr/libexec/postfix") if Path(path, "master").exists()
    )
    values = {
        "name": re.sub(r"[^a-z0-9]", "", folder.name.lower()),
        "folder": folder,
        "commands": Path(program).parent,
        "daemons": daemons,
        "domains": ", ".join(sorted({address.partition("@")[2] for address in people})),
        "uid": nobody.pw_uid,
        "gid": nobody.pw_gid,
    }
    (folder / "conf" / "main.cf").write_text(_MAIN.format(**values))
    (folder / "conf" / "master.cf").write_text(_MASTER.format(port=server.port))
    homes = {address: "{1}/{0}/".format(*address.split("@")) for address in people}
    (folder / "people").write_text("".join(f"{address} {home}\n" for address, home in homes.items()))
    return daemons


def make_certificate(path: Path) -> None:
    """Write key and certificate for localhost, signed by itself, into one file."""
    openssl = require_program("openssl", "openssl")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(path)]
    command = [openssl, "req", "-x509", "-days", "30", *names, *key, "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    with path.open("ab") as file:
        file.write(Path(f"{path}.crt").read_bytes())


def _wait_for_port(port: int, process: "subprocess.Popen[bytes] | None" = None) -> None:
    deadline = time.monotonic() + 10
    while True:
        assert process is None or process.poll() is None, f"{process.args} ended with {process.returncode}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, f"nobody listens on port {port}"
        time.sleep(0.02)
