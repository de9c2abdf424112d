"""A real OpenLDAP server of our own with the people of a company, on a plain and on a TLS port.

It runs without root, in the foreground of a process of its own, and is ready in about a tenth of a second.
"""

import contextlib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.servers import free_port, require_program

BASE = "dc=corp,dc=test"
ADMINISTRATOR = f"cn=admin,{BASE}"
PASSWORD = "secret"

# Whoever has not logged in gets an error on the second page.
_CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.pem.key
attributetype (1.3.6.1.4.1.99999.1 NAME 'userAccountControl' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27)
attributetype (1.3.6.1.4.1.99999.2 NAME 'groupsOf' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12)
objectclass (1.3.6.1.4.1.99999.3 NAME 'account2' AUXILIARY MAY (userAccountControl $ groupsOf))
database mdb
maxsize 67108864
suffix "{base}"
rootdn "{administrator}"
rootpw {password}
directory {folder}/data
dbnosync
limits anonymous size.soft=10 size.hard=10 size.pr=500 size.prtotal=505
access to attrs=userPassword by anonymous auth by * none
access to * by * read
"""


class Slapd:
    """A running server with the entries of an LDIF text; ``url`` is plain, ``tls_url`` is not."""

    def __init__(self, folder: Path, entries: str) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self.url, self.tls_url = f"ldap://127.0.0.1:{self.port}", f"ldaps://127.0.0.1:{self.tls_port}"
        self.certificate = folder / "server.pem"
        self._program = require_program("slapd", "slapd")
        self._entries = entries
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Fill the database and start."""
        (self.folder / "data").mkdir()
        self._make_certificate()
        configuration = self.folder / "slapd.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                folder=self.folder, base=BASE, administrator=ADMINISTRATOR, password=PASSWORD
            )
        )
        (self.folder / "entries.ldif").write_text(self._entries)
        filling = [self._program, "-T", "add", "-q", "-f", configuration, "-l", self.folder / "entries.ldif"]
        filled = subprocess.run(filling, check=False, capture_output=True, text=True, timeout=30)
        assert filled.returncode == 0, filled.stderr
        # The second address is one of which the certificate does not speak.
        tls = f"ldaps://127.0.0.1:{self.tls_port} ldaps://127.0.0.2:{self.tls_port}"
        ports = f"ldap://127.0.0.1:{self.port} {tls}"
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._program, "-f", configuration, "-h", ports, "-d", "0"], stdout=log, stderr=log
            )
        self._wait()

    def stop(self) -> None:
        """End it and wait for its end."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def _make_certificate(self) -> None:
        openssl = require_program("openssl", "openssl")
        names = ["-subj", "/CN=slapd", "-addext", "subjectAltName=IP:127.0.0.1"]
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        files = ["-keyout", f"{self.certificate}.key", "-out", self.certificate]
        command = [openssl, "req", "-x509", "-days", "30", *names, *key, *files]
        subprocess.run(command, check=True, capture_output=True, timeout=30)

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.tls_port), 1):
                return
            time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text())


@contextlib.contextmanager
def slapd(entries: str) -> Iterator[Slapd]:
    """Run a server with these entries."""
    with tempfile.TemporaryDirectory(prefix="postdesk-slapd-") as folder:
        server = Slapd(Path(folder), entries)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def company(size: int) -> str:
    """Return a base with four people who have a part in a story, and others below one of them."""
    people = [
        _entry("Cora Chief", "cora", "title: CFO", "ou: Board"),
        _entry(
            "Mia Meier",
            "mia",
            f"manager: uid=cora,ou=people,{BASE}",
            f"secretary: UID=Ann, OU=people,{BASE}",
            "mail: boss@corp.test",
            "objectClass: account2",
            "groupsOf: cn=Board\\, inner,ou=groups,dc=corp,dc=test",
            "groupsOf: cn=Signers,ou=groups,dc=corp,dc=test",
        ),
        _entry(
            "Ann Lee", "ann", f"manager: uid=mia, ou=people,{BASE}", "departmentNumber: 4711", "ou: Sales"
        ),
        _entry(
            "Otto Old", "otto", "objectClass: account2", "userAccountControl: 514", "manager: uid=gone,o=x"
        ),
        f"dn: uid=robot,ou=people,{BASE}\nobjectClass: inetOrgPerson\ncn: Robot\nsn: R\nuid: robot\n",
        *(
            _entry(f"Person {at}", f"p{at}", f"manager: uid=mia,ou=people,{BASE}", "ou: Sales")
            for at in range(size)
        ),
    ]
    units = [f"dn: ou={unit},{BASE}\nobjectClass: organizationalUnit\nou: {unit}\n" for unit in ("people",)]
    root = f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Corp\ndc: corp\n"
    return "\n".join([root, *units, *people])


def _entry(name: str, uid: str, *more: str) -> str:
    lines = [
        "objectClass: inetOrgPerson",
        f"cn: {name}",
        f"sn: {name.rsplit(maxsplit=1)[-1]}",
        f"uid: {uid}",
        f"mail: {uid}@corp.test",
        *more,
    ]
    # The values of an attribute have to stand together.
    ordered = sorted(lines, key=lambda line: line.partition(":")[0])
    return "\n".join([f"dn: uid={uid},ou=people,{BASE}", *ordered]) + "\n"
