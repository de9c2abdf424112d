"""What requesters say in a few words, in French and Dutch (``desk.requester_phrases``)."""

from daemon.desk.requester_phrases import Phrases, Tongue, Word

FRENCH = Tongue(
    it=(
        "le|ca|cela|ceci|[le |ce |mon |du |de ce |de mon ](ticket|dossier|cas)|(la|cette|ma) demande"
        "|lincident|cet incident|laffaire"
    ),
    please=(
        "svp|stp|s il vous plait|s il te plait|sil vous plait|sil te plait|veuillez|merci de|priere de|donc"
    ),
    polite=(
        "merci|merci beaucoup|merci bien|un grand merci|mille mercis|merci davance|merci par avance"
        "|bonjour|bonsoir|salut|bonjour a tous|chere equipe|bonjour madame|bonjour monsieur|ok|daccord"
        "|super|parfait|tres bien|cordialement|bien cordialement|bonne journee|bonne soiree|desole"
        "|desolee|pardon|alors"
    ),
    greetings="bonjour|bonsoir|salut|cher|chere|chers",
    closings=(
        "merci|merci beaucoup|merci davance|cordialement|bien cordialement|bien a vous"
        "|sinceres salutations|salutations|meilleures salutations|a bientot|bonne journee"
        "|respectueusement"
    ),
    never="non|pas|mais|ne|attendez|toujours|encore|et",
    words={
        Word.CLOSE: Phrases(
            told=(
                "[vous pouvez |tu peux |on peut |je (voudrais|souhaite|veux) |jaimerais |il faut ](fermer"
                "|cloturer|clore|clos)[ <it>][ maintenant]|(fermez|cloturez|ferme"
                "|cloture)[ <it>][ maintenant]|(vous pouvez|tu peux|on peut) le (fermer|cloturer|clore)"
                "|<it> peut etre (ferme|fermee|cloture|cloturee|clos)|cest (bon[ maintenant]|resolu|regle"
                "|repare|fini|termine|arrange)[ maintenant]|[mon |le |ce |tout est ](probleme "
                "|incident )?[est |a ete ](resolu|regle|resolue|repare)[ maintenant]|tout (fonctionne"
                "|marche|est regle|est resolu)[ maintenant| a nouveau]|(ca|cela) (marche|fonctionne"
                "|remarche|refonctionne)[ maintenant| a nouveau| de nouveau]|je nen ai plus besoin"
                "|plus besoin|(annulez|annuler|annule|jannule|je retire)[ <it>]|ce nest plus necessaire"
                "|plus necessaire"
            ),
            asked=(
                "(pouvez vous|peux tu|pourriez vous|pourrais tu|pouvons nous|peut on"
                "|est ce que vous pouvez) (le )?(fermer|cloturer|clore)[ <it>]|<it> peut (il"
                "|elle) etre (ferme|fermee|cloture)"
            ),
        ),
        Word.REOPEN: Phrases(
            told=(
                "[il faut |vous pouvez |je (voudrais|souhaite|veux) |jaimerais ](rouvrir|reouvrir)[ <it>]"
                "|(rouvrez|reouvrez|rouvre)[ <it>]|<it> doit etre (rouvert|rouverte|reouvert)"
                "|ouvrir <it> a nouveau|reouverture[ du ticket]"
            ),
            asked=(
                "(pouvez vous|peux tu|pourriez vous|pourrais tu|peut on) (le )?(rouvrir|reouvrir)[ <it>]"
                "|<it> peut (il|elle) etre (rouvert|rouverte)"
            ),
        ),
        Word.STATUS: Phrases(
            told="tenez moi au courant|tenez moi informe|tenez moi informee",
            asked=(
                "statut|etat|status|[quel est |connaitre ]le statut[ du ticket| de ma demande"
                "| de mon ticket| du dossier]|quel est [le |l]etat[ du ticket| de ma demande"
                "| davancement]|ou en (est|sont|etes vous|est on|sommes nous)[ <it>|ma demande]"
                "|ou en est (mon ticket|le ticket|ma demande|mon dossier|cette demande)|[avez vous "
                "|as tu |y a t il |il y a ]du nouveau|[avez vous |as tu |y a t il ]des nouvelles"
                "|des nouvelles|du nouveau|quoi de neuf|une mise a jour|[l]etat davancement"
                "|statut du ticket|statut de ma demande|etat de ma demande|avancement"
            ),
        ),
        Word.URGENT: Phrases(
            told=(
                "[cest |<it> est |il est |cest devenu ][tres |vraiment |extremement |plutot |maintenant "
                "|assez |super ]urgent[e][ maintenant]|urgence|cest une urgence|[cest ]prioritaire"
                "|en urgence|au plus vite|des que possible|le plus vite possible|(ca|cela) ne peut (pas "
                "|plus )?attendre|depechez vous|(escaladez|escalader|accelerez|accelerer) <it>"
                "|haute priorite|priorite haute"
            ),
            asked=(
                "(pouvez vous|pourriez vous|peux tu) (vous depecher|accelerer|escalader <it>"
                "|traiter <it> en urgence|le traiter en urgence)"
            ),
        ),
        Word.REQUEST: Phrases(
            told=(
                "[cest |ceci est |il sagit d|il sagit dune |ce nest pas un incident mais ][une "
                "|une simple ]demande[ de service]|demande de service"
            ),
        ),
        Word.INCIDENT: Phrases(
            told=(
                "[cest |ceci est |il sagit dun |il sagit dune |ce nest pas une demande mais ][un "
                "|une ](incident|panne|dysfonctionnement)"
            ),
        ),
        Word.HELP: Phrases(
            told="(montrez moi|affichez) les commandes|commandes|liste des commandes",
            asked=(
                "aide|a laide|que puis je (faire|ecrire|dire|repondre)|quest ce que je peux (faire|ecrire"
                "|dire)|quelles commandes[ puis je utiliser| y a t il| existent]"
                "|quelles sont les commandes|quels mots (puis je (ecrire|utiliser)|connaissez vous)"
                "|comment (ca|cela) (marche|fonctionne)"
            ),
        ),
        Word.YES: Phrases(
            told=(
                "oui|ouais|o|oui (cest|tout est|le probleme est|ca y est cest|tout) (bon|resolu|regle|ok"
                "|fini|repare)|oui (ca|cela|tout) (marche|fonctionne|va)[ maintenant| a nouveau]"
                "|oui [vous pouvez |tu peux ](le )?(fermer|cloturer)[ <it>]|je confirme"
                "|[oui ]tout est (bon|ok|en ordre)|confirme|oui resolu|oui regle|oui probleme resolu"
                "|oui ca ma aide|oui en effet|oui tout a fait"
            ),
        ),
        Word.NO: Phrases(
            told=(
                "non|no|non (pas encore|toujours pas|ce nest pas (resolu|regle|bon)|malheureusement|hélas"
                "|helas)|pas encore[ resolu| regle]|toujours pas[ resolu| regle]|malheureusement (non|pas"
                "|pas encore)|[non |malheureusement ][ce |cela |ca ]nest (pas|toujours pas"
                "|pas encore) (resolu|regle|repare|bon)|[non |malheureusement ][ca |cela ][ne ](marche"
                "|fonctionne) (toujours )?pas[ encore]|[non ]le probleme (persiste|est toujours la"
                "|nest pas resolu|demeure|continue|est revenu)|[non ]toujours (en panne|le meme probleme"
                "|casse)|pas resolu|pas regle|non resolu|[non ](ca|cela) ne ma pas aide"
                "|[non ]meme probleme"
            ),
        ),
    },
)

