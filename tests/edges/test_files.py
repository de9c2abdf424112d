import io
import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.edges.files import message_in_file, message_on_stdin, messages_in_maildir, messages_in_mbox

SEPARATOR = b"From cara@cust.test Mon Jan 15 09:00:00 2024"


def mboxrd(messages, end=b"\n"):
    """Write messages the way an mboxrd writer does."""
    written = b""
    for raw in messages:
        quoted = re.sub(rb"^(>*From )", rb">\1", raw, flags=re.MULTILINE)
        written += SEPARATOR + end + quoted + end
    return written


class TestMbox:
    def test_messages_come_in_their_order_with_numbers(self, tmp_path):
        path = tmp_path / "old.mbox"
        path.write_bytes(mboxrd([b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]))

        assert list(messages_in_mbox(path)) == [
            ("old.mbox:1", b"Subject: 1\n\none\n"),
            ("old.mbox:2", b"Subject: 2\n\ntwo\n"),
        ]

    def test_crlf_line_ends_stay(self, tmp_path):
        path = tmp_path / "dos.mbox"
        path.write_bytes(mboxrd([b"Subject: 1\r\n\r\n>From here\r\n", b"Subject: 2\r\n\r\ntwo\r\n"], b"\r\n"))

        assert [raw for _, raw in messages_in_mbox(path)] == [
            b"Subject: 1\r\n\r\n>From here\r\n",
            b"Subject: 2\r\n\r\ntwo\r\n",
        ]

    def test_quoted_from_lines_lose_one_mark(self, tmp_path):
        path = tmp_path / "quoted.mbox"
        path.write_bytes(SEPARATOR + b"\n\n>From me\n>>From you\n> From nobody\n>Fromage\n\n")

        assert next(messages_in_mbox(path))[1] == b"\nFrom me\n>From you\n> From nobody\n>Fromage\n"

    @pytest.mark.parametrize(
        "line",
        [
            b"From here on it gets worse",
            b"From 9:00 to 10:30 the printer is down",
            b"From the minutes of 2024",
            b"From: cara@cust.test",
        ],
    )
    def test_an_unquoted_line_of_text_is_no_separator(self, tmp_path, line):
        path = tmp_path / "careless.mbox"
        path.write_bytes(SEPARATOR + b"\nSubject: 1\n\nfirst\n\n" + line + b"\nlast\n\n")

        assert [raw for _, raw in messages_in_mbox(path)] == [b"Subject: 1\n\nfirst\n\n" + line + b"\nlast\n"]

    @pytest.mark.parametrize(
        "line",
        [
            b"From - Sat Jan 13 22:01:02 2024",
            b"From MAILER-DAEMON Mon Jan 15 09:00:00 2024",
            b"From 1787@xxx Mon Jan 15 09:00:00 +0000 2024",
            b"From a b@example.com  Mon Jan  5 9:00 MET 2024 remote from x",
        ],
    )
    def test_separators_of_many_writers_are_known(self, tmp_path, line):
        path = tmp_path / "mixed.mbox"
        path.write_bytes(SEPARATOR + b"\nSubject: 1\n\none\n\n" + line + b"\nSubject: 2\n\ntwo\n")

        assert [raw for _, raw in messages_in_mbox(path)] == [b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]

    def test_a_separator_needs_an_empty_line_before_it(self, tmp_path):
        path = tmp_path / "inside.mbox"
        path.write_bytes(SEPARATOR + b"\nSubject: 1\n\nhe wrote\n" + SEPARATOR + b"\nin his text\n")

        assert len(list(messages_in_mbox(path))) == 1

    def test_a_file_without_a_last_line_end_keeps_its_last_message(self, tmp_path):
        path = tmp_path / "cut.mbox"
        path.write_bytes(SEPARATOR + b"\nSubject: 1\n\nend")

        assert list(messages_in_mbox(path)) == [("cut.mbox:1", b"Subject: 1\n\nend")]

    def test_a_message_of_a_separator_alone_is_empty(self, tmp_path):
        path = tmp_path / "bare.mbox"
        path.write_bytes(SEPARATOR + b"\n\n" + SEPARATOR + b"\nSubject: 2\n\ntwo\n\n")

        assert [raw for _, raw in messages_in_mbox(path)] == [b"", b"Subject: 2\n\ntwo\n"]

    def test_an_empty_file_holds_nothing(self, tmp_path):
        path = tmp_path / "empty.mbox"
        path.touch()

        assert list(messages_in_mbox(path)) == []

    def test_another_kind_of_file_is_refused(self, tmp_path):
        path = tmp_path / "one.eml"
        path.write_bytes(b"Subject: 1\n\none\n")

        with pytest.raises(ValueError, match=r"one\.eml is no mbox file"):
            list(messages_in_mbox(path))

    @given(
        messages=st.lists(
            st.lists(
                st.sampled_from(
                    [b"", b"From x", b">From x", SEPARATOR, b">>" + SEPARATOR, b"text", b"\xff\x00", b">"]
                )
                | st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b"")),
                min_size=1,
                max_size=8,
            ),
            max_size=5,
        ),
        end=st.sampled_from([b"\n", b"\r\n"]),
    )
    def test_whatever_an_mboxrd_writer_wrote_comes_back(self, tmp_path_factory, messages, end):
        raws = [b"".join(line + end for line in lines) for lines in messages]
        path = tmp_path_factory.mktemp("mbox") / "any.mbox"
        path.write_bytes(mboxrd(raws, end))

        assert [raw for _, raw in messages_in_mbox(path)] == raws

    @pytest.mark.no_cover
    def test_a_large_file_is_read_message_by_message(self, tmp_path):
        path = tmp_path / "large.mbox"
        path.write_bytes(mboxrd([b"Subject: 1\n\n" + b"some more of it\n" * 2_000]) * 200)
        tracemalloc.start()
        try:
            count = sum(1 for _ in messages_in_mbox(path))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert count == 200
        assert path.stat().st_size > 6_000_000
        assert peak < 2_000_000


