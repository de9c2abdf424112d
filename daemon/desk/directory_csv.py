"""Read and write the directory as CSV (RFC 4180, and what spreadsheets make of it)."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from daemon.desk.directory_reading import Problem, Reading
from daemon.desk.directory_text import NotReadableError, address, clean, names, truth
from storage.records import DirectoryPerson

# What a column may be called, without blanks and signs; the first name is the one that is written.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "address": (
        "address", "email", "mail", "emailaddress", "mailaddress", "primaryemail", "workemail",
        "emailadresse", "primarysmtpaddress", "adressemail", "correo", "indirizzoemail",
    ),
    "name": ("name", "displayname", "fullname", "employeename", "person", "nom", "nombre", "nome", "naam"),
    "manager": (
        "manager", "manageremail", "managermail", "manageraddress", "reportsto", "supervisor",
        "supervisoremail", "vorgesetzter", "vorgesetzte", "leidinggevende", "responsable",
    ),
    "department": (
        "department", "dept", "departmentname", "division", "unit", "abteilung", "service", "departamento",
        "reparto", "afdeling",
    ),
    "title": ("title", "jobtitle", "position", "job", "titel", "funktion", "poste", "cargo", "functie"),
    "roles": ("roles", "role", "rolle", "rollen"),
    "cost_centre": (
        "costcentre", "costcenter", "kostenstelle", "centredecout", "centrodecosto", "kostenplaats",
    ),
    "groups": ("groups", "group", "memberof", "gruppen", "groupes", "grupos", "gruppi", "groepen"),
    "deputies": (
        "deputies", "deputy", "standin", "standins", "substitute", "substitutes", "stellvertreter",
        "vertretung", "vertreter", "remplacant", "suplente", "vervanger",
    ),
    "also": (
        "also", "furtheraddresses", "otheraddresses", "aliases", "alias", "otheremails", "secondaryemail",
        "proxyaddresses",
    ),
    "active": ("active", "isactive", "enabled", "status", "aktiv", "accountenabled"),
}  # fmt: skip
_MEANT = {spelling: name for name, spellings in COLUMNS.items() for spelling in spellings}
_DELIMITERS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<sign>[,;\t])"?\r?\n?', re.IGNORECASE)
_SIGNS = re.compile(r"[\W_]+")
_LISTED = re.compile(r"[;|\n]")
_ADDRESSES_LISTED = re.compile(r"[;|,\n]")


@dataclass
class _Table:
    """The rows of a file below their head; ``columns`` are places by the name of the field."""

    rows: list[tuple[int, list[str]]]
    head: list[str]
    columns: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    def problem(self, text: str, line: int, name: str) -> None:
        at = self.columns[name]
        self.problems.append(Problem(text, line, at + 1, clean(self.head[at])))


def read_csv(content: bytes) -> Reading:
    """Read people out of a CSV file; with any problem in it nobody should be taken over.

    The delimiter is a comma, a semicolon or a tab; the text UTF-8, UTF-16 with its mark, or Windows-1252.
    """
    text, problems = _decoded(content)
    table = _table(text)
    table.problems[:0] = problems
    ignored = [clean(name) for at, name in enumerate(table.head) if at not in table.columns.values()]
    if "address" not in table.columns:
        return Reading((), tuple(table.problems), tuple(ignored))
    people = [(line, _person(table, line, row)) for line, row in table.rows if _fits(table, line, row)]
    settled = _leads_found(table, [(line, person) for line, person in people if person is not None])
    _once(table, settled)
    if not settled and not table.problems:
        table.problems.append(Problem("expected at least one person below the head, got none", 1))
    found = sorted(table.problems, key=lambda one: (one.line, one.column))
    return Reading(tuple(person for _, person in settled), tuple(found), tuple(ignored))


def write_csv(people: Iterable[DirectoryPerson]) -> str:
    """Write people as CSV that ``read_csv`` reads to the same."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for person in people:
        writer.writerow([_cell(getattr(person, name)) for name in COLUMNS])
    return written.getvalue()


def _cell(value: str | bool | tuple[str, ...]) -> str:  # noqa: FBT001  # a value of a record
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    plain = not any(_ADDRESSES_LISTED.search(one) or '"' in one for one in value)
    if plain:
        return ";".join(value)
    cell = io.StringIO(newline="")
    csv.writer(cell, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="").writerow(value)
    return cell.getvalue()


def _decoded(content: bytes) -> tuple[str, list[Problem]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), []
        except UnicodeDecodeError:
            return "", [Problem("expected a text in UTF-16 as its first bytes say, got something else", 1)]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        # What is no UTF-8 comes from a spreadsheet on Windows.
        pass
    try:
        return content.decode("cp1252"), []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        character = error.start - content.rfind(b"\n", 0, error.start)
        text = f"expected a text in UTF-8 or Windows-1252, got the byte {content[error.start]:#04x}"
        return content.decode("cp1252", "replace"), [Problem(f"{text} as character {character}", line)]


