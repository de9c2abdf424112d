"""The words by which mail servers say that a mail did not arrive, where they do not use RFC 3464.

Every pattern is a list of alternatives without unbounded repetition, so a search is linear in the text.
"""

import re


def _any(*patterns: str, start: str = "") -> re.Pattern[str]:
    """Compile alternatives into one pattern that ignores case."""
    return re.compile(f"(?i){start}(?:{'|'.join(patterns)})")


# Senders that are mail servers, by the local part of the address or by the display name.
MACHINE_LOCAL = _any(
    *(
        rf"{local}(?:[+_.@\\-]|\Z)"
        for local in (
            "mailer-?_?daemon",
            "mail-daemon",
            "post_?master",
            "mail-?admin",
            "maildelivery",
            "mail-?system",
            "mdaemon",
            "no-?delivery",
        )
    ),
    start=r"\A",
)
MACHINE_NAME = _any(
    r"mail(?:er)?[ -]?(?:delivery|daemon|system|administrator|router)",
    r"post_?master|system administrator|internet mail delivery|delivery (?:sub)?system",
    r"e-?mail-?zustell",
)
# Programs that are no mail servers; they count less.
PROGRAM_LOCAL = _any(
    "smtp|mail[_-]?service|anti-?virus|gateway|imss|sweeper|no-?reply|do-?not-?reply|autoreply",
    r"bounce|robot|mailer|mail-?server|list-?server|majordomo|admin\Z",
)
_MAIL = r"(?:delivery|mail(?: delivery)?|message|e-?mail)"
SUBJECT = _any(
    rf"{_MAIL}[ :-]{{1,3}}(?:status notification|failure|failed|problem)",
    rf"{_MAIL}[ :-]{{1,3}}(?:error|notification|report|delay)",
    rf"{_MAIL}[ :-]{{1,3}}(?:could not|not delivered|undeliverable)",
    r"failure (?:notice|delivery)|failed (?:mail|message|delivery)|processing error",
    r"returned (?:mail|to sender|message|e-?mail)|undeliver(?:ed|able)|unable to deliver",
    r"non[- ](?:remis|deliver)|warning: (?:could not|message)|nondeliverable|rejected mail",
    r"delivery (?:has failed|incomplete|unsuccessful|status)",
    r"could ?n[o']t (?:be delivered|send)|mail could not|bounce|mailsystem error",
    r"mail (?:system error|delivery warn)",
    r"unzustellbar|nicht zustellbar|zustellung|impossible de|avis de non|echec|échec",
    r"notificación (?:de|del) (?:estado|error)|no se (?:puede|ha podido) entregar|error de entrega",
    r"mancata consegna|impossibile recapitare|n[aã]o (?:foi )?entregue|falha na entrega",
    r"niet (?:bezorgd|afgeleverd|bestelbaar)|onbestelbaar|kan (?:ikke|inte) leveres|olevererbart",
    r"nie dostarczon|niedoręczon|nedoruč|не доставлен|невозможно достав|teslim edileme",
    r"送信でき|配信(?:でき|不能|エラー)|退信|メールエラー|エラー通知|无法投递|系统退信|전송 실패",
    r"ei voitu toimittaa",
    start=r"\A\W{0,4}",
)
_VERB = r"(?:could|can|was|were|did|has|have|is|are|will)"
PHRASE = _any(
    rf"{_VERB}(?: ?not|n't| not yet)? (?:be |been )?(?:deliver|reach|sent to|accept)",
    r"(?:un|not )able to (?:deliver|send)",
    r"error (?:occurred )?(?:while )?(?:trying to )?(?:deliver|send)",
    r"(?:delivery|delivering)[^.\n]{0,60}(?:fail|unsuccessful|error|problem|delayed)",
    r"undeliver(?:ed|able)|fail(?:ed|ure)[^.\n]{0,40}(?:deliver|recipient|address)",
    r"(?:address|recipient)\(?e?s?\)?[^.\n]{0,20} fail|permanent (?:fatal )?error|fatal errors",
    r"failed recipients|has been (?:postponed|returned because)|delivery problems|not delivered",
    r"no such (?:user|mailbox|address|recipient)",
    r"(?:unknown|invalid) (?:user|recipient|address|mailbox|local)",
    r"user (?:is )?unknown|user mailbox exceeds|(?:mailbox|quota)[^.\n]{0,30}(?:full|exceed|over)",
    r"mail ?box (?:is )?(?:full|unavailable|disabled)|returned (?:mail|message|to sender)|bounced",
    r"delivery status notification|failure reasons|invalid final delivery|hop count exceeded",
    r"(?:account|mailbox)[^.\n]{0,30}(?:disabled|inactive|suspended|does not exist)",
    r"delivery to the following|mail that you sent|the group you tried to contact|google groups",
    r"unzustellbar|nicht zugestellt|nicht ausgeliefert|ne peut (?:pas )?être|n'a pas pu",
    r"no se (?:pudo|ha podido)|non è stato|não (?:pôde|foi)|niet (?:bezorgd|afgeleverd)",
    r"не (?:может|было|дост)|配信|配送|届け|送信でき|退回|无法|不存在",
)
DELAYED = _any(
    r"warning message only|do not need to resend|(?:has been|is|was) delayed|will be retried",
    r"will (?:be )?(?:keep trying|continue)|not (?:yet )?been delivered (?:yet|within|after)",
    r"has been postponed|attempts will continue|still (?:trying|being tried)|will be returned",
    r"temporar(?:y|ily) (?:failure|failed|error|undeliverable)|is queued|queued for",
    r"could not be delivered for|(?:wird|werden) (?:weiter|erneut) versucht|warning: could not",
)
GIVEN_UP = _any(r"giv(?:en|ing) up|permanent|too long|retry time(?:out)?|final|has failed|expired")
_WHOSE = r"(?:the |your |this )?(?:original |returned |undelivered )?"
_STATE = r"(?:original|returned|unsent|undelivered|failed|rejected|bounced)"
# A line that begins the returned mail; everything below speaks of the original, not of the failure.
RETURNED = _any(
    r"(?:this is a |below this line is a |a |here is (?:a |your )|the following is a )?"
    rf"(?:copy|headers?|text|summary|beginning|start|body) of {_WHOSE}(?:message|mail|e-?mail)",
    rf"(?:the |your )?{_STATE}[- ](?:message|mail|e-?mail|text)(?: (?:text|headers?))?(?: follows?| is)?",
    r"message (?:headers?|text|body|contents?) (?:follows?|below)",
    r"(?:the )?headers? (?:of|from) the",
    r"below this line|forwarded message|included is a copy|your (?:original )?message reads",
    r"original message as received|x-sender: |(?:the )?first \d+ lines of your",
    r"received: (?:from|by|\(|via)",
    r"return-path: ?<?|----- ?original|begin (?:returned|message)|content-type: ?message/rfc822",
    start=r"^\s{0,4}(?:[-=*_#<> ]{2,80}\s{0,4})?",
)
