"""Further ways in which programs begin a quotation: on one line, glued, wrapped in a bracket; and answers inside."""
# ruff: noqa: RUF001, E501 - header names of many languages, as programs write them

import time

import pytest

from daemon.mail.absence import absence_in
from daemon.mail.cut import cut
from daemon.mail.forward import Letter, forwarded
from daemon.mail.inline_header import inline_fields, pieces_of
from daemon.mail.message import Message
from tests.calls import calls

NEW = "The scanner is back.\n\nMay we close this one?"
OLD = "Please switch it off and on.\nThe service desk"
BOX = "Ann Moss <ann@example.com>"
DAY = "Mon, 15 Jan 2024 09:00:00 +0100"


def new_text(text: str) -> str:
    return Message(text=text, cut=cut(text)).new_text


# Separator, names of the fields as Yahoo puts them on one line: author, recipient, copy, day, subject.
YAHOO = {
    "danish": ("Videresendt meddelelse", "Fra", "Til", "Cc", "Sendt", "Emne"),
    "english": ("Forwarded Message", "From", "To", "Cc", "Sent", "Subject"),
    "finnish": ("Edelleenlähetetty viesti", "Lähettäjä", "Vastaanottaja", "Kopio", "Lähetetty", "Aihe"),
    "french": ("Message transmis", "De ", "À ", "Cc ", "Envoyé ", "Objet "),
    "german": ("Weitergeleitete Nachricht", "Von", "An", "CC", "Gesendet", "Betreff"),
    "polish": ("Przekazana wiadomość", "Od", "Do", "Dw", "Wysłano", "Temat"),
    "russian": ("Пересылаемое сообщение", "От", "Кому", "Копия", "Отправлено", "Тема"),
    "ukrainian": ("Перенаправлене повідомлення", "Від", "Кому", "Копія", "Відправлено", "Тема"),
}
# Thunderbird: subject, day, author, recipient, copy; one a line, a tab behind the colon.
THUNDERBIRD = {
    "croatian": ("Proslijeđena poruka", "Naslov", "Datum", "Šalje", "Prima", "CC"),
    "french": ("Message transféré", "Sujet ", "Date ", "De ", "Pour ", "Copie à "),
    "polish": ("Treść przekazanej wiadomości", "Temat", "Data", "Nadawca", "Adresat", "Kopia"),
    "romanian": ("Mesaj redirecționat", "Subiectul", "Dată", "de la", "Către", "CC"),
    "russian": ("Перенаправленное сообщение", "Тема", "Дата", "От", "Кому", "Копия"),
    "slovak": ("Preposlaná správa --- Forwarded Message", "Predmet", "Dátum", "Od", "Pre", "Kópia"),
    "turkish": ("İletilen İleti", "Konu", "Tarih", "Kimden", "Kime", "CC"),
}
APPLE = {
    "croatian": "Započni proslijeđenu poruku:",
    "hungarian": "Továbbított levél kezdete:",
    "norwegian": "Videresendt melding:",
    "romanian": "Începe mesajul redirecționat:",
    "swedish": "Vidarebefordrat mejl:",
    "turkish": "İleti başlangıcı:",
    "ukrainian": "Початок листа, що пересилається:",
}


def yahoo(language: str) -> str:
    separator, author, to, copy, day, subject = YAHOO[language]
    return (
        f"   ----- {separator} ----- {author}: {BOX}{to}: <desk@example.com>{copy}: Bo <bo@example.com>"
        f"{day}: Monday, January 15, 2024, 09:00 GMT+1{subject}: Scanner\n "
    )


def thunderbird(language: str) -> str:
    separator, subject, day, author, to, copy = THUNDERBIRD[language]
    return (
        f"-------- {separator} --------\n{subject}: \tScanner\n{day}: \t{DAY}\n{author}: \t{BOX}\n"
        f"{to}: \tdesk@example.com\n{copy}: \tBo <bo@example.com>\n\n\n"
    )


