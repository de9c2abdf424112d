"""The line that our mails carry above everything that a reply need not repeat."""

import re

# People answer above this line; the cut trusts it most (docs/reading-mail.md).  It is ASCII in every
# language, so that no charset on its way can change it.
REPLY_MARKERS = {
    "en": "-- reply above this line --",
    "de": "-- Antwort bitte oberhalb dieser Zeile --",
    "es": "-- responda por encima de este texto --",
    "fr": "-- votre texte au-dessus de cette ligne --",
    "it": "-- rispondere sopra questa riga --",
    "nl": "-- antwoord boven deze regel --",
}
REPLY_MARKER = REPLY_MARKERS["en"]
_MARKER = re.compile("|".join(map(re.escape, REPLY_MARKERS.values())))
# The header field of ours that says a mail was made by a desk, with the desk's address as its value.
LOOP_FIELD = "Postdesk-Loop"


def has_marker(line: str) -> bool:
    """Tell whether a line of a reply has our marker, in any language."""
    # Most lines have no dashes, and a look for two is quick.
    return "-- " in line and _MARKER.search(line) is not None
