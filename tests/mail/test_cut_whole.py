"""Texts that only resemble quotations and signatures stay whole."""

import pytest

from daemon.mail.cut import cut
from daemon.mail.message import Message

WHOLE = {
    "prose with wrote": "As Bob wrote: the printer is broken.\nOn the other hand, it prints.",
    "prose with from": "From: the kitchen\nwe hear a noise.",
    "list of dates": "2024-01-15 14:30:25\n15.01.2024 14:30\nJan 15, 2024 at 14:30",
    "dash list": "I write because of:\n-- first point\n-- second point\n\nThanks!",
    "quote in the middle": "> Is it plugged in?\n\nYes, it is.",
    "shell output": "$ npm test\n> app@1.0 test\n> jest\n\nWhy does this fail?",
    "on at the start": "On Monday I wrote you that it fails.\nNothing happened since.",
    "table of a shop": "Service      Date\n----------------\nName         Jan 15, 2024\n\nPlease renew it.",
    "regards as first words": "Best regards to the team!\nThe new printer is great.",
    "from alone": "From: Ann",
    "only a question": "When?",
    "thanks first": "Thanks,\nbut the second printer is still broken.",
    "address in prose": "Please write to bob@example.com:\nhe has the key.",
    "code": "```\nfunction f() {\n  // Sent from my code\n}\n```\nIt does not run.",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_words_that_only_resemble_marks_stay(text):
    assert Message(text=text, cut=cut(text)).new_text == text
