"""New words, quotes, signatures and footers, as mail programs of many languages write them."""
# ruff: noqa: RUF001, E501 - attributions and headers of many languages, as programs write them

import pytest

from daemon.mail.cut import cut
from daemon.mail.marker import REPLY_MARKER
from daemon.mail.message import Message

NEW = "The printer works again.\n\nCan you check the other one?"
LONG = "a line so long that the program in between which knew no more than it"
OLD = "Please try it now.\nThe service desk"


def message(text: str) -> Message:
    return Message(text=text, cut=cut(text))


def new_text(text: str) -> str:
    return message(text).new_text


def quoted(text: str = OLD) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


ATTRIBUTIONS = {
    "english gmail": "On Mon, Jan 15, 2024 at 9:00 AM Support <support@desk.test> wrote:",
    "english apple": "On Jan 15, 2024, at 09:00, Support <support@desk.test> wrote:",
    "english thunderbird": "On 15.01.24 09:00, Support wrote:",
    "english wrapped": "On Mon, Jan 15, 2024 at 9:00 AM The Very Long Named Support Team <\nsupport@desk.test> wrote:",
    "english zoho": "---- On Mon, 15 Jan 2024 09:00:00 +0000 Support <support@desk.test> wrote ----",
    "english at": "At 1/15/2024 09:00 AM, you wrote:",
    "german gmail": "Am Mo., 15. Jan. 2024 um 09:00 Uhr schrieb Support <support@desk.test>:",
    "german thunderbird": "Am 15.01.24 um 09:00 schrieb Support:",
    "german inbox": "Support <support@desk.test> schrieb am Mo., 15. Jan. 2024, 09:00:",
    "german gmx": "Am 15.01.2024 um 09:00 hat Support geschrieben:",
    "french": "Le lun. 15 janv. 2024 à 09:00, Support <support@desk.test> a écrit :",
    "spanish": "El lun, 15 ene 2024 a las 9:00, Support (<support@desk.test>) escribió:",
    "italian": "Il giorno lun 15 gen 2024 alle ore 09:00 Support <support@desk.test> ha scritto:",
    "portuguese": "Em seg., 15 de jan. de 2024 às 09:00, Support <support@desk.test> escreveu:",
    "dutch": "Op ma 15 jan 2024 om 09:00 schreef Support <support@desk.test>:",
    "dutch apple": "Op 15 jan. 2024 om 09:00 heeft Support <support@desk.test> het volgende geschreven:",
    "danish": "Den man. 15. jan. 2024 kl. 09.00 skrev Support <support@desk.test>:",
    "norwegian": "man. 15. jan. 2024 kl. 09:00 skrev Support <support@desk.test>:",
    "swedish": "Den mån 15 jan. 2024 kl 09:00 skrev Support <support@desk.test>:",
    "finnish": "ma 15. tammik. 2024 klo 9.00 Support (support@desk.test) kirjoitti:",
    "polish": "pon., 15 sty 2024 o 09:00 Support <support@desk.test> napisał(a):",
    "polish date": "W dniu 2024-01-15 09:00:00 użytkownik Support <support@desk.test> napisał:",
    "czech": "po 15. 1. 2024 v 9:00 odesílatel Support <support@desk.test> napsal:",
    "slovak": "po 15. 1. 2024 o 9:00 Support <support@desk.test> napísal(a):",
    "hungarian": "Support <support@desk.test> ezt írta (időpont: 2024. jan. 15., H, 9:00):",
    "romanian": "În lun., 15 ian. 2024 la 09:00, Support <support@desk.test> a scris:",
    "croatian": "pon, 15. sij 2024. u 09:00 Support <support@desk.test> napisao je:",
    "slovene": "V V pon., 15. jan. 2024 ob 09:00 je oseba Support <support@desk.test> napisala:",
    "russian": "пн, 15 янв. 2024 г. в 09:00, Support <support@desk.test>:",
    "russian yandex": '15.01.2024, 09:00, "Support" <support@desk.test>:',
    "russian wrote": "15 января 2024 г., 09:00 пользователь Support <support@desk.test> написал:",
    "ukrainian": "пн, 15 січ. 2024 р. о 09:00 Support <support@desk.test> пише:",
    "bulgarian": "На пн, 15.01.2024 г. в 9:00 Support <support@desk.test> написа:",
    "greek": "Στις Δευ 15 Ιαν 2024 στις 9:00 π.μ., ο/η Support <support@desk.test> έγραψε:",
    "turkish": "Support <support@desk.test>, 15 Oca 2024 Pzt, 09:00 tarihinde şunu yazdı:",
    "hebrew": "\u202bבתאריך יום ב׳, 15 בינו׳ 2024 ב-9:00 מאת \u202aSupport\u202c\u200f <\u202asupport@desk.test\u202c\u200f>:\u202c",
    "arabic": "في الاثنين، 15 يناير 2024 في 9:00 ص Support <support@desk.test> كتب:",
    "japanese": "2024年1月15日(月) 9:00 Support <support@desk.test>:",
    "chinese": "Support <support@desk.test> 于2024年1月15日周一 09:00写道：",
    "chinese traditional": "Support <support@desk.test> 於 2024年1月15日 週一 上午9:00寫道：",
    "korean": "2024년 1월 15일 (월) 오전 9:00, Support <support@desk.test>님이 작성:",
    "vietnamese": "Vào Th 2, 15 thg 1, 2024 vào lúc 09:00 Support <support@desk.test> đã viết:",
    "indonesian": "Pada tanggal Sen, 15 Jan 2024 pukul 09.00 Support <support@desk.test> menulis:",
    "thai": "ในวันที่ จ. 15 ม.ค. 2024 เวลา 09:00 Support <support@desk.test> เขียนว่า:",
}


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_quotation_below_an_attribution_is_cut(line):
    assert new_text(f"{NEW}\n\n{line}\n\n{quoted()}\n") == NEW


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_unmarked_text_below_an_attribution_is_cut(line):
    assert new_text(f"{NEW}\n\n{line}\n\n{OLD}\n") == NEW


