"""Who takes over a ticket reads what was asked and tried, what is open, and nothing that is internal."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.handover import SHORT_CHARS, Handover, handover, workload
from storage.records import Entry
from storage.vocabulary import EntryKind, Visibility

MESSAGE, ANSWER, NOTE = EntryKind.MESSAGE, EntryKind.ANSWER, EntryKind.NOTE


def entry(kind: EntryKind, text: str) -> Entry:
    visibility = Visibility.INTERNAL if kind is NOTE else Visibility.PUBLIC
    return Entry(1, 7, kind, visibility, "a@x.test", "A", text, text, None, datetime(2024, 1, 15))  # noqa: DTZ001


def test_a_ticket_in_a_few_words():
    found = handover(
        [
            entry(MESSAGE, "My printer is dead. It says PC LOAD LETTER."),
            entry(ANSWER, "Please add paper."),
            entry(NOTE, "She never reads."),
            entry(ANSWER, "We changed the tray.\nDoes it print now?"),
        ],
        "resolution: running, 2 h left",
    )

    assert found.sentences() == [
        "Asked: My printer is dead. It says PC LOAD LETTER.",
        "Answered so far: Please add paper. / We changed the tray. Does it print now?",
        "Open question, for the requester: Does it print now?",
        "Clock: resolution: running, 2 h left",
    ]


def test_a_question_of_the_requester_waits_for_the_desk_until_somebody_answers():
    asked = [entry(MESSAGE, "Dead."), entry(MESSAGE, "Still dead. When do you come?")]

    assert handover(asked).waits_for == "the desk"
    assert handover(asked).question == "When do you come?"
    assert handover([*asked, entry(ANSWER, "Tomorrow.")]).question == ""


def test_notes_are_not_told():
    assert "secret" not in str(handover([entry(NOTE, "A secret?"), entry(MESSAGE, "Hello.")]))


def test_a_ticket_without_words_has_nothing_to_tell():
    assert handover([]) == Handover()
    assert handover([]).sentences() == []


def test_long_words_are_cut():
    found = handover([entry(MESSAGE, "x" * 1_000)])

    assert len(found.asked) == SHORT_CHARS
    assert found.asked.endswith("…")


@given(st.lists(st.tuples(st.sampled_from([MESSAGE, ANSWER, NOTE]), st.text(max_size=200)), max_size=5))
def test_any_ticket_is_summed_up_shortly(listed: list[tuple[EntryKind, str]]):
    said = handover([entry(kind, text) for kind, text in listed]).sentences()

    assert all(len(one) < 3 * SHORT_CHARS and "\n" not in one for one in said)


def test_the_workload_is_one_line_with_the_most_first():
    assert workload([("Ann", 2), ("Bob", 5), ("Eve", 2)]) == "Bob 5, Ann 2, Eve 2"
    assert workload([]) == ""