BLOCKS = {
    **{f"yahoo {language}": yahoo(language) for language in YAHOO},
    **{f"thunderbird {language}": thunderbird(language) for language in THUNDERBIRD},
    **{
        f"apple {language}": f"{line}\n\nFrom: {BOX}\nSubject: Scanner\nDate: {DAY}\nTo: desk@example.com\n\n"
        for language, line in APPLE.items()
    },
    "japanese": f"---------- メッセージを転送 ---------\n送信元：{BOX}\n日付：2024年1月15日\n件名：Scanner\n送信先：desk@example.com\n\n",
    "polish": f"---------- Wiadomość przesłana dalej ---------\nOd: {BOX}\nData: {DAY}\nTemat: Scanner\nDo: desk@example.com\n\n",
}


class TestForwardedBlocks:
    @pytest.mark.parametrize("name", BLOCKS)
    def test_block_below_new_words_is_set_apart(self, name):
        assert new_text(f"{NEW}\n\n{BLOCKS[name]}{OLD}") == NEW

    @pytest.mark.parametrize("name", BLOCKS)
    def test_author_comment_and_words_of_a_forward_are_found(self, name):
        text = f"{NEW}\n\n{BLOCKS[name]}{OLD}"

        found = forwarded(Letter("Fwd: Scanner", text, cut(text)))

        assert found is not None
        assert (found.candidates[0].address, found.comment) == ("ann@example.com", NEW)
        assert (found.subject, found.text.strip()) == ("Scanner", OLD)

    def test_subject_folded_between_two_fields_is_one(self):
        text = (
            f"-------- Forwarded message --------\nFrom: {BOX}\nSubject: The scanner in the\n"
            f"second floor\nTo: desk@example.com\n\n{OLD}"
        )

        found = forwarded(Letter("Fwd: Scanner", text))

        assert found is not None
        assert (found.subject, found.text) == ("The scanner in the second floor", OLD)


class TestFieldsOnOneLine:
    @pytest.mark.parametrize(
        "line",
        [
            f"From: {BOX} To: Desk, Service Sent: Mon, 15 Jan 2024 Subject: Scanner",
            f"Date: {DAY} From: ann@example.com To: Desk, Service Subject: Scanner",
            f"Von: {BOX} Gesendet: Montag, 15. Januar 2024 09:00 An: desk@example.com Betreff: Scanner",
            f"*From:* {BOX} *To:* desk@example.com *Subject:* Scanner",
        ],
    )
    def test_block_on_one_line_begins_a_quotation(self, line):
        assert new_text(f"{NEW}\n\n{line}\n\n{OLD}") == NEW

    @pytest.mark.parametrize(
        "line",
        [
            "I wrote it: From: ann@example.com To: bo@example.com Subject: Scanner",
            "From: the first floor To: the second Subject: to change",
            "From: ann@example.com, at 10:30 and 11:45 and 12:00",
            "To: ann@example.com Subject: Scanner Date: today",
            "https://example.com/a:b:c:d@e",
            "",
        ],
    )
    def test_other_lines_have_no_fields(self, line):
        assert inline_fields(line) == ()
        assert pieces_of(line) == [line]

    def test_line_is_taken_apart_whole(self):
        line = yahoo("german").split("\n")[0]

        pieces = pieces_of(line)

        assert "".join(pieces).replace(" ", "") == line.replace(" ", "")
        assert [piece.partition(":")[0] for piece in pieces[1:]] == ["Von", "An", "CC", "Gesendet", "Betreff"]


