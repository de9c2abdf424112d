"""Turn bytes into text: an allow-list of text codecs and a fallback chain that says what it did."""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

from daemon.mail.guess import guess_charset

# Python also knows codecs that are no charsets (zip, hex, rot13, idna, unicode_escape): only these run.
_NAMES = """ascii utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be utf-7
    iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10
    iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16
    cp037 cp437 cp500 cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865
    cp866 cp869 cp874 cp1006 cp1125 cp1140
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258
    koi8-r koi8-u koi8-t kz1048 ptcp154 tis-620 hp-roman8
    mac-roman mac-cyrillic mac-greek mac-turkish mac-latin2 mac-iceland
    gb2312 gbk gb18030 hz big5 big5hkscs cp950
    shift_jis shift_jisx0213 shift_jis_2004 cp932 euc_jp euc_jisx0213 euc_jis_2004
    iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext
    euc_kr cp949 johab iso2022_kr"""
_ALLOWED = frozenset(_NAMES.split())
_ALIASES = {
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf8mb3": "utf-8",
    "utf": "utf-8",
    "unicode": "utf-8",
    "x-gbk": "gbk",
    "gb2312-80": "gbk",
    "x-euc-jp": "euc_jp",
    "x-sjis": "cp932",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-user-defined": "cp1252",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "unknown": "utf-8",
    "default": "utf-8",
    "default_charset": "utf-8",
    "_iso-2022-jp$esc": "iso2022_jp",
    "ks_c_5601-1987": "cp949",
    "ksc_5601": "cp949",
    "ks_c_5601": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "ansi_x3.110-1983": "iso8859-1",
    "ansi": "cp1252",
    "windows": "cp1252",
    "latin-9": "iso8859-15",
    "cn-gb": "gbk",
    "cn-big5": "big5",
}
# Programs write the smaller name and send the larger set (as the WHATWG encoding standard also reads them).
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
}
_ESCAPING = frozenset({"iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_1", "iso2022_jp_3", "iso2022_kr", "hz"})
_JIS_RUN = re.compile(rb"\x1b\$[@B]([^\x1b]*)")
_JIS_ESCAPE = re.compile(rb"\x1b\([A-Z]")
_HIGH_BITS = bytes(range(128, 256)) + bytes(range(128, 256))
# What programs write behind a label whose quote or semicolon is missing.
_LABEL_END = re.compile(r"[\"';,\s]")
_CODEPAGE = re.compile(r"(?:windows|win|cp|ibm|x-cp|x-windows|ansi)[-_ ]?(\d{3,4})\Z")
_LATIN = re.compile(r"(?:x-)?iso[-_ ]?8859[-_ ]?(\d{1,2})")


@lru_cache(maxsize=512)
def codec_name(charset: str) -> str:
    """Return the Python codec for a charset label, or ``""`` for none that may be run."""
    label = charset.strip().strip("\"'").lower().partition("*")[0]
    label = _LABEL_END.split(label.removeprefix("charset=").strip(), maxsplit=1)[0]
    if not label or len(label) > 40 or not label.isascii() or "\0" in label:
        return ""
    label = _ALIASES.get(label, label)
    if match := _CODEPAGE.match(label):
        label = "cp" + match.group(1)
    elif match := _LATIN.match(label):
        label = "iso8859-" + match.group(1)
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    name = "tis-620" if name == "tis_620" else name
    return name if name in _ALLOWED else ""


def _strict(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        return None
    # Some codecs (utf-7, utf-16 with surrogatepass) can make lone surrogates, which no sink takes.
    return None if codec == "utf-7" and any("\ud800" <= char <= "\udfff" for char in text) else text


def _escaped(data: bytes, codec: str) -> str:
    """Read a damaged text of a charset that switches by escapes; Japanese also with vendors' row 13."""
    if not codec.startswith("iso2022_jp"):
        return data.decode(codec, "replace")
    pieces = _JIS_RUN.split(data)
    # Every second piece is a run of two-byte characters, which EUC writes with the high bits set.
    return "".join(
        piece.translate(_HIGH_BITS).decode("euc_jis_2004", "replace")
        if number % 2
        else _JIS_ESCAPE.sub(b"", piece).decode("ascii", "replace")
        for number, piece in enumerate(pieces)
    )


def _candidates(data: bytes, declared: str, hint: str) -> Iterator[tuple[str, str]]:
    """Yield the codecs to try in order, each with the note that its success deserves."""
    wanted = _WIDER.get(declared, declared)
    if wanted:
        yield wanted, ""
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16", "the byte order mark says UTF-16"
    if wanted.startswith("iso2022_jp") and not data.isascii():
        # Japanese mail names ISO-2022-JP and sends Shift_JIS or EUC-JP.
        yield from (("cp932", "read as cp932"), ("euc_jp", "read as euc_jp"))
    if wanted in _ESCAPING:
        return
    if data.isascii():
        yield "ascii", "read as ASCII"
    yield "utf-8", "read as UTF-8"
    if wanted:
        return
    hinted = codec_name(hint)
    hinted = "cp932" if hinted == "iso2022_jp" else _WIDER.get(hinted, hinted)
    if hinted not in {"", "cp1252", "utf-8"}:
        yield hinted, f"read as {hinted} like the rest of the mail"
    if guess := guess_charset(data):
        yield guess, f"read as {guess} by its bytes"


def decode(data: bytes, charset: str = "", hint: str = "") -> tuple[str, str]:
    """Decode a text, and say in a note what had to be guessed; the note is empty where nothing was.

    The chain is: the declared charset (read as the wider set that programs mean by it), UTF-8, the charset
    ``hint`` of the rest of the message where none is declared, a guess by the bytes, the single-byte set
    cp1252; what no step can read becomes U+FFFD.  Never raises.
    """
    if not charset and data.isascii() and b"\x1b" not in data:
        return data.decode("ascii"), ""
    declared = codec_name(charset)
    if not charset and b"\x1b$" in data:
        declared = "iso2022_jp"
    for codec, did in _candidates(data, declared, hint):
        if (text := _strict(data, codec)) is not None:
            return text.removeprefix("\ufeff"), _note(charset, declared, did)
    return _last_resort(data, charset, declared)


def _note(charset: str, declared: str, did: str) -> str:
    if charset and not declared:
        return f"charset {charset[:40]!r} is not known{', ' if did else ''}{did}"
    if not did:
        return ""
    return f"not {declared}, {did}" if declared else f"no charset named, {did}"


def _last_resort(data: bytes, charset: str, declared: str) -> tuple[str, str]:
    """Read damaged text; a slightly damaged one keeps its charset, a wrong label shows as many errors."""
    wanted = _WIDER.get(declared, declared)
    if wanted in _ESCAPING:
        return _escaped(data, wanted), f"damaged {declared}, some characters may be lost"
    if wanted:
        text = data.decode(wanted, "replace")
        if text.count("\ufffd") * 20 <= len(text) + 20:
            return text.removeprefix("\ufeff"), f"damaged {declared}, some characters are lost"
    return data.decode("cp1252", "replace"), _note(charset, declared, "read as Windows-1252")
