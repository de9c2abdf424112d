"""Forwarded mails as programs in many languages write them; every one is by Bob Lee <bob@example.com>."""
# ruff: noqa: E501, RUF001 - words of many languages; a mail a line reads best

WORDS = "The printer is on fire.\n\nPlease help.\n\nBob"
COMMENT = "Can you take this one?"

# language: (prefix, separator line, names of From, Sent, To, Subject)
LANGUAGES = {
    "English": ("Fwd", "---------- Forwarded message ---------", "From|Date|To|Subject"),
    "German": ("WG", "-------- Weitergeleitete Nachricht --------", "Von|Datum|An|Betreff"),
    "French": ("TR", "---------- Message transféré ----------", "De|Date|À|Objet"),
    "Spanish": ("RV", "---------- Mensaje reenviado ----------", "De|Fecha|Para|Asunto"),
    "Italian": ("I", "---------- Messaggio inoltrato ----------", "Da|Data|A|Oggetto"),
    "Portuguese": ("ENC", "---------- Mensagem encaminhada ----------", "De|Data|Para|Assunto"),
    "Dutch": ("Doorst", "---------- Doorgestuurd bericht ----------", "Van|Datum|Aan|Onderwerp"),
    "Swedish": ("VB", "---------- Vidarebefordrat meddelande ----------", "Från|Datum|Till|Ämne"),
    "Danish": ("Videresendt", "---------- Videresendt meddelelse ----------", "Fra|Dato|Til|Emne"),
    "Norwegian": ("VS", "---------- Videresendt melding ----------", "Fra|Sendt|Til|Emne"),
    "Finnish": ("VL", "---------- Välitetty viesti ----------", "Lähettäjä|Päiväys|Vastaanottaja|Aihe"),
    "Polish": ("PD", "---------- Przekazana wiadomość ----------", "Od|Data|Do|Temat"),
    "Czech": ("FW", "---------- Přeposlaná zpráva ----------", "Od|Datum|Komu|Předmět"),
    "Slovak": ("FW", "---------- Preposlaná správa ----------", "Od|Dátum|Komu|Predmet"),
    "Hungarian": ("Továbbítás", "---------- Továbbított üzenet ----------", "Feladó|Dátum|Címzett|Tárgy"),
    "Romanian": ("Redir", "---------- Mesaj redirecționat ----------", "De la|Date|Către|Subiect"),
    "Turkish": ("İlt", "---------- Yönlendirilmiş ileti ----------", "Kimden|Tarih|Kime|Konu"),
    "Greek": ("ΠΡΘ", "---------- Προωθημένο μήνυμα ----------", "Από|Ημερομηνία|Προς|Θέμα"),
    "Russian": ("Пересл", "---------- Пересланное сообщение ----------", "От|Дата|Кому|Тема"),
    "Ukrainian": ("Fwd", "---------- Переслане повідомлення ----------", "Від|Дата|Кому|Тема"),
    "Bulgarian": ("Препр", "---------- Препратено съобщение ----------", "От|Дата|До|Относно"),
    "Croatian": ("Fwd", "---------- Proslijeđena poruka ----------", "Od|Datum|Prima|Predmet"),
    "Slovene": ("Posr", "---------- Posredovano sporočilo ----------", "Od|Poslano|Za|Zadeva"),
    "Estonian": ("Edasi", "---------- Edasisaadetud kiri ----------", "Saatja|Kuupäev|Kellele|Teema"),
    "Lithuanian": ("Persiųsti", "---------- Persiųstas laiškas ----------", "Nuo|Data|Kam|Tema"),
    "Latvian": ("Fwd", "---------- Pārsūtīts ziņojums ----------", "No|Datums|Kam|Temats"),
    "Icelandic": ("FS", "---------- Áframsent skeyti ----------", "Frá|Dags|Til|Efni"),
    "Indonesian": ("Trs", "---------- Pesan terusan ----------", "Dari|Tanggal|Kepada|Subjek"),
    "Vietnamese": ("Fwd", "---------- Thư đã chuyển tiếp ----------", "Từ|Ngày|Đến|Chủ đề"),
    "Hebrew": ("הועבר", "---------- הודעה שהועברה ----------", "מאת|תאריך|אל|נושא"),
    "Arabic": ("إعادة توجيه", "---------- رسالة معاد توجيهها ----------", "من|التاريخ|إلى|الموضوع"),
    "Japanese": ("転送", "---------- 転送されたメッセージ ----------", "差出人|日時|宛先|件名"),
    "Chinese": ("转发", "---------- 转发的邮件 ----------", "发件人|日期|收件人|主题"),
    "Taiwanese": ("轉寄", "---------- 轉寄的郵件 ----------", "寄件者|日期|收件者|主旨"),
    "Korean": ("전달", "---------- 전달된 메시지 ----------", "보낸 사람|날짜|받는 사람|제목"),
    "Thai": ("ส่งต่อ", "---------- ข้อความที่ส่งต่อ ----------", "จาก|วันที่|ถึง|เรื่อง"),
}


