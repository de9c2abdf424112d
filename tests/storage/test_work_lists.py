"""Lists that were mailed: found by their mail, used once, forgotten."""

from dataclasses import replace
from datetime import datetime, timedelta

from storage import work_lists
from storage.database import Database
from storage.records import WorkList


def test_a_list_is_found_by_its_mail_used_once_and_forgotten(database: Database, now: datetime):
    made = WorkList(0, "<one@desk.test>", "ann@corp.test", (3, 1), now, "close", "do-it")
    with database.write():
        one = work_lists.add(made, now)
        work_lists.add(replace(made, message_id="<two@desk.test>", expires_at=now + timedelta(days=9)), now)

        assert work_lists.find(["<other@x.test>"]) is None
        assert work_lists.find([]) is None
        found = work_lists.find(["<two@desk.test>", "<one@desk.test>"])
        assert found == replace(made, id=one)
        assert work_lists.mark_used(one, now)
        assert not work_lists.mark_used(one, now)
        assert work_lists.forget(now + timedelta(days=1)) == 1
        assert work_lists.find(["<one@desk.test>"]) is None