def _table(text: str) -> _Table:
    """Divide a text into rows by the delimiter under which most columns of the head mean something."""
    skipped = 0
    match = _SEPARATOR_LINE.match(text)
    choices: Sequence[str] = _DELIMITERS
    if match:
        choices, text, skipped = (match["sign"],), text[match.end() :], 1
    best = max(choices, key=lambda sign: _promise(text, sign))
    problems: list[Problem] = []
    rows = [(line + skipped, row) for line, row in _rows(text, best, problems, skipped)]
    head = rows[0][1] if rows else []
    columns: dict[str, int] = {}
    for at, name in enumerate(head):
        meant = _meant(name)
        if meant in columns:
            first = clean(head[columns[meant]])
            said = f'expected one column for the {meant}, and "{first}" is one already'
            problems.append(Problem(said, rows[0][0], at + 1, clean(name)))
        elif meant:
            columns[meant] = at
    if "address" not in columns:
        got = ", ".join(clean(name) for name in head) or "an empty file"
        text = f'expected a head with a column for the address, like "address" or "e-mail", got {got}'
        problems.append(Problem(text, rows[0][0] if rows else 1))
    return _Table(rows[1:], head, columns, problems)


def _promise(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many columns of the head mean something under a delimiter, and how many there are."""
    head = next((row for _, row in _rows(text, delimiter, [], 0)), [])
    return sum(bool(_meant(name)) for name in head), len(head)


def _rows(
    text: str, delimiter: str, problems: list[Problem], skipped: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty with the line on which they begin; what is no row is a problem."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(Problem(_csv_problem(str(error)), line + skipped))
            continue
        if any(cell.strip() for cell in row):
            yield line, row


def _csv_problem(said: str) -> str:
    if "end of data" in said:
        return "expected the end of a quotation that begins in this row, got the end of the file"
    if "expected after" in said:
        return "expected a delimiter after a closing quotation mark, got other text"
    return f"expected a row of CSV, got one that is none: {said}"


def _meant(name: str) -> str:
    return _MEANT.get(_SIGNS.sub("", name.casefold()), "")


def _fits(table: _Table, line: int, row: list[str]) -> bool:
    if len(row) == len(table.head):
        return True
    text = f"expected {len(table.head)} columns as in the head, got {len(row)}"
    table.problems.append(Problem(f"{text}; text with a delimiter in it needs quotation marks", line))
    return False


def _person(table: _Table, line: int, row: list[str]) -> DirectoryPerson | None:
    """Read one row; a manager who is no address stays as written, to be found by name."""
    cells = {name: row[at] for name, at in table.columns.items()}
    before = len(table.problems)

    def tried(name: str, read: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        try:
            return read(cells.get(name, ""))
        except NotReadableError as error:
            table.problem(str(error), line, name)
            return ()

    (own, *_) = tried("address", lambda cell: (address(cell),)) or ("",)
    person = DirectoryPerson(
        address=own,
        name=clean(cells.get("name", "")),
        manager=next(iter(tried("manager", _address_or_name)), ""),
        department=clean(cells.get("department", "")),
        title=clean(cells.get("title", "")),
        roles=names(_listed(cells.get("roles", ""), _LISTED)),
        cost_centre=clean(cells.get("cost_centre", "")),
        groups=names(_listed(cells.get("groups", ""), _LISTED)),
        deputies=tuple(dict.fromkeys(tried("deputies", _addresses))),
        also=tuple(sorted({*tried("also", _addresses)} - {own})),
        active=bool(tried("active", lambda cell: ("yes",) if not cell.strip() or truth(cell) else ())),
    )
    return person if len(table.problems) == before else None


def _address_or_name(cell: str) -> tuple[str, ...]:
    return (address(cell),) if "@" in cell else (clean(cell),)


def _addresses(cell: str) -> tuple[str, ...]:
    return tuple(address(one) for one in _listed(cell, _ADDRESSES_LISTED))


def _listed(cell: str, separators: re.Pattern[str]) -> list[str]:
    """Divide a cell that holds a list; with quotation marks it is CSV with semicolons itself."""
    if '"' in cell:
        rows = csv.reader(io.StringIO(cell, newline=""), delimiter=";", skipinitialspace=True)
        return [one for row in rows for one in row if one.strip()]
    return [one for one in separators.split(cell) if one.strip()]


def _leads_found(
    table: _Table, people: list[tuple[int, DirectoryPerson]]
) -> list[tuple[int, DirectoryPerson]]:
    """Find managers who are given by name: exactly one person of the file has to have it."""
    by_name: dict[str, list[str]] = {}
    for _, person in people:
        by_name.setdefault(person.name.casefold(), []).append(person.address)
    settled = []
    for line, person in people:
        found = by_name.get(person.manager.casefold(), [])
        if not person.manager or "@" in person.manager:
            settled.append((line, person))
            continue
        settled.append((line, replace(person, manager=found[0]) if len(found) == 1 else person))
        if len(found) != 1:
            many = f"{len(found)} people have" if found else "nobody has"
            text = f'expected the address of the manager, got "{person.manager}", a name that {many}'
            table.problem(text, line, "manager")
    return settled


def _once(table: _Table, people: list[tuple[int, DirectoryPerson]]) -> None:
    """An address belongs to one person."""
    seen: dict[str, int] = {}
    for name in ("address", "also"):
        for line, person in people:
            for one in (person.address,) if name == "address" else person.also:
                if one in seen:
                    text = f"expected every address once, and {one} stands in line {seen[one]} already"
                    table.problem(text, line, name)
                seen.setdefault(one, line)
