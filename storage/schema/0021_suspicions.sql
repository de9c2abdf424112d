-- How many workers died that had a message in hand together with others: nobody knows which one they died of.

ALTER TABLE arrivals ADD COLUMN suspicions INTEGER NOT NULL DEFAULT 0;
