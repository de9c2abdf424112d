-- What was asked for out of the catalogue, with the answers that count.

CREATE TABLE requests (
    ticket_number INTEGER PRIMARY KEY, item TEXT NOT NULL, answers TEXT NOT NULL, version INTEGER NOT NULL,
    created_at {moment} NOT NULL, updated_at {moment} NOT NULL
);
CREATE INDEX requests_item ON requests (item, created_at);
