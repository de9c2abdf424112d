-- The first schema.  {key}, {blob}, {moment} and {flag} are the database's own words for these types.

CREATE TABLE raws (
    digest VARCHAR(64) PRIMARY KEY, size_bytes BIGINT NOT NULL, content {blob} NOT NULL
);

CREATE TABLE arrivals (
    id {key}, source VARCHAR(8) NOT NULL, source_key TEXT UNIQUE, state VARCHAR(12) NOT NULL,
    received_at {moment} NOT NULL, raw_digest VARCHAR(64) NOT NULL, size_bytes BIGINT NOT NULL,
    full_size_bytes BIGINT NOT NULL, trace {blob} NOT NULL, message_id TEXT NOT NULL,
    reverse_path TEXT, null_reverse_path {flag} NOT NULL, recipients TEXT NOT NULL, peer TEXT NOT NULL,
    helo TEXT NOT NULL, auth_user TEXT, tls TEXT NOT NULL, mailbox TEXT NOT NULL,
    owner TEXT, lease_until {moment}, not_before {moment},
    deaths INTEGER NOT NULL, failures INTEGER NOT NULL,
    disposition VARCHAR(12), reason TEXT NOT NULL, evidence TEXT NOT NULL,
    ticket_number INTEGER, settled_at {moment}, error TEXT NOT NULL
);
-- Intake looks only at what is still to be done, however many messages were settled before.
CREATE INDEX arrivals_waiting ON arrivals (id) WHERE state IN ('received', 'claimed');
CREATE INDEX arrivals_quarantined ON arrivals (id) WHERE state = 'quarantined';
CREATE INDEX arrivals_message_id ON arrivals (message_id);
CREATE INDEX arrivals_ticket ON arrivals (ticket_number);
CREATE INDEX arrivals_raw ON arrivals (raw_digest);
CREATE INDEX arrivals_disposition ON arrivals (disposition);

CREATE TABLE content_keys (
    digest VARCHAR(64) PRIMARY KEY, arrival_id INTEGER NOT NULL, settled_at {moment} NOT NULL
);
CREATE INDEX content_keys_age ON content_keys (settled_at);

CREATE TABLE message_ids (message_id TEXT PRIMARY KEY, ticket_number INTEGER NOT NULL);
CREATE INDEX message_ids_ticket ON message_ids (ticket_number);

CREATE TABLE people (id {key}, name TEXT NOT NULL, created_at {moment} NOT NULL);

CREATE TABLE addresses (
    address TEXT PRIMARY KEY, person_id INTEGER NOT NULL, suppressed TEXT NOT NULL, created_at {moment} NOT NULL
);
CREATE INDEX addresses_person ON addresses (person_id);

CREATE TABLE tickets (
    number {key}, type VARCHAR(16) NOT NULL, state VARCHAR(20) NOT NULL, impact VARCHAR(8) NOT NULL,
    urgency VARCHAR(8) NOT NULL, priority VARCHAR(2) NOT NULL, category TEXT NOT NULL, team TEXT NOT NULL,
    assignee TEXT, requester_id INTEGER, subject TEXT NOT NULL,
    root_message_id TEXT NOT NULL, created_at {moment} NOT NULL,
    updated_at {moment} NOT NULL, resolved_at {moment}, closed_at {moment}, journal_hash VARCHAR(64) NOT NULL
);
CREATE INDEX tickets_state ON tickets (state, number);
CREATE INDEX tickets_resolved ON tickets (resolved_at) WHERE state = 'resolved';
CREATE INDEX tickets_team ON tickets (team, state);
CREATE INDEX tickets_requester ON tickets (requester_id);

CREATE TABLE routes (id {key}, ticket_number INTEGER NOT NULL, team TEXT NOT NULL, UNIQUE (ticket_number, team));

CREATE TABLE participants (
    id {key}, ticket_number INTEGER NOT NULL, person_id INTEGER NOT NULL, role VARCHAR(12) NOT NULL,
    UNIQUE (ticket_number, person_id)
);
CREATE INDEX participants_person ON participants (person_id);

CREATE TABLE entries (
    id {key}, ticket_number INTEGER NOT NULL, kind VARCHAR(12) NOT NULL, visibility VARCHAR(10) NOT NULL,
    author TEXT NOT NULL, author_name TEXT NOT NULL, text TEXT NOT NULL, body TEXT NOT NULL,
    arrival_id INTEGER UNIQUE, at {moment} NOT NULL
);
CREATE INDEX entries_ticket ON entries (ticket_number, id);

CREATE TABLE parts (
    id {key}, arrival_id INTEGER NOT NULL, path TEXT NOT NULL, content_type TEXT NOT NULL, name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL, sha256 VARCHAR(64) NOT NULL, fate VARCHAR(12) NOT NULL, note TEXT NOT NULL,
    "start" BIGINT NOT NULL, "end" BIGINT NOT NULL, encoding TEXT NOT NULL, content_id TEXT NOT NULL
);
CREATE INDEX parts_arrival ON parts (arrival_id);

CREATE TABLE events (
    id {key}, ticket_number INTEGER NOT NULL, at {moment} NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,
    cause TEXT NOT NULL, data TEXT NOT NULL, previous VARCHAR(64) NOT NULL, hash VARCHAR(64) NOT NULL
);
CREATE INDEX events_ticket ON events (ticket_number, id);
-- What the gate held back, for the digest to the administrators.
CREATE INDEX events_withheld ON events (at) WHERE kind = 'not sent';

CREATE TABLE outbox (
    id {key}, key TEXT NOT NULL UNIQUE, state VARCHAR(10) NOT NULL, notice TEXT NOT NULL, recipient TEXT NOT NULL,
    reverse_path TEXT, message_id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, content {blob} NOT NULL,
    ticket_number INTEGER, entry_id INTEGER, arrival_id INTEGER, automatic {flag} NOT NULL,
    attempts INTEGER NOT NULL, next_attempt_at {moment} NOT NULL, owner TEXT, lease_until {moment},
    fence INTEGER NOT NULL, last_reply TEXT NOT NULL, created_at {moment} NOT NULL, sent_at {moment}
);
-- The courier looks only at what is still to be sent.
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_recipient ON outbox (recipient, created_at);
CREATE INDEX outbox_created ON outbox (created_at);
CREATE INDEX outbox_ticket ON outbox (ticket_number);

CREATE TABLE jobs (
    name TEXT PRIMARY KEY, last_run_at {moment}, last_result TEXT NOT NULL, owner TEXT, lease_until {moment}
);

CREATE TABLE secrets (id TEXT PRIMARY KEY, purpose TEXT NOT NULL, value {blob} NOT NULL, created_at {moment} NOT NULL);
