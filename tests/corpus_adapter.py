"""Show a ``Message`` to the scorer of a mail corpus in the scorer's own words."""

from typing import Any

from daemon.mail.htmltext import html_text
from daemon.mail.message import DeliveryReport, Fate, Kind, Message, RecipientReport, Span
from daemon.mail.parse import parse as read

_FILES = {Fate.ATTACHMENT, Fate.INLINE}


def _spans(message: Message, *reasons: str) -> str:
    return "\n".join(message.text[span.start : span.end] for span in message.cut.spans if _has(span, reasons))


def _has(span: Span, reasons: tuple[str, ...]) -> bool:
    return any(reason in span.reason for reason in reasons)


def parse(raw: bytes) -> dict[str, Any]:
    """Read a raw message and answer every question of the scorer that Postdesk has an answer to."""
    message = read(raw)
    author = message.header_from[0] if message.header_from else None
    report = message.report
    return {
        "from": author.address if author else None,
        "from_name": author.name if author else None,
        "subject": message.subject,
        "message_id": message.message_id,
        "date": message.date.strftime("%Y-%m-%dT%H:%M:%SZ") if message.date else None,
        "reply_to": [box.address for box in message.reply_to],
        "to": [box.address for box in message.to],
        "cc": [box.address for box in message.cc],
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "text": message.text,
        # What is shown beside the body: its HTML form, and the words of mails inside the mail.
        "html_text": "\n\n".join([html_text(message.html).text, *(part.text for part in message.parts)]),
        "reply": message.new_text,
        "signature": _spans(message, "signature"),
        "quoted": _spans(message, "quote"),
        "attachments": [
            {
                "filename": part.name,
                "content_type": part.content_type,
                "content_id": part.content_id,
                "size": part.size_bytes,
                "sha256": part.sha256,
                "inline": part.fate is Fate.INLINE,
            }
            for part in message.parts
            if part.fate in _FILES
        ],
        "auto_reply": message.verdict.kind is Kind.AUTOMATIC,
        "suppress_auto_response": message.verdict.kind is not Kind.HUMAN,
        "bounce": message.verdict.kind is Kind.DELIVERY_REPORT and report is not None and _failed(message),
        "bounce_temporary": report is not None and any(_temporary(r) for r in report.recipients),
        "bounce_recipients": [r.original_recipient or r.final_recipient for r in _lost(report)],
        "bounce_status": [r.status for r in _lost(report) if r.status],
        "feedback_report": message.verdict.kind is Kind.FEEDBACK_REPORT,
        "loop": message.verdict.kind is Kind.OWN or bool(message.loop_marks),
        "forwarded_from": message.forwarded_from.address if message.forwarded_from else None,
        "reply_address_token": _detail(message),
    }


def _detail(message: Message) -> str:
    """Return the detail of the sub-address that the mail was sent to (RFC 5233), without a word before it."""
    for address in (*message.delivered_to, *(box.address for box in message.to)):
        detail = address.strip("<>").partition("@")[0].partition("+")[2]
        if detail:
            return detail.rpartition("-")[2]
    return ""


def _temporary(recipient: RecipientReport) -> bool:
    """Tell whether the mail may still arrive, or might if it were sent again (RFC 3463 s 3.1)."""
    return recipient.action == "delayed" or recipient.status.startswith("4")


def _lost(report: DeliveryReport | None) -> list[RecipientReport]:
    """List the recipients whom the mail did not reach (yet)."""
    return [r for r in report.recipients if r.action in {"failed", "delayed"}] if report else []


def _failed(message: Message) -> bool:
    """Tell whether a report says of at least one recipient that the mail did not arrive (yet)."""
    report = message.report
    return report is not None and (
        not report.recipients or any(r.action in {"failed", "delayed"} for r in report.recipients)
    )
