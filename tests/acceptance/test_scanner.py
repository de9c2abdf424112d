"""No state changes because a link was opened: every link of every mail, twice, at every port of the desk."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrations import migrate
from tests.acceptance.living import Living, living
from tests.acceptance.scanner import dump, links, ports, scan, web_links
from tests.acceptance.whole_story import play, stage
from tests.conftest import close
from tests.scenarios.desk import mail
from tests.servers import free_port

ANN, CARA = "ann@corp.test", "cara@cust.test"
PLANTED = "https://desk.test/metrics?approve=1042&token=abc"


def told(folder: Path) -> set[bytes]:
    """Tell the whole story on the database of a desk that is not started yet; returns its mails."""
    folder.mkdir()
    database = Database(f"sqlite:///{folder}/postdesk.db")
    migrate(database)
    desk = stage(database)
    mails = {one.raw for one in play(desk)}
    desk.close()
    close(database)
    return mails


def planted(desk: Living) -> set[bytes]:
    """Let Ann send an answer with a link in it; returns every mail that left, the answer among them."""
    desk.write(mail(CARA, "Where is the form", "I cannot find it."))
    shown = next(one for one in desk.at_rest() if one.recipients == (ANN,) and "the form" in one["Subject"])
    desk.write(mail(ANN, "Re: Where is the form", f"It is at {PLANTED} for you.", shown.reply_address))
    desk.at_rest()
    return {one.raw for one in desk.relay.mails}


def test_opening_every_link_of_every_mail_changes_nothing(tmp_path: Path):
    mails = told(tmp_path / "desk")
    metrics = free_port()
    with living(tmp_path, more=f"\n[metrics]\nport = {metrics}\n") as desk:
        mails |= planted(desk)
        found = web_links(mails)
        books = desk.site.folder / "postdesk.db"
        assert PLANTED in found
        assert {metrics, desk.site.port} <= set(ports(desk.process.pid))

        for _ in range(3):
            before = dump(books)
            answered = scan(found, desk.process.pid)
            after = dump(books)
            # The desk looks at itself once a minute, and that is not the scanner's doing.
            if before["jobs"] == after["jobs"]:
                break

        assert before == after
        # What was opened was really there, and would have been told by whoever it belonged to.
        assert answered[PLANTED, metrics] == [501, 501, 200, 200]
        assert len(before["outbox"]) == len(mails)


def in_text(link: str) -> EmailMessage:
    return mail(ANN, "x", f"see <{link}>.")


def in_base64(link: str) -> EmailMessage:
    one = mail(ANN, "x", "y")
    one.set_content(f"see {link}", cte="base64")
    return one


def in_quoted_printable(link: str) -> EmailMessage:
    one = mail(ANN, "x", "y")
    one.set_content("long " * 14 + link, cte="quoted-printable")
    return one


def in_href(link: str) -> EmailMessage:
    one = mail(ANN, "x", "y")
    one.add_alternative(f'<a href="{link.replace("&", "&amp;")}">yes</a>', subtype="html")
    return one


def in_image(link: str) -> EmailMessage:
    one = mail(ANN, "x", "y")
    one.add_alternative(f"<img width=1 src={link.replace('&', '&amp;')}>", subtype="html")
    return one


def in_style(link: str) -> EmailMessage:
    one = mail(ANN, "x", "y")
    one.add_alternative(f"<p style='background:url({link})'>yes</p>", subtype="html")
    return one


def in_header(link: str) -> EmailMessage:
    return mail(ANN, "x", "y", headers={"List-Unsubscribe": f"<{link}>"})


def in_attached_mail(link: str) -> EmailMessage:
    one = mail(ANN, "x", "y")
    one.add_attachment(in_base64(link))
    return one


class TestScanner:
    @pytest.mark.parametrize(
        "hidden",
        [
            in_text,
            in_base64,
            in_quoted_printable,
            in_href,
            in_image,
            in_style,
            in_header,
            in_attached_mail,
        ],
    )
    def test_finds_a_link_wherever_it_stands(self, hidden):
        raw = hidden(PLANTED).as_bytes()

        assert PLANTED in web_links([raw])

    def test_finds_addresses_to_write_to_and_does_not_open_them(self):
        raw = in_href("mailto:support@desk.test").as_bytes()

        assert "mailto:support@desk.test" in links(raw)
        assert web_links([raw]) == set()

    @pytest.mark.parametrize("link", ["//desk.test/x", "/approve?t=1"])
    def test_takes_a_link_without_a_scheme_for_one_of_the_web(self, link: str):
        assert link in web_links([in_href(link).as_bytes()])

    def test_finds_nothing_where_there_is_nothing(self):
        assert links(mail(ANN, "x", "no link: here").as_bytes()) == set()
