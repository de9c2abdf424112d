"""Large content is measured in steps, with the result of decoding it whole."""

import base64
import hashlib
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail import transfer
from daemon.mail.transfer import measure, undo

_WORDS = st.lists(
    st.sampled_from(
        [b"QUJD", b"REVGR0hJ", b"=", b"==", b"\r\n", b"\n", b" ", b"A", b"Zg==", b"-", b"\xff", b"+/"]
    )
)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_STEP_BYTES", 7)


@pytest.mark.usefixtures("small_steps")
class TestMeasure:
    @given(
        _WORDS, st.sampled_from(["base64", "", "8bit", "quoted-printable", "x-strange"]), st.integers(0, 5)
    )
    def test_measuring_agrees_with_decoding_whatever_is_damaged(self, words, encoding, before):
        content = b"".join(words)
        raw = b"x" * before + content + b"--end"

        data, note = undo(content, encoding)

        found = measure(raw, before, before + len(content), encoding)
        assert found == (len(data), hashlib.sha256(data).hexdigest(), note)

    @given(st.binary(max_size=300), st.integers(1, 20))
    def test_sound_base64_is_measured_whatever_the_length_of_its_lines(self, data, length):
        encoded = base64.b64encode(data)
        content = b"\r\n".join(encoded[at : at + length] for at in range(0, len(encoded), length))

        assert measure(content, 0, len(content), "base64") == (
            len(data),
            hashlib.sha256(data).hexdigest(),
            "",
        )


def test_measuring_a_large_part_holds_little_of_it():
    content = base64.encodebytes(bytes(range(256)) * 16_000)
    tracemalloc.start()
    try:
        size_bytes, _, note = measure(content, 0, len(content), "base64")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (size_bytes, note) == (4_096_000, "")
    assert peak < 2_000_000
