-- What the agents' commands keep: more facts of a ticket, links, operations with their inverse, lists by mail.

ALTER TABLE tickets ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN watchers TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN asked TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN due_at {moment};
ALTER TABLE tickets ADD COLUMN pending_until {moment};
ALTER TABLE tickets ADD COLUMN minutes_spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN merged_into INTEGER;
CREATE INDEX tickets_pending ON tickets (pending_until) WHERE pending_until IS NOT NULL;

CREATE TABLE links (
    id {key}, ticket_number INTEGER NOT NULL, kind VARCHAR(20) NOT NULL, other INTEGER NOT NULL,
    made_at {moment} NOT NULL, UNIQUE (ticket_number, kind, other)
);
CREATE INDEX links_other ON links (other);

CREATE TABLE operations (
    id {key}, actor TEXT NOT NULL, cause TEXT NOT NULL, at {moment} NOT NULL, summary TEXT NOT NULL,
    mailed INTEGER NOT NULL, undone_at {moment}
);
CREATE INDEX operations_actor ON operations (actor, at);

CREATE TABLE operation_steps (
    id {key}, operation_id INTEGER NOT NULL, ticket_number INTEGER NOT NULL, inverse TEXT NOT NULL,
    left_as TEXT NOT NULL
);
CREATE INDEX operation_steps_operation ON operation_steps (operation_id);
CREATE INDEX operation_steps_ticket ON operation_steps (ticket_number);

CREATE TABLE work_lists (
    id {key}, message_id TEXT NOT NULL UNIQUE, agent TEXT NOT NULL, numbers TEXT NOT NULL, command TEXT NOT NULL,
    word TEXT NOT NULL, made_at {moment} NOT NULL, expires_at {moment} NOT NULL, used_at {moment}
);
CREATE INDEX work_lists_expiry ON work_lists (expires_at);
