"""Tell whether a word was typed wrong by one letter: left out, doubled, swapped with the next, or another."""

_SHORTEST = 5


def one_letter_off(typed: str, meant: str) -> bool:
    """Tell whether a word is another one with a single slip of the finger; the first letter is never wrong.

    Only plain Latin letters are compared: a letter of another script that looks the same is no slip.
    """
    if typed == meant or not typed.isascii() or not typed.isalpha() or typed[0] != meant[0]:
        return False
    if len(typed) < _SHORTEST or abs(len(typed) - len(meant)) > 1:
        return False
    at = next((at for at in range(min(len(typed), len(meant))) if typed[at] != meant[at]), None)
    if at is None:
        return True
    if len(typed) < len(meant):
        return typed[at:] == meant[at + 1 :]
    if len(typed) > len(meant):
        return typed[at + 1 :] == meant[at:]
    swapped = typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]
    return swapped or typed[at + 1 :] == meant[at + 1 :]
