"""Who wrote a message: a person or which machine, and the mark that tells."""
# ruff: noqa: RUF001, E501 - subjects and texts of many languages

import pytest

from daemon.mail.message import Kind
from daemon.mail.parse import parse
from tests.mail.build import mail, multipart, part

MARKED = {
    "auto-replied": ({"auto_submitted": "auto-replied"}, "Auto-Submitted: auto-replied"),
    "with comment": ({"auto_submitted": "(yes) Auto-Generated; type=x"}, "Auto-Submitted: auto-generated"),
    "unknown keyword": ({"auto_submitted": "auto-something"}, "Auto-Submitted: auto-something"),
    "bulk": ({"precedence": "bulk"}, "Precedence: bulk"),
    "junk": ({"precedence": "Junk"}, "Precedence: junk"),
    "auto_reply": ({"precedence": "auto_reply"}, "Precedence: auto-reply"),
    "suppress": ({"x_auto_response_suppress": "DR, OOF"}, "X-Auto-Response-Suppress: DR, OOF"),
    "x-autoreply": ({"x_autoreply": "yes"}, "x-autoreply: yes"),
    "x-autorespond": ({"x_autorespond": "vacation"}, "x-autorespond: vacation"),
    "lotus": ({"x_post_messageclass": "9; Autoresponder"}, "X-POST-MessageClass: 9"),
    "autoresponder": ({"delivered_to": "Autoresponder"}, "Delivered-To: Autoresponder"),
    "x-loop": ({"x_loop": "yes"}, "x-loop: yes"),
    "null return path": ({"return_path": "<>"}, "null reverse-path"),
}


@pytest.mark.parametrize(("fields", "evidence"), MARKED.values(), ids=MARKED)
def test_standard_mark_makes_a_message_automatic(fields, evidence):
    verdict = parse(mail("hello", **fields)).verdict

    assert (verdict.kind, verdict.standard) == (Kind.AUTOMATIC, True)
    assert evidence in verdict.evidence


UNMARKED = {
    "auto-submitted no": {"auto_submitted": "No"},
    "no with comment": {"auto_submitted": " no (by hand)"},
    "first class": {"precedence": "first-class"},
    "suppress only receipts": {"x_auto_response_suppress": "DR, RN, NRN"},
    "autoreply no": {"x_autoreply": "no"},
    "return path": {"return_path": "<ann@example.com>"},
}


@pytest.mark.parametrize("fields", UNMARKED.values(), ids=UNMARKED)
def test_message_without_a_mark_is_human(fields):
    assert parse(mail("hello", **fields)).verdict.kind is Kind.HUMAN


def test_null_reverse_path_of_the_envelope_marks_automatic_mail():
    assert parse(mail("hello"), null_reverse_path=True).verdict.kind is Kind.AUTOMATIC


@pytest.mark.parametrize("field", ["list_id", "list_unsubscribe", "list_post", "precedence"])
def test_list_fields_make_a_list_mail(field):
    verdict = parse(mail("hello", **{field: "list"})).verdict

    assert (verdict.kind, verdict.standard) == (Kind.LIST, True)


def test_read_receipt_is_automatic():
    raw = multipart(
        "report",
        part("text/plain", "read"),
        part("message/disposition-notification", "Disposition: x; displayed"),
    )

    assert "RFC 8098" in parse(raw).verdict.evidence


def test_answer_of_a_calendar_is_automatic_and_an_invitation_is_not():
    answer = multipart(
        "alternative", part("text/plain", "Accepted"), part("text/calendar; method=REPLY", "x")
    )
    invitation = multipart(
        "alternative", part("text/plain", "Come"), part("text/calendar; method=REQUEST", "x")
    )

    assert "METHOD:REPLY" in parse(answer).verdict.evidence
    assert parse(invitation).verdict.kind is Kind.HUMAN


def test_abuse_report_is_a_feedback_report():
    raw = multipart(
        "report", part("text/plain", "x"), part("message/feedback-report", "Feedback-Type: abuse")
    )

    assert parse(raw).verdict.kind is Kind.FEEDBACK_REPORT


def test_complaint_that_gives_the_mail_back_is_a_feedback_report():
    raw = multipart(
        "mixed", part("message/rfc822", "Subject: x\n\ny"), subject="complaint about message from 192.0.2.1"
    )

    assert parse(raw).verdict.kind is Kind.FEEDBACK_REPORT


def test_own_mail_is_recognised_by_our_field_and_domain():
    own = frozenset({"desk.test"})

    assert parse(mail("x", postdesk_loop="support@desk.test"), own_domains=own).verdict.kind is Kind.OWN
    assert parse(mail("x", postdesk_loop="support@desk.test")).verdict.kind is Kind.OWN
    assert parse(mail("x", postdesk_loop="help@other.test"), own_domains=own).verdict.kind is Kind.AUTOMATIC


def test_loop_marks_are_listed():
    message = parse(mail("x", x_loop="a@b.test", postdesk_loop="support@desk.test"))

    assert message.loop_marks == ("x-loop: a@b.test", "postdesk-loop: support@desk.test")


