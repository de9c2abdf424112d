-- Notices that wait for the digest of an agent, or were told in one.

CREATE TABLE digest_items (
    id {key}, key TEXT NOT NULL UNIQUE, agent TEXT NOT NULL, ticket_number INTEGER NOT NULL, notice TEXT NOT NULL,
    entry_id INTEGER, at {moment} NOT NULL, message_id TEXT
);
CREATE INDEX digest_items_waiting ON digest_items (agent, id) WHERE message_id IS NULL;
CREATE INDEX digest_items_told ON digest_items (message_id) WHERE message_id IS NOT NULL;
