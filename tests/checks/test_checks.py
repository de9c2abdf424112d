"""The checks, one by one and in their order."""

from dataclasses import replace

import pytest

from daemon.checks import CHECKS, examine
from daemon.checks.finding import Action, Facts
from daemon.mail.message import Envelope, Kind, Mailbox, Message, Verdict

PLAIN = Message(message_id="<a@cust.test>", header_from=(Mailbox("cara@cust.test", "Cara"),))
CARA = Facts(author="cara@cust.test")


def found(message: Message = PLAIN, envelope: Envelope | None = None, facts: Facts = CARA) -> tuple[str, str]:
    result = examine(message, envelope or Envelope("cara@cust.test"), facts)
    return (
        result.ended.check if result.ended else "",
        result.muted.check if result.muted else "",
    )


def test_plain_mail_of_a_person_passes():
    assert found() == ("", "")


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        (Facts("support@desk.test", from_own_address=True, own_message_id=True), "own-mail"),
        (Facts("support@desk.test", from_own_address=True, own_loop_mark=True), "own-mail"),
        (Facts("support@desk.test", from_own_address=True), "own-address"),
    ],
)
def test_own_mail_is_an_echo_and_a_claim_to_be_us_is_set_aside(facts: Facts, check: str):
    assert found(facts=facts)[0] == check


def test_logged_in_user_may_write_from_our_address():
    envelope = Envelope("support@desk.test", auth_user="support@desk.test")

    assert found(envelope=envelope, facts=Facts("support@desk.test", from_own_address=True)) == ("", "")


def test_own_message_id_on_somebody_elses_mail_only_silences():
    assert found(facts=replace(CARA, own_message_id=True)) == ("", "loop-mark")


@pytest.mark.parametrize(("count", "check"), [(100, ""), (101, "hops")])
def test_a_hundred_hops_are_enough(count: int, check: str):
    assert found(replace(PLAIN, received_count=count))[0] == check


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.HUMAN, ("", "")),
        (Kind.AUTOMATIC, ("", "machine")),
        (Kind.LIST, ("", "machine")),
        (Kind.DELIVERY_REPORT, ("", "machine")),
        (Kind.OWN, ("", "machine")),
        (Kind.FEEDBACK_REPORT, ("feedback", "")),
    ],
)
def test_machines_are_never_answered(kind: Kind, expected: tuple[str, str]):
    assert found(replace(PLAIN, verdict=Verdict(kind))) == expected


def test_null_reverse_path_is_never_answered():
    assert found(envelope=Envelope(null_reverse_path=True)) == ("", "machine")


@pytest.mark.parametrize(
    "address",
    [
        "owner-list@l.test",
        "list-request@l.test",
        "MAILER-DAEMON@l.test",
        "noreply@l.test",
        "no-reply@l.test",
        "do-not-reply@l.test",
        "list-bounces@l.test",
        "bounce+token=x@l.test",
    ],
)
def test_addresses_of_machines_are_never_answered(address: str):
    assert found(envelope=Envelope(address)) == ("", "robot-sender")
    assert found(facts=Facts(author=address)) == ("", "robot-sender")


@pytest.mark.parametrize("address", ["norah.eply@l.test", "request@l.test", "owner@l.test", "bouncer@l.test"])
def test_people_with_such_names_are_answered(address: str):
    assert found(envelope=Envelope(address)) == ("", "")


def test_author_nobody_can_name_is_never_answered():
    message = replace(PLAIN, header_from=(), identity_defects=("two From fields",))

    result = examine(message, Envelope("x@y.test"), Facts())

    assert result.muted is not None
    assert result.muted.reason == "two From fields"


def test_broken_header_is_set_aside_and_says_why():
    twice = replace(PLAIN, broken=("2 From fields that name different people",))

    assert found(twice) == ("broken-header", "")
    assert "2 From fields" in str(examine(twice, Envelope(), CARA).ended)


def test_every_check_has_a_name_of_its_own_and_ends_stand_before_mutes():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    actions = [check.action is Action.MUTE for check in CHECKS]
    assert actions == sorted(actions)
