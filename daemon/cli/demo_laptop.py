"""The second story of ``postdesk demo``: a laptop, from the wish to the last word about it.  Only words."""

from datetime import timedelta

from daemon.cli.demo_script import Pause, Step, Story, Way
from storage.vocabulary import TicketState

SERVICE = "service@corp.test"
RITA = "rita@corp.test"
MONA = "mona@corp.test"
DIRK = "dirk@corp.test"
GRETA = "greta@corp.test"
IDA = "ida@corp.test"
FELIX = "felix@corp.test"
FIONA = "fiona@corp.test"
VENDOR = "orders@computers.test"
LEA = "lea@corp.test"
NAMES = {
    RITA: "Rita Requester",
    MONA: "Mona Manager",
    DIRK: "Dirk Deputy",
    GRETA: "Greta Budget",
    IDA: "Ida Desk",
    FELIX: "Felix Facilities",
    FIONA: "Fiona Finance",
    LEA: "Lea Lead",
    VENDOR: "Vera Vendor",
    SERVICE: "Service",
}

CONFIGURATION = """\
[desk]
name = "Service"
address = "service@corp.test"
timezone = "Europe/Berlin"
# A resolved ticket is closed after a day without an answer.
reopen_days = 1

[catalogue]
folder = "catalogue"

[directory]
csv = "people.csv"

[survey]
enabled = true
delay = "2h"
cooldown_days = 1

[waiting]
calendar = "office"

[[calendar]]
name = "office"
timezone = "Europe/Berlin"
hours = ["mon-fri 09:00-17:00"]

[[team]]
name = "service-desk"
addresses = ["service@corp.test"]
members = ["ida@corp.test"]
lead = "lea@corp.test"

[[team]]
name = "facilities"
addresses = ["facilities@corp.test"]
members = ["felix@corp.test"]

[[team]]
name = "finance"
addresses = ["finance@corp.test"]
members = ["fiona@corp.test"]

[[agent]]
address = "ida@corp.test"
name = "Ida Desk"

[[agent]]
address = "felix@corp.test"
name = "Felix Facilities"

[[agent]]
address = "fiona@corp.test"
name = "Fiona Finance"

[[agent]]
address = "lea@corp.test"
name = "Lea Lead"
"""
PEOPLE = """\
address,name,manager,department,deputies
rita@corp.test,Rita Requester,mona@corp.test,Sales,
mona@corp.test,Mona Manager,greta@corp.test,Sales,dirk@corp.test
dirk@corp.test,Dirk Deputy,greta@corp.test,Sales,
greta@corp.test,Greta Budget,,Finance,
"""
LAPTOP = """\
[[item]]
id = "laptop"
title = "New laptop"
group = "Computers"
kind = "order"
description = "A laptop, set up and ready to work, with bag and power supply."
words = ["laptop", "notebook"]
team = "service-desk"
cost = 1250.00
promised = "3 days"

[[item.question]]
id = "model"
label = "Which model?"
type = "choice"
choices = ["Light 13", "Standard 14", "Strong 16"]

[[item.question]]
id = "start"
label = "When do you need it?"
type = "date"

[[item.question]]
id = "reason"
label = "What do you need the strong one for?"
when = "model is Strong 16"

[[item.approval]]
by = "manager"
within = "4 days"

[[item.approval]]
by = "budget-owner"
over = 500.00
within = "4 days"

[[item.task]]
id = "order"
title = "Deliver the laptop"
to = "orders@computers.test"
shows = ["model"]
due = "3 days"

[[item.task]]
id = "desk"
title = "Bring a docking station to the desk"
team = "facilities"
due = "2 days"

[[item.task]]
id = "install"
title = "Install and label the laptop"
team = "service-desk"
after = ["order"]
due = "1 day"

[[item.task]]
id = "book"
title = "Enter it into the books"
team = "finance"
after = ["order"]
due = "2 days"

[[item]]
id = "badge"
title = "New badge"
group = "Building"
kind = "order"
description = "In place of a lost one."
team = "facilities"

[[budget]]
owner = "greta@corp.test"
"""


AWAY = "I am out of the office until 26 January 2024. In urgent cases ask Dirk Deputy.\n\nMona"

