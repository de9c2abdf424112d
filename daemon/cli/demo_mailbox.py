"""A Dovecot of the demo's own, where one is installed: the mailbox out of which the desk fetches its mail.

It needs no privileges, listens on the loopback, and ends with the demo.
"""

import asyncio
import contextlib
import getpass
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

from imapclient import IMAPClient

from daemon.cli.demo_script import StoryBroken

USER = "desk"
PASSWORD = "only-for-this-demo"  # noqa: S105  # of a server that lives for some seconds on the loopback
START_SECONDS = 10.0
# System folders, which the path of an ordinary user often leaves out.
_PLACES = "/usr/local/sbin:/usr/sbin:/sbin"
_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = no
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain login
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
# A look each tenth of a second, since Dovecot tells an idling client of news half a second late.
SECTION = """
[[mailbox]]
host = "127.0.0.1"
port = {port}
security = "none"
username = "{user}"
password_file = "imap.secret"
done_folder = "Processed"
idle = false
poll_seconds = 0.1
"""


def program(folder: Path) -> str | None:
    """Return where Dovecot is installed; None where it is not, or could not use this folder."""
    # Where root plays, the server runs as nobody.
    closed = os.getuid() == 0 and not all(one.stat().st_mode & 0o001 for one in folder.parents)
    return None if closed else shutil.which("dovecot") or shutil.which("dovecot", path=_PLACES)


@contextlib.asynccontextmanager
async def mailbox(folder: Path) -> AsyncIterator[int | None]:
    """Run a server in this folder and return its port; None where Dovecot cannot be used."""
    path = program(folder)
    if path is None:
        yield None
        return
    port, user = _free_port(), pwd.getpwnam("nobody" if os.getuid() == 0 else getpass.getuser())
    _prepare(folder, port, user)
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    server = subprocess.Popen(  # noqa: S603, ASYNC220  # a fixed program; it is started at once
        [path, "-F", "-c", folder / "dovecot.conf"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **identity,  # type: ignore[call-overload]  # the same for every program
    )
    try:
        await asyncio.to_thread(_await_greeting, server, port, folder)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def configuration(folder: Path, port: int, user: pwd.struct_passwd, password: str) -> str:
    """Write what Dovecot needs to run in a folder of its own: any user, one password, no encryption."""
    group = grp.getgrgid(user.pw_gid).gr_name
    return _CONFIGURATION.format(folder=folder, user=user.pw_name, group=group, port=port, password=password)


def deliver(port: int, raw: bytes) -> None:
    """Put a mail into the mailbox, as a mail server that delivers for the desk."""
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=START_SECONDS) as client:
        client.login(USER, PASSWORD)
        client.append("INBOX", raw)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _prepare(folder: Path, port: int, user: pwd.struct_passwd) -> None:
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir()
    (folder / "dovecot.conf").write_text(configuration(folder, port, user, PASSWORD))
    if os.getuid() == 0:
        # The server gives root's rights up.
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)


def _await_greeting(server: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
            if probe.recv(100).startswith(b"* OK"):
                return
        time.sleep(0.02)
    log = folder / "log"
    said = log.read_text("utf-8", "replace")[-500:] if log.exists() else "nothing"
    raise StoryBroken(f"Dovecot did not start; it said: {said}")
