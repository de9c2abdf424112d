"""Who may fill in and change the form of a request, by mail: attempts of ``test_power``."""

from collections.abc import Callable

from daemon.desk.catalogue import Catalogue
from daemon.desk.catalogue_making import item_of
from daemon.desk.catalogue_settings import ItemSettings, QuestionSettings, StageSettings
from daemon.desk.permissions import Role
from daemon.desk.request_form import subject, written
from storage import requests
from tests.acceptance.power_stage import HUGO, Proofs, Stage
from tests.scenarios.desk import mail

_CHAIR = item_of(
    ItemSettings(
        id="chair",
        title="Chair",
        kind="order",
        description="A chair.",
        team="it",
        question=(QuestionSettings(id="room", label="Which room?"),),
        approval=(StageSettings(by="persons", persons=(HUGO,)),),
    ),
    {},
)
CHAIRS = Catalogue((_CHAIR,))


def answers_form(before: str) -> Callable[[Stage, Role, Proofs], bool]:
    """Let somebody answer the form of a request that Cara made, Dan in copy; ``before`` stands in it."""

    def attempt(stage: Stage, role: Role, proofs: Proofs) -> bool:
        words = written(_CHAIR, {"room": before})
        asking = mail("cara@cust.test", f"{subject(_CHAIR)} {stage.count}", words)
        asking["Cc"] = "dan@cust.test"
        stage.number = int(stage.desk.mail_in(asking)["ticket"])
        stage.desk.mail_out()
        stage.send(role, proofs, written(_CHAIR, {"room": "2.11"}))
        with stage.desk.database.read():
            request = requests.get(stage.number)
        return request is not None and dict(request.answers).get("room") == "2.11"

    return attempt
