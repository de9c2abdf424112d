-- Tickets that wait for their requester or for a day, and when to look at them.

CREATE TABLE waits (
    ticket_number INTEGER PRIMARY KEY, since_at {moment} NOT NULL, reminders INTEGER NOT NULL, next_at {moment}
);
CREATE INDEX waits_next ON waits (next_at);
INSERT INTO waits SELECT number, updated_at, 0, updated_at FROM tickets
    WHERE state IN ('pending-requester', 'awaiting-details', 'pending-date');