STEPS: tuple[Step | Pause, ...] = (
    Step(
        narration="Rita would like to have something, and asks what there is.",
        author=RITA,
        way=Way.NEW,
        subject="catalogue",
        text="",
        expected=((RITA, "New laptop"),),
        state=None,
    ),
    Step(
        narration="She taps the line of the laptop. Her mail program starts a mail with the form in it, and she "
        "fills in a part of it.",
        author=RITA,
        way=Way.TAP,
        tap="New laptop",
        text="",
        filled={"Which model?": "Strong 16"},
        expected=((RITA, "When do you need it?"), (IDA, "New laptop")),
        state=TicketState.AWAITING_DETAILS,
    ),
    Step(
        narration="She is asked for what is missing, and for nothing else.",
        author=RITA,
        text="Sorry!",
        filled={"When do you need it?": "1 February 2024", "What do you need the strong one for?": "Films"},
        expected=((RITA, "manager decides"), (MONA, "APPROVE"), (IDA, "complete")),
        state=TicketState.AWAITING_APPROVAL,
    ),
    Step(
        narration="Her manager is away, and her mail program says so. That is no decision; her deputy is asked at "
        "once.",
        author=MONA,
        text=AWAY,
        headers={"Auto-Submitted": "auto-replied"},
        expected=((DIRK, "APPROVE"),),
        state=TicketState.AWAITING_APPROVAL,
    ),
    Step(
        narration="Dirk has a condition. That is no plain decision either, so he is asked back.",
        author=DIRK,
        text="Yes, if it costs less than 1,500 EUR.",
        expected=((DIRK, "condition"), (IDA, "condition")),
        state=TicketState.AWAITING_APPROVAL,
    ),
    Step(
        narration="He looks at the cost in the mail, and taps the button.",
        author=DIRK,
        way=Way.TAP,
        tap="Approve",
        answering="New laptop",
        text="",
        expected=((RITA, "budget"), (GRETA, "APPROVE")),
        state=TicketState.AWAITING_APPROVAL,
    ),
    Pause(
        narration="Greta owns the budget and is busy. She is reminded.",
        time=timedelta(days=2),
        expected=((GRETA, "APPROVE"),),
        state=TicketState.AWAITING_APPROVAL,
    ),
    Step(
        narration="She approves with one word, from her phone. Now the vendor and the facilities have work.",
        author=GRETA,
        text="Approve",
        expected=(
            (RITA, "approved"),
            (VENDOR, "Deliver the laptop"),
            (FELIX, "docking station"),
        ),
        state=TicketState.IN_FULFILMENT,
    ),
    Step(
        narration="Felix has a docking station on the shelf. One word is enough.",
        author=FELIX,
        answering="docking",
        text="done 20min",
        expected=((FELIX, "done"),),
        state=TicketState.IN_FULFILMENT,
    ),
    Step(
        narration="The vendor cannot keep the day, and says why. Rita hears of it.",
        author=VENDOR,
        text="by 19 January 2024, the strong ones are sold out",
        expected=((VENDOR, "19 Jan"), (RITA, "sold out")),
        state=TicketState.IN_FULFILMENT,
    ),
    Pause(
        narration="The day comes, the laptop does not. The vendor is reminded, and the desk knows.",
        time=timedelta(days=5),
        expected=((VENDOR, "Deliver the laptop"), (IDA, "late")),
        state=TicketState.IN_FULFILMENT,
    ),
    Step(
        narration="It is on its way at last. Ida is to install it, Fiona to enter it into the books.",
        author=VENDOR,
        text="Done, it left this morning. 1190 EUR",
        expected=((VENDOR, "done"), (IDA, "Install"), (FIONA, "books")),
        state=TicketState.IN_FULFILMENT,
    ),
    Step(
        narration="Fiona is quick.",
        author=FIONA,
        text="done",
        expected=((FIONA, "done"),),
        state=TicketState.IN_FULFILMENT,
    ),
    Step(
        narration="Ida has installed it. Everything is done, and Rita hears that.",
        author=IDA,
        answering="Install",
        text="done 45min",
        expected=((IDA, "done"), (RITA, "fulfilled")),
        state=TicketState.FULFILLED,
    ),
    Pause(
        narration="Rita says nothing more, and the request is closed. A day later she is asked how it was.",
        time=timedelta(days=2),
        expected=((RITA, "How did we do"),),
        state=TicketState.CLOSED,
    ),
    Step(
        narration="She is not happy. Lea, who leads the desk, has to hear of it.",
        author=RITA,
        text="2\n\nThe bag is missing.",
        expected=((RITA, "Thank"), (LEA, "bag is missing")),
        state=TicketState.CLOSED,
    ),
    Step(
        narration="Lea finds the bag and says so.",
        author=LEA,
        text="#fulfil\n\nI am sorry. The bag lies on your desk now.",
        expected=((RITA, "on your desk"), (LEA, "fulfilled")),
        state=TicketState.CLOSED,
    ),
    Pause(
        narration="Rita is asked again.",
        time=timedelta(days=4),
        expected=((RITA, "How did we do"),),
        state=TicketState.CLOSED,
    ),
    Step(
        narration="All is well that ends well.",
        author=RITA,
        way=Way.TAP,
        tap="5",
        text="",
        expected=(),
        state=TicketState.CLOSED,
    ),
)
LAPTOP_STORY = Story(
    "A laptop, from the wish to the last word about it",
    SERVICE,
    NAMES,
    CONFIGURATION,
    STEPS,
    files={"people.csv": PEOPLE, "catalogue/things.toml": LAPTOP},
)
