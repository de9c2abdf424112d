"""Courtesy in many languages, and everything beside it that makes a mail one to look at."""
# ruff: noqa: E501, RUF001 - words of many languages; a table reads best by its lines

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.courtesy import is_courtesy
from daemon.mail.courtesy_reactions import is_kind_reaction
from daemon.mail.parse import parse
from tests.mail.build import mail, multipart, part

POLITE = [
    "Thanks!", "Thank you for your quick help!", "Great, thank you so much!", "Thanks Bob!", "Thanks, Bob", "ok", "Perfect!",
    "Got it, thanks", "It works now, thanks!", "Hi Bob,\n\nThanks a lot!\n\nBest regards,\nAnn Example", "Thanks again. Ann",
    "Thanks!\n\nAnn", "Thx :)", "Thank you in advance", "Thanks again for all your help, have a nice weekend!", "Hello!",
    "Vielen Dank", "Danke für die schnelle Hilfe!\n\nMit freundlichen Grüßen\nAnn Müller", "Ok, danke.", "Nochmals vielen Dank!",
    "Sehr geehrte Frau Müller,\n\nherzlichen Dank.\n\nMfG\nJan von der Heide", "Merci beaucoup", "Bonjour,\nmerci pour votre aide.\nCordialement",
    "Gracias por su ayuda.", "¡Muchas gracias!", "Grazie mille per la risposta", "Bedankt voor de snelle reactie!",
    "Hartelijk dank.\nMet vriendelijke groet,\nJan de Vries", "Muito obrigado pela ajuda!", "Dziękuję za pomoc", "dziekuje bardzo",
    "Tack så mycket för hjälpen!", "Mange tak for hjælpen", "Tusen takk!", "Kiitos avusta!", "Kiitos paljon", "Mockrát děkuji",
    "Děkuji za pomoc", "Ďakujem pekne", "Köszönöm szépen!", "Mulțumesc frumos", "Çok teşekkür ederim", "Teşekkürler, İyi günler",
    "Ευχαριστώ πολύ!", "Спасибо большое за помощь!", "Дякую за допомогу!", "Благодаря!", "Hvala lijepa", "תודה רבה", "شكراً جزيلاً",
    "ありがとうございます。", "承知しました。ありがとうございました。", "田中様\n\nお世話になっております。\nご対応ありがとうございました。",
    "谢谢！", "收到，谢谢您的帮助", "감사합니다.", "빠른 답변 감사합니다", "ขอบคุณครับ", "Cảm ơn bạn", "Terima kasih banyak",
    "👍", "🙏🏽 thanks", "❤️", "👍👍👍", ":-)",
]  # fmt: skip

NOT_POLITE = [
    "Thanks, but it still does not work", "Thanks. Printer broken again", "Thank you! When will it be done?", "Thanks for nothing",
    "Thanks, room 12", "Thanks, my number is 555", "Thanks help", "Help", "Thanks. Urgent!", "Thanks, please close it", "No thanks",
    "Thanks!\nStill broken", "Thanks.\n\nBest regards,\nAnn\nPS: it broke again", "however", "Thanks, see https://example.com",
    "Thanks, write to ann@example.com", "Yes", "Yes, thanks", "No", "It does not work", "not perfect", "works not", "", "   ",
    "👎", "Thanks 😡", "😢", "Thanks :(", "Thanks D:", "Danke. Leider nein", "Danke, aber es geht nicht", "Danke nicht",
    "Vielen Dank für Ihre Antwort, die mir nicht hilft", "Merci, mais ça ne marche pas", "Gracias, pero sigue igual",
    "Grazie, ma non funziona", "Bedankt, maar het werkt niet", "Obrigado, mas ainda não funciona", "Dziękuję, ale nie działa",
    "Tack, men det fungerar inte", "Tak, men det virker ikke", "Takk, men det virker ikke", "Kiitos, mutta ei toimi", "Děkuji, ale nefunguje",
    "Teşekkürler ama çalışmıyor", "Спасибо, но не работает", "Дякую, але не працює", "ありがとうございます。まだ直っていません。",
    "ありがとう、でも動きません", "谢谢，但是还是不行", "谢谢？", "감사합니다. 그런데 안 됩니다", "Ευχαριστώ, αλλά δεν λειτουργεί", "תודה, אבל זה לא עובד",
    "شكرا لكن لا يعمل", "ขอบคุณครับ แต่ยังไม่ได้", "Thanks\n" * 13, "Thanks " + "a" * 600, "Best regards,\nA\nB\nC\nD\nE", "Thanks ①",
]  # fmt: skip


@pytest.mark.parametrize("text", POLITE)
def test_courtesy_alone_is_courtesy(text):
    assert is_courtesy(text, "Re: Printer", author="Ann Example")


@pytest.mark.parametrize("text", NOT_POLITE)
def test_anything_beside_it_is_none(text):
    assert not is_courtesy(text, "Re: Printer", author="Ann Example")


