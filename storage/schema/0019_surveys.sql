-- Satisfaction surveys: a row for each closure of a ticket, asked about or not; all answers; follow-ups.

CREATE TABLE surveys (
    id {key}, ticket_number INTEGER NOT NULL, closed_at {moment} NOT NULL, address TEXT NOT NULL,
    state VARCHAR(8) NOT NULL, reason TEXT NOT NULL, look_at {moment},
    language TEXT NOT NULL, team TEXT NOT NULL, agent TEXT NOT NULL, item TEXT NOT NULL, category TEXT NOT NULL,
    message_id TEXT NOT NULL, sent_at {moment}, expires_at {moment}, asked_back_at {moment},
    answered_at {moment}, score INTEGER, words TEXT NOT NULL, follows INTEGER,
    UNIQUE (ticket_number, closed_at)
);
CREATE INDEX surveys_look ON surveys (look_at) WHERE state = 'waiting';
CREATE INDEX surveys_address ON surveys (address, sent_at) WHERE state = 'sent';
CREATE INDEX surveys_sent ON surveys (sent_at) WHERE state = 'sent';
CREATE INDEX surveys_message ON surveys (message_id) WHERE message_id <> '';
CREATE INDEX surveys_follows ON surveys (follows) WHERE follows IS NOT NULL;
CREATE INDEX tickets_closed ON tickets (closed_at) WHERE state = 'closed';

CREATE TABLE survey_answers (
    id {key}, survey_id INTEGER NOT NULL, at {moment} NOT NULL, author TEXT NOT NULL, score INTEGER,
    words TEXT NOT NULL, reason TEXT NOT NULL, arrival_id INTEGER
);
CREATE INDEX survey_answers_survey ON survey_answers (survey_id, id);

CREATE TABLE survey_follow_ups (
    survey_id INTEGER PRIMARY KEY, ticket_number INTEGER NOT NULL, opened_at {moment} NOT NULL,
    ended_at {moment}, outcome TEXT NOT NULL
);
CREATE INDEX survey_follow_ups_ticket ON survey_follow_ups (ticket_number);
