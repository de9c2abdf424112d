"""The second story of ``postdesk demo``: a laptop, from the wish to the last word about it.  Only words."""

from datetime import timedelta

from daemon.cli.demo_company import (
    CONFIGURATION,
    DIRK,
    FELIX,
    FIONA,
    GRETA,
    IDA,
    ITEMS,
    LEA,
    MONA,
    NAMES,
    PEOPLE,
    RITA,
    SERVICE,
    VENDOR,
)
from daemon.cli.demo_script import Pause, Step, Story, Way
from storage.vocabulary import TicketState

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
        narration="She taps the line of the laptop. Her mail program starts a mail with the form in it, and "
        "she fills in a part of it.",
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
        narration="Her manager is away, and her mail program says so. That is no decision; her deputy is "
        "asked at once.",
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
        narration="The vendor cannot keep the day, and says why. Rita hears of it, and so does the desk.",
        author=VENDOR,
        text="by 19 January 2024, the strong ones are sold out",
        expected=((VENDOR, "19 Jan"), (RITA, "reason: the strong ones are sold out"), (IDA, "sold out")),
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
        text="#resolve\n\nI am sorry. The bag lies on your desk now.",
        expected=((RITA, "on your desk"), (LEA, "fulfilled")),
        state=TicketState.CLOSED,
    ),
    Pause(
        narration="Rita is asked again.",
        time=timedelta(days=5),
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
LAPTOP = Story(
    "A laptop, from the wish to the last word about it",
    SERVICE,
    NAMES,
    CONFIGURATION,
    STEPS,
    files={"people.csv": PEOPLE, "catalogue/things.toml": ITEMS},
)
