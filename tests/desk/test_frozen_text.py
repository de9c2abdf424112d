from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.frozen_text import Attachment, Submission, digest, frozen_text, still_fits

LAPTOP = Submission(
    1042,
    "laptop",
    "Cara@corp.test",
    "dan@corp.test",
    "900 EUR",
    "Please order one.\nThanks",
    (("Keyboard", "German"), ("Bag", "")),
    (Attachment("offer.pdf", "ab" * 32),),
)


def test_the_text_is_written_out():
    assert frozen_text(LAPTOP) == (
        "postdesk approval 3\nrequest:\n  1042\nitem:\n  laptop\nrequester:\n  cara@corp.test\nfor:\n"
        "  dan@corp.test\ncost:\n  900 EUR\ntext:\n  Please order one.\n  Thanks\n"
        "question:\n  Keyboard\nanswer:\n  German\nquestion:\n  Bag\nanswer:\n  \nfile:\n  offer.pdf\n"
        f"sha256:\n  {'ab' * 32}\n"
    )


def test_what_nobody_filled_in_has_no_heading():
    assert frozen_text(Submission(7, "badge", "cara@corp.test", cost=" ", answers=(("Doors", "All"),))) == (
        "postdesk approval 3\nrequest:\n  7\nitem:\n  badge\nrequester:\n  cara@corp.test\n"
        "question:\n  Doors\nanswer:\n  All\n"
    )


def test_votes_for_the_form_before_hold_on():
    before = (
        "postdesk approval 2\nrequest:\n  7\nitem:\n  badge\nrequester:\n  cara@corp.test\nfor:\n  \ncost:\n"
        "  5 EUR\ntext:\n  \n"
    )
    badge = Submission(7, "badge", "cara@corp.test", cost="5 EUR")

    assert still_fits(badge, digest(before))
    assert not still_fits(replace(badge, cost="6 EUR"), digest(before))
    assert not still_fits(replace(badge, beneficiary="dan@corp.test"), digest(before))


@pytest.mark.parametrize(
    "change",
    [
        {"number": 1043},
        {"item": "desk"},
        {"requester": "eve@corp.test"},
        {"beneficiary": ""},
        {"cost": "9000 EUR"},
        {"text": "Please order two.\nThanks"},
        {"answers": (("Keyboard", "French"), ("Bag", ""))},
        {"answers": (("Bag", ""), ("Keyboard", "German"))},
        {"attachments": ()},
        {"attachments": (Attachment("offer.pdf", "cd" * 32),)},
    ],
    ids=str,
)
def test_any_change_voids_the_votes(change):
    bound_to = digest(frozen_text(LAPTOP))

    assert still_fits(LAPTOP, bound_to)
    assert not still_fits(replace(LAPTOP, **change), bound_to)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Please order one.  \r\nThanks\r\n"},
        {"requester": "cara@CORP.test"},
        {"attachments": (Attachment("offer.pdf", "AB" * 32),)},
    ],
    ids=str,
)
def test_what_nobody_sees_does_not_count(change):
    assert still_fits(replace(LAPTOP, **change), digest(frozen_text(LAPTOP)))


def test_accents_count_however_they_are_composed():
    assert frozen_text(replace(LAPTOP, item="Bu\u0308ro")) == frozen_text(replace(LAPTOP, item="B\u00fcro"))


@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\x85", "\u2028", "\x1e"], ids=repr)
def test_no_value_passes_for_another_field(end):
    forged = replace(LAPTOP, item=f"x{end}text:{end}  cheap", text="dear")

    assert "\ntext:\n  cheap" not in frozen_text(forged)
    assert frozen_text(forged).count("\ntext:") == 1


def test_the_order_in_which_files_were_attached_does_not_count():
    both = (Attachment("a", "1"), Attachment("b", "2"))

    assert frozen_text(replace(LAPTOP, attachments=both)) == frozen_text(
        replace(LAPTOP, attachments=both[::-1])
    )


words = st.text(st.sampled_from("ab: \n"), max_size=8)


@given(words, words, words, words)
@settings(max_examples=200, deadline=None)
def test_different_words_have_different_texts(item, text, other_item, other_text):
    def shown(value):
        return "\n".join(line.rstrip() for line in value.splitlines()).strip("\n")

    one, other = (
        frozen_text(Submission(1, first, "c@corp.test", text=second))
        for first, second in ((item, text), (other_item, other_text))
    )
    same = (shown(item), shown(text)) == (shown(other_item), shown(other_text))
    assert (one == other) is same
