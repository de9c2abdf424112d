-- What does not fit into raws.content of a large message: the rest of its deflated bytes, in order from 1.

CREATE TABLE raw_pieces (
    digest VARCHAR(64) NOT NULL, number INTEGER NOT NULL, content {blob} NOT NULL, PRIMARY KEY (digest, number)
);