def block(
    names: str = "From|Sent|To|Subject", author: str = "Bob Lee <bob@example.com>", mark: str = ""
) -> str:
    """Build a header block in the order author, date, recipient, subject."""
    values = (author, "Mon, 15 Jan 2024 09:00:00 +0000", "Ann <ann@corp.test>", "Fire on floor 3")
    return "\n".join(
        f"{mark}{name}:{mark} {value}" for name, value in zip(names.split("|"), values, strict=True)
    )


def quoted(text: str) -> str:
    """Quote every line."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


OUTLOOK = block()
LOTUS = "From:\tBob Lee <bob@example.com>\nTo:\tAnn/Corp\nDate:\t15.01.2024 09:00\nSubject:\tFire on floor 3"
FULL = (
    "Date: Mon, 15 Jan 2024 09:00:00 +0000\nFrom: Bob Lee <bob@example.com>\nTo: ann@corp.test\n"
    "User-Agent: Mutt/2.2\nSubject: Fire on floor 3"
)
# style: (subject, text)
STYLES = {
    "Gmail": (
        "Fwd: Fire",
        f"{COMMENT}\n\n---------- Forwarded message ---------\n{block('From|Date|To|Subject')}\n\n\n{WORDS}",
    ),
    "Gmail, names in bold": (
        "Fwd: Fire",
        f"{COMMENT}\n\n---------- Forwarded message ---------\n{block('From|Date|To|Subject', mark='*')}\n\n{WORDS}",
    ),
    "Outlook desktop": ("FW: Fire", f"{COMMENT}\n\n{OUTLOOK}\n\n{WORDS}"),
    "Outlook with a rule": ("FW: Fire", f"{COMMENT}\n\n{'_' * 32}\n{OUTLOOK}\n\n{WORDS}"),
    "Outlook, old": (
        "FW: Fire",
        f"{COMMENT}\n\n-----Original Message-----\n{block(author='Bob Lee [mailto:bob@example.com] ')}\n\n{WORDS}",
    ),
    "Outlook, a link behind the address": (
        "FW: Fire",
        f"{COMMENT}\n\n{block(author='Bob Lee <bob@example.com<mailto:bob@example.com>>')}\n\n{WORDS}",
    ),
    "Outlook on a phone": (
        "Fwd: Fire",
        f"{COMMENT}\n\nGet Outlook for iOS\n{'_' * 32}\n{OUTLOOK}\n\n{WORDS}",
    ),
    "Outlook, German": ("WG: Fire", f"{COMMENT}\n\n{block('Von|Gesendet|An|Betreff')}\n\n{WORDS}"),
    "a paragraph a field": ("FW: Fire", f"{COMMENT}\n\n" + OUTLOOK.replace("\n", "\n\n") + f"\n\n{WORDS}"),
    "Apple Mail": (
        "Fwd: Fire",
        f"{COMMENT}\n\nBegin forwarded message:\n\n{block('From|Date|To|Subject')}\n\n{WORDS}",
    ),
    "Apple Mail, quoted": (
        "Fwd: Fire",
        f"{COMMENT}\n\nBegin forwarded message:\n\n{quoted(OUTLOOK + chr(10) * 2 + WORDS)}",
    ),
    "Apple Mail, German": (
        "Fwd: Fire",
        f"{COMMENT}\n\nAnfang der weitergeleiteten Nachricht:\n\n{quoted(block('Von|Datum|An|Betreff'))}\n> \n{quoted(WORDS)}",
    ),
    "Thunderbird": (
        "Fwd: Fire",
        (
            f"{COMMENT}\n\n\n-------- Forwarded Message --------\nSubject: \tFire on floor 3\n"
            f"Date: \tMon, 15 Jan 2024 09:00:00 +0000\nFrom: \tBob Lee <bob@example.com>\nTo: \tann@corp.test\n\n\n\n{WORDS}"
        ),
    ),
    "Yahoo": (
        "Fw: Fire",
        f"{COMMENT}\n\n----- Forwarded Message -----\n{block('From|Sent|To|Subject')}\n\n{WORDS}",
    ),
    "Proton": (
        "Fw: Fire",
        f"{COMMENT}\n\n------- Forwarded Message -------\n{block('From|Date|To|Subject')}\n\n> {WORDS[:23]}",
    ),
    "GMX": (
        "Fw: Fire",
        (
            f'{COMMENT}\n\nGesendet: Montag, 15. Januar 2024 um 09:00 Uhr\nVon: "Bob Lee" <bob@example.com>\n'
            f"An: ann@corp.test\nBetreff: Fire on floor 3\n\n{WORDS}"
        ),
    ),
    "Zoho": (
        "Fwd: Fire",
        (
            f"{COMMENT}\n\n\n============ Forwarded message ============\n{block('From|Date|To|Subject')}\n"
            f"============ Forwarded message ============\n\n{WORDS}"
        ),
    ),
    "Domino": (
        "Fw: Fire",
        f"{COMMENT}\n\n----- Forwarded by Ann/Corp on 15.01.2024 09:30 -----\n\n{LOTUS}\n\n\n{WORDS}",
    ),
    "Domino, German": (
        "WG: Fire",
        f"{COMMENT}\n\n----- Weitergeleitet von Ann/Corp am 15.01.2024 09:30 -----\n\n{LOTUS}\n\n{WORDS}",
    ),
    "Samsung": (
        "Fwd: Fire",
        f"{COMMENT}\n\n-------- Original message --------\n{block('From|Date|To|Subject')}\n\n{WORDS}",
    ),
    "mutt": (
        "Fwd: Fire",
        (
            f"{COMMENT}\n\n----- Forwarded message from Bob Lee <bob@example.com> -----\n\n{FULL}\n\n{WORDS}\n\n"
            "----- End forwarded message -----"
        ),
    ),
    "quoted by hand": ("Fwd: Fire", f"{COMMENT}\n\n{quoted(OUTLOOK + chr(10) * 2 + WORDS)}"),
    "Yandex": (
        "Fwd: Fire",
        (
            f'{COMMENT}\n\n-------- Пересылаемое сообщение --------\n15.01.2024, 09:00, "Bob Lee" <bob@example.com>:\n\n{WORDS}\n\n'
            "-------- Конец пересылаемого сообщения --------"
        ),
    ),
    "QQ": (
        "转发：Fire",
        (
            f'{COMMENT}\n\n------------------ 原始邮件 ------------------\n发件人: "Bob Lee" <bob@example.com>;\n'
            f'发送时间: 2024年1月15日(星期一) 上午9:00\n收件人: "ann"<ann@corp.test>;\n主题: Fire on floor 3\n\n{WORDS}'
        ),
    ),
    "behind a tag of the gateway": ("[EXT] FW: Fire", f"{COMMENT}\n\n{OUTLOOK}\n\n{WORDS}"),
    "numbered": ("Fwd[2]: Fire", f"{COMMENT}\n\n{OUTLOOK}\n\n{WORDS}"),
    "address on the next line": (
        "FW: Fire",
        f"{COMMENT}\n\n{OUTLOOK.replace('Lee <', 'Lee' + chr(10) + '<')}\n\n{WORDS}",
    ),
    "name with a comma": ("FW: Fire", f"{COMMENT}\n\n{OUTLOOK.replace('Bob Lee', 'Lee, Bob')}\n\n{WORDS}"),
    "nothing but the mail": ("Fire on floor 3", f"{OUTLOOK}\n\n{WORDS}"),
}
