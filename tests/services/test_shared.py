"""What is rendered once for several agents is, to the letter, what each would have got alone."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from daemon.desk.samples import samples
from daemon.mail.compose import Draft, body_of
from daemon.mail.message import Mailbox
from daemon.services.render import Rendered, Renderer
from daemon.services.shared import SharedWriting
from tests.servers.templates import shipped_renderer

ANN = "support+r1042.aa.abcdefghijklmnopqrstuvwxyz@desk.test"
BOB = "support+r1042.aa.zyxwvutsrqponmlkjihgfedcba@desk.test"


class Counting(Renderer):
    """A renderer that counts."""

    rendered = 0

    def render(self, notice: str, context: Any) -> Rendered:
        self.rendered += 1
        return super().render(notice, context)


def for_reader(name: str, reply: str, **changes: object) -> dict[str, object]:
    note = reply.replace("+r", "+n")
    common = {**samples("ticket-new")[0], **changes}
    return {
        **common,
        "recipient": {"name": name, "address": f"{name.lower()}@corp.test"},
        "reply": {"public": reply, "internal": note},
    }


@pytest.fixture(scope="module")
def compiled() -> Counting:
    return Counting()


@pytest.fixture
def counting(compiled: Counting) -> Counting:
    compiled.rendered = 0
    return compiled


def test_second_agent_gets_the_same_words_with_addresses_of_his_own(counting: Counting):
    shared = SharedWriting(counting)
    ann, bob = for_reader("Ann", ANN), for_reader("Bob", BOB)

    assert shared.render("ticket-new", ann) == shipped_renderer().render("ticket-new", ann)
    assert shared.render("ticket-new", bob) == shipped_renderer().render("ticket-new", bob)
    assert counting.rendered == 1
    assert "zyxwvutsrqponmlkjihgfedcba" not in str(shared.render("ticket-new", ann))


def test_other_words_are_rendered_anew(counting: Counting):
    shared = SharedWriting(counting)
    shared.render("ticket-new", for_reader("Ann", ANN))
    warned = for_reader("Bob", BOB, warnings=["take care"])

    assert shared.render("ticket-new", warned) == shipped_renderer().render("ticket-new", warned)
    assert counting.rendered == 2


def test_reply_address_that_a_mail_quotes_stays_as_it_was_quoted(counting: Counting):
    shared = SharedWriting(counting)
    entry = {**samples("ticket-new")[0]["entry"], "text": f"I was told to write to {ANN}"}
    ann, bob = for_reader("Ann", ANN, entry=entry), for_reader("Bob", BOB, entry=entry)

    shared.render("ticket-new", ann)

    assert shared.render("ticket-new", bob) == shipped_renderer().render("ticket-new", bob)
    assert counting.rendered == 2


def test_template_that_speaks_of_its_reader_is_rendered_for_each(tmp_path: Path):
    (tmp_path / "ticket-new").mkdir()
    (tmp_path / "ticket-new/body.txt.j2").write_text(
        "Hello {{ recipient.name }}, write to {{ reply.public }}\n"
    )
    counting = Counting(tmp_path)
    shared = SharedWriting(counting)

    assert "Hello Ann" in shared.render("ticket-new", for_reader("Ann", ANN)).text
    assert "Hello Bob" in shared.render("ticket-new", for_reader("Bob", BOB)).text
    assert counting.rendered == 2


def test_notice_without_reply_addresses_is_rendered_for_each(counting: Counting):
    shared = SharedWriting(counting)
    context = samples("ticket-opened")[0]

    shared.render("ticket-opened", context)
    shared.render("ticket-opened", context)

    assert counting.rendered == 2


def draft_of(rendered: Rendered, name: str) -> Draft:
    return Draft(
        header_from=Mailbox("desk@desk.test", "Desk"),
        to=Mailbox(f"{name}@corp.test"),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=f"<{name}@desk.test>",
        date=datetime(2024, 1, 15, 9, tzinfo=UTC),
    )


def read_back(pieces) -> tuple[str, str]:
    mail = message_from_bytes(b"".join(pieces), policy=policy.SMTP)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return plain.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


# The last one makes quoted-printable break a line within an address at some length of these.
@pytest.mark.parametrize("text", ["plain words", "Grüße", *(f"ü{'x' * more}" for more in range(80))])
def test_each_agent_can_read_what_was_composed_once(counting: Counting, text: str):
    shared = SharedWriting(counting)
    entry = {**samples("ticket-new")[0]["entry"], "text": text}
    for name, reply in (("Ann", ANN), ("Bob", BOB)):
        rendered = shared.render("ticket-new", for_reader(name, reply, entry=entry))
        alone = shipped_renderer().render("ticket-new", for_reader(name, reply, entry=entry))

        assert read_back(shared.compose(draft_of(rendered, name))) == (alone.text, alone.html)


# Some of these make quoted-printable break a line within an address.
@pytest.mark.parametrize("text", ["plain words", "Grüße", *(f"ü{'x' * more}" for more in range(80))])
def test_a_body_is_composed_once_for_all_agents(counting: Counting, text: str, monkeypatch):
    composed = []
    monkeypatch.setattr("daemon.mail.compose.body_of", lambda draft: pytest.fail(f"again for {draft.to}"))
    monkeypatch.setattr(
        "daemon.services.shared.body_of", lambda draft: composed.append(body_of(draft)) or composed[0]
    )
    shared = SharedWriting(counting)
    entry = {**samples("ticket-new")[0]["entry"], "text": text}

    for name, reply in (("Ann", ANN), ("Bob", BOB)):
        words = shared.render("ticket-new", for_reader(name, reply, entry=entry))
        lines = b"".join(shared.compose(draft_of(words, name))).split(b"\r\n")
        assert max(map(len, lines)) <= 998

    assert len(composed) == 1
