"""Turn a TOML document into its structures and list everything that does not fit."""

import difflib
import math
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import inspect, structs

from daemon.settings.expectation import came, choices_of, expected
from daemon.settings.problems import Fault, Key, spelled
from daemon.settings.sections import Document

_SECRET_WORDS = frozenset({"password", "passwd", "passphrase", "secret", "token"})
# Stands for a value that is wrong or missing; the fault is on the list by then.
_NOTHING = object()
Shape = TypeVar("Shape", bound=msgspec.Struct)


def read(data: dict[str, Any]) -> tuple[Document, list[Fault]]:
    """Return the document and its faults in the order of the structures.

    With faults the document is a stand-in: it has defaults or empty texts where a value did not fit.
    """
    return read_as(data, Document)


def read_as(data: dict[str, Any], shape: type[Shape]) -> tuple[Shape, list[Fault]]:
    """Return a document of another shape, whose fields are sections, as ``read`` does."""
    reader = _Reader(shape)
    document = reader.table(data, shape, ())
    return document, reader.faults


class _Reader:
    def __init__(self, root: type[msgspec.Struct] = Document) -> None:
        self.faults: list[Fault] = []
        self._root = root

    def table(self, table: dict[str, Any], shape: type[msgspec.Struct], at: Key) -> Any:
        fields = structs.fields(shape)
        known = [field.name for field in fields]
        self.faults.extend(_unknown(name, known, at, self._root) for name in table if name not in known)
        values = {}
        for field in fields:
            value = self._field(table, field, (*at, field.name))
            if value is not _NOTHING:
                values[field.name] = value
        return shape(**values)

    def _field(self, table: dict[str, Any], field: structs.FieldInfo, at: Key) -> Any:
        if field.name in table:
            value = self._value(table[field.name], field.type, at)
        else:
            value = _NOTHING
            if field.required:
                self.faults.append(_missing(inspect.type_info(field.type), at))
        return _stand_in(field.type) if value is _NOTHING and field.required else value

    def _value(self, value: Any, annotation: Any, at: Key) -> Any:
        shape = _structure(annotation)
        if shape is not None:
            return self._section(value, shape, at)
        if isinstance(inspect.type_info(annotation), inspect.VarTupleType):
            return self._list(value, get_args(annotation)[0], at)
        return self._leaf(value, annotation, at)

    def _section(self, value: Any, shape: type[msgspec.Struct], at: Key) -> Any:
        if isinstance(value, dict):
            return self.table(value, shape, at)
        hint = f"write [{spelled(at)}] once, in single brackets" if isinstance(value, list) else ""
        self.faults.append(Fault(at, f"expected one table, got {came(value)}", hint))
        return _NOTHING

    def _list(self, value: Any, item_type: Any, at: Key) -> Any:
        if not isinstance(value, list):
            hint = _list_hint(value, item_type, at)
            self.faults.append(Fault(at, f"expected a list, got {came(value)}", hint))
            return _NOTHING
        items = [self._value(item, item_type, (*at, index)) for index, item in enumerate(value)]
        return tuple(_stand_in(item_type) if item is _NOTHING else item for item in items)

    def _leaf(self, value: Any, annotation: Any, at: Key) -> Any:
        try:
            fitting = msgspec.convert(value, annotation)
        except msgspec.ValidationError:
            fitting = _NOTHING
        if fitting is _NOTHING or (isinstance(value, float) and not math.isfinite(value)):
            kind = inspect.type_info(annotation)
            text = f"expected {expected(kind)}, got {came(value)}"
            self.faults.append(Fault(at, text, _leaf_hint(value, kind)))
            return _NOTHING
        return fitting


def _structure(annotation: Any) -> type[msgspec.Struct] | None:
    """Return the structure that a table is read into, also where there may be none (``X | None``)."""
    kind = inspect.type_info(annotation)
    choices = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return next((choice.cls for choice in choices if isinstance(choice, inspect.StructType)), None)


def _stand_in(annotation: Any) -> Any:
    shape = _structure(annotation)
    if shape is not None:
        return _Reader().table({}, shape, ())
    kind = inspect.type_info(annotation)
    return 0 if isinstance(kind, inspect.IntType | inspect.FloatType | inspect.BoolType) else ""


def _unknown(name: str, known: list[str], at: Key, root: type[msgspec.Struct]) -> Fault:
    key = (*at, name)
    if name in _SECRET_WORDS:
        hint = "a secret does not stand in this file; put it into a file of its own and name that"
        return Fault(key, "no such setting", hint)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return Fault(key, "no such setting", f"did you mean {spelled((*at, near[0]))}?")
    home = next((section for section, names in _homes(root) if name in names), None)
    if home:
        return Fault(key, "no such setting", f"it belongs into [{home}]")
    return Fault(key, "no such setting", f"there are {', '.join(known)}")


def _homes(root: type[msgspec.Struct]) -> list[tuple[str, list[str]]]:
    """List the sections with the names of their settings."""
    shapes = [(field.name, _section_shape(field.type)) for field in structs.fields(root)]
    return [(name, [field.name for field in structs.fields(shape)]) for name, shape in shapes]


def _section_shape(annotation: Any) -> type[msgspec.Struct]:
    shape = _structure(annotation) or _structure(get_args(annotation)[0])
    assert shape is not None, "every section is a table or a list of tables"
    return shape


def _missing(kind: inspect.Type, at: Key) -> Fault:
    return Fault(at, f"missing; expected {expected(kind)}")


def _list_hint(value: Any, item_type: Any, at: Key) -> str:
    if isinstance(value, dict):
        return f"write [[{spelled(at)}]] in double brackets, once for each"
    return f"write [{came(value)}]" if isinstance(value, str) and item_type is str else ""


def _leaf_hint(value: Any, kind: inspect.Type) -> str:
    if not isinstance(value, str):
        simple = not isinstance(value, dict | list)
        return "write it in quotes" if simple and isinstance(kind, inspect.StrType) else ""
    if isinstance(kind, inspect.StrType):
        near = difflib.get_close_matches(value.lower(), choices_of(kind.pattern), n=1)
        return f'did you mean "{near[0]}"?' if near else ""
    numeric = isinstance(kind, inspect.IntType | inspect.FloatType) and value.isdecimal()
    boolean = isinstance(kind, inspect.BoolType) and value.lower() in {"true", "false"}
    return "write it without quotes" if numeric or boolean else ""