class TestAttributions:
    @pytest.mark.parametrize(
        "head",
        [
            "Le lun. 15 janv. 2024 à 09:00, Ann Moss <ann.moss.with.a.long.name@example.com\n> a écrit :",
            "- Le 2024-01-15 09:00, Ann Moss a écrit :",
            "2024/1/15 Ann Moss <ann@example.com>",
            "Wiadomość napisana przez Ann Moss <ann@example.com> w dniu 15.01.2024, o godz. 09:00:",
            "El dl., 15 de gen. 2024 a les 9:00, Ann Moss <ann@example.com> va escriure:",
        ],
    )
    def test_head_in_an_unusual_shape_is_found(self, head):
        assert new_text(f"{NEW}\n\n{head}\n\n> {OLD.splitlines()[0]}\n> {OLD.splitlines()[1]}") == NEW

    @pytest.mark.parametrize(
        "glued",
        [
            "Yes, it works. On Mon, Jan 15, 2024 at 9:00 AM, ann@example.com wrote:",
            "Yes, it works. Le lun. 15 janv. 2024 à 09:00, Ann <ann@example.com> a écrit :",
        ],
    )
    def test_head_behind_the_last_word_is_found(self, glued):
        assert new_text(f"{glued}\n> Does it?") == "Yes, it works."

    @pytest.mark.parametrize(
        "text",
        [
            "We did two things:\n- On the first floor Ann wrote:\n  a note",
            "My plan:\n- On 3 May we meet\n- Le printemps a écrit :",
            "The meeting On Monday at 10:30 was with ann@example.com and others.",
            "2024/1/15 Ann Moss\n2024/1/16 Bo Lund",
        ],
    )
    def test_lists_and_prose_stay(self, text):
        assert new_text(text) == text


RULED = [
    f"-----Original-Nachricht-----\nBetreff: Scanner\nDatum: 15.01.2024\nVon: {BOX}\nAn: desk@example.com",
    f"---------- Původní e-mail ----------\nOd: {BOX}\nKomu: desk@example.com\nPředmět: Scanner",
    "-------- Оригінальне повідомлення --------\nВід: Ann\n15.01.2024",
    f"======== Words of no language ========\nFrom: {BOX}\nTo: desk@example.com\nSubject: Scanner",
    f"________________\nDin: {BOX}\nTrimis: luni, 15 ianuarie 2024\nCătre: desk@example.com\nSubiect: Scanner",
    f"________________\nמאת: {BOX}\n\u200f\u200fנשלח: 15 ינואר 2024\n\u200f\u200fאל: desk@example.com\n\u200fנושא: Scanner",
    "Ann Moss ---15.01.2024 09:00:00---Please switch it off and on.\n\nFrom: Ann Moss/DESK\nTo: Bo/DESK\nDate: 15.01.2024",
    ">>> Ann Moss <ann@example.com> 15.01.2024 09:00 >>>",
]


class TestSeparators:
    @pytest.mark.parametrize("head", RULED)
    def test_separator_and_what_is_below_it_are_set_apart(self, head):
        assert new_text(f"{NEW}\n\n{head}\n\n{OLD}") == NEW

    @pytest.mark.parametrize(
        "text",
        [
            "======== What we need ========\nTwo scanners\nOne printer",
            "---- Floor one ----\nFrom: the left\nto the right",
            ">>> import printer\n>>> printer.ink()\n0",
            "The log says ---10:00--- and ---11:00---",
        ],
    )
    def test_headings_of_a_persons_own_stay(self, text):
        assert new_text(f"{NEW}\n\n{text}") == f"{NEW}\n\n{text}"


class TestAnswersInside:
    def test_answer_below_a_short_question_stays(self):
        text = (
            "See below.\nOn Mon, 15 Jan 2024 at 09:00, Desk <desk@example.com> wrote:\n\n"
            "> Which floor?\nThe second\n> Which printer?\nThe grey one"
        )

        assert new_text(text).endswith("> Which floor?\nThe second\n> Which printer?\nThe grey one")

    def test_line_that_a_program_wrapped_stays_with_the_quotation(self):
        text = (
            "Done.\n\nOn Mon, 15 Jan 2024 at 09:00, Desk <desk@example.com> wrote:\n"
            "> Please open the page of the printer and choose the second of the three\n"
            "buttons\n> Then wait.\n"
        )

        assert new_text(text) == "Done."

    def test_link_without_a_mark_stays_with_the_quotation(self):
        text = (
            "Done.\n\nOn Mon, 15 Jan 2024 at 09:00, Desk <desk@example.com> wrote:\n"
            "> The page\n(https://example.com/page)\n> Then wait.\n"
        )

        assert new_text(text) == "Done."


