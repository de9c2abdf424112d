"""Find the line of every key and value in a TOML text (TOML 1.0), which ``tomllib`` forgets.

Only reads what ``tomllib`` has accepted before: of a text that is no TOML nothing sensible comes back.
"""

import re
import tomllib
from collections.abc import Iterator

from daemon.settings.problems import Key

_BETWEEN = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_NAME = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\[\]{}#\r\n]+")


def lines(text: str) -> dict[Key, int]:
    """Return the line (from 1) of each table, key and array element; of a repeated table its first."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[Key, int] = {}
        self._counts: dict[Key, int] = {}

    def scan(self) -> dict[Key, int]:
        table: Key = ()
        self._skip(_BETWEEN)
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BETWEEN)
        return self._found

    def _header(self) -> Key:
        start = self._at
        repeated = self._text.startswith("[[", start)
        self._at += 2 if repeated else 1
        names = list(self._names())
        self._at += 2 if repeated else 1
        table: Key = ()
        for name in names[:-1]:
            table = self._newest((*table, name))
            self._note(table, start)
        table = (*table, names[-1])
        if repeated:
            self._counts[table] = self._counts.get(table, 0) + 1
            self._note(table, start)
        table = self._newest(table)
        self._note(table, start)
        return table

    def _newest(self, table: Key) -> Key:
        """Step into the last element where the key names an array of tables."""
        return (*table, self._counts[table] - 1) if table in self._counts else table

    def _pair(self, table: Key) -> None:
        start = self._at
        key = table
        for name in self._names():
            key = (*key, name)
            self._note(key, start)
        self._at += 1  # the equals sign
        self._skip(_BETWEEN)
        self._value(key)

    def _names(self) -> Iterator[str]:
        while True:
            match = _NAME.match(self._text, self._at)
            assert match is not None, "the text was read by tomllib before"
            self._at = match.end()
            yield _unquoted(match[1])
            if not self._text.startswith(".", self._at):
                return
            self._at += 1

    def _value(self, key: Key) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._array(key)
        elif opening == "{":
            self._inline_table(key)
        else:
            self._skip(_STRING if opening in "\"'" else _BARE)

    def _array(self, key: Key) -> None:
        for index, start in enumerate(self._items("]")):
            self._note((*key, index), start)
            self._value((*key, index))

    def _inline_table(self, key: Key) -> None:
        for _ in self._items("}"):
            self._pair(key)

    def _items(self, closing: str) -> Iterator[int]:
        """Stop at the start of each item; the caller reads it before it asks for the next."""
        self._at += 1
        while True:
            self._skip(_BETWEEN)
            if self._text[self._at] == ",":
                self._at += 1
            elif self._text[self._at] == closing:
                self._at += 1
                return
            else:
                yield self._at

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        assert match is not None, "the text was read by tomllib before"
        self._at = match.end()

    def _note(self, key: Key, position: int) -> None:
        self._found.setdefault(key, self._text.count("\n", 0, position) + 1)


def _unquoted(name: str) -> str:
    if name[0] == '"':
        return str(tomllib.loads(f"name = {name}")["name"])
    return name[1:-1] if name[0] == "'" else name
