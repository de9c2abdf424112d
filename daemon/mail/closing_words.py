"""The words below the last sentence: closings, phones that name themselves, list footers and disclaimers."""
# ruff: noqa: RUF001 - the words of many languages and scripts

import re

_DEVICE = (
    r"(?:i ?phone|i ?pad|i ?pod|android|galaxy|samsung|blackberry|windows|outlook|mobile|phone|handy|mail)"
)
# Apps and phones that name themselves behind "sent with".
_APP = (
    r"(?:phone|i ?pad|android|galaxy|samsung|blackberry|windows|outlook|mail|gmail|inbox|mobile|device|"
    r"tablet|huawei|xiaomi|nokia|pixel|spark|superhuman|front|canary|shortwave|boxer|nine|tuta|proton|zoho|typeapp|"
    r"surface|pigeon|acompli)"
)
_GET = (
    r"(?:get|hent|hämta|holen sie sich|télécharger|obtenir|obtener|descargar|ottieni|scarica|obter o|"
    r"baixar o|hanki|skaff deg|pobierz program|získat|získajte|obțineți|nabavite|hankige|dapatkan|скачать)"
)
_PHONE = (
    r"(?:sent|send) from (?!our |us |here|there|your |his |her )(?:my |a |an |the )?[^.!?\n]{1,70}",
    rf"(?:sent|send) (?:via|with|by|using|on) [^!?\n]{{0,50}}{_APP}[^!?\n]{{0,50}}",
    r"sent (?:via|with|using|on) (?:my |the )?[\w-]{1,20}",
    r"sent from (?:my )?[^\n]{1,90}(?:excuse|pardon|forgive)[^\n]{0,80}",
    (
        r"(?:von|aus) (?:meine[mr]|unterwegs|der|yahoo|outlook|samsung|i ?phone|i ?pad)[^\n]{0,60} "
        r"(?:gesendet|geschickt|verschickt|versendet)"
    ),
    r"von unterwegs|von (?:meinem )?(?:i ?phone|i ?pad|handy|smartphone|galaxy|samsung|android)[\w -]{0,24}",
    rf"{_GET} \[?outlook [^\n]{{1,80}}",
    r"outlook (?:für|voor|for) (?:ios|android) (?:abrufen|herunterladen|downloaden|ophalen|edinin)",
    r"(?:ios|android) için outlook[^\n]{1,20}|provenance : courrier pour windows",
    r"gesendet (?:von|mit|über|aus|via) [^\n]{1,60}",
    r"diese (?:nachricht|e-?mail) wurde von [^\n]{1,80} gesendet",
    r"envoyé (?:depuis|de|à partir de|par|avec|via) [^\n]{1,60}",
    r"enviado (?:desde|de|do|a partir do|por|con|com|via|pelo) [^\n]{1,60}",
    r"inviato (?:da|dal|dallo|con|tramite|via) [^\n]{1,60}",
    r"verzonden (?:vanaf|met|via|vanuit) [^\n]{1,60}|verstuurd vanaf [^\n]{1,60}",
    r"skickat? från [^\n]{1,60}|skickades från [^\n]{1,60}|sendt (?:fra|med) [^\n]{1,60}",
    r"lähetetty [^\n]{1,60}|wysłan[eo] z [^\n]{1,60}|odesláno z [^\n]{1,60}|odoslané z [^\n]{1,60}",
    r"elküldve [^\n]{1,60}|küldve [^\n]{1,60}|отправлено (?:с|из) [^\n]{1,60}",
    r"надіслано (?:з|із) [^\n]{1,60}",
    r"trimis (?:de pe|din) [^\n]{1,60}|[^\n]{1,40}(?:'?den|'?dan|'?mdan) gönderildi",
    r"εστάλη από [^\n]{1,60}",
    r"poslano (?:s|z|sa|iz) [^\n]{1,60}|изпратено от [^\n]{1,60}|saadetud minu [^\n]{1,60}",
    r"išsiųsta iš [^\n]{1,60}|nosūtīts no [^\n]{1,60}|(?:đã|được) gửi từ [^\n]{1,60}|ส่งจาก[^\n]{1,60}",
    r"נשלח מ[^\n]{1,60}|أُ?رسلت من [^\n]{1,60}|sendt? frá [^\n]{1,60}",
    r"[^\n]{0,20}(?:iphone|ipad|android)[^\n]{0,20}(?:から送信|傳送|发送|發送|发出|에서 보냄|küldve)",
    r"从我的[^\n]{1,30}发[送出]",
    r"從我的[^\n]{1,30}傳送|(?:發|來)自我的[^\n]{1,30}|发自我的[^\n]{1,30}|나의 [^\n]{1,30}에서 보냄",
    r"dikirim dari [^\n]{1,60}",
    (
        rf"from my {_DEVICE}[^\n]{{0,40}}|[\w.]{{1,30}} from mobile|"
        rf"sent from [^\n]{{0,30}}https?://[^\n]{{1,120}}"
    ),
    r"gesendet mit der [^\n]{1,80}|envoyé à partir de outlook[^\n]{0,80}",
    r"sent (?:from|via) [^\n]{1,30}<http[^\n]{1,200}",
)
PHONE = re.compile(rf"(?i)[\s>*_(<\[-]{{0,6}}(?:{'|'.join(_PHONE)})[\s>*_)\].,!-]{{0,6}}\Z")
_CLOSINGS = (
    r"(?:with )?(?:best|kind|warm|kindest|warmest)(?: (?:regards|wishes))?|regards",
    r"sincerely(?: yours)?|yours (?:sincerely|truly|faithfully)|cheers",
    r"mit (?:freundlichen|besten|lieben|herzlichen|vielen) grü(?:ß|ss)en",
    r"(?:viele|beste|liebe|herzliche|schöne|freundliche) grü(?:ß|ss)e|mfg|lg|vg|gru(?:ß|ss)",
    r"(?:bien )?cordialement|bien à vous|salutations(?: distinguées)?",
    r"sincères salutations|amicalement",
    r"(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|un abrazo|cordialmente",
    r"(?:cordiali|distinti) saluti|saluti|cordialmente|un saluto|atenciosamente",
    r"cumprimentos|abraços?|melhores cumprimentos",
    r"(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg",
    r"med (?:venlig|vennlig|vänlig|vänliga|bästa|de bedste) (?:hilsen|hälsning(?:ar)?)",
    r"(?:venlig )?hilsen|mvh|hälsningar|vänligen",
    r"(?:ystävällisin )?terveisin|pozdrawiam|z poważaniem|s pozdravem|s pozdravom",
    r"üdvözlettel|tisztelettel",
    r"с уважением|з повагою|с наилучшими пожеланиями|cu stimă|saygılarımla|με εκτίμηση",
    r"בברכה|مع التحية|よろしくお願い(?:いた)?します|此致|敬具",
)
CLOSING = re.compile(rf"(?i)\s{{0,4}}(?:{'|'.join(_CLOSINGS)})\s?[,.!，、]?\s{{0,4}}\Z")
SLASH_NAME = re.compile(r"\s{0,4}/\s?[^\W\d_][\w .'-]{1,30}\s{0,4}\Z")
LONG_RULE = re.compile(r"\s{0,3}_{5,80}\s{0,3}\Z")
CONTACT = re.compile(
    r"[^\s@]{1,64}@[\w.-]{3,200}|(?i:www\.|https?://)\S{3,200}|(?:\+|\(|\b)\d[\d\s()./-]{6,24}\d\b|"
    r"(?i:\b(?:tel|fon|phone|mobile?|fax|cell|m|t|p)\.?:)"
)
DASHES = re.compile(r"\s{0,3}(?:--|—|–|-- |\*--\*|__|- -)\s{0,2}\Z")
DELIMITER = re.compile(r"[\s\-_=*#~+ᐧ—–.·•]{2,200}\Z|\s*[ᐧ—–]\s*\Z")
# How footers of lists and disclaimers begin; people begin a sentence in the same way.
FOOTER = re.compile(
    r"(?i)[\s>*_|-]{0,6}(?:(?:important|notice|note|wichtig|achtung): ?)?"
    r"(?:you(?:'re| are)? (?:received?|receiving) this (?:message|e-?mail|mail|"
    r"because)|to unsubscribe|unsubscribe (?:from|here|:)|"
    r"to (?:view|respond to) this (?:discussion|message|topic) (?:on|visit)|"
    r"[\w.-]{1,60} mailing list\s*\Z|"
    r"this e-?mail (?:message )?(?:and|is|may|contains|has been (?:scanned|checked))|"
    r"this message (?:and|is intended|contains|may contain)|"
    r"the information (?:contained )?in this|confidentiality (?:notice|note)|disclaimer|"
    r"confidential(?:ity)?[ :]|"
    r"diese (?:e-?mail|nachricht) (?:enthält|ist|kann|und)|der inhalt dieser e-?mail|"
    r"vertraulichkeits|"
    r"ce (?:message|courriel|mail) (?:et|est|contient|peut)|"
    r"este (?:mensaje|correo|e-?mail) (?:y|es|contiene|puede|e|pode)|"
    r"(?:questo|il presente) (?:messaggio|e-?mail)|"
    r"dit (?:bericht|e-?mail(?:bericht)?) (?:en|is|kan|bevat)|"
    r"denna? (?:e-?post|meddelande)|denne (?:e-?mail|e-?post)|ta wiadomość|настоящее сообщение|"
    r"please consider the environment|"
    r"bitte (?:denken|prüfen) sie[^\n]{0,40}(?:ausdruck|drucken|umwelt)|"
    r"reply to this email directly or|view (?:it|this) (?:on|in)|virus-free\.|avast|"
    r"questo messaggio e' stato)"
)
# What only a footer says, in its first line or below.
FOOTER_WORDS = re.compile(
    r"(?i)confidential|privileged|intended|unauthori[sz]ed|disclos|virus|malware|scanned|"
    r"unsubscribe(?: from| here| by|:|@)|mailing list|respond to this|view this discussion|on github|"
    r"because you|the environment|https?://|www\.|vertraulich|unbefugt|empfänger|irrtümlich|ausdruck|drucken|umwelt|"
    r"confidentiel|destinataire|confidencial|destinat[aá]ri|riservat|vertrouwelijk|geadresseerde|bestemd|"
    r"konfidentiell|fortrolig|mottagare|modtager|poufn|adresat|конфиденциальн|получател|важно"
)
