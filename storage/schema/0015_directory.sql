-- The directory: people with managers, departments and deputies, by address; not those who wrote mail.

CREATE TABLE directory_people (
    address TEXT PRIMARY KEY, name TEXT NOT NULL, manager TEXT NOT NULL, department TEXT NOT NULL,
    title TEXT NOT NULL, cost_centre TEXT NOT NULL, roles TEXT NOT NULL, groups TEXT NOT NULL,
    deputies TEXT NOT NULL, also TEXT NOT NULL, active {flag} NOT NULL, source TEXT NOT NULL,
    seen_at {moment} NOT NULL, gone_at {moment}
);

CREATE TABLE directory_names (
    kind VARCHAR(8) NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (kind, name, address)
);
CREATE INDEX directory_names_address ON directory_names (address);

CREATE TABLE directory_absences (address TEXT PRIMARY KEY, last_day TEXT, noted_at {moment} NOT NULL);

CREATE TABLE directory_told (about TEXT PRIMARY KEY, digest TEXT NOT NULL, at {moment} NOT NULL);
