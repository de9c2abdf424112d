"""A conversation of ten mails between four people: one ticket, and one conversation in each mailbox."""

import contextlib
import json
import os
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.acceptance.people import Person, conversations
from tests.faults.desk_process import Site, ended_at_last, wait_until
from tests.faults.sink import Sink, running_sink
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postfix import postfix
from tests.servers.scripted_relay import ScriptedRelay, Taken

pytestmark = [pytest.mark.needs_dovecot, pytest.mark.needs_postfix]

Relay = dict[str, str]
PEOPLE = ("cara@cust.test", "dan@cust.test", "ann@corp.test", "bob@corp.test")


@contextlib.contextmanager
def postfix_and_dovecot(_folder: Path) -> Iterator[tuple[Dovecot, Relay]]:
    """Postfix as the relay; it delivers into the mailboxes that Dovecot shows."""
    with postfix(PEOPLE) as relay:
        shared = f"mail_location = maildir:{relay.folder}/mail/%d/%n"
        with running_dovecot(extra=shared) as server:
            # It offers STARTTLS, with a certificate for this name that only this file vouches for.
            trusted = f'certificate_authority_file = "{relay.certificate}"'
            yield server, {"relay": f"smtp://localhost:{relay.port}", "relay_more": trusted}


@contextlib.contextmanager
def receiver_and_dovecot(folder: Path) -> Iterator[tuple[Dovecot, Relay]]:
    """A relay of our own that puts each mail into its recipient's mailbox before it says 250."""
    with running_dovecot() as server, running_sink(folder / "sink.txt", ScriptedRelay()) as sink:
        sink.relay.on_dot = lambda taken: deliver(server, sink, taken)
        yield server, {"relay": f"smtp://127.0.0.1:{sink.port}"}


def deliver(server: Dovecot, sink: Sink, taken: Taken) -> None:
    sink._take(taken)
    for recipient in sink.copies[-1].recipients:
        server.append(recipient, taken.content)


def test_ten_mails_are_one_ticket_and_one_conversation_for_everybody(tmp_path: Path):
    # Postfix runs as root only; elsewhere the same mails go through a relay of our own.
    servers = postfix_and_dovecot if os.geteuid() == 0 else receiver_and_dovecot
    with servers(tmp_path) as (server, relay):
        site = Site(tmp_path / "desk", dovecot_port=server.port, agents=PEOPLE[2:], **relay).write()
        desk = site.start()
        with ended_at_last(desk):
            cara, dan, ann, bob = (Person(server, address) for address in PEOPLE)
            play(cara, dan, ann, bob)
            wait_until(lambda: waiting(site) == 0, 10, "all is settled")
            assert desk.stop() == 0
        tickets = json.loads(site.command("tickets", "--json").stdout)
        ticket = json.loads(site.command("ticket", "1", "--json").stdout)
        counts = json.loads(site.command("ledger", "--json").stdout)

        assert len(tickets) == 1
        assert {word: count for word, count in counts.items() if count} == {"ticketed": 1, "appended": 9}
        assert [(entry["kind"], entry["author"].partition("@")[0]) for entry in ticket["entries"]] == [
            ("message", "cara"),
            ("answer", "ann"),
            ("message", "cara"),
            ("note", "bob"),
            ("message", "dan"),
            ("answer", "ann"),
            ("message", "cara"),
            ("answer", "bob"),
            ("answer", "ann"),
            ("message", "cara"),
        ]
        for person in (cara, dan, ann, bob):
            mails = person.mailbox("INBOX", "Sent")
            assert len(mails) >= 3
            assert len(conversations(mails)) == 1, (person.address, threads(mails))
            assert person.unread() == []


def waiting(site: Site) -> int:
    count: int = json.loads(site.command("ledger", "--json").stdout)["waiting"]
    return count


def threads(mails: list[EmailMessage]) -> list[list[str]]:
    subjects = {str(one["Message-ID"]): str(one["Subject"]) for one in mails}
    return [[subjects[number] for number in group] for group in conversations(mails)]


def note_address(notification: EmailMessage) -> str:
    """The address for internal notes, which stands in the text of every notification."""
    body = notification.get_body(("plain",))
    assert body is not None
    return re.findall(r"support\+n\S+@desk\.test", body.get_content())[0]


def play(cara: Person, dan: Person, ann: Person, bob: Person) -> None:
    """Ten mails; whoever is to be written to has to get it, and nobody gets anything else."""
    cara.write("Printer is dead", "It says PC LOAD LETTER.", cc=[dan])  # 1
    cara.next_mail()
    first_for_ann, first_for_bob = ann.next_mail(), bob.next_mail()

    ann.answer(first_for_ann, "Put in letter paper, please.")  # 2
    answer_for_cara, answer_for_dan = cara.next_mail(), dan.next_mail()

    cara.answer(answer_for_cara, "I did, and it blinks red now.")  # 3
    told_ann = ann.next_mail()

    bob.answer(first_for_bob, "That model is known for it.", where=note_address(first_for_bob))  # 4
    ann.next_mail()

    dan.answer(answer_for_dan, "It happens on the second floor as well.")  # 5
    ann.next_mail()

    ann.answer(told_ann, "We send somebody to both of you.")  # 6
    second_for_cara, _ = cara.next_mail(), dan.next_mail()

    # The client answers all, so the colleague has this from her and not from the desk.
    cara.answer(second_for_cara, "Good, I am in all day.", cc=[dan])  # 7
    ann_told_again = ann.next_mail()

    bob.answer(first_for_bob, "I am on my way with a new drum.")  # 8
    cara.next_mail()
    dan.next_mail()

    ann.answer(ann_told_again, "#resolve\n\nBob has changed the drum.")  # 9
    resolved, _, _ = cara.next_mail(), dan.next_mail(), ann.next_mail()

    cara.answer(resolved, "One page came out crooked, but yes.")  # 10
    ann.next_mail()
