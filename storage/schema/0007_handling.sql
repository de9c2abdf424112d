-- What the handling of new tickets learns: tickets with their category, and when agents are away.

CREATE TABLE category_examples (
    ticket_number INTEGER PRIMARY KEY, category TEXT NOT NULL, terms TEXT NOT NULL, learned_at {moment} NOT NULL
);
CREATE INDEX category_examples_age ON category_examples (learned_at);

CREATE TABLE absences (
    id {key}, agent TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT, stand_in TEXT NOT NULL,
    source TEXT NOT NULL, confirmed {flag} NOT NULL, arrival_id INTEGER, noted_at {moment} NOT NULL
);
CREATE INDEX absences_agent ON absences (agent, first_day);

CREATE INDEX tickets_assignee ON tickets (assignee, state) WHERE assignee IS NOT NULL;
CREATE INDEX tickets_category ON tickets (category, number) WHERE category <> '';
