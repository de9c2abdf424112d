-- Approvals: what is asked about a ticket, whom, what they answered, who stands in, and how it ended.

CREATE TABLE approvals (
    id {key}, ticket_number INTEGER NOT NULL, item TEXT NOT NULL, text TEXT NOT NULL, digest VARCHAR(64) NOT NULL,
    parties TEXT NOT NULL, stages TEXT NOT NULL, problems TEXT NOT NULL, may_be_bypassed {flag} NOT NULL,
    stage INTEGER NOT NULL, opened_at {moment} NOT NULL, expires_at {moment}, state VARCHAR(12) NOT NULL,
    reason TEXT NOT NULL, created_at {moment} NOT NULL, decided_at {moment}, next_at {moment}
);
CREATE INDEX approvals_ticket ON approvals (ticket_number);
CREATE INDEX approvals_next ON approvals (next_at);
CREATE INDEX approvals_state ON approvals (state);

CREATE TABLE approval_asked (
    id {key}, approval_id INTEGER NOT NULL, stage INTEGER NOT NULL, approver TEXT NOT NULL, address TEXT NOT NULL,
    asked_at {moment} NOT NULL, mailed_at {moment}, done TEXT NOT NULL, asked_back INTEGER NOT NULL,
    waiting {flag} NOT NULL, listing {flag} NOT NULL, undelivered {flag} NOT NULL, UNIQUE (approval_id, stage, address)
);
CREATE INDEX approval_asked_address ON approval_asked (address, waiting);
CREATE INDEX approval_asked_listing ON approval_asked (listing, address);

CREATE TABLE approval_votes (
    id {key}, approval_id INTEGER NOT NULL, stage INTEGER NOT NULL, approver TEXT NOT NULL, voter TEXT NOT NULL,
    decision VARCHAR(8) NOT NULL, at {moment} NOT NULL, digest VARCHAR(64) NOT NULL, words TEXT NOT NULL,
    comment TEXT NOT NULL, proof TEXT NOT NULL, arrival_id INTEGER
);
CREATE INDEX approval_votes_approval ON approval_votes (approval_id);

CREATE TABLE approval_handovers (
    id {key}, approval_id INTEGER NOT NULL, stage INTEGER NOT NULL, approver TEXT NOT NULL, deputy TEXT NOT NULL,
    at {moment} NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX approval_handovers_approval ON approval_handovers (approval_id);

CREATE TABLE approval_endings (
    id {key}, approval_id INTEGER NOT NULL, kind VARCHAR(12) NOT NULL, ended_by TEXT NOT NULL,
    at {moment} NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX approval_endings_approval ON approval_endings (approval_id);
