"""Imports point down only, and the house stays small enough to read: the plan of the layers, kept.

    7  daemon.__main__, daemon.cli                        what the operator types
    6  daemon.settings, daemon.wiring, daemon.supervisor  the composition root
    5  daemon.edges                                       I/O with the world
    4  daemon.jobs                                        what happens because time passed
    3  daemon.services                                    transactions
    2  daemon.checks | daemon.commands                    pure, registries
    1  daemon.mail   | daemon.desk                        pure: the words of mail, of a service desk
    0  storage.vocabulary, storage.records, daemon.clock, daemon.maillog, daemon.shipped

``storage`` itself is seen by the layers 3, 4, 6 and 7, and sees nothing of ``daemon``.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for name in ("daemon", "storage") for path in (ROOT / name).rglob("*.py"))
EVERYTHING = [
    *SOURCES,
    *sorted(path for name in ("tests", "benchmarks") for path in (ROOT / name).rglob("*.py")),
]

LAYERS = {
    "daemon": 0,
    "daemon.clock": 0,
    "daemon.maillog": 0,
    "daemon.shipped": 0,
    "storage.vocabulary": 0,
    "storage.records": 0,
    "daemon.mail": 1,
    "daemon.desk": 1,
    "daemon.checks": 2,
    "daemon.commands": 2,
    "daemon.services": 3,
    "daemon.jobs": 4,
    "daemon.edges": 5,
    "daemon.settings": 6,
    "daemon.wiring": 6,
    "daemon.supervisor": 6,
    "daemon.cli": 7,
    "daemon.__main__": 7,
}
# In these layers the parts work together; in the others they do not see each other.
TOGETHER = {0, 6, 7}
SEE_STORAGE = {3, 4, 6, 7}
PURE = (
    "daemon.mail",
    "daemon.desk",
    "daemon.checks",
    "daemon.commands",
    "storage.vocabulary",
    "storage.records",
)
# What reaches out of the process or looks at the clock; a pure module is told instead.
WORLD = {
    "aiosmtpd", "aiosmtplib", "asyncio", "imapclient", "imaplib", "jinja2", "multiprocessing",
    "os", "pathlib", "peewee", "playhouse", "random", "resource", "schedule", "selectors", "shutil",
    "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time",
}  # fmt: skip
LONGEST_FILE = 400
# To look into every module for imports inside of functions takes seconds; most have none but at the start.
NOT_AT_THE_START = re.compile(r"^(?!import |from ).*\bimport\b", re.MULTILINE)


def module_of(path: Path) -> str:
    """Return the dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


KNOWN = {module_of(path) for path in SOURCES}


def part_of(module: str) -> str:
    """Return the part of the plan that a module belongs to: its longest name there."""
    names = module.split(".")
    candidates = (".".join(names[:length]) for length in range(len(names), 0, -1))
    return next((name for name in candidates if name in LAYERS and (name != "daemon" or len(names) == 1)), "")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield node.lineno, inner if inner in KNOWN else source


def breaches(module: str, source: str) -> list[str]:
    """Say in a sentence each what a module imports against the plan."""
    found = sorted(set(imports(ast.parse(source))))
    said = ((line, breach(module, target)) for line, target in found)
    return [f"{module}, line {line}: {text}" for line, text in said if text]


def breach(module: str, target: str) -> str:
    """Say what is wrong with one import, or nothing."""
    root = target.partition(".")[0]
    if not root:
        return "relative imports hide where a name comes from; write the whole name"
    if part_of(module) in PURE and root in WORLD:
        return f"it is pure, and {root} reaches out of the process; hand it the value instead"
    if root in {"peewee", "playhouse"} and not module.startswith("storage."):
        return f"only storage may know {root}; ask a repository for a record"
    if root not in {"daemon", "storage"}:
        return ""
    return storage_breach(module, target) if module.startswith("storage") else daemon_breach(module, target)


def storage_breach(module: str, target: str) -> str:
    """Say what is wrong with an import of ours inside ``storage``."""
    if target.startswith("daemon"):
        return f"storage knows nothing of the program above it, so not of {target}"
    if module in {"storage.vocabulary", "storage.records"} and part_of(target) == "":
        return f"it is the lowest layer and may not import {target}"
    return ""


