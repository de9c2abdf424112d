"""The marks by which the answers of a form are found again: letters that no language has a word of."""

import hashlib

# No vowels, so that no word of a language comes of them, and none that looks like a digit.
_LETTERS = "bcdfghjkmnpqrtvwxz"
MARK_LETTERS = f"[{_LETTERS}]"
_QUESTION_LETTERS, _ITEM_LETTERS = 3, 5


def question_mark(item: str, question: str) -> str:
    """Return the letters of a question: the same as long as neither it nor its item is renamed."""
    return _letters(f"{item}/{question}", _QUESTION_LETTERS)


def item_mark(item: str) -> str:
    """Return the letters of an item."""
    return _letters(item, _ITEM_LETTERS)


def _letters(text: str, length: int) -> str:
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
    found = ""
    for _ in range(length):
        number, place = divmod(number, len(_LETTERS))
        found += _LETTERS[place]
    return found
