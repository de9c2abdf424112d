"""What proves that somebody got a mail from us."""

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.tokens import Key, Purpose, ReplyToken, Signer, parse_detail

OLD = Key("aa", b"a" * 32)
NEW = Key("bb", b"b" * 32)
NUMBERS = st.integers(1, 10**11)
ADDRESSES = st.from_regex(r"[a-z]{1,10}@[a-z]{1,10}\.test", fullmatch=True)


def signer(*keys: Key) -> Signer:
    return Signer(keys or (OLD,), "desk.test")


def token(detail: str) -> ReplyToken:
    found = parse_detail(detail)
    assert found is not None
    return found


class TestReplyAddress:
    @given(st.sampled_from(Purpose), NUMBERS, ADDRESSES)
    def test_verifies_for_its_recipient_in_any_case(self, purpose: Purpose, number: int, recipient: str):
        detail = signer().detail(purpose, number, recipient)

        assert signer().verify(token(detail.upper()), [recipient.upper()]) == recipient.upper()

    @given(st.sampled_from(Purpose), NUMBERS, ADDRESSES, ADDRESSES)
    def test_verifies_for_nobody_else(self, purpose: Purpose, number: int, recipient: str, other: str):
        detail = signer().detail(purpose, number, recipient)

        assert (signer().verify(token(detail), [other]) is not None) == (other == recipient)

    @given(NUMBERS, ADDRESSES, st.data())
    def test_no_changed_letter_verifies(self, number: int, recipient: str, data: st.DataObject):
        detail = signer().detail(Purpose.REPLY, number, recipient)
        at = data.draw(st.integers(0, len(detail) - 1))
        letter = data.draw(
            st.sampled_from("abcdefghijklmnopqrstuvwxyz234567.0189").filter(lambda c: c != detail[at])
        )

        changed = parse_detail(detail[:at] + letter + detail[at + 1 :])

        assert changed is None or signer().verify(changed, [recipient]) is None

    def test_local_part_stays_within_the_limit_of_rfc_5321(self):
        detail = signer().detail(Purpose.NOTE, 999_999_999_999, "ann@corp.test")

        assert len(f"support+{detail}") <= 64

    def test_old_key_still_verifies_after_a_new_one_came(self):
        detail = signer(OLD).detail(Purpose.REPLY, 7, "ann@corp.test")

        assert signer(NEW, OLD).verify(token(detail), ["ann@corp.test"])
        assert signer(NEW).verify(token(detail), ["ann@corp.test"]) is None
        assert signer(NEW, OLD).detail(Purpose.REPLY, 7, "ann@corp.test") != detail

    @pytest.mark.parametrize(
        "detail", ["", "r1", "r1.aa", "x1.aa." + "a" * 26, "r1.aa." + "a" * 8, "r\u0661.aa." + "a" * 26]
    )
    def test_what_is_no_token_is_none(self, detail: str):
        assert parse_detail(detail) is None


class TestMessageId:
    @given(st.integers(0, 10**11))
    def test_carries_its_ticket(self, number: int):
        made = signer().message_id(number)

        assert signer().ticket_of_own_id(made) == number
        assert signer().ticket_of_own_id(made.upper()) == number

    def test_no_two_are_alike(self):
        assert len({signer().message_id(7) for _ in range(1_000)}) == 1_000

    @given(NUMBERS, NUMBERS)
    def test_ticket_cannot_be_exchanged(self, number: int, other: int):
        forged = signer().message_id(number).replace(f"<{number}.", f"<{other}.")

        assert signer().ticket_of_own_id(forged) in ({number} if other == number else {None})

    @given(st.text(max_size=120))
    def test_foreign_ids_are_not_ours(self, foreign: str):
        assert signer().ticket_of_own_id(foreign) is None

    def test_same_id_at_another_domain_is_not_ours(self):
        assert signer().ticket_of_own_id(signer().message_id(7).replace("desk.test", "evil.test")) is None


@given(st.binary(min_size=16, max_size=16))
def test_tokens_are_written_in_base_32_in_lower_case_without_padding(unique: bytes):
    made = Signer((OLD,), "desk.test", lambda _size: unique).message_id(7)

    _, shown, _, mac = made.strip("<").split("@")[0].split(".")
    assert shown == in_base_32(unique)
    assert mac == in_base_32(hmac.digest(OLD.value, f"id 7 {shown}".encode(), "sha256")[:10])


def in_base_32(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=").lower()
