"""Encoded words, parameters and charsets."""

import base64

import pytest

from daemon.mail.charsets import codec_name, decode
from daemon.mail.guess import guess_charset
from daemon.mail.params import parse_params
from daemon.mail.words import decode_words, header_text

WORDS = {
    "quoted": ("=?utf-8?q?J=C3=B6rg_L?=", "Jörg L"),
    "base64": ("=?utf-8?B?SsO2cmc=?=", "Jörg"),
    "latin": ("=?iso-8859-1?Q?caf=E9?=", "café"),
    "language (RFC 2231)": ("=?utf-8*de?q?J=C3=B6rg?=", "Jörg"),
    "blank between two words falls away": ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
    "blank before text stays": ("=?utf-8?q?a?= b", "a b"),
    "character cut between words": ("=?utf-8?B?SsM=?= =?utf-8?B?tnJn?=", "Jörg"),
    "two charsets": ("=?utf-8?q?=C3=B6?= =?iso-8859-1?q?=F6?=", "öö"),
    "bad padding": ("=?utf-8?B?SsO2cmc?=", "Jörg"),
    "unknown charset": ("=?x-nothing?q?abc?=", "abc"),
    "codec that is no charset": ("=?zip?b?AAAA?=", "\0\0\0"),
    "no word": ("a =?b", "a =?b"),
    "cp1252 under the name of latin-1": ("=?iso-8859-1?q?=80?=", "€"),
}


@pytest.mark.parametrize(("text", "decoded"), WORDS.values(), ids=WORDS)
def test_encoded_words_are_decoded(text, decoded):
    assert decode_words(text) == decoded


def test_words_beyond_their_limit_stay_as_they_are_written():
    text = decode_words("=?utf-8?q?a?= " * 1_200)

    assert text.startswith("a" * 1_000 + " =?utf-8?q?a?=")


def test_header_text_has_no_line_ends_and_no_controls():
    assert header_text(b" =?utf-8?q?x=0D=0ABcc:_eve=00?=\r\n  y\xe2\x80\xae") == "x Bcc: eve y"


PARAMS = {
    "plain": (b'text/plain; charset="utf-8"; format=flowed', {"charset": "utf-8", "format": "flowed"}),
    "semicolon in quotes": (b'a/b; name="x;y.txt"', {"name": "x;y.txt"}),
    "escaped quote": (rb'a/b; name="x\"y.txt"', {"name": 'x"y.txt'}),
    "windows path": (rb'a/b; name="C:\new\table.txt"', {"name": r"C:\new\table.txt"}),
    "RFC 2231": (b"a/b; name*=utf-8''J%C3%B6rg.txt", {"name": "Jörg.txt"}),
    "continued": (b'a/b; name*0="one "; name*1="two.txt"', {"name": "one two.txt"}),
    "continued and encoded": (b"a/b; name*0*=utf-8''J%C3; name*1*=%B6rg; name*2=.txt", {"name": "Jörg.txt"}),
    "encoded word": (b'a/b; name="=?utf-8?q?J=C3=B6rg.txt?="', {"name": "Jörg.txt"}),
    "no value": (b"a/b; name; =x; size=3", {"size": "3"}),
    "first wins": (b"a/b; name=one; name=two", {"name": "one"}),
    "quote never closed": (b'a/b; name="one', {"name": "one"}),
}


@pytest.mark.parametrize(("value", "params"), PARAMS.values(), ids=PARAMS)
def test_parameters_are_read(value, params):
    assert parse_params(value)[1] == params


def test_parameters_beyond_their_limit_are_left_out():
    value = b"a/b; " + b"; ".join(b"p%d=x" % n for n in range(50))

    assert len(parse_params(value, 10)[1]) == 10


def test_value_without_parameters_is_lower_case():
    assert parse_params(b" Text/HTML ") == ("text/html", {})


NO_CHARSETS = [
    "zip",
    "hex",
    "rot13",
    "undefined",
    "unicode_escape",
    "idna",
    "mbcs",
    "base64",
    "punycode",
    "\0",
    "x" * 99,
]


@pytest.mark.parametrize("name", NO_CHARSETS)
def test_codecs_that_are_no_charsets_never_run(name):
    assert codec_name(name) == ""


@pytest.mark.parametrize("name", NO_CHARSETS)
def test_text_in_an_unknown_charset_is_still_read(name):
    text, note = decode("café".encode(), name)

    assert text == "café"
    assert "is not known" in note


CHARSETS = {
    "declared": ("grün", "iso-8859-1", "iso-8859-1"),
    "latin-1 means cp1252": ("10 €", "cp1252", "iso-8859-1"),
    "gb2312 means gb18030": ("镕基", "gb18030", "gb2312"),
    "ascii that is utf-8": ("grün", "utf-8", "us-ascii"),
    "utf-7": ("grün", "utf-7", "unicode-1-1-utf-7"),
    "japanese": ("日本語", "iso2022_jp", "iso-2022-jp"),
    "code page": ("Привет", "cp1251", "windows-1251"),
    "quoted label": ("grün", "utf-8", '"utf-8"'),
    "korean": ("안녕하세요", "cp949", "ks_c_5601-1987"),
    "shift-jis named iso-2022-jp": ("日本語", "cp932", "iso-2022-jp"),
    "utf-16 with mark": ("grün", "utf-16", ""),
    "iso-8859-15": ("10 €", "iso8859-15", "iso-8859-15"),
}


@pytest.mark.parametrize(("text", "encoding", "label"), CHARSETS.values(), ids=CHARSETS)
def test_text_is_read_in_the_charset_that_programs_mean(text, encoding, label):
    assert decode(text.encode(encoding), label)[0] == text


def test_wrong_label_falls_back_and_says_so():
    assert decode("grün".encode(), "utf-16") != ("grün", "")
    assert decode("naïve café".encode("cp1252"), "utf-8") == ("naïve café", "not utf-8, read as Windows-1252")


def test_truncated_text_keeps_its_charset():
    text, note = decode("grüne Wälder und weite Felder ".encode() + b"\xc3", "utf-8")

    assert text == "grüne Wälder und weite Felder \ufffd"
    assert note == "damaged utf-8, some characters are lost"


def test_damaged_iso_2022_keeps_what_can_be_read():
    text, note = decode(b"\x1b$B$3\x1b(B ok", "iso-2022-kr")

    assert "ok" in text
    assert "damaged" in note


def test_vendors_characters_in_iso_2022_jp_are_read():
    raw = base64.b64decode("GyRCJygnJS1iGyhCNDE=")

    assert decode(raw, "iso-2022-jp")[0] == "ЖД№41"


def test_escapes_without_label_mean_japanese():
    assert decode("日本語".encode("iso2022_jp"))[0] == "日本語"


GUESSES = {
    "chinese": ("系统升级通知请查收", "gb18030", "gb18030"),
    "russian windows": ("Здравствуйте, не работает принтер", "cp1251", "cp1251"),
    "russian koi8": ("Здравствуйте, не работает принтер", "koi8-r", "koi8-r"),
}


@pytest.mark.parametrize(("text", "encoding", "charset"), GUESSES.values(), ids=GUESSES)
def test_charset_is_guessed_from_bytes_that_name_none(text, encoding, charset):
    assert guess_charset(text.encode(encoding)) == charset
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize("text", ["café au lait", "Grüße aus München", "plain"])
def test_western_text_is_not_guessed_to_be_something_else(text):
    assert guess_charset(text.encode("cp1252")) == ""
