"""A desk that runs gets a new signing key while conversations go on; mail under way is as good as before."""

import re
from pathlib import Path

from tests.acceptance.living import Living, living
from tests.attacks.relay import Captured
from tests.faults.desk_process import wait_until
from tests.scenarios.desk import SUPPORT, mail

CARA, DAN, ANN, BOB = "cara@cust.test", "dan@cust.test", "ann@corp.test", "bob@corp.test"
KEY = re.compile(r"\+[rn]\d+\.([a-z0-9]{2})\.")


def raw(sender: str, text: str, *, to: str = SUPPORT, more: str = "") -> bytes:
    """Write a mail whose header is exactly so, folds included."""
    message_id = f"<{abs(hash((sender, text)))}@client.test>"
    header = f"From: {sender}\r\nTo: {to}\r\nSubject: Re: about that\r\nMessage-ID: {message_id}\r\n{more}"
    return f"{header}Date: Mon, 15 Jan 2024 09:00:00 +0000\r\n\r\n{text}\r\n".encode()


def key_of(one: Captured) -> str:
    found = KEY.search(one.reply_address.lower())
    assert found is not None
    return found[1]


def note_address(one: Captured) -> str:
    """Return the address for notes, with its capitals."""
    return next(word for word in one.text.split() if word.startswith("Support+n"))


def rotated(desk: Living) -> str:
    """Make a new key, wait until the desk signs with it, and return its name."""
    status, said = desk.operate("keys", "rotate")
    assert status == 0
    fresh = said.split()[1]
    tried = 0

    def signs() -> bool:
        nonlocal tried
        tried += 1
        desk.write(mail(DAN, f"Something else {tried}", f"Number {tried}."))
        return key_of(next(one for one in desk.read(3) if one.recipients == (DAN,))) == fresh

    wait_until(signs, 60, "the new key signs")
    return fresh


def wrapped(address: str) -> str:
    """Fold an address as clients do that know no better: before it, and in the middle of its signature."""
    at = address.index("@") - 10
    return f"IT Support\r\n <{address[:at]}\r\n {address[at:]}>"


def test_conversation_goes_on_across_a_rotation_in_every_form_that_clients_make_of_it(tmp_path: Path):
    # Capitals of the desk's own address are all that a client can lower.
    with living(tmp_path, module="tests.acceptance.hasty_desk", address="Support@Desk.test") as desk:
        opening = mail(CARA, "Printer is dead", "It says PC LOAD LETTER.")
        opening["Cc"] = DAN
        desk.write(opening)
        to_ann, to_bob, to_cara = desk.read(3)
        old = key_of(to_cara)
        assert to_cara.reply_address.startswith("Support+r1.")
        assert rotated(desk) != old

        thread = f"In-Reply-To: {to_cara.message_id.lower()}\r\n"
        middle = len(to_cara.message_id) // 2
        folded = f"{to_cara.message_id[:middle]}\r\n {to_cara.message_id[middle:]}"
        desk.write(
            raw(CARA, "It blinks.", to=to_cara.reply_address.lower()),
            raw(CARA, "It smokes.", to=wrapped(to_cara.reply_address)),
            raw(CARA, "It burns.", to=to_cara.reply_address.upper()),
            raw(CARA, "It hums.", more=thread),
            raw(CARA, "It sings.", more=f"References:\r\n {folded}\r\n"),
            # Nobody vouches for these agents but the reply address of the old key.
            raw(ANN, "#take", to=to_ann.reply_address.lower()),
            raw(BOB, "She has no contract.", to=wrapped(note_address(to_bob))),
            raw(ANN, "#resolve\r\n\r\nThe fire is out.", to=wrapped(to_ann.reply_address)),
        )
        desk.at_rest()
        ticket = desk.ask("ticket", "1")
        # The answer was signed with the new key; a reply to it ends what the old one began.
        answer = next(one for one in desk.relay.mails if one.recipients == (CARA,) and "fire" in one.text)
        desk.write(raw(CARA, "No, it burns again.", to=answer.reply_address))
        desk.read(1)

        assert [(one["kind"], one["author"]) for one in ticket["entries"]] == [
            *[("message", CARA)] * 6,
            ("note", BOB),
            ("answer", ANN),
        ]
        assert (ticket["assignee"], ticket["state"]) == (ANN, "resolved")
        assert key_of(answer) != old
        assert desk.ask("ticket", "1")["state"] == "open"
        assert {one["state"] for one in desk.ask("keys")} == {"signs", "next"}
        assert desk.process.stop() == 0
