"""Attachment names that are safe to store and to show: the base name, cleaned, never empty."""

import re
import unicodedata

_LENGTH_LIMIT = 200
# Separators of paths on any system, and characters that no file system or header takes.
_UNWANTED = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_RESERVED = re.compile(r"(?i)\A(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)")
_EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/rfc822-headers": "txt",
    "message/rfc822": "eml",
    "message/delivery-status": "txt",
    "message/global": "eml",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/json": "json",
    "application/xml": "xml",
    "application/ms-tnef": "dat",
    "application/pgp-signature": "asc",
    "application/pgp-encrypted": "asc",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "image/jpeg": "jpg",
    "image/svg+xml": "svg",
    "audio/mpeg": "mp3",
}


def _extension(content_type: str) -> str:
    known = _EXTENSIONS.get(content_type)
    if known:
        return known
    subtype = content_type.partition("/")[2]
    return subtype if re.fullmatch(r"[a-z0-9]{1,8}", subtype) else "bin"


def made_up_name(path: str, content_type: str) -> str:
    """Return the name of a part that has none, from its place in the message: the same at every reading."""
    return f"part-{path or '1'}.{_extension(content_type)}"


def safe_name(name: str, path: str, content_type: str) -> str:
    """Return the base name of ``name`` without anything that misleads people or file systems.

    At most 200 characters, the extension kept; a name that has nothing left is made up from ``path``.
    """
    text = unicodedata.normalize("NFC", name).encode("utf-8", "replace").decode()
    text = _UNWANTED.sub("", " ".join(text.split()))
    text = re.split(r"[/\\]", text.rstrip("/\\"))[-1].strip(". ") if text.strip("./\\ ") else ""
    if not text:
        return made_up_name(path, content_type)
    if _RESERVED.match(text):
        text = "_" + text
    if len(text) > _LENGTH_LIMIT:
        stem, dot, extension = text.rpartition(".")
        keep = f".{extension}" if dot and len(extension) <= 16 else ""
        text = (stem if keep else text)[: _LENGTH_LIMIT - len(keep)] + keep
    return text
