-- Tables of version 1 of the projection: count up when projection.py changes what it tells.
-- Derived from the ledger alone; deletable. When this file changes, so does its digest, and the tables are made again.
-- Ids too long for SQLite's 64 bits stand as text: the columns `peer` and `message` have no type on purpose.

CREATE TABLE standing_at (          -- one row: how far the ledger has been projected
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    last_entry BLOB NOT NULL        -- of record size - 1: tells another log from this one
);

CREATE TABLE record (               -- every record but those posts that can be read as such
    idx INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,             -- as up-cast; '' when withheld
    state TEXT NOT NULL,            -- known, unknown (kind), odd (its fields are not what its kind demands)
    run INTEGER,
    body TEXT NOT NULL              -- the fields shown, JSON
);
CREATE INDEX record_kind ON record (kind, idx);

CREATE TABLE post (                 -- every version of every post
    idx INTEGER PRIMARY KEY,
    peer NOT NULL,
    message NOT NULL,
    digest TEXT NOT NULL,
    edited_at TEXT NOT NULL,        -- '' when not edited
    forwarded INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX post_id ON post (peer, message, idx);

CREATE TABLE standing (             -- the version of each post that counts now: last edited, then last recorded
    peer NOT NULL,
    message NOT NULL,
    idx INTEGER NOT NULL,
    edited_at TEXT NOT NULL,
    PRIMARY KEY (peer, message)
) WITHOUT ROWID;

CREATE TABLE medium (               -- what posts refer to
    post INTEGER NOT NULL,          -- post.idx
    position INTEGER NOT NULL,
    label TEXT NOT NULL,            -- the file's own name if given, else its path, else what it is
    sha256 TEXT,
    missing TEXT,
    PRIMARY KEY (post, position)
) WITHOUT ROWID;
CREATE INDEX medium_sha256 ON medium (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX medium_missing ON medium (post) WHERE missing IS NOT NULL;

CREATE TABLE exhibit (
    idx INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    role TEXT NOT NULL
);

CREATE TABLE name (                 -- every name that an exhibit's bytes came by, relative to the source
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    idx INTEGER NOT NULL,           -- the record that says so first
    PRIMARY KEY (sha256, name)
) WITHOUT ROWID;

CREATE TABLE export (
    idx INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    keep TEXT NOT NULL,
    complete INTEGER NOT NULL
);
CREATE INDEX export_sha256 ON export (sha256, idx);

CREATE TABLE export_channel (       -- what each export says of a channel as a whole
    export INTEGER NOT NULL,
    peer NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    complete INTEGER NOT NULL,
    first_id,
    last_id,
    PRIMARY KEY (export, peer)
) WITHOUT ROWID;
CREATE INDEX export_channel_peer ON export_channel (peer, export);
