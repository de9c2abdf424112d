"""The first story of ``postdesk demo``: a printer, from the first mail to the closed ticket.  Only words."""

from daemon.cli.demo_script import Step, Story, Way
from storage.vocabulary import TicketState

SUPPORT = "support@desk.test"
CARA = "cara@customer.test"
ANN = "ann@corp.test"
BOB = "bob@corp.test"
NAMES = {CARA: "Cara Customer", ANN: "Ann Agent", BOB: "Bob Beta", SUPPORT: "IT Support"}

CONFIGURATION = """\
[desk]
name = "IT Support"
address = "support@desk.test"

[[team]]
name = "service-desk"
addresses = ["support@desk.test"]
members = ["ann@corp.test", "bob@corp.test"]

[[agent]]
address = "ann@corp.test"
name = "Ann Agent"

[[agent]]
address = "bob@corp.test"
name = "Bob Beta"
"""


STEPS = (
    Step(
        narration="Cara has a problem. She writes to the desk as she would write to a colleague.",
        author=CARA,
        way=Way.NEW,
        subject="The printer on floor 3 is dead",
        text="Hello,\n\nthe printer says PC LOAD LETTER and does nothing more.\n\nCara",
        expected=((CARA, "[#1]"), (ANN, "PC LOAD LETTER"), (BOB, "PC LOAD LETTER")),
        state=TicketState.NEW,
    ),
    Step(
        narration="Ann answers from her own mail client, by replying. The ticket is hers now.",
        author=ANN,
        text="Hello Cara,\n\nit wants paper of another size. Please put letter paper into tray 2.",
        expected=((CARA, "letter paper into tray 2"),),
        state=TicketState.OPEN,
    ),
    Step(
        narration="Bob knows more. He replies to the address for notes, so that Cara never sees it.",
        author=BOB,
        way=Way.NOTE,
        text="Third time this month. Somebody changes the format in the driver.",
        expected=((ANN, "Third time this month"),),
        state=TicketState.OPEN,
    ),
    Step(
        narration="Cara replies. Her words go to Ann, without all that her client quoted.",
        author=CARA,
        text="That helped, it prints again. Thank you!",
        expected=((ANN, "it prints again"),),
        state=TicketState.OPEN,
    ),
    Step(
        narration="Ann resolves the ticket with one word.",
        author=ANN,
        text="#resolve",
        expected=((CARA, "solved"), (ANN, "#resolve")),
        state=TicketState.RESOLVED,
    ),
    Step(
        narration="It was not over. Cara just replies, and the ticket is open again.",
        author=CARA,
        text="I am sorry, now it says PC LOAD A4.",
        expected=((ANN, "PC LOAD A4"),),
        state=TicketState.OPEN,
    ),
    Step(
        narration="Ann has been there and closes the ticket.",
        author=ANN,
        text="#close",
        expected=((CARA, "closed"), (ANN, "#close")),
        state=TicketState.CLOSED,
    ),
)

PRINTER = Story("A printer that prints no more", SUPPORT, NAMES, CONFIGURATION, STEPS)
