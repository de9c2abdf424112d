"""Signing keys change in the middle of conversations, and nobody notices but thieves of old keys."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.jobs import forget_keys
from daemon.mail.tokens import Signer, parse_detail
from daemon.services import keyring
from daemon.services.keyring import READ_AGAIN, SIGNS_AFTER, Keyring, KeyState, in_order
from daemon.services.office import Office
from storage import keys
from storage.database import Database
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
VALID = timedelta(days=400)


class KeyDesk(StoryDesk):
    """A desk whose keys are those of its database; ``another_process`` reads them by itself."""

    def __post_init__(self) -> None:
        super().__post_init__()
        with self.database.write():
            keys.add_signing_key(self.now)
        self.advance(minutes=1)
        self.use(self.another_process())

    def another_process(self) -> Office:
        with self.database.read():
            ring = Keyring(Signer(in_order(keys.signing_keys(), self.now), "desk.test"))
        return replace(self.office, signer=ring.signer, keyring=ring)

    def use(self, office: Office) -> None:
        self.intake = replace(self.intake, office=office)

    def rotate(self) -> str:
        return keyring.rotate(self.database, self.now, VALID).id

    def open_ticket(self, subject: str) -> list[Mail]:
        self.mail_in(mail(CARA, subject, "It is broken."))
        return self.mail_out()


@pytest.fixture
def desk(database: Database, now: datetime):
    made = KeyDesk(database, now)
    yield made
    made.close()


def key_of(one: Mail) -> str:
    token = parse_detail(one.reply_address.partition("@")[0].partition("+")[2])
    assert token is not None
    return token.key_id


def test_conversation_goes_on_across_a_rotation(desk: KeyDesk):
    acknowledged, to_ann, _ = desk.open_ticket("Printer")
    fresh = desk.rotate()
    desk.advance(minutes=5)

    answered = desk.mail_in(reply(to_ann, ANN, "#take\n\nPaper!"))
    (answer,) = [one for one in desk.mail_out() if one.notice == "public-answer"]
    replied = desk.mail_in(reply(acknowledged, CARA, "Works."))

    assert (answered["disposition"], replied["disposition"]) == ("appended", "appended")
    assert desk.ticket(1)["assignee"] == "ann@corp.test"
    assert key_of(answer) == fresh != key_of(acknowledged)
    assert desk.mail_in(reply(answer, CARA, "Thank you, and now the fax."))["ticket"] == 1


def test_running_process_takes_up_a_new_key_within_minutes_without_restart(desk: KeyDesk):
    (old,) = {key_of(one) for one in desk.open_ticket("One")}
    fresh = desk.rotate()

    desk.advance(seconds=30)
    assert {key_of(one) for one in desk.open_ticket("Two")} == {old}
    desk.now += SIGNS_AFTER
    assert {key_of(one) for one in desk.open_ticket("Three")} == {fresh}


def test_process_that_read_late_knows_every_token_it_can_meet(desk: KeyDesk):
    """One process signs with the new key at the first moment; another last read just before it was made."""
    late, early = desk.another_process(), desk.another_process()
    desk.use(late)
    desk.open_ticket("One")
    desk.advance(seconds=1)
    desk.rotate()
    desk.now += SIGNS_AFTER
    desk.use(early)
    acknowledged, *_ = desk.open_ticket("Two")

    desk.use(late)
    assert desk.mail_in(reply(acknowledged, CARA, "And?"))["disposition"] == "appended"


def test_keys_are_read_at_most_once_a_minute(desk: KeyDesk, monkeypatch: pytest.MonkeyPatch):
    reads = []
    real = keys.signing_keys
    monkeypatch.setattr(keys, "signing_keys", lambda: reads.append(desk.now) or real())

    for number in range(10):
        desk.open_ticket(f"Mail {number}")
        desk.advance(seconds=12)

    assert len(reads) == 2
    assert reads[1] - reads[0] >= READ_AGAIN


def test_old_key_is_dropped_when_its_last_token_has_ended(desk: KeyDesk):
    _, to_ann, _ = desk.open_ticket("Printer")
    fresh = desk.rotate()

    desk.now += VALID
    assert run_job(desk) == "dropped 0 signing keys"
    desk.now += SIGNS_AFTER + timedelta(seconds=1)
    assert run_job(desk) == "dropped 1 signing keys"

    with desk.database.read():
        assert [key.id for key in keys.signing_keys()] == [fresh]
    row = desk.mail_in(reply(to_ann, ANN, "#close"))
    assert row["disposition"] == "held"
    assert desk.ticket(1)["state"] == "new"


def test_the_key_in_use_is_never_dropped(desk: KeyDesk):
    desk.now += 10 * VALID

    assert run_job(desk) == "dropped 0 signing keys"


def test_rotating_twice_in_a_row_loses_nothing(desk: KeyDesk):
    acknowledged, *_ = desk.open_ticket("Printer")
    desk.rotate()
    desk.advance(seconds=1)
    last = desk.rotate()
    desk.advance(minutes=5)

    assert desk.mail_in(reply(acknowledged, CARA, "Hello?"))["disposition"] == "appended"
    assert {key_of(one) for one in desk.open_ticket("Two")} == {last}


def test_states_of_keys(desk: KeyDesk):
    start = desk.now
    desk.rotate()
    with desk.database.read():
        before = keyring.facts(keys.signing_keys(), desk.now, VALID)
        after = keyring.facts(keys.signing_keys(), desk.now + SIGNS_AFTER, VALID)

    assert [(one.state, one.until) for one in before] == [(KeyState.NEXT, None), (KeyState.SIGNS, None)]
    assert [(one.state, one.until) for one in after] == [
        (KeyState.SIGNS, None),
        (KeyState.CHECKS, start + SIGNS_AFTER + VALID),
    ]
    assert keyring.facts([], desk.now, VALID) == []


def test_value_of_a_key_is_in_no_text_of_it(desk: KeyDesk):
    with desk.database.read():
        (key,) = keys.signing_keys()

    assert repr(key.value) not in repr(key)


def run_job(desk: KeyDesk) -> str:
    with desk.database.write():
        return forget_keys.run(desk.office, desk.now)