DUTCH = Tongue(
    it=(
        "het|dit|dat|[het |dit |mijn |de ](ticket|melding|zaak|aanvraag)|(deze|mijn) (melding|zaak"
        "|aanvraag|storing|vraag)"
    ),
    please="alstublieft|alsjeblieft|aub|ajb|graag|even|svp",
    polite=(
        "bedankt|dank u|dank je|dank u wel|dank je wel|dankjewel|hartelijk dank|hartelijk bedankt"
        "|heel erg bedankt|alvast bedankt|bij voorbaat dank|met dank|hallo|hoi|goedemorgen|goedemiddag"
        "|goedendag|goedenavond|beste|beste allemaal|beste team|ok|oke|prima|mooi|top|perfect|groet"
        "|groeten|met vriendelijke groet|vriendelijke groeten|mvg|sorry|dus|nou"
    ),
    greetings="hallo|hoi|goedemorgen|goedemiddag|goedendag|beste|geachte|dag|lieve",
    closings=(
        "bedankt|dank u|dank je|groet|groeten|met vriendelijke groet|met vriendelijke groeten"
        "|vriendelijke groet|vriendelijke groeten|mvg|hartelijk dank|hartelijke groet|alvast bedankt"
        "|hoogachtend"
    ),
    never="niet|nee|geen|maar|wacht|nog|en",
    words={
        Word.CLOSE: Phrases(
            told=(
                "(sluit|sluiten)[ <it>][ nu| maar][ af]|[<it> ](sluiten|afsluiten)|sluit <it> af"
                "|<it> afsluiten|(je|jullie|u|we|ik) (kunt|kan|kunnen|mag|mogen|wil)[ <it>][ nu"
                "| maar] (sluiten|afsluiten)|<it> (kan|mag)[ nu] (gesloten worden|worden gesloten|dicht"
                "|afgesloten worden)|(kan|mag) (gesloten worden|dicht)|[<it> |het |probleem "
                "|het probleem |alles ][is |is nu |is al |is inmiddels |werd ](opgelost|verholpen|gefixt"
                "|klaar|afgehandeld)|[het |alles |nu ](werkt|doet)[ het][ weer| nu| nu weer| weer prima]"
                "|(is )?niet meer nodig|[<it> ]is niet meer nodig|ik heb het niet meer nodig|[ik ](annuleer"
                "|annuleren)[ <it>]|[<it> ](annuleren|intrekken)|ik trek <it> in|laat maar"
            ),
            asked=(
                "(kun je|kunt u|kunnen jullie|kan je|zou je|zou u|zouden jullie|kunnen we|wil je|wilt u"
                "|willen jullie)[ <it>][ nu] (kunnen |willen )?(sluiten|afsluiten)|(kan"
                "|mag) <it>[ nu] (gesloten worden|worden gesloten|dicht)"
            ),
        ),
        Word.REOPEN: Phrases(
            told=(
                "heropen[ <it>]|[<it> ]heropenen|open <it> (opnieuw|weer)|<it> (opnieuw|weer) (openen"
                "|openzetten)|<it> moet (weer|opnieuw) (open|geopend worden)|<it> moet heropend worden"
                "|ik wil <it> heropenen"
            ),
            asked=(
                "(kun je|kunt u|kunnen jullie|kan je|zou je|zou u|zouden jullie|wil je"
                "|wilt u)[ <it>] (heropenen|weer openen|opnieuw openen)|kan <it> heropend worden"
            ),
        ),
        Word.STATUS: Phrases(
            told="hou me op de hoogte|houd mij op de hoogte|houd me op de hoogte",
            asked=(
                "status|stand van zaken|[wat is |hoe is ](de )?(huidige )?(status"
                "|stand van zaken)[ van <it>| van mijn ticket| van mijn melding]|hoe (staat|gaat"
                "|loopt) het[ ermee| met <it>| met mijn ticket| met mijn melding]|is er (al )?(nieuws"
                "|iets nieuws|een update|al nieuws)[ over <it>]|al (nieuws|iets bekend)"
                "|hoe ver (zijn jullie|bent u|ben je|is het)|update|[hebben jullie |heeft u ](al )?nieuws"
                "|status van (mijn ticket|mijn melding|het ticket)|wat is de voortgang|voortgang"
                "|hoe staat het ervoor"
            ),
        ),
        Word.URGENT: Phrases(
            told=(
                "[het is |dit is |<it> is |is ][erg |zeer |heel |echt |nogal |inmiddels |nu "
                "|steeds ](dringend|urgent|spoed|spoedeisend)[ geworden]|met spoed|het is spoed"
                "|dit is spoed|spoedgeval|een spoedgeval|zo snel mogelijk|zsm|asap|haast|er is haast bij"
                "|hoge prioriteit|<it> kan niet wachten|(escaleer|escaleren) <it>|escaleren|schiet op"
            ),
            asked=(
                "(kun je|kunt u|kunnen jullie) (opschieten|<it> escaleren|haast maken|er haast mee maken"
                "|<it> met spoed behandelen)"
            ),
        ),
        Word.REQUEST: Phrases(
            told=(
                "[het is |dit is |het gaat om |geen storing maar ][een |slechts een ](verzoek|aanvraag"
                "|serviceverzoek|serviceaanvraag|request)"
            ),
        ),
        Word.INCIDENT: Phrases(
            told="[het is |dit is |het gaat om |geen aanvraag maar ][een ](storing|incident|defect)",
        ),
        Word.HELP: Phrases(
            told=(
                "(toon|laat)[ me] (de )?(commandos|opdrachten)[ zien]|commandos|opdrachten"
                "|lijst van opdrachten"
            ),
            asked=(
                "hulp|help|wat kan ik (doen|schrijven|zeggen|antwoorden)|welke (commandos|opdrachten"
                "|woorden) (zijn er|kan ik (gebruiken|schrijven)|ken je|kennen jullie)|hoe werkt (dit|het"
                "|dat)"
            ),
        ),
        Word.YES: Phrases(
            told=(
                "ja|jazeker|jawel|jep|ja [het |<it> |het probleem |alles |dat ][is |is nu ](opgelost"
                "|verholpen|goed|ok|oke|klaar|in orde|gelukt|zo)|ja [het |alles |nu ](werkt"
                "|doet)[ het][ weer| nu| nu weer| prima]|ja [<it> |het ](kan|mag)[ gesloten worden"
                "| worden gesloten| dicht]|ik bevestig[ het]|bevestigd|[ja ]alles (goed|ok|in orde|werkt"
                "|opgelost)|ja hoor|ja klopt|ja dat (hielp|heeft geholpen)|ja probleem opgelost"
            ),
        ),
        Word.NO: Phrases(
            told=(
                "nee|nee hoor|neen|no|[nee ]helaas niet|nee helaas|[nee |helaas "
                "|nee helaas ]nog niet[ opgelost| verholpen]|[nee |helaas |nee helaas ][het |<it> "
                "|het probleem |dat ][is |werd ](nog |nog steeds |helaas |nog altijd )?niet (opgelost"
                "|verholpen|gelukt)|[nee |helaas |nee helaas ][het |dat |dit ](werkt|doet het|lukt) (nog "
                "|nog steeds |nog altijd |helaas )?niet|[nee ]nog steeds (kapot|stuk|hetzelfde[ probleem]"
                "|niet)|[nee ]het probleem (blijft|bestaat nog|is er nog|is terug|houdt aan"
                "|is niet opgelost)|[nee ]hetzelfde probleem|niet opgelost|[nee ]dat (hielp"
                "|heeft) niet[ geholpen]"
            ),
        ),
    },
)
