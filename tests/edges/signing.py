"""A DNS in a dictionary and a key to sign with, for the tests of our own checks."""

import base64
import functools
import subprocess
import threading
from collections.abc import Mapping

import dkim

from daemon.edges.dns_lookup import DnsTrouble

SELECTOR = "s1"


class DictDns:
    """Answers from a dictionary of ``(name, kind)``; DnsTrouble instead where the value is that."""

    def __init__(self, records: Mapping[tuple[str, str], object] | None = None) -> None:
        self.records = dict(records or {})
        self.asked: list[tuple[str, str]] = []
        self.lock = threading.Lock()

    def lookup(self, name: str, kind: str) -> tuple[str, ...]:
        with self.lock:
            self.asked.append((name, kind))
        found = self.records.get((name.rstrip("."), kind), ())
        if found is DnsTrouble:
            raise DnsTrouble("down")
        return (found,) if isinstance(found, str) else tuple(found)


@functools.cache
def private_key(bits: int = 1024) -> bytes:
    command = ["openssl", "genrsa", "-traditional", str(bits)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def key_record(bits: int = 1024) -> str:
    command = ["openssl", "rsa", "-pubout", "-outform", "DER"]
    public = subprocess.run(command, input=private_key(bits), capture_output=True, check=True).stdout
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


@functools.cache
def usual_key_record() -> str:
    return key_record()


def world(domain: str = "corp.test") -> dict[tuple[str, str], object]:
    """Return what a careful domain publishes: a key, SPF for 192.0.2.1, and DMARC."""
    return {
        (f"{SELECTOR}._domainkey.{domain}", "TXT"): usual_key_record(),
        (domain, "TXT"): "v=spf1 ip4:192.0.2.1 -all",
        (f"_dmarc.{domain}", "TXT"): "v=DMARC1; p=reject",
    }


def signed(raw: bytes, domain: str = "corp.test", bits: int = 1024, **options: object) -> bytes:
    """Put a signature of ``domain`` on top of a message."""
    given = {"include_headers": [b"from", b"to", b"subject"], "canonicalize": (b"relaxed", b"relaxed")}
    field = dkim.sign(raw, SELECTOR.encode(), domain.encode(), private_key(bits), **{**given, **options})
    return field + raw
