"""The words by which mail programs mark a forwarded mail, beyond those they share with replies.

Prefixes of subjects, separators, and the names of header fields in further languages.  Every pattern is used
on one line of bounded length; none has nested repetition.
"""
# ruff: noqa: RUF001 - the words of many languages and scripts

import re

from daemon.mail.cut_words import FIELDS

# What stands before the colon of a subject (lower case, without numbers and full stops).
FORWARD_PREFIXES = frozenset(
    {
        *("fw", "fwd", "fd", "forw", "forward", "forwarded"),  # English, and most others
        *("wg", "weitergeleitet"),  # German
        *("tr", "transf", "réexp", "transféré"),  # French
        *("rv", "reenv", "reenviado"),  # Spanish, Catalan, Galician
        *("i", "inoltra", "inoltro"),  # Italian
        *("enc", "encaminhado", "enc.", "fwd.: enc"),  # Portuguese
        *("doorst", "doorsturen", "doorgestuurd"),  # Dutch
        *("vb", "vidarebefordrat", "vidarebefordra"),  # Swedish
        *("videresendt", "videresend", "vid", "videres"),  # Danish, Norwegian
        *("vl", "välitetty", "välitys"),  # Finnish
        *("pd", "przekaż", "podaj dalej", "przekazana"),  # Polish, Czech, Slovak
        *("přeposlaná", "přep", "prep", "preposlané"),
        *("továbbítás", "továbbítva", "tov"),  # Hungarian
        *("redir", "redirecționat", "trans"),  # Romanian
        *("ilt", "ilet", "iletildi", "yön"),  # Turkish
        *("πρθ", "προωθ", "πρ", "προώθηση"),  # Greek
        *("пересл", "пер", "переслано", "переадр"),  # Russian
        *("пересил", "переслане", "перес"),  # Ukrainian
        *("препр", "препратено"),  # Bulgarian
        *("pros", "prosl", "proslijeđeno", "прослеђено"),  # Croatian, Serbian
        *("posr", "posredovano"),  # Slovene
        *("edasi", "edastatud"),  # Estonian
        *("pārs", "pārsūtīts", "pārsūtīta"),  # Latvian
        *("persiųsti", "pers", "persiųsta"),  # Lithuanian
        *("fs", "framsent", "áframsent"),  # Icelandic
        *("trs", "terusan", "teruskan", "diteruskan"),  # Indonesian, Malay
        *("chuyển tiếp", "ct"),  # Vietnamese
        *("转发", "轉寄", "转寄", "轉發", "转", "轉"),  # Chinese
        *("転送", "전달", "ส่งต่อ", "הועבר", "إعادة توجيه", "اعادة توجيه", "تحويل"),
        *("ارسال مجدد", "अग्रेषित"),
    }
)
# Finnish mail means a reply by it, Danish and Norwegian mail a forward.
EITHER_PREFIXES = frozenset({"vs"})
# What mail gateways put in front of any subject.
PASSED_OVER = frozenset(
    {"ext", "extern", "external", "externe", "extern email", "external email", "spam", "caution"}
)