@pytest.mark.parametrize(
    "text",
    [
        "Ann Example reacted to your message:",
        "👍 Ann Example reacted to your message:",
        "[👍] Ann Example reacted to your message:",
        "👍 Ann reacted via Gmail",
        "Ann Müller hat auf Ihre Nachricht reagiert:",
        "Ann a réagi à votre message :",
        "Ann ha reagito al tuo messaggio:",
        "Ann heeft gereageerd op uw bericht:",
        "Анна отреагировала на ваше сообщение:",
        "安娜对您的邮件做出了反应",
        "Liked “We changed the toner at 10:30. Does it print?”",
        'Loved "Done."',
        "Gefällt „Erledigt um 10 Uhr?“",
        "Reacted 👍 to “Done 2 minutes ago”",
    ],
)
def test_reaction_is_courtesy(text):
    assert is_courtesy(text, "Re: Printer")


@pytest.mark.parametrize(
    "text",
    [
        "Disliked “Done.”",
        "Questioned “Done.”",
        "Liked “Done” but it is not “done”",
        "👎 Ann Example reacted to your message:",
        "😡 Ann reacted via Gmail",
        "Reacted 👎 to “Done.”",
        "Nobody reacted to your message: please do",
        "Liked “" + "x" * 700 + "”",
    ],
)
def test_other_reactions_are_looked_at(text):
    assert not is_courtesy(text, "Re: Printer")


@pytest.mark.parametrize(
    ("subject", "courtesy"),
    [
        ("Thanks!", True),
        ("", True),
        ("Re: Printer", True),
        ("AW: Drucker", True),
        ("Printer is dead", False),
        ("Question?", False),
    ],
)
def test_mail_that_opens_a_topic_has_its_subject_looked_at(subject, courtesy):
    assert is_courtesy("Thank you!", subject, answers=False) is courtesy


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"version":1,"emoji":"\xf0\x9f\x91\x8d"}', True),
        (b'{"version":1,"emoji":"\xe2\x9d\xa4\xef\xb8\x8f"}', True),
        (b'{"version":1,"emoji":"\xf0\x9f\x91\x8e"}', False),
        (b'{"version":1,"emoji":""}', False),
        (b'{"version":1}', False),
        (b'["x"]', False),
        (b"[" * 9_000, False),
        (b"\xff", False),
    ],
)
def test_reaction_of_gmail_is_read_from_its_part(content, kind):
    assert is_kind_reaction(content) is kind


class TestMessages:
    def test_thanks_above_a_quotation_is_courtesy(self):
        text = "Thank you!\n\nOn Mon, 15 Jan 2024 at 10:00, Desk <help@desk.test> wrote:\n> Is it fixed? Call 555.\n"

        assert parse(mail(text, subject="Re: Printer")).courtesy

    def test_reaction_part_of_gmail_is_no_file(self):
        raw = multipart(
            "alternative",
            part("text/plain", "👍 Ann reacted via Gmail <https://www.google.com/gmail/about/?utm=1>"),
            part("text/vnd.google.email-reaction+json", '{"version":1,"emoji":"👍"}'),
            part("text/html", "<p>👍 Ann reacted via Gmail</p>"),
            subject="Re: Printer",
        )
        message = parse(raw)

        assert message.courtesy
        assert [str(one.fate) for one in message.parts] == ["container", "body", "alternative", "alternative"]

    def test_thanks_with_a_file_is_none(self):
        raw = multipart(
            "mixed",
            part("text/plain", "Thanks!"),
            part("application/pdf; name=a.pdf", "x"),
            subject="Re: Printer",
        )

        assert not parse(raw).courtesy

    @pytest.mark.parametrize(("size", "courtesy"), [(5_000, True), (60_000, False)])
    def test_thanks_with_a_logo_is_courtesy_and_with_a_picture_of_the_screen_none(self, size, courtesy):
        picture = part("image/png", "A" * size, content_id="<a@b>", content_disposition="inline")
        raw = multipart(
            "related", part("text/html", "<p>Thanks!</p><img src='cid:a@b'>"), picture, subject="Re: Printer"
        )

        assert parse(raw).courtesy is courtesy

    def test_thanks_of_a_machine_is_no_courtesy(self):
        assert not parse(mail("Thank you!", subject="Re: Printer", auto_submitted="auto-replied")).courtesy

    def test_forward_is_no_courtesy(self):
        raw = mail(
            "Thanks!\n\n---------- Forwarded message ---------\nFrom: a@example.com\nTo: b@example.com\nDate: x\nSubject: y\n\nThanks"
        )

        assert not parse(raw).courtesy

    def test_long_mail_is_none(self):
        assert not parse(mail("Thanks! " * 700, subject="Re: Printer")).courtesy


@given(
    st.sampled_from(POLITE),
    st.sampled_from(["?", " 1", " but", " aber", " http://x.test", " 👎", " broken", " xyzzy"]),
)
def test_courtesy_with_one_thing_more_is_none(text, more):
    assert not is_courtesy(text + more, "Re: Printer", author="Ann Example")


@given(st.text(max_size=80))
def test_no_text_raises_and_what_passes_has_no_question(text):
    if is_courtesy(text, "Re: x"):
        assert "?" not in text or '"' in text or "“" in text
