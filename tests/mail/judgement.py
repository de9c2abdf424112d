"""Where Postdesk reads a message of the corpus otherwise than its origin, each with the reason.

A reason that begins with "a miss of ours" is no judgement call, and is still to be mended.
"""

_OBSOLETE_COLON = "RFC 5322 s 4.5 allows blanks before the colon; the origin takes the field for body text"
_FORWARD_KEPT = "a mail that only forwards keeps what it forwards, header and all"

JUDGEMENT = {
    (
        "zammad/inline_auto_response_06.eml",
        "suppress_auto_response",
    ): "own Message-IDs are known to the ledger",
    (
        "zammad/mail019.eml",
        "from",
    ): "a From without an address is nobody; Reply-To is no identity (RFC 3834 s 4)",
    ("zammad/mail054.eml", "body_empty"): "the header lost its folds; we still find the text",
    (
        "discourse/from_reply_by_email_address.eml",
        "loop",
    ): "own addresses are known to the desk, not to the parser",
    (
        "email_reply_trimmer/embedded_email_1.eml",
        "reply_text",
    ): "words below a quotation are an answer, not a signature",
    ("email_reply_trimmer/forwarded_message.eml", "reply_text"): _FORWARD_KEPT,
    ("email_reply_trimmer/spam_1.eml", "reply_text"): "the only text of a message is never cut",
    ("crisp/email_emoji.eml", "reply_text"): "a dash line with a name below it is a signature",
    ("mail_parser_reply/email_nl_1_2.eml", "reply_text"): "a rule above a header block belongs to it",
    (
        "talon/html_blockquote_disclaimer.eml",
        "reply_text",
    ): "a blockquote without any mark of a quotation stays",
    (
        "talon/plain_dont_parse_quotations_for_forwarded_messages.eml",
        "reply_text",
    ): "the forwarded mail below somebody's words is set apart as such",
    ("talon/signature_johndoeexamplecom.eml", "reply_text"): "the marks of a training set stand in the text",
    ("talon/signature_johndoeexamplecom.eml", "signature"): "the marks of a training set stand in the text",
    (
        "sisimai/lhost-fml-02.eml",
        "bounce",
    ): "a list that refuses a stranger is a list answering, not a server",
    ("sisimai/lhost-sendmail-14.eml", "bounce"): "a person forwards a report with words of his own",
    ("sisimai/lhost-sendmail-14.eml", "bounce_status"): "a person forwards a report with words of his own",
    ("flufl_bounce/llnl_01.eml", "bounce_recipients"): "a postmaster writes prose about three addresses",
    (
        "flufl_bounce/yahoo_01.eml",
        "bounce_temporary",
    ): "a 4xx reply is temporary by its class (RFC 3463 s 3.1)",
    ("imap_tools/attachment_2_base64.eml", "text_contains"): "base64 of an attached mail is no text",
    (
        "imap_tools/attachment_emails__attachment_message_rfc822.eml",
        "attachments",
    ): "files of an attached mail belong to that mail",
    (
        "imap_tools/attachment_emails__attachment_with_encoded_name.eml",
        "attachments",
    ): "the wider charset reads the character that the origin loses",
    (
        "imap_tools/multipart_report_emails__multipart_report_multiple_status.eml",
        "text_contains",
    ): "the words of the mail that a report gives back stand apart, they do not run on in the report's own",
    ("imap_tools/plain_emails__raw_email_incorrect_header.eml", "subject"): _OBSOLETE_COLON,
    ("imap_tools/plain_emails__raw_email_incorrect_header.eml", "text_contains"): _OBSOLETE_COLON,
    ("imap_tools/rfc2822__example13.eml", "subject"): _OBSOLETE_COLON,
    ("imap_tools/rfc2822__example13.eml", "text_contains"): _OBSOLETE_COLON,
    ("stalwart/malformed__019.eml", "date"): "two Date fields, the first one is damaged",
    ("stalwart/malformed__020.eml", "text_contains"): "the delimiter above the plain form is missing",
    ("roundup/testEmailQuoting2.eml", "reply_text"): "questions between answers stay with them",
}
