"""Copies that are queued without their words get them before their transaction ends, and no other does."""

from dataclasses import replace

import pytest

from storage import outbox
from storage.database import Database
from storage.outbox import UnwrittenError
from storage.packing import packed
from storage.records import UNWRITTEN, OutgoingCopy, WrittenCopy
from tests.storage.test_outbox import copy, enqueue, read

MAIL = b"Subject: Use sand\r\n\r\nUse sand.\r\n"


def unwritten(number: int = 1, **changes: object) -> OutgoingCopy:
    return replace(copy(number), subject=UNWRITTEN, pieces=(), **changes)


def words(number: int = 1, subject: str = "Use sand") -> WrittenCopy:
    return WrittenCopy(f"<{number}@desk.test>", subject, packed((MAIL,)))


def test_copy_without_words_is_refused_where_nobody_would_fill_it(database: Database, now):
    with pytest.raises(UnwrittenError, match="nobody would fill"):
        enqueue(database, now, copy(1), unwritten(2))

    assert read(database, outbox.counts) == {}


def test_words_that_come_later_are_those_of_the_mail(database: Database, now):
    with database.write():
        first, second = outbox.enqueue([unwritten(1), copy(2)], now, unwritten=True)
        outbox.fill([words(1)])

    assert read(database, outbox.item, first).subject == "Use sand"
    assert read(database, outbox.content, first) == MAIL
    assert read(database, outbox.item, second).subject == "Printer on fire"


def test_copy_whose_key_was_there_already_stays_as_it_is(database: Database, now):
    (known,) = enqueue(database, now, copy(1))
    before = read(database, outbox.content, known)
    with database.write():
        assert outbox.enqueue([unwritten(1, message_id="<9@desk.test>")], now, unwritten=True) == []
        outbox.fill([words(9)])

    assert read(database, outbox.content, known) == before
    assert [one.subject for one in read(database, outbox.items)] == ["Printer on fire"]


def test_words_change_no_copy_that_has_some(database: Database, now):
    (known,) = enqueue(database, now, copy(1))
    before = read(database, outbox.content, known)
    with database.write():
        outbox.fill([words(1)])

    assert read(database, outbox.item, known).subject == "Printer on fire"
    assert read(database, outbox.content, known) == before


def test_nothing_to_fill_is_no_trouble(database: Database, now):
    enqueue(database, now, copy(1))
    with database.write():
        outbox.fill([])

    assert read(database, outbox.counts)


@pytest.mark.parametrize(
    "look",
    [
        lambda _: outbox.items(),
        outbox.item,
        outbox.content,
        lambda number: outbox.content_within(number, 1_000),
        lambda _: outbox.find_by_message_id("<1@desk.test>"),
    ],
    ids=["list", "copy", "content", "content within a limit", "Message-ID"],
)
def test_copy_without_words_cannot_be_looked_at_before_they_come(database: Database, now, look):
    with database.write():
        (number,) = outbox.enqueue([unwritten(1)], now, unwritten=True)
        with pytest.raises(UnwrittenError, match=f"outbox copy {number} is still being written"):
            look(number)
        assert outbox.entry_shown("<1@desk.test>") is None
        outbox.fill([words(1)])
        assert look(number)
