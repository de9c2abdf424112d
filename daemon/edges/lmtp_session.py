"""LMTP (RFC 2033): another hello, and one answer for each recipient that was accepted."""

# ruff: noqa: N802, ARG002 - as in SmtpSession
from daemon.edges import replies
from daemon.edges.replies import Reply
from daemon.edges.smtp_session import SmtpSession, Transaction


class LmtpSession(SmtpSession):
    """An LMTP session.  The message is kept once, so its recipients share one fate."""

    greeting = "LMTP Postdesk"
    # RFC 2033 s 5 demands the first two; data before 354 is refused, as RFC 2920 s 3.1 lets us.
    keywords = ("PIPELINING", *SmtpSession.keywords)

    async def smtp_LHLO(self, hostname: str) -> None:
        """RFC 2033 s 4.1."""
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        """RFC 2033 s 4.1 forbids it."""
        await self.refuse(replies.UNKNOWN_COMMAND)

    async def smtp_EHLO(self, hostname: str) -> None:
        """RFC 2033 s 4.1 forbids it."""
        await self.refuse(replies.UNKNOWN_COMMAND)

    async def answer(self, reply: Reply, mail: Transaction) -> None:
        """Send the reply as often as RCPT was accepted (RFC 2033 s 4.2)."""
        if mail.answers > 1:
            await self.say(*[reply] * (mail.answers - 1))
        await super().answer(reply, mail)
