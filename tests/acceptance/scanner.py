"""A scanner of mail as it stands before a company's mailboxes: it finds every link and opens it, twice."""

import contextlib
import html
import http.client
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.acceptance.whole_story import readable

TIMEOUT_SECONDS = 10
TIMES = 2
_WRITTEN = re.compile(r"\b(?:https?://|mailto:)[^\s<>\"'\\]+", re.IGNORECASE)
# Every attribute that a client follows, by itself or on a click, and what a style sheet loads.
_FOLLOWED = re.compile(
    r"\b(?:href|src|action|formaction|background|poster|cite|data|ping|srcset)\s*=\s*[\"']?([^\"'\s>]+)"
    r"|url\(\s*[\"']?([^\"')\s]+)",
    re.IGNORECASE,
)


def links(raw: bytes) -> set[str]:
    """Return every address in a mail that a scanner could open, wherever it stands, however it is coded."""
    found = set()
    for text in readable(raw):
        # HTML writes "&" as "&amp;".
        for read in {text, html.unescape(text)}:
            found.update(_WRITTEN.findall(read))
            found.update(one or other for one, other in _FOLLOWED.findall(read))
    return {one.rstrip(".,;)") for one in found if not one.startswith(("#", "cid:"))}


def web_links(raws: Iterable[bytes]) -> set[str]:
    """Return those of the links that are fetched by HTTP, those without a scheme among them."""
    every = {one for raw in raws for one in links(raw)}
    return {one for one in every if urlsplit(one).scheme.lower() in {"", "http", "https"}}


def ports(pid: int) -> list[int]:
    """Return every TCP port that a process and its children listen on."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    open_ones = (one for process in family for one in process.net_connections("tcp"))
    return sorted({one.laddr.port for one in open_ones if one.status == psutil.CONN_LISTEN})


def fetch(url: str, port: int, method: str = "GET") -> int:
    """Open a link, whatever its host, at a port of this machine; returns the status, 0 for no HTTP."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{parts.query and '?' + parts.query}"
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    with contextlib.closing(server):
        try:
            server.request(method, path, headers={"User-Agent": "scanner", "Host": parts.netloc or "desk"})
            return server.getresponse().status
        except (http.client.HTTPException, OSError):
            return 0


def scan(urls: Iterable[str], pid: int) -> dict[tuple[str, int], list[int]]:
    """Open every link at every port, as often as scanners do, and return what each was answered."""
    return {
        (url, port): [fetch(url, port, method) for method in ("HEAD", "GET") for _ in range(TIMES)]
        for url in sorted(urls)
        for port in ports(pid)
    }


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of an SQLite database."""
    with contextlib.closing(sqlite3.connect(path)) as books:
        tables = books.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: books.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}
