"""Take any listed part out of a raw message, those inside of containers as well."""

from collections.abc import Mapping

from daemon.mail.body import read_body
from daemon.mail.mimetree import read_tree, walk
from daemon.mail.scan import DEFAULT_LIMITS, Limits, read_header
from daemon.mail.transfer import undo


def part_content(raw: bytes, path: str, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the decoded content of the part that ``parse`` lists under a path, like ``2.1`` or ``2/1``.

    A multipart gives its encoded body.  Raises KeyError for a path that the message does not have, and
    nothing else.
    """
    try:
        return _content(raw, path, limits)
    except KeyError:
        raise
    # Whatever the reading of a hostile message raises: ``parse`` lists no parts of such a message.
    except Exception as error:
        raise KeyError(path) from error


def contents_inside(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Mapping[str, bytes]:
    """Return the contents of all parts that have no place of their own, by path; empty where there are none.

    One reading for all of them: a text may hold a thousand blocks.  Raises nothing.
    """
    try:
        root = read_tree(raw, read_header(raw, 0, len(raw), limits), limits)
        return read_body(raw, root, walk(root), limits).inside.content
    # Whatever the reading of a hostile message raises: ``parse`` lists no parts of such a message.
    except Exception:  # noqa: BLE001
        return {}


def _content(raw: bytes, path: str, limits: Limits) -> bytes:
    header = read_header(raw, 0, len(raw), limits)
    root = read_tree(raw, header, limits)
    entities = walk(root)
    if "/" in path:
        return read_body(raw, root, entities, limits).inside.content[path]
    entity = next((entity for entity in entities if entity.path == path), None)
    if entity is None:
        raise KeyError(path)
    content = raw[entity.start : entity.end]
    return content if entity.children else undo(content, entity.encoding)[0]
