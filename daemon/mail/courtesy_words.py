"""The words of thanks, greetings and acknowledgements, by language.

Phrases are lower case and without punctuation; those of scripts that write no blanks stand together.
``THANKS`` carry a courtesy by themselves, ``EXTRAS`` only beside them, ``FOR`` opens what one is thankful
for, ``GREETINGS`` may have a name behind them, ``CLOSINGS`` end a letter, with the name below.
"""
# ruff: noqa: RUF001 - the words of many languages and scripts


def phrases(text: str) -> frozenset[str]:
    """Return the phrases of a table, which stand between bars."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip())


THANKS = phrases(
    # English
    "thanks|thank you|thankyou|thx|thanx|thnx|tnx|tks|ty|tysm|cheers|ta|many thanks|thanks a lot|"
    "thanks a million|thanks a bunch|much appreciated|greatly appreciated|really appreciated|"
    "appreciated|i appreciate it|really appreciate it|i really appreciate it|thank you kindly|"
    "much obliged|got it|noted|received|understood|acknowledged|well received|ok|okay|okey|k|great|"
    "perfect|excellent|wonderful|awesome|brilliant|fantastic|super|cool|lovely|nice|nice one|"
    "all good|very good|good job|great job|great work|well done|good|fine|you rock|you are the best|"
    "you're the best|you are awesome|you're awesome|legend|you too|same to you|happy new year|"
    "merry christmas|happy holidays|have a nice day|have a great day|have a good day|"
    "have a nice weekend|have a good weekend|have a great weekend|enjoy your weekend|it works|works|"
    "works now|it works now|that works|that worked|it worked|works great|works perfectly|"
    "works like a charm|works fine|works fine now|that did it|that did the trick|that fixed it|"
    "that solved it|problem solved|issue solved|issue resolved|all is well|"
    # German
    "danke|vielen dank|herzlichen dank|besten dank|tausend dank|lieben dank|schönen dank|"
    "recht herzlichen dank|danke schön|dankeschön|danke sehr|danke vielmals|ich danke ihnen|"
    "ich danke dir|wir danken|dankend erhalten|erhalten|verstanden|alles klar|in ordnung|"
    "zur kenntnis genommen|passt|passt so|prima|perfekt|klasse|toll|wunderbar|ausgezeichnet|"
    "hervorragend|gut|sehr gut|alles gut|spitze|bestens|es funktioniert|funktioniert|"
    "funktioniert jetzt|klappt|es klappt|es klappt jetzt|klappt jetzt|geht|geht wieder|"
    "es geht wieder|hat geklappt|hat funktioniert|problem gelöst|schönes wochenende|"
    "ein schönes wochenende|schönen tag|einen schönen tag|schönen feierabend|frohe weihnachten|"
    "frohes neues jahr|gleichfalls|ebenso|ebenfalls|"
    # French
    "merci|merci beaucoup|merci bien|mille mercis|un grand merci|grand merci|merci infiniment|"
    "je vous remercie|je te remercie|nous vous remercions|avec mes remerciements|bien reçu|reçu|"
    "bien noté|c'est noté|noté|compris|parfait|super|génial|excellent|très bien|c'est parfait|"
    "ça marche|ça fonctionne|cela fonctionne|c'est bon|tout est bon|problème résolu|bonne journée|"
    "bon week-end|bonne soirée|très bonne journée|bonne année|joyeux noël|de même|à vous aussi|"
    # Spanish
    "gracias|muchas gracias|mil gracias|muchísimas gracias|se agradece|te agradezco|le agradezco|"
    "les agradezco|muy agradecido|muy agradecida|recibido|entendido|perfecto|excelente|genial|"
    "estupendo|muy bien|bien|anotado|enterado|enterada|funciona|ya funciona|funciona perfectamente|"
    "problema resuelto|buen día|buen fin de semana|feliz navidad|feliz año|igualmente|"
    # Italian
    "grazie|grazie mille|molte grazie|tante grazie|mille grazie|grazie tante|grazie infinite|"
    "ti ringrazio|la ringrazio|vi ringrazio|ringrazio|ricevuto|capito|d'accordo|perfetto|ottimo|"
    "benissimo|eccellente|bene|funziona|ora funziona|funziona tutto|problema risolto|buona giornata|"
    "buon weekend|buon fine settimana|buona serata|buon natale|buon anno|altrettanto|"
    # Dutch
    "bedankt|dank|dank je|dank je wel|dankjewel|dank u|dank u wel|hartelijk dank|heel erg bedankt|"
    "hartelijk bedankt|veel dank|alvast bedankt|bedankt alvast|ontvangen|begrepen|in orde|prima|"
    "perfect|geweldig|top|super|fijn|duidelijk|helder|oké|goed|heel goed|het werkt|werkt|"
    "het werkt weer|werkt weer|opgelost|fijne dag|fijne dag nog|fijn weekend|prettig weekend|"
    "fijne avond|insgelijks|"
    # Portuguese
    "obrigado|obrigada|muito obrigado|muito obrigada|brigado|brigada|obrigadão|agradeço|agradecido|"
    "agradecida|grato|grata|valeu|recebido|entendido|perfeito|ótimo|excelente|tudo bem|tudo certo|"
    "beleza|certo|está bem|funcionou|funciona|problema resolvido|bom dia para você|bom fim de semana|"
    "feliz natal|feliz ano novo|igualmente|"
    # Polish
    "dziękuję|dziekuje|dzięki|dzieki|dziękujemy|bardzo dziękuję|dziękuję bardzo|dziękuję serdecznie|"
    "serdecznie dziękuję|wielkie dzięki|z góry dziękuję|otrzymałem|otrzymałam|przyjąłem|przyjęłam|"
    "zrozumiałem|zrozumiałam|rozumiem|w porządku|super|świetnie|doskonale|idealnie|dobrze|"
    "bardzo dobrze|działa|już działa|teraz działa|wszystko działa|miłego dnia|miłego weekendu|"
    "nawzajem|wesołych świąt|"
    # Swedish
    "tack|tack så mycket|stort tack|tusen tack|tackar|många tack|tack så jättemycket|mottaget|"
    "uppfattat|förstått|noterat|okej|perfekt|toppen|utmärkt|jättebra|kanon|bra|mycket bra|"
    "det fungerar|fungerar|det fungerar nu|fungerar nu|funkar|det funkar|trevlig helg|ha en bra dag|"
    "ha en fin dag|detsamma|god jul|gott nytt år|"
    # Danish and Norwegian
    "tak|mange tak|tusind tak|tak skal du have|tak for det|modtaget|forstået|okay|perfekt|fint|super|"
    "godt|det virker|virker|det virker nu|virker nu|god weekend|god dag|hav en god dag|i lige måde|"
    "takk|tusen takk|mange takk|takk skal du ha|hjertelig takk|mottatt|forstått|notert|supert|flott|"
    "topp|bra|det fungerer|fungerer|det fungerer nå|fungerer nå|god helg|ha en fin dag|i like måte|"
    "glædelig jul|"
    # Finnish
    "kiitos|kiitoksia|paljon kiitoksia|kiitos paljon|suuri kiitos|suuret kiitokset|kiitti|kiitämme|"
    "iso kiitos|vastaanotettu|selvä|selvä juttu|ymmärretty|hienoa|loistavaa|mahtavaa|erinomaista|"
    "hyvä|täydellistä|asia kunnossa|kunnossa|toimii|nyt toimii|toimii nyt|hyvää viikonloppua|"
    "hyvää päivänjatkoa|mukavaa päivää|samoin|hyvää joulua|"
    # Czech and Slovak
    "děkuji|děkuju|dekuji|díky|diky|mockrát děkuji|děkuji mockrát|moc děkuji|děkuji moc|díky moc|"
    "moc díky|děkujeme|mnohokrát děkuji|přijato|rozumím|dobře|v pořádku|výborně|skvěle|super|"
    "perfektní|funguje|už funguje|funguje to|už to funguje|vše funguje|hezký den|pěkný den|"
    "hezký víkend|nápodobně|ďakujem|ďakujem pekne|vďaka|ďakujeme|prijaté|rozumiem|dobre|v poriadku|"
    "výborne|pekný deň|"
    # Hungarian
    "köszönöm|köszönjük|köszi|köszönöm szépen|nagyon köszönöm|köszönettel megkaptam|megkaptam|"
    "rendben|értem|tökéletes|szuper|remek|működik|már működik|szép napot|szép napot kívánok|"
    "jó hétvégét|"
    # Romanian
    "mulțumesc|multumesc|mulțumim|multumim|mulțumesc mult|mulțumesc frumos|mersi|am primit|"
    "am înțeles|perfect|excelent|bine|foarte bine|funcționează|merge|o zi bună|o zi frumoasă|"
    # Turkish
    "teşekkürler|teşekkür ederim|teşekkür ederiz|çok teşekkürler|çok teşekkür ederim|tesekkurler|"
    "tesekkur ederim|sağ olun|sağ ol|sağolun|sağol|eyvallah|alındı|anlaşıldı|tamam|tamamdır|harika|"
    "süper|mükemmel|güzel|çalışıyor|şimdi çalışıyor|düzeldi|iyi günler|iyi çalışmalar|kolay gelsin|"
    "size de|iyi hafta sonları|"
    # Greek
    "ευχαριστώ|ευχαριστώ πολύ|ευχαριστούμε|σας ευχαριστώ|σας ευχαριστώ πολύ|ελήφθη|κατάλαβα|εντάξει|"
    "τέλεια|πολύ ωραία|καλή συνέχεια|καλή σας μέρα|λειτουργεί|δουλεύει|"
    # Russian
    "спасибо|спасибо большое|большое спасибо|огромное спасибо|спс|благодарю|благодарю вас|благодарим|"
    "премного благодарен|получено|получил|получила|принято|понял|поняла|понятно|ок|окей|хорошо|"
    "отлично|супер|прекрасно|замечательно|всё понятно|все понятно|ясно|работает|всё работает|"
    "все работает|заработало|теперь работает|хорошего дня|хороших выходных|взаимно|с новым годом|"
    # Ukrainian
    "дякую|щиро дякую|дуже дякую|дякуємо|спасибі|красно дякую|отримано|отримав|отримала|прийнято|"
    "зрозуміло|зрозумів|зрозуміла|добре|гаразд|чудово|супер|відмінно|працює|все працює|запрацювало|"
    "гарного дня|навзаєм|"
    # Bulgarian, Serbian, Croatian, Slovene
    "благодаря|благодаря много|много благодаря|благодарим|мерси|получих|разбрах|добре|чудесно|работи|"
    "приятен ден|хвала|хвала вам|пуно хвала|hvala|hvala vam|hvala lijepa|hvala lepa|puno hvala|"
    "najlepša hvala|primljeno|u redu|razumijem|razumem|odlično|super|radi|sada radi|ugodan dan|"
    "lep dan|v redu|deluje|"
    # Hebrew, Arabic, Vietnamese, Indonesian
    "תודה|תודה רבה|המון תודה|קיבלתי|הבנתי|מעולה|מצוין|בסדר|סבבה|יום טוב|شكرا|شكراً|شكرا جزيلا|"
    "شكراً جزيلاً|شكرا لك|شكراً لك|شكرا لكم|شكراً لكم|تم الاستلام|حسنا|حسناً|ممتاز|تمام|cảm ơn|cám ơn|"
    "xin cảm ơn|cảm ơn bạn|cảm ơn rất nhiều|cảm ơn nhiều|đã nhận|đã hiểu|tuyệt vời|terima kasih|"
    "terimakasih|terima kasih banyak|makasih|sudah diterima|baik|siap|mantap|"
)

# Words that may stand beside a courtesy and change nothing.
EXTRAS = phrases(
    "so|very|much|very much|so much|a lot|lots|again|once again|once more|indeed|really|all|everyone|"
    "everybody|team|guys|folks|sir|madam|and|in advance|kindly|too|as well|ever so much|a ton|"
    "a million|to you|to you all|you all|you guys|dear team|support team|oh|ah|wow|yes|yeah|yep|"
    "all set|hi|sehr|vielmals|herzlich|ganz|schon mal|nochmals|nochmal|noch mal|noch einmal|und|"
    "im voraus|ihnen|euch|dir|allen|an alle|liebes team|ja|super|beaucoup|bien|encore|"
    "encore une fois|et|infiniment|à vous|à tous|à toute l'équipe|d'avance|par avance|vraiment|"
    "toute l'équipe|l'équipe|muchas|mucho|muchísimo|otra vez|de nuevo|de antemano|y|a todos|equipo|"
    "sí|mille|molte|tante|ancora|di nuovo|e|in anticipo|a tutti|sì|molto|wel|zeer|heel|veel|nogmaals|"
    "nog een keer|alvast|en|allemaal|team|ja|hoor|hartelijk|erg|muito|mesmo|mais uma vez|novamente|"
    "desde já|a todos|equipe|equipa|sim|de nada|bardzo|serdecznie|jeszcze raz|ślicznie|i|z góry|tak|"
    "wszystkim|så|mycket|så mycket|jätte|igen|än en gång|och|på förhand|alla|ja|meget|så meget|"
    "endnu en gang|og|på forhånd|alle sammen|alle|enda en gang|veldig|så mye|paljon|oikein|"
    "vielä kerran|taas|ja|etukäteen|kaikille|kovasti|moc|mockrát|velmi|ještě jednou|předem|a|všem|"
    "ano|pekne|veľmi|ešte raz|szépen|nagyon|még egyszer|és|előre is|igen|mult|foarte|încă o dată|și|"
    "anticipat|da|çok|tekrar|tekrardan|ve|şimdiden|herkese|evet|πολύ|και|πάλι|ξανά|εκ των προτέρων|"
    "большое|огромное|ещё раз|еще раз|и|вам|всем|тебе|заранее|очень|да|вас|дуже|ще раз|і|та|вам|усім|"
    "всім|заздалегідь|так|много|още веднъж|puno|lijepa|lepa|još jednom|vam|רבה|שוב|לכם|לך|جزيلا|"
    "جزيلاً|لك|لكم|مرة أخرى|nhiều|rất nhiều|bạn|banyak|ya|sekali|"
)

# What opens the thing one is thankful for; only the words below may follow it.
FOR = phrases(
    "for|for your|for the|for all|for all your|for all the|for being|für|für die|für den|für das|"
    "für ihre|für ihren|für deine|für eure|pour|pour votre|pour ta|pour cette|pour le|pour la|"
    "pour les|pour vos|de votre|por|por la|por el|por su|por tu|por tus|por todo|per|per la|per il|"
    "per il tuo|per la sua|per l'|per lo|voor|voor de|voor het|voor je|voor uw|voor jullie|pela|pelo|"
    "por sua|por tudo|za|za pomoc|za szybką|za szybką pomoc|za rychlou|za rýchlu|för|för din|för er|"
    "för att|för hjälpen|for hjælpen|for hjelpen|for din|for det|pentru|a|az|için|για|για τη|για την|"
    "за|за вашу|за ваш|на|за помощь|за допомогу|для|"
)
OBJECTS = phrases(
    "help|the help|your help|support|the support|assistance|reply|the reply|answer|response|feedback|"
    "update|the update|info|information|the information|your time|time|effort|efforts|work|hard work|"
    "service|great service|patience|attention|message|mail|email|confirmation|clarification|"
    "explanation|quick|fast|prompt|speedy|swift|kind|great|excellent|good|friendly|rapid|wonderful|"
    "amazing|helpful|everything|that|this|it|letting me know|letting us know|getting back|"
    "getting back to me|getting back to us|helping|helping me|helping us|helping out|fixing it|"
    "fixing this|fixing that|taking care of it|taking care of this|looking into it|looking into this|"
    "sorting it out|sorting this out|your|the|all|so|very|turnaround|hilfe|die hilfe|ihre hilfe|"
    "deine hilfe|unterstützung|antwort|rückmeldung|rückantwort|info|information|informationen|mühe|"
    "mühen|bemühungen|geduld|zeit|nachricht|mail|e-mail|bestätigung|erklärung|schnelle|schnellen|"
    "rasche|raschen|prompte|prompten|tolle|freundliche|super|gute|alles|die|den|das|ihre|deine|eure|"
    "auskunft|erledigung|bearbeitung|hinweis|tipp|aide|votre aide|ton aide|réponse|votre réponse|"
    "retour|votre retour|rapidité|réactivité|votre réactivité|patience|soutien|temps|information|"
    "informations|confirmation|explications|intervention|rapide|tout|ayuda|su ayuda|tu ayuda|"
    "respuesta|la respuesta|atención|tiempo|apoyo|información|rápida|pronta|todo|rapidez|"
    "confirmación|la|el|su|tu|aiuto|l'aiuto|il tuo aiuto|risposta|la risposta|supporto|disponibilità|"
    "la disponibilità|pazienza|tempo|informazione|informazioni|rapida|veloce|celere|tutto|conferma|"
    "assistenza|hulp|de hulp|je hulp|uw hulp|reactie|snelle|antwoord|informatie|moeite|geduld|tijd|"
    "uitleg|bevestiging|alles|alle|je|uw|de|het|goede|fijne|vlotte|ajuda|sua ajuda|resposta|atenção|"
    "apoio|suporte|tempo|rápida|informação|retorno|tudo|pronta|pomoc|odpowiedź|szybką|wsparcie|"
    "informację|informacje|wiadomość|wszystko|hjälpen|hjälp|svaret|svar|snabba|snabbt|informationen|"
    "supporten|hjälpa|tålamodet|din|allt|hjælpen|hjælp|hurtige|hurtigt|svar|svaret|hjelpen|hjelp|"
    "raske|rask|informasjonen|alt|avusta|avustasi|avustanne|nopeasta|vastauksesta|vastauksestasi|"
    "tiedosta|kaikesta|pomoc|odpověď|rychlou|rychlé|odpoveď|informaci|vyřízení|podporu|trpělivost|"
    "všechno|segítséget|gyors|választ|segítségét|ajutor|răspuns|promptitudine|yardımınız|yardım|"
    "yardımlarınız|hızlı|cevap|cevabınız|yanıtınız|destek|desteğiniz|bilgi|βοήθεια|τη βοήθεια|"
    "απάντηση|την απάντηση|άμεση|помощь|вашу помощь|ответ|быстрый|оперативность|поддержку|информацию|"
    "разъяснение|терпение|всё|все|допомогу|відповідь|швидку|підтримку|інформацію|помощта|отговора|"
    "бързия|pomoć|odgovor|brz|brzi|"
)

GREETINGS = phrases(
    "hi|hello|hey|dear|hi there|hello there|good morning|good afternoon|good evening|morning|"
    "greetings|hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|sehr geehrte|"
    "sehr geehrter|liebe|lieber|bonjour|bonsoir|salut|cher|chère|coucou|hola|buenos días|"
    "buenas tardes|buenas noches|buenas|estimado|estimada|estimados|querido|querida|ciao|buongiorno|"
    "buonasera|salve|gentile|caro|cara|hoi|beste|goedemorgen|goedemiddag|goedenavond|goedendag|dag|"
    "olá|oi|bom dia|boa tarde|boa noite|prezado|prezada|prezados|caros|cześć|dzień dobry|witam|witaj|"
    "hej|szanowny|szanowna|szanowni państwo|hejsan|tjena|god morgon|godmorgon|god morgen|kære|kjære|"
    "bäste|bästa|hei|moi|terve|hyvä|päivää|huomenta|dobrý den|ahoj|vážený|vážená|milý|milá|čau|"
    "zdravím|dobrý deň|szia|sziasztok|jó napot|kedves|tisztelt|bună ziua|bună|salut|stimate|merhaba|"
    "selam|günaydın|sayın|iyi günler|γεια|γεια σας|καλημέρα|καλησπέρα|здравствуйте|привет|"
    "добрый день|доброе утро|добрый вечер|уважаемый|уважаемая|приветствую|вітаю|добрий день|"
    "доброго дня|привіт|шановний|шановна|здравейте|здрасти|добър ден|pozdrav|dobar dan|zdravo|bok|"
    "živjo|pozdravljeni|שלום|היי|مرحبا|مرحباً|السلام عليكم|أهلا|xin chào|chào|halo|selamat pagi|"
    "selamat siang|yth|"
)

CLOSINGS = phrases(
    "regards|best regards|kind regards|warm regards|with kind regards|with best regards|best|"
    "best wishes|all the best|sincerely|yours sincerely|sincerely yours|yours|yours truly|cheers|kr|"
    "br|rgds|thanks|many thanks|thank you|thanks and regards|thanks and best regards|take care|"
    "have a nice day|mit freundlichen grüßen|mit freundlichen grüssen|freundliche grüße|"
    "freundliche grüsse|beste grüße|viele grüße|liebe grüße|herzliche grüße|schöne grüße|"
    "mit besten grüßen|mfg|lg|vg|gruß|gruss|grüße|mit freundlichem gruß|danke|vielen dank|"
    "cordialement|bien cordialement|bien à vous|salutations|meilleures salutations|"
    "sincères salutations|cdlt|cdt|bonne journée|merci|saludos|un saludo|saludos cordiales|"
    "atentamente|cordialmente|un cordial saludo|gracias|cordiali saluti|distinti saluti|saluti|"
    "un saluto|cordialmente|grazie|met vriendelijke groet|met vriendelijke groeten|"
    "vriendelijke groet|vriendelijke groeten|groet|groeten|groetjes|mvg|hartelijke groet|bedankt|"
    "atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|abraço|abraços|"
    "att|obrigado|obrigada|pozdrawiam|z poważaniem|serdecznie pozdrawiam|pozdrowienia|dziękuję|"
    "hälsningar|med vänliga hälsningar|vänliga hälsningar|mvh|vänligen|med vänlig hälsning|"
    "vänlig hälsning|tack|med venlig hilsen|venlig hilsen|hilsen|vh|med vennlig hilsen|"
    "vennlig hilsen|beste hilsen|tak|takk|ystävällisin terveisin|terveisin|t|terv|parhain terveisin|"
    "kiitos|s pozdravem|hezký den|pozdrav|zdravím|s přátelským pozdravem|děkuji|s pozdravom|"
    "üdvözlettel|üdv|tisztelettel|köszönettel|cu stimă|cu respect|toate cele bune|saygılarımla|"
    "saygılar|iyi çalışmalar|iyi günler|sevgiler|με εκτίμηση|φιλικά|с уважением|"
    "с наилучшими пожеланиями|всего доброго|з повагою|з найкращими побажаннями|всього найкращого|"
    "с уважение|поздрави|s poštovanjem|srdačan pozdrav|lijep pozdrav|lep pozdrav|lp|בברכה|تحياتي|"
    "مع التحية|مع أطيب التحيات|trân trọng|salam|hormat saya|terima kasih|"
)

TITLES = phrases(
    "mr|mrs|ms|dr|prof|herr|frau|herrn|monsieur|madame|m|mme|sr|sra|señor|señora|sig|dott|pan|pani|bay|hanım"
)
PARTICLES = phrases("von|van|de|der|den|di|da|del|dos|la|le|el|al|bin|zu|zum|y|e")
# Objects that stand in the case which says "for" by itself.
BARE_OBJECTS = phrases("avusta|avustasi|avustanne|nopeasta|vastauksesta|vastauksestasi|tiedosta")
