-- Support tickets, and the last number each organization gave to one.

CREATE TABLE tickets (
    org_id     TEXT NOT NULL,
    id         TEXT NOT NULL,
    number     TEXT NOT NULL,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open', 'in_progress', 'waiting', 'closed')),
    priority   TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    author     TEXT NOT NULL,
    created_on TEXT NOT NULL,
    updated_on TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, number)
);

CREATE INDEX tickets_by_state ON tickets (org_id, state, updated_on);

CREATE TABLE ticket_numbers (
    org_id TEXT   NOT NULL PRIMARY KEY,
    last   BIGINT NOT NULL
);
