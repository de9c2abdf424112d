-- How the mailboxes do, the tokens of OAuth 2.0, and the alarms that were raised.

CREATE TABLE mailbox_health (
    mailbox TEXT PRIMARY KEY, last_success_at {moment}, failing_since {moment}, last_error TEXT NOT NULL,
    errors INTEGER NOT NULL, waiting INTEGER NOT NULL, updated_at {moment} NOT NULL
);

CREATE TABLE oauth_tokens (
    name TEXT PRIMARY KEY, client TEXT NOT NULL, seed TEXT NOT NULL,
    refresh_token TEXT NOT NULL, former_token TEXT NOT NULL, refresh_since {moment}, refresh_until {moment},
    access_token TEXT NOT NULL, access_since {moment}, access_until {moment},
    owner TEXT, lease_until {moment},
    failing_since {moment}, refused {flag} NOT NULL, last_error TEXT NOT NULL, not_before {moment}
);

CREATE TABLE alarms (
    id {key}, key TEXT NOT NULL UNIQUE, level VARCHAR(10) NOT NULL, text TEXT NOT NULL,
    raised_at {moment} NOT NULL, cleared_at {moment}, told VARCHAR(10) NOT NULL,
    attempts INTEGER NOT NULL, next_attempt_at {moment} NOT NULL
);

-- Written by whoever asks whether the database can be written.
CREATE TABLE probes (name TEXT PRIMARY KEY, at {moment} NOT NULL);

-- Health asks for copies that were given up of late, however many there are.
CREATE INDEX outbox_failed ON outbox (next_attempt_at) WHERE state = 'failed';
