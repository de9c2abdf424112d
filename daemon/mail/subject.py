"""Subjects without reply and forward prefixes, and the ticket tag in them."""

import re

# Reply and forward prefixes as mail programs write them, by language.  Latin ones are compared without
# regard to case; none is ever taken off inside a word, because the colon must follow.
_NAMES = """
    re r fw fwd f aw antw antwort wg weitergeleitet sv vs vl vb svar vidarebefordrat videresendt res enc rv
    rif i inoltra tr ref rép réf réponse odp pd vá továbbítás ynt ilt bls trs atb ymk vast edasi ats
    doorst doorgestuurd antwoord odg prosl bal odpoveď odpověď răsp tanggapan teruskan
    отв ответ пересл переслано пер від відп пересл прд отг πρθ απ σχετ προωθ
    回复 答复 回覆 轉寄 转发 转寄 轉發 返信 転送 답장 전달 전송 회신 השב הועבר תגובה رد ตอบ ส่งต่อ
    """
_PHRASES = frozenset({"trả lời", "chuyển tiếp", "إعادة توجيه", "réf.", "odp. dla"})
_PREFIXES = frozenset(_NAMES.split())
_NUMBER = re.compile(r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3}|\d{1,3})\Z")
_TAG = re.compile(r"\[#(\d{1,12})\]")
_LEAD_LIMIT = 30
_COLONS = re.compile("[:\uff1a\ufe13\ufe55]")
_ROUNDS = 50


def _prefix_end(subject: str) -> int:
    """Return where the first prefix ends, 0 without one."""
    colon = _COLONS.search(subject, 0, _LEAD_LIMIT)
    if colon is None:
        return 0
    word = subject[: colon.start()].strip()
    # Turkish writes a capital I with a dot, whose small form carries the dot as a mark of its own.
    word = _NUMBER.sub("", word).strip().rstrip(".").lower().replace("\u0307", "")
    return colon.end() if word in _PREFIXES or word in _PHRASES else 0


def bare_subject(subject: str) -> str:
    """Return the subject without reply and forward prefixes of 30 languages, nested and numbered ones too.

    A ticket tag that stands among the prefixes is kept in front.  Never empty where the subject has words.
    """
    rest, tags = subject.strip(), ""
    for _ in range(_ROUNDS):
        end = _prefix_end(rest)
        if end:
            rest = rest[end:].strip()
            continue
        tag = _TAG.match(rest)
        if not tag or not _prefix_end(rest[tag.end() :].strip()):
            break
        tags, rest = tags or tag.group() + " ", rest[tag.end() :].strip()
    return (tags + rest).strip() if rest else subject.strip()


def ticket_tag(subject: str) -> int | None:
    """Return the number of the first tag like ``[#1042]``, None without one."""
    match = _TAG.search(subject)
    return int(match.group(1)) if match else None
