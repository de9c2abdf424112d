"""What requesters say in a few words, in six languages: the table behind ``desk.requester_words``.

Phrases are written as they are compared: lower case, without accents, apostrophes and ``please``, and
``ae oe ue`` as ``a o u``.  ``a|b`` is a choice, ``(a|b)`` the same inside of a phrase, ``[a ]`` may be left
out, ``<it>`` is what the language calls a ticket.  What is ``asked`` may end in a question mark, what is
``told`` may not: who asks "solved?" has not said so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """What a requester can say in a few words; YES and NO answer the question whether it is solved."""

    CLOSE = "close"
    REOPEN = "reopen"
    STATUS = "status"
    URGENT = "urgent"
    REQUEST = "request"
    INCIDENT = "incident"
    HELP = "help"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one word in one language."""

    told: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one language speaks.

    ``it`` is what a ticket is called, ``please`` what may stand anywhere, ``polite`` what may stand around
    a phrase, ``greetings`` begin a first line, ``closings`` end a letter, ``never`` begins no name.
    """

    it: str
    please: str
    polite: str
    greetings: str
    closings: str
    never: str
    words: Mapping[Word, Phrases]


ENGLISH = Tongue(
    it=("it|this|that|[the |this |that |my ](ticket|case|call|issue)|(the|this|that|my) (request|incident)"),
    please="please|kindly|pls|plz",
    polite=(
        "thanks|thank you|many thanks|thanks a lot|thank you very much|thank you so much|cheers|hi|hello"
        "|hey|hi all|hello all|dear all|hi there|hello there|hi team|hello team|dear team|good morning"
        "|good afternoon|good evening|ok|okay|great|perfect|sorry|well|regards|kind regards|best regards"
        "|in advance|so"
    ),
    greetings="hi|hello|hey|dear|good morning|good afternoon",
    closings=(
        "thanks|thank you|many thanks|cheers|regards|kind regards|best regards|best wishes|best|yours"
        "|sincerely|yours sincerely|thanks a lot|thanks and regards"
    ),
    never="not|no|dont|but|wait|still|never|and",
    words={
        Word.CLOSE: Phrases(
            told=(
                "[go ahead and |you (can|may) [now ]|feel free to |lets |i (want|would like|wish) to "
                "|id like to |(i would|id) like you to ]close[ <it>][ now| down]|<it> (can|may"
                "|should) [now ]be closed|(can|may) be closed|[<it> |its |all ][is |has been "
                "|was ](solved|resolved|fixed|sorted)[ now| already]|[the |my ]problem[s][ is| has been"
                "| was] (solved|resolved|fixed|gone)[ now]|problem solved|it works[ again| now"
                "| fine][ again| now]|[everything|all] works[ again| now][ again| now]|its working[ again"
                "| now][ again| now]|<it> is no longer needed|no longer needed|never mind|nevermind"
                "|i no longer need (it|this)|i do(nt| not) need (it|this) any ?more|[i ](cancel"
                "|withdraw)[ <it>]|i (want|would like|wish) to (cancel|withdraw)[ <it>]"
            ),
            asked=(
                "(can|could|would|will) you close[ <it>][ now| down]|(can|could|may"
                "|should) <it> be closed[ now]|(can|could|may|shall) we close[ <it>][ now]"
                "|would you mind closing <it>"
            ),
        ),
        Word.REOPEN: Phrases(
            told=(
                "[i (want|would like|need) to |id like to |you (must|should) |(i would"
                "|id) like you to ]reopen[ <it>][ again]|open <it> again|<it> (must|should|needs to"
                "|has to) be (reopened|opened again)"
            ),
            asked=(
                "(can|could|would|will) you (reopen[ <it>]|open <it> again)|(can|could) <it> be reopened"
                "|(can|could|may) (i|we) reopen <it>"
            ),
        ),
        Word.STATUS: Phrases(
            told="status report|update me|keep me posted on <it>",
            asked=(
                "[the |whats the |what is the |any |current |ticket ]status[ update| report][ of <it>"
                "| on <it>]|[is there |do you have |are there ]any (news|updates|update"
                "|progress)[ on <it>| about <it>| yet]|how (is it|is <it>) (going|coming along)"
                "|how does <it> stand|where (do|are) we[ stand][ on <it>| with <it>]|whats (happening"
                "|going on) with <it>|what is (happening|going on) with <it>|(can|could) you (give"
                "|send) me (an update|a status update|a status|the status)[ on <it>| of <it>]|[an "
                "|status ]update"
            ),
        ),
        Word.URGENT: Phrases(
            told=(
                "[its |it is |this is |<it> is |thats ][now |very |really |quite |extremely |getting "
                "|becoming |rather ]urgent[ now]|urgently|asap|[its |it is |this is ](high|top) priority"
                "|<it> (cannot|cant) wait[ any longer]|hurry[ up]|escalate[ <it>]|(make|mark) <it> urgent"
                "|mark <it> as urgent|i need this urgently|(it|this) has become[ very] urgent"
                "|its an emergency"
            ),
            asked=(
                "(can|could|would) you (escalate <it>|hurry[ up]|make <it> urgent|mark <it> as urgent"
                "|treat <it> as urgent|speed <it> up)|(can|could) <it> be (escalated|treated as urgent)"
            ),
        ),
        Word.REQUEST: Phrases(
            told=(
                "[its |it is |this is |thats ][a |only a |just a |not an incident but a "
                "|actually a ][service ]request|make <it> a [service ]request"
            ),
        ),
        Word.INCIDENT: Phrases(
            told=(
                "[its |it is |this is |thats ][an |not a request but an |actually an ]incident"
                "|make <it> an incident|(its|it is|this is) a (fault|malfunction)"
            ),
        ),
        Word.HELP: Phrases(
            told="show[ me] [the |all |your ]commands|[list ]commands|list of commands",
            asked=(
                "help|what can i (do|say|write|reply|answer)[ here]|(which|what) (words"
                "|commands) (are there|can i (use|write)|do you (know|understand))|how does (this"
                "|it) work|how do i use (this|it)"
            ),
        ),
        Word.YES: Phrases(
            told=(
                "yes|yep|yeah|yup|y|yes (it is|it does|it works|it has|thats it)[ now| again]"
                "|[yes ]all good|yes works|yes [<it> |its |it is |that ][is |was |has been ](solved"
                "|resolved|fixed|done|sorted|ok|fine)[ now]|[i ]confirm[ed]"
                "|[i can ]confirm[ that <it> is solved]|yes <it> can be closed|yes [you can ]close <it>"
                "|yes problem solved|yes thats solved|yes that (helped|worked|solved it)"
            ),
        ),
        Word.NO: Phrases(
            told=(
                "no|nope|n|no (it is not|its not|it isnt|it does not|it doesnt|it hasnt|not yet"
                "|not really)|[no |sadly |unfortunately ][it is |its |<it> is |it isnt ]not [yet ](solved"
                "|resolved|fixed|working|done|yet)[ yet]|[no |sadly |unfortunately ][it ][is ]still (not"
                "|isnt) (working|solved|resolved|fixed)|[no |sadly |unfortunately ]it isnt (solved"
                "|resolved|fixed|working)|[no ][it is |its ]still broken|[no |sadly "
                "|unfortunately ][it ][still ]does(nt| not) work[ yet| again]|(sadly|unfortunately) not"
                "|[no ][the |my ](problem|issue|error) (persists|is still there|remains|is back"
                "|is not solved)|[no ]same problem|[no ]still the same[ problem]|[no ]it did(nt"
                "| not) (help|work)"
            ),
        ),
    },
)

GERMAN = Tongue(
    it=(
        "es|das|dies|[das |dieses |mein ]ticket|(der|den|diesen|dieser|mein|meinen) (fall|vorgang"
        "|auftrag)|(die|diese|meine) (anfrage|meldung|storung|sache)"
    ),
    please="bitte|bitteschon|mal|doch|gerne|gern",
    polite=(
        "danke|vielen dank|danke schon|dankeschon|besten dank|herzlichen dank|danke sehr|danke vielmals"
        "|tausend dank|hallo|hi|guten tag|guten morgen|guten abend|moin|servus|hallo zusammen|liebes team"
        "|hallo team|ok|okay|super|prima|alles klar|gut|vielen lieben dank|danke im voraus"
        "|vielen dank im voraus|gruss|grusse|viele grusse|mit freundlichen grussen|mfg|lg|vg|sorry"
        "|entschuldigung|also"
    ),
    greetings=(
        "hallo|hi|guten tag|guten morgen|guten abend|moin|sehr geehrte|sehr geehrter|liebe|lieber|liebes"
    ),
    closings=(
        "danke|vielen dank|besten dank|gruss|grusse|viele grusse|liebe grusse|beste grusse|schone grusse"
        "|mit freundlichen grussen|mit freundlichem gruss|freundliche grusse|mfg|lg|vg|herzliche grusse"
        "|danke und gruss"
    ),
    never="nicht|nein|kein|noch|aber|warten|doch|und|bitte",
    words={
        Word.CLOSE: Phrases(
            told=(
                "(schliess|schliesse|schliesst|schliessen sie|schliessen wir)[ jetzt][ <it>]"
                "|[<it> ][jetzt ](schliessen|zumachen|beenden)|macht <it> zu|machen sie <it> zu"
                "|mach <it> zu|(du kannst|ihr konnt|sie konnen|wir konnen|ich mochte|konnt ihr"
                "|kannst du) <it>[ jetzt| nun] (schliessen|zumachen|beenden)|[<it> ]kann[ jetzt"
                "| nun] (geschlossen|beendet) werden|<it> kann zu|[<it> |problem |das problem |alles "
                "|meine frage |fehler |der fehler ][ist |hat sich |wurde |ist jetzt |ist inzwischen "
                "|hat sich inzwischen |hat sich schon ](gelost|erledigt|behoben|geklart)|[es |alles "
                "|jetzt ](funktioniert|geht|lauft|klappt)[ wieder| jetzt| jetzt wieder| nun wieder"
                "| alles]|(brauche ich|ich brauche es|ich brauche das) nicht mehr"
                "|wird nicht mehr (gebraucht|benotigt)|<it> wird nicht mehr (gebraucht|benotigt)"
                "|(hat sich|es hat sich) [schon ]erledigt|[<it> ]stornieren|storno|(storniere|storniert"
                "|stornieren sie) <it>|[<it> ](zuruckziehen|zuruckgezogen)|ich ziehe <it> zuruck"
            ),
            asked=(
                "(kannst du|konnt ihr|konnen sie|konntest du|konntet ihr|konnten sie|wurdest du"
                "|wurden sie|konnen wir) <it>[ jetzt| nun] (schliessen|zumachen|beenden)|(kann|konnte"
                "|darf) <it>[ jetzt] (geschlossen|beendet) werden"
            ),
        ),
        Word.REOPEN: Phrases(
            told=(
                "[<it> ]wieder (offnen|aufmachen|eroffnen)|(offne|offnet|offnen sie) <it> (wieder|erneut"
                "|noch einmal|nochmal)|[<it> ]erneut offnen|<it> muss wieder (geoffnet|aufgemacht) werden"
                "|ich mochte <it> wieder offnen|wiedereroffnen|<it> wiedereroffnen"
            ),
            asked=(
                "(kannst du|konnt ihr|konnen sie|konntest du|konntet ihr|konnten sie"
                "|konnen wir) <it> (wieder|erneut|nochmal) (offnen|aufmachen)|(kann"
                "|konnte) <it> wieder geoffnet werden"
            ),
        ),
        Word.STATUS: Phrases(
            told="statusbericht|haltet mich auf dem laufenden",
            asked=(
                "status|stand|[wie ist |was ist ]der (aktuelle |derzeitige )?(stand|status)[ der dinge]"
                "|aktueller (stand|status)|sachstand|wie ist der (sachstand|stand|status)|wie (steht"
                "|sieht) es[ aus| damit aus| mit <it> aus| mit meinem ticket aus| um mein ticket]"
                "|wie weit (seid ihr|sind sie|ist <it>|bist du)|gibt es [schon |etwas ]neuigkeiten"
                "|gibt es [schon ](was|etwas) neues|gibts [schon ](was|etwas) neues|schon (was"
                "|etwas) neues|status meines tickets|was ist der stand der dinge|update|was ist mit <it>"
                "|wie geht es voran"
            ),
        ),
        Word.URGENT: Phrases(
            told=(
                "[es ist |das ist |ist |<it> ist ][sehr |wirklich |jetzt |inzwischen |extrem |ausserst "
                "|besonders ](dringend|eilig)[ geworden]|[es |das |sehr ]eilt|es eilt sehr|dringlich"
                "|es drangt|hohe prioritat|notfall|ein notfall|das ist ein notfall|so schnell wie moglich"
                "|schnellstmoglich|<it> eskalieren|eskalieren|<it> kann nicht warten|beeilt euch"
                "|beeilen sie sich|eilt"
            ),
            asked=(
                "(kannst du|konnt ihr|konnen sie|konnten sie|konntet ihr) (<it> eskalieren|euch beeilen"
                "|sich beeilen|<it> als dringend behandeln)"
            ),
        ),
        Word.REQUEST: Phrases(
            told=(
                "[es ist |das ist |das war ][eine |nur eine |keine storung sondern eine ](anfrage"
                "|serviceanfrage|service anfrage|anforderung|bestellung)|[es ist |das ist ][ein |nur ein "
                "|kein vorfall sondern ein ]wunsch"
            ),
        ),
        Word.INCIDENT: Phrases(
            told=(
                "[es ist |das ist ][eine |keine anfrage sondern eine ]storung|[es ist "
                "|das ist ][ein ](vorfall|storfall|ausfall|defekt|incident)"
            ),
        ),
        Word.HELP: Phrases(
            told="(zeige|zeig mir|zeigen sie mir) (die |alle )?(befehle|kommandos)|befehle|kommandos",
            asked=(
                "hilfe|was kann ich (tun|machen|schreiben|antworten|sagen)|welche (befehle|worter"
                "|kommandos) (gibt es|kann ich (schreiben|benutzen|verwenden)|kennt ihr|verstehst du)"
                "|wie (geht|funktioniert) das[ hier]"
            ),
        ),
        Word.YES: Phrases(
            told=(
                "ja|jawohl|jep|jo|jup|j|ja [<it> |problem |alles |das problem |es ][ist |hat sich |wurde "
                "|ist jetzt ](gelost|erledigt|behoben|gut|ok|geklart|so)|ja (es |das "
                "|alles )?(funktioniert|geht|lauft|klappt|passt)[ wieder| jetzt| jetzt wieder]"
                "|[ja ]alles (ok|gut|bestens|erledigt)|bestatigt|ich bestatige|ja (kann|kannst du"
                "|konnt ihr|konnen sie|bitte)[ <it>] (schliessen|geschlossen werden)|ja hat geklappt"
                "|ja das hat geholfen|ja passt"
            ),
        ),
        Word.NO: Phrases(
            told=(
                "nein|ne|nee|no|[nein |leider ]noch nicht[ gelost| behoben| erledigt]|leider nicht"
                "|leider nein|nein leider nicht|nein (ist es|das ist es|ist es leider) nicht|[nein "
                "|leider |nein leider ][es |das |das problem |problem ][ist |wurde ][leider |immer |noch "
                "|immer noch ]nicht[ noch nicht] (gelost|behoben|erledigt)|[nein |leider "
                "|nein leider ][es |das ](funktioniert|geht|klappt|lauft) (leider |immer noch |noch "
                "|noch immer )?nicht|(geht|funktioniert) (leider |immer noch |noch )?nicht"
                "|[nein ]immer noch (kaputt|defekt|das gleiche problem|nicht)|[nein ][das |der ](problem"
                "|fehler) (besteht|tritt) (weiter|weiterhin|immer noch|noch|wieder)[ auf]|[nein ](besteht"
                "|tritt) (weiterhin|immer noch)[ auf]|nein das hat nicht geholfen"
            ),
        ),
    },
)
