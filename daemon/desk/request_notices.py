"""The mails of the catalogue and of the requests out of it; rows of the table in ``desk.notices``."""

from daemon.desk.notice import Audience, Notice

REQUEST_NOTICES = (
    Notice(
        "catalogue-list",
        Audience.REQUESTER,
        "auto-replied",
        null_path=True,
        description="lists what its reader can ask for, each with a link that starts its form",
        keys=("catalogue",),
    ),
    Notice(
        "request-form",
        Audience.REQUESTER,
        "auto-replied",
        null_path=True,
        description="asks for the answers that a request lacks, or that were wrong, in a form to fill in",
        keys=("ticket", "request"),
    ),
    Notice(
        "request-told",
        Audience.REQUESTER,
        "auto-generated",
        null_path=False,
        description="tells the requester how a request out of the catalogue goes on",
        keys=("ticket", "request"),
        step=True,
    ),
)
