"""Internal words are found in an answer, however they got there; other words are not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.services.leaks import guard

NOTE = "Cara's contract ends in March, so do not promise her a new printer before that."
NOTICE = (
    "-- reply above this line --\nCara Customer <cara@cust.test> wrote, Mon 15 Jan 2024:\n\n"
    "It says PC LOAD LETTER and blinks all the day long, what does it want?\n\n"
    "[#1] Printer is dead\nState     new, P3, incident\nTeam      service-desk\nAssignee  nobody yet\n"
    "How to answer\n  Reply to this mail: your words go to the requester and to everybody who is copied."
)
PUBLIC = "It says PC LOAD LETTER and blinks all the day long, what does it want?"


class TestNotes:
    def test_eight_words_of_a_note_are_told(self):
        found = guard("Hello! So do not promise her a new printer, ok?", [NOTE], [], [])

        assert found.leaked == "So do not promise her a new printer"

    def test_seven_are_not(self):
        assert guard("Do not promise her a new printer!", [NOTE], [], []).leaked == ""

    def test_other_case_signs_and_line_ends_hide_nothing(self):
        assert guard(
            "SO do\n* not -- promise\nher_a new PRINTER before".replace("_", " "), [NOTE], "", []
        ).leaked

    def test_what_the_requester_wrote_is_no_secret_though_a_note_repeats_it(self):
        note = f"She says: {PUBLIC}"

        assert guard(f"You wrote: {PUBLIC}", [note], [], [PUBLIC]).leaked == ""

    def test_signature_below_both_is_none(self):
        signature = "\n-- \nAnn Example, Service Desk of Corp, Main Street 5, 12345 Town, phone 5555"

        assert guard(f"Done.{signature}", [f"Careful.{signature}"], [], []).leaked == ""

    def test_words_without_blanks_between_them_count_by_letters(self):
        note = "このお客様の契約は三月に終わるので新しい機械を約束しないでください"

        assert guard("三月に終わるので新しい機械を約束しない", [note], [], []).leaked
        assert guard("新しい機械です", [note], [], []).leaked == ""


class TestNotice:
    def test_notice_that_is_quoted_whole_is_cut(self):
        found = guard(f"Put in letter paper.\n\n{NOTICE}", [], [NOTICE], [PUBLIC])

        assert (found.text, found.leaked, found.cut) == ("Put in letter paper.", "", True)

    def test_wrapped_otherwise_is_the_same_notice(self):
        wrapped = " ".join(NOTICE.split())

        assert (
            guard(f"Put in letter paper.\n{wrapped}", [], [NOTICE], [PUBLIC]).text == "Put in letter paper."
        )

    def test_words_in_the_midst_of_a_notice_keep_the_answer_back(self):
        before, after = NOTICE[:220], NOTICE[220:]
        own = "My own words stand here, and there are really rather many of them in this place. " * 3

        found = guard(f"{before}\n{own}\n{after}", [], [NOTICE], [PUBLIC])

        assert found.leaked
        assert not found.cut

    def test_quoting_the_requester_alone_is_fine(self):
        answer = f"You wrote: {PUBLIC}\nIt wants paper."

        assert guard(answer, [], [NOTICE], [PUBLIC]).text == answer

    def test_answer_to_nothing_is_untouched(self):
        assert guard("Hello.", [], [], []).text == "Hello."


@given(st.text(max_size=300), st.lists(st.text(max_size=200), max_size=3), st.text(max_size=200))
def test_any_texts_are_looked_at_and_what_leaves_was_written(answer: str, internal: list[str], notice: str):
    found = guard(answer, internal, [notice], [])

    assert answer.startswith(found.text)


@pytest.mark.no_cover
def test_long_texts_take_no_time():
    text = "word and another word " * 25_000
    started = time.thread_time()

    guard(text, [text[::-1]], [text], [])

    assert time.thread_time() - started < 10
