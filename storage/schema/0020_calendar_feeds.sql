-- Calendar feeds from the web: the days of the last good copy of each, and how the last attempts ended.

CREATE TABLE calendar_feeds (
    feed VARCHAR(64) PRIMARY KEY, days TEXT NOT NULL, digest VARCHAR(64) NOT NULL, read_for TEXT NOT NULL,
    etag TEXT NOT NULL, modified TEXT NOT NULL, good_at {moment}, tried_at {moment} NOT NULL,
    failing_since {moment}, problem TEXT NOT NULL
);