SUBJECTS = [
    "Automatic reply: Printer",
    "Out of Office: Re: Printer",
    "Re: [desk] Out of office AutoReply: back soon",
    "Abwesenheitsnotiz: Drucker",
    "Automatische Antwort: Drucker",
    "Réponse automatique : Imprimante",
    "Absence du bureau",
    "Respuesta automática: Impresora",
    "Fuera de la oficina",
    "Risposta automatica: Stampante",
    "Fuori ufficio",
    "Resposta automática: Impressora",
    "Automatisch antwoord: Printer",
    "Afwezig: Printer",
    "Automatiskt svar: Skrivare",
    "Frånvaromeddelande",
    "Autosvar: Printer",
    "Automaattinen vastaus: Tulostin",
    "Odpowiedź automatyczna: Drukarka",
    "Nieobecność",
    "Automatická odpověď: Tiskárna",
    "Automatikus válasz: Nyomtató",
    "Автоответ: Принтер",
    "Автоматический ответ: Принтер",
    "Otomatik yanıt: Yazıcı",
    "Αυτόματη απάντηση: Εκτυπωτής",
    "自動応答: プリンター",
    "自动回复: 打印机",
    "자동 회신: 프린터",
    "תשובה אוטומטית: מדפסת",
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_automatic_answer_without_a_mark_is_known_by_its_subject(subject):
    verdict = parse(mail("I am away until Monday.", subject=subject)).verdict

    assert (verdict.kind, verdict.standard) == (Kind.AUTOMATIC, False)
    assert verdict.evidence.startswith("subject says")


TEXTS = [
    "This is an automated response. We will look at it.",
    "Thank you for contacting us. We have received your request.",
    "Hello,\n\nThis message was automatically generated. Please do not reply to this email.",
    "Dies ist eine automatisch erzeugte Nachricht.",
    "Vielen Dank für Ihre Anfrage. Wir werden uns melden.",
    "Ceci est un message automatique, merci de ne pas répondre.",
    "Nous avons bien reçu votre demande.",
    "Este es un mensaje automático.",
    "Questa è una risposta automatica.",
    "Esta é uma mensagem automática.",
    "Dit is een automatisch bericht.",
    "Det här är ett automatiskt svar.\nDetta är ett automatiskt svar.",
    "To jest wiadomość wygenerowana automatycznie. To jest wiadomość automatyczna.",
    "Это письмо отправлено автоматически.",
    "Bu e-posta otomatik olarak gönderilmiştir.",
    "このメールは自動送信されています。",
    "此邮件由系统自动发出，请勿回复。",
]


@pytest.mark.parametrize("text", TEXTS)
def test_automatic_mail_without_a_mark_is_known_by_what_it_says_of_itself(text):
    verdict = parse(mail(text, subject="Your request")).verdict

    assert (verdict.kind, verdict.standard) == (Kind.AUTOMATIC, False)


ABSENCES = [
    "I am out of the office until Monday.",
    "Thank you for your email. I am currently on leave.",
    "Hello,\nI'm on vacation this week.",
    "Ich bin bis 15. Januar im Urlaub.",
    "Guten Tag,\n\nich bin derzeit nicht im Büro.",
    "Je suis absent jusqu'au lundi.",
    "Estoy fuera de la oficina.",
    "Sono assente fino a lunedì.",
    "Estou de férias.",
    "Ik ben momenteel afwezig.",
    "Jag är på semester.",
    "Przebywam na urlopie.",
    "Я в отпуске.",
    "休假中，请联系同事。",
]


@pytest.mark.parametrize("text", ABSENCES)
def test_answer_that_begins_with_an_absence_is_automatic(text):
    answer = mail(text, subject="Re: [#1042] Printer", in_reply_to="<1@desk.test>")

    assert parse(answer).verdict.kind is Kind.AUTOMATIC


@pytest.mark.parametrize("local", ["noreply", "no-reply", "do_not_reply", "MAILER-DAEMON", "nagios"])
def test_sender_that_takes_no_answer_is_automatic(local):
    message = parse(mail("hello", **{"from": f"{local}@example.com"}))

    assert message.verdict.kind is Kind.AUTOMATIC


HUMAN = {
    "about bounces": (
        "Mail delivery fails",
        "My mail to bob@example.com could not be delivered: 550 5.1.1 user unknown.",
    ),
    "forwards a bounce": (
        "Fwd: Undelivered Mail Returned to Sender",
        "What does this mean?\n\n550 5.1.1 User unknown",
    ),
    "about auto replies": (
        "Automatic replies do not work",
        "I set an out of office message, nobody gets it.",
    ),
    "about the assistant": ("Out of office assistant broken", "It says I am out of office, but I am not."),
    "away and asks": ("VPN access", "I am out of the office until Monday and need the VPN. Can you help?"),
    "about holidays": ("Urlaubsantrag", "Ich möchte Urlaub eintragen, das geht nicht."),
    "quotes a robot": ("Error in the shop", "It shows: This is an automated response, please do not reply."),
    "forwards an answer": ("Fwd: Automatic reply: Order", "What do I do with this?\n\nI am out of office."),
    "forwards without a word": (
        "Order",
        "---------- Forwarded message ---------\nFrom: shop@example.com\nSubject: x\n\nThank you for contacting us.",
    ),
    "quotes an answer": (
        "Re: Order",
        "Where is it?\n\nOn Mon, Jan 15, 2024, shop@example.com wrote:\n\nThis is an automated response.",
    ),
    "thanks": ("Re: Printer", "Thank you for the quick help!"),
}


@pytest.mark.parametrize(("subject", "text"), HUMAN.values(), ids=HUMAN)
def test_human_mail_that_only_talks_about_machines_stays_human(subject, text):
    assert parse(mail(text, subject=subject)).verdict.kind is Kind.HUMAN
