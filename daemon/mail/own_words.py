"""What an author wrote in a mail that answers one of ours, strictly: for decisions, ratings and reports.

Quoted words, signatures and footers are none of the author's, nor is what an HTML mail strikes out or hides.
Where nothing is left the answer is empty, unlike ``Message.new_text``, which then shows the whole.
"""

from daemon.mail.cut import cut
from daemon.mail.htmltext import html_text
from daemon.mail.message import Cut, Message
from daemon.mail.tokens import DETAIL, OWN_ID

# An address is not searched further.
_SEARCHED_CHARS = 400


def own_words(message: Message) -> str:
    """Return the author's own words, those of the plain text where the mail has one; maybe none."""
    return versions(message)[0]


def versions(message: Message) -> tuple[str, ...]:
    """Return the own words of each version of a mail's body, plain text first; they may say different things.

    Always one at least.  A mail that answers none of ours has only one.
    """
    return message.own_versions or (without_spans(message.text, message.cut),)


def may_answer_us(message: Message) -> bool:
    """Tell whether a mail is addressed to a signed address, or answers a Message-ID in our form."""
    named = (*(one.address for one in (*message.to, *message.cc)), *message.delivered_to)
    if any(DETAIL.search(one.lower()[:_SEARCHED_CHARS]) for one in named):
        return True
    return any(OWN_ID.fullmatch(one.lower()) for one in (*message.in_reply_to, *message.references))


def read_versions(text: str, divided: Cut, html: str) -> tuple[str, ...]:
    """Return the own words of the readable text, and those of the HTML as it was written if they differ."""
    plain = without_spans(text, divided)
    if not html:
        return (plain,)
    shown = html_text(html, strict=True)
    other = without_spans(shown.text, cut(shown.text, shown.regions))
    return (plain,) if other == plain else (plain, other)


def without_spans(text: str, divided: Cut) -> str:
    """Return a text without the pieces that were set apart and without quoted lines, stripped.

    Where a mail is nothing but a quotation the cut sets nothing apart.
    """
    kept, at = [], 0
    for span in divided.spans:
        kept.append(text[at : span.start])
        at = span.end
    lines = "".join([*kept, text[at:]]).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()
