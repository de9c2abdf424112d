"""The parts inside of parts: files of a winmail.dat, blocks in a text, the mail in a signed structure.

Such a part has a path like ``2/1`` (the first in part 2), and no place of its own in the raw message.
"""

import hashlib
from dataclasses import dataclass, field, replace
from mimetypes import MimeTypes

from daemon.mail.encoded_blocks import BLOCKS_LIMIT, has_blocks, take_out
from daemon.mail.message import Fate, Part
from daemon.mail.names import safe_name
from daemon.mail.sealed_cms import cms_content
from daemon.mail.tnef import Tnef, TnefFile, open_tnef
from daemon.mail.transfer import undo

TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef", "application/x-ms-tnef"})
# Containers that are opened in one message: programs write one, a hostile mail could nest thousands.
_CONTAINERS_LIMIT = 4
_LEVELS = 3
_WORDS_LIMIT = 20_000
# The table of the library alone, whatever this machine has in its files.
_TYPES = MimeTypes()


@dataclass(slots=True)
class Inside:
    """What was found in the parts of one message: parts by the path of their container, contents by path."""

    parts: dict[str, list[Part]] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    tnefs: list[Tnef] = field(default_factory=list)
    cms: list[bytes] = field(default_factory=list)
    opened: int = 0

    def types(self) -> set[str]:
        """Return the types of everything found."""
        return {part.content_type for parts in self.parts.values() for part in parts}

    def may_open(self) -> bool:
        """Count one more container, and tell whether it may be opened."""
        self.opened += 1
        return self.opened <= _CONTAINERS_LIMIT

    def add(self, container: str, part: Part, content: bytes) -> None:
        """Take in a part that was found in a container."""
        self.parts.setdefault(container, []).append(part)
        self.content[part.path] = content

    def words(self, path: str, data: bytes) -> bytes:
        """Return the words of a text part without the encoded blocks in it, which become parts."""
        if not has_blocks(data) or len(self.content) >= BLOCKS_LIMIT:
            return data
        words, blocks = take_out(data)
        for number, block in enumerate(blocks, 1):
            inner = f"{path}/{number}"
            content_type = _guessed_type(block.content_type, block.name)
            name = safe_name(block.name, inner, content_type)
            self.add(path, _part(inner, content_type, name, block.content, note=block.note), block.content)
        return words

    def open_tnef(self, path: str, data: bytes) -> bool:
        """List what a winmail.dat holds; False where it is none or one too many."""
        if not self.may_open():
            self.notes[path] = f"not opened: more than {_CONTAINERS_LIMIT} containers in one mail"
            return False
        tnef = open_tnef(data)
        if tnef is None:
            self.notes[path] = "not a winmail.dat, whatever it is called"
            return False
        self.tnefs.append(tnef)
        self.notes[path] = "; ".join(["opened", *tnef.notes])[:400]
        self._list(path, path, tnef, 1)
        return True

    def open_cms(self, data: bytes) -> bytes | None:
        """Return what an S/MIME structure holds, None for one that is encrypted, broken or one too many."""
        self.cms.append(data)
        return cms_content(data) if self.may_open() else None

    def adopt(self, path: str, parts: list[Part], raw: bytes, inner: "Inside") -> None:
        """Take in the parts of a mail that stands inside a part; ``raw`` is that mail."""
        self.opened = inner.opened
        self.tnefs += inner.tnefs
        self.cms += inner.cms
        for part in parts:
            if part.path in inner.content:
                content = inner.content[part.path]
            elif part.fate is Fate.CONTAINER and not part.sha256:
                # The parts of a multipart are listed, and speak for it.
                continue
            else:
                content = undo(raw[part.start : part.end], part.encoding)[0]
            name = f"{path}/{part.path or '1'}".replace("//", "/1/")
            self.add(path, replace(part, path=name, start=0, end=0, encoding="", as_it_is=False), content)

    def _list(self, outer: str, path: str, tnef: Tnef, level: int) -> None:
        """List the files of a winmail.dat under the part of the message, those of inner mails as well."""
        for number, file in enumerate(tnef.files, 1):
            if len(self.content) >= BLOCKS_LIMIT:
                self.notes[outer] += f"; more than {BLOCKS_LIMIT} files, the rest is not listed"
                return
            inner = f"{path}/{number}"
            mail = self._inner_mail(file, level)
            self.add(outer, _tnef_part(inner, file, mail), file.content)
            if mail is not None:
                self._list(outer, inner, mail, level + 1)

    def _inner_mail(self, file: TnefFile, level: int) -> Tnef | None:
        if file.content_type not in TNEF_TYPES or level >= _LEVELS or not self.may_open():
            return None
        return open_tnef(file.content)


def _guessed_type(stated: str, name: str) -> str:
    """Return the stated type, or the one that the end of the name tells where only bytes were stated."""
    if stated and stated != "application/octet-stream":
        return stated
    guessed, packed = _TYPES.guess_type(name[-100:].lower().replace("/", " "), strict=False)
    return guessed if guessed and not packed else "application/octet-stream"


def _part(path: str, content_type: str, name: str, content: bytes, note: str = "") -> Part:
    return Part(
        path=path,
        content_type=content_type,
        fate=Fate.ATTACHMENT,
        name=name,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        note=note,
    )


def _tnef_part(path: str, file: TnefFile, mail: Tnef | None) -> Part:
    content_type = _guessed_type(file.content_type, file.name)
    shown = bool(file.content_id) and content_type.startswith("image/")
    fate = Fate.CONTAINER if mail else Fate.INLINE if shown else Fate.ATTACHMENT
    words = f"Subject: {mail.subject}\n\n{mail.text}"[:_WORDS_LIMIT].strip() if mail else ""
    return Part(
        path=path,
        content_type=content_type,
        fate=fate,
        name=safe_name(file.name, path, content_type),
        size_bytes=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content_id=file.content_id,
        note="from winmail.dat",
        text=words,
    )
