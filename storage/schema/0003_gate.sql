-- What the gate for outgoing mail counts, beside the outbox: by pair, domain, ticket and content.

CREATE TABLE gate_counts (id {key}, key TEXT NOT NULL, at {moment} NOT NULL);
CREATE INDEX gate_counts_key ON gate_counts (key, at);
CREATE INDEX gate_counts_at ON gate_counts (at);

-- When the operator reopened the gate after its fuse had blown.
CREATE TABLE gate_marks (name TEXT PRIMARY KEY, at {moment} NOT NULL);
