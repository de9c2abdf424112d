-- Things that monitoring mail tells of: one row and at most one open incident each.

CREATE TABLE monitors (
    key TEXT PRIMARY KEY, monitor TEXT NOT NULL, ticket_number INTEGER, stands VARCHAR(8) NOT NULL,
    changes TEXT NOT NULL, flapping {flag} NOT NULL, seen_at {moment} NOT NULL
);
-- The job that looks for things that came to rest reads those that flap, however many are well.
CREATE INDEX monitors_flapping ON monitors (flapping, key);