PHONES = [
    "Sent from my Galaxy",
    "Sent with Proton Mail secure email.",
    "Sent via Superhuman",
    "Get Outlook for iOS<https://aka.ms/x>",
    "Von meinem/meiner Galaxy gesendet",
    "Von meinem iPhone",
    "Holen Sie sich Outlook für iOS",
    "Outlook für Android herunterladen",
    "Obtenir Outlook pour iOS",
    "Provenance : Courrier pour Windows",
    "Outlook voor iOS downloaden",
    "Hämta Outlook för iOS",
    "Az iPhone készülékemről küldve",
    "iOS için Outlook'u edinin",
    "Изпратено от моя iPhone",
    "來自我的 iPhone",
    "ส่งจาก iPhone ของฉัน",
    "Đã gửi từ iPhone của tôi",
    "Saadetud minu iPhone'ist",
]
FOOTERS = [
    "This e-mail and its attachments are confidential and intended for its recipient alone.",
    "IMPORTANT: This message is intended for the recipient that it names.",
    "Diese E-Mail enthält vertrauliche Angaben. Sind Sie nicht der Empfänger, löschen Sie sie.",
    "Ce message est confidentiel.",
    "Dit bericht is alleen bestemd voor de geadresseerde.",
    "Virus-free. www.example.com",
    "You received this message because you are a member.\nTo unsubscribe from this list, write to us.",
]
# Last sentences of people, which begin as phones and footers do.
OWN = [
    "Sent from our warehouse on Monday",
    "Sent by mistake, sorry",
    "Sent with the wrong attachment, here is the right one.",
    "Von der Firma kommt keine Antwort",
    "Von meinem Kollegen weiß ich, dass es geht.",
    "Aus der Rechnung geht das nicht hervor.",
    "This email is a complaint about the invoice of May.",
    "The information in this form is wrong.",
    "Diese E-Mail ist eine Beschwerde.",
    "View it in the attached file.",
    "Ce message est ma troisième relance.",
    "You received this message because I am angry.",
]


class TestLastLines:
    @pytest.mark.parametrize("line", PHONES + FOOTERS)
    def test_line_that_a_program_added_is_set_apart(self, line):
        assert new_text(f"{NEW}\n\n{line}\n") == NEW

    @pytest.mark.parametrize("line", OWN)
    def test_last_sentence_of_a_person_stays(self, line):
        assert new_text(f"{NEW}\n\n{line}\n") == f"{NEW}\n\n{line}"


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "line",
    [
        "From: a@example.com " + "Subjec: " * 13,
        "a@example.com :" + " From" * 200 + " : : :",
        "---- words ----From: a@example.com To: b Subject: ",
        "-" * 60 + "x" * 40 + "-" * 59,
        ">>> " + "0" * 120 + "10:00",
        "a ---1.1.1 10:00---",
        "Sent with " + "mai" * 30,
        "This e-mail is " + "https:/" * 40,
        "Le lun. 15 janv. 2024 à 09:00 <a@example.com",
        "> " + "(" * 100,
    ],
    ids=range(10),
)
def test_time_grows_with_the_size_and_no_faster(line):
    some, many = (f"{line}\n" * count for count in (400, 1_600))

    assert calls(lambda: cut(many)) <= 4.2 * calls(lambda: cut(some))

    # What is one call may take long as well; here it is a fifth of a second at most.
    start = time.thread_time()
    cut(many)
    absence_in(many[:1_400])
    assert time.thread_time() - start < 5
