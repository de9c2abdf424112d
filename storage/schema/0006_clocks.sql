-- Service-level clocks: what was counted, when to look again, and who was told what.

CREATE TABLE clock_segments (
    id {key}, ticket_number INTEGER NOT NULL, clock VARCHAR(16) NOT NULL, run INTEGER NOT NULL,
    kind VARCHAR(8) NOT NULL, started_at {moment} NOT NULL, ended_at {moment}, reason TEXT NOT NULL,
    ended_reason TEXT NOT NULL, cause TEXT NOT NULL, rule TEXT NOT NULL, calendar TEXT NOT NULL,
    target_seconds INTEGER, used_seconds INTEGER
);
CREATE INDEX clock_segments_ticket ON clock_segments (ticket_number, id);

CREATE TABLE clock_watch (
    ticket_number INTEGER PRIMARY KEY, next_at {moment}, due_at {moment}, levels VARCHAR(16) NOT NULL
);
-- A look at the clocks reads what is due, however many tickets wait.
CREATE INDEX clock_watch_next ON clock_watch (next_at);
CREATE INDEX clock_watch_levels ON clock_watch (levels);

CREATE TABLE clock_alarms (
    id {key}, ticket_number INTEGER NOT NULL, clock VARCHAR(16) NOT NULL, run INTEGER NOT NULL,
    step INTEGER NOT NULL, recipient TEXT NOT NULL, due_at {moment} NOT NULL, told_at {moment},
    UNIQUE (ticket_number, clock, run, step, recipient)
);
