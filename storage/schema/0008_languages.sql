-- The language in which a person was last heard to write, by two letters; empty where none is known.

ALTER TABLE people ADD COLUMN language VARCHAR(8) NOT NULL DEFAULT '';
