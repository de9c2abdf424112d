"""Answers of absence programs, receipts and invitations without any mark; and people who are away and ask."""
# ruff: noqa: RUF001 - the words of many languages and scripts

import pytest

from daemon.mail.absence import absence_by_hand, absence_in
from daemon.mail.message import Kind
from daemon.mail.parse import parse
from tests.mail.build import mail

AWAY = [
    "Hi, thanks for your mail. I'm on annual leave until 5 Feb. For urgent matters contact Bo.",
    "Thank you for your message. I am out of the office until January 22nd and will answer on my return.",
    "I will be out of the office starting  15.01.2024 and will not return until 22.01.2024.",
    "Currently I am out of office. I will respond when I return.",
    "Guten Tag,\n\nvielen Dank für Ihre E-Mail. Ich bin bis zum 22.01.2024 nicht im Büro.",
    "Hallo,\nich bin am 22.01.2024 wieder im Büro. In dringenden Fällen wenden Sie sich an Bo.",
    "Ich befinde mich zur Zeit im Urlaub und bin ab Montag wieder für Sie da.",
    "Bonjour,\n\nActuellement en congés, je serai de retour le 22 janvier.",
    "Me encuentro fuera de la oficina hasta el 22 de enero con acceso limitado al correo.",
    "Buongiorno,\nsono fuori ufficio fino al 22 gennaio.",
    "Encontro-me ausente do escritório até 22 de janeiro.",
    "Momenteel ben ik met vakantie tot en met 22 januari.",
    "Hej, jag är inte på kontoret och återkommer den 22 januari.",
    "Hej\n\nJeg er på ferie til den 22. januar.",
    "Olen lomalla 22.1. asti.",
    "Dzień dobry,\n\njestem na urlopie do 22 stycznia.",
    "Dobrý den,\njsem na dovolené do 22. ledna.",
    "Здравствуйте!\nЯ в отпуске до 22 января.",
    "ただいま不在にしております。1月22日に戻ります。",
    "我正在休假，1月22日返回。",
]
PRESENT = [
    "I am out of paper and the printer is out of order. Please come.",
    "Thank you for your email. I am out of ideas, what should I try",
    "Thank you for your message. I am on it, but the error stays.",
    "Ich bin nicht sicher, ob das stimmt.",
    "Ich bin nicht zufrieden mit der Antwort.",
    "Je suis toujours en attente.",
    "I am on vacation until Friday, can the visit wait?",
    "Bin ich im Urlaub, wer bekommt dann meine Post?",
    "I am away on Monday. " + "The printer prints every second page twice and nothing else. " * 30,
    "I am on leave. " + "The printer prints every other page in green and the rest of them not at all. " * 3,
]


def answer(text: str) -> bytes:
    return mail(text, subject="Re: [#1042] Printer", in_reply_to="<1@desk.test>")


class TestAbsence:
    @pytest.mark.parametrize("text", AWAY)
    def test_answer_of_an_absence_program_is_automatic(self, text):
        verdict = parse(answer(text)).verdict

        assert (verdict.kind, verdict.standard) == (Kind.AUTOMATIC, False)
        assert verdict.evidence.startswith("answer says")

    @pytest.mark.parametrize("text", PRESENT)
    def test_person_who_writes_more_than_an_absence_stays_a_person(self, text):
        assert parse(answer(text)).verdict.kind is Kind.HUMAN

    def test_absence_in_a_new_mail_proves_nothing(self):
        assert parse(mail(AWAY[0], subject="Leave")).verdict.kind is Kind.HUMAN

    def test_finnish_answer_is_no_danish_forward(self):
        text = "Olen lomalla 22.1. asti."
        headers = {"subject": "VS: Tulostin", "in_reply_to": "<1@desk.test>"}

        assert parse(mail(text, **headers)).verdict.kind is Kind.AUTOMATIC
        assert parse(mail(text, subject="VS: Tulostin")).verdict.kind is Kind.HUMAN

    def test_words_are_given_as_evidence(self):
        assert absence_in("Hello,\nI  am on  vacation") == ""
        assert absence_in("Hello,\nI am on vacation") == "I am on vacation"


