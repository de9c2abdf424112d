"""Turn bytes into text: an allow-list of text codecs and a fallback chain that says what it did."""

import codecs
import re
from functools import lru_cache

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
_CODEPAGE = re.compile(r"(?:windows|win|cp|ibm|x-cp|x-windows|ansi)[-_ ]?(\d{3,4})\Z")
_LATIN = re.compile(r"(?:x-)?iso[-_ ]?8859[-_ ]?(\d{1,2})")


@lru_cache(maxsize=512)
def codec_name(charset: str) -> str:
    """Return the Python codec for a charset label, or ``""`` for none that may be run."""
    label = charset.strip().strip("\"'").lower().partition("*")[0]
    label = label.removeprefix("charset=").strip()
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


def _utf16_guess(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return ""


def decode(data: bytes, charset: str = "") -> tuple[str, str]:
    """Decode a text, and say in a note what had to be guessed; the note is empty where nothing was.

    The chain is: the declared charset (read as the wider set that programs mean by it), UTF-8, the
    single-byte set cp1252; what no step can read becomes U+FFFD.  Never raises.
    """
    if not charset and data.isascii() and b"\x1b" not in data:
        return data.decode("ascii"), ""
    declared = codec_name(charset)
    wanted = _WIDER.get(declared, declared)
    note = f"charset {charset[:40]!r} is not known" if charset and not declared else ""
    if wanted and (text := _strict(data, wanted)) is not None:
        return text.removeprefix("\ufeff"), note
    if not wanted and (guess := _utf16_guess(data)):
        text = data.decode(guess, "replace")
        return text, note or "no charset named, byte order mark says UTF-16"
    if wanted not in ("utf-8", "") and data.isascii():
        return data.decode("ascii"), note or f"not {charset}, read as ASCII"
    if wanted != "utf-8" and (text := _strict(data, "utf-8")) is not None:
        return text.removeprefix("\ufeff"), _join(note, "read as UTF-8", declared)
    return _last_resort(data, wanted, note)


def _join(note: str, did: str, declared: str) -> str:
    if note:
        return f"{note}, {did}"
    return f"not {declared}, {did}" if declared else f"no charset named, {did}"


def _last_resort(data: bytes, wanted: str, note: str) -> tuple[str, str]:
    if wanted and not wanted.startswith("iso2022"):
        text = data.decode(wanted, "replace")
        # A truncated or slightly damaged text keeps its charset; a wrong label shows as many errors.
        if text.count("\ufffd") * 20 <= len(text) + 20:
            return text.removeprefix("\ufeff"), note or f"damaged {wanted}, some characters are lost"
    if wanted.startswith("iso2022"):
        return data.decode(wanted, "replace"), note or f"damaged {wanted}, some characters are lost"
    text = data.decode("cp1252", "replace")
    return text, _join(note, "read as Windows-1252", wanted)
