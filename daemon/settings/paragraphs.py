"""Read the paragraphs of ``config/default.toml``: the one place that tells what each setting means.

A setting that is at its default stands there switched off, as ``#key = value`` without a blank, and so
does a section that is off; prose has a blank after the ``#``.
"""

import re

from daemon import shipped

_OFF = re.compile(r"^#(?=[\[a-z])", re.MULTILINE)
_HEADER = re.compile(r"\[+([a-z_.]+)\]+$")
_PAIR = re.compile(r"([a-z_]+) = ")


def default_text() -> str:
    """Return the text of the shipped default configuration."""
    return (shipped.folder("config") / "default.toml").read_text("utf-8")


def switched_on(text: str) -> str:
    """Return a default configuration with every setting in it switched on."""
    return _OFF.sub("", text)


def paragraphs(text: str) -> dict[str, str]:
    """Return the prose above each section and setting of a default configuration, by dotted name.

    A setting without prose directly above it has an empty paragraph.
    """
    found: dict[str, str] = {}
    section = ""
    prose: list[str] = []
    for line in switched_on(text).splitlines():
        if line.startswith("#"):
            prose.append(line.removeprefix("#").strip())
            continue
        if header := _HEADER.match(line):
            section = header[1]
            found.setdefault(section, " ".join(prose))
        elif pair := _PAIR.match(line):
            found.setdefault(f"{section}.{pair[1]}", " ".join(prose))
        prose = []
    return found