HEADERS = {
    "english": ("From", "Sent", "To", "Subject"),
    "english date": ("From", "Date", "To", "Subject"),
    "german": ("Von", "Gesendet", "An", "Betreff"),
    "french": ("De", "Envoyé", "À", "Objet"),
    "spanish": ("De", "Enviado", "Para", "Asunto"),
    "italian": ("Da", "Inviato", "A", "Oggetto"),
    "portuguese": ("De", "Enviada em", "Para", "Assunto"),
    "dutch": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "danish": ("Fra", "Sendt", "Til", "Emne"),
    "norwegian": ("Fra", "Dato", "Til", "Emne"),
    "swedish": ("Från", "Skickat", "Till", "Ämne"),
    "finnish": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "polish": ("Od", "Wysłano", "Do", "Temat"),
    "czech": ("Od", "Odesláno", "Komu", "Předmět"),
    "slovak": ("Od", "Odoslané", "Komu", "Predmet"),
    "hungarian": ("Feladó", "Elküldve", "Címzett", "Tárgy"),
    "romanian": ("De la", "Trimis", "Către", "Subiect"),
    "russian": ("От", "Отправлено", "Кому", "Тема"),
    "ukrainian": ("Від", "Надіслано", "Кому", "Тема"),
    "greek": ("Από", "Στάλθηκε", "Προς", "Θέμα"),
    "turkish": ("Kimden", "Gönderildi", "Kime", "Konu"),
    "hebrew": ("מאת", "נשלח", "אל", "נושא"),
    "arabic": ("من", "تاريخ", "إلى", "الموضوع"),
    "japanese": ("差出人", "送信日時", "宛先", "件名"),
    "chinese": ("发件人", "发送时间", "收件人", "主题"),
    "chinese traditional": ("寄件者", "寄件日期", "收件者", "主旨"),
    "korean": ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "vietnamese": ("Từ", "Ngày", "Đến", "Chủ đề"),
}


def block(names: tuple[str, str, str, str], mark: str = "") -> str:
    values = (
        "Support <support@desk.test>",
        "Monday, 15 January 2024 09:00",
        "Ann <ann@example.com>",
        "Re: Printer",
    )
    return "\n".join(f"{mark}{name}:{mark} {value}" for name, value in zip(names, values, strict=True))


