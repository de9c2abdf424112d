"""Recognise reactions: a thumb or a heart under a message, as Outlook, Gmail and phones mail them."""
# ruff: noqa: RUF001 - the words of many languages and scripts

import json
import re
import unicodedata

from daemon.mail.courtesy_scripts import FACES

REACTION_TYPE = "text/vnd.google.email-reaction+json"
_CHARS_LIMIT = 600
# Selectors and joiners that change only how a picture looks.
NOT_WRITTEN = dict.fromkeys(
    (0xFE0E, 0xFE0F, 0x200D, *range(0x1F3FB, 0x1F400), 0x2640, 0x2642, 0x200B, 0xFEFF)
)

# What programs write for a thumb under a message; the message itself stands in quotes.
_TAPBACK = re.compile(
    r"(?i)(?:liked|loved|laughed at|emphasi[sz]ed|reacted {1,2}to|gefällt|liebt|hat gelacht über|a aimé|"
    r"a adoré|aime|adore|le gustó|le gusta|le encantó|le encanta|ha messo mi piace a|piace|adora|curtiu|"
    r"gostou de|amou|adorou|vindt leuk|gillade|likte|kunne lide|polubił\(?a?\)?|понравилось)"
    r"\s{1,3}[\u201c\u201d\u201e\"\u00ab\u2018][^\u201c\u201d\"\u00bb\u00ab]{0,500}[\u201d\u201c\"\u00bb\u2019]\s{0,3}\.?\Z"
)
_REACTED = re.compile(
    r"(?i).{0,100}?(?:"
    r"\breacted (?:to (?:your|this|a|the) (?:message|e-?mail)|via gmail|to your message via gmail)|"
    r"\bhat (?:auf (?:ihre|deine|eure|die) (?:nachricht|e-?mail) reagiert|über gmail reagiert)|"
    r"\ba réagi (?:à (?:votre|ton|ce) (?:message|e-?mail)|via gmail)|"
    r"\b(?:reaccionó|ha reaccionado) (?:a (?:su|tu|este) (?:mensaje|correo)|"
    r"(?:mediante|a través de|con) gmail)|"
    r"\bha reagito (?:al (?:tuo|suo|vostro) messaggio|tramite gmail)|"
    r"\bheeft (?:gereageerd op (?:uw|je|jouw) bericht|via gmail gereageerd)|"
    r"\breagiu (?:à (?:sua|tua) mensagem|via gmail|pelo gmail)|"
    r"\b(?:har reagerat|reagerade) på ditt (?:meddelande|mejl)|\bhar reageret på din (?:besked|meddelelse)|"
    r"\b(?:reagerede på din (?:besked|meddelelse)|(?:reagerte|har reagert) på meldingen din)|"
    r"\breagoi viestiisi|\bzareagowała?(?:\(a\))? na (?:twoją|państwa) wiadomość|"
    r"\breagovala?(?:\(a\))? na (?:vaši|tvoji|vaši) zprávu|\bmesajınıza (?:tepki|ifade) (?:verdi|bıraktı)|"
    r"\b(?:отреагировала?(?:\(а\))?) на ваше (?:сообщение|письмо)|"
    r"\bвідреагувала?(?:\(а\))? на ваше повідомлення|"
    r"さんが(?:あなたの)?メッセージにリアクションしました|"
    r"(?:对|對)(?:您|你)的(?:邮件|郵件|消息|訊息)(?:做出|作出)了?(?:反应|回应|回應|反應)|"
    r"님이 (?:회원님의 |귀하의 )?(?:메시지|이메일)에 반응(?:했습니다|하였습니다|을 보냈습니다)"
    r")[\s:.!]{0,6}\Z"
)


def is_reaction(text: str) -> bool:
    """Tell whether a text is what programs write for a thumb or a heart under a message."""
    bare = "".join(char for char in text.translate(NOT_WRITTEN) if char not in FACES).strip()
    if len(bare) > _CHARS_LIMIT or strange_picture(bare.partition("\u201c")[0]):
        return False
    bare = bare.strip(" []")
    return bool(_TAPBACK.match(bare) or ("\n" not in bare and _REACTED.match(bare)))


def strange_picture(text: str) -> bool:
    """Tell whether a text has a picture in it; those that are courtesy are taken out before."""
    return any(
        unicodedata.category(char) in {"So", "Sk", "Cs", "Co", "Cn"} for char in text if not char.isascii()
    )


def is_kind_reaction(content: bytes) -> bool:
    """Tell whether the reaction part of a Gmail message holds a picture that says thanks, yes or joy."""
    try:
        read = json.loads(content[:10_000])
    except (ValueError, RecursionError):
        return False
    emoji = read.get("emoji") if isinstance(read, dict) else None
    return isinstance(emoji, str) and bool(emoji) and set(emoji.translate(NOT_WRITTEN)) <= FACES
