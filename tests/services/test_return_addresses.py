"""The return address of a copy: whom it is made for, how long it is, and what it proves."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.addressing import Roster, detail_of
from daemon.desk.roster import AgentSettings, DeskSettings
from daemon.mail.tokens import Key, Purpose, Signer, parse_detail
from daemon.services.return_addresses import Sent, is_signed, plain_address, return_address, why_unproven
from tests.edges.relay_story import ITEM

OWN = "support@desk.test"
DESK = DeskSettings(name="IT", address=OWN)
ROSTER = Roster.build(DESK, (), (AgentSettings(address="ann@corp.test", name="Ann"),))
SIGNER = Signer([Key("aa", b"k" * 32)], "desk.test")
NUMBERS = st.integers(0, 10**11)
ADDRESSES = st.from_regex(r"[a-z]{1,10}@[a-z]{1,10}\.test", fullmatch=True)
COPIES = st.builds(Sent, NUMBERS, ADDRESSES, NUMBERS.map(SIGNER.message_id))


def made(sent: Sent, own: str = OWN, desk: DeskSettings = DESK) -> str:
    return return_address(own, sent, desk, SIGNER)


def doubt(sent: Sent, reverse_path: str | None, came_to: str, roster: Roster = ROSTER) -> str:
    item = replace(
        ITEM,
        recipient=sent.recipient,
        ticket_number=sent.ticket_number or None,
        message_id=sent.message_id,
        reverse_path=reverse_path,
    )
    return why_unproven(item, (came_to,), roster, SIGNER)


@given(COPIES)
def test_it_proves_a_report_on_its_copy_in_any_case(sent: Sent):
    path = made(sent)

    assert doubt(sent, path, path) == ""
    assert doubt(sent, path, path.upper()) == ""
    assert is_signed(path)
    assert plain_address(path) == OWN


@given(COPIES, COPIES)
def test_it_proves_a_report_on_no_other_copy(sent: Sent, other: Sent):
    path = made(other)

    assert (doubt(sent, made(sent), path) == "") == (sent == other)
    assert doubt(replace(sent, recipient=f"x{sent.recipient}"), made(sent), made(sent))


@given(COPIES, st.sampled_from([one for one in Purpose if one is not Purpose.RETURN]))
def test_no_address_of_another_purpose_proves_one(sent: Sent, purpose: Purpose):
    for claim in (sent.recipient, sent.claim):
        other = f"support+{SIGNER.detail(purpose, sent.ticket_number, claim)}@desk.test"

        assert doubt(sent, made(sent), other)


@given(COPIES)
def test_it_never_proves_who_somebody_is(sent: Sent):
    """Else the servers on the way could speak for the recipient."""
    token = parse_detail(detail_of(made(sent)))
    assert token is not None

    assert SIGNER.verify(token, [sent.recipient, "ann@corp.test", OWN]) is None


@given(COPIES, st.data())
def test_no_changed_letter_proves_anything(sent: Sent, data: st.DataObject):
    path = made(sent)
    at = data.draw(st.integers(len("support+"), path.index("@") - 1))
    letter = data.draw(
        st.sampled_from("abcdefghijklmnopqrstuvwxyz234567.0189+@").filter(lambda c: c != path[at])
    )

    assert doubt(sent, path, path[:at] + letter + path[at + 1 :])


@given(COPIES, st.text("abcdefgh-.ü", min_size=1, max_size=70))
def test_a_local_part_stays_within_the_limit_of_rfc_5321(sent: Sent, local: str):
    own = f"{local}@desk.test"
    path = made(sent, own)

    assert path == own or len(path.rpartition("@")[0].encode()) <= 64
    assert (path == own) == (len(local.encode()) + len(f"+b{sent.ticket_number}.aa.") + 26 > 64)


def test_twenty_seven_octets_are_room_enough_for_a_hundred_thousand_tickets():
    assert is_signed(made(Sent(99_999, "cara@cust.test", "<1@desk.test>"), f"{'a' * 27}@desk.test"))
    assert not is_signed(made(Sent(99_999, "cara@cust.test", "<1@desk.test>"), f"{'a' * 28}@desk.test"))


def test_a_desk_that_does_not_sign_has_its_plain_address():
    sent = Sent(1, "cara@cust.test", "<1@desk.test>")

    for name in ("sub_addressing", "signed_return_address"):
        assert made(sent, desk=DeskSettings(name="IT", address=OWN, **{name: False})) == OWN


def test_an_address_of_somebody_else_with_our_signature_proves_nothing():
    sent = Sent(1, "cara@cust.test", "<1@desk.test>")
    path = made(sent)

    assert doubt(sent, path, path.replace("desk.test", "evil.test"))
    assert doubt(sent, path, "") != ""


def test_what_left_with_no_return_address_is_believed_by_desks_without_sub_addresses_alone():
    sent = Sent(1, "cara@cust.test", "<1@desk.test>")
    plain = replace(ROSTER, desk=DeskSettings(name="IT", address=OWN, sub_addressing=False))

    assert "null reverse-path" in doubt(sent, None, OWN)
    assert doubt(sent, None, OWN, plain) == ""
    assert doubt(sent, OWN, OWN) == ""
