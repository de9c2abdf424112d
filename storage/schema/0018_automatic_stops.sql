-- Automatic mail that was stopped for a ticket: a kind of it, or all.

CREATE TABLE automatic_stops (
    ticket_number INTEGER NOT NULL, kind TEXT NOT NULL, stopped_by TEXT NOT NULL, at {moment} NOT NULL,
    why TEXT NOT NULL, PRIMARY KEY (ticket_number, kind)
);
