"""The words by which programs answer without setting a mark: subjects and first sentences."""
# ruff: noqa: RUF001 - the words of many languages and scripts

import re


def _any(*patterns: str, start: str = "", end: str = "") -> re.Pattern[str]:
    """Compile alternatives into one pattern that ignores case."""
    return re.compile(f"(?i){start}(?:{'|'.join(patterns)}){end}")


# Subjects of answering programs; the words must stand alone or before a colon, since people write
# "automatic replies do not work" as well.
AUTOMATIC_SUBJECT = _any(
    r"auto(?:matic(?:ally generated)?|mated)?[ -]?(?:reply|response|answer|e-?mail)(?: message)?",
    r"out of (?:the )?office(?: ?(?:autoreply|auto-reply|reply|message|notification|notice))*",
    # RFC 5230 s 4.6, and Domino.
    r"auto(?=\s?:)",
    r"[^\n:]{1,60} is out of (?:the )?office\.? \(return",
    r"ooo|on vacation|vacation (?:reply|message|notice)",
    r"away from (?:the )?(?:office|my (?:desk|mail))",
    r"abwesenheits?(?:notiz|meldung|nachricht|benachrichtigung)?",
    r"automatische (?:antwort|rückmeldung)",
    r"auto(?:matische )?(?:antwort|svar|reactie)|nicht im (?:büro|haus)|eingangsbestätigung",
    r"réponse automatique|absen(?:t|ce) du bureau|message d'absence",
    r"accusé de réception automatique",
    r"respuesta automática|fuera de (?:la )?oficina|mensaje automático|ausente de la oficina",
    r"risposta automatica|fuori (?:sede|ufficio)|messaggio automatico|assente dall'ufficio",
    r"resposta automática|fora do escritório|ausência(?: temporária)?|mensagem automática",
    r"automatisch antwoord|afwezig(?:heid(?:sbericht|sassistent)?)?|niet op kantoor",
    r"automatiskt svar|frånvaro(?:meddelande)?|autosvar|automatisk svar|fraværende",
    r"fravær(?:sbesked)?",
    r"ikke til stede|automaattinen vastaus|poissa(?:olo(?:ilmoitus)?)?",
    r"autoodpowiedź|odpowiedź automatyczna|automatyczna odpowiedź|nieobecność|poza biurem",
    r"automatická odpověď|automatická odpoveď|mimo kancelář|mimo kanceláriu",
    r"automatikus válasz|házon kívül|răspuns automat|automatski odgovor|samodejni odgovor",
    r"автоответ|автоматический ответ|автоматична відповідь|автоматичен отговор",
    r"нет на (?:рабочем )?месте",
    r"otomatik (?:yanıt|cevap)|ofis dışında|αυτόματη απάντηση|εκτός γραφείου",
    r"תשובה אוטומטית|מענה אוטומטי",
    r"自動(?:応答|返信|回覆|答覆)|不在(?:通知|連絡)?|自动(?:回复|答复)|자동 ?(?:회신|응답)",
    r"부재 ?중",
    r"رد تلقائي",
    r"ตอบกลับอัตโนมัติ",
    start=r"\A\W{0,4}",
    end=r"(?:\s*(?::|：|\Z|\(|\[|[-–—]\s|re:|aw:|sv:|auto-?reply|on: ))",
)
# Sentences by which a message says of itself that a program wrote it; to be matched where one begins.
SELF = _any(
    r"this (?:is an?|e-?mail (?:was|is|has been)|message (?:was|is|"
    r"has been))(?: system)?(?: an)? auto(?:matic|mated)",
    r"this (?:e-?mail|message) (?:was|is|has been) (?:generated|created|sent) automatically",
    r"this is an auto(?:matically)?[- ]?(?:generated|response|reply|responder)",
    r"(?:please )?do not (?:reply|respond) to this (?:e-?mail|message)",
    r"this mailbox is not monitored",
    r"we have received your (?:e-?mail|message|request|enquiry|inquiry|ticket) and (?:will|we)",
    r"thank you for contacting (?:us|our|the |[^.!?\n]{1,40}[.!]\s{1,3}(?:we|your) )",
    r"(?:we would like to acknowledge that )?we have received your (?:request|enquiry|inquiry) and a ticket",
    r"this is (?:a return receipt|an acknowledge?ment) (?:for|of) ",
    r"i apologi[sz]e for this automatic reply|this account is protected by [^\n]{1,40}\.\s",
    r"your (?:request|ticket) \(?[#\[]?\d+\]?\)? has been (?:received|created)",
    r"dies(?:e e-?mail| ist eine|e nachricht)[^.\n]{0,20} automatisch",
    r"bitte antworten sie nicht auf diese",
    r"vielen dank für ihre (?:anfrage|nachricht|e-?mail)\W{1,3}wir (?:haben|werden)",
    r"(?:ceci est|cet e-?mail est|ce message (?:est|a été))[^.\n]{0,30} automatique",
    r"merci de ne pas répondre",
    r"nous avons bien reçu votre (?:demande|message)",
    r"este (?:es un|correo|mensaje)[^.\n]{0,30} automátic",
    r"por favor,? no responda|hemos recibido (?:su|tu) (?:mensaje|solicitud|consulta)",
    r"quest(?:o|a) (?:è un|e-?mail|messaggio)[^.\n]{0,30} automatic|si prega di non rispondere",
    r"esta (?:é uma|mensagem)[^.\n]{0,30} automátic|não responda a est",
    r"recebemos (?:a )?sua (?:mensagem|solicitação)",
    r"dit (?:is een|bericht|e-?mail)[^.\n]{0,30} automatisch",
    r"wij hebben uw (?:bericht|vraag|verzoek) ontvangen",
    r"det(?:ta|te) (?:är|er) (?:ett|et|en) automat",
    r"(?:to jest|ta) wiadomość[^.\n]{0,30} automatyczn",
    r"это (?:письмо|сообщение)[^.\n]{0,40} автоматически|пожалуйста, не отвечайте на это",
    r"bu (?:e-?posta|mesaj)[^.\n]{0,30} otomatik|このメールは[^。\n]{0,30}自動",
    r"自動(?:送信|配信)(?:メール|され)",
    r"此(?:邮件|郵件)[^。\n]{0,20}(?:自动|自動)|请勿(?:直接)?回复",
    r"이 메일은[^.\n]{0,20}(?:자동|발신)",
    start=r"[\s*_#-]{0,6}(?:(?:please )?note:? (?:that )?)?",
)
# Where a line or a sentence ends, and the next one begins.
SENTENCE_END = re.compile(r"\n|[.!?]\s")
# Receipts of reading, by subject and text; answers to an invitation, by a subject without any text.
READ_SUBJECT = _any(
    r"(?:not )?read|(?:nicht )?gelesen|(?:non )?lu|(?:no )?leído|(?:non )?letto|(?:não )?lida",
    r"(?:niet )?gelezen|(?:inte )?läst|(?:ikke )?l[æe]st|luettu|(?:nie )?(?:odczytano|przeczytano)",
    r"přečteno|прочитано|既読|已读|읽음",
    start=r"\A",
    end=r"\s?[:：]",
)
READ_TEXT = _any(
    r"was (?:read|displayed|deleted without being read)",
    r"wurde (?:am [^\n]{1,40} )?(?:gelesen|ungelesen gelöscht)",
    r"a été (?:lu|supprimé)|(?:se leyó|fue leído)|è stato letto|foi lid[ao]|is (?:op [^\n]{1,40} )?gelezen",
    r"lästes|blev læst|ble lest|on luettu|odczytan|byla přečtena|прочитано|開封され|已(?:被)?阅读",
)
MEETING_SUBJECT = _any(
    r"accepted|declined|tentative(?:ly accepted)?|zugesagt|abgesagt|mit vorbehalt(?: zugesagt)?",
    r"accepté|refusé",
    r"aceptad[ao]|rechazad[ao]|accettat[ao]|rifiutat[ao]|aceit[eo]|recusad[ao]|geaccepteerd|geweigerd",
    r"accepterat|avböjt|accepteret|afvist|akseptert|avslått|hyväksytty|hylätty|zaakceptowano|odrzucono",
    start=r"\A",
    end=r"\s?[:：]",
)
NO_REPLY_LOCAL = _any(
    r"no[-_.]?reply|do[-_.]?not[-_.]?reply|donot[-_.]?reply|nicht[-_.]?antworten",
    r"ne[-_.]?pas[-_.]?repondre",
    r"noresponder|no[-_.]?responder|nao[-_.]?responda|auto(?:mail|reply|responder)|root\Z",
    r"cron\Z|nagios\Z|wordpress\Z",
    start=r"\A",
)
