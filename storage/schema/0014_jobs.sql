-- Jobs that fail, and are stopped: since when a job is known, how often it failed in a row and what was said,
-- when it is tried again, and who stopped or started it by hand.

ALTER TABLE jobs ADD COLUMN since_at {moment};
ALTER TABLE jobs ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN failed_at {moment};
ALTER TABLE jobs ADD COLUMN last_failure TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN retry_at {moment};
ALTER TABLE jobs ADD COLUMN stopped_at {moment};
ALTER TABLE jobs ADD COLUMN switched_by TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN switched_at {moment};
