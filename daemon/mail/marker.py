"""The line that our mails carry above everything that a reply need not repeat."""

# People answer above this line; the cut trusts it most (docs/reading-mail.md).
REPLY_MARKER = "-- reply above this line --"
# The header field of ours that says a mail was made by a desk, with the desk's address as its value.
LOOP_FIELD = "Postdesk-Loop"