def daemon_breach(module: str, target: str) -> str:
    """Say what is wrong with an import of ours inside ``daemon``."""
    own, other = part_of(module), part_of(target)
    if target.startswith("storage") and not other:
        seen = LAYERS[own] in SEE_STORAGE
        return "" if seen else f"layer {LAYERS[own]} sees only the records of storage, not {target}"
    if not other:
        return f"{target} is in no layer of the plan"
    if LAYERS[other] > LAYERS[own]:
        return f"{target} is in layer {LAYERS[other]}, above layer {LAYERS[own]}; imports point down only"
    if LAYERS[other] == LAYERS[own] and own != other and LAYERS[own] not in TOGETHER:
        return f"{own} and {other} are neighbours that do not see each other"
    return ""


def hidden_imports(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of imports inside of functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (i.lineno for i in ast.walk(node) if isinstance(i, ast.Import | ast.ImportFrom))


def test_imports_point_down_only():
    assert [one for path in SOURCES for one in breaches(module_of(path), path.read_text("utf-8"))] == []


def test_every_module_has_its_layer():
    assert [name for name in KNOWN if name.startswith("daemon") and not part_of(name)] == []


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{module_of(path)}, line {line}: an import inside of a function hides a dependency"
        for path in SOURCES
        if NOT_AT_THE_START.search(source := path.read_text("utf-8"))
        for line in hidden_imports(ast.parse(source))
    ]

    assert hidden == []


def test_no_file_is_longer_than_400_lines():
    lengths = {path.relative_to(ROOT): path.read_text("utf-8").count("\n") for path in EVERYTHING}

    assert {str(path): length for path, length in lengths.items() if length > LONGEST_FILE} == {}


class TestThePlanItself:
    """The test above can fail: one breach of each kind, in a module that is not there."""

    @pytest.mark.parametrize(
        ("module", "source", "said"),
        [
            (
                "daemon.mail.parse",
                "import email\nfrom daemon.services import ledger",
                (
                    "daemon.mail.parse, line 2: daemon.services.ledger is in layer 3, above layer 1; "
                    "imports point down only"
                ),
            ),
            (
                "daemon.mail.parse",
                "from daemon.desk.roster import DeskSettings",
                (
                    "daemon.mail.parse, line 1: daemon.mail and daemon.desk are neighbours that do not see "
                    "each other"
                ),
            ),
            (
                "daemon.commands.take",
                "import daemon.checks",
                (
                    "daemon.commands.take, line 1: daemon.commands and daemon.checks are neighbours that "
                    "do not see each other"
                ),
            ),
            (
                "daemon.edges.courier",
                "from storage import outbox",
                "daemon.edges.courier, line 1: layer 5 sees only the records of storage, not storage.outbox",
            ),
            (
                "daemon.services.intake",
                "import peewee",
                "daemon.services.intake, line 1: only storage may know peewee; ask a repository for a record",
            ),
            (
                "daemon.desk.lifecycle",
                "def f():\n    import time",
                (
                    "daemon.desk.lifecycle, line 2: it is pure, and time reaches out of the process; "
                    "hand it the value instead"
                ),
            ),
            (
                "storage.people",
                "from daemon.clock import Clock",
                (
                    "storage.people, line 1: storage knows nothing of the program above it, so not of "
                    "daemon.clock"
                ),
            ),
            (
                "storage.records",
                "from storage.models import Ticket",
                "storage.records, line 1: it is the lowest layer and may not import storage.models",
            ),
            (
                "daemon.mail.parse",
                "from . import words",
                (
                    "daemon.mail.parse, line 1: relative imports hide where a name comes from; "
                    "write the whole name"
                ),
            ),
            (
                "daemon.edges.courier",
                "import daemon.helpers",
                "daemon.edges.courier, line 1: daemon.helpers is in no layer of the plan",
            ),
        ],
    )
    def test_a_breach_is_told_in_a_sentence(self, module, source, said):
        assert breaches(module, source) == [said]

    @pytest.mark.parametrize(
        ("module", "source"),
        [
            ("daemon.services.intake", "from daemon.mail import parse\nfrom storage import arrivals"),
            ("daemon.wiring", "from daemon.settings import Settings\nimport daemon.edges.smtp_listener"),
            (
                "daemon.mail.parse",
                "from daemon.mail.message import Message\nfrom storage.records import Splice",
            ),
            ("storage.outbox", "import peewee\nfrom storage.models import Outbox"),
        ],
    )
    def test_what_the_plan_allows_passes(self, module, source):
        assert breaches(module, source) == []

    def test_an_import_inside_of_a_function_is_seen(self):
        tree = ast.parse("import os\nclass A:\n    async def f(self):\n        from os import path\n")

        assert list(hidden_imports(tree)) == [4]