MACHINES = {
    "sieve": ("Auto: Your question", "I read mail on Mondays."),
    "domino": ("AUTO: Lund, Bo is out of the office. (returning 22.01.2024)", "Gone skiing."),
    "receipt": ("Read: Printer", "Your message\n\n   To: Ann\n\nwas read on 15.01.2024 09:05."),
    "german receipt": ("Gelesen: Drucker", "Ihre Nachricht\n\nwurde am 15.01.2024 09:05 gelesen."),
    "thunderbird receipt": (
        "Return Receipt - x",
        "This is a Return Receipt for the mail that you sent to me.",
    ),
    "invitation": ("Accepted: Visit of the technician", ""),
    "note at the end": ("Printer", "We work on it. Note: this is an automated response to your message."),
    "sentence at the end": ("Ihre Anfrage", "Wir melden uns. Dies ist eine automatisch erzeugte Nachricht."),
    "named firm": ("Acme", "Thank you for contacting Acme Support. We have your mail."),
    "challenge": ("RE: Printer", "This account is protected by Gate.  Please click the link below."),
}
PEOPLE = {
    "reads": ("Read: access denied on the disk", "I cannot read the disk."),
    "accepts": ("Accepted: formats", "Which formats are accepted?"),
    "insurance": ("Auto insurance: question", "My car is insured with you."),
    "thanks": ("Re: Printer", "Thank you for contacting Bo yesterday, it works"),
}


@pytest.mark.parametrize(("subject", "text"), MACHINES.values(), ids=MACHINES)
def test_machine_without_a_mark_is_automatic(subject, text):
    assert parse(mail(text, subject=subject)).verdict.kind is Kind.AUTOMATIC


@pytest.mark.parametrize(("subject", "text"), PEOPLE.values(), ids=PEOPLE)
def test_words_like_a_machines_stay_a_persons(subject, text):
    assert parse(mail(text, subject=subject)).verdict.kind is Kind.HUMAN


BY_HAND = (
    "I am away.|I'm away|On leave until Monday|I'm out this week|I am off sick|Away until Friday|"
    "Sorry, I am not here today|Hi Bob,\nI am away\n\nAnn|"
    "Ich bin nicht da.|Ich bin weg|Bin im Urlaub bis Montag|Ich bin krank|Ich habe Urlaub bis 20.1.|"
    "Je ne suis pas là|Je suis malade|Estoy fuera|No estoy en la oficina|Sono via|Non sono in ufficio|"
    "Ik ben er niet|Ik ben ziek|Estou fora|Nie ma mnie|Jestem na zwolnieniu|Jag är borta|Jeg er væk|"
    "Jeg er borte til mandag|Olen sairaana|Nejsem v kanceláři|Jsem pryč|Ofiste değilim|Távol vagyok"
)
SAYS_MORE = (
    "I am away with the fairies|I am sick of this|I am out|I am away, but approved|Is he away?|approve|"
    "I am not available for that|I am away and agree|The laptop is away|Je suis là|Je suis disponible|"
    "Estoy en la oficina|Sono disponibile|Non sono assente|Ich bin dafür|Ik ben voor|Approved. I am here.|"
    "One.\nTwo.\nI am away."
)


class TestByHand:
    @pytest.mark.parametrize("text", BY_HAND.split("|"))
    def test_whoever_says_in_a_sentence_that_they_are_away_is(self, text):
        assert absence_by_hand(text)

    @pytest.mark.parametrize("text", SAYS_MORE.split("|"))
    def test_whoever_says_something_else_is_not(self, text):
        assert absence_by_hand(text) == ""

    def test_a_long_text_says_more_than_an_absence(self):
        assert absence_by_hand("I am away.") == "I am away"
        assert absence_by_hand("I am away.\n" + "The budget is spent and so is the year. " * 9) == ""
