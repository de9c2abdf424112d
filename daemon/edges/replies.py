"""Every reply of the listener: code, enhanced code (RFC 3463) and a generic sentence.

A sentence never says what went wrong inside; the reason goes to the mail log.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """One SMTP reply; ``enhanced`` is empty where RFC 2034 forbids it (220, 354, the answers to HELO)."""

    code: int
    enhanced: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.enhanced} {self.text}" if self.enhanced else f"{self.code} {self.text}"

    @property
    def accepted(self) -> bool:
        """Whether the command was carried out (2xx, 3xx)."""
        return self.code < 400

    @property
    def temporary(self) -> bool:
        """Whether the peer shall come again (4xx)."""
        return 400 <= self.code < 500


OK = Reply(250, "2.0.0", "OK")
SENDER_OK = Reply(250, "2.1.0", "Sender OK")
RECIPIENT_OK = Reply(250, "2.1.5", "Recipient OK")
HELP = Reply(214, "2.0.0", "See RFC 5321; people are reached by mail to postmaster")
READY_FOR_TLS = Reply(220, "2.0.0", "Ready to start TLS")
GOODBYE = Reply(221, "2.0.0", "Goodbye")
AUTHENTICATED = Reply(235, "2.7.0", "Authentication successful")
WILL_TRY = Reply(252, "2.1.5", "Send some mail and we will try to deliver it")
SEND_DATA = Reply(354, "", "End data with <CR><LF>.<CR><LF>")

CLOSING = Reply(421, "4.3.2", "Service is closing, try again later")
TOO_MANY_CONNECTIONS = Reply(421, "4.3.2", "Too many connections, try again later")
IDLE_TOO_LONG = Reply(421, "4.4.2", "Timeout, closing the connection")
TOO_SLOW = Reply(421, "4.4.2", "Data comes too slowly, closing the connection")
SESSION_TOO_LONG = Reply(421, "4.4.2", "Session lasts too long, closing the connection")
TOO_MANY_COMMANDS = Reply(421, "4.7.0", "Too many commands of this kind, closing the connection")
TOO_MANY_ERRORS = Reply(421, "4.7.0", "Too many errors, closing the connection")
TRY_AGAIN = Reply(451, "4.3.0", "Temporary failure, try again later")
DISK_FULL = Reply(452, "4.3.1", "Insufficient storage, try again later")
TOO_MUCH_AT_ONCE = Reply(452, "4.3.1", "Too much mail at once, try again later")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", "Too many recipients")

UNKNOWN_COMMAND = Reply(500, "5.5.1", "Command unknown")
LINE_TOO_LONG = Reply(500, "5.5.2", "Command line too long")
NOT_CRLF = Reply(500, "5.5.2", "Command lines end in CRLF and hold no other control characters")
BAD_SYNTAX = Reply(501, "5.5.4", "Syntax error in parameters")
BAD_BASE64 = Reply(501, "5.5.2", "Cannot decode the answer")
AUTH_ABORTED = Reply(501, "5.7.0", "Authentication aborted")
NOT_IMPLEMENTED = Reply(502, "5.5.1", "Command not implemented")
NOT_SMTP = Reply(554, "5.5.1", "This is a mail server")
HELLO_FIRST = Reply(503, "5.5.1", "Say hello first")
MAIL_FIRST = Reply(503, "5.5.1", "Say MAIL first")
RECIPIENT_FIRST = Reply(503, "5.5.1", "No valid recipients")
NESTED_MAIL = Reply(503, "5.5.1", "Sender is already given")
DATA_TOO_EARLY = Reply(503, "5.5.1", "Data came before it was asked for")
NOT_NOW = Reply(503, "5.5.1", "Bad sequence of commands")
UNKNOWN_MECHANISM = Reply(504, "5.5.4", "Authentication mechanism not supported")
TLS_FIRST = Reply(530, "5.7.0", "Must issue a STARTTLS command first")
BAD_CREDENTIALS = Reply(535, "5.7.8", "Authentication credentials invalid")
ENCRYPTION_REQUIRED = Reply(538, "5.7.11", "Encryption required for authentication")
NO_SUCH_MAILBOX = Reply(550, "5.1.1", "No such mailbox here")
NO_RELAYING = Reply(550, "5.7.1", "Relaying denied")
TOO_BIG = Reply(552, "5.3.4", "Message is bigger than this server takes")
BODY_LINE_TOO_LONG = Reply(554, "5.6.0", "Message has a line that is too long")
BAD_SENDER = Reply(553, "5.1.7", "Malformed sender address")
BAD_RECIPIENT = Reply(553, "5.1.3", "Malformed recipient address")
NEEDS_SMTPUTF8 = Reply(553, "5.6.7", "Address needs SMTPUTF8")
MAIL_LOOP = Reply(554, "5.4.6", "Too many hops, this mail goes round in circles")
UNKNOWN_PARAMETER = Reply(555, "5.5.4", "Parameter not recognised")


def queued(arrival_id: int) -> Reply:
    """Return the one reply that means that the message is on disk."""
    return Reply(250, "2.0.0", f"Queued as {arrival_id}")
