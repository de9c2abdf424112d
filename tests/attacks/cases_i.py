"""I: mailboxes.  A server that misbehaves, and people who look in too, lose and double nothing."""

from collections.abc import Callable
from typing import Any

from tests.attacks.mails import CARA, mail
from tests.attacks.runner import Stage, case, elsewhere
from tests.edges.imap_fake import FakeImap, Peer
from tests.faults.desk_process import wait_until

IMAP = ("imap",)


def hostile(stage: Stage) -> FakeImap:
    """The server of the second mailbox, with nothing of an earlier case left."""
    server = stage.desk.hostile
    assert server is not None
    server.scripts.clear()
    return server


def arrives(stage: Stage, server: FakeImap, raw: bytes, script: Callable[[Peer, str, str], object]) -> int:
    """Let a mail arrive whose content is answered by a script; return its UID."""
    uid = server.next_uid

    def fetch(peer: Peer, tag: str, rest: str) -> object:
        return script(peer, tag, rest) if rest.startswith(f"{uid} ") and "BODY.PEEK" in rest else False

    server.scripts["FETCH"] = fetch
    stage.exact = False
    stage.sent.append(raw)
    server.arrive(raw)
    return uid


@case(199, "literal-2g", allowed={CARA}, intakes=IMAP, desk="hostile")
def literal_2g(stage: Stage) -> None:
    server, asked = hostile(stage), []

    def endless(peer: Peer, _tag: str, _rest: str) -> bool:
        asked.append(peer.number)
        peer.raw(b"* 1 FETCH (UID %d BODY[]<0> {2147483647}\r\nx" % uid)
        return True

    uid = server.next_uid
    arrives(stage, server, mail(CARA, "Two gigabytes"), endless)
    wait_until(lambda: asked, 20, "it was asked for")
    stage.send(mail(CARA, "The other mailbox"), sender=CARA)
    server.messages.pop(uid)

    assert len(stage.rows()) == 1


@case(200, "literal-short", allowed={CARA}, intakes=IMAP, desk="hostile")
def literal_short(stage: Stage) -> None:
    server, raw, cut = hostile(stage), mail(CARA, "Short", "word " * 1_000 + "\r\n"), []

    def cut_short(peer: Peer, _tag: str, _rest: str) -> bool:
        if cut:
            return False
        cut.append(peer.number)
        peer.raw(b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid, len(raw)) + raw[:3_000])
        raise EOFError

    uid = server.next_uid
    arrives(stage, server, raw, cut_short)
    stage.accepted.append(raw)

    assert [row["disposition"] for row in stage.rows()] == ["ticketed"]
    assert cut


@case(203, "wrong-uid", allowed={CARA}, intakes=IMAP, desk="hostile")
def wrong_uid(stage: Stage) -> None:
    server, raw, wrong = hostile(stage), mail(CARA, "Which one"), []

    def confused(peer: Peer, tag: str, _rest: str) -> Any:
        if len(wrong) > 2:
            return False
        wrong.append(peer.number)
        if len(wrong) == 3:
            twice = b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (uid, len(raw), raw)
            peer.raw(twice + twice)
        else:
            other = b"UID %d " % (uid + 7) if len(wrong) == 1 else b""
            peer.raw(b"* 1 FETCH (%sBODY[]<0> {5}\r\nwrong)\r\n" % other)
        server.done(peer, tag)
        return True

    uid = server.next_uid
    arrives(stage, server, raw, confused)
    stage.accepted.append(raw)
    rows = stage.rows()

    assert [row["disposition"] for row in rows] == ["ticketed"]
    assert rows[0]["source_key"].endswith(f"/{uid}")
    assert wrong


@case(204, "flood", allowed={CARA}, intakes=IMAP, desk="hostile")
def flood(stage: Stage) -> None:
    server, raw, sent = hostile(stage), mail(CARA, "Flood"), []

    def untagged(peer: Peer, _tag: str, _rest: str) -> bool:
        if sent and sent[0] != peer.number:
            return False
        sent.append(peer.number)
        while True:
            peer.raw(b"* 1 RECENT\r\n" * 5_000)

    arrives(stage, server, raw, untagged)
    stage.accepted.append(raw)

    assert [row["disposition"] for row in stage.rows()] == ["ticketed"]
    assert sent


@case(208, "seen-by-other", allowed={CARA}, intakes=IMAP)
def seen_by_other(stage: Stage) -> None:
    raw = mail(CARA, "Seen already")
    stage.exact = False
    stage.desk.put_into_mailbox(raw, seen=True)
    stage.sent.append(raw)
    stage.accepted.append(raw)

    assert [row["disposition"] for row in stage.rows()] == ["ticketed"]


@case(210, "move-back", allowed={CARA}, intakes=IMAP)
def move_back(stage: Stage) -> None:
    stage.send(mail(CARA, "Back again"), sender=CARA)
    user, server = stage.desk.mailbox, stage.desk.dovecot

    def is_filed() -> list[int]:
        found = server.messages(user, "Processed")
        return [uid for uid, (content, _) in found.items() if b"Back again" in content]

    wait_until(is_filed, 10, "the message is filed away")
    with server.login(user) as client:
        client.select_folder("Processed")
        client.move(is_filed(), "INBOX")
    stage.accepted.append(stage.accepted[0])
    rows = stage.rows()

    assert [row["disposition"] for row in rows] == ["ticketed", "duplicate"]
    assert len(stage.mails_to(CARA)) == 1


elsewhere(205, "preauth", "tests/edges/test_imap_hostile_security.py")
elsewhere(206, "starttls-tail", "tests/edges/test_imap_hostile_security.py")
elsewhere(211, "idle-silent", "tests/edges/test_imap_hostile_waiting.py")
