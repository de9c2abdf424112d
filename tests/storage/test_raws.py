"""Large messages are kept in pieces, and come back whole, bit by bit or not at all."""

import base64
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage import raws
from storage.database import Database
from storage.deflating import deflate
from storage.migrations import migrate
from storage.models import RawPiece
from storage.models import database as bound

LARGE = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(
    random.Random(1).randbytes(2_000_000)
)
DIGEST = raws.digest_of(LARGE)


@pytest.fixture
def stored(database: Database) -> Database:
    with database.write():
        raws.insert_large(DIGEST, LARGE)
    return database


def pieces_of(digest: str) -> list[bytes]:
    numbers = range(RawPiece.select().where(RawPiece.digest == digest).count() + 1)
    return [bytes(raws.piece(digest, number) or b"") for number in numbers]


def test_large_message_comes_back_whole_from_pieces_of_bounded_size(stored: Database):
    with stored.read():
        pieces = pieces_of(DIGEST)
        assert raws.content(DIGEST) == LARGE
        assert raws.piece(DIGEST, len(pieces)) is None

    assert len(pieces) > 4
    # A piece ends with the step that fills it.
    assert max(map(len, pieces)) < 3 * raws.PIECE_BYTES
    assert zlib.decompress(b"".join(pieces)) == LARGE


def test_beginning_of_a_large_message_asks_for_no_more(stored: Database):
    with stored.write():
        RawPiece.delete().execute()

    with stored.read():
        beginning = raws.beginning(DIGEST)

    assert 8_192 <= len(beginning) < 1_000_000
    assert LARGE.startswith(beginning)


def test_same_large_message_twice_is_kept_once(stored: Database):
    with stored.write():
        before = pieces_of(DIGEST)
        raws.insert_large(DIGEST, LARGE)

        assert pieces_of(DIGEST) == before


def test_large_message_whose_end_is_missing_is_a_key_error(stored: Database):
    with stored.write():
        RawPiece.delete().where(RawPiece.number >= 2).execute()

    with stored.read(), pytest.raises(KeyError, match="the end of a raw message is not in the database"):
        raws.content(DIGEST)


def test_sqlite_keeps_the_size_of_its_cache(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path}/x.db")
    migrate(database)

    with database.write():
        before = bound.execute_sql("PRAGMA cache_size").fetchone()
        raws.insert_large(DIGEST, LARGE)

        assert bound.execute_sql("PRAGMA cache_size").fetchone() == before
    database.disconnect()


@given(st.binary(max_size=3_000), st.integers(1, 400), st.integers(1, 50), st.sampled_from([b"", b"more"]))
@example(b"x" * 3_000, 400, 50, b"")
def test_what_is_inflated_comes_in_short_stretches_however_it_was_cut(
    word: bytes, times: int, length: int, behind: bytes
):
    raw = word * times
    packed = deflate(raw)

    def cut() -> Iterator[bytes]:
        for start in range(0, len(packed), length):
            yield packed[start : start + length]
        yield behind

    stretches = list(raws.inflated(cut()))

    assert b"".join(stretches) == raw
    assert max(map(len, stretches), default=0) <= 262_144
