-- A desk that has worked for long: :count tickets of :people people, the last of them opened :now.

-- One ticket in five minutes: 200,000 are the work of two years.
CREATE TEMP TABLE n AS
WITH RECURSIVE counted(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < :count)
SELECT i, i % :people + 1 AS person, i > :count * 49 / 50 AS open,
    strftime('%Y-%m-%d %H:%M:%f', :now, '-' || ((:count - i) * 300 + 240) || ' seconds') AS at
FROM counted;

-- What came: the opening, an answer, and for every second ticket a reply.
CREATE TEMP TABLE came AS
SELECT i, k, i * 3 - 3 + k AS arrival, 'person' || person || '@stock.test' AS sender, at
FROM n, (SELECT 1 AS k UNION SELECT 2 UNION SELECT 3) WHERE k < 3 OR i % 2;

-- What went out: acknowledgement, two notifications, the answer, and where a reply came one more.
CREATE TEMP TABLE went AS
SELECT i, k, at, CASE k WHEN 1 THEN 'person' || person || '@stock.test' WHEN 2 THEN 'bob@corp.test'
    ELSE 'ann@corp.test' END AS recipient
FROM n, (SELECT 1 AS k UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5) WHERE k < 5 OR i % 2;

INSERT INTO people (id, name, created_at)
SELECT DISTINCT person, 'Person ' || person, :now FROM n;

INSERT INTO addresses (address, person_id, suppressed, created_at)
SELECT 'person' || id || '@stock.test', id, '', created_at FROM people;

INSERT INTO tickets (number, type, state, impact, urgency, priority, category, team, assignee, requester_id,
    subject, root_message_id, created_at, updated_at, resolved_at, closed_at, journal_hash)
SELECT i, 'incident', iif(open, 'open', 'closed'), 'medium', 'medium', 'P3', '', 'service-desk', 'ann@corp.test',
    person, 'Something does not work, case ' || i, '<' || i || '@stock.test>', at, at, iif(open, NULL, at),
    iif(open, NULL, at), lower(hex(randomblob(32)))
FROM n;

INSERT INTO routes (ticket_number, team) SELECT i, 'service-desk' FROM n;

INSERT INTO participants (ticket_number, person_id, role) SELECT i, person, 'requester' FROM n;

INSERT OR IGNORE INTO participants (ticket_number, person_id, role)
SELECT i, (i + 7) % :people + 1, 'copied' FROM n WHERE i % 3 = 0;

INSERT INTO arrivals (id, source, state, received_at, raw_digest, size_bytes, full_size_bytes, trace, message_id,
    reverse_path, null_reverse_path, recipients, peer, helo, tls, mailbox, deaths, failures, disposition, reason,
    evidence, ticket_number, settled_at, error)
SELECT arrival, 'smtp', 'settled', at, lower(hex(randomblob(32))), 2000, 2000, randomblob(250),
    '<' || lower(hex(randomblob(16))) || '@stock.test>', sender, 0, '["support@desk.test"]', '192.0.2.1',
    'mx.stock.test', '', '', 0, 0, iif(k = 1, 'ticketed', 'appended'), 'a new topic',
    '["author ' || sender || ': unverified", "opening: it answers nothing that we know"]', i, at, ''
FROM came;

INSERT INTO raws (digest, size_bytes, content) SELECT raw_digest, 2000, randomblob(600) FROM arrivals;

INSERT INTO message_ids (message_id, ticket_number) SELECT message_id, ticket_number FROM arrivals;

-- A content is forgotten after 30 days, of two years.
INSERT INTO content_keys (digest, arrival_id, settled_at)
SELECT lower(hex(randomblob(32))), id, settled_at FROM arrivals WHERE ticket_number > :count * 23 / 24;

INSERT INTO entries (ticket_number, kind, visibility, author, author_name, text, body, arrival_id, at)
SELECT i, iif(k = 2, 'answer', 'message'), 'public', sender, 'Somebody', hex(randomblob(300)), '', arrival, at
FROM came;

INSERT INTO parts (arrival_id, path, content_type, name, size_bytes, sha256, fate, note, "start", "end", encoding,
    content_id)
SELECT arrival, '1', 'text/plain', '', 1200, lower(hex(randomblob(32))), 'body', '', 800, 2000, '8bit', ''
FROM came;

INSERT INTO outbox (key, state, notice, recipient, message_id, subject, content, ticket_number, arrival_id,
    automatic, attempts, next_attempt_at, fence, last_reply, created_at, sent_at)
SELECT 'arrival:' || i || '/' || k, 'sent', 'ticket-new', recipient,
    '<' || i || '.' || lower(hex(randomblob(16))) || '@desk.test>', 'Something does not work, case ' || i,
    randomblob(900), i, i * 3 - 2, k = 1, 1, at, 1, '250 OK', at, at
FROM went;

INSERT INTO events (ticket_number, at, kind, actor, cause, data, previous, hash)
SELECT i, at, 'entry', recipient, 'arrival:' || i, '{"kind": "message"}', lower(hex(randomblob(32))),
    lower(hex(randomblob(32)))
FROM went;
