-- Login sessions: the digest of the id, never the id; the data sealed.

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    handle TEXT NOT NULL,
    user_id TEXT,
    user_agent TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX sessions_by_handle ON sessions (handle);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
