"""What the scribe's child does, in this process."""

import io
import os
from pathlib import Path

import pytest

from daemon.edges import scribe as scribe_module
from daemon.edges.reading_wire import read_frame
from daemon.edges.scribe import _cores
from daemon.edges.scribe_child import Serving, renderers_of
from daemon.edges.scribe_wire import answer_in, frame, imprint, orders_out
from daemon.mail.message import Mailbox
from daemon.services.pen import OwnPen, written_by
from daemon.services.render import Renderer
from tests.edges.scribe_bench import BILLING, order


class TestServing:
    """What the child does, in this process."""

    def test_orders_are_answered_one_by_one_until_the_input_ends(self, renderers: dict[str, Renderer]):
        good, team, bad = order(), order("ticket-new", team=BILLING), order(to=Mailbox("no address"))
        odd = order(message_id="<\ud800@desk.test>")
        source = io.BytesIO(b"".join(frame(orders_out([one])) for one in (good, bad, odd, team)))
        source.seek(0, io.SEEK_END)
        source.write(b"\0\0\0\x09half")
        source.seek(0)
        sink = io.BytesIO()
        Serving(renderers, imprint(renderers.values())).serve(source, sink)
        sink.seek(0)

        answers = [answer_in(read_frame(sink) or b"") for _ in range(4)]
        assert [one.written for one in answers] == [
            written_by(OwnPen(renderers.__getitem__), [good]),
            [],
            [],
            written_by(OwnPen(renderers.__getitem__), [team]),
        ]
        assert [bool(one.trouble) for one in answers] == [False, True, True, False]
        assert read_frame(sink) is None

    def test_nonsense_is_answered_by_trouble(self, renderers: dict[str, Renderer]):
        sink = io.BytesIO()
        Serving(renderers, imprint(renderers.values())).serve(io.BytesIO(frame(b"nonsense")), sink)
        sink.seek(0)

        assert answer_in(read_frame(sink) or b"").trouble == "UnpicklingError"

    def test_renderers_are_made_of_what_those_of_the_daemon_are(self, renderers: dict[str, Renderer]):
        made = renderers_of(scribe_module._made_of({**renderers, "plain": Renderer(proven=True)}))

        assert {team: one.made_of for team, one in made.items()} == {
            **{team: one.made_of for team, one in renderers.items()},
            "plain": Renderer(proven=True).made_of,
        }
        assert imprint([made[""], made[BILLING]]) == imprint(renderers.values())


class TestChangedTemplates:
    """The daemon goes on with the templates that it started with, and so do all its mails."""

    def test_change_while_the_child_works_ends_it_before_a_mail_has_other_words(
        self, template: Path, tmp_path: Path
    ):
        renderers = {"": Renderer(tmp_path, proven=True)}
        known, new = order("public-answer"), order()
        asked = io.BytesIO(b"".join(frame(orders_out([one])) for one in (known, known, new)))
        told = io.BytesIO()
        serving = Serving(renderers, imprint(renderers.values()))
        expected = written_by(OwnPen(renderers.__getitem__), [known])
        template.write_text("As it is\n")
        serving.imprint = imprint(renderers.values())
        serving._known.add(("", "public-answer", known.context.get("language")))
        template.write_text("As it will be\n")

        with pytest.raises(SystemExit):
            serving.serve(asked, told)

        told.seek(0)
        assert [answer_in(read_frame(told) or b"").written for _ in range(2)] == [expected] * 2
        assert read_frame(told) is None

    def test_lock_of_an_editor_that_points_nowhere_is_only_noticed(self, template: Path, tmp_path: Path):
        renderers = [Renderer(tmp_path, proven=True)]
        before = imprint(renderers)
        (template.parent / ".#body.txt.j2").symlink_to("ann@host.4711:1705309200")

        assert imprint(renderers) != before


def test_cores_are_those_that_this_thread_may_use():
    mine = os.sched_getaffinity(0)
    assert _cores() == len(mine)
    os.sched_setaffinity(0, {min(mine)})
    try:
        assert _cores() == 1
    finally:
        os.sched_setaffinity(0, mine)