@pytest.mark.parametrize("names", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("mark", ["", "*"], ids=["plain", "bold"])
def test_mail_below_a_header_block_is_cut(names, mark):
    assert new_text(f"{NEW}\n\n{block(names, mark)}\n\n{OLD}\n") == NEW


SEPARATORS = [
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "-----Message d'origine-----",
    "-----Mensaje original-----",
    "-----Messaggio originale-----",
    "-----Mensagem original-----",
    "-----Oorspronkelijk bericht-----",
    "-----Oprindelig meddelelse-----",
    "-----Opprinnelig melding-----",
    "-----Ursprungligt meddelande-----",
    "-----Alkuperäinen viesti-----",
    "-----Wiadomość oryginalna-----",
    "-----Původní zpráva-----",
    "-----Eredeti üzenet-----",
    "-----Исходное сообщение-----",
    "-----Özgün İleti-----\nFrom: a@b.test\nSubject: x",
    "-----元のメッセージ-----",
    "-----原始邮件-----",
    "-------- Original Message --------",
    "*-------- Original Message --------*",
    "---------- Forwarded message ---------",
    "________________________________\nFrom: Support <support@desk.test>\nSent: Monday",
    "##- Please type your reply above this line -##",
    "---\n*Previous Replies*",
    "Begin forwarded message:",
]


@pytest.mark.parametrize("line", SEPARATORS)
def test_everything_below_a_separator_is_cut(line):
    assert new_text(f"{NEW}\n\n{line}\n\n{OLD}\n") == NEW


ENDINGS = [
    "-- \nAnn Lee\nAccounting",
    "--\nAnn Lee",
    "\u2014\nAnn Lee",
    "Sent from my iPhone",
    "Sent from Outlook for Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Odesláno z iPhonu",
    "Отправлено с iPhone",
    "iPhone'umdan gönderildi",
    "iPhoneから送信",
    "从我的 iPhone 发送",
    "나의 iPhone에서 보냄",
    "Mit freundlichen Grüßen\nAnn Lee",
    "Best regards,\nAnn",
    "Med venlig hilsen\nAnn Lee",
    "Pozdrawiam,\nAnn",
    "/Ann",
    "Ann Lee\nann@example.com\n+49 30 123456",
    "This e-mail and any attachments are confidential.\nIf you are not the addressee, delete it.",
    "Diese E-Mail enthält vertrauliche Informationen.",
    "________\nlist mailing list\nlist@lists.example.com",
    "You received this message because you are subscribed to a group.",
    "-----\n====\n***",
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_stands_below_the_last_words_is_set_apart(ending):
    assert new_text(f"{NEW}\n\n{ending}\n") == NEW


@pytest.mark.parametrize("ending", ENDINGS[:4])
def test_signature_above_a_quotation_is_set_apart_too(ending):
    assert new_text(f"{NEW}\n\n{ending}\n\n{ATTRIBUTIONS['english gmail']}\n\n{quoted()}\n") == NEW


def test_two_fields_are_enough_where_they_hold_an_address_and_a_date():
    text = "8.45am-1pm\n\nFrom: somebody@example.com\nDate: Wed, 16 May 2012 00:15:02 -0600\n\nRequester:"

    assert new_text(text) == "8.45am-1pm"


def test_forward_without_own_words_keeps_everything():
    text = f"---------- Forwarded message ---------\n{block(HEADERS['english'])}\n\n{OLD}"

    assert new_text(text) == text


def test_answer_below_the_quotation_is_the_new_text():
    line = ATTRIBUTIONS["english thunderbird"]

    assert new_text(f"{line}\n{quoted()}\n\n{NEW}\n") == NEW
    assert new_text(f"Hi Bob,\n\n{line}\n{quoted()}\n\n{NEW}\n").split() == f"Hi Bob,\n\n{NEW}".split()


def test_answers_between_quoted_questions_keep_their_questions():
    line = ATTRIBUTIONS["english thunderbird"]
    text = f"{line}\n> Is it on?\n\nYes, it is.\n\n> Is there paper?\n\nNo, there is none.\n\n> Bye\n"

    assert new_text(text) == "> Is it on?\n\nYes, it is.\n\n> Is there paper?\n\nNo, there is none."


def test_line_that_lost_its_mark_belongs_to_the_quotation():
    line = ATTRIBUTIONS["english gmail"]

    assert new_text(f"{NEW}\n\n{line}\n> {LONG}\nwrapped\n> by a program\n") == NEW


def test_attribution_glued_to_the_last_word_is_found():
    assert new_text("It works--- On Mon, 1/15/24, Support wrote:\n> Try it") == "It works"


def test_marker_of_ours_cuts_with_full_confidence():
    text = f"{NEW}\n\n{block(HEADERS['english'])}\n\n{REPLY_MARKER}\n\n{OLD}"
    done = cut(text)

    assert new_text(text) == NEW
    assert (done.confidence, done.reason) == (1.0, "below our marker")


def test_marker_in_the_first_line_cuts_nothing():
    text = f"{REPLY_MARKER}\n\n{OLD}"

    assert new_text(text) == text.strip()


def test_quoted_marker_leaves_the_answer_below_it():
    text = f"{ATTRIBUTIONS['english gmail']}\n> {REPLY_MARKER}\n{quoted()}\n\n{NEW}"

    assert new_text(text) == NEW


def test_only_words_of_a_message_are_never_cut():
    for text in (quoted(), "Sent from my iPhone", f"{ATTRIBUTIONS['english gmail']}\n{quoted()}", "-- \nAnn"):
        assert new_text(text) == text.strip()


def test_text_of_too_many_lines_is_not_divided():
    assert cut("x\n" * 20_001).reason == "more than 20000 lines, not divided"


def test_cut_tells_its_reason_and_how_sure_it_is():
    done = cut(f"{NEW}\n\n{ATTRIBUTIONS['english gmail']}\n\n{quoted()}\n")

    assert [span.reason for span in done.spans] == ["quote: attribution"]
    assert done.confidence == 0.9