_SEPARATORS = (
    r"(?:start of |begin |beginning of )?forwarded (?:message|mail|e-?mail|by|from|original)",  # English
    r"(?:beginn der )?weitergeleitete[nr]? (?:nachricht|e-?mail|mail|von)|weitergeleitet von|weiterleitung",
    r"message (?:transféré|réexpédié|transmis)|courriel transféré|(?:transféré|réacheminé|transmis) par",
    r"mensaje (?:reenviado|remitido)|(?:reenviado|remitido) por|missatge reenviat|mensaxe reenviada",
    r"messaggio inoltrato|inoltrato da|mail inoltrata",  # Italian
    r"mensagem (?:encaminhada|reencaminhada)|(?:encaminhado|reencaminhado|repassado) por",  # Portuguese
    r"doorgestuurd (?:bericht|door)|doorgestuurde (?:mail|e-?mail)",  # Dutch
    r"vidarebefordrat (?:meddelande|brev|mail|av)|vidarebefordrad e-?post",  # Swedish
    r"videresendt (?:meddelelse|besked|melding|e-?post|e-?mail|mail|af|av)",  # Danish, Norwegian
    r"(?:välitetty|edelleen ?lähetetty) viesti|edelleenlähetetty|lähettäjä välitti",  # Finnish
    r"(?:wiadomość|treść) przekazan[aej]{1,2}|przekazan[aey] (?:wiadomość|przez)",  # Polish
    r"przesłana dalej wiadomość|dalej przekazana wiadomość|wiadomość przesłana dalej",
    r"přeposlan[áýé] (?:zpráva|e-?mail)|předan[áý] zpráva|preposlan[áý] (?:správa|e-?mail)",  # Czech, Slovak
    r"továbbított (?:üzenet|levél|e-?mail)",  # Hungarian
    r"mesaj (?:redirecționat|redirectionat|redirijat|transmis)|mesajul redirecționat",  # Romanian
    r"(?:пересылаемое|переадресованное|перенаправленное) сообщение",  # Russian
    r"пересланное (?:сообщение|письмо)",
    r"пере(?:слан|направлен)е (?:повідомлення|лист)|переслано повідомлення",  # Ukrainian
    r"пересланы ліст",  # Belarusian
    r"препратено (?:съобщение|писмо)|проследена порака",  # Bulgarian, Macedonian
    r"(?:iletilmiş|iletilen|yönlendirilen|yönlendirilmiş) (?:mesaj|ileti|e-?posta)",  # Turkish
    r"προωθημένο (?:μήνυμα|email)|προωθούμενο μήνυμα|αρχή προωθημένου μηνύματος",  # Greek
    r"(?:proslijeđena|prosljeđena|prosleđena) (?:poruka|e-?pošta)|прослеђена порука",  # Croatian, Serbian
    r"posredovano sporočilo|preusmerjeno sporočilo",  # Slovene
    r"edasi(?:saadetud|statud) (?:kiri|sõnum|e-?kiri)",  # Estonian
    r"pārsūtīt[sa]i? (?:ziņojums|vēstule|ziņa)",  # Latvian
    r"persiųst(?:as|a) (?:laiškas|žinutė|pranešimas)",  # Lithuanian
    r"áframsent (?:skeyti|bréf)|framsent skeyti",  # Icelandic
    r"pesan (?:terusan|yang diteruskan|diteruskan)|mesej (?:dimajukan|yang dimajukan)",  # Indonesian, Malay
    r"thư (?:đã )?(?:được )?chuyển tiếp|tin nhắn (?:đã )?chuyển tiếp",  # Vietnamese
    r"הודעה (?:שהועברה|מועברת)",  # Hebrew
    r"(?:رسالة|الرسالة) (?:معاد توجيهها|مُعاد توجيهها|المعاد توجيهها|محولة)",  # Arabic
    r"پیام (?:ارسال مجدد|بازارسال شده|هدایت شده)",  # Persian
    r"転送(?:された)?(?:メッセージ|メール)|メッセージを転送|転送元|転送者",  # Japanese
    r"转发的?(?:邮件|郵件|信息|消息)(?:信息)?|转发邮件信息|轉寄(?:的)?(?:郵件|信件|訊息)|轉發(?:的)?郵件",
    r"전달된 (?:메시지|메일|이메일)|전달 메시지|원본 메일 전달",  # Korean
    r"ข้อความที่(?:ถูก)?ส่งต่อ",  # Thai
    r"अग्रेषित संदेश",  # Hindi
)
_PHRASE = "|".join(_SEPARATORS)
_DASHES = "-\u2010-\u2015\u2500\u2501_=*#~+"
SEPARATOR = re.compile(
    rf"(?i)[\s>|]{{0,6}}\*{{0,2}}[{_DASHES}]{{2,60}}\s{{0,2}}(?:{_PHRASE})[^\n]{{0,160}}\Z"
)
# Apple Mail's line, and that of others who end it with a colon.
BEGIN = re.compile(
    r"(?i)[\s>|]{0,6}\*{0,2}(?:begin forwarded message|start of forwarded message|forwarded message|"
    r"(?:anfang|beginn) der weitergeleiteten (?:nachricht|e-?mail)|weitergeleitete nachricht|"
    r"début du message (?:réexpédié|transféré)|message transféré|"
    r"(?:inicio|comienzo) del mensaje reenviado|inici del missatge reenviat|"
    r"inizio (?:del )?messaggio inoltrato|"
    r"início da mensagem (?:reencaminhada|encaminhada)|"
    r"begin (?:van )?(?:het )?doorgestuurde? (?:bericht|e-?mail)|"
    r"(?:början på )?vidarebefordrat (?:brev|meddelande|mejl)|"
    r"(?:start på|begyndelse på|begynnelsen på) (?:den )?videresendte? "
    r"(?:besked|melding|meddelelse|e-?mail|brev)|"
    r"videresendt (?:besked|melding|brev)|"
    r"(?:edelleen ?)?(?:välitetty|lähetetty) viesti alkaa|välitetty viesti|"
    r"początek przekazywanej wiadomości|początek przekazanej wiadomości|"
    r"začátek přeposílané zprávy|začátek přeposlané zprávy|začiatok preposlanej správy|"
    r"továbbított (?:üzenet|levél) kezdete|továbbított üzenet|"
    r"(?:început(?:ul)? )?mesaj(?:ului)? redirecționat|începe mesajul redirecționat|"
    r"начало (?:переадресованного|пересылаемого) сообщения|"
    r"початок (?:пересланого|переадресованого) (?:повідомлення|листа)|"
    r"початок листа, що пересилається|"
    r"iletilen (?:ileti|mesaj)(?:nin)?(?: başlangıcı)?|ileti başlangıcı|"
    r"(?:έναρξη|αρχή) προωθημένου μηνύματος|"
    r"početak proslijeđene poruke|započni proslijeđenu poruku|začetek posredovanega sporočila|"
    r"תחילת ההודעה שהועברה|בתחילת ההודעה שהועברה|بداية الرسالة (?:المُعاد توجيهها|المعاد توجيهها)|"
    r"転送されたメッセージ|以下は転送されたメッセージです|开始转发邮件|下面是被转发的邮件|以下是被转发的邮件|"
    r"開始轉寄郵件|以下是轉寄的郵件|전달된 메시지(?: 시작)?|메시지 전달 시작|"
    r"mulai pesan terusan|bắt đầu (?:thư|thư được) chuyển tiếp|เริ่มต้นข้อความที่ส่งต่อ)"
    r"\*{0,2}\s{0,2}[:：]\*{0,2}\s{0,4}\Z"
)
# The line that ends a forward in some programs; nothing in it belongs to the mail.
END = re.compile(
    rf"(?i)[\s>|]{{0,6}}[{_DASHES}]{{2,60}}\s{{0,2}}(?:end of (?:the )?forwarded (?:message|mail)|"
    r"end forwarded message|ende der weitergeleiteten (?:nachricht|e-?mail)|"
    rf"fin du message transféré|конец пересылаемого сообщения)[^\n]{{0,20}}[{_DASHES}]{{0,60}}\s{{0,4}}\Z"
)
# A separator that names the author himself.
FROM_IN_SEPARATOR = re.compile(
    r"(?i)\b(?:message|mail|nachricht|mensaje|messaggio|mensagem|bericht|meddelande) "
    r"(?:from|von|de|da|van|från|fra) (.{3,120}?)[\s-]{0,60}\Z"
)
ON_BEHALF = re.compile(
    r"(?i)\W(?:on behalf of|im auftrag von|de la part de|en nombre de|per conto di|em nome de|namens|"
    r"på vegne af|på vegne av|för|puolesta|w imieniu|jménem|от имени|adına|代表|代)\s"
)
# A list or form that writes in somebody's name; the address behind it is not his.
VIA = re.compile(r"(?i)\S (?:via|über|durch|durante|tramite|przez|через|经由|経由) \S")

