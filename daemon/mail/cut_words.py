"""The words by which mail programs introduce what they quote: attributions, header names, separators.

Every pattern is used on one line of bounded length; none has nested repetition.
"""
# ruff: noqa: RUF001 - the words of many languages and scripts

import re

# "wrote" at or near the end of an attribution.
_VERBS = (
    r"wrote|writes|has written|said|sent",  # English
    r"schrieb(?:en)?|geschrieben|schreibt",  # German
    r"a écrit|écrit|à écrit|a ecrit",  # French
    r"escribi[óo]|ha escrito|escribía",  # Spanish
    r"ha scritto|scrive|scriveva",  # Italian
    r"escreveu|escrito por",  # Portuguese
    r"schreef|geschreven|het volgende geschreven",  # Dutch
    r"skrev(?: følgende)?|skrev följande|har skrevet",  # Danish, Norwegian, Swedish
    r"kirjoitti|kirjutas",  # Finnish, Estonian
    r"napisa[łl]\(?a?\)?|pisze|wiadomość napisana przez",  # Polish
    r"va escriure|escribiu|idatzi du",  # Catalan, Galician, Basque
    r"napsala?(?:\(a\))?|napsal\(a\)|napísala?(?:\(a\))?",  # Czech, Slovak
    r"[íi]rta(?: a következőt)?",  # Hungarian
    r"a scris",  # Romanian
    r"napisa(?:o|la) je|je napisa[ol](?:/la|\(la\)|/a)?|napisa[ol](?:\(la\))?",
    r"je pisal\(?a?\)?",  # Croatian, Serbian, Slovene
    r"написала?(?:\(а\))?|пишет|пише|написа|напиша",  # Russian, Ukrainian, Bulgarian
    r"έγραψε|γράφει",  # Greek
    r"yazd[ıi]|şunları yazdı|tarihinde[^:\n]{0,80}yazdı",  # Turkish
    r"כתב(?:ה)?|כתב/ה",  # Hebrew
    r"كتب(?:ت)?",  # Arabic
    r"đã viết|menulis|bertulis",  # Vietnamese, Indonesian, Malay
    r"rašė|rakstīja|shkroi|skrifaði",  # Lithuanian, Latvian, Albanian, Icelandic
)
# The verbs that programs write without a colon, for the quick look at the end of a line.
LAST_WORDS = (
    "wrote",
    "sent",
    "said",
    "schrieb",
    "geschrieben",
    "écrit",
    "escribió",
    "escribio",
    "scritto",
    "escreveu",
    "schreef",
    "geschreven",
    "skrev",
    "kirjoitti",
    "napisał",
    "napisał(a)",
    "napsal(a)",
    "написал",
    "пишет",
    "пише",
    "yazdı",
    "写道",
    "寫道",
    "작성",
)
_VERB = "|".join(_VERBS)
# Scripts that put no blanks between words.
_JOINED = "のメール|は書きました|が書き込みました|のメッセージ|写道|寫道|撰写|님이 작성|작성|เขียนว่า|เขียน"
VERB_AT_END = re.compile(
    rf"(?i)(?:(?:\W|\A)(?:{_VERB})|{_JOINED})\s?(?:[:：]|[-–—]{{2,10}}|\Z)[\s*_>]{{0,4}}\Z"
)
VERB = re.compile(rf"(?i)(?:\W|\A)(?:{_VERB})(?:\W|\Z)|{_JOINED}")
# How an attribution may begin on one line, and how one must begin that runs over several: with "On", a
# weekday or a number, as prose that stands above an attribution does not.
START = re.compile(r"[\s*_>-]{0,6}[\w\"'<(]")
WRAPPED_START = re.compile(
    r"(?i)[\s*_>-]{0,6}(?:(?:on|at|am|à|le|il|el|em|no dia|op|den|dnia|w dniu|v|dne|dňa|dana|la|în|in data|"
    r"kl|pe|pada|vào|ngày|в|на|στις|"
    r"mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|"
    r"mån|tis|ons|tor|tors|fre|lör|sön|man|tir|lør|søn|ma|ti|ke|to|su|pon|wt|śr|czw|pt|sob|ndz|niedz|"
    r"po|út|st|čt|pá|ne|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|"
    r"воскресенье|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|samstag|sonntag)(?:\W|\Z)|\d{1,4}\W|\"|<)"
)
# An attribution after a dash, as Zimbra writes it: unlike an item of a list it tells day and hour.
DASHED = re.compile(r"(?i)\s{0,3}- (?:on|am|le|el|il|em|op|den|dne|dnia)\s[^\n]{0,40}\d{1,2}[:.h]\d{2}")
DATE = re.compile(
    r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d)|"
    r"(?<!\d)\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?(?!\d)|年|月"
)
# ``<ann@example.com>:`` or ``ann@example.com wrote`` without any known verb.
ADDRESS_AT_END = re.compile(
    r"[^\s<>]{1,80}@[^\s<>:]{1,120}>?(?:<mailto:[^<>\s]{1,200}>)?>?[)\"]?\s?[:：][\s*_]{0,3}\Z"
)
# Day and mailbox alone, as an older Gmail put them above a quotation.
BARE_HEAD = re.compile(
    r"(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}\s[^\n<>:]{1,80}<[^\s<>@]{1,80}@[^\s<>@]{1,120}>\Z"
)
ADDRESS = re.compile(r"[^\s<>@]{1,80}@[^\s<>@]{1,120}")