class TestMaildir:
    @pytest.fixture
    def maildir(self, tmp_path):
        for name in ("new", "cur", "tmp"):
            (tmp_path / name).mkdir()
        return tmp_path

    def test_new_comes_before_cur_and_each_by_its_delivery(self, maildir):
        (maildir / "new" / "1000.b.host").write_bytes(b"3")
        (maildir / "new" / "999.a.host").write_bytes(b"2")
        (maildir / "new" / "odd").write_bytes(b"1")
        (maildir / "cur" / "5.c.host:2,S").write_bytes(b"4")
        (maildir / "tmp" / "6.d.host").write_bytes(b"not delivered yet")
        (maildir / "new" / ".hidden").write_bytes(b"no message")
        (maildir / "cur" / "folder").mkdir()

        assert list(messages_in_maildir(maildir)) == [
            ("new/odd", b"1"),
            ("new/999.a.host", b"2"),
            ("new/1000.b.host", b"3"),
            ("cur/5.c.host:2,S", b"4"),
        ]

    def test_a_message_that_is_read_meanwhile_is_met_once(self, maildir):
        for number in (1, 2, 3):
            (maildir / "new" / f"{number}.host").write_bytes(b"%d" % number)
        messages = messages_in_maildir(maildir)
        first = next(messages)
        # A mail client opens the folder: one message was met already, one is still to come.
        (maildir / "new" / "1.host").rename(maildir / "cur" / "1.host:2,S")
        (maildir / "new" / "2.host").rename(maildir / "cur" / "2.host:2,S")

        assert [first, *messages] == [
            ("new/1.host", b"1"),
            ("new/3.host", b"3"),
            ("cur/2.host:2,S", b"2"),
        ]

    def test_a_message_that_is_deleted_meanwhile_does_not_stop_the_others(self, maildir):
        for number in (1, 2, 3):
            (maildir / "cur" / f"{number}.host").write_bytes(b"%d" % number)
        messages = messages_in_maildir(maildir)
        first = next(messages)
        (maildir / "cur" / "2.host").unlink()

        assert [raw for _, raw in (first, *messages)] == [b"1", b"3"]

    def test_a_folder_without_new_and_cur_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match="is no Maildir"):
            list(messages_in_maildir(tmp_path))


class TestSingle:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"Subject: 1\r\n\r\none\r\n", b"Subject: 1\r\n\r\none\r\n"),
            (SEPARATOR + b"\r\nSubject: 1\r\n\r\n>From x\r\n", b"Subject: 1\r\n\r\n>From x\r\n"),
            (b"", b""),
            (b"From nobody", b""),
            # The obsolete header has blanks before the colon (RFC 5322 s 4.5).
            (b"From  : a@b.test\r\n\r\none\r\n", b"From  : a@b.test\r\n\r\none\r\n"),
            (b"\x00\xff not a message", b"\x00\xff not a message"),
        ],
    )
    def test_a_file_and_standard_input_give_the_bytes_below_a_separator(self, tmp_path, content, expected):
        path = tmp_path / "one.eml"
        path.write_bytes(content)

        assert list(message_in_file(path)) == [(str(path), expected)]
        assert list(message_on_stdin(io.BytesIO(content))) == [("-", expected)]

    def test_standard_input_is_the_process_s_own(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Subject: 1\n\none\n")))

        assert list(message_on_stdin()) == [("-", b"Subject: 1\n\none\n")]

    def test_a_missing_file_is_an_error_when_it_is_asked_for(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            list(message_in_file(tmp_path / "lost.eml"))
