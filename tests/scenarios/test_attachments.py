"""Files travel with the words: to the agents, to the requester, and never with a note to the outside."""

import binascii
import hashlib

import pytest

from tests.calls import calls
from tests.scenarios.desk import StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
PDF = bytes(range(256)) * 40


def files(one) -> list[tuple[str, str]]:
    return [
        (part.get_filename(), hashlib.sha256(part.get_payload(decode=True)).hexdigest())
        for part in one.parsed.walk()
        if part.get_filename()
    ]


def with_file(message, name: str = "Rechnung für März.pdf"):
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename=name)
    return message


DIGEST = hashlib.sha256(PDF).hexdigest()


def test_requesters_file_reaches_the_agents_whole_and_not_the_acknowledgement(desk: StoryDesk):
    desk.mail_in(with_file(mail(CARA, "Invoice", "See attached.")))
    ack, to_ann, to_bob = desk.mail_out()

    assert files(ack) == []
    assert files(to_ann) == files(to_bob) == [("Rechnung für März.pdf", DIGEST)]
    assert "Rechnung für März.pdf" in to_ann.text
    (entry,) = desk.ticket(1)["entries"]
    assert [(part["name"], part["fate"]) for part in entry["parts"] if part["fate"] == "attachment"] == [
        ("Rechnung für März.pdf", "attachment")
    ]


def test_agents_file_reaches_the_requester(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Invoice", "Please send it."))
    _, to_ann, _ = desk.mail_out()
    desk.mail_in(with_file(reply(to_ann, ANN, "Here it is.")))
    (answer,) = desk.mail_out()

    assert files(answer) == [("Rechnung für März.pdf", DIGEST)]


def test_file_of_a_note_does_not_leave_with_the_next_answer(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Invoice", "Please send it."))
    _, to_ann, _ = desk.mail_out()
    desk.mail_in(with_file(reply(to_ann, ANN, "Look at her contract.", to_ann.note_address)))
    (note,) = desk.mail_out()
    desk.mail_in(reply(to_ann, ANN, "It is on its way."))
    answer = next(one for one in desk.mail_out() if one.notice == "public-answer")

    assert files(note) == [("Rechnung für März.pdf", DIGEST)]
    assert files(answer) == []


def test_files_over_the_limit_stay_here_and_the_agents_are_told(desk: StoryDesk):
    limit = desk.settings.attachments_limit_bytes
    desk.mail_in(with_file(mail(CARA, "Film", "See attached."), "a.pdf"))
    assert limit > 0
    desk.mail_out()
    big = mail(CARA, "Film", "Bigger.")
    big.add_attachment(b"\0" * (limit + 1), maintype="video", subtype="mp4", filename="film.mp4")
    desk.mail_in(big)
    to_ann = next(one for one in desk.mail_out() if one.notice == "ticket-new")

    assert files(to_ann) == []
    assert "film.mp4" in to_ann.text
    assert "postdesk ticket 2" in " ".join(to_ann.text.split())


def test_file_inside_a_text_and_a_file_without_encoding_go_along_too(desk: StoryDesk):
    lines = [PDF[at : at + 45] for at in range(0, len(PDF), 45)]
    block = b"begin 644 old.bin\n" + b"".join(map(binascii.b2a_uu, lines)) + b"`\nend\n"
    message = mail(CARA, "Old style", "See below.\n\n" + block.decode())
    message.add_attachment(b"Zeile\n", maintype="text", subtype="csv", filename="a.csv", cte="7bit")
    desk.mail_in(message)
    _, to_ann, _ = desk.mail_out()

    assert ("old.bin", DIGEST) in files(to_ann)
    assert "a.csv" in [name for name, _ in files(to_ann)]


BLOCK = b"begin 644 a%d.bin\r\n#0V%%T\r\n`\r\nend\r\n\r\nwords\r\n"
PART = b"--q\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n%d\r\n"


@pytest.mark.parametrize(
    ("kind", "one"), [("text/plain", BLOCK), ("multipart/mixed; boundary=q", PART)], ids=["blocks", "parts"]
)
def test_many_small_files_go_along_in_one_reading(desk: StoryDesk, kind: str, one: bytes):
    head = f"From: cara@cust.test\r\nTo: support@desk.test\r\nSubject: Many\r\nContent-Type: {kind}\r\n\r\n"

    def with_files(count: int) -> bytes:
        return head.encode() + b"".join(one % number for number in range(count)) + b"--q--\r\n"

    some = calls(lambda: desk.mail_in(with_files(100)))
    desk.mail_out()
    many = calls(lambda: desk.mail_in(with_files(400)))

    # One reading for each file would be sixteen times as much.
    assert many < 5 * some
    assert [len(files(sent)) for sent in desk.mail_out()] == [0, 400, 400]