# Names of fields in languages that no reply needed yet.
_MORE_FIELDS = {
    "from": (
        "frá|saatja|saatnud|nga|šalje|šiljatelj|надсилач|від кого|от кого|daripada|مرسل|از|प्रेषक|"
        "odosielateľ|寄信人|發件人|發信人|보내는 ?사람|보낸이|差出し人|送信元|người gửi|ผู้ส่ง|"
        "avsändare|afsender|avsender"
    ),
    "sent": (
        "sent at|date sent|gesendet am|envoyé à|data e hora|sendt den|skickat den|elküldve|dags|"
        "dagsetning|datums|sūtīts|siųsta|išsiųsta|date d'envoi|date de l'envoi|fecha de envío|"
        "data invio|data de envio|时间|발신일|보낸시간|受信日時|日時|ngày gửi|วันที่|تاریخ|"
        "надіслано|датум|dikirim pada|tarikh|दिनांक|data trimiterii|ημ/νία|נשלח ב|στάλθηκε"
    ),
    "to": (
        "til|kellele|kam|prejemnik|primatelj|до кого|به|प्रति|收信人|받는이|受信者|"
        "người nhận|ผู้รับ|mottagare|modtager|mottaker|címzett|cui|către|pre|pro"
    ),
    "subject": (
        "efni|pealkiri|tēma|predmet|naslov|tajuk|विषय|標題|标题|표제|"
        "tiêu đề|หัวข้อ|ämnesrad|temats|tárgya|subiectul|asunto del mensaje"
    ),
}
FORWARD_FIELDS = (
    *FIELDS,
    *(
        (kind, re.compile(rf"(?i)[\s>|]{{0,8}}\**_?(?:{names})\s?\**\s?[:：]"))
        for kind, names in _MORE_FIELDS.items()
    ),
)
