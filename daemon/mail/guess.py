"""Guess the charset of bytes that name none and are no UTF-8, where they clearly are one of a few."""

import re

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LEAST_PAIRS = 3


def _chinese(runs: list[bytes]) -> bool:
    """Tell whether runs of high bytes are pairs that mostly begin like common GB 2312 characters."""
    if any(len(run) % 2 for run in runs):
        return False
    leads = b"".join(run[::2] for run in runs)
    trails = b"".join(run[1::2] for run in runs)
    common = sum(0xB0 <= byte <= 0xD7 or byte == 0xA3 for byte in leads)
    # Cyrillic letters lie above 0xC0 alone, the second bytes of Chinese characters everywhere.
    low = sum(byte < 0xC0 for byte in trails)
    return len(leads) >= _LEAST_PAIRS and common * 10 >= len(leads) * 7 and low * 8 >= len(trails)


def _cyrillic(runs: list[bytes]) -> str:
    letters = b"".join(runs)
    if len(letters) < 2 * _LEAST_PAIRS or max(map(len, runs)) < _LEAST_PAIRS:
        return ""
    if sum(byte >= 0xC0 for byte in letters) * 20 < len(letters) * 19:
        return ""
    # Lower-case letters are the many: KOI8-R has them at 0xC0, Windows-1251 at 0xE0.
    lower_1251 = sum(byte >= 0xE0 for byte in letters)
    return "cp1251" if lower_1251 * 2 >= len(letters) else "koi8-r"


def guess_charset(data: bytes) -> str:
    """Return ``gb18030``, ``cp1251`` or ``koi8-r`` where the bytes look like that, else ``""``."""
    runs = _HIGH_RUN.findall(data[:4096])
    if not runs or sum(map(len, runs)) * 3 < len(data[:4096].replace(b" ", b"")):
        return ""
    return "gb18030" if _chinese(runs) else _cyrillic(runs)
