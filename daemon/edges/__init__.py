"""I/O with the world: SMTP, IMAP, files, the relay, the clock."""
