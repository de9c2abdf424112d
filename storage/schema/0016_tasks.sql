-- Fulfilment: requests that are worked on, their tasks, promises that were moved, commands that run.

CREATE TABLE fulfilments (
    ticket_number INTEGER PRIMARY KEY, item TEXT NOT NULL, open {flag} NOT NULL, promised_at {moment},
    first_promised_at {moment}, ends_on TEXT NOT NULL, begun_at {moment} NOT NULL, fulfilled_at {moment},
    ended_at {moment}, end_reason TEXT NOT NULL, next_at {moment}
);
CREATE INDEX fulfilments_next ON fulfilments (next_at);
CREATE INDEX fulfilments_open ON fulfilments (open, ticket_number);

CREATE TABLE tasks (
    id {key}, ticket_number INTEGER NOT NULL, superseded {flag} NOT NULL, position INTEGER NOT NULL,
    task TEXT NOT NULL, title TEXT NOT NULL, team TEXT NOT NULL, address TEXT NOT NULL, after TEXT NOT NULL,
    shows TEXT NOT NULL, due_seconds INTEGER NOT NULL, command TEXT NOT NULL, gate {flag} NOT NULL,
    at_end {flag} NOT NULL, state VARCHAR(8) NOT NULL, started_at {moment}, due_at {moment},
    first_due_at {moment}, done_at {moment}, why TEXT NOT NULL, assignee TEXT NOT NULL,
    done_by TEXT NOT NULL, proof TEXT NOT NULL, minutes INTEGER NOT NULL, cost TEXT NOT NULL,
    reminders INTEGER NOT NULL, next_at {moment}
);
CREATE INDEX tasks_ticket ON tasks (ticket_number, superseded, position);
CREATE INDEX tasks_state ON tasks (state, superseded);

CREATE TABLE promise_moves (
    id {key}, ticket_number INTEGER NOT NULL, task TEXT NOT NULL, at {moment} NOT NULL, before_at {moment},
    after_at {moment}, why TEXT NOT NULL, moved_by TEXT NOT NULL
);
CREATE INDEX promise_moves_ticket ON promise_moves (ticket_number);

CREATE TABLE automation_runs (
    task_id INTEGER PRIMARY KEY, ticket_number INTEGER NOT NULL, name TEXT NOT NULL,
    state VARCHAR(8) NOT NULL, owner TEXT NOT NULL, lease_until {moment}, asked_at {moment} NOT NULL,
    started_at {moment}, ended_at {moment}, result TEXT NOT NULL
);
CREATE INDEX automation_runs_state ON automation_runs (state, asked_at);