# Names of header fields as programs show them above a quoted mail, by what they mean.
FIELD_NAMES = {
    "from": (
        "from|von|de la|de|da|van|från|fra|od|feladó|lähettäjä|от|від|od koho|expéditeur|"
        "mittente|remitente|remetente|"
        "afzender|expeditor|kimden|gönderen|από|מאת|من|差出人|送信者|发件人|寄件者|寄件人|"
        "보낸 ?사람|发自|จาก|từ|dari|saatja|nuo|no|"
        "lähetti|odesílatel|odosielateľ|pošiljatelj|подател|nadawca|expeditorul|отправитель|"
        "від кого|šalje|送信元|din"
    ),
    "sent": (
        "sent|date|gesendet|datum|envoyé(?: le)?|enviado(?: el| em)?|fecha|data|"
        "inviato|verzonden|skickat|sendt|dato|"
        "wysłano|data wysłania|odesláno|odoslané|elküldve|küldve|lähetetty|päiväys|"
        "отправлено|дата|надіслано|trimis|"
        "gönderilme tarihi|gönderildi|tarih|εστάλη|στάλθηκε|ημερομηνία|נשלח|תאריך|تاريخ|مرسل|"
        "التاريخ|送信日時|日付|日期|发送时间|"
        "寄件日期|傳送時間|時間|보낸 ?날짜|날짜|ส่งเมื่อ|đã gửi|ngày|dikirim|tanggal|poslano|"
        "dátum|изпратено|kuupäev|dată|päivämäärä|gönderilen|відправлено"
    ),
    "to": (
        "to|an|à|a|para|aan|till|til|do|komu|címzett|vastaanottaja|кому|către|kime|"
        "alıcı|προς|אל|إلى|宛先|收件人|收件者|"
        "받는 ?사람|ถึง|đến|kepada|za|до|destinataire|destinatario|ontvanger|empfänger|"
        "adresát|kam|prima|pour|adresat|destinatarul|pre|送信先"
    ),
    "cc": (
        "cc|kopie|kopia|copie|cópia|copia|másolat|копия|копія|kopio|koopia|cc:|bilgi|"
        "κοιν(?:οποίηση)?|עותק|نسخة|抄送|副本|参照|참조|copie à|kopi|kópia|dw|másolatot kap|"
        r"kopie \(cc\)"
    ),
    "subject": (
        "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|"
        "předmět|predmet|tárgy|aihe|тема|subiect|"
        "konu|θέμα|נושא|الموضوع|موضوع|件名|主题|主旨|제목|เรื่อง|chủ đề|perihal|subjek|"
        "zadeva|teema|tema|относно|sujet|subiectul|naslov"
    ),
    "reply": (
        "reply-to|antwort an|répondre à|responder a|rispondi a|risposta|"
        "antwoord aan|svara till|svar til|organization|"
        "importance|wichtigkeit|priority|attachments|anlagen|mailed by|sender|odpověď na|vastaus|"
        "odgovori na|válaszcím|odpowiedź-do|răspuns către|ответ-кому|odpovedať-pre|yanıt adresi|"
        "кому відповісти"
    ),
}
FIELDS = tuple(
    (kind, re.compile(rf"(?i)[\s>|]{{0,8}}\**_?(?:{names})\s?\**\s?[:：]"))
    for kind, names in FIELD_NAMES.items()
)
# An attribution that follows the last word on the same line, as Yahoo writes it.
GLUED = re.compile(
    r"(?<=\S)(?:-{2,3} ?On [^\n]{10,200} wrote:\Z|"
    r"\s(?:On|Le|Am|El|Il|Op|Em|Den) (?=[^\W\d_]{2,9}[.,]? |\d)(?=[^\n]{0,60}\d[:.h]\d\d)"
    r"[^\n]{4,160}@[^\n]{3,100}:\Z)"
)
# A whole block on one line, as HTML without line breaks shows it.
INLINE_FIELDS = re.compile(r"(?i)[\s>*]{0,8}from: ?[^\n]{1,200}?\b(?:date|sent|to|subject): ?\S")
# The quick test before the five patterns above: a short word and a colon near the start.
MAYBE_FIELD = re.compile(r"[\s>|*_]{0,10}\w[^:：\n]{0,24}[:：]")
_ORIGINAL = (
    r"original (?:message|e-?mail|text)|original-?nachricht|ursprüngliche (?:nachricht|"
    r"e-?mail)|message d'origine|"
    r"message original|mensaje original|messaggio originale|mensagem original|"
    r"oorspronkelijk bericht|"
    r"origine(?:el|le) bericht|ursprungligt meddelande|originalmeddelande|"
    r"oprindelig (?:meddelelse|besked)|"
    r"opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|"
    r"původní (?:zpráva|e-?mail)|вихідне повідомлення|оригінальне повідомлення|"
    r"pôvodná správa|eredeti üzenet|исходное сообщение|оригинальное сообщение|"
    r"пересылаемое сообщение|"
    r"mesaj original|özgün ileti|orijinal (?:ileti|mesaj)|orjinal mesaj|αρχικό μήνυμα|הודעה מקורית|"
    r"الرسالة الأصلية|"
    r"元のメッセージ|原始邮件|原始郵件|원본 ?메시지|원본 메일|ข้อความต้นฉบับ|pesan asli|"
    r"reply message|reply separator|"
    r"izvorna poruka|originalna poruka|izvirno sporočilo|antwort(?: an)?|"
    r"previous (?:message|replies|mail)"
)
ORIGINAL = re.compile(
    rf"(?i)[\s>]{{0,6}}[*_]?[-–—_=*#~]{{1,60}}\s?(?:{_ORIGINAL})[^\n]{{0,30}}?[-–—_=*#~:：]{{1,60}}[*_]?\s{{0,4}}\Z"
)
# Words between two rules; above a header block they introduce it in whatever language.
RULED = re.compile(r"[\s>]{0,6}[-_=*]{4,60}\s?[^\W\d_][^\n@:]{2,40}?\s?[-_=*]{4,60}\s{0,4}\Z")
# Notes repeats the author, the hour and the first words; GroupWise puts author and hour between marks.
NOTES = re.compile(
    r"\s{0,4}\S[^\n]{1,60}? ?---\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}[:.]\d{2}[^\n]{0,12}---"
)
GROUPWISE = re.compile(r">>> [^\n>][^\n]{3,120}?\d{1,2}[:.]\d{2}[^\n]{0,12}>>>\s{0,4}\Z")
# A rule that stands above a header block; alone it means nothing.
RULE = re.compile(r"\s{0,4}(?:[-_=*]{3,200}|_{2,200})\s{0,4}\Z")
OTHER_MARKER = re.compile(
    r"(?i)[^\w\n]{0,20}(?:please )?(?:type|write|enter|add|reply|respond|antworten sie|"
    r"bitte)[^\n]{0,40}"
    r"(?:above this line|above the line|oberhalb dieser (?:linie|zeile)|"
    r"über dieser (?:linie|zeile)|au-dessus de cette ligne|"
    r"encima de esta línea|sopra questa (?:linea|riga)|boven deze (?:lijn|regel)|acima desta linha)"
)
# What every line to reply above and every list of earlier messages has, for the quick look.
HINTS = (
    "above",
    "oberhalb",
    "über dies",
    "au-dessus",
    "encima",
    "sopra",
    "boven",
    "acima",
    "previous",
    "---",
)
PREVIOUS = re.compile(
    r"(?i)\s{0,4}[*_]{0,3}previous (?:replies|messages|conversation|discussion)[*_]{0,3}:?[*_]{0,3}\s{0,4}\Z"
)
