-- Hooks: how far each has read the journals, and what it is to be told.

CREATE TABLE hook_cursors (hook TEXT PRIMARY KEY, event_id INTEGER NOT NULL);

CREATE TABLE hook_calls (
    id {key}, hook TEXT NOT NULL, event_id INTEGER NOT NULL, message TEXT NOT NULL, state VARCHAR(8) NOT NULL,
    attempts INTEGER NOT NULL, next_attempt_at {moment} NOT NULL, last_answer TEXT NOT NULL,
    created_at {moment} NOT NULL, done_at {moment}, UNIQUE (hook, event_id)
);
CREATE INDEX hook_calls_due ON hook_calls (hook, state, next_attempt_at);
