"""The threader that the story is measured with can tell conversations apart."""

from email.message import EmailMessage

from tests.acceptance.people import conversations


def message(own: str, references: str = "", in_reply_to: str = "") -> EmailMessage:
    made = EmailMessage()
    made["Message-ID"] = own
    made["Subject"] = "the same everywhere"
    for name, value in (("References", references), ("In-Reply-To", in_reply_to)):
        if value:
            made[name] = value
    return made


def test_same_subject_is_no_conversation():
    assert len(conversations([message("<1@a.test>"), message("<2@a.test>")])) == 2


def test_answers_belong_to_what_they_answer_in_whatever_order_they_lie():
    third = message("<3@a.test>", "<1@a.test> <2@a.test>")
    mails = [third, message("<9@a.test>"), message("<1@a.test>"), message("<2@a.test>", "", "<1@a.test>")]

    assert sorted(map(sorted, conversations(mails))) == [
        ["<1@a.test>", "<2@a.test>", "<3@a.test>"],
        ["<9@a.test>"],
    ]


def test_mail_that_is_not_there_still_ties_its_answers_together():
    mails = [message("<2@a.test>", "<1@a.test>"), message("<3@a.test>", "<1@a.test>")]

    assert len(conversations(mails)) == 1
